//! Where a seal stands on a document.

use std::fmt;
use std::str::FromStr;

use crate::word::words;

/// Where a seal stands on a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// With its center here; micrometers from the upper left corner of a page counted from 1.
    At {
        /// The page.
        page: u32,
        /// To the right.
        x_um: i32,
        /// Down.
        y_um: i32,
    },
    /// Over the last place where the document has this text.
    Keyword(String),
    /// Over the edges of all pages (骑缝章).
    Riding(RidingRule),
}

words! { "riding rule";
    /// Along which edge a riding seal stands.
    pub enum RidingRule {
        /// The right edge, pages side by side.
        Right = "right",
        /// The left edge.
        Left = "left",
    }
}

/// The text names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place for a seal")]
pub struct BadPlacement;

/// `at:1:105000:230000`, `keyword:盖章`, `riding:right`.
impl fmt::Display for Placement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { page, x_um, y_um } => write!(out, "at:{page}:{x_um}:{y_um}"),
            Self::Keyword(text) => write!(out, "keyword:{text}"),
            Self::Riding(rule) => write!(out, "riding:{rule}"),
        }
    }
}

impl FromStr for Placement {
    type Err = BadPlacement;

    fn from_str(text: &str) -> Result<Self, BadPlacement> {
        let (kind, rest) = text.split_once(':').ok_or(BadPlacement)?;
        match kind {
            "keyword" => Ok(Self::Keyword(rest.to_owned())),
            "riding" => rest.parse().map(Self::Riding).map_err(|_| BadPlacement),
            "at" => {
                let parts: Vec<&str> = rest.split(':').collect();
                let [page, x, y] = parts[..] else { return Err(BadPlacement) };
                let page = page.parse().map_err(|_| BadPlacement)?;
                let number = |text: &str| text.parse().map_err(|_| BadPlacement);
                Ok(Self::At { page, x_um: number(x)?, y_um: number(y)? })
            }
            _ => Err(BadPlacement),
        }
    }
}

impl Placement {
    /// Several places as one text, a JSON list.
    #[must_use]
    pub fn list_text(places: &[Self]) -> String {
        let texts: Vec<String> = places.iter().map(Self::to_string).collect();
        serde_json::Value::from(texts).to_string()
    }

    /// The places of [`Placement::list_text`].
    ///
    /// # Errors
    /// When the text is no list, or one of it no place.
    pub fn list_from_text(text: &str) -> Result<Vec<Self>, BadPlacement> {
        let texts: Vec<String> = serde_json::from_str(text).map_err(|_| BadPlacement)?;
        texts.iter().map(|text| text.parse()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_back_and_others_are_refused() {
        for place in [
            Placement::At { page: 1, x_um: 105_000, y_um: -1 },
            Placement::Keyword("发证机关:\n（盖章）".into()),
            Placement::Riding(RidingRule::Right),
        ] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        let places = [Placement::Keyword("a\",\n".into()), Placement::Keyword(String::new())];
        assert_eq!(Placement::list_from_text(&Placement::list_text(&places)), Ok(places.into()));
        assert_eq!(Placement::list_from_text(&Placement::list_text(&[])), Ok(Vec::new()));
        assert_eq!(Placement::list_from_text("[1]"), Err(BadPlacement));
        for text in ["", "at", "at:1:2", "at:1:2:3:4", "at:-1:2:3", "riding:up", "seal:1"] {
            assert_eq!(text.parse::<Placement>(), Err(BadPlacement), "{text}");
        }
    }
}
