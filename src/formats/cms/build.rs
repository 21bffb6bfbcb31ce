//! Making signed messages: prepare the exact bytes to sign, then put the signature in.
//!
//! `ETSI.CAdES.detached` (ETSI EN 319 142-1, PAdES baseline B) for PDF, and GB/T 35275 for
//! everything else that asks for SM2.

use crate::algorithm::{AlgorithmError, Digest, KeyError, KeyKind, Suite, suite_of};
use crate::der::{tag, write};
use crate::oid::{self, Oid};
use crate::x509::Certificate;
use time::OffsetDateTime;

/// Why nothing was prepared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The certificate's key is not usable.
    #[error("the certificate's key is not usable: {0}")]
    Key(KeyError),
    /// The suite does not go with the certificate's key.
    #[error(transparent)]
    Suite(#[from] AlgorithmError),
    /// The digest is not of the suite's algorithm.
    #[error("a digest of {found} bytes where {} gives {}", digest.name(), digest.len())]
    Digest {
        /// The suite's algorithm.
        digest: Digest,
        /// Length of what was given.
        found: usize,
    },
}

/// What a PAdES signature will say.
#[derive(Clone, Copy, Debug)]
pub struct PadesDraft<'a> {
    /// Certificate of the signer.
    pub signer: &'a Certificate,
    /// Certificates above it, to be carried along.
    pub chain: &'a [Certificate],
    /// How it will be signed.
    pub suite: Suite,
    /// Digest of the covered bytes, by the suite's digest algorithm.
    pub document_digest: &'a [u8],
}

/// A signed message that only lacks its signature.
#[derive(Clone, Debug)]
pub struct Prepared {
    outer: Oid,
    /// version, digestAlgorithms, contentInfo, certificates
    head: Vec<u8>,
    /// version, sid, digestAlgorithm
    signer: Vec<u8>,
    /// The signed attributes as a SET; none when the content itself is signed.
    attributes: Option<Vec<u8>>,
    algorithm: Vec<u8>,
    message: Vec<u8>,
    signature_bytes_max: usize,
}

impl Prepared {
    /// The exact bytes to sign with the suite that was asked for.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The message with its signature and, if there is one, a time stamp token over that
    /// signature value as an unsigned attribute. Whether the signature is right is for the caller
    /// to check: it asked for it.
    #[must_use]
    pub fn complete(&self, signature: &[u8], time_stamp: Option<&[u8]>) -> Vec<u8> {
        let attributes = self.attributes.as_ref().map_or_else(Vec::new, |set| {
            let mut tagged = set.clone();
            tagged[0] = tag::context(0);
            tagged
        });
        let unsigned = time_stamp.map_or_else(Vec::new, |token| {
            let stamp = attribute(&oid::SIGNATURE_TIME_STAMP, token);
            write::constructed(tag::context(1), &[&stamp])
        });
        let signature = write::octet_string(signature);
        let signer =
            write::sequence(&[&self.signer, &attributes, &self.algorithm, &signature, &unsigned]);
        let signed_data = write::sequence(&[&self.head, &write::set_of(&[&signer])]);
        let content = write::constructed(tag::context(0), &[&signed_data]);
        write::sequence(&[&write::oid(&self.outer), &content])
    }

    /// The same message with other attributes, for tests of what readers make of them.
    #[cfg(test)]
    pub(super) fn with_attributes(&self, set: Vec<u8>) -> Self {
        Self { message: set.clone(), attributes: Some(set), ..self.clone() }
    }

    /// An upper bound for the size of the whole without a time stamp.
    #[must_use]
    pub fn bytes_max(&self) -> usize {
        self.complete(&vec![0; self.signature_bytes_max], None).len()
    }
}

/// Builds a PAdES baseline signature (`ETSI.CAdES.detached`): contentType, messageDigest,
/// signing-certificate-v2 and CMSAlgorithmProtection are signed; the time is not, by the rule of
/// EN 319 142-1 6.3, because the signature dictionary says it.
///
/// # Errors
/// The suite does not go with the key, or the digest is not the suite's.
pub fn prepare_pades(draft: &PadesDraft<'_>) -> Result<Prepared, BuildError> {
    let digest = draft.suite.digest();
    let found = draft.document_digest.len();
    if found != digest.len() {
        return Err(BuildError::Digest { digest, found });
    }
    let algorithm = draft.suite.algorithm_identifier();
    let digest_algorithm = write::sequence(&[&write::oid(&digest.oid())]);
    let attributes = write::set_of(&[
        &attribute(&oid::CONTENT_TYPE, &write::oid(&oid::DATA)),
        &attribute(&oid::MESSAGE_DIGEST, &write::octet_string(draft.document_digest)),
        &attribute(&oid::SIGNING_CERTIFICATE_V2, &signing_certificate(draft.signer, digest)),
        &attribute(
            &oid::CMS_ALGORITHM_PROTECTION,
            &algorithm_protection(&digest_algorithm, &algorithm),
        ),
    ]);
    let frame = Frame {
        outer: oid::SIGNED_DATA,
        version: 1,
        content: write::sequence(&[&write::oid(&oid::DATA)]),
        signer: draft.signer,
        chain: draft.chain,
        certificates: true,
        digest_algorithm,
        algorithm,
    };
    frame.prepared(draft.suite, Some(attributes), None)
}

