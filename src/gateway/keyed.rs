//! What stands for a text without telling it: the same for the same text, and of no use to anybody
//! without the key.

use aws_lc_rs::hmac;

/// HMAC-SHA256 of a text.
#[must_use]
pub fn digest(key: &[u8], text: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text);
    let mut digest = [0; 32];
    digest.copy_from_slice(tag.as_ref());
    digest
}

#[cfg(test)]
mod tests {
    #[test]
    fn as_the_standard_has_it() {
        // RFC 4231, 4.2.
        let digest = super::digest(&[0x0b; 20], b"Hi There");
        assert_eq!(
            hex::encode(digest),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }
}
