//! What every page shares: language, size of print, links, dates in words.

use super::assets::{SCRIPT, STYLE};
use super::words::{EN, Words, ZH};
use crate::language::Language;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web::Data;
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
        let ways = ways(person, frame.words, request.path());
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
            "invited" => self.words.standing_invited,
            _ => self.words.standing_closed,
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

/// Where somebody may go, by role.
fn ways(person: &Person, words: &'static Words, path: &str) -> Vec<Way> {
    let all = [
        (true, "/work", words.work_title, words.work_about),
        (
            person.is(Role::SecurityAdmin),
            "/organizations",
            words.organizations_title,
            words.organizations_about,
        ),
        (person.is(Role::SecurityAdmin), "/accounts", words.accounts_title, words.accounts_about),
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
