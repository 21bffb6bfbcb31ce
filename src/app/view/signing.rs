//! Documents that somebody signs with a key of their own, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A document that waits for a signature, and what is to be signed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct PreparedSigningView {
    /// The request: `/v1/signing-requests/{id}`.
    pub id: String,
    /// With this the signature is brought, once: 64 hexadecimal digits. It is told here alone.
    pub token: String,
    /// How to sign: `sm2-sm3`, `ecdsa-p256-sha256`, `rsa-pkcs1-sha256` or `rsa-pss-sha256`.
    pub algorithm: String,
    /// The bytes to sign (signed attributes, DER), in base64. SM2 with the identifier 1234567812345678.
    pub to_be_signed: String,
    /// Their digest, for signers that take nothing else: e of SM2, with Z, or the plain SHA-256.
    pub digest: String,
    /// Digest of the covered bytes of the document (SM3 or SHA-256), as it stands in the bytes to sign.
    pub document_digest: String,
    /// The covered bytes of the prepared document: offset and length of the two ranges.
    pub byte_range: Vec<u64>,
    /// Name of the signer; of a person masked.
    pub signer: String,
    /// SHA-256 of the signer's certificate.
    pub certificate_sha256: String,
    /// The case.
    pub case_no: String,
    /// Code of the service item, if one was named.
    pub item: Option<String>,
    /// Until when the signature may be brought.
    pub expires_at: String,
}

/// A request for a signature.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct SigningRequestView {
    /// Its id.
    pub id: String,
    /// `prepared`, `completed`, `expired` or `cancelled`.
    pub state: String,
    /// The case.
    pub case_no: String,
    /// Code of the service item, if one was named.
    pub item: Option<String>,
    /// Name of the signer; of a person masked.
    pub signer: String,
    /// SHA-256 of the signer's certificate.
    pub certificate_sha256: String,
    /// How it is signed.
    pub algorithm: String,
    /// When it was prepared.
    pub prepared_at: String,
    /// Until when the signature may be brought.
    pub expires_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// The signed document.
    pub document: Option<SignedFileView>,
    /// The department's seal below the signature.
    pub countersigned: Option<CountersignedView>,
}

/// A signed document by its digests.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct SignedFileView {
    /// Where it is read.
    pub href: String,
    /// Its SM3.
    pub sm3: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// A seal below a signature.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct CountersignedView {
    /// The sealing order.
    pub order: String,
    /// When.
    pub at: String,
}
