//! The names of subjectAltName, name constraints and distribution points.

use super::name::Name;
use crate::der::{DerError, Element, tag};
use std::net::IpAddr;

/// `GeneralName ::= CHOICE { otherName [0], rfc822Name [1], dNSName [2], x400Address [3],
/// directoryName [4], ediPartyName [5], uniformResourceIdentifier [6], iPAddress [7],
/// registeredID [8] }` (RFC 5280, clause 4.2.1.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneralName {
    /// A mail address
    Mail(String),
    /// A host name
    Dns(String),
    /// A distinguished name
    Directory(Name),
    /// A URI
    Uri(String),
    /// An IP address: 4 or 16 bytes; with a mask 8 or 32
    Ip(Vec<u8>),
    /// Any other form, or one whose content is not what its tag says, with its tag
    Other(u8, Vec<u8>),
}

/// The form of a name, by which constraints apply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// rfc822Name
    Mail,
    /// dNSName
    Dns,
    /// directoryName
    Directory,
    /// uniformResourceIdentifier
    Uri,
    /// iPAddress
    Ip,
    /// Another, by the number of its tag
    Other(u8),
}

impl GeneralName {
    /// Reads one name. IA5Strings with UTF-8 bytes are in use and taken as UTF-8; a form whose
    /// content is something else (a directoryName that is not constructed) becomes
    /// [`Self::Other`], because such certificates are in use too.
    ///
    /// # Errors
    /// A tag that is none of a name.
    pub fn read(element: Element<'_>) -> Result<Self, DerError> {
        let number = element.tag() & 0x1f;
        if element.tag() & 0xc0 != 0x80 || number > 8 {
            return Err(DerError::value(element.offset(), "GeneralName"));
        }
        let other = || Self::Other(number, element.content().to_vec());
        let text = || String::from_utf8(element.content().to_vec()).ok();
        Ok(match (number, element.is_constructed()) {
            (1, false) => text().map_or_else(other, Self::Mail),
            (2, false) => text().map_or_else(other, Self::Dns),
            (4, true) => directory(element).map_or_else(other, Self::Directory),
            (6, false) => text().map_or_else(other, Self::Uri),
            (7, false) => Self::Ip(element.content().to_vec()),
            _ => other(),
        })
    }

    /// `GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName`, given the elements.
    ///
    /// # Errors
    /// No name, or one that is not well-formed.
    pub fn read_all(elements: &[Element<'_>], offset: usize) -> Result<Vec<Self>, DerError> {
        if elements.is_empty() {
            return Err(DerError::value(offset, "GeneralNames"));
        }
        elements.iter().map(|element| Self::read(*element)).collect()
    }

    /// The form, by which constraints apply.
    #[must_use]
    pub fn form(&self) -> Form {
        match self {
            Self::Mail(_) => Form::Mail,
            Self::Dns(_) => Form::Dns,
            Self::Directory(_) => Form::Directory,
            Self::Uri(_) => Form::Uri,
            Self::Ip(_) => Form::Ip,
            Self::Other(number, _) => Form::Other(*number),
        }
    }

    /// The address of an iPAddress of 4 or 16 bytes.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        let Self::Ip(bytes) = self else { return None };
        let v4 = <[u8; 4]>::try_from(&bytes[..]).map(IpAddr::from);
        v4.or_else(|_| <[u8; 16]>::try_from(&bytes[..]).map(IpAddr::from)).ok()
    }
}

/// directoryName is a CHOICE, so its tag is explicit.
fn directory(element: Element<'_>) -> Option<Name> {
    let mut reader = element.reader();
    let name = reader.read(tag::SEQUENCE).ok()?;
    reader.finish().ok()?;
    Name::read(name).ok()
}

/// Writing general names.
pub mod write {
    use crate::der::{tag, write};
    use std::net::IpAddr;

    /// dNSName
    #[must_use]
    pub fn dns(host: &str) -> Vec<u8> {
        write::tlv(tag::context_primitive(2), host.as_bytes())
    }

    /// iPAddress
    #[must_use]
    pub fn ip(address: IpAddr) -> Vec<u8> {
        match address {
            IpAddr::V4(address) => write::tlv(tag::context_primitive(7), &address.octets()),
            IpAddr::V6(address) => write::tlv(tag::context_primitive(7), &address.octets()),
        }
    }

    /// uniformResourceIdentifier
    #[must_use]
    pub fn uri(uri: &str) -> Vec<u8> {
        write::tlv(tag::context_primitive(6), uri.as_bytes())
    }
}
