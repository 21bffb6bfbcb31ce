//! The two languages in which people are spoken to.

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Words in both languages, Chinese first.
pub(crate) type Words = (&'static str, &'static str);

impl Language {
    /// The words in this language.
    pub(crate) const fn pick(self, words: Words) -> &'static str {
        match self {
            Self::Zh => words.0,
            Self::En => words.1,
        }
    }
}
