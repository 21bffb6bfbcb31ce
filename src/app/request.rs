//! What is asked of the service, and small answers that are not shown as they are.

use crate::once::asked;
use domain::digest::Sm3;
use domain::sealing::Level;
use time::OffsetDateTime;

/// A client's name for one logical request: 1 to 128 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl std::str::FromStr for IdempotencyKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=128).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        Err("an idempotency key is 1 to 128 visible ASCII characters")
    }
}

impl IdempotencyKey {
    /// The key as the client sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of one thing among several that were asked for under this one.
    pub(crate) fn and(&self, what: Sm3) -> Self {
        Self(asked("key", &[self.0.as_bytes(), what.as_bytes()]).to_string())
    }
}

/// Which signatures a sealed PDF carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealForm {
    /// One PAdES signature (RSA or P-256), which every reader checks.
    Pades,
    /// One GB/T 38540 seal signature (SM2).
    Sm2,
    /// The first, then the second as a later revision that the first permits.
    Both,
}

impl SealForm {
    /// The word of the API.
    #[must_use]
    pub fn word(self) -> &'static str {
        domain::sealing::SealForm::from(self).as_str()
    }
}

impl From<SealForm> for domain::sealing::SealForm {
    fn from(form: SealForm) -> Self {
        match form {
            SealForm::Pades => Self::Pades,
            SealForm::Sm2 => Self::Sm2,
            SealForm::Both => Self::Both,
        }
    }
}

impl From<domain::sealing::SealForm> for SealForm {
    fn from(form: domain::sealing::SealForm) -> Self {
        match form {
            domain::sealing::SealForm::Pades => Self::Pades,
            domain::sealing::SealForm::Sm2 => Self::Sm2,
            domain::sealing::SealForm::Both => Self::Both,
        }
    }
}

/// A license to issue.
#[derive(Clone, Debug)]
pub struct IssueRequest {
    /// Code of the license type.
    pub license_type: String,
    /// Field values by key, as JSON.
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// The department's own PDF; rendered from the fields when absent.
    pub document: Option<Vec<u8>>,
    /// The seal by name or id; the organization's seal for this type when absent.
    pub seal: Option<String>,
    /// The form; both when absent.
    pub form: Option<SealForm>,
    /// The level; that of the settings when absent.
    pub level: Option<Level>,
    /// Ids of the licenses of which it is made; none of an ordinary one.
    pub parts: Vec<String>,
}

impl IssueRequest {
    /// One that is drawn from its fields, with the seal, form and level that are usual for the type.
    #[must_use]
    pub fn drawn(
        license_type: impl Into<String>,
        fields: serde_json::Map<String, serde_json::Value>,
    ) -> Self {
        Self {
            license_type: license_type.into(),
            fields,
            document: None,
            seal: None,
            form: None,
            level: None,
            parts: Vec::new(),
        }
    }
}

/// Where the visible seal goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Centered on the last occurrence of a text.
    Keyword(String),
    /// Centre of the seal on a page (from 1), in mm from the top left corner.
    At {
        /// Page number from 1.
        page: usize,
        /// Distance from the left edge in mm.
        x_mm: f64,
        /// Distance from the top edge in mm.
        y_mm: f64,
    },
    /// Lower right of the last page.
    Default,
}

/// A document to seal.
#[derive(Clone, Debug)]
pub struct SealRequest {
    /// The PDF.
    pub document: Vec<u8>,
    /// The seal by name or id.
    pub seal: String,
    /// The form.
    pub form: SealForm,
    /// The level; that of the settings when absent.
    pub level: Option<Level>,
    /// Where the seal is shown.
    pub place: Place,
    /// Also over the edges of all pages (骑缝章).
    pub riding: bool,
}

/// A file that leaves the service.
#[derive(Clone, Debug)]
pub struct Document {
    /// The bytes as stored.
    pub bytes: Vec<u8>,
    /// Media type, such as `application/pdf`.
    pub media_type: &'static str,
    /// A file name without personal data.
    pub name: String,
    /// Hex SHA-256, the strong entity tag.
    pub sha256: String,
}

/// Exactly one of the three ways to ask for a verification.
#[derive(Clone, Debug)]
pub enum VerifyInput {
    /// The bytes of a file; judged at the given time, or now.
    File {
        /// The bytes.
        bytes: Vec<u8>,
        /// The time of judgement.
        at: Option<OffsetDateTime>,
    },
    /// A code printed on a license.
    Code {
        /// The code alone or its whole address.
        text: String,
        /// The time of judgement, or now.
        at: Option<OffsetDateTime>,
    },
    /// A license of the register.
    License {
        /// Its id or its GB/T 36904 identifier.
        id: String,
        /// The time of judgement, or now.
        at: Option<OffsetDateTime>,
    },
}

/// Which licenses to list.
#[derive(Clone, Debug, Default)]
pub struct LicenseQuery {
    /// Only this type.
    pub license_type: Option<String>,
    /// Only this number, compared by its canonical form.
    pub number: Option<String>,
    /// Only this holder name, compared by its canonical form.
    pub holder: Option<String>,
    /// Only in this stored state.
    pub state: Option<String>,
    /// Only those that are in force and end within so many days, those first that end first.
    pub ending_within: Option<u16>,
    /// At most this many; 1 to 200, 50 when absent.
    pub limit: Option<usize>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent at the end.
    pub next_cursor: Option<String>,
}

/// Whether each part of the service works.
#[derive(Clone, Debug)]
pub struct Readiness {
    /// Part name and, when it does not work, why.
    pub parts: Vec<(&'static str, Result<(), NotReady>)>,
}

/// Why a part of the service does not work.
#[derive(Clone, Debug)]
pub struct NotReady {
    /// Stable code, such as `clock_skew`.
    pub code: &'static str,
    /// In words, for the log.
    pub reason: String,
}

impl Readiness {
    /// True when every part works.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.parts.iter().all(|(_, state)| state.is_ok())
    }
}
