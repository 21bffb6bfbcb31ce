//! An authority with a key of its own, and machines that answer for it, well or badly.

use formats::algorithm::{KeyKind, PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};
use formats::oid;
use formats::x509::Certificate;
use formats::x509::crl::{self, CrlIssuance, Revoked};
use formats::x509::name::write::name;
use formats::x509::ocsp::{self, AnswerDraft, CertStatus, OcspRequest, SingleDraft};
use formats::x509::profile::{self, Issuance, Issuer, Profile};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use time::{Duration, OffsetDateTime};

/// The same key every time: nothing here is secret.
struct Fixed;

impl Random for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        bytes.fill(7);
        Ok(())
    }
}

/// An authority, and the moment around which it issues.
pub struct Authority {
    key: PrivateKey,
    /// Its self-signed certificate.
    pub certificate: Certificate,
    now: OffsetDateTime,
}

impl Authority {
    /// Of SM2, at a moment.
    pub fn at(now: OffsetDateTime) -> Self {
        let key = PrivateKey::generate(&KeyKind::Sm2, &mut Fixed).expect("a key");
        let certificate = certified(&Profile::Root, &key, Issuer::Itself, [None, None], now);
        Self { key, certificate, now }
    }

    /// A certificate that names an address for answers and one for lists.
    pub fn issue(&self, addresses: [Option<&str>; 2]) -> Certificate {
        let issuer = Issuer::Certificate(&self.certificate);
        certified(&Profile::Sealer, &self.key, issuer, addresses, self.now)
    }

    /// The answer to a question, until a moment.
    pub fn answer(&self, question: &[u8], status: CertStatus, next: OffsetDateTime) -> Vec<u8> {
        let asked = OcspRequest::parse(question).expect("a question");
        let made = next - Duration::days(1);
        let draft = AnswerDraft {
            responder: &self.certificate,
            carried: false,
            suite: self.key.default_suite(),
            produced_at: made,
            singles: &[SingleDraft {
                id: asked.ids[0].clone(),
                status,
                invalid_since: None,
                this_update: made,
                next_update: Some(next),
            }],
            nonce: None,
        };
        let prepared = ocsp::prepare(&draft).expect("prepared");
        prepared.complete(&sign(&self.key, prepared.message()))
    }

    /// A list of a day.
    pub fn list(&self, revoked: &[Revoked]) -> Vec<u8> {
        let issuance = CrlIssuance {
            issuer: &self.certificate,
            suite: self.key.default_suite(),
            number: 1,
            this_update: self.now - Duration::hours(1),
            next_update: self.now + Duration::days(1),
            revoked,
        };
        let prepared = crl::prepare(&issuance).expect("prepared");
        let list = prepared.assemble(&sign(&self.key, prepared.message()));
        list.expect("a list").der().to_vec()
    }
}

fn sign(key: &PrivateKey, message: &[u8]) -> Vec<u8> {
    key.sign(key.default_suite(), SM2_DEFAULT_ID, message, &mut Fixed).expect("signed")
}

fn certified(
    profile: &Profile,
    key: &PrivateKey,
    issuer: Issuer<'_>,
    [ocsp_uri, crl_uri]: [Option<&str>; 2],
    now: OffsetDateTime,
) -> Certificate {
    let root = matches!(issuer, Issuer::Itself);
    let (serial, common_name) = if root { ([1], "root") } else { ([7], "somebody") };
    let issuance = Issuance {
        serial: &serial,
        not_before: now - Duration::days(365),
        not_after: now + Duration::days(365),
        subject: &name(&[(oid::COMMON_NAME, common_name)]),
        public_key: key.public_key(),
        issuer,
        suite: key.default_suite(),
        crl_uri,
        ocsp_uri,
    };
    let prepared = profile::prepare(profile, &issuance).expect("prepared");
    prepared.assemble(&sign(key, prepared.message())).expect("a certificate")
}

/// A machine on this one that answers HTTP until the tests end.
pub struct Machine {
    /// Where it listens.
    pub address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Machine {
    /// Answers the body of every question, which is empty for a `GET`, with these bytes.
    pub fn answering(answer: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, answer) = (stream.expect("a connection"), Arc::clone(&answer));
                count.fetch_add(1, SeqCst);
                std::thread::spawn(move || {
                    let mut question = vec![0; 8192];
                    let len = stream.read(&mut question).unwrap_or(0);
                    let head = question.windows(4).position(|four| four == b"\r\n\r\n");
                    let body = head.map_or(&[][..], |head| &question[head + 4..len]);
                    // Whoever has heard enough goes.
                    let _ = stream.write_all(&answer(body));
                });
            }
        });
        Self { address, asked }
    }

    /// An address of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// How often it was connected to.
    pub fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }
}

/// A plain answer with this body.
pub fn whole(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
