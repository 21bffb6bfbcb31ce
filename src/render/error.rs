//! Why a license could not be drawn.

/// Why a license could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A text does not fit its place, even at its smallest size.
    #[error("the text of field `{field}` does not fit its place on the license")]
    Overflow {
        /// Key of the field; empty for words of the layout itself.
        field: String,
    },
    /// No font has a character.
    #[error("no font can print the character {character} (U+{:04X}) of field `{field}`", u32::from(*.character))]
    MissingCharacter {
        /// Key of the field; empty for words of the layout itself.
        field: String,
        /// The character.
        character: char,
    },
    /// A photo cannot be used.
    #[error("the photo of field `{field}` {problem}")]
    Photo {
        /// Key of the field.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The address for the code is too long to be scanned at the size of its place.
    #[error("an address of {bytes} bytes is too long for the code on the license")]
    Code {
        /// Length of the address.
        bytes: usize,
    },
    /// The license would have more pages than allowed.
    #[error("the license would have more than {max} pages")]
    TooManyPages {
        /// The limit.
        max: usize,
    },
    /// The file whose pages are shown cannot be read.
    #[error("the pages cannot be taken over: {0}")]
    Original(String),
    /// The PDF was refused by the archive rules (PDF/A-2u); a fault of the layout or of a font.
    #[error("the PDF does not keep the archive rules: {0}")]
    Archive(String),
}

impl RenderError {
    /// The field at fault, where one is.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Overflow { field }
            | Self::MissingCharacter { field, .. }
            | Self::Photo { field, .. } => {
                Some(field).filter(|f| !f.is_empty()).map(String::as_str)
            }
            Self::Code { .. }
            | Self::TooManyPages { .. }
            | Self::Original(_)
            | Self::Archive(_) => None,
        }
    }

    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Overflow { .. } => "overflow",
            Self::MissingCharacter { .. } => "missing_character",
            Self::Photo { .. } => "photo",
            Self::Code { .. } => "code_too_long",
            Self::TooManyPages { .. } => "too_many_pages",
            Self::Original(_) => "original",
            Self::Archive(_) => "archive",
        }
    }
}
