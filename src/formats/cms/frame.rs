//! The frame of a message, which no signature covers: it must fit what it frames.

use super::facts::Irregularity;
use super::structure::{Family, SignedData, SignerId, SignerInfo};
use crate::algorithm::{Digest, identifier, null_or_absent};
use crate::der::Element;
use crate::oid::{self, Oid};

pub(super) fn irregularities(read: &SignedData<'_>, signer: &SignerInfo<'_>) -> Vec<Irregularity> {
    let digests = || read.digest_algorithms.iter().chain([&signer.digest_algorithm]);
    let own = id(&signer.digest_algorithm);
    let checks = [
        (version_fits(read), Irregularity::Version),
        (signer.version == signer_version(read.family, &signer.id), Irregularity::SignerVersion),
        (
            !read.digest_algorithms.is_empty() && digests().all(|one| id(one) == own),
            Irregularity::DigestAlgorithms,
        ),
        (digests().all(plain), Irregularity::DigestParameters),
    ];
    checks.into_iter().filter(|(fits, _)| !fits).map(|(_, what)| what).collect()
}

/// RFC 5652, 5.1: 3 for content of another type than data or a signer of version 3; 4 and 5 only
/// with certificates of other kinds. GB/T 35275 keeps the 1 of PKCS#7.
fn version_fits(read: &SignedData<'_>) -> bool {
    let by_key = read.signers.iter().any(|signer| matches!(signer.id, SignerId::KeyIdentifier(_)));
    match read.family {
        Family::Gm => read.version == 1,
        Family::Pkcs7 if read.other_certificates > 0 => (3..=5).contains(&read.version),
        Family::Pkcs7 if read.content_type != oid::DATA => read.version == 3,
        // Signing programs in use write 1 here.
        Family::Pkcs7 if by_key => read.version == 1 || read.version == 3,
        Family::Pkcs7 => read.version == 1,
    }
}

/// RFC 5652, 5.3.
fn signer_version(family: Family, id: &SignerId<'_>) -> i64 {
    match (family, id) {
        (Family::Pkcs7, SignerId::KeyIdentifier(_)) => 3,
        _ => 1,
    }
}

fn id(algorithm: &Element<'_>) -> Option<Oid> {
    Some(identifier(*algorithm).ok()?.0)
}

/// The digests of the allow-list have no parameters; of others nothing is known.
fn plain(algorithm: &Element<'_>) -> bool {
    match identifier(*algorithm) {
        Ok((id, parameters)) => Digest::from_oid(&id).is_none() || null_or_absent(parameters),
        Err(_) => false,
    }
}
