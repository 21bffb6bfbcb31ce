//! Texts of a layout: fixed words with places for values, such as `有效期至{valid_to}`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a value is printed where it differs from the usual form of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The usual form.
    Plain,
    /// A date in Chinese figures: 二〇二六年三月二日.
    Chinese,
    /// The year of a date.
    Year,
    /// The month of a date.
    Month,
    /// The day of a date.
    Day,
    /// The first day of a period.
    From,
    /// The last day of a period.
    To,
    /// A number without its unit.
    Bare,
}

const FORMATS: [(&str, Format); 7] = [
    ("chinese", Format::Chinese),
    ("year", Format::Year),
    ("month", Format::Month),
    ("day", Format::Day),
    ("from", Format::From),
    ("to", Format::To),
    ("bare", Format::Bare),
];

/// What is known of a license beside its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// Name of the issuing body.
    Issuer,
    /// 证照标识.
    Identifier,
    /// Number of the page.
    Page,
    /// How many pages there are.
    Pages,
}

const GIVENS: [(&str, Given); 4] = [
    ("@issuer", Given::Issuer),
    ("@identifier", Given::Identifier),
    ("@page", Given::Page),
    ("@pages", Given::Pages),
];

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words as they stand.
    Fixed(String),
    /// The value of a field.
    Field {
        /// Key of the field.
        key: String,
        /// How it is printed.
        format: Format,
    },
    /// Something known beside the content.
    Given(Given),
}

/// A text with places for values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template(Vec<Part>);

impl Template {
    /// The parts in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The keys of the fields it shows.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Field { key, .. } => Some(key.as_str()),
            Part::Fixed(_) | Part::Given(_) => None,
        })
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find(['{', '}']) {
            let (fixed, after) = rest.split_at(open);
            if !fixed.is_empty() {
                parts.push(Part::Fixed(fixed.to_owned()));
            }
            let place = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let (inner, after) =
                place.ok_or_else(|| format!("`{text}`: a brace has no partner"))?;
            parts.push(parsed_place(inner).map_err(|problem| format!("`{text}`: {problem}"))?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Fixed(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

fn parsed_place(inner: &str) -> Result<Part, String> {
    if inner.starts_with('@') {
        let given = GIVENS.iter().find(|(name, _)| *name == inner);
        return given.map(|(_, given)| Part::Given(*given)).ok_or_else(|| {
            format!("`{inner}` is none of {}", GIVENS.map(|(name, _)| name).join(", "))
        });
    }
    let (key, format) = match inner.split_once(':') {
        None => (inner, Format::Plain),
        Some((key, word)) => {
            let format = FORMATS.iter().find(|(name, _)| *name == word);
            let format = format.ok_or_else(|| {
                format!("format `{word}` is none of {}", FORMATS.map(|(name, _)| name).join(", "))
            })?;
            (key, format.1)
        }
    };
    if key.is_empty() {
        return Err("a place names no field".to_owned());
    }
    Ok(Part::Field { key: key.to_owned(), format })
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.to_string()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Fixed(text) => f.write_str(text)?,
                Part::Field { key, format } => {
                    match FORMATS.iter().find(|(_, known)| known == format) {
                        Some((word, _)) => write!(f, "{{{key}:{word}}}")?,
                        None => write!(f, "{{{key}}}")?,
                    }
                }
                Part::Given(given) => {
                    let name = GIVENS.iter().find(|(_, known)| known == given);
                    write!(f, "{{{}}}", name.map_or("", |(name, _)| name))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        for text in ["", "名称", "{name}", "自{term:from}起至{term:to}止", "{@issuer}第{@page}页"]
        {
            let template = Template::try_from(text.to_owned()).expect("a template");
            assert_eq!(template.to_string(), text);
        }
    }

    #[test]
    fn a_wrong_place_is_named() {
        for (text, problem) in [
            ("{name", "a brace has no partner"),
            ("name}", "a brace has no partner"),
            ("{}", "a place names no field"),
            ("{name:big}", "format `big` is none of chinese, year"),
            ("{@date}", "`@date` is none of @issuer"),
        ] {
            let error = Template::try_from(text.to_owned()).expect_err("a wrong place");
            assert!(error.contains(problem), "{text}: {error}");
        }
    }
}
