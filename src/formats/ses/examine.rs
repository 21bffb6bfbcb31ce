//! From a structure to facts: signatures checked over the bytes as stored.

use super::facts::{
    ExtensionFact, ListedFact, Listing, PictureFacts, SealFacts, SealSignatureFacts, TimeFact,
};
use super::{Extension, Listed, Seal, SealSignature, SesError, TimeInfo};
use crate::algorithm::{Digest, PublicKey, Suite, suite_from_oid};
use crate::oid::Oid;
use crate::original::Original;
use crate::proof::{self, CertificateFact, DigestFact, SignatureFact, Undecidable};
use crate::seen::Seen;

/// Reads a seal signature and checks the seal, the signature, the digest of `original` (in parts,
/// if it is at hand), and whether the seal names the signer.
///
/// # Errors
/// The bytes are no seal signature; everything else is a fact.
pub fn examine(
    signature: &[u8],
    original: Option<&[&[u8]]>,
) -> Result<SealSignatureFacts, SesError> {
    examine_over(signature, original.map(Original::new), &mut Seen::default())
}

/// As [`examine`], over an original whose digests may be begun already, in a file of which some is seen.
///
/// # Errors
/// As [`examine`].
pub fn examine_over(
    signature: &[u8],
    original: Option<Original<'_>>,
    seen: &mut Seen,
) -> Result<SealSignatureFacts, SesError> {
    let read = SealSignature::parse(signature)?;
    let signer = proof::certificate(read.certificate, seen);
    let value = decided(&read.algorithm, &signer, |suite, key| {
        proof::check(suite, key, &[read.to_sign], read.signature)
    });
    // The digest goes with the signature suite; SM3 is the rule, and the only choice of v4 and v5.
    let digest = value.suite().map_or(Digest::Sm3, |suite| suite.digest());
    let seal = seen.seal(read.seal.raw, |seen| examined(&read.seal, seen));
    Ok(SealSignatureFacts {
        edition: read.edition,
        version: read.version,
        listing: seal.lists(read.certificate),
        seal,
        time: match read.time {
            TimeInfo::Time(time) => TimeFact::Claimed(time),
            TimeInfo::Token(token) => TimeFact::Token(token.to_vec()),
            TimeInfo::Unreadable(_) => TimeFact::Unreadable,
        },
        data_hash: read.data_hash.to_vec(),
        data: DigestFact::of(read.data_hash, digest, original),
        property_info: read.property_info,
        extensions: extensions(&read.extensions),
        signer,
        algorithm: read.algorithm,
        signature: value,
        time_stamp: read.time_stamp.map(<[u8]>::to_vec),
        signature_value: read.signature.to_vec(),
    })
}

/// Reads a bare seal and checks the maker's signature.
///
/// # Errors
/// The bytes are no seal; everything else is a fact.
pub fn examine_seal(seal: &[u8]) -> Result<SealFacts, SesError> {
    Seal::parse(seal).map(|seal| examined(&seal, &mut Seen::default()))
}

fn examined(seal: &Seal<'_>, seen: &mut Seen) -> SealFacts {
    let maker = proof::certificate(seal.certificate, seen);
    let (info, property) = (&seal.info, &seal.info.property);
    SealFacts {
        edition: seal.edition,
        bytes: seal.raw.to_vec(),
        header_version: info.version,
        vendor: info.vendor.clone(),
        id: info.id.clone(),
        kind: property.kind,
        name: property.name.clone(),
        listed: property.list.iter().map(listed).collect(),
        created: property.created,
        valid_from: property.valid_from,
        valid_to: property.valid_to,
        picture: PictureFacts {
            kind: info.picture.kind.clone(),
            bytes: info.picture.bytes.to_vec(),
            width_mm: info.picture.width_mm,
            height_mm: info.picture.height_mm,
        },
        extensions: extensions(&info.extensions),
        algorithm: seal.algorithm.clone(),
        signature: decided(&seal.algorithm, &maker, |suite, key| {
            proof::check_once(suite, key, seal.signed_bytes(), seal.signature)
        }),
        maker,
        time_stamp: seal.time_stamp.map(<[u8]>::to_vec),
        signature_value: seal.signature.to_vec(),
    }
}

/// What `check` says, where there is a usable key and a suite.
fn decided(
    algorithm: &Oid,
    certificate: &CertificateFact,
    check: impl FnOnce(Suite, &PublicKey) -> SignatureFact,
) -> SignatureFact {
    let decide = || {
        let key = proof::key_of(certificate)?;
        let suite = suite_from_oid(algorithm, key, None)?;
        Ok::<_, Undecidable>(check(suite, key))
    };
    decide().unwrap_or_else(SignatureFact::Undecidable)
}

fn listed(entry: &Listed<'_>) -> ListedFact {
    match entry {
        Listed::Certificate(der) => ListedFact::Certificate(der.to_vec()),
        Listed::Digest { algorithm, value } => {
            ListedFact::Digest { algorithm: algorithm.clone(), value: value.to_vec() }
        }
        Listed::Other(_) => ListedFact::Other,
    }
}

fn extensions(list: &[Extension<'_>]) -> Vec<ExtensionFact> {
    let fact = |extension: &Extension<'_>| ExtensionFact {
        id: extension.id.clone(),
        critical: extension.critical,
    };
    list.iter().map(fact).collect()
}

/// A certificate is listed byte for byte (GM/T 0031-2014 6.2.2), or by the digest of the whole.
pub(super) fn listing(list: &[ListedFact], certificate: &[u8]) -> Listing {
    let mut unknown = None;
    for entry in list {
        match entry {
            ListedFact::Certificate(der) if der == certificate => return Listing::Certificate,
            ListedFact::Digest { algorithm, value } => match digest_named(algorithm) {
                Some(digest) if digest.hash(&[certificate]) == *value => return Listing::Digest,
                Some(_) => {}
                None => unknown = Some(algorithm.clone()),
            },
            ListedFact::Certificate(_) | ListedFact::Other => {}
        }
    }
    unknown.map_or(Listing::Absent, |algorithm| Listing::Undecidable { algorithm })
}

/// As [`listing`], of entries as read.
pub(super) fn listing_of(list: &[Listed<'_>], certificate: &[u8]) -> Listing {
    listing(&list.iter().map(listed).collect::<Vec<_>>(), certificate)
}

/// The standard leaves the spelling of the digest's type open: identifiers and names occur.
fn digest_named(text: &str) -> Option<Digest> {
    let plain = |name: &str| name.replace('-', "").to_ascii_lowercase();
    let matches = |digest: &Digest| {
        digest.oid().to_string() == text || plain(digest.name()) == plain(text.trim())
    };
    Digest::ALL.into_iter().find(matches)
}
