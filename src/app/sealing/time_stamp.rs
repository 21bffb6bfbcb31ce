//! Time stamps (RFC 3161): by the service's own authority, whose keys are in its custody, or by one
//! elsewhere.

use super::Signer;
use crate::clockwork::random;
use crate::{App, AppError, Caller, Settings};
use domain::access::Permission;
use domain::sealing::{KeyPurpose, KeyState};
use formats::algorithm::{Digest, Suite};
use formats::oid;
use formats::tsp::{self, Failure, TimeStampRequest, TokenDraft, granted, prepare_token, rejected};
use gateway::stamper::Stamper;
use std::path::Path;
use std::sync::Arc;
use time::Duration;
use zeroize::Zeroizing;

/// The host's clock is disciplined to far less than this, or it is not a host for an authority.
const ACCURACY: Duration = Duration::seconds(1);

/// Room for a token of others: one with a chain of three RSA-4096 certificates has some 7 kB.
const OUTSIDE_TOKEN_BYTES: usize = 8 << 10;

/// Who stamps.
pub(crate) enum Authority {
    /// The service itself.
    Own(Box<Signer>),
    /// Somebody elsewhere, by this digest.
    Outside(Arc<Stamper>, Digest),
}

impl Authority {
    /// An upper bound for the size of its tokens, as far as that is known.
    pub(super) fn token_bytes_max(&self) -> Result<usize, AppError> {
        let Self::Own(signer) = self else { return Ok(OUTSIDE_TOKEN_BYTES) };
        tsp::token_bytes_max(&signer.certificate, &signer.chain, signer.suite)
            .map_err(|cause| AppError::internal("sizing a time stamp".to_owned(), cause))
    }
}

/// The authorities elsewhere.
#[derive(Debug)]
pub(crate) struct Outside {
    /// That whose stamps readers everywhere know.
    common: Option<Arc<Stamper>>,
    /// That for seal signatures.
    sm2: Option<Arc<Stamper>>,
    deferred: bool,
}

impl Outside {
    /// Those that are configured.
    pub(crate) fn of(settings: &Settings) -> Result<Self, AppError> {
        let skew_max = settings.clock_tolerance;
        let settings = &settings.time_stamps;
        let authorization = settings.authorization.as_deref().map(authorization).transpose()?;
        let stamper = |url: &Option<String>| {
            let Some(url) = url else { return Ok(None) };
            let failed = |cause| AppError::internal(format!("configuring {url}"), cause);
            let made = Stamper::new(url, authorization.clone(), settings.time_max, skew_max);
            made.map(Arc::new).map(Some).map_err(failed)
        };
        let (common, sm2) = (stamper(&settings.url)?, stamper(&settings.sm2_url)?);
        Ok(Self { common, sm2, deferred: settings.deferred })
    }

    /// One of them, with the digest that it signs by.
    pub(crate) fn any(&self) -> Option<(&Stamper, Digest)> {
        let common = self.common.as_deref().map(|stamper| (stamper, Digest::Sha256));
        common.or_else(|| self.sm2.as_deref().map(|stamper| (stamper, Digest::Sm3)))
    }

    /// Whether a file may be sealed without the stamps that it was to have.
    pub(crate) const fn may_lack(&self) -> bool {
        self.deferred
    }
}

fn authorization(file: &Path) -> Result<Zeroizing<String>, AppError> {
    let read = std::fs::read_to_string(file).map(Zeroizing::new);
    let text =
        read.map_err(|cause| AppError::internal(format!("reading {}", file.display()), cause))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
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

    /// Who stamps signatures by SM2, or those by other algorithms.
    pub(crate) fn authority(&self, sm2: bool) -> Result<Authority, AppError> {
        let outside = if sm2 { &self.outside.sm2 } else { &self.outside.common };
        let digest = if sm2 { Digest::Sm3 } else { Digest::Sha256 };
        match outside {
            Some(stamper) => Ok(Authority::Outside(Arc::clone(stamper), digest)),
            None => self.time_stamper(sm2).map(Box::new).map(Authority::Own),
        }
    }

    /// A token of `authority` over `stamped`, given in parts: a duty of the service, not part of an
    /// order. None when somebody elsewhere does not answer and sealing does not wait for that.
    pub(crate) fn stamp(
        &self,
        authority: &Authority,
        stamped: &[&[u8]],
    ) -> Result<Option<Vec<u8>>, AppError> {
        let (stamper, digest) = match authority {
            Authority::Own(signer) => {
                let asked = TimeStampRequest::new(signer.suite.digest(), stamped, None);
                return self.token(signer, &asked).map(Some);
            }
            Authority::Outside(stamper, digest) => (stamper, *digest),
        };
        let error = match stamper.stamp(digest, stamped, || self.clock.now()) {
            Ok(token) => return Ok(Some(token)),
            Err(error) => error,
        };
        self.doubt(&error);
        self.clock.require_right()?;
        let deferred = self.outside.deferred;
        tracing::error!(error = &error as &dyn std::error::Error, deferred, "no time stamp");
        if deferred {
            return Ok(None);
        }
        let detail = format!("the time-stamp authority: {error}");
        Err(AppError::Unavailable { code: "time_stamp_unavailable", detail })
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
