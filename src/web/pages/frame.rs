//! What every page shares: language, size of print, links, dates in words.

use super::assets::{SCRIPT, STYLE};
use super::assistance_words::Words as AssistanceWords;
use super::library_words::Words as LibraryWords;
use super::mapping_words::Words as MappingWords;
use super::marked_copy_words::Words as CopyWords;
use super::notice_words::Words as NoticeWords;
use super::quality_words::Words as QualityWords;
use super::target_words::Words as TargetWords;
use super::type_words::Words as TypeWords;
use super::undertaking_words::Words as UndertakingWords;
use super::words::{EN, Words, ZH};
use super::workbench_words::Words as WorkbenchWords;
use crate::census::Permission;
use crate::language::Language;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web::Data;
use app::view::DeliveryView;
use app::{Person, Role};
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime};

/// Who reads a page, signed in.
pub(crate) struct Reader {
    /// The person's name.
    pub(crate) name: String,
    /// Carried by every form of the page.
    pub(crate) form_token: String,
    /// Where the person may go.
    pub(crate) ways: Vec<Way>,
}

/// A page that somebody may open.
pub(crate) struct Way {
    pub(crate) address: &'static str,
    pub(crate) name: &'static str,
    /// What is done there.
    pub(crate) about: &'static str,
    /// It is the page that is shown.
    pub(crate) here: bool,
}

/// The frame of one page: how this reader wants it.
pub(crate) struct Frame {
    pub(crate) language: Language,
    pub(crate) large: bool,
    pub(crate) words: &'static Words,
    /// Everything here is a sample, and the page says so.
    pub(crate) sample: bool,
    /// Who is signed in.
    pub(crate) reader: Option<Reader>,
    /// Chosen by this request, so it is remembered.
    chosen_language: bool,
    chosen_size: bool,
}

