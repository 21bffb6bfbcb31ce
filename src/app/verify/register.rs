//! What the register says of a license: its face, masked, and how it stands.

use crate::lifecycle::{Broken, Whole};
use crate::view::time::instant;
use crate::view::{CheckView, FaceView, RegisterView, VerificationView, report, state};
use crate::{App, AppError};
use domain::catalogue::{LicenseType, Role, Sensitivity};
use domain::id::{LicenseId, PublicCode};
use domain::license::{Change, License, LicenseState, Reason, Standing};
use domain::mask;
use domain::party::Holder;
use domain::time::day_text;
use domain::validation::Outcome;
use storage::Shown;
use time::OffsetDateTime;

impl App {
    /// The register's own answer, apart from the file's; a license that is not in force at that time
    /// is not valid then, however sound its file is. Now, when no time is given.
    pub(crate) fn add_register(
        &self,
        view: &mut VerificationView,
        shown: Option<&Shown>,
        byte_identical: Option<bool>,
        at: Option<OffsetDateTime>,
    ) -> Result<(), AppError> {
        let Some(Shown { license, issuer, .. }) = shown else {
            view.register = Some(RegisterView::default());
            view.checks.push(unregistered());
            return Ok(());
        };
        let now = self.clock.now();
        let register = self.standing_of(license, at)?;
        let standing = register.whole.standing;
        let current = match at {
            Some(_) => Some(self.shown_state(license)?),
            None => None,
        };
        view.register = Some(RegisterView {
            issued_here: true,
            byte_identical,
            state: Some(state(standing)),
            state_now: current.filter(|current| *current != state(standing)),
            replaced_by: register.replaced_by(),
        });
        let since = register.since.map(instant);
        let face = self.face(license, issuer, now);
        view.license = Some(FaceView { state: state(standing), state_since: since, ..face });
        let (check, outcome) = standing_check(&register);
        view.checks.push(check);
        let of_file = view.outcome();
        let combined = of_file.and(outcome);
        view.outcome = combined.name().to_owned();
        if of_file != Outcome::Invalid && outcome != Outcome::Valid {
            view.advice = report::advice(combined, None);
            view.advice.code = standing.as_str().to_ascii_lowercase();
        }
        Ok(())
    }

    /// How a license stood at a time by what is known now, or how it stands.
    fn standing_of(
        &self,
        license: &License,
        at: Option<OffsetDateTime>,
    ) -> Result<InRegister, AppError> {
        let now = self.clock.now();
        // Nothing has happened to most licenses, and they are asked for most.
        if at.is_none() && license.state() == LicenseState::Issued && license.version() <= UNCHANGED
        {
            let since = Some(license.changed_at());
            let whole = self.standing_by_parts(license, license.standing(now), None)?;
            return Ok(InRegister { whole, since, change: None });
        }
        let entries = self.store.status_entry_list(license.id())?;
        let of_parts = at;
        let at = at.unwrap_or(now);
        let own = license.standing_then(&entries, at);
        let change = entries.iter().rfind(|entry| entry.change.effective_at() <= at);
        Ok(InRegister {
            whole: self.standing_by_parts(license, own, of_parts)?,
            since: change.map(|entry| entry.change.effective_at()),
            change: change.map(|entry| entry.change.clone()),
        })
    }

    pub(crate) fn known_by_code(&self, text: &str) -> Result<Shown, AppError> {
        let code = text.rsplit('/').next().unwrap_or(text);
        let code = code.trim().parse::<PublicCode>().map_err(|_| AppError::NotFound)?;
        self.store.shown_by_code(code)?.ok_or(AppError::NotFound)
    }

    pub(crate) fn known_by_id(&self, text: &str) -> Result<Shown, AppError> {
        let text = text.trim();
        if let Ok(id) = text.parse::<LicenseId>() {
            return self.store.shown_by_id(id)?.ok_or(AppError::NotFound);
        }
        let identifier = text.parse().map_err(|_| AppError::NotFound)?;
        self.store.shown_by_identifier(&identifier)?.ok_or(AppError::NotFound)
    }

