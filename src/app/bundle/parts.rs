//! What a bundle holds of each license: judged by itself, and that it is of this license and case.

use super::check::BundleKeys;
use super::{COPY, PROOF, RECEIPT};
use crate::log::{LogStanding, check_proof};
use crate::offline::{Circumstances, Trust, verify_under};
use crate::package::Entries;
use crate::receipt::{self, Standing};
use crate::view::{BundledLicenseView, VerificationView};
use domain::validation::Outcome;
use serde::Serialize;
use time::OffsetDateTime;

/// A part of a bundle, judged.
#[derive(Clone, Debug, Serialize)]
pub struct BundlePart {
    /// Its path in the bundle.
    pub path: String,
    /// `manifest`, `decision`, `receipt`, `log_proof`, `marked_copy`, or `file` of one that is not as it
    /// was made.
    pub part: &'static str,
    /// `VALID`, `INVALID` or `INDETERMINATE`.
    pub outcome: String,
    /// Why it is not valid, for programs.
    pub code: Option<String>,
    /// The same in words.
    pub reason: Option<String>,
    /// The verification of a marked copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<Box<VerificationView>>,
    #[serde(skip)]
    pub(super) judged: Outcome,
}

impl BundlePart {
    fn new(path: &str, part: &'static str, judged: Outcome, why: Option<(&str, String)>) -> Self {
        let (code, reason) = why.map(|(code, reason)| (code.to_owned(), reason)).unzip();
        Self {
            path: path.to_owned(),
            part,
            outcome: judged.name().to_owned(),
            code,
            reason,
            verification: None,
            judged,
        }
    }

    pub(super) fn valid(path: &str, part: &'static str) -> Self {
        Self::new(path, part, Outcome::Valid, None)
    }

    pub(super) fn invalid(
        path: &str,
        part: &'static str,
        code: &str,
        reason: impl ToString,
    ) -> Self {
        Self::new(path, part, Outcome::Invalid, Some((code, reason.to_string())))
    }

    /// What cannot be judged.
    pub(super) fn open(path: &str, part: &'static str, code: &str, reason: impl ToString) -> Self {
        Self::new(path, part, Outcome::Indeterminate, Some((code, reason.to_string())))
    }
}

/// Whom to believe, and of which case the parts must be.
pub(super) struct Believed<'a> {
    pub(super) keys: &'a BundleKeys,
    pub(super) trust: &'a Trust,
    pub(super) at: OffsetDateTime,
    pub(super) case_no: &'a str,
}

/// Receipt, proof and copy of a license.
pub(super) fn license_parts(
    entries: &Entries<'_>,
    license: &BundledLicenseView,
    until: &str,
    believed: &Believed<'_>,
) -> [BundlePart; 3] {
    let part = |name: &str, part, judge: &dyn Fn(&str, &[u8]) -> BundlePart| {
        let path = format!("{}/{name}", license.folder);
        match entries.get(&path) {
            Some(entry) => judge(&path, entry.bytes),
            None => BundlePart::invalid(&path, part, "missing", "it is missing"),
        }
    };
    [
        part(RECEIPT, "receipt", &|path, bytes| verified(path, bytes, license, believed)),
        part(PROOF, "log_proof", &|path, bytes| logged(path, bytes, license, believed)),
        part(COPY, "marked_copy", &|path, bytes| copied(path, bytes, license, until, believed)),
    ]
}

/// The receipt: its service said that the license file was valid.
fn verified(
    path: &str,
    bytes: &[u8],
    license: &BundledLicenseView,
    believed: &Believed<'_>,
) -> BundlePart {
    let checked = receipt::check(bytes, None, &believed.keys.receipts, believed.trust);
    let invalid = |code, reason: &str| BundlePart::invalid(path, "receipt", code, reason);
    let said = match (checked.standing, checked.receipt) {
        (Standing::Genuine, Some(said)) => said,
        (Standing::UnknownKey, _) => {
            return BundlePart::open(path, "receipt", "unknown_key", "no known key has signed it");
        }
        _ => return invalid("altered", "it is no receipt of this service"),
    };
    if said.verification != license.verification || said.input.sm3 != license.sm3 {
        return invalid("other_file", "it is of another verification, or of another file");
    }
    match said.outcome.as_str() {
        "VALID" => BundlePart::valid(path, "receipt"),
        _ => invalid("license_not_valid", "the license was not valid then"),
    }
}

/// The proof: the log has this file of this license.
fn logged(
    path: &str,
    bytes: &[u8],
    license: &BundledLicenseView,
    believed: &Believed<'_>,
) -> BundlePart {
    let checked = check_proof(bytes, None, &believed.keys.log);
    let invalid = |code, reason: &str| BundlePart::invalid(path, "log_proof", code, reason);
    match checked.standing {
        LogStanding::UnknownKey => {
            let reason = "no known key has signed its checkpoint";
            return BundlePart::open(path, "log_proof", "unknown_key", reason);
        }
        LogStanding::Proved => {}
        LogStanding::Altered | LogStanding::OtherFile | LogStanding::Unread => {
            return invalid(
                "altered",
                checked.faults.first().map_or("it proves nothing", |one| one),
            );
        }
    }
    let own = checked.leaves.iter().any(|leaf| {
        leaf.license.as_deref() == Some(&*license.license)
            && leaf.file.as_deref() == Some(&*license.sm3)
    });
    if own {
        BundlePart::valid(path, "log_proof")
    } else {
        invalid("other_file", "it is of another file")
    }
}

/// The copy: sealed, of this license, for this case, and not past its last day.
fn copied(
    path: &str,
    bytes: &[u8],
    license: &BundledLicenseView,
    until: &str,
    believed: &Believed<'_>,
) -> BundlePart {
    let view = verify_under(bytes, believed.trust, &Circumstances::at(believed.at)).view;
    let own = view.copy.as_ref().is_some_and(|mark| {
        mark.id == license.copy
            && mark.original == license.sm3
            && mark.identifier == license.identifier
            && mark.case_no == believed.case_no
            && mark.until == until
    });
    let judged = view.outcome();
    let part = match judged {
        _ if !own => {
            let reason = "it is a copy of another license, or for another case";
            BundlePart::invalid(path, "marked_copy", "other_copy", reason)
        }
        Outcome::Valid => BundlePart::valid(path, "marked_copy"),
        judged => {
            let why = (view.advice.code.as_str(), reason(&view));
            BundlePart::new(path, "marked_copy", judged, Some(why))
        }
    };
    BundlePart { verification: Some(Box::new(view)), ..part }
}

/// The first check that did not pass, in words.
fn reason(view: &VerificationView) -> String {
    let of_signatures = view.signatures.iter().flat_map(|one| &one.checks);
    let mut all = view.checks.iter().chain(of_signatures);
    let open = all.find(|check| check.code.as_deref() == Some(&*view.advice.code));
    open.map_or_else(|| view.advice.en.clone(), |check| check.text_en.clone())
}
