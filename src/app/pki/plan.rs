//! Certificates by profile, one after the other: a name, who issues, and a key somebody holds.

use crate::{AppError, service_key};
use formats::algorithm::{KeyKind, PublicKey, SM2_DEFAULT_ID, Suite};
use formats::oid;
use formats::x509::Certificate;
use formats::x509::crl::{self, CrlIssuance, Revoked};
use formats::x509::name::write::name;
use formats::x509::profile::{self, Issuance, Issuer, Profile};
use time::OffsetDateTime;

/// Whoever holds the private keys.
pub(crate) trait Keys {
    /// The public key of a name; the key is made when it is not there.
    fn public_key(&mut self, name: &str, kind: &KeyKind) -> Result<PublicKey, AppError>;

    /// Signs with the key of a name. The result was verified.
    fn sign(&mut self, name: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, AppError>;
}

/// From when to when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validity {
    pub(crate) from: OffsetDateTime,
    pub(crate) to: OffsetDateTime,
}

/// A certificate, those above it, and the name of its key.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) key: String,
    pub(crate) certificate: Certificate,
    pub(crate) chain: Vec<Certificate>,
}

impl Identity {
    /// Its certificate and those above it, but for the root, which every verifier has itself.
    pub(crate) fn path(&self) -> Vec<Certificate> {
        let own = std::iter::once(self.certificate.clone());
        own.chain(self.chain.iter().filter(|above| !above.is_self_issued()).cloned()).collect()
    }
}

/// One certificate to make.
pub(crate) struct Plan<'a> {
    /// Name of its key.
    pub(crate) key: &'a str,
    /// What it is for.
    pub(crate) profile: Profile,
    /// Kind of key.
    pub(crate) kind: KeyKind,
    /// Its subject, DER.
    pub(crate) subject: Vec<u8>,
    /// Serial number.
    pub(crate) serial: Vec<u8>,
    /// From when to when.
    pub(crate) validity: Validity,
}

impl Plan<'_> {
    /// Makes the certificate: below `issuer`, or self-signed.
    pub(crate) fn carry_out(
        &self,
        issuer: Option<&Identity>,
        keys: &mut dyn Keys,
    ) -> Result<Identity, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("making the certificate of {}", self.key), cause)
        };
        let public_key = keys.public_key(self.key, &self.kind)?;
        let suite = match issuer {
            Some(issuer) => {
                let key = issuer.certificate.public_key();
                service_key::suite(key.map_err(|cause| failed(cause.clone().into()))?)?
            }
            None => service_key::suite(&public_key)?,
        };
        let prepared = profile::prepare(
            &self.profile,
            &Issuance {
                serial: &self.serial,
                not_before: self.validity.from,
                not_after: self.validity.to,
                subject: &self.subject,
                public_key: &public_key,
                issuer: issuer
                    .map_or(Issuer::Itself, |issuer| Issuer::Certificate(&issuer.certificate)),
                suite,
                crl_uri: None,
                ocsp_uri: None,
            },
        )
        .map_err(|cause| failed(cause.into()))?;
        let signing = issuer.map_or(self.key, |issuer| issuer.key.as_str());
        let signature = keys.sign(signing, suite, prepared.message())?;
        let certificate = prepared.assemble(&signature).map_err(|cause| failed(cause.into()))?;
        let chain = issuer.map_or_else(Vec::new, |issuer| {
            let above = issuer.chain.iter().cloned();
            std::iter::once(issuer.certificate.clone()).chain(above).collect()
        });
        Ok(Identity { key: self.key.to_owned(), certificate, chain })
    }
}

impl Identity {
    /// A revocation list of this authority with these entries, DER.
    pub(crate) fn list(
        &self,
        validity: Validity,
        revoked: &[Revoked],
        keys: &mut dyn Keys,
    ) -> Result<Vec<u8>, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("making the revocation list of {}", self.key), cause)
        };
        let key = self.certificate.public_key().map_err(|cause| failed(cause.clone().into()))?;
        let suite = service_key::suite(key)?;
        let prepared = crl::prepare(&CrlIssuance {
            issuer: &self.certificate,
            suite,
            number: 1,
            this_update: validity.from,
            next_update: validity.to,
            revoked,
        })
        .map_err(|cause| failed(cause.into()))?;
        let signature = keys.sign(&self.key, suite, prepared.message())?;
        let list = prepared.assemble(&signature).map_err(|cause| failed(cause.into()))?;
        Ok(list.der().to_vec())
    }
}

/// A subject of an invented body.
pub(crate) fn subject(organization: &str, common_name: &str) -> Vec<u8> {
    name(&[
        (oid::COUNTRY, "CN"),
        (oid::ORGANIZATION, organization),
        (oid::COMMON_NAME, common_name),
    ])
}

/// Signs with a key in memory and checks the signature, as custody does.
pub(crate) fn sign_in_memory(
    key: &formats::algorithm::PrivateKey,
    suite: Suite,
    message: &[u8],
    random: &mut dyn formats::algorithm::Random,
) -> Result<Vec<u8>, AppError> {
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        AppError::internal("signing with a test key".to_owned(), cause)
    };
    let signature =
        key.sign(suite, SM2_DEFAULT_ID, message, random).map_err(|cause| failed(cause.into()))?;
    formats::algorithm::verify(suite, key.public_key(), SM2_DEFAULT_ID, &[message], &signature)
        .map_err(|cause| failed(cause.into()))?;
    Ok(signature)
}
