//! Private keys at rest: AES-256-GCM under a master key, bound to the key's name.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::{Zeroize, Zeroizing};

/// First bytes of a wrapped key: what it is, and the layout's version.
const MAGIC: &[u8; 8] = b"YZKEY\0\0\x01";

/// 256 random bits; what wraps all other keys.
pub(super) struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    pub(super) fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0[..]).ok().map(LessSafeKey::new)
    }

    /// `MAGIC ‖ nonce ‖ ciphertext ‖ tag`; `None` when the system has no chance or cipher to give.
    pub(super) fn wrap(&self, name: &str, secret: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).ok()?;
        let mut sealed = secret.to_vec();
        let wrapped = self.cipher()?.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            aad(name),
            &mut sealed,
        );
        if wrapped.is_err() {
            sealed.zeroize();
            return None;
        }
        Some([&MAGIC[..], &nonce, &sealed].concat())
    }

    /// The secret, when it was wrapped under this master key and this name.
    pub(super) fn unwrap(&self, name: &str, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let rest = wrapped.strip_prefix(MAGIC)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
        let mut open = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let len = self.cipher()?.open_in_place(nonce, aad(name), &mut open).ok()?.len();
        open.truncate(len);
        Some(open)
    }
}

/// A wrapped key moved to another name does not open.
fn aad(name: &str) -> Aad<Vec<u8>> {
    Aad::from([&MAGIC[..], name.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_under_its_name_and_master_only() {
        let master = MasterKey::new(Zeroizing::new([1; 32]));
        let wrapped = master.wrap("a", b"secret").expect("wrapped");
        assert_eq!(
            master.unwrap("a", &wrapped).as_deref().map(Vec::as_slice),
            Some(&b"secret"[..])
        );
        assert!(master.unwrap("b", &wrapped).is_none());
        assert!(MasterKey::new(Zeroizing::new([2; 32])).unwrap("a", &wrapped).is_none());
        for place in 0..wrapped.len() {
            let mut damaged = wrapped.clone();
            damaged[place] ^= 1;
            assert!(master.unwrap("a", &damaged).is_none(), "byte {place}");
        }
        assert!(!wrapped.windows(6).any(|window| window == b"secret"));
    }
}
