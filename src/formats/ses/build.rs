//! Making seals and seal signatures: prepare the exact bytes to sign, then put the signature in.

use super::{
    Edition, LIST_ENTRIES_MAX, Listing, SEAL_BYTES_WRITTEN_MAX, Seal, SesError,
    TEXT_BYTES_WRITTEN_MAX,
};
use crate::algorithm::{Digest, KeyError, KeyKind};
use crate::der::{tag, write};
use crate::oid;
use crate::x509::Certificate;
use time::OffsetDateTime;

/// Why nothing was prepared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The seal to sign with is not readable.
    #[error("the seal is not readable: {0}")]
    Seal(#[from] SesError),
    /// Only v5 has a time stamp in the seal.
    #[error("a seal of {0} has no time stamp")]
    Stamp(Edition),
    /// Only v4 and v5 are written.
    #[error("{0} is read, not written")]
    Edition(Edition),
    /// A text exceeds what other systems accept, or is not in its character set.
    #[error("{what} must be 1 to {TEXT_BYTES_WRITTEN_MAX} bytes{}", if *.ascii { " of ASCII" } else { "" })]
    Text {
        /// Which text.
        what: &'static str,
        /// Whether only ASCII is allowed.
        ascii: bool,
    },
    /// The list of signers is empty or too long.
    #[error("{found} listed signers where 1 to {LIST_ENTRIES_MAX} are allowed")]
    List {
        /// How many.
        found: usize,
    },
    /// The period ends before it begins.
    #[error("the seal's period ends before it begins")]
    Period,
    /// The seal would exceed what other systems accept.
    #[error("the seal would have {found} bytes, more than {SEAL_BYTES_WRITTEN_MAX}")]
    TooLarge {
        /// Its size.
        found: usize,
    },
    /// The certificate's key is not an SM2 key.
    #[error("a seal is signed with SM2, the certificate has a key of kind {0}")]
    Key(KeyKind),
    /// The certificate's key is not usable.
    #[error("the certificate's key is not usable: {0}")]
    KeyUnusable(KeyError),
    /// The seal does not name the signer.
    #[error("the seal does not name this signer's certificate")]
    SignerNotInSeal,
}

/// What a seal will say.
#[derive(Clone, Copy, Debug)]
pub struct SealDraft<'a> {
    /// V4, or V5 where it is asked for.
    pub edition: Edition,
    /// Name of the system that makes the seal (ASCII).
    pub vendor: &'a str,
    /// Identifier of the seal (ASCII).
    pub id: &'a str,
    /// Kind of seal, by the maker's table.
    pub kind: u32,
    /// Name of the seal.
    pub name: &'a str,
    /// Who may sign with it.
    pub signers: &'a [Certificate],
    /// Whether they are listed by their SM3 digests (`certListType` 2) instead of in full.
    pub by_digest: bool,
    /// When it is made.
    pub created: OffsetDateTime,
    /// First moment of its period.
    pub valid_from: OffsetDateTime,
    /// Last moment of its period.
    pub valid_to: OffsetDateTime,
    /// Type of the picture, such as `PNG`.
    pub picture_kind: &'a str,
    /// The picture file.
    pub picture: &'a [u8],
    /// Width in millimeters.
    pub width_mm: u16,
    /// Height in millimeters.
    pub height_mm: u16,
    /// Certificate of the seal maker, who signs.
    pub maker: &'a Certificate,
}

/// A seal that only lacks the maker's signature.
#[derive(Clone, Debug)]
pub struct PreparedSeal {
    edition: Edition,
    info: Vec<u8>,
    maker: Vec<u8>,
}