    /// The least that tells a license apart; a person's name and number are masked.
    pub(crate) fn face(&self, license: &License, issuer: &str, now: OffsetDateTime) -> FaceView {
        let particulars = license.particulars();
        let type_code = particulars.type_code.to_string();
        // What anyone may see is as the version said by which the license was drawn.
        let known = self.catalogue.version(&type_code, particulars.type_version);
        let type_name = known.as_ref().map(|found| found.name().zh.clone());
        // A type that is not known any more shows nothing of what it may have hidden.
        let open = |role| known.as_ref().is_some_and(|found| is_public(found, role));
        let holder = particulars.holder.as_ref();
        FaceView {
            type_name: type_name.unwrap_or_else(|| type_code.clone()),
            type_code,
            number: shown_number(known.as_deref(), particulars.number.as_str()),
            issuer: issuer.to_owned(),
            holder_name: holder
                .map_or_else(String::new, |holder| shown_name(holder, open(Role::HolderName))),
            issued_on: particulars.issued_on.filter(|_| open(Role::IssueDate)).map(day_text),
            // Where nothing else is said, this is the day of issue.
            valid_from: particulars.period.first().filter(|_| open(Role::IssueDate)).map(day_text),
            valid_to: particulars.period.last().map(day_text),
            state: state(license.standing(now)),
            state_since: (license.changed_at() != particulars.created_at)
                .then(|| instant(license.changed_at())),
        }
    }
}

/// A license number as far as anyone may see it by its type, if that is still known.
pub(crate) fn shown_number(license_type: Option<&LicenseType>, number: &str) -> String {
    let open = license_type.is_some_and(|found| is_public(found, Role::LicenseNumber));
    if open { number.to_owned() } else { mask::code(number) }
}

/// Whether the type lets anyone see the fields of a role.
fn is_public(license_type: &LicenseType, role: Role) -> bool {
    license_type.fields_of(role).all(|field| field.sensitivity == Sensitivity::Public)
}

/// The holder's name as far as anyone may see it; several names are joined.
fn shown_name(holder: &Holder, open: bool) -> String {
    if open && !holder.code_type().is_person() {
        return holder.name().to_owned();
    }
    let names: Vec<String> = holder.name().split('、').map(mask::person_name).collect();
    names.join("、")
}

/// The file is not one of ours: that says nothing against it.
fn unregistered() -> CheckView {
    CheckView {
        check: "register".to_owned(),
        result: "not_applicable".to_owned(),
        code: Some("not_registered_here".to_owned()),
        step: None,
        detail: None,
        text_zh: "本系统未登记此文件；这不说明文件有问题。".to_owned(),
        text_en: "This service has not registered the file; that is no sign against it.".to_owned(),
    }
}

/// The version of a license that was drafted, ordered and issued.
const UNCHANGED: u32 = 3;

/// How a license stands at a time, and by which change.
struct InRegister {
    whole: Whole,
    since: Option<OffsetDateTime>,
    change: Option<Change>,
}

impl InRegister {
    fn replaced_by(&self) -> Option<String> {
        let change = self.change.as_ref()?;
        change.replacement().map(|id| id.to_string())
    }

    /// When it counts from, and when it was written down if that is another moment.
    fn detail(&self) -> Option<String> {
        let since = format!("since {}", instant(self.since?));
        let apart = |change: &&Change| change.recorded_at() != change.effective_at();
        Some(match self.change.as_ref().filter(apart) {
            Some(change) => format!("{since}, recorded {}", instant(change.recorded_at())),
            None => since,
        })
    }
}

