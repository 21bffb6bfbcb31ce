//! Time stamps by the service's own authority (RFC 3161), whose keys are in its custody.

use super::Signer;
use crate::clockwork::random;
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::sealing::{KeyPurpose, KeyState};
use formats::algorithm::{Digest, Suite};
use formats::oid;
use formats::tsp::{self, Failure, TimeStampRequest, TokenDraft, granted, prepare_token, rejected};
use time::Duration;

/// The host's clock is disciplined to far less than this, or it is not a host for an authority.
const ACCURACY: Duration = Duration::seconds(1);

/// An upper bound for the size of an authority's token.
pub(super) fn token_bytes_max(authority: &Signer) -> Result<usize, AppError> {
    tsp::token_bytes_max(&authority.certificate, &authority.chain, authority.suite)
        .map_err(|cause| AppError::internal("sizing a time stamp".to_owned(), cause))
}

impl App {
    /// Answers a time-stamp request with a reply in DER: a token, or a rejection with its reason.
    ///
    /// # Errors
    /// The caller may not seal, or the service has no key for time stamps.
    pub fn time_stamp(&self, caller: &Caller, query: &[u8]) -> Result<Vec<u8>, AppError> {
        caller.require(Permission::SealUse)?;
        let asked = match TimeStampRequest::parse(query) {
            Ok(asked) => asked,
            Err(error) => return Ok(rejected(error.failure(), &error.to_string())),
        };
        if asked.policy.as_ref().is_some_and(|policy| *policy != oid::ANY_POLICY) {
            return Ok(rejected(Failure::UnacceptedPolicy, "there is no such policy here"));
        }
        let authority = self.time_stamper(asked.digest == Digest::Sm3)?;
        Ok(granted(&self.token(&authority, &asked)?))
    }

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

    /// A token of `authority`.
    pub(crate) fn token(
        &self,
        authority: &Signer,
        asked: &TimeStampRequest,
    ) -> Result<Vec<u8>, AppError> {
        let draft = TokenDraft {
            signer: &authority.certificate,
            chain: &authority.chain,
            certificates: asked.certificates,
            suite: authority.suite,
            policy: &oid::ANY_POLICY,
            digest: asked.digest,
            imprint: &asked.imprint,
            serial: &random::<16>()?,
            time: self.clock.now(),
            accuracy: Some(ACCURACY),
            ordering: false,
            nonce: asked.nonce.as_deref(),
        };
        let message = prepare_token(&draft)
            .map_err(|cause| AppError::internal("building a time stamp".to_owned(), cause))?;
        let signature = self.sign_on_duty(&authority.held(), message.message(), "time stamp")?;
        Ok(message.complete(&signature, None))
    }
}
