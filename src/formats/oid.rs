//! Names of object identifiers, in one table.

use std::borrow::Cow;
use std::fmt;

/// An object identifier, kept as its DER content octets.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Cow<'static, [u8]>);

/// Longest identifier read: real ones stay below 20 bytes; a longer one is an attack.
const CONTENT_BYTES_MAX: usize = 64;

impl Oid {
    /// An identifier from its DER content octets; `None` when they are cut, padded, too long, or
    /// an arc exceeds 64 bits.
    #[must_use]
    pub fn from_content(content: &[u8]) -> Option<Self> {
        let ends = content.last().is_some_and(|last| last & 0x80 == 0);
        if !ends || content.len() > CONTENT_BYTES_MAX {
            return None;
        }
        let mut arc_start = true;
        let mut arc_len = 0;
        for byte in content {
            if arc_start && *byte == 0x80 {
                return None;
            }
            arc_start = byte & 0x80 == 0;
            arc_len = if arc_start { 0 } else { arc_len + 1 };
            if arc_len > 8 {
                return None;
            }
        }
        Some(Self(Cow::Owned(content.to_vec())))
    }

    const fn known(content: &'static [u8]) -> Self {
        Self(Cow::Borrowed(content))
    }

    /// The DER content octets.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.0
    }

    /// The name in this table, if the identifier is in it.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        NAMES.iter().find(|(oid, _)| oid == self).map(|(_, name)| *name)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arc: u64 = 0;
        let mut first = true;
        for byte in self.0.iter() {
            arc = arc << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (arc / 40).min(2);
                write!(f, "{root}.{}", arc - root * 40)?;
                first = false;
            } else {
                write!(f, ".{arc}")?;
            }
            arc = 0;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

/// Bytes of one arc in base 128.
const fn arc_len(arc: u64) -> usize {
    let mut len = 1;
    let mut rest = arc >> 7;
    while rest > 0 {
        len += 1;
        rest >>= 7;
    }
    len
}

const fn content_len(arcs: &[u64]) -> usize {
    let mut len = arc_len(arcs[0] * 40 + arcs[1]);
    let mut i = 2;
    while i < arcs.len() {
        len += arc_len(arcs[i]);
        i += 1;
    }
    len
}

const fn encode<const N: usize>(arcs: &[u64]) -> [u8; N] {
    let mut out = [0; N];
    let mut at = 0;
    let mut i = 1;
    while i < arcs.len() {
        let arc = if i == 1 { arcs[0] * 40 + arcs[1] } else { arcs[i] };
        let len = arc_len(arc);
        let mut j = 0;
        while j < len {
            let bits = (arc >> (7 * (len - 1 - j))) & 0x7f;
            // Masked to seven bits above, so the cast keeps the value.
            out[at] = bits as u8 | if j + 1 < len { 0x80 } else { 0 };
            at += 1;
            j += 1;
        }
        i += 1;
    }
    out
}

macro_rules! oids {
    ($($constant:ident = [$($arc:literal),+] $name:literal;)+) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub const $constant: Oid = {
                const CONTENT: [u8; content_len(&[$($arc),+])] = encode(&[$($arc),+]);
                Oid::known(&CONTENT)
            };
        )+
        static NAMES: &[(Oid, &str)] = &[$(($constant, $name)),+];
    };
}

