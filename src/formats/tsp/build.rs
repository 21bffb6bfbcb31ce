//! Making a token: prepare the bytes to sign, then put the signature in.

use super::info::{to_accuracy, to_imprint};
use crate::algorithm::{Digest, Suite};
use crate::cms::{BuildError, Prepared, TypedDraft, prepare_typed};
use crate::der::{tag, write};
use crate::oid::{self, Oid};
use crate::x509::Certificate;
use time::{Duration, OffsetDateTime};

/// What a token will say.
#[derive(Clone, Copy, Debug)]
pub struct TokenDraft<'a> {
    /// Certificate of the authority.
    pub signer: &'a Certificate,
    /// Certificates above it, to be carried along.
    pub chain: &'a [Certificate],
    /// Whether certificates are carried at all: only when the request asks for them.
    pub certificates: bool,
    /// How it will be signed.
    pub suite: Suite,
    /// The policy under which the authority stamps.
    pub policy: &'a Oid,
    /// Algorithm of the imprint.
    pub digest: Digest,
    /// Digest of what is stamped.
    pub imprint: &'a [u8],
    /// Magnitude of the token's serial number.
    pub serial: &'a [u8],
    /// The time; written in whole seconds.
    pub time: OffsetDateTime,
    /// By how much the time may be wrong.
    pub accuracy: Option<Duration>,
    /// Whether a later token of this authority always has a later time.
    pub ordering: bool,
    /// Content of the number that ties the token to a request.
    pub nonce: Option<&'a [u8]>,
}

/// Builds a token over `TSTInfo` (RFC 3161, 2.4.2).
///
/// # Errors
/// The suite does not go with the key, or the imprint is not of its algorithm.
pub fn prepare_token(draft: &TokenDraft<'_>) -> Result<Prepared, BuildError> {
    let found = draft.imprint.len();
    if found != draft.digest.len() {
        return Err(BuildError::Digest { digest: draft.digest, found });
    }
    let ordering = if draft.ordering { write::boolean(true) } else { Vec::new() };
    let info = write::sequence(&[
        &write::integer(1),
        &write::oid(draft.policy),
        &to_imprint(draft.digest, draft.imprint),
        &write::unsigned(draft.serial),
        &write::generalized_time(draft.time),
        &draft.accuracy.map_or_else(Vec::new, to_accuracy),
        &ordering,
        &draft.nonce.map_or_else(Vec::new, |nonce| write::tlv(tag::INTEGER, nonce)),
    ]);
    prepare_typed(&TypedDraft {
        signer: draft.signer,
        chain: draft.chain,
        certificates: draft.certificates,
        suite: draft.suite,
        content_type: &oid::TST_INFO,
        content: &info,
    })
}

/// An upper bound for the size of a token of this authority, for reserving room before anything is
/// stamped.
///
/// # Errors
/// The suite does not go with the key.
pub fn token_bytes_max(
    signer: &Certificate,
    chain: &[Certificate],
    suite: Suite,
) -> Result<usize, BuildError> {
    let digest = Digest::Sha512;
    let draft = TokenDraft {
        signer,
        chain,
        certificates: true,
        suite,
        policy: &oid::ANY_POLICY,
        digest,
        imprint: &vec![0; digest.len()],
        serial: &[0x7f; 20],
        time: OffsetDateTime::UNIX_EPOCH,
        accuracy: Some(Duration::MAX),
        ordering: true,
        nonce: Some(&[0x7f; 32]),
    };
    // Policies of authorities have longer identifiers than the one above.
    const POLICY_BYTES: usize = 32;
    Ok(prepare_token(&draft)?.bytes_max() + POLICY_BYTES)
}
