//! The verdict: one outcome, one result per check, for the file and for each signature.

use super::checks::{Check, Code, Moment};
use super::policy::TrustSource;
use crate::marked_copy::Mark;
use formats::container::Kind;
use formats::x509::Certificate;
use std::fmt;
use std::ops::Range;
use time::OffsetDateTime;

/// The three answers (ETSI EN 319 102-1, 5.1.3). Unknown is never valid and never revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Every check that matters passed.
    Valid,
    /// A check failed.
    Invalid,
    /// Something that matters could not be found out.
    Indeterminate,
}

impl Outcome {
    /// The name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::Invalid => "INVALID",
            Self::Indeterminate => "INDETERMINATE",
        }
    }

    /// Both together: one failure decides, then one doubt.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Invalid, _) | (_, Self::Invalid) => Self::Invalid,
            (Self::Indeterminate, _) | (_, Self::Indeterminate) => Self::Indeterminate,
            (Self::Valid, Self::Valid) => Self::Valid,
        }
    }

    /// The outcome of check results: a failure makes it invalid; otherwise an unknown, a required
    /// check that did not pass, or no passed check at all leaves it open.
    #[must_use]
    pub fn of<'a>(checks: impl IntoIterator<Item = &'a CheckReport>) -> Self {
        let mut passed = false;
        let mut open = false;
        for report in checks {
            match report.result {
                CheckResult::Fail => return Self::Invalid,
                CheckResult::Unknown => open = true,
                CheckResult::Skipped if report.check.required => open = true,
                CheckResult::Pass => passed = true,
                CheckResult::Skipped | CheckResult::NotApplicable => {}
            }
        }
        if passed && !open { Self::Valid } else { Self::Indeterminate }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What one check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckResult {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// It matters, and could not be found out.
    Unknown,
    /// It was not looked at, and the policy does not ask for it.
    Skipped,
    /// It does not concern this kind of file or signature.
    NotApplicable,
}

impl CheckResult {
    /// The name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a check's function answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The result.
    pub result: CheckResult,
    /// Why, unless it simply passed or does not apply.
    pub code: Option<Code>,
    /// Particulars for the expert: times, names, numbers.
    pub detail: Option<String>,
    /// The PDF object concerned.
    pub object: Option<u32>,
    /// The bytes of the file concerned.
    pub range: Option<Range<usize>>,
}

impl Finding {
    const fn new(result: CheckResult, code: Option<Code>) -> Self {
        Self { result, code, detail: None, object: None, range: None }
    }

    /// It holds.
    #[must_use]
    pub const fn pass() -> Self {
        Self::new(CheckResult::Pass, None)
    }

    /// It holds, with a remark.
    #[must_use]
    pub const fn pass_with(code: Code) -> Self {
        Self::new(CheckResult::Pass, Some(code))
    }

    /// It does not hold.
    #[must_use]
    pub const fn fail(code: Code) -> Self {
        Self::new(CheckResult::Fail, Some(code))
    }

    /// It matters, and could not be found out.
    #[must_use]
    pub const fn unknown(code: Code) -> Self {
        Self::new(CheckResult::Unknown, Some(code))
    }

    /// It was not looked at.
    #[must_use]
    pub const fn skipped(code: Code) -> Self {
        Self::new(CheckResult::Skipped, Some(code))
    }

    /// It does not concern this input.
    #[must_use]
    pub const fn not_applicable() -> Self {
        Self::new(CheckResult::NotApplicable, None)
    }

    /// The same with particulars.
    #[must_use]
    pub fn detail(self, detail: impl fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }

    /// The same with the PDF object concerned.
    #[must_use]
    pub fn object(self, object: Option<u32>) -> Self {
        Self { object, ..self }
    }

    /// The same with the bytes concerned.
    #[must_use]
    pub fn range(self, range: Option<Range<usize>>) -> Self {
        Self { range, ..self }
    }
}

/// One check with what it found.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// Which check.
    pub check: &'static Check,
    /// The result.
    pub result: CheckResult,
    /// Why, unless it simply passed or does not apply.
    pub code: Option<Code>,
    /// The step of the seal standards that this is, of a seal or a seal signature.
    pub step: Option<&'static str>,
    /// Particulars for the expert.
    pub detail: Option<String>,
    /// The PDF object concerned.
    pub object: Option<u32>,
    /// The bytes of the file concerned.
    pub range: Option<Range<usize>>,
}

impl CheckReport {
    pub(super) fn new(check: &'static Check, finding: Finding) -> Self {
        let Finding { result, code, detail, object, range } = finding;
        Self { check, result, code, step: None, detail, object, range }
    }

    /// The result as a Chinese sentence.
    #[must_use]
    pub fn sentence_zh(&self) -> String {
        match (self.code, self.result) {
            (Some(code), _) => code.row().zh.to_owned(),
            (None, CheckResult::NotApplicable) => format!("{}：不适用。", self.check.zh),
            (None, _) => format!("{}：通过。", self.check.zh),
        }
    }

    /// The result as an English sentence.
    #[must_use]
    pub fn sentence_en(&self) -> String {
        match (self.code, self.result) {
            (Some(code), _) => code.row().en.to_owned(),
            (None, CheckResult::NotApplicable) => format!("{}: does not apply.", self.check.en),
            (None, _) => format!("{}: passed.", self.check.en),
        }
    }
}