oids! {
    SM2_CURVE = [1, 2, 156, 10197, 1, 301] "sm2p256v1";
    SM2_SIGN = [1, 2, 156, 10197, 1, 301, 1] "sm2sign";
    SM3 = [1, 2, 156, 10197, 1, 401] "sm3";
    SM3_WITHOUT_KEY = [1, 2, 156, 10197, 1, 401, 1] "sm3-without-key";
    SM3_WITH_KEY = [1, 2, 156, 10197, 1, 401, 2] "sm3-with-key";
    SM2_WITH_SM3 = [1, 2, 156, 10197, 1, 501] "sm2-with-sm3";
    SM2_WITH_SM3_MISPRINT = [1, 2, 156, 10197, 501] "sm2-with-sm3-misprint";
    GM_DATA = [1, 2, 156, 10197, 6, 1, 4, 2, 1] "gm-data";
    GM_SIGNED_DATA = [1, 2, 156, 10197, 6, 1, 4, 2, 2] "gm-signedData";
    DATA = [1, 2, 840, 113549, 1, 7, 1] "data";
    SIGNED_DATA = [1, 2, 840, 113549, 1, 7, 2] "signedData";
    TST_INFO = [1, 2, 840, 113549, 1, 9, 16, 1, 4] "id-ct-TSTInfo";
    CONTENT_TYPE = [1, 2, 840, 113549, 1, 9, 3] "contentType";
    MESSAGE_DIGEST = [1, 2, 840, 113549, 1, 9, 4] "messageDigest";
    SIGNING_TIME = [1, 2, 840, 113549, 1, 9, 5] "signingTime";
    SIGNING_CERTIFICATE = [1, 2, 840, 113549, 1, 9, 16, 2, 12] "signingCertificate";
    SIGNING_CERTIFICATE_V2 = [1, 2, 840, 113549, 1, 9, 16, 2, 47] "signingCertificateV2";
    SIGNATURE_TIME_STAMP = [1, 2, 840, 113549, 1, 9, 16, 2, 14] "signatureTimeStampToken";
    REVOCATION_VALUES = [1, 2, 840, 113549, 1, 9, 16, 2, 24] "revocationValues";
    CMS_ALGORITHM_PROTECTION = [1, 2, 840, 113549, 1, 9, 52] "CMSAlgorithmProtection";
    EMAIL_ADDRESS = [1, 2, 840, 113549, 1, 9, 1] "emailAddress";
    RSA_ENCRYPTION = [1, 2, 840, 113549, 1, 1, 1] "rsaEncryption";
    SHA1_WITH_RSA = [1, 2, 840, 113549, 1, 1, 5] "sha1WithRSAEncryption";
    MGF1 = [1, 2, 840, 113549, 1, 1, 8] "mgf1";
    RSASSA_PSS = [1, 2, 840, 113549, 1, 1, 10] "rsassaPss";
    SHA256_WITH_RSA = [1, 2, 840, 113549, 1, 1, 11] "sha256WithRSAEncryption";
    SHA384_WITH_RSA = [1, 2, 840, 113549, 1, 1, 12] "sha384WithRSAEncryption";
    SHA512_WITH_RSA = [1, 2, 840, 113549, 1, 1, 13] "sha512WithRSAEncryption";
    EC_PUBLIC_KEY = [1, 2, 840, 10045, 2, 1] "id-ecPublicKey";
    P256_CURVE = [1, 2, 840, 10045, 3, 1, 7] "secp256r1";
    P384_CURVE = [1, 3, 132, 0, 34] "secp384r1";
    ECDSA_WITH_SHA256 = [1, 2, 840, 10045, 4, 3, 2] "ecdsa-with-SHA256";
    ECDSA_WITH_SHA384 = [1, 2, 840, 10045, 4, 3, 3] "ecdsa-with-SHA384";
    ECDSA_WITH_SHA512 = [1, 2, 840, 10045, 4, 3, 4] "ecdsa-with-SHA512";
    ED25519 = [1, 3, 101, 112] "Ed25519";
    ED448 = [1, 3, 101, 113] "Ed448";
    SHA1 = [1, 3, 14, 3, 2, 26] "sha1";
    SHA256 = [2, 16, 840, 1, 101, 3, 4, 2, 1] "sha256";
    SHA384 = [2, 16, 840, 1, 101, 3, 4, 2, 2] "sha384";
    SHA512 = [2, 16, 840, 1, 101, 3, 4, 2, 3] "sha512";
    SHAKE256 = [2, 16, 840, 1, 101, 3, 4, 2, 12] "shake256";
    COMMON_NAME = [2, 5, 4, 3] "CN";
    SERIAL_NUMBER = [2, 5, 4, 5] "serialNumber";
    COUNTRY = [2, 5, 4, 6] "C";
    LOCALITY = [2, 5, 4, 7] "L";
    STATE = [2, 5, 4, 8] "ST";
    ORGANIZATION = [2, 5, 4, 10] "O";
    ORGANIZATIONAL_UNIT = [2, 5, 4, 11] "OU";
    UNIQUE_IDENTIFIER = [2, 5, 4, 45] "x500UniqueIdentifier";
    DOMAIN_COMPONENT = [0, 9, 2342, 19200300, 100, 1, 25] "DC";
    SUBJECT_KEY_IDENTIFIER = [2, 5, 29, 14] "subjectKeyIdentifier";
    KEY_USAGE = [2, 5, 29, 15] "keyUsage";
    SUBJECT_ALT_NAME = [2, 5, 29, 17] "subjectAltName";
    ISSUER_ALT_NAME = [2, 5, 29, 18] "issuerAltName";
    BASIC_CONSTRAINTS = [2, 5, 29, 19] "basicConstraints";
    CRL_NUMBER = [2, 5, 29, 20] "cRLNumber";
    CRL_REASON = [2, 5, 29, 21] "reasonCode";
    INVALIDITY_DATE = [2, 5, 29, 24] "invalidityDate";
    DELTA_CRL_INDICATOR = [2, 5, 29, 27] "deltaCRLIndicator";
    ISSUING_DISTRIBUTION_POINT = [2, 5, 29, 28] "issuingDistributionPoint";
    CERTIFICATE_ISSUER = [2, 5, 29, 29] "certificateIssuer";
    NAME_CONSTRAINTS = [2, 5, 29, 30] "nameConstraints";
    CRL_DISTRIBUTION_POINTS = [2, 5, 29, 31] "cRLDistributionPoints";
    CERTIFICATE_POLICIES = [2, 5, 29, 32] "certificatePolicies";
    ANY_POLICY = [2, 5, 29, 32, 0] "anyPolicy";
    POLICY_MAPPINGS = [2, 5, 29, 33] "policyMappings";
    AUTHORITY_KEY_IDENTIFIER = [2, 5, 29, 35] "authorityKeyIdentifier";
    POLICY_CONSTRAINTS = [2, 5, 29, 36] "policyConstraints";
    EXTENDED_KEY_USAGE = [2, 5, 29, 37] "extKeyUsage";
    ANY_EXTENDED_KEY_USAGE = [2, 5, 29, 37, 0] "anyExtendedKeyUsage";
    FRESHEST_CRL = [2, 5, 29, 46] "freshestCRL";
    INHIBIT_ANY_POLICY = [2, 5, 29, 54] "inhibitAnyPolicy";
    AUTHORITY_INFO_ACCESS = [1, 3, 6, 1, 5, 5, 7, 1, 1] "authorityInfoAccess";
    SUBJECT_INFO_ACCESS = [1, 3, 6, 1, 5, 5, 7, 1, 11] "subjectInfoAccess";
    KP_SERVER_AUTH = [1, 3, 6, 1, 5, 5, 7, 3, 1] "serverAuth";
    KP_CLIENT_AUTH = [1, 3, 6, 1, 5, 5, 7, 3, 2] "clientAuth";
    KP_EMAIL_PROTECTION = [1, 3, 6, 1, 5, 5, 7, 3, 4] "emailProtection";
    KP_TIME_STAMPING = [1, 3, 6, 1, 5, 5, 7, 3, 8] "timeStamping";
    KP_OCSP_SIGNING = [1, 3, 6, 1, 5, 5, 7, 3, 9] "OCSPSigning";
    KP_DOCUMENT_SIGNING = [1, 3, 6, 1, 5, 5, 7, 3, 36] "documentSigning";
    OCSP_NO_CHECK = [1, 3, 6, 1, 5, 5, 7, 48, 1, 5] "ocspNoCheck";
    OCSP_BASIC = [1, 3, 6, 1, 5, 5, 7, 48, 1, 1] "basicOcspResponse";
    OCSP_NONCE = [1, 3, 6, 1, 5, 5, 7, 48, 1, 2] "ocspNonce";
    ACCESS_OCSP = [1, 3, 6, 1, 5, 5, 7, 48, 1] "ocsp";
    RI_OCSP_RESPONSE = [1, 3, 6, 1, 5, 5, 7, 16, 2] "ocspResponse";
    ADOBE_REVOCATION_ARCHIVAL = [1, 2, 840, 113583, 1, 1, 8] "revocationInfoArchival";
    USER_NOTICE = [1, 3, 6, 1, 5, 5, 7, 2, 2] "userNotice";
    LICENSE_IDENTIFIER_ROOT = [1, 2, 156, 3005, 2] "electronic-license";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_published_bytes() {
        assert_eq!(SM2_WITH_SM3.content(), [0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75]);
        assert_eq!(
            GM_SIGNED_DATA.content(),
            [0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02]
        );
        assert_eq!(SM2_WITH_SM3.to_string(), "1.2.156.10197.1.501");
        assert_eq!(SHA256.to_string(), "2.16.840.1.101.3.4.2.1");
        assert_eq!(DOMAIN_COMPONENT.to_string(), "0.9.2342.19200300.100.1.25");
    }

    #[test]
    fn padded_cut_and_huge_identifiers_are_refused() {
        for bad in [&[][..], &[0x2a, 0x80, 0x01], &[0x2a, 0x81], &[0x2a; 65], &[0xff; 20]] {
            assert!(Oid::from_content(bad).is_none(), "{bad:02x?}");
        }
    }

    #[test]
    fn names_are_found() {
        let same = Oid::from_content(SM3.content()).expect("well-formed");
        assert_eq!(same.name(), Some("sm3"));
    }
}