impl Frame {
    /// As the reader chose: by a parameter now, by a parameter earlier (a cookie), or by the
    /// browser's language.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let parameter = |name: &str| parameter(request.query_string(), name);
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let asked_language = parameter("lang").as_deref().and_then(Language::named);
        let kept = || cookie("lang").as_deref().and_then(Language::named);
        let language = asked_language.or_else(kept);
        let language = language.unwrap_or_else(|| Language::of_headers(request));
        let site = request.app_data::<Data<Site>>();
        let size = parameter("size");
        let large = size
            .as_deref()
            .map_or_else(|| cookie("size").as_deref() == Some("large"), |s| s == "large");
        Self {
            chosen_language: asked_language.is_some(),
            chosen_size: size.is_some(),
            sample: site.is_some_and(|site| site.app.settings().sample_mark),
            ..Self::new(language, large)
        }
    }

    /// The same for somebody who is signed in.
    pub(crate) fn of_reader(request: &HttpRequest, signed_in: &SignedIn) -> Self {
        let mut frame = Self::of(request);
        let person = &signed_in.person;
        let site = request.app_data::<Data<Site>>();
        let certificates =
            site.is_some_and(|site| site.app.settings().client_authorities.is_some());
        let ways = ways(person, certificates, &frame, request.path());
        let (name, form_token) = (person.name.clone(), signed_in.token.form_token());
        frame.reader = Some(Reader { name, form_token, ways });
        frame
    }

    /// The token of forms; empty when nobody is signed in.
    pub(crate) fn form_token(&self) -> &str {
        self.reader.as_ref().map_or("", |reader| &reader.form_token)
    }

    /// A role in words.
    pub(crate) fn role(&self, word: &str) -> &'static str {
        match word.parse() {
            Ok(Role::Clerk) => self.words.role_clerk,
            Ok(Role::SealKeeper) => self.words.role_seal_keeper,
            Ok(Role::SealApprover) => self.words.role_seal_approver,
            Ok(Role::SystemAdmin) => self.words.role_system_admin,
            Ok(Role::SecurityAdmin) => self.words.role_security_admin,
            Ok(Role::Auditor) => self.words.role_auditor,
            _ => "",
        }
    }

    /// Whether a word is among those that were chosen.
    pub(crate) fn chosen(&self, words: &[String], word: &str) -> bool {
        words.iter().any(|one| one == word)
    }

    /// Whether somebody or something may act, in a word.
    pub(crate) fn standing(&self, status: &str) -> &'static str {
        match status {
            "active" => self.words.standing_active,
            "over" => self.words.standing_over,
            "invited" => self.words.standing_invited,
            _ => self.words.standing_closed,
        }
    }

    /// How far what acts for a division reaches.
    pub(crate) fn level(&self, level: &str) -> &'static str {
        match level {
            "national" => self.words.level_national,
            "provincial" => self.words.level_provincial,
            "prefectural" => self.words.level_prefectural,
            _ => self.words.level_county,
        }
    }

    /// The colour that goes with [`Frame::standing`].
    pub(crate) fn tone(&self, status: &str) -> &'static str {
        match status {
            "active" => "valid",
            "invited" => "unknown",
            _ => "quiet",
        }
    }

    /// How far an order or a manifest is, in a word.
    pub(crate) fn order_state(&self, state: &str) -> &'static str {
        match state {
            "approved" => self.words.order_approved,
            "sealing" | "spending" => self.words.order_sealing,
            "sealed" | "spent" => self.words.order_sealed,
            "refused" => self.words.order_refused,
            "failed" => self.words.order_failed,
            _ => self.words.order_waiting,
        }
    }

    /// The colour that goes with [`Frame::order_state`].
    pub(crate) fn order_tone(&self, state: &str) -> &'static str {
        match state {
            "sealed" | "spent" | "approved" => "valid",
            "refused" | "failed" => "invalid",
            "sealing" | "spending" => "quiet",
            _ => "unknown",
        }
    }

    /// How far a use of a key is, in a word.
    pub(crate) fn use_state(&self, state: &str) -> &'static str {
        match state {
            "done" => self.words.use_done,
            "failed" => self.words.use_failed,
            _ => self.words.use_intended,
        }
    }

    /// The first digits of a digest, to tell some apart.
    pub(crate) fn short<'a>(&self, hex: &'a str) -> &'a str {
        hex.get(..8).unwrap_or(hex)
    }

    /// How a client proves who it is, in words.
    pub(crate) fn client_method(&self, word: &str) -> &'static str {
        match word {
            "private_key_jwt" => self.words.method_key,
            "tls_client_auth" => self.words.method_tls,
            "signed_requests" => self.words.method_signed,
            _ => self.words.method_secret,
        }
    }

    /// A permission of a client in words.
    pub(crate) fn permission(&self, word: &str) -> &'static str {
        match word {
            "catalogue.read" => self.words.may_catalogue,
            "catalogue.write" => self.words.may_change_types,
            "license.issue" => self.words.may_issue,
            "license.read" => self.words.may_read,
            "license.status" => self.words.may_status,
            "seal.use" => self.words.may_seal,
            "verify" => self.words.may_verify,
            _ => self.words.may_webhook,
        }
    }

    /// How a credential stands, in a word.
    pub(crate) fn credential_state(&self, state: &str) -> &'static str {
        match state {
            "active" => self.words.credential_active,
            "future" => self.words.credential_future,
            "over" => self.words.standing_over,
            _ => self.words.credential_revoked,
        }
    }

    /// The colour that goes with it, and with the state of a receiver.
    pub(crate) fn credential_tone(&self, state: &str) -> &'static str {
        match state {
            "active" | "enabled" => "valid",
            "future" => "unknown",
            _ => "quiet",
        }
    }

    /// Whether a receiver is sent to, in a word.
    pub(crate) fn webhook_state(&self, state: &str) -> &'static str {
        match state {
            "enabled" => self.words.webhook_enabled,
            _ => self.words.webhook_disabled,
        }
    }

    /// What became of a delivery, in a word.
    pub(crate) fn delivery_state(&self, state: &str) -> &'static str {
        match state {
            "delivered" => self.words.delivery_done,
            "pending" => self.words.delivery_pending,
            _ => self.words.delivery_dead,
        }
    }

    /// The colour that goes with it.
    pub(crate) fn delivery_tone(&self, state: &str) -> &'static str {
        match state {
            "delivered" => "valid",
            "pending" => "unknown",
            _ => "invalid",
        }
    }

    /// What a delivery tells of.
    pub(crate) fn delivery_type<'a>(&self, delivery: &'a DeliveryView) -> &'a str {
        &delivery.r#type
    }

    /// The last day before an instant at which something ends, as a form has it.
    pub(crate) fn last_day(&self, until: &Option<String>) -> String {
        let end = until.as_deref().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
        let day = end.and_then(|end| end.to_offset(offset!(+8)).date().previous_day());
        day.map_or_else(String::new, |day| {
            format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
        })
    }

    /// Characters in groups of four, to be typed.
    pub(crate) fn in_fours(&self, text: &str) -> String {
        let all: Vec<char> = text.chars().collect();
        all.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// A frame for a language and a size of print.
    pub(crate) fn new(language: Language, large: bool) -> Self {
        let words = match language {
            Language::Zh => &ZH,
            Language::En => &EN,
        };
        Self {
            language,
            large,
            words,
            sample: false,
            reader: None,
            chosen_language: false,
            chosen_size: false,
        }
    }

    /// Cookies that remember what this request chose; besides them there is only that of a session.
    pub(crate) fn cookies(&self) -> Vec<Cookie<'static>> {
        let keep = |name: &'static str, value: &'static str| {
            Cookie::build(name, value)
                .path("/")
                .http_only(true)
                .same_site(SameSite::Lax)
                .max_age(Duration::days(365))
                .finish()
        };
        let mut cookies = Vec::new();
        if self.chosen_language {
            cookies.push(keep("lang", if self.zh() { "zh" } else { "en" }));
        }
        if self.chosen_size {
            cookies.push(keep("size", if self.large { "large" } else { "normal" }));
        }
        cookies
    }

    /// True for Chinese pages.
    pub(crate) fn zh(&self) -> bool {
        self.language == Language::Zh
    }

    /// The text in this reader's language.
    pub(crate) fn text<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.zh() { zh } else { en }
    }

    /// Address of the style sheet; changes with its content, so it may be kept forever.
    pub(crate) fn style(&self) -> String {
        STYLE.address()
    }

    /// Address of the script.
    pub(crate) fn script(&self) -> String {
        SCRIPT.address()
    }

    /// A date in words: 2026年3月2日. Text that is no date is shown as it is.
    pub(crate) fn day(&self, text: &str) -> String {
        const ISO: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
        let date = Date::parse(text.get(..10).unwrap_or(text), ISO);
        date.map_or_else(|_| text.to_owned(), |date| self.date(date))
    }

    /// A moment in words, at the minute, in Chinese time: 2026年3月2日 09:15.
    pub(crate) fn moment(&self, text: &str) -> String {
        let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) else { return self.day(text) };
        let moment = moment.to_offset(offset!(+8));
        let clock = format!("{:02}:{:02}", moment.hour(), moment.minute());
        match self.language {
            Language::Zh => format!("{} {clock}", self.date(moment.date())),
            Language::En => format!("{}, {clock} (UTC+8)", self.date(moment.date())),
        }
    }

    /// Hex digits in groups of eight, to be read aloud or compared by eye.
    pub(crate) fn grouped(&self, hex: &str) -> String {
        let digits: Vec<char> = hex.chars().collect();
        let groups = digits.chunks(8).map(|group| group.iter().collect::<String>());
        groups.collect::<Vec<_>>().join(" ")
    }

    fn date(&self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.language {
            Language::Zh => format!("{year}年{}月{day}日", u8::from(month)),
            Language::En => format!("{day} {month} {year}"),
        }
    }
}

