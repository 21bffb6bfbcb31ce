//! Distinguished names: kept as stored, compared by meaning, shown as text.

use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};
use std::fmt;

/// Most attributes of one name. Real names carry at most ten.
const ATTRIBUTES_MAX: usize = 4096;

/// `Name ::= SEQUENCE OF RelativeDistinguishedName` (RFC 5280, clause 4.1.2.4).
///
/// Values are decoded only as far as they are shown: names in use break the types of the standard
/// (x500UniqueIdentifier as UTF8String), and what counts is that issuer and subject agree.
#[derive(Clone, Debug)]
pub struct Name {
    raw: Vec<u8>,
    attributes: Vec<Attribute>,
    comparable: Vec<u8>,
}

/// One attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Which attribute.
    pub oid: Oid,
    /// Its value as text; `None` when it is not a string.
    pub text: Option<String>,
    /// The value as stored, with tag and length.
    pub raw: Vec<u8>,
    /// Position of its relative distinguished name, counted from the root.
    pub level: usize,
}

impl Name {
    /// Reads a name element.
    ///
    /// # Errors
    /// Not the structure, an empty relative name, or more attributes than any name has.
    pub fn read(element: Element<'_>) -> Result<Self, DerError> {
        let mut attributes = Vec::new();
        let levels = element.expect(tag::SEQUENCE)?.reader().collect()?;
        for (level, set) in levels.into_iter().enumerate() {
            let members = set.expect(tag::SET)?.reader().collect()?;
            if members.is_empty() || attributes.len() + members.len() > ATTRIBUTES_MAX {
                return Err(DerError::value(set.offset(), "relative distinguished name"));
            }
            for member in members {
                attributes.push(Attribute::read(member, level)?);
            }
        }
        let comparable = comparable(&attributes);
        Ok(Self { raw: element.raw().to_vec(), attributes, comparable })
    }

    /// Reads a name that stands alone.
    ///
    /// # Errors
    /// As [`Self::read`], or trailing bytes.
    pub fn parse(der: &[u8]) -> Result<Self, DerError> {
        Self::read(Reader::only(der, tag::SEQUENCE)?)
    }

    /// The bytes as stored.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The attributes from the root down.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// True for a name without attributes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The text of the most specific attribute of a type.
    #[must_use]
    pub fn text_of(&self, oid: &Oid) -> Option<&str> {
        let mut found = self.attributes.iter().rev().filter(|attribute| attribute.oid == *oid);
        found.find_map(|attribute| attribute.text.as_deref())
    }

    /// commonName; in certificates of sealers the 14-digit seal code.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.text_of(&oid::COMMON_NAME)
    }

    /// organizationName; in certificates of sealers the credit code followed by the name.
    #[must_use]
    pub fn organization(&self) -> Option<&str> {
        self.text_of(&oid::ORGANIZATION)
    }

    /// True when this name begins with all relative names of `root` (RFC 5280, clause 7.1).
    #[must_use]
    pub fn is_within(&self, root: &Self) -> bool {
        self.comparable.starts_with(&root.comparable)
    }
}

/// Equal as RFC 5280, clause 7.1 asks: case and runs of white space in strings do not count, and
/// neither does the string type. Bytes that are equal are equal without looking closer.
impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw || self.comparable == other.comparable
    }
}

impl Eq for Name {}

impl Attribute {
    fn read(element: Element<'_>, level: usize) -> Result<Self, DerError> {
        let mut fields = element.expect(tag::SEQUENCE)?.reader();
        let oid = fields.any()?.oid()?;
        let value = fields.any()?;
        fields.finish()?;
        Ok(Self { oid, text: value.text().ok(), raw: value.raw().to_vec(), level })
    }
}

/// A byte form that is equal for names that count as equal, and a prefix for names above. Each
/// part carries its length, so that no part can imitate the next.
fn comparable(attributes: &[Attribute]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = attributes;
    while let Some(first) = rest.first() {
        let members = rest.iter().take_while(|member| member.level == first.level).count();
        let mut parts: Vec<Vec<u8>> = rest[..members].iter().map(comparable_attribute).collect();
        parts.sort_unstable();
        let level = parts.concat();
        out.extend_from_slice(&level.len().to_be_bytes());
        out.extend_from_slice(&level);
        rest = &rest[members..];
    }
    out
}

fn comparable_attribute(attribute: &Attribute) -> Vec<u8> {
    let (kind, value) = match &attribute.text {
        Some(text) => (1, folded(text).into_bytes()),
        None => (0, attribute.raw.clone()),
    };
    let mut out = Vec::with_capacity(value.len() + 24);
    for part in [attribute.oid.content(), &value] {
        out.extend_from_slice(&part.len().to_be_bytes());
        out.extend_from_slice(part);
    }
    out.push(kind);
    out
}

