//! Time stamps by the service's own authority (RFC 3161), whose keys are in its custody.

use super::Signer;
use crate::clockwork::random;
use crate::{App, AppError};
use domain::sealing::{KeyPurpose, KeyState};
use formats::algorithm::{Digest, Suite};
use formats::oid;
use formats::tsp::{TokenDraft, prepare_token};

/// What a token has besides certificates: content, attributes and an RSA signature of 4096 bits.
const TOKEN_FRAME_BYTES_MAX: usize = 2 << 10;

/// An upper bound for the size of an authority's token.
pub(super) fn token_bytes_max(authority: &Signer) -> usize {
    let chain = authority.chain.iter().chain([&authority.certificate]);
    chain.map(|one| one.der().len()).sum::<usize>() + TOKEN_FRAME_BYTES_MAX
}

impl App {
    /// The newest authority that stamps with SM2, or that with another algorithm, which readers
    /// abroad know.
    pub(crate) fn time_stamper(&self, sm2: bool) -> Result<Signer, AppError> {
        let keys = self.store.signing_key_list(KeyPurpose::TimeStamper)?;
        for key in keys.iter().rev().filter(|key| key.state == KeyState::Active) {
            let signer = Signer::read(key)?;
            if (signer.suite == Suite::Sm2Sm3) == sm2 {
                return Ok(signer);
            }
        }
        let kind = if sm2 { "SM2" } else { "RSA or P-256" };
        Err(AppError::Refused {
            code: "time_stamps_not_configured",
            detail: format!("the service has no {kind} key for time stamps; ask for level b"),
        })
    }

    /// A token of `authority` over a digest.
    pub(crate) fn token(
        &self,
        authority: &Signer,
        digest: Digest,
        imprint: &[u8],
        nonce: Option<&[u8]>,
    ) -> Result<Vec<u8>, AppError> {
        let draft = TokenDraft {
            signer: &authority.certificate,
            chain: &authority.chain,
            suite: authority.suite,
            policy: &oid::ANY_POLICY,
            digest,
            imprint,
            serial: &random::<16>()?,
            time: self.clock.now(),
            nonce,
        };
        let message = prepare_token(&draft)
            .map_err(|cause| AppError::internal("building a time stamp".to_owned(), cause))?;
        let signature = self.sign_on_duty(&authority.held(), message.message(), "time stamp")?;
        Ok(message.complete(&signature, None))
    }
}
