//! Small files sealed through `formats` alone, with the keys of the test PKI: what the tampering
//! tests flip, the fuzz targets start from, and the benches measure. The same every time.

use domain::trust_list::TrustList;
use formats::algorithm::{Digest, PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};
use formats::pdf::sign::{
    Appearance, Placement, Prepared, SignatureKind, SignatureMaterial, SignatureRequest,
    add_material, prepare,
};
use formats::pdf::{Limits, Material, PlaceMm, SealPicture, examine};
use formats::x509::{Certificate, ocsp, pem_blocks};
use formats::{cms, oid, ses, tsp};
use std::path::{Path, PathBuf};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// When everything of the workshop is sealed.
pub const AT: OffsetDateTime = datetime!(2026-03-02 09:15 +8);

/// Which signatures a file carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// PAdES with RSA-2048.
    Rsa,
    /// PAdES with P-256.
    P256,
    /// A seal signature with SM2.
    Sm2,
    /// RSA, then SM2.
    Both,
}

/// How long a PAdES signature will do (ETSI EN 319 142-1, 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// While its certificate is valid.
    B,
    /// With a proven time.
    T,
    /// With everything that its validation needs.
    Lt,
    /// With a time stamp over all of that.
    Lta,
}

/// Somebody with a key, a certificate, and the certificate above it.
pub struct Identity {
    key: PrivateKey,
    /// The certificate.
    pub certificate: Certificate,
    chain: Vec<Certificate>,
}

/// Keys, certificates and a seal.
pub struct Workshop {
    rsa: Identity,
    p256: Identity,
    sealer: Identity,
    stamper: Identity,
    /// The seal, as stored.
    pub seal: Vec<u8>,
    picture: SealPicture,
}

/// How something is sealed; by default rightly.
pub struct Slip<'a> {
    /// The bytes that are digested.
    pub digested: &'a dyn Fn(&Prepared<'_>) -> Vec<u8>,
    /// The signature value over the bytes to sign.
    pub signed: &'a dyn Fn(&PrivateKey, &[u8]) -> Vec<u8>,
    /// Bytes kept free for a value that is longer than it should be.
    pub room: usize,
}

impl Default for Slip<'_> {
    fn default() -> Self {
        Self { digested: &|prepared| prepared.covered().concat(), signed: &sign, room: 0 }
    }
}

/// The signature value, made as it should be.
pub fn sign(key: &PrivateKey, message: &[u8]) -> Vec<u8> {
    sign_as(key, SM2_DEFAULT_ID, message)
}

/// The same with another SM2 identifier.
pub fn sign_as(key: &PrivateKey, id: &[u8], message: &[u8]) -> Vec<u8> {
    key.sign(key.default_suite(), id, message, &mut NoChance).expect("signed")
}

/// Never used for a key: signatures that are the same every time make files that can be compared.
struct NoChance;

