//! Why a file fails, as JSON.

use serde::Serialize;

/// What was found of one file.
#[derive(Clone, Debug, Serialize)]
pub struct DiagnosisView {
    /// What `verify` says of it: `VALID`, `INVALID` or `INDETERMINATE`. Nothing that is found changes it.
    pub outcome: String,
    /// The moment of judgement.
    pub as_of: String,
    /// Whom was believed.
    pub trust_list: String,
    /// `pdf`, `ofd`, `seal`, `seal_signature`, `cms`, `certificate` or `unknown`.
    pub kind: String,
    /// Size in bytes.
    pub bytes: usize,
    /// What to cure, the worst first.
    pub findings: Vec<FindingView>,
    /// False when the search for reasons was ended before everything was tried.
    pub complete: bool,
}

impl DiagnosisView {
    /// True when something fails here.
    #[must_use]
    pub fn fails_here(&self) -> bool {
        self.findings.iter().any(|one| one.severity == "fails_here")
    }
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingView {
    /// Stable name; see the list of codes.
    pub code: String,
    /// `fails_here`, `fails_elsewhere` or `note`.
    pub severity: String,
    /// Which signature, counted from 1.
    pub signature: Option<usize>,
    /// Name of its form field, in a PDF.
    pub field: Option<String>,
    /// Subject of the certificate concerned.
    pub certificate: Option<String>,
    /// First byte concerned and the one after the last.
    pub range: Option<[usize; 2]>,
    /// What was seen, in Chinese.
    pub seen_zh: String,
    /// What was seen, in English.
    pub seen_en: String,
    /// Why that fails, in Chinese.
    pub why_zh: String,
    /// Why that fails, in English.
    pub why_en: String,
    /// What to do, in Chinese.
    pub cure_zh: String,
    /// What to do, in English.
    pub cure_en: String,
}
