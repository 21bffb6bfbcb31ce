//! Documents that the service itself seals: what it says is its own word, as a receipt is, and no
//! department's. Its key is certified like any signer's, so that every reader can check it.

use super::revision::{append, pades_contents};
use super::{Authority, Signer};
use crate::{App, AppError};
use domain::sealing::{KeyPurpose, KeyState};
use formats::pdf::sign::{SignatureKind, SignatureRequest};
use time::OffsetDateTime;

/// Nothing may be added to what the service said (ISO 32000-2, 12.8.2.2).
const NO_CHANGES: u8 = 1;

impl App {
    /// Who seals what the service itself says: the newest of its certified keys.
    ///
    /// # Errors
    /// `copies_not_configured` when it has none.
    pub(crate) fn own_signer(&self) -> Result<Signer, AppError> {
        let keys = self.store.signing_key_list(KeyPurpose::DocumentSigner)?;
        let own = keys.iter().rev().find(|key| {
            let certified = key.organization.is_none() && !key.chain.is_empty();
            certified && key.state == KeyState::Active
        });
        let own = own.ok_or_else(|| AppError::Unavailable {
            code: "copies_not_configured",
            detail:
                "the service has no certified key for marked copies: yinzheng key make --service"
                    .to_owned(),
        })?;
        Signer::read(own)
    }

    /// Seals a document in the service's own name, with a time stamp when there is an authority; `duty`
    /// says in the ledger what for.
    pub(crate) fn attest(
        &self,
        document: &[u8],
        at: OffsetDateTime,
        duty: &str,
    ) -> Result<Vec<u8>, AppError> {
        let signer = self.own_signer()?;
        let authority = match self.authority(false) {
            Err(AppError::Refused { code: "time_stamps_not_configured", .. }) => None,
            found => Some(found?),
        };
        let token = authority.as_ref().map_or(Ok(0), Authority::token_bytes_max)?;
        let request = SignatureRequest {
            signing_time: Some(at),
            signer_name: signer.certificate.subject().common_name().map(str::to_owned),
            contents_reserve: signer.pades_bytes_max()? + token,
            doc_mdp: Some(NO_CHANGES),
            ..SignatureRequest::new("", SignatureKind::Pades)
        };
        append(document, request, |prepared| {
            pades_contents(&signer, prepared, |message| {
                let signature = self.sign_on_duty(&signer.held(), message, duty)?;
                let stamp = |authority| self.stamp(authority, &[&signature]);
                let token = authority.as_ref().map(stamp).transpose()?.flatten();
                Ok((signature, token))
            })
        })
    }
}