/// How the license stands, as a check.
fn standing_check(register: &InRegister) -> (CheckView, Outcome) {
    if let Some(broken) = &register.whole.broken {
        return part_check(register, broken);
    }
    let (outcome, code, zh, en) = match register.whole.standing {
        Standing::Valid => (Outcome::Valid, None, "登记状态：有效。", "In force in the register."),
        Standing::NotYetValid => (
            Outcome::Invalid,
            Some("not_yet_valid"),
            "证照有效期尚未开始。",
            "The license's period has not begun.",
        ),
        Standing::Incomplete => (
            Outcome::Invalid,
            Some("part_not_in_force"),
            "构成本证照的一份证照已不在有效状态。",
            "A license of which it is made is not in force.",
        ),
        Standing::Expired => {
            (Outcome::Invalid, Some("expired"), "证照有效期已过。", "The license has expired.")
        }
        Standing::Suspended => {
            (Outcome::Invalid, Some("suspended"), "证照已被暂扣。", "The license is suspended.")
        }
        Standing::Revoked => {
            let reason = register.change.as_ref().and_then(Change::reason);
            let (zh, en) = revoked(reason);
            (Outcome::Invalid, Some("revoked"), zh, en)
        }
        Standing::Superseded => (
            Outcome::Invalid,
            Some("superseded"),
            "证照已被新证照取代。",
            "Another license has taken its place.",
        ),
        Standing::NotIssued | Standing::Void => (
            Outcome::Indeterminate,
            Some("not_issued"),
            "证照尚未颁发。",
            "The license has not been issued.",
        ),
    };
    (status(outcome, code, code.and_then(|_| register.detail()), (zh.into(), en.into())), outcome)
}

/// How a license stands by a part of which it is made.
fn part_check(register: &InRegister, broken: &Broken) -> (CheckView, Outcome) {
    let (code, zh, en) = match broken.standing {
        Standing::Revoked => ("part_revoked", "已被注销或撤销", "is revoked"),
        Standing::Suspended => ("part_suspended", "已被暂扣", "is suspended"),
        Standing::Expired => ("part_expired", "有效期已过", "has expired"),
        Standing::NotYetValid => ("part_not_yet_valid", "有效期尚未开始", "is not yet valid"),
        Standing::NotIssued | Standing::Void => ("part_not_issued", "尚未颁发", "is not issued"),
        _ => ("part_not_in_force", "已不在有效状态", "is not in force"),
    };
    let zh = format!("构成本证照的“{}”{zh}。", broken.name.zh);
    let en = format!("The license “{}”, of which it is made, {en}.", broken.name.en);
    let outcome = broken.outcome();
    (status(outcome, Some(code), register.detail(), (zh, en)), outcome)
}

fn status(
    outcome: Outcome,
    code: Option<&str>,
    detail: Option<String>,
    (text_zh, text_en): (String, String),
) -> CheckView {
    let result = match outcome {
        Outcome::Valid => "pass",
        Outcome::Invalid => "fail",
        Outcome::Indeterminate => "unknown",
    };
    CheckView {
        check: "status".to_owned(),
        result: result.to_owned(),
        code: code.map(str::to_owned),
        step: None,
        detail,
        text_zh,
        text_en,
    }
}

/// A revocation in words, by the class of its reason.
fn revoked(reason: Option<Reason>) -> (&'static str, &'static str) {
    match reason {
        Some(Reason::Cancelled) => ("证照已被注销。", "The license is cancelled."),
        Some(Reason::Annulled) => ("证照已被撤销。", "The license is annulled."),
        Some(Reason::Withdrawn) => ("证照已被撤回。", "The license is withdrawn."),
        Some(Reason::Stripped) => ("证照已被吊销。", "The license was taken away as a punishment."),
        Some(Reason::Lost) => ("证照已作废。", "The license is void: it was lost."),
        Some(Reason::IssuedInError) => {
            ("证照系错发，已作废。", "The license was issued in error and is void.")
        }
        None => ("证照已被注销或吊销。", "The license is revoked."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_public_is_masked_and_so_is_one_of_a_type_that_is_not_known() {
        let types = domain::catalogue::built_in().expect("the built-in types");
        let of = |public: bool| {
            let found = types.iter().find(|one| is_public(one, Role::LicenseNumber) == public);
            shown_number(Some(found.expect("a type")), "JY19999010000017")
        };
        assert_eq!(of(true), "JY19999010000017");
        let masked = mask::code("JY19999010000017");
        assert_ne!(masked, "JY19999010000017");
        assert_eq!((of(false), shown_number(None, "JY19999010000017")), (masked.clone(), masked));
    }
}
