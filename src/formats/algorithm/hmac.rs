//! HMAC (RFC 2104) with the digests of 32 bytes; GB/T 15852.2 has it with SM3.

use super::Digest;
use zeroize::Zeroizing;

/// Block of SM3 and SHA-256 in bytes.
const BLOCK: usize = 64;

/// The code of the message parts, one after the other; `None` for digests with another block.
#[must_use]
pub fn hmac(digest: Digest, key: &[u8], message: &[&[u8]]) -> Option<Vec<u8>> {
    if !matches!(digest, Digest::Sm3 | Digest::Sha256) {
        return None;
    }
    let mut block = Zeroizing::new([0; BLOCK]);
    match block.get_mut(..key.len()) {
        Some(begin) => begin.copy_from_slice(key),
        None => block[..digest.len()].copy_from_slice(&digest.hash(&[key])),
    }
    let padded = |with: u8| Zeroizing::new(block.map(|byte| byte ^ with));
    let inner = digest.hash(&[&[&padded(0x36)[..]], message].concat());
    Some(digest.hash(&[&padded(0x5c)[..], &inner]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values() {
        let check = |digest, key: &[u8], message: &str, expected: &str| {
            let code = hmac(digest, key, &[message.as_bytes()]).map(hex::encode);
            assert_eq!(code.as_deref(), Some(expected));
        };
        // RFC 4231, 4.2, 4.3 and 4.7 (a key longer than the block).
        let sha = Digest::Sha256;
        check(
            sha,
            &[0x0b; 20],
            "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        );
        check(
            sha,
            b"Jefe",
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        );
        check(
            sha,
            &[0xaa; 131],
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        );
        assert_eq!(hmac(Digest::Sha512, b"k", &[b"m"]), None);
    }

    #[test]
    fn with_sm3_it_is_that_of_others() {
        let code = |key: &[u8], message: &[u8]| hmac(Digest::Sm3, key, &[message]).map(hex::encode);
        // openssl dgst -sm3 -mac HMAC -macopt hexkey:…
        assert_eq!(
            code(b"Jefe", b"what do ya want for nothing?").as_deref(),
            Some("2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882")
        );
        assert_eq!(
            code(&[0xaa; 131], b"SM3").as_deref(),
            Some("37eb5722d2f1a1c7d0ca92fe8c61d0943d09defa7d3aea37d4d9a43a8efd400e")
        );
    }
}
