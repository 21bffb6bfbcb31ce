//! SM3 over parts of a message, and HMAC-SM3 (RFC 2104 with SM3).

use ::sm3::{Digest, Sm3};
use zeroize::Zeroize;

const BLOCK_BYTES: usize = 64;

/// SM3 of the parts, one after the other.
#[must_use]
pub fn sm3(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sm3::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// HMAC-SM3 of the parts, one after the other.
#[must_use]
pub fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK_BYTES];
    if key.len() > BLOCK_BYTES {
        block[..32].copy_from_slice(&sm3(&[key]));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut inner = Sm3::new();
    let mut outer = Sm3::new();
    inner.update(block.map(|byte| byte ^ 0x36));
    outer.update(block.map(|byte| byte ^ 0x5c));
    block.zeroize();
    for part in parts {
        inner.update(part);
    }
    outer.update(inner.finalize());
    outer.finalize().into()
}