/// What kind of signature was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A signature that every PDF reader knows: CMS with RSA or ECDSA.
    Pades,
    /// A seal signature (GM/T 0031, GB/T 38540).
    Sm2Seal,
    /// Another signed message: SM2 in a CMS, or one outside a PDF.
    Cms,
    /// A document time stamp.
    TimeStamp,
    /// A seal that is not put on anything.
    Seal,
    /// A certificate.
    Certificate,
    /// Not readable.
    Other,
}

impl Form {
    /// The name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pades => "pades",
            Self::Sm2Seal => "sm2_seal",
            Self::Cms => "cms",
            Self::TimeStamp => "time_stamp",
            Self::Seal => "seal",
            Self::Certificate => "certificate",
            Self::Other => "other",
        }
    }
}

/// A certificate in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateReport {
    /// The whole subject.
    pub subject: String,
    /// `CN` of the subject.
    pub common_name: Option<String>,
    /// `O` of the subject.
    pub organization: Option<String>,
    /// The whole issuer.
    pub issuer: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// First moment of validity.
    pub not_before: OffsetDateTime,
    /// Last moment of validity.
    pub not_after: OffsetDateTime,
    /// SHA-256 of the certificate in hexadecimal.
    pub sha256: String,
}

/// A seal in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealReport {
    /// Name of the seal.
    pub name: String,
    /// Identifier of the seal (esID).
    pub id: String,
    /// Edition of the structure: 1, 4 or 5.
    pub version: u8,
    /// The system that made it.
    pub vendor: String,
    /// Who made it.
    pub maker: Option<CertificateReport>,
    /// When it was made, by the maker's word.
    pub created: OffsetDateTime,
    /// First moment of its period.
    pub valid_from: OffsetDateTime,
    /// Last moment of its period.
    pub valid_to: OffsetDateTime,
    /// SM3 of the picture in hexadecimal.
    pub picture_sm3: String,
}

/// One signature judged.
#[derive(Clone, Debug)]
pub struct SignatureReport {
    /// The outcome of this signature alone.
    pub outcome: Outcome,
    /// What kind of signature it is.
    pub form: Form,
    /// Name of the form field, in a PDF.
    pub field: Option<String>,
    /// Number of the revision it covers, counted from 1, in a PDF.
    pub revision: Option<usize>,
    /// Whether it covers the file to its end, in a PDF.
    pub covers_whole_file: Option<bool>,
    /// Key, padding and digest, such as `SM2-SM3`.
    pub suite: Option<String>,
    /// Whose certificate signed.
    pub signer: Option<CertificateReport>,
    /// The seal, when there is one.
    pub seal: Option<SealReport>,
    /// The signer's own word for the time.
    pub claimed_time: Option<OffsetDateTime>,
    /// The earliest moment at which a time stamp proves that the signature was there.
    pub proven_time: Option<OffsetDateTime>,
    /// Whether it was valid at that time, if that time is believed.
    pub valid_at_signing: Outcome,
    /// Whether it is valid at the moment of judgement.
    pub valid_now: Outcome,
    /// Every check, in the order of the registry.
    pub checks: Vec<CheckReport>,
}

impl SignatureReport {
    /// The outcome over the checks that concern one moment.
    pub(super) fn at(checks: &[CheckReport], moment: Moment) -> Outcome {
        let concerns = |report: &&CheckReport| {
            report.check.moment == Moment::Always || report.check.moment == moment
        };
        Outcome::of(checks.iter().filter(concerns))
    }
}

/// The whole answer for one file.
#[derive(Clone, Debug)]
pub struct Report {
    /// The answer.
    pub outcome: Outcome,
    /// The moment of judgement.
    pub at: OffsetDateTime,
    /// What the file is.
    pub kind: Kind,
    /// Its size in bytes.
    pub bytes: usize,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Its SM3 in hexadecimal.
    pub sm3: String,
    /// Checks of the file as a whole.
    pub checks: Vec<CheckReport>,
    /// Each signature, in the order of the file.
    pub signatures: Vec<SignatureReport>,
    /// For what it was made, when it is a marked copy; believed as far as the signatures are.
    pub copy: Option<Mark>,
    /// Whom was believed.
    pub trust: TrustSource,
    /// Certificates of which nobody at hand said whether they were revoked.
    pub revocation_unknown: Vec<Link>,
}

/// A certificate and the one that issued it, in a path to an anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The certificate.
    pub subject: Certificate,
    /// That of its issuer.
    pub issuer: Certificate,
}

impl Report {
    /// Every check result, of the file first and then of each signature.
    pub fn all_checks(&self) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().chain(self.signatures.iter().flat_map(|one| one.checks.iter()))
    }

    /// The reason that decided: the first failure, else the first unknown; none when valid.
    #[must_use]
    pub fn reason(&self) -> Option<Code> {
        let first = |wanted| self.all_checks().find(|report| report.result == wanted);
        let decisive = match self.outcome {
            Outcome::Valid => None,
            Outcome::Invalid => first(CheckResult::Fail),
            Outcome::Indeterminate => first(CheckResult::Unknown)
                .or_else(|| self.all_checks().find(|report| report.check.required)),
        };
        decisive?.code
    }

    /// True when the file carries no seal and no signature at all (未签章).
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        self.checks.iter().any(|report| report.code == Some(Code::NoSignature))
    }
}
