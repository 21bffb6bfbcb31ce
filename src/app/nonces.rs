//! Looking for nonces used twice: a key that did that is as good as published.

use crate::{App, AppError};
use domain::nonces::NonceAudit;
use formats::examine::examine;
use formats::nonces::traces;
use formats::pdf::Limits;
use serde::Serialize;

/// What the signatures of all stored files show of their nonces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NonceReport {
    /// Files looked at.
    pub files: usize,
    /// Signatures by SM2 or ECDSA in them; RSA has no nonces.
    pub signatures: usize,
    /// Keys that made them.
    pub keys: usize,
    /// Each pair of signatures made with one nonce.
    pub reuses: Vec<NonceReuse>,
}

/// Two signatures of one key with one nonce: the key must be taken out of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NonceReuse {
    /// SM3 of the key's SubjectPublicKeyInfo.
    pub key_sm3: String,
    /// SM3 of the file with the first signature.
    pub first: String,
    /// SM3 of the file with the second.
    pub second: String,
}

impl App {
    /// Looks at every signature of every stored file.
    ///
    /// # Errors
    /// A stored file cannot be read.
    pub fn audit_nonces(
        &self,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<NonceReport, AppError> {
        let names = self.files.names()?;
        let mut audit = NonceAudit::default();
        let mut reuses = Vec::new();
        for (done, name) in names.iter().enumerate() {
            progress(done, names.len());
            let Some(bytes) = self.whole_file(*name)? else { continue };
            let facts = examine(&bytes, None, &Limits::default());
            for trace in traces(&bytes, &facts) {
                reuses.extend(audit.add(trace, *name));
            }
        }
        progress(names.len(), names.len());
        let shown = |reuse: domain::nonces::Reuse<domain::digest::Sm3>| NonceReuse {
            key_sm3: hex::encode(reuse.key),
            first: reuse.first.to_string(),
            second: reuse.second.to_string(),
        };
        Ok(NonceReport {
            files: names.len(),
            signatures: audit.looked_at(),
            keys: audit.keys(),
            reuses: reuses.into_iter().map(shown).collect(),
        })
    }
}
