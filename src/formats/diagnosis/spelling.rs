//! The ways in which signature values get written wrongly.

use crate::der::{tag, write};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// How a signature value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As its standard asks.
    Standard,
    /// r‖s without structure.
    Raw,
    /// r‖s with one or two bytes more than both need.
    RawPadded,
    /// A SEQUENCE of numbers with leading zeros, without the zero that keeps them positive, or with
    /// lengths that are not the shortest.
    LooseDer,
    /// Within another OCTET STRING or BIT STRING.
    Wrapped,
    /// As hexadecimal text.
    Hex,
    /// As base64 text.
    Base64,
    /// All bytes in reverse order.
    Reversed,
    /// r and s each in reverse order.
    HalvesReversed,
    /// s before r.
    Swapped,
    /// Shorter or longer than the modulus of the RSA key, by zeros.
    Length,
}

/// Longest value read in other spellings: an RSA-8192 signature in hexadecimal.
const VALUE_BYTES_MAX: usize = 2_048;

/// The value in its standard form under every spelling that it can be read by; for keys that sign
/// with a pair of numbers of `width` bytes.
pub(super) fn pairs(value: &[u8], width: usize) -> Vec<(Spelling, Vec<u8>)> {
    let mut found: Vec<(Spelling, Vec<u8>)> = vec![(Spelling::Standard, value.to_vec())];
    for (envelope, bytes) in envelopes(value) {
        for (spelling, der) in pair(&bytes, width) {
            let spelling = envelope.unwrap_or(spelling);
            if found.iter().all(|(_, known)| *known != der) {
                found.push((spelling, der));
            }
        }
    }
    found
}

/// The same for RSA, whose value is a number as long as the modulus.
pub(super) fn numbers(value: &[u8], modulus_bytes: usize) -> Vec<(Spelling, Vec<u8>)> {
    let mut found = vec![(Spelling::Standard, value.to_vec())];
    for (envelope, bytes) in envelopes(value) {
        let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let Some(missing) = modulus_bytes.checked_sub(digits.len()) else { continue };
        let number = [&vec![0; missing][..], digits].concat();
        if found.iter().all(|(_, known)| *known != number) {
            found.push((envelope.unwrap_or(Spelling::Length), number));
        }
    }
    found
}

/// What the value may stand in; the value itself first.
fn envelopes(value: &[u8]) -> Vec<(Option<Spelling>, Cow<'_, [u8]>)> {
    if value.len() > VALUE_BYTES_MAX {
        return Vec::new();
    }
    let mut found = vec![(None, Cow::Borrowed(value))];
    let content = match value {
        [tag::OCTET_STRING, ..] => inside(value),
        [tag::BIT_STRING, ..] => inside(value).and_then(|bits| bits.strip_prefix(&[0])),
        _ => None,
    };
    found.extend(content.map(|bytes| (Some(Spelling::Wrapped), Cow::Borrowed(bytes))));
    let text = value.trim_ascii();
    found.extend(unhex(text).map(|bytes| (Some(Spelling::Hex), bytes.into())));
    found.extend(STANDARD.decode(text).ok().map(|bytes| (Some(Spelling::Base64), bytes.into())));
    let reversed: Vec<u8> = value.iter().rev().copied().collect();
    found.push((Some(Spelling::Reversed), reversed.into()));
    found
}

/// The bytes of hexadecimal text.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let even = !text.is_empty() && text.len().is_multiple_of(2);
    let pair = |two: &[u8]| Some(digit(&two[0])? << 4 | digit(&two[1])?);
    even.then(|| text.chunks(2).map(pair).collect())?
}

