//! The PEM form (RFC 7468) of certificates and lists.

use super::certificate::{Certificate, X509Error};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Most blocks of one file: a trust list has dozens.
const BLOCKS_MAX: usize = 1024;

/// Why a text is not PEM.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// No block of the wanted label.
    #[error("no {0} block")]
    Missing(&'static str),
    /// A block that does not end, or whose content is not base64.
    #[error("a {0} block is damaged")]
    Damaged(&'static str),
    /// More blocks than any file in use.
    #[error("more than {BLOCKS_MAX} blocks")]
    TooMany,
    /// The content is not a certificate.
    #[error(transparent)]
    Certificate(#[from] X509Error),
}

/// The contents of all blocks of a label; text around the blocks is passed over.
///
/// # Errors
/// A block is damaged, or there are too many.
pub fn pem_blocks(text: &str, label: &'static str) -> Result<Vec<Vec<u8>>, PemError> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(&begin) {
        let (body, after) = after.split_once(&end).ok_or(PemError::Damaged(label))?;
        if blocks.len() == BLOCKS_MAX {
            return Err(PemError::TooMany);
        }
        let digits: String = body.split_ascii_whitespace().collect();
        blocks.push(STANDARD.decode(digits).map_err(|_| PemError::Damaged(label))?);
        rest = after;
    }
    Ok(blocks)
}

/// One block with lines of 64 characters.
#[must_use]
pub fn to_pem(label: &str, der: &[u8]) -> String {
    let digits = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    // Base64 is ASCII, so every cut lies between characters.
    for line in digits.as_bytes().chunks(64) {
        out.extend(line.iter().map(|byte| char::from(*byte)));
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

impl Certificate {
    /// The first certificate of a PEM text.
    ///
    /// # Errors
    /// No block, a damaged one, or not a certificate.
    pub fn from_pem(text: &str) -> Result<Self, PemError> {
        let blocks = pem_blocks(text, "CERTIFICATE")?;
        let first = blocks.first().ok_or(PemError::Missing("CERTIFICATE"))?;
        Ok(Self::parse(first)?)
    }

    /// Every certificate of a PEM text; none is not an error.
    ///
    /// # Errors
    /// A damaged block, or one that is not a certificate.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, PemError> {
        let blocks = pem_blocks(text, "CERTIFICATE")?;
        blocks.iter().map(|der| Ok(Self::parse(der)?)).collect()
    }

    /// The PEM form.
    #[must_use]
    pub fn to_pem(&self) -> String {
        to_pem("CERTIFICATE", self.der())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_a_label_are_found_between_text() {
        let text = format!("# one\n{}between\n{}", to_pem("A", &[1; 100]), to_pem("B", &[2; 3]));
        assert_eq!(pem_blocks(&text, "A"), Ok(vec![vec![1; 100]]));
        assert_eq!(pem_blocks(&text.replace('\n', "\r\n"), "B"), Ok(vec![vec![2; 3]]));
        assert_eq!(pem_blocks(&text, "C"), Ok(vec![]));
    }

    #[test]
    fn damaged_blocks_are_errors() {
        let text = to_pem("A", &[1; 100]);
        for bad in [text.replace("END", "end"), text.replace('A', "*A")] {
            let damaged = bad.replace("*A-----", "A-----");
            assert_eq!(pem_blocks(&damaged, "A"), Err(PemError::Damaged("A")), "{damaged}");
        }
    }
}
