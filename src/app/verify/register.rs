//! What the register says of a license: its face, masked, and how it stands.

use crate::view::time::{day, instant};
use crate::view::{CheckView, FaceView, RegisterView, VerificationView, report, state};
use crate::{App, AppError};
use domain::catalogue::{LicenseType, Role, Sensitivity};
use domain::id::{LicenseId, PublicCode};
use domain::license::{License, Standing};
use domain::mask;
use domain::party::Holder;
use domain::validation::Outcome;
use storage::Shown;
use time::OffsetDateTime;

impl App {
    /// The register's own answer, apart from the file's; a license that is not in force now is not
    /// valid now, however sound its file is.
    pub(super) fn add_register(
        &self,
        view: &mut VerificationView,
        shown: Option<&Shown>,
        byte_identical: Option<bool>,
        now: OffsetDateTime,
    ) {
        let Some(Shown { license, issuer, .. }) = shown else {
            view.register =
                Some(RegisterView { issued_here: false, byte_identical: None, state: None });
            view.checks.push(unregistered());
            return;
        };
        let standing = license.standing(now);
        view.register =
            Some(RegisterView { issued_here: true, byte_identical, state: Some(state(standing)) });
        view.license = Some(self.face(license, issuer, now));
        let (check, outcome) = standing_check(standing, license);
        view.checks.push(check);
        let of_file = view.outcome();
        let combined = of_file.and(outcome);
        view.outcome = combined.name().to_owned();
        if of_file != Outcome::Invalid && outcome != Outcome::Valid {
            view.advice = report::advice(combined, None);
            view.advice.code = standing.as_str().to_ascii_lowercase();
        }
    }

    pub(crate) fn known_by_code(&self, text: &str) -> Result<Shown, AppError> {
        let code = text.rsplit('/').next().unwrap_or(text);
        let code = code.trim().parse::<PublicCode>().map_err(|_| AppError::NotFound)?;
        self.store.shown_by_code(code)?.ok_or(AppError::NotFound)
    }

    pub(super) fn known_by_id(&self, text: &str) -> Result<Shown, AppError> {
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
        let known = self.catalogue.find(&type_code);
        let type_name = known.map(|found| found.name().zh.clone());
        // A type that is not known any more shows nothing of what it may have hidden.
        let open = |role| known.is_some_and(|found| is_public(found, role));
        let number = particulars.number.as_str();
        let holder = particulars.holder.as_ref();
        FaceView {
            type_name: type_name.unwrap_or_else(|| type_code.clone()),
            type_code,
            number: if open(Role::LicenseNumber) { number.to_owned() } else { mask::code(number) },
            issuer: issuer.to_owned(),
            holder_name: holder
                .map_or_else(String::new, |holder| shown_name(holder, open(Role::HolderName))),
            issued_on: particulars.issued_on.filter(|_| open(Role::IssueDate)).map(day),
            // Where nothing else is said, this is the day of issue.
            valid_from: particulars.period.first().filter(|_| open(Role::IssueDate)).map(day),
            valid_to: particulars.period.last().map(day),
            state: state(license.standing(now)),
            state_since: (license.changed_at() != particulars.created_at)
                .then(|| instant(license.changed_at())),
        }
    }
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

/// How the license stands, as a check.
fn standing_check(standing: Standing, license: &License) -> (CheckView, Outcome) {
    let (outcome, code, zh, en) = match standing {
        Standing::Valid => (Outcome::Valid, None, "登记状态：有效。", "In force in the register."),
        Standing::NotYetValid => (
            Outcome::Invalid,
            Some("not_yet_valid"),
            "证照有效期尚未开始。",
            "The license's period has not begun.",
        ),
        Standing::Expired => {
            (Outcome::Invalid, Some("expired"), "证照有效期已过。", "The license has expired.")
        }
        Standing::Suspended => {
            (Outcome::Invalid, Some("suspended"), "证照已被暂扣。", "The license is suspended.")
        }
        Standing::Revoked => {
            (Outcome::Invalid, Some("revoked"), "证照已被注销或吊销。", "The license is revoked.")
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
    let result = match outcome {
        Outcome::Valid => "pass",
        Outcome::Invalid => "fail",
        Outcome::Indeterminate => "unknown",
    };
    let since = (code.is_some()).then(|| format!("since {}", instant(license.changed_at())));
    let check = CheckView {
        check: "status".to_owned(),
        result: result.to_owned(),
        code: code.map(str::to_owned),
        step: None,
        detail: since,
        text_zh: zh.to_owned(),
        text_en: en.to_owned(),
    };
    (check, outcome)
}
