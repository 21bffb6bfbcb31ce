//! Searching for what a stated digest was computed over, and how.

use super::range::{Candidates, Region};
use super::{Effort, spelling};
use crate::algorithm::{Digest, SM2_DEFAULT_ID};
use crate::text::hex;
use crate::x509::Certificate;

/// How the digest was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestHabit {
    /// By the algorithm named.
    Right,
    /// By another algorithm than named.
    Algorithm(Digest),
    /// By SHA-1, which is not accepted.
    Sha1,
    /// The digest of the digest.
    Twice,
    /// The digest of the hexadecimal text of the digest.
    OfHex,
    /// The hexadecimal text of the digest in place of its bytes.
    AsHex,
    /// With its bytes in reverse order.
    Reversed,
    /// SM3(Z ‖ M), which belongs into signing.
    WithZ,
}

/// What explains a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misdigest {
    /// What was digested.
    pub region: Region,
    /// How.
    pub habit: DigestHabit,
}

/// A digest to be explained.
pub(super) struct Stored<'a> {
    pub(super) value: &'a [u8],
    pub(super) named: Digest,
    pub(super) signer: Option<&'a Certificate>,
}

/// The first region whose digest it is: every region by the algorithm named, then what is declared by
/// the others.
pub(super) fn explain(
    stored: &Stored<'_>,
    regions: &Candidates<'_>,
    effort: &mut Effort,
) -> Option<Misdigest> {
    let others = Digest::ALL.into_iter().filter(|one| *one != stored.named);
    for (region, parts) in regions {
        let parts: Vec<&[u8]> = parts.iter().map(AsRef::as_ref).collect();
        let bytes = parts.iter().map(|part| part.len()).sum::<usize>();
        let declared = *region == Region::Declared;
        if !effort.digest(if declared { bytes.saturating_mul(6) } else { bytes }) {
            return None;
        }
        let mut habit = by(stored, stored.named, &parts);
        if habit.is_none() && declared {
            let other =
                |one: Digest| one.len() == stored.value.len() && one.hash(&parts) == stored.value;
            habit = others
                .clone()
                .find(|one| other(*one))
                .map(DigestHabit::Algorithm)
                .or_else(|| is_sha1(stored.value, &parts).then_some(DigestHabit::Sha1))
                .or_else(|| has_z(stored, &parts).then_some(DigestHabit::WithZ));
        }
        if let Some(habit) = habit {
            return Some(Misdigest { region: *region, habit });
        }
    }
    None
}

fn by(stored: &Stored<'_>, digest: Digest, parts: &[&[u8]]) -> Option<DigestHabit> {
    let value = digest.hash(parts);
    let text = hex(&value);
    let reversed: Vec<u8> = value.iter().rev().copied().collect();
    let is = |bytes: &[u8]| bytes == stored.value;
    match () {
        () if is(&value) => Some(DigestHabit::Right),
        () if is(&digest.hash(&[&value])) => Some(DigestHabit::Twice),
        () if is(&digest.hash(&[text.as_bytes()]))
            || is(&digest.hash(&[text.to_uppercase().as_bytes()])) =>
        {
            Some(DigestHabit::OfHex)
        }
        () if spelling::unhex(stored.value).is_some_and(|bytes| bytes == value) => {
            Some(DigestHabit::AsHex)
        }
        () if is(&reversed) => Some(DigestHabit::Reversed),
        () => None,
    }
}

/// SHA-1 only to say that it was used.
fn is_sha1(value: &[u8], parts: &[&[u8]]) -> bool {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| context.update(part));
    value.len() == 20 && context.finish().as_ref() == value
}

fn has_z(stored: &Stored<'_>, parts: &[&[u8]]) -> bool {
    let key = stored.signer.and_then(|one| one.public_key().ok()?.sm2());
    let z = key.and_then(|key| key.z(SM2_DEFAULT_ID).ok());
    z.is_some_and(|z| {
        let parts: Vec<&[u8]> = std::iter::once(&z[..]).chain(parts.iter().copied()).collect();
        Digest::Sm3.hash(&parts) == stored.value
    })
}
