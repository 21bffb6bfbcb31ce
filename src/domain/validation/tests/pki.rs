//! A small world of authorities, keys and seals, made once a test run.

use super::super::{Anchor, Policy, Purpose};
use formats::algorithm::{
    Digest, KeyKind, PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID, Suite,
};
use formats::cms;
use formats::oid;
use formats::ses::{self, Edition, SealDraft, SignatureDraft};
use formats::tsp;
use formats::x509::Certificate;
use formats::x509::crl::{self, Crl, CrlIssuance, Reason, Revoked};
use formats::x509::name::write::name;
use formats::x509::ocsp::{self, Answer, CertStatus};
use formats::x509::profile::{self, Issuance, Issuer, Profile};
use std::sync::OnceLock;
use time::OffsetDateTime;
use time::macros::datetime;

/// The same bytes on every run, so that a failure can be repeated.
pub(super) struct Fixed(pub(super) u64);

impl Random for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        for chunk in bytes.chunks_mut(32) {
            self.0 += 1;
            chunk.copy_from_slice(&Digest::Sm3.hash(&[&self.0.to_be_bytes()])[..chunk.len()]);
        }
        Ok(())
    }
}

/// A key with its certificate.
pub(super) struct Party {
    pub(super) key: PrivateKey,
    pub(super) certificate: Certificate,
    suite: Suite,
}

impl Party {
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(self.suite, SM2_DEFAULT_ID, message, &mut Fixed(7)).expect("a signature")
    }
}

pub(super) struct World {
    pub(super) gm_root: Party,
    pub(super) maker: Party,
    pub(super) sealer: Party,
    /// Not in any seal's list.
    pub(super) stranger: Party,
    pub(super) root: Party,
    pub(super) signer: Party,
    pub(super) stamper: Party,
    /// Stamps when the other has ended.
    pub(super) late_stamper: Party,
}

/// When things are sealed, and when they are looked at.
pub(super) const SEALED: OffsetDateTime = datetime!(2026-03-02 01:15:04 UTC);
pub(super) const LOOKED: OffsetDateTime = datetime!(2026-06-01 00:00 UTC);
/// Period of seals.
pub(super) const SEAL_FROM: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);
pub(super) const SEAL_TO: OffsetDateTime = datetime!(2027-01-01 00:00 UTC);
/// The time-stamp authority outlives the others.
pub(super) const STAMPER_TO: OffsetDateTime = datetime!(2035-01-01 00:00 UTC);
/// Period of leaf certificates.
pub(super) const LEAF_FROM: OffsetDateTime = datetime!(2025-01-01 00:00 UTC);
pub(super) const LEAF_TO: OffsetDateTime = datetime!(2028-01-01 00:00 UTC);

pub(super) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let gm_root = party(KeyKind::Sm2, Profile::Root, "国密测试根", 1, None);
        let root = party(KeyKind::P256, Profile::Root, "Test Root", 2, None);
        let issued =
            |profile, name, serial| party(KeyKind::Sm2, profile, name, serial, Some(&gm_root));
        World {
            maker: issued(Profile::SealMaker, "示例市印章管理中心", 3),
            sealer: issued(Profile::Sealer, "36042900000001", 4),
            stranger: issued(Profile::Sealer, "36042900000002", 5),
            signer: party(KeyKind::P256, Profile::DocumentSigner, "示例市审批局", 6, Some(&root)),
            stamper: issued(Profile::TimeStamper, "示例市时间戳", 7),
            late_stamper: issued(Profile::TimeStamper, "示例市归档时间戳", 8),
            gm_root,
            root,
        }
    })
}

