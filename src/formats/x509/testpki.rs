//! A small PKI for tests: keys, certificates and lists made on the spot.

use super::certificate::Certificate;
use super::crl::{self, Crl, CrlIssuance, Revoked};
use super::name::write as name;
use super::ocsp::{self, Answer, AnswerDraft, SingleDraft};
use super::profile::{self, Issuance, Issuer, Profile};
use crate::algorithm::{KeyKind, PrivateKey, SM2_DEFAULT_ID};
use crate::oid;
use crate::sample::TestRandom;
use time::OffsetDateTime;
use time::macros::datetime;

/// First second of every certificate made here, unless said otherwise.
pub(crate) const FROM: OffsetDateTime = datetime!(2026-01-01 0:00 UTC);
/// Last second of every certificate made here.
pub(crate) const TO: OffsetDateTime = datetime!(2030-01-01 0:00 UTC);
/// A moment at which all of them are valid.
pub(crate) const AT: OffsetDateTime = datetime!(2026-01-15 0:00 UTC);

/// Somebody with a key and a certificate.
pub(crate) struct Entity {
    pub(crate) key: PrivateKey,
    pub(crate) certificate: Certificate,
}

/// What is special about a certificate to be issued.
#[derive(Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) name: &'a str,
    pub(crate) serial: u8,
    pub(crate) from: OffsetDateTime,
}

impl<'a> Wish<'a> {
    pub(crate) fn new(profile: &'a Profile, name: &'a str) -> Self {
        Self { profile, name, serial: 1, from: FROM }
    }
}

/// `CN=…` in DER.
pub(crate) fn subject(common_name: &str) -> Vec<u8> {
    name::name(&[(oid::COMMON_NAME, common_name)])
}

pub(crate) fn sign(key: &PrivateKey, message: &[u8]) -> Vec<u8> {
    let signature = key.sign(key.default_suite(), SM2_DEFAULT_ID, message, &mut TestRandom);
    signature.expect("signs")
}

/// A certificate for `key`, signed by `signer`.
pub(crate) fn certify(
    wish: &Wish<'_>,
    key: &PrivateKey,
    issuer: Issuer<'_>,
    signer: &PrivateKey,
) -> Certificate {
    let issuance = Issuance {
        serial: &[wish.serial],
        not_before: wish.from,
        not_after: TO,
        subject: &subject(wish.name),
        public_key: key.public_key(),
        issuer,
        suite: signer.default_suite(),
        crl_uri: None,
        ocsp_uri: None,
    };
    let prepared = profile::prepare(wish.profile, &issuance).expect("prepared");
    assert_eq!(profile::prepare(wish.profile, &issuance), Ok(prepared.clone()), "the same again");
    prepared.assemble(&sign(signer, prepared.message())).expect("a certificate")
}

impl Entity {
    pub(crate) fn root(kind: &KeyKind, name: &str) -> Self {
        let key = PrivateKey::generate(kind, &mut TestRandom).expect("a key");
        let certificate = certify(&Wish::new(&Profile::Root, name), &key, Issuer::Itself, &key);
        Self { key, certificate }
    }

    /// A new key of the same kind and its certificate.
    pub(crate) fn issue(&self, profile: &Profile, name: &str) -> Self {
        self.issue_as(&Wish::new(profile, name))
    }

    pub(crate) fn issue_as(&self, wish: &Wish<'_>) -> Self {
        let key = PrivateKey::generate(&self.key.kind(), &mut TestRandom).expect("a key");
        let issuer = Issuer::Certificate(&self.certificate);
        let certificate = certify(wish, &key, issuer, &self.key);
        Self { key, certificate }
    }

    /// An answer about `subject`, signed by this party.
    pub(crate) fn answer(&self, singles: &[SingleDraft], nonce: Option<&[u8]>) -> Answer {
        let draft = AnswerDraft {
            responder: &self.certificate,
            carried: true,
            suite: self.key.default_suite(),
            produced_at: AT,
            singles,
            nonce,
        };
        let prepared = ocsp::prepare(&draft).expect("prepared");
        let der = prepared.complete(&sign(&self.key, prepared.message()));
        Answer::parse(&der).expect("an answer")
    }

    /// A list with number 7, current from 10 to 20 January 2026.
    pub(crate) fn list(&self, revoked: &[Revoked]) -> Crl {
        let issuance = CrlIssuance {
            issuer: &self.certificate,
            suite: self.key.default_suite(),
            number: 7,
            this_update: datetime!(2026-01-10 0:00 UTC),
            next_update: datetime!(2026-01-20 0:00 UTC),
            revoked,
        };
        let prepared = crl::prepare(&issuance).expect("prepared");
        assert_eq!(crl::prepare(&issuance), Ok(prepared.clone()), "the same again");
        prepared.assemble(&sign(&self.key, prepared.message())).expect("a list")
    }
}
