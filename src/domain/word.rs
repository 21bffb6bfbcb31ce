//! Words of fixed lists: one spelling for database, API and people.

/// The text is none of the words of its list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {list}; known are {known}")]
pub struct UnknownWord {
    /// The name of the list.
    pub list: &'static str,
    /// The words of the list.
    pub known: String,
}

/// An enum whose variants are written as fixed words.
macro_rules! words {
    ($list:literal; $(#[$meaning:meta])* pub enum $name:ident {
        $($(#[$variant_meaning:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$meaning])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_meaning])* $variant,)+ }

        impl $name {
            /// All, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as it is stored and shown to programs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::word::UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::word::UnknownWord {
                        list: $list,
                        known: [$($word,)+].join(", "),
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::sealing::SealForm;

    #[test]
    fn a_word_reads_back_and_others_are_refused() {
        for form in SealForm::ALL {
            assert_eq!(form.to_string().parse(), Ok(*form));
        }
        let refusal = "Both".parse::<SealForm>().unwrap_err().to_string();
        assert_eq!(refusal, "unknown seal form; known are pades, sm2, both");
    }
}