/// What a message with content of a special type will say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypedDraft<'a> {
    pub(crate) signer: &'a Certificate,
    pub(crate) chain: &'a [Certificate],
    /// Whether any certificate is carried.
    pub(crate) certificates: bool,
    pub(crate) suite: Suite,
    pub(crate) content_type: &'a Oid,
    pub(crate) content: &'a [u8],
}

/// Builds a CMS that carries its content: contentType, messageDigest and signing-certificate-v2
/// are signed.
pub(crate) fn prepare_typed(draft: &TypedDraft<'_>) -> Result<Prepared, BuildError> {
    let digest = draft.suite.digest();
    let content_type = write::oid(draft.content_type);
    let message_digest = write::octet_string(&digest.hash(&[draft.content]));
    let attributes = write::set_of(&[
        &attribute(&oid::CONTENT_TYPE, &content_type),
        &attribute(&oid::MESSAGE_DIGEST, &message_digest),
        &attribute(&oid::SIGNING_CERTIFICATE_V2, &signing_certificate(draft.signer, digest)),
    ]);
    let carried = write::constructed(tag::context(0), &[&write::octet_string(draft.content)]);
    let frame = Frame {
        outer: oid::SIGNED_DATA,
        version: 3,
        content: write::sequence(&[&content_type, &carried]),
        signer: draft.signer,
        chain: draft.chain,
        certificates: draft.certificates,
        digest_algorithm: write::sequence(&[&write::oid(&digest.oid())]),
        algorithm: draft.suite.algorithm_identifier(),
    };
    frame.prepared(draft.suite, Some(attributes), None)
}

/// An upper bound for the size of a PAdES signature, for reserving room before anything is hashed.
///
/// # Errors
/// As [`prepare_pades`].
pub fn pades_bytes_max(
    signer: &Certificate,
    chain: &[Certificate],
    suite: Suite,
) -> Result<usize, BuildError> {
    let document_digest = vec![0; suite.digest().len()];
    let draft = PadesDraft { signer, chain, suite, document_digest: &document_digest };
    Ok(prepare_pades(&draft)?.bytes_max())
}

/// What a GB/T 35275 message will say. It is signed with SM2.
#[derive(Clone, Copy, Debug)]
pub struct GmDraft<'a> {
    /// Certificate of the signer.
    pub signer: &'a Certificate,
    /// Certificates above it, to be carried along.
    pub chain: &'a [Certificate],
    /// What is signed, and whether it is carried.
    pub content: GmContent<'a>,
}

/// The content of a GB/T 35275 message.
#[derive(Clone, Copy, Debug)]
pub enum GmContent<'a> {
    /// The content is carried and signed as it is, without attributes.
    Attached(&'a [u8]),
    /// The content stays outside; its SM3 digest is signed with the other attributes.
    Detached {
        /// SM3 digest of the content.
        digest: &'a [u8; 32],
        /// The signer's claim of the time.
        signing_time: Option<OffsetDateTime>,
    },
}

/// Builds a GB/T 35275 SignedData.
///
/// # Errors
/// The certificate's key is not an SM2 key.
pub fn prepare_gm(draft: &GmDraft<'_>) -> Result<Prepared, BuildError> {
    let data = write::oid(&oid::GM_DATA);
    let (content, attributes, message) = match draft.content {
        GmContent::Attached(bytes) => {
            let carried = write::constructed(tag::context(0), &[&write::octet_string(bytes)]);
            (write::sequence(&[&data, &carried]), None, Some(bytes.to_vec()))
        }
        GmContent::Detached { digest, signing_time } => {
            (write::sequence(&[&data]), Some(gm_attributes(digest, signing_time)), None)
        }
    };
    let frame = Frame {
        outer: oid::GM_SIGNED_DATA,
        version: 1,
        content,
        signer: draft.signer,
        chain: draft.chain,
        certificates: true,
        digest_algorithm: write::sequence(&[&write::oid(&oid::SM3), &write::null()]),
        // The standard names SM2 signing here, not SM2 with SM3; both are met, and read.
        algorithm: write::sequence(&[&write::oid(&oid::SM2_SIGN), &write::null()]),
    };
    frame.prepared(Suite::Sm2Sm3, attributes, message)
}

