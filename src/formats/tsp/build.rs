//! Making a token: prepare the bytes to sign, then put the signature in.

use crate::algorithm::{Digest, Suite};
use crate::cms::{BuildError, Prepared, TypedDraft, prepare_typed};
use crate::der::write;
use crate::oid::{self, Oid};
use crate::x509::Certificate;
use time::OffsetDateTime;

/// What a token will say.
#[derive(Clone, Copy, Debug)]
pub struct TokenDraft<'a> {
    /// Certificate of the authority.
    pub signer: &'a Certificate,
    /// Certificates above it, to be carried along.
    pub chain: &'a [Certificate],
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
    /// The time.
    pub time: OffsetDateTime,
    /// Magnitude of the number that ties the token to a request.
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
    let algorithm = write::sequence(&[&write::oid(&draft.digest.oid())]);
    let info = write::sequence(&[
        &write::integer(1),
        &write::oid(draft.policy),
        &write::sequence(&[&algorithm, &write::octet_string(draft.imprint)]),
        &write::unsigned(draft.serial),
        &write::generalized_time(draft.time),
        &draft.nonce.map_or_else(Vec::new, write::unsigned),
    ]);
    prepare_typed(&TypedDraft {
        signer: draft.signer,
        chain: draft.chain,
        suite: draft.suite,
        content_type: &oid::TST_INFO,
        content: &info,
    })
}