/// Lower case, no white space at the ends, one space for a run of it.
fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// `CN=…, O=…, C=…`: the most specific first (RFC 4514), `+` inside a relative name.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut above: Option<usize> = None;
        for attribute in self.attributes.iter().rev() {
            match above {
                Some(level) if level == attribute.level => f.write_str(" + ")?,
                Some(_) => f.write_str(", ")?,
                None => {}
            }
            above = Some(attribute.level);
            match attribute.oid.name() {
                Some(name) => write!(f, "{name}=")?,
                None => write!(f, "{}=", attribute.oid)?,
            }
            match &attribute.text {
                Some(text) => escape(f, text)?,
                None => {
                    f.write_str("#")?;
                    attribute.raw.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                }
            }
        }
        Ok(())
    }
}

/// Escapes what would end the value or forge another attribute, and all control characters.
fn escape(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let edge_space = character == ' ' && (index == 0 || index == last);
        let leading_hash = character == '#' && index == 0;
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => write!(f, "\\{character}")?,
            _ if edge_space || leading_hash => write!(f, "\\{character}")?,
            _ if character.is_control() => write!(f, "{}", character.escape_default())?,
            _ => write!(f, "{character}")?,
        }
    }
    Ok(())
}

/// Writing names.
pub mod write {
    use crate::der::write;
    use crate::oid::{self, Oid};

    /// A name of single attributes from the root down; the country as PrintableString, all others
    /// as UTF8String (GB/T 20518, clause 5.2.3.4).
    #[must_use]
    pub fn name(attributes: &[(Oid, &str)]) -> Vec<u8> {
        let sets: Vec<Vec<u8>> = attributes
            .iter()
            .map(|(kind, text)| {
                let country = *kind == oid::COUNTRY;
                let value = if country { write::printable(text) } else { write::utf8(text) };
                write::set_of(&[&write::sequence(&[&write::oid(kind), &value])])
            })
            .collect();
        write::sequence(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::write as der;

    fn name(attributes: &[(Oid, &str)]) -> Name {
        Name::parse(&write::name(attributes)).expect("own name")
    }

    fn printable(text: &str) -> Name {
        let value = der::sequence(&[&der::oid(&oid::COMMON_NAME), &der::printable(text)]);
        Name::parse(&der::sequence(&[&der::set_of(&[&value])])).expect("a name")
    }

    #[test]
    fn case_space_and_string_type_do_not_count() {
        let seal = name(&[(oid::COMMON_NAME, "Good  CA")]);
        assert_eq!(seal, printable(" good ca "));
        assert_ne!(seal, printable("goodca"));
        assert_ne!(seal, name(&[(oid::ORGANIZATION, "Good CA")]));
    }

    #[test]
    fn parts_do_not_imitate_each_other() {
        let split = name(&[(oid::COMMON_NAME, "a"), (oid::COMMON_NAME, "b")]);
        for other in ["a b", "ab", "a"] {
            assert_ne!(split, name(&[(oid::COMMON_NAME, other)]));
        }
        assert!(split.is_within(&name(&[(oid::COMMON_NAME, "A")])));
        assert!(!split.is_within(&name(&[(oid::COMMON_NAME, "a"), (oid::COMMON_NAME, "c")])));
        assert!(!name(&[(oid::COMMON_NAME, "ab")]).is_within(&name(&[(oid::COMMON_NAME, "a")])));
    }

    #[test]
    fn shown_with_the_most_specific_first_and_escaped() {
        let maker = name(&[
            (oid::COUNTRY, "CN"),
            (oid::ORGANIZATION, "11320500014150050B苏州市民政局"),
            (oid::COMMON_NAME, "32050000011053, CN=other\n"),
        ]);
        assert_eq!(
            maker.to_string(),
            "CN=32050000011053\\, CN\\=other\\n, O=11320500014150050B苏州市民政局, C=CN"
        );
        assert_eq!(maker.organization(), Some("11320500014150050B苏州市民政局"));
    }

    #[test]
    fn values_that_are_no_strings_are_shown_as_hex_and_compared_as_bytes() {
        let value = der::sequence(&[&der::oid(&oid::UNIQUE_IDENTIFIER), &der::bit_string(&[0xb0])]);
        let odd = Name::parse(&der::sequence(&[&der::set_of(&[&value])])).expect("a name");
        assert_eq!(odd.to_string(), "x500UniqueIdentifier=#030200b0");
        assert_ne!(odd, name(&[(oid::UNIQUE_IDENTIFIER, "B0")]));
    }
}