fn party(
    kind: KeyKind,
    profile: Profile,
    common_name: &str,
    serial: u8,
    issuer: Option<&Party>,
) -> Party {
    let key = PrivateKey::generate(&kind, &mut Fixed(u64::from(serial) << 32)).expect("a key");
    let root = issuer.is_none();
    let (not_before, not_after) = match (root, &profile) {
        (true, _) => (datetime!(2020-01-01 00:00 UTC), datetime!(2045-01-01 00:00 UTC)),
        (_, Profile::TimeStamper) if serial == 8 => (LEAF_FROM, datetime!(2044-01-01 00:00 UTC)),
        (_, Profile::TimeStamper) => (LEAF_FROM, STAMPER_TO),
        _ => (LEAF_FROM, LEAF_TO),
    };
    let suite = key.default_suite();
    let issuance = Issuance {
        serial: &[serial],
        not_before,
        not_after,
        subject: &name(&[
            (oid::COUNTRY, "CN"),
            (oid::ORGANIZATION, "示例市"),
            (oid::COMMON_NAME, common_name),
        ]),
        public_key: key.public_key(),
        issuer: issuer.map_or(Issuer::Itself, |party| Issuer::Certificate(&party.certificate)),
        suite: issuer.map_or(suite, |party| party.suite),
        crl_uri: None,
        ocsp_uri: None,
    };
    let prepared = profile::prepare(&profile, &issuance).expect("a certificate");
    let by = issuer.map_or((&key, suite), |party| (&party.key, party.suite));
    let signature =
        by.0.sign(by.1, SM2_DEFAULT_ID, prepared.message(), &mut Fixed(9)).expect("a signature");
    let certificate = prepared.assemble(&signature).expect("a certificate");
    Party { key, certificate, suite }
}

/// Both roots for everything.
pub(super) fn policy() -> Policy {
    let anchor = |party: &Party| Anchor::new(party.certificate.clone(), &Purpose::ALL);
    Policy::new(vec![anchor(&world().gm_root), anchor(&world().root)])
}

/// What varies between revocation lists.
#[derive(Clone, Copy)]
pub(super) struct ListCase {
    /// Serial number, moment, and since when the key is thought unsafe.
    pub(super) revoked: Option<(u8, OffsetDateTime, Option<OffsetDateTime>)>,
    pub(super) reason: Reason,
    /// Two days before the sealing, unless said otherwise.
    pub(super) issued: OffsetDateTime,
    pub(super) next: OffsetDateTime,
    pub(super) age_max: Option<time::Duration>,
    pub(super) by_stranger: bool,
}

impl Default for ListCase {
    fn default() -> Self {
        let next = LOOKED + time::Duration::days(30);
        Self {
            revoked: None,
            reason: Reason::KeyCompromise,
            issued: SEALED - time::Duration::days(2),
            next,
            age_max: None,
            by_stranger: false,
        }
    }
}

/// A list of the national root.
pub(super) fn crl(case: ListCase) -> Crl {
    crl_of(&world().gm_root, case)
}

/// A list of a root.
pub(super) fn crl_of(root: &Party, case: ListCase) -> Crl {
    let revoked: Vec<Revoked> = case
        .revoked
        .into_iter()
        .map(|(serial, at, invalid_since)| Revoked {
            serial: vec![serial],
            at,
            reason: case.reason,
            invalid_since,
        })
        .collect();
    let prepared = crl::prepare(&CrlIssuance {
        issuer: &root.certificate,
        suite: root.suite,
        number: 1,
        this_update: case.issued,
        next_update: case.next,
        revoked: &revoked,
    })
    .expect("a list");
    let signer = if case.by_stranger { &world().stranger } else { root };
    prepared.assemble(&signer.sign(prepared.message())).expect("a list")
}

/// An answer of a root about a certificate below it, current for a month.
pub(super) fn answer_of(root: &Party, about: &Party, status: CertStatus) -> Answer {
    let digest = ocsp::IdDigest::Listed(Digest::Sm3);
    let single = ocsp::SingleDraft {
        id: ocsp::CertId::of(&about.certificate, &root.certificate, digest).expect("a key"),
        status,
        invalid_since: None,
        this_update: LOOKED - time::Duration::hours(1),
        next_update: Some(LOOKED + time::Duration::days(30)),
    };
    let prepared = ocsp::prepare(&ocsp::AnswerDraft {
        responder: &root.certificate,
        carried: false,
        suite: root.suite,
        produced_at: LOOKED - time::Duration::hours(1),
        singles: &[single],
        nonce: None,
    })
    .expect("an answer");
    Answer::parse(&prepared.complete(&root.sign(prepared.message()))).expect("an answer")
}