/// Whoever works with licenses or seals of a department, manages seals, or audits.
fn reads_seals(person: &Person) -> bool {
    person.roles.iter().any(|role| role != Role::SystemAdmin)
}

/// Whoever works with licenses or seals of a department.
pub(super) fn reads_copies(person: &Person) -> bool {
    Permission::LicenseStaff.roles().iter().any(|role| person.is(*role))
}

/// Where somebody may go, by role, and whether people sign in by certificate here.
fn ways(person: &Person, certificates: bool, frame: &Frame, path: &str) -> Vec<Way> {
    let (words, seals, types) = (frame.words, frame.seals(), TypeWords::of(frame));
    let (quality, licenses) = (QualityWords::of(frame), frame.licenses());
    let (mappings, workbench) = (MappingWords::of(frame), WorkbenchWords::of(frame));
    let (targets, assistance) = (TargetWords::of(frame), AssistanceWords::of(frame));
    let (copies, notices) = (CopyWords::of(frame), NoticeWords::of(frame));
    let undertakings = UndertakingWords::of(frame);
    let library = LibraryWords::of(frame);
    let oversees = person.is(Role::Auditor) || person.is(Role::SecurityAdmin);
    let reads_licenses = reads_seals(person) && !person.is(Role::SecurityAdmin);
    let all = [
        (true, "/work", words.work_title, words.work_about),
        (person.is(Role::Clerk), "/workbench", workbench.title, workbench.about),
        (person.is(Role::Clerk), "/notices", notices.title, notices.about),
        (person.is(Role::Clerk), "/undertakings", undertakings.title, undertakings.about),
        (person.is(Role::Clerk), "/assistance", assistance.title, assistance.about),
        (person.is(Role::Clerk), "/materials", library.title, library.about),
        (
            person.is(Role::SecurityAdmin),
            "/organizations",
            words.organizations_title,
            words.organizations_about,
        ),
        (reads_licenses, "/licenses", licenses.title, licenses.about),
        (reads_copies(person), "/marked-copies", copies.title, copies.about),
        (person.is(Role::Clerk), "/batches", frame.batches().title, frame.batches().about),
        (
            person.is(Role::Clerk),
            "/counts",
            frame.batches().counts_title,
            frame.batches().counts_about,
        ),
        (person.is(Role::SealApprover), "/orders", words.orders_title, words.orders_about),
        (person.is(Role::SecurityAdmin), "/accounts", words.accounts_title, words.accounts_about),
        (certificates, "/certificates", words.certificates_title, words.certificates_about),
        (reads_seals(person), "/seals", seals.title, seals.about),
        (person.is(Role::Clerk), "/license-types", types.title, types.about),
        (person.is(Role::Clerk), "/service-items", mappings.title, mappings.about),
        (person.is(Role::Clerk), "/quality", quality.title, quality.about),
        (oversees, "/targets", targets.title, targets.about),
        (person.is(Role::SecurityAdmin), "/clients", words.clients_title, words.clients_about),
        (person.is(Role::SystemAdmin), "/health", words.health_title, words.health_about),
        (person.is(Role::Auditor), "/access", words.access_title, words.access_about),
        (person.is(Role::Auditor), "/alerts", words.alerts_title, words.alerts_about),
        (person.is(Role::Auditor), "/trail", words.trail_title, words.trail_about),
    ];
    let open = all.into_iter().filter(|(may, ..)| *may);
    let way = |(_, address, name, about): (bool, &'static str, _, _)| {
        let here = path == address || path.starts_with(&format!("{address}/"));
        Way { address, name, about, here }
    };
    open.map(way).collect()
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(query).ok()?;
    pairs.into_inner().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn dates_in_words() {
        let zh = Frame::new(Language::Zh, false);
        let en = Frame::new(Language::En, false);
        assert_eq!(zh.day("2026-03-02"), "2026年3月2日");
        assert_eq!(en.day("2026-03-02"), "2 March 2026");
        assert_eq!(zh.moment("2026-03-02T01:15:04Z"), "2026年3月2日 09:15");
        assert_eq!(en.moment("2026-03-02T09:15:04+08:00"), "2 March 2026, 09:15 (UTC+8)");
        assert_eq!(zh.moment("长期"), "长期");
        assert_eq!(zh.day("2026-02-30"), "2026-02-30");
        assert_eq!(zh.grouped("0123456789abcdef0"), "01234567 89abcdef 0");
    }

    #[test]
    fn parameter_then_cookie_then_browser() {
        let seen = |uri: &str, cookie: &str| {
            let request = TestRequest::with_uri(uri).insert_header(("Accept-Language", "en"));
            let request = request.insert_header(("Cookie", cookie.to_owned())).to_http_request();
            let frame = Frame::of(&request);
            (frame.zh(), frame.large, frame.cookies().len())
        };
        assert_eq!(seen("/", "a=b"), (false, false, 0));
        assert_eq!(seen("/", "lang=zh; size=large"), (true, true, 0));
        assert_eq!(seen("/?lang=en&size=normal", "lang=zh; size=large"), (false, false, 2));
        assert_eq!(seen("/?lang=fr", "lang=zh"), (true, false, 0));
        assert_eq!(seen("/?%zz=&lang=zh", "a=b"), (true, false, 1));
    }
}
