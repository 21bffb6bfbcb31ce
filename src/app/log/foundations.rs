//! What licenses rest on is logged as well: the certificates with which seals sign, and each
//! edition of the trust list. Whoever gets a seal in somebody's name leaves a trace that the rightful
//! one can see.

use crate::{App, AppError};
use domain::log::Leaf;
use domain::sealing::KeyPurpose;
use std::collections::{BTreeMap, BTreeSet};
use storage::StoreError;

impl App {
    /// Leaves for what has none yet; how many were made.
    pub(crate) fn log_foundations(&self) -> Result<usize, AppError> {
        let (at, mut seen) = (self.clock.now(), BTreeSet::new());
        let mut leaves = Vec::new();
        let all = self.store.organization_list()?;
        let codes: BTreeMap<_, _> = all.into_iter().map(|one| (one.id, one.code)).collect();
        for purpose in [KeyPurpose::Sealer, KeyPurpose::DocumentSigner] {
            for key in self.store.signing_key_list(purpose)? {
                let code = key.organization.and_then(|of| codes.get(&of));
                if let (Some(certificate), Some(code)) = (key.chain.first(), code) {
                    leaves.push(Leaf::of_seal_certificate(certificate, code, at));
                }
            }
        }
        let believed = self.trust.now();
        leaves.extend(
            believed.trust.list().map(|(list, edition)| Leaf::of_trust_list(list, &edition, at)),
        );
        let mut new = Vec::new();
        for leaf in leaves {
            let first = seen.insert(leaf.subject.to_string());
            if first && !self.store.log_has(&leaf.subject)? {
                new.push(leaf);
            }
        }
        let mut made = 0;
        for leaf in &new {
            match self.store.log_append(std::slice::from_ref(leaf)) {
                // Another process was quicker.
                Err(StoreError::Exists { .. }) => {}
                written => made += written.map(|()| 1)?,
            }
        }
        Ok(made)
    }
}