/// What varies between seals.
#[derive(Clone, Copy)]
pub(super) struct SealCase {
    pub(super) edition: Edition,
    pub(super) created: OffsetDateTime,
    pub(super) from: OffsetDateTime,
    pub(super) to: OffsetDateTime,
    pub(super) by_digest: bool,
    pub(super) maker: fn(&World) -> &Party,
}

impl Default for SealCase {
    fn default() -> Self {
        Self {
            edition: Edition::V4,
            created: SEAL_FROM,
            from: SEAL_FROM,
            to: SEAL_TO,
            by_digest: false,
            maker: |world| &world.maker,
        }
    }
}

pub(super) fn seal(case: SealCase, picture: &[u8]) -> Vec<u8> {
    let prepared = prepared_seal(case, picture);
    prepared.complete(&(case.maker)(world()).sign(prepared.message()))
}

/// A seal of the fifth edition with a time stamp over its maker's signature.
pub(super) fn stamped_seal(case: SealCase, stamp: Stamping<'_>) -> Vec<u8> {
    let prepared = prepared_seal(SealCase { edition: Edition::V5, ..case }, b"picture");
    let value = world().maker.sign(prepared.message());
    prepared.complete_stamped(&value, &stamp(&value)).expect("the fifth edition")
}

fn prepared_seal(case: SealCase, picture: &[u8]) -> ses::PreparedSeal {
    let signers = [world().sealer.certificate.clone()];
    let draft = SealDraft {
        edition: case.edition,
        vendor: "YINZHENG",
        id: "36042900000001",
        kind: 4,
        name: "示例市市场监督管理局电子证照专用章",
        signers: &signers,
        by_digest: case.by_digest,
        created: case.created,
        valid_from: case.from,
        valid_to: case.to,
        picture_kind: "PNG",
        picture,
        width_mm: 42,
        height_mm: 42,
        maker: &(case.maker)(world()).certificate,
    };
    ses::prepare_seal(&draft).expect("a seal")
}

pub(super) fn sealed(
    seal: &[u8],
    original: &[&[u8]],
    at: OffsetDateTime,
    stamp: Option<Stamping<'_>>,
) -> Vec<u8> {
    let signer = &world().sealer;
    let draft = SignatureDraft { seal, signer: &signer.certificate, at, property_info: "document" };
    let prepared = ses::prepare_signature(&draft, original).expect("a seal signature");
    let value = signer.sign(prepared.message());
    prepared.complete(&value, stamp.map(|stamp| stamp(&value)).as_deref())
}

/// Makes a token over a signature value.
pub(super) type Stamping<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

/// A token over `value`.
pub(super) fn stamp(value: &[u8], at: OffsetDateTime, by: &Party) -> Vec<u8> {
    let prepared = tsp::prepare_token(&tsp::TokenDraft {
        signer: &by.certificate,
        chain: &[],
        certificates: true,
        suite: by.suite,
        policy: &oid::ANY_POLICY,
        digest: Digest::Sm3,
        imprint: &Digest::Sm3.hash(&[value]),
        serial: &[1],
        time: at,
        accuracy: None,
        ordering: false,
        nonce: None,
    })
    .expect("a token");
    prepared.complete(&by.sign(prepared.message()), None)
}

/// A PAdES message over `original` by the document signer.
pub(super) fn pades(original: &[&[u8]], stamp: Option<Stamping<'_>>) -> Vec<u8> {
    let signer = &world().signer;
    let digest = signer.suite.digest().hash(original);
    let draft = cms::PadesDraft {
        signer: &signer.certificate,
        chain: &[],
        suite: signer.suite,
        document_digest: &digest,
    };
    let prepared = cms::prepare_pades(&draft).expect("a message");
    let value = signer.sign(prepared.message());
    prepared.complete(&value, stamp.map(|stamp| stamp(&value)).as_deref())
}