impl Random for NoChance {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        bytes.fill(0);
        Ok(())
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> Vec<u8> {
    std::fs::read(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

fn certificate(role: &str) -> Certificate {
    let pem = String::from_utf8(read(&format!("certs-test/{role}/certificate.pem"))).expect("text");
    Certificate::from_pem(&pem).expect("a certificate")
}

/// Certificates that a verifier of the workshop's files has to trust.
pub fn anchors() -> [PathBuf; 2] {
    ["root-sm2", "root-rsa"]
        .map(|role| root().join("certs-test").join(role).join("certificate.pem"))
}

impl Identity {
    /// The identity of a role of certs-test/.
    pub fn of(role: &str, issuer: &str) -> Self {
        let pem = String::from_utf8(read(&format!("certs-test/{role}/key.pem"))).expect("text");
        let blocks = pem_blocks(&pem, "PRIVATE KEY").expect("a key");
        let key = PrivateKey::from_pkcs8(&blocks[0]).expect("a usable key");
        Self { key, certificate: certificate(role), chain: vec![certificate(issuer)] }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        sign(&self.key, message)
    }
}

impl Workshop {
    /// Everybody from certs-test/, and a seal with a very small picture.
    pub fn open() -> Self {
        let picture = read("fixtures/picture/red-8x8.png");
        let maker = Identity::of("seal-maker", "ca-sm2");
        let sealer = Identity::of("seal-signer", "ca-sm2");
        let draft = ses::SealDraft {
            edition: ses::Edition::V4,
            vendor: "yinzheng-test",
            id: "99990000000001",
            kind: 1,
            name: "样例测试章",
            signers: std::slice::from_ref(&sealer.certificate),
            by_digest: false,
            created: datetime!(2026-01-02 0:00 +8),
            valid_from: datetime!(2026-01-02 0:00 +8),
            valid_to: datetime!(2045-01-01 0:00 +8),
            picture_kind: "PNG",
            picture: &picture,
            width_mm: 20,
            height_mm: 20,
            maker: &maker.certificate,
        };
        let seal = ses::prepare_seal(&draft).expect("a seal");
        Self {
            rsa: Identity::of("document-signer-rsa", "ca-rsa"),
            p256: Identity::of("document-signer-p256", "ca-rsa"),
            stamper: Identity::of("time-stamper-rsa", "ca-rsa"),
            seal: seal.complete(&maker.sign(seal.message())),
            picture: SealPicture::read(&picture, &Limits::default()).expect("a picture"),
            sealer,
        }
    }

    /// The sealed document: its own bytes first.
    pub fn seal(&self, document: &[u8], form: Form) -> Vec<u8> {
        match form {
            Form::Rsa => self.pades(document, &self.rsa, true, false),
            Form::P256 => self.pades(document, &self.p256, true, false),
            Form::Sm2 => self.sm2(document, "Seal1"),
            Form::Both => self.sm2(&self.pades(document, &self.rsa, false, false), "Seal1"),
        }
    }

    /// The file with one more seal, in a field of this name.
    pub fn seal_again(&self, file: &[u8], name: &str) -> Vec<u8> {
        self.sm2(file, name)
    }

    /// The document with a PAdES signature of this level, by RSA.
    pub fn seal_at_level(&self, document: &[u8], level: Level) -> Vec<u8> {
        let signed = self.pades(document, &self.rsa, true, level >= Level::T);
        let kept = if level >= Level::Lt { self.with_material(&signed) } else { signed };
        if level == Level::Lta { self.stamped(&kept, "Stamp1") } else { kept }
    }

    /// The file with all that its signatures and stamps need: the certificates up to the anchor,
    /// and the list of everybody who issued one.
    pub fn with_material(&self, file: &[u8]) -> Vec<u8> {
        let holders = ["time-stamper-rsa", "ca-rsa", "root-rsa"];
        let issuers = ["ca-rsa", "root-rsa"];
        let material = Material {
            certificates: holders.map(|role| certificate(role).der().to_vec()).to_vec(),
            crls: issuers.map(|role| read(&format!("certs-test/{role}/revoked.crl"))).to_vec(),
            ocsp_responses: Vec::new(),
        };
        let facts = examine(file, &Limits::default()).expect("examined");
        let contents = facts.signatures.iter().map(|facts| &facts.signed.contents);
        let additions: Vec<SignatureMaterial<'_>> =
            contents.map(|contents| SignatureMaterial { contents, material: &material }).collect();
        add_material(file, &additions, &Limits::default()).expect("added")
    }

    /// The file with a time stamp over all of it.
    pub fn stamped(&self, file: &[u8], name: &str) -> Vec<u8> {
        let request = self.request(name, SignatureKind::TimeStamp, 8 << 10);
        let request = SignatureRequest { appearance: None, ..request };
        appended(file, &request, |prepared| self.token(&prepared.covered(), Duration::hours(1)))
    }

    /// What a responder is asked about the RSA signer, and its answer that all is well.
    pub fn answer(&self) -> (Vec<u8>, Vec<u8>) {
        let authority = Identity::of("ca-rsa", "root-rsa");
        let digest = ocsp::IdDigest::Listed(Digest::Sha256);
        let (subject, issuer) = (&self.rsa.certificate, &authority.certificate);
        let id = ocsp::CertId::of(subject, issuer, digest).expect("an identifier");
        let question = ocsp::request(std::slice::from_ref(&id), Some(b"a nonce of the question"));
        let single = ocsp::SingleDraft {
            id,
            status: ocsp::CertStatus::Good,
            invalid_since: None,
            this_update: AT,
            next_update: Some(AT + Duration::days(1)),
        };
        let draft = ocsp::AnswerDraft {
            responder: issuer,
            carried: true,
            suite: authority.key.default_suite(),
            produced_at: AT,
            singles: &[single],
            nonce: Some(b"a nonce of the question"),
        };
        let answer = ocsp::prepare(&draft).expect("an answer");
        (question, answer.complete(&authority.sign(answer.message())))
    }

    /// A list that believes the RSA root for documents, signed by `root-sm2`.
    pub fn trust_list(&self) -> Vec<u8> {
        let content = r#"{"name": {"zh": "测试信任列表", "en": "Test trust list"}, "version": 1,
            "issued": "2026-03-01T00:00:00Z", "next_update": "2027-03-01T00:00:00Z",
            "revocation": "when_available", "entries": [{"certificate": "root-rsa",
            "name": {"zh": "根", "en": "Root"}, "uses": ["document_signer"],
            "status": "in_force"}],
            "certificates": ["ca-rsa"], "responders": ["http://ocsp.example/"]}"#;
        let list = TrustList::draft(content.as_bytes(), &mut |role| Ok(certificate(role)));
        let prepared = list.expect("a list").prepare().expect("canonical");
        let signer = Identity::of("root-sm2", "root-sm2");
        let signature = signer.sign(prepared.message());
        prepared.complete(std::slice::from_ref(&signer.certificate), &signature)
    }

    /// A token over some bytes, `after` the workshop's time.
    pub fn token(&self, stamped: &[&[u8]], after: Duration) -> Vec<u8> {
        let (signer, digest) = (&self.stamper, Digest::Sha256);
        let draft = tsp::TokenDraft {
            signer: &signer.certificate,
            chain: &signer.chain,
            certificates: true,
            suite: signer.key.default_suite(),
            policy: &oid::ANY_POLICY,
            digest,
            imprint: &digest.hash(stamped),
            serial: &[1],
            time: AT + after,
            accuracy: None,
            ordering: false,
            nonce: None,
        };
        let message = tsp::prepare_token(&draft).expect("a token");
        message.complete(&signer.sign(message.message()), None)
    }

    fn pades(&self, document: &[u8], signer: &Identity, visible: bool, stamped: bool) -> Vec<u8> {
        self.pades_by(document, (signer, visible, stamped), &Slip::default())
    }

    /// A PAdES signature by P-256, or a seal, made wrongly on purpose.
    pub fn seal_wrongly(&self, document: &[u8], form: Form, slip: &Slip<'_>) -> Vec<u8> {
        match form {
            Form::Sm2 => self.sm2_by(document, "Seal1", slip),
            Form::Rsa => self.pades_by(document, (&self.rsa, true, false), slip),
            Form::P256 | Form::Both => self.pades_by(document, (&self.p256, true, false), slip),
        }
    }

    fn pades_by(
        &self,
        document: &[u8],
        (signer, visible, stamped): (&Identity, bool, bool),
        slip: &Slip<'_>,
    ) -> Vec<u8> {
        let suite = signer.key.default_suite();
        let reserve = cms::pades_bytes_max(&signer.certificate, &signer.chain, suite);
        let reserve = reserve.expect("sized") + if stamped { 8 << 10 } else { slip.room };
        let mut request = self.request("Signature1", SignatureKind::Pades, reserve);
        request.appearance = request.appearance.filter(|_| visible);
        appended(document, &request, |prepared| {
            let draft = cms::PadesDraft {
                signer: &signer.certificate,
                chain: &signer.chain,
                suite,
                document_digest: &suite.digest().hash(&[&(slip.digested)(prepared)]),
            };
            let message = cms::prepare_pades(&draft).expect("a message");
            let signature = (slip.signed)(&signer.key, message.message());
            let token = stamped.then(|| self.token(&[&signature], Duration::minutes(1)));
            message.complete(&signature, token.as_deref())
        })
    }

    fn sm2(&self, document: &[u8], name: &str) -> Vec<u8> {
        self.sm2_by(document, name, &Slip::default())
    }

    fn sm2_by(&self, document: &[u8], name: &str, slip: &Slip<'_>) -> Vec<u8> {
        let signer = &self.sealer;
        let reserve = ses::signature_bytes_max(&self.seal, &signer.certificate, &"0".repeat(64));
        let request = self.request(name, SignatureKind::Seal, reserve);
        appended(document, &request, |prepared| {
            let property_info = format!("ByteRange {:?}", prepared.byte_range());
            let draft = ses::SignatureDraft {
                seal: &self.seal,
                signer: &signer.certificate,
                at: AT,
                property_info: &property_info,
            };
            let message =
                ses::prepare_signature(&draft, &[&(slip.digested)(prepared)]).expect("a message");
            message.complete(&(slip.signed)(&signer.key, message.message()), None)
        })
    }

    fn request(&self, name: &str, kind: SignatureKind, reserve: usize) -> SignatureRequest {
        let place = PlaceMm { x: 140.0, y: 220.0, width: 20.0, height: 20.0 };
        SignatureRequest {
            signing_time: Some(AT),
            appearance: Some(Appearance {
                picture: self.picture.clone(),
                placements: vec![Placement::Page { index: 0, place }],
            }),
            contents_reserve: reserve,
            ..SignatureRequest::new(name, kind)
        }
    }
}

fn appended(
    document: &[u8],
    request: &SignatureRequest,
    sign: impl FnOnce(&Prepared<'_>) -> Vec<u8>,
) -> Vec<u8> {
    let prepared = prepare(document, request, &Limits::default()).expect("a revision");
    prepared.complete(&sign(&prepared)).expect("room enough")
}
