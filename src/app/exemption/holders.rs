//! Licenses by who holds them, kept under what is kept of codes; followed in the audit trail, so that
//! whatever way a license came to be, it is found.

use super::{App, AppError};
use crate::clockwork::random;
use domain::catalogue::Content;
use domain::digest::Sha256;
use domain::exemption::holder_codes;
use domain::id::LicenseId;
use domain::license::License;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// Under which the key is kept that turns codes into what is kept of them.
const HOLDER_KEY: &str = "key of holders";
/// Events that one round looks through.
const EVENTS_AT_ONCE: u32 = 256;
/// Rounds before whoever waits for it is told that it takes longer.
const ROUNDS: usize = 40;
/// Events that are looked through again and again rather than noted: decisions leave events too, and
/// need not write twice each.
const EVENTS_NOTED: usize = 128;

/// The key, once it was unwrapped.
pub(crate) type HolderKey = OnceLock<Zeroizing<Vec<u8>>>;

impl App {
    /// What is kept of the code of a person or a body: the same for the same code, whoever vouches
    /// for it, and of no use to anybody without the key.
    pub(crate) fn holder(&self, code: &str) -> Result<Sha256, AppError> {
        let key = match self.holder_key.get() {
            Some(key) => key,
            None => {
                let new = self.custody.wrap(HOLDER_KEY, &random::<32>()?)?;
                let wrapped = self.store.service_secret(HOLDER_KEY, &new)?;
                let key = self.custody.unwrap(HOLDER_KEY, &wrapped)?;
                self.holder_key.get_or_init(|| Zeroizing::new(key.to_vec()))
            }
        };
        Ok(Sha256::from(gateway::keyed::digest(key, code.as_bytes())))
    }

    /// Keeps who holds what was issued since the round before; whether that is everything.
    ///
    /// # Errors
    /// The register's; the next round tries again.
    pub fn follow_holders(&self) -> Result<bool, AppError> {
        for _ in 0..ROUNDS {
            let followed = self.store.holder_next(EVENTS_AT_ONCE)?;
            let whole = followed.events < EVENTS_AT_ONCE as usize;
            if !followed.licenses.is_empty() || followed.events > EVENTS_NOTED {
                let mut found = Vec::new();
                for id in &followed.licenses {
                    let license = self.store.license_read(*id)?;
                    found.extend(self.held_by(&license)?);
                }
                self.store.holder_keep(&found, followed.reached)?;
            }
            if whole {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn held_by(&self, license: &License) -> Result<Vec<(Sha256, LicenseId)>, AppError> {
        let codes = self.holders_of(license, self.content_read(license).as_ref());
        codes.iter().map(|code| Ok((self.holder(code)?, license.id()))).collect()
    }

    /// What a license says, if the version of its type is known and it fits.
    pub(super) fn content_read(&self, license: &License) -> Option<Content> {
        let fixed = license.particulars();
        let license_type = self.catalogue.version(fixed.type_code.as_str(), fixed.type_version)?;
        let json = self.content_of(license).ok()?;
        Content::check(&license_type, &json).ok()
    }

    /// The codes of those who hold a license; without its content the one that the register has.
    pub(super) fn holders_of(
        &self,
        license: &License,
        content: Option<&Content>,
    ) -> BTreeSet<String> {
        let fixed = license.particulars();
        let known = self.catalogue.version(fixed.type_code.as_str(), fixed.type_version);
        match known.zip(content) {
            Some((license_type, content)) => holder_codes(&license_type, content),
            None => fixed.holder.iter().map(|one| one.code().to_uppercase()).collect(),
        }
    }
}