fn pair(bytes: &[u8], width: usize) -> Vec<(Spelling, Vec<u8>)> {
    let der = |r: &[u8], s: &[u8]| write::sequence(&[&write::unsigned(r), &write::unsigned(s)]);
    let mut found = Vec::new();
    if let Some((r, s)) = loose(bytes) {
        found.push((Spelling::LooseDer, der(r, s)));
        found.push((Spelling::Swapped, der(s, r)));
    }
    let raw = |spelling, bytes: &[u8]| {
        let (r, s) = bytes.split_at(width);
        let back = |half: &[u8]| half.iter().rev().copied().collect::<Vec<u8>>();
        [
            (spelling, der(r, s)),
            (Spelling::Swapped, der(s, r)),
            (Spelling::HalvesReversed, der(&back(r), &back(s))),
        ]
    };
    match bytes.len().checked_sub(2 * width) {
        Some(0) => found.extend(raw(Spelling::Raw, bytes)),
        Some(1) => {
            found.extend(raw(Spelling::RawPadded, &bytes[1..]));
            found.extend(raw(Spelling::RawPadded, &bytes[..2 * width]));
        }
        Some(2) if bytes[0] == 0 => {
            found.push((Spelling::RawPadded, der(&bytes[..=width], &bytes[width + 1..])));
        }
        _ => {}
    }
    found
}

/// Two INTEGERs in a SEQUENCE by their magnitude, whatever DER says of their spelling.
fn loose(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (content, _) = element(bytes, tag::SEQUENCE)?;
    let (r, rest) = element(content, tag::INTEGER)?;
    let (s, _) = element(rest, tag::INTEGER)?;
    let short = |number: &[u8]| number.len() <= 128;
    (short(r) && short(s)).then_some((r, s))
}

fn inside(bytes: &[u8]) -> Option<&[u8]> {
    element(bytes, *bytes.first()?).map(|(content, _)| content)
}

/// Content of the element at the start, and what follows; lengths in any definite form.
fn element(bytes: &[u8], expected: u8) -> Option<(&[u8], &[u8])> {
    let [tag, first, rest @ ..] = bytes else { return None };
    if *tag != expected {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_two_numbers_is_read_as_the_same_two() {
        let (mut r, mut s) = ([0x81; 32], [0x02; 32]);
        (r[31], s[31]) = (0x11, 0x12);
        let der = write::sequence(&[&write::unsigned(&r), &write::unsigned(&s)]);
        let raw = [r, s].concat();
        let back = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
        let number = |content: &[u8]| write::tlv(tag::INTEGER, content);
        let text = crate::text::hex(&der);
        for (spelling, value) in [
            (Spelling::Raw, raw.clone()),
            (Spelling::RawPadded, [&[0][..], &raw].concat()),
            (Spelling::RawPadded, [&[0][..], &r, &[0], &s].concat()),
            (Spelling::LooseDer, write::sequence(&[&number(&r), &number(&s)])),
            (
                Spelling::LooseDer,
                write::sequence(&[&number(&[&[0, 0][..], &r].concat()), &number(&s)]),
            ),
            (Spelling::Wrapped, write::octet_string(&der)),
            (Spelling::Wrapped, write::bit_string(&raw)),
            (Spelling::Hex, text.to_uppercase().into_bytes()),
            (Spelling::Base64, STANDARD.encode(&raw).into_bytes()),
            (Spelling::Reversed, back(&der)),
            (Spelling::HalvesReversed, [back(&r), back(&s)].concat()),
            (Spelling::Swapped, [s, r].concat()),
        ] {
            let found = pairs(&value, 32);
            assert!(found.contains(&(spelling, der.clone())), "{spelling:?}: {found:02x?}");
        }
        assert_eq!(pairs(&[0x30; VALUE_BYTES_MAX + 1], 32).len(), 1);
    }

    #[test]
    fn an_rsa_number_keeps_the_length_of_its_modulus() {
        let number = [&[0][..], &[7; 255]].concat();
        let found = numbers(&[7; 255], 256);
        assert!(found.contains(&(Spelling::Length, number.clone())));
        let found = numbers(&[&[0, 0][..], &[7; 255]].concat(), 256);
        assert!(found.contains(&(Spelling::Length, number)));
    }
}