/// Builds `SES_SealInfo` of v4 or v5.
///
/// # Errors
/// A value is out of its range, or the maker's key is not SM2.
pub fn prepare_seal(draft: &SealDraft<'_>) -> Result<PreparedSeal, BuildError> {
    if draft.edition == Edition::V1 {
        return Err(BuildError::Edition(draft.edition));
    }
    if draft.valid_to < draft.valid_from {
        return Err(BuildError::Period);
    }
    require_sm2(draft.maker)?;
    let header = write::sequence(&[
        &write::ia5("ES"),
        &write::integer(draft.edition.version().into()),
        &ia5("vendor", draft.vendor)?,
    ]);
    let picture = write::sequence(&[
        &ia5("picture type", draft.picture_kind)?,
        &write::octet_string(draft.picture),
        &write::integer(draft.width_mm.into()),
        &write::integer(draft.height_mm.into()),
    ]);
    let id = ia5("seal identifier", draft.id)?;
    let info = write::sequence(&[&header, &id, &property(draft)?, &picture]);
    let prepared = PreparedSeal { edition: draft.edition, info, maker: draft.maker.der().to_vec() };
    let found = prepared.complete(&[0; SM2_SIGNATURE_BYTES_MAX]).len();
    if found > SEAL_BYTES_WRITTEN_MAX {
        return Err(BuildError::TooLarge { found });
    }
    Ok(prepared)
}

/// `SES_ESPropertyInfo` with `certListType` 1, certificates, or 2, digests.
fn property(draft: &SealDraft<'_>) -> Result<Vec<u8>, BuildError> {
    let found = draft.signers.len();
    if found == 0 || found > LIST_ENTRIES_MAX {
        return Err(BuildError::List { found });
    }
    let listed = |signer: &Certificate| match draft.by_digest {
        false => write::octet_string(signer.der()),
        true => write::sequence(&[
            &write::printable(&Digest::Sm3.oid().to_string()),
            &write::octet_string(&signer.fingerprint_sm3()),
        ]),
    };
    let listed: Vec<_> = draft.signers.iter().map(listed).collect();
    let listed: Vec<&[u8]> = listed.iter().map(Vec::as_slice).collect();
    check_text("seal name", draft.name, false)?;
    Ok(write::sequence(&[
        &write::integer(draft.kind.into()),
        &write::utf8(draft.name),
        &write::integer(if draft.by_digest { 2 } else { 1 }),
        &write::sequence(&listed),
        &write::generalized_time(draft.created),
        &write::generalized_time(draft.valid_from),
        &write::generalized_time(draft.valid_to),
    ]))
}

impl PreparedSeal {
    /// The bytes for the seal maker to sign, with SM2 and the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.info
    }

    /// The seal, with the maker's signature (DER) in its place. Whether the signature is right is
    /// for the caller to check: it asked for it.
    #[must_use]
    pub fn complete(&self, signature: &[u8]) -> Vec<u8> {
        self.completed(signature, &[])
    }

    /// The same with a time stamp token over the maker's signature value, as the fifth edition has
    /// it (GM/T 0031-2025, making a seal).
    ///
    /// # Errors
    /// The edition has no such stamp.
    pub fn complete_stamped(&self, signature: &[u8], token: &[u8]) -> Result<Vec<u8>, BuildError> {
        if self.edition != Edition::V5 {
            return Err(BuildError::Stamp(self.edition));
        }
        Ok(self.completed(signature, &time_stamp(token)))
    }

    fn completed(&self, signature: &[u8], stamp: &[u8]) -> Vec<u8> {
        write::sequence(&[
            &self.info,
            &write::octet_string(&self.maker),
            &write::oid(&oid::SM2_WITH_SM3),
            &write::bit_string(signature),
            stamp,
        ])
    }
}

/// `timeStamp [0] EXPLICIT BIT STRING`.
fn time_stamp(token: &[u8]) -> Vec<u8> {
    write::constructed(tag::context(0), &[&write::bit_string(token)])
}