fn gm_attributes(digest: &[u8], signing_time: Option<OffsetDateTime>) -> Vec<u8> {
    let content_type = attribute(&oid::CONTENT_TYPE, &write::oid(&oid::GM_DATA));
    let message_digest = attribute(&oid::MESSAGE_DIGEST, &write::octet_string(digest));
    let time = signing_time.map(|at| attribute(&oid::SIGNING_TIME, &time_of(at)));
    let mut all: Vec<&[u8]> = vec![&content_type, &message_digest];
    all.extend(time.as_deref());
    write::set_of(&all)
}

/// `Time ::= CHOICE { utcTime, generalizedTime }`: UTCTime through 2049 (RFC 5652, 11.3).
fn time_of(at: OffsetDateTime) -> Vec<u8> {
    match at.to_utc().year() {
        1950..=2049 => write::utc_time(at),
        _ => write::generalized_time(at),
    }
}

/// What both kinds of message share.
struct Frame<'a> {
    outer: Oid,
    /// `SignedData.version`: 3 for content of another type than data.
    version: u64,
    content: Vec<u8>,
    signer: &'a Certificate,
    chain: &'a [Certificate],
    certificates: bool,
    digest_algorithm: Vec<u8>,
    algorithm: Vec<u8>,
}

impl Frame<'_> {
    fn prepared(
        self,
        suite: Suite,
        attributes: Option<Vec<u8>>,
        content: Option<Vec<u8>>,
    ) -> Result<Prepared, BuildError> {
        let key = self.signer.public_key().map_err(|error| BuildError::Key(error.clone()))?;
        suite_of(&self.algorithm, key, Some(suite.digest()))?;
        let mut certificates: Vec<&[u8]> = vec![self.signer.der()];
        certificates.extend(self.chain.iter().map(Certificate::der));
        certificates.sort_unstable();
        certificates.dedup();
        let carried = match self.certificates {
            true => write::constructed(tag::context(0), &certificates),
            false => Vec::new(),
        };
        let head = [
            &write::integer(self.version)[..],
            &write::set_of(&[&self.digest_algorithm]),
            &self.content,
            &carried,
        ];
        let serial = write::tlv(tag::INTEGER, self.signer.serial());
        let id = write::sequence(&[self.signer.issuer().raw(), &serial]);
        Ok(Prepared {
            outer: self.outer,
            head: head.concat(),
            signer: [&write::integer(1)[..], &id, &self.digest_algorithm].concat(),
            message: content.or_else(|| attributes.clone()).unwrap_or_default(),
            attributes,
            algorithm: self.algorithm,
            signature_bytes_max: signature_bytes_max(&key.kind()),
        })
    }
}

/// Longest signature value of a key: RSA as long as the modulus, the curves DER of two INTEGERs.
fn signature_bytes_max(kind: &KeyKind) -> usize {
    match kind {
        KeyKind::Rsa { bits } => bits.div_ceil(8),
        KeyKind::Sm2 | KeyKind::P256 => 72,
        _ => 144,
    }
}

fn attribute(id: &Oid, value: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::oid(id), &write::set_of(&[value])])
}

/// `SigningCertificateV2` with one `ESSCertIDv2` (RFC 5035, 4); SHA-256 is left out as DEFAULT.
fn signing_certificate(signer: &Certificate, digest: Digest) -> Vec<u8> {
    let algorithm = match digest {
        Digest::Sha256 => Vec::new(),
        other => write::sequence(&[&write::oid(&other.oid())]),
    };
    let hash = write::octet_string(&digest.hash(&[signer.der()]));
    let name = write::constructed(tag::context(4), &[signer.issuer().raw()]);
    let serial = write::tlv(tag::INTEGER, signer.serial());
    let issuer_serial = write::sequence(&[&write::sequence(&[&name]), &serial]);
    let entry = write::sequence(&[&algorithm, &hash, &issuer_serial]);
    write::sequence(&[&write::sequence(&[&entry])])
}

/// `CMSAlgorithmProtection` (RFC 6211, 2): `signatureAlgorithm [1] IMPLICIT`.
fn algorithm_protection(digest_algorithm: &[u8], algorithm: &[u8]) -> Vec<u8> {
    let mut signature = algorithm.to_vec();
    signature[0] = tag::context(1);
    write::sequence(&[digest_algorithm, &signature])
}
