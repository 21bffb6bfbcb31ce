//! Certification requests (PKCS#10, RFC 2986): what an authority is asked to certify.

use super::{Name, profile::ProfileError};
use crate::algorithm::{PublicKey, Suite};
use crate::der::{tag, write};

/// A request whose signature is still missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    info: Vec<u8>,
    algorithm: Vec<u8>,
}

/// `CertificationRequestInfo` (clause 4.1) of a key under a name, without attributes: what the
/// certificate is for is the authority's to say.
///
/// # Errors
/// The subject is not a name, or is empty.
pub fn prepare(subject: &[u8], key: &PublicKey, suite: Suite) -> Result<Prepared, ProfileError> {
    let name = Name::parse(subject).map_err(|_| ProfileError::Subject)?;
    if name.is_empty() {
        return Err(ProfileError::Subject);
    }
    let no_attributes = write::constructed(tag::context(0), &[]);
    let info = write::sequence(&[&write::integer(0), subject, key.to_spki(), &no_attributes]);
    Ok(Prepared { info, algorithm: suite.algorithm_identifier() })
}

impl Prepared {
    /// The bytes to sign with the key itself; SM2 with the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.info
    }

    /// The request with its signature, DER.
    #[must_use]
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        write::sequence(&[&self.info, &self.algorithm, &write::bit_string(signature)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Digest;
    use crate::der::Reader;
    use crate::oid;

    #[test]
    fn a_request_has_its_four_fields_in_order() {
        let sm2 = crate::sm::PrivateKey::from_scalar(&[7; 32]).expect("in range");
        let key = PublicKey::of_sm2(sm2.public());
        let subject = super::super::name::write::name(&[(oid::COMMON_NAME, "样例")]);
        let prepared = prepare(&subject, &key, Suite::Sm2Sm3).expect("prepared");
        let der = prepared.assemble(b"signature");
        let mut outer = Reader::only(&der, tag::SEQUENCE).expect("DER").reader();
        assert_eq!(outer.any().expect("info").raw(), prepared.message());
        let algorithm = outer.any().expect("algorithm").raw().to_vec();
        assert_eq!(algorithm, Suite::Sm2Sm3.algorithm_identifier());
        assert_eq!(outer.any().expect("bits").bit_string(), Ok(&b"signature"[..]));
        let mut info = Reader::only(prepared.message(), tag::SEQUENCE).expect("DER").reader();
        assert_eq!(info.any().expect("version").small_integer(), Ok(0));
        assert_eq!(info.any().expect("subject").raw(), subject);
        assert_eq!(info.any().expect("key").raw(), key.to_spki());
        assert_eq!(info.any().expect("attributes").raw(), [0xa0, 0]);
        info.finish().expect("nothing else");
        let empty = write::sequence(&[]);
        let suite = Suite::EcdsaP256(Digest::Sha256);
        assert_eq!(prepare(&empty, &key, suite), Err(ProfileError::Subject));
    }
}
