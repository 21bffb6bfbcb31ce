//! ISO/IEC 7064 hybrid systems (GB/T 17710): MOD 37,36 over `0-9A-Z`, MOD 33,32 over base 32.

/// The check value of `values` in the hybrid system MOD `modulus + 1`, `modulus`.
///
/// Every value must be below `modulus`. One changed value always changes the answer, because
/// doubling modulo an odd number loses nothing.
pub(crate) fn hybrid_check(modulus: u32, values: impl Iterator<Item = u32>) -> u32 {
    let mut product = modulus;
    for value in values {
        product = (product + value) % modulus;
        if product == 0 {
            product = modulus;
        }
        product = product * 2 % (modulus + 1);
    }
    (modulus + 1 - product) % modulus
}

/// The value of a character of `0-9A-Z`.
pub(crate) fn value36(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(36).filter(|_| !byte.is_ascii_lowercase())
}

/// The character of `0-9A-Z` with this value.
pub(crate) fn character36(value: u32) -> char {
    char::from_digit(value, 36).unwrap_or('?').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check36(text: &str) -> char {
        character36(hybrid_check(36, text.bytes().map(|byte| value36(byte).unwrap())))
    }

    #[test]
    fn global_release_identifier_of_the_standard() {
        assert_eq!(check36("A12425GABC1234002"), 'M');
    }

    #[test]
    fn worked_example() {
        assert_eq!(check36("11100000000013338W01111430000006122244L20230000403001"), 'U');
    }

    #[test]
    fn every_single_change_is_seen() {
        let text = "11100000000013338W0111";
        for place in 0..text.len() {
            for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".bytes() {
                let mut changed = text.as_bytes().to_vec();
                let before = std::mem::replace(&mut changed[place], other);
                let changed = String::from_utf8(changed).unwrap();
                assert_eq!(before == other, check36(&changed) == check36(text), "{changed}");
            }
        }
    }
}
