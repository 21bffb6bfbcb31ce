//! What the examination of one file has read already. Ten seals of one department carry the same
//! seal and the same certificates: each is read, and its signature verified, once.

use crate::ses::SealFacts;
use crate::x509::{Certificate, X509Error};
use std::collections::HashMap;

/// Certificates and seals, by their bytes.
#[derive(Debug, Default)]
pub struct Seen {
    certificates: HashMap<Vec<u8>, Certificate>,
    seals: HashMap<Vec<u8>, SealFacts>,
}

/// Certificates and seals that are kept: more than any honest file has, and below 100 MB.
const CERTIFICATES_MAX: usize = 1_000;
const SEALS_MAX: usize = 64;

impl Seen {
    /// The certificate, one object for all who carry it.
    pub(crate) fn certificate(&mut self, der: &[u8]) -> Result<Certificate, X509Error> {
        if let Some(known) = self.certificates.get(der) {
            return Ok(known.clone());
        }
        let certificate = Certificate::parse(der)?;
        if self.certificates.len() < CERTIFICATES_MAX {
            self.certificates.insert(der.to_vec(), certificate.clone());
        }
        Ok(certificate)
    }

    /// The facts of a seal, examined when it is seen for the first time.
    pub(crate) fn seal(
        &mut self,
        seal: &[u8],
        examine: impl FnOnce(&mut Self) -> SealFacts,
    ) -> SealFacts {
        if let Some(known) = self.seals.get(seal) {
            return known.clone();
        }
        let facts = examine(self);
        if self.seals.len() < SEALS_MAX {
            self.seals.insert(seal.to_vec(), facts.clone());
        }
        facts
    }
}