/// What a seal signature will say.
#[derive(Clone, Copy, Debug)]
pub struct SignatureDraft<'a> {
    /// The seal, as stored.
    pub seal: &'a [u8],
    /// Certificate of the sealer, who signs.
    pub signer: &'a Certificate,
    /// When it is sealed.
    pub at: OffsetDateTime,
    /// What is protected (ASCII): in OFD the path of `Signature.xml`, in PDF the byte range.
    pub property_info: &'a str,
}

/// A seal signature that only lacks the sealer's signature.
#[derive(Clone, Debug)]
pub struct PreparedSignature {
    to_sign: Vec<u8>,
    signer: Vec<u8>,
}

/// Builds `TBS_Sign` over `original`, which is given in parts.
///
/// # Errors
/// The seal is not readable or does not name the signer (GB/T 38540, making a signature: the
/// certificate is compared with the seal's list), or a value is out of its range.
pub fn prepare_signature(
    draft: &SignatureDraft<'_>,
    original: &[&[u8]],
) -> Result<PreparedSignature, BuildError> {
    let seal = Seal::parse(draft.seal)?;
    if seal.edition == Edition::V1 {
        return Err(BuildError::Edition(seal.edition));
    }
    require_sm2(draft.signer)?;
    match super::examine::listing_of(&seal.info.property.list, draft.signer.der()) {
        Listing::Certificate | Listing::Digest => {}
        Listing::Absent | Listing::Undecidable { .. } => return Err(BuildError::SignerNotInSeal),
    }
    let to_sign = write::sequence(&[
        &write::integer(seal.edition.version().into()),
        seal.raw,
        &write::generalized_time(draft.at),
        &write::bit_string(&Digest::Sm3.hash(original)),
        &ia5("protected range", draft.property_info)?,
    ]);
    Ok(PreparedSignature { to_sign, signer: draft.signer.der().to_vec() })
}

impl PreparedSignature {
    /// The bytes for the sealer to sign, with SM2 and the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.to_sign
    }

    /// The seal signature, with the sealer's signature (DER) in its place and, if there is one, a
    /// time stamp token over that signature value. Whether the signature is right is for the
    /// caller to check: it asked for it.
    #[must_use]
    pub fn complete(&self, signature: &[u8], time_stamp: Option<&[u8]>) -> Vec<u8> {
        let stamp = time_stamp.map_or_else(Vec::new, self::time_stamp);
        write::sequence(&[
            &self.to_sign,
            &write::octet_string(&self.signer),
            &write::oid(&oid::SM2_WITH_SM3),
            &write::bit_string(signature),
            &stamp,
        ])
    }
}

/// Longest DER of an SM2 signature: two INTEGERs of 33 bytes.
const SM2_SIGNATURE_BYTES_MAX: usize = 72;
/// Tags, lengths, time, digest, algorithm and signature around the three variable parts.
const SIGNATURE_FRAME_BYTES_MAX: usize = 192;

/// An upper bound for the size of a seal signature without a time stamp, for reserving room
/// before anything is hashed.
#[must_use]
pub fn signature_bytes_max(seal: &[u8], signer: &Certificate, property_info: &str) -> usize {
    seal.len() + signer.der().len() + property_info.len() + SIGNATURE_FRAME_BYTES_MAX
}

fn require_sm2(certificate: &Certificate) -> Result<(), BuildError> {
    let key = certificate.public_key().map_err(|error| BuildError::KeyUnusable(error.clone()))?;
    match key.kind() {
        KeyKind::Sm2 => Ok(()),
        other => Err(BuildError::Key(other)),
    }
}

fn ia5(what: &'static str, text: &str) -> Result<Vec<u8>, BuildError> {
    check_text(what, text, true).map(|()| write::ia5(text))
}

fn check_text(what: &'static str, text: &str, ascii: bool) -> Result<(), BuildError> {
    let fits = (1..=TEXT_BYTES_WRITTEN_MAX).contains(&text.len());
    if fits && (text.is_ascii() || !ascii) { Ok(()) } else { Err(BuildError::Text { what, ascii }) }
}
