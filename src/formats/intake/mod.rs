//! Files of strangers that are to be kept and shown to others: a PDF as it is if nothing in it acts, a
//! picture written anew, and nothing else.
//!
//! A picture is decoded and encoded again, so that what is kept was written here: places and names in
//! its metadata, and whatever else was packed into the file, stay behind.

mod picture;
mod polyglot;

use crate::pdf::{self, Harm, Limits};
use picture::BadPicture;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A PDF document.
    Pdf,
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How names of such files end, the usual one first.
    #[must_use]
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
        }
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            _ => None,
        }
    }
}

/// What may be kept of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What it is.
    pub kind: Kind,
    /// What was written anew; none of what is kept as it came.
    pub rewritten: Option<Vec<u8>>,
    /// Pages; a picture is one.
    pub pages: usize,
}

/// Why nothing is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not one of the kinds.
    #[error("it is {0}; PDF, JPEG and PNG are kept")]
    Kind(&'static str),
    /// Two files in one.
    #[error("it is two files in one: {0}")]
    Mixed(&'static str),
    /// Nobody can look inside.
    #[error("it is encrypted; save it without a password")]
    Encrypted,
    /// It would do something.
    #[error("{0}; print it to a new PDF, or send a picture of it")]
    Active(String),
    /// It cannot be read to the end.
    #[error("it is damaged ({0}); save it anew, or send a picture of it")]
    Damaged(String),
    /// More than is looked through.
    #[error("{0}; send fewer pages or a smaller picture")]
    TooInvolved(String),
}

impl Refused {
    /// A stable word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Kind(_) => "kind",
            Self::Mixed(_) => "mixed",
            Self::Encrypted => "encrypted",
            Self::Active(_) => "active",
            Self::Damaged(_) => "damaged",
            Self::TooInvolved(_) => "too_involved",
        }
    }
}

impl From<Harm> for Refused {
    fn from(harm: Harm) -> Self {
        match harm {
            Harm::Encrypted => Self::Encrypted,
            Harm::Trailing(_) => Self::Mixed("something follows the end of the document"),
            Harm::Exhausted(_) => Self::TooInvolved(harm.to_string()),
            Harm::Damaged(cause) => Self::Damaged(cause.to_string()),
            harm => Self::Active(harm.to_string()),
        }
    }
}

impl From<BadPicture> for Refused {
    fn from(bad: BadPicture) -> Self {
        match bad {
            BadPicture::TooLarge => Self::TooInvolved(bad.to_string()),
            BadPicture::Damaged(reason) => Self::Damaged(reason),
        }
    }
}

/// Pages of a material; what is bound into a volume of more is not handed in as one file.
const PAGES_MAX: usize = 1_000;

/// Looks at a file, and writes it anew where that is how it is made safe.
///
/// # Errors
/// Why it is not kept.
pub fn take(bytes: &[u8]) -> Result<Taken, Refused> {
    match Kind::of(bytes) {
        Some(Kind::Pdf) => {
            if let Some(other) = polyglot::within(bytes) {
                return Err(Refused::Mixed(other));
            }
            let limits = Limits { pages_max: PAGES_MAX, ..Limits::default() };
            let pages = pdf::require_harmless(bytes, &limits)?;
            Ok(Taken { kind: Kind::Pdf, rewritten: None, pages })
        }
        Some(kind) => {
            let written = match kind {
                Kind::Png => picture::png(bytes)?,
                _ => picture::jpeg(bytes)?,
            };
            Ok(Taken { kind, rewritten: Some(written), pages: 1 })
        }
        None if polyglot::hides_pdf(bytes) => {
            Err(Refused::Mixed("other bytes stand before the document"))
        }
        None => Err(Refused::Kind(polyglot::name(bytes))),
    }
}
