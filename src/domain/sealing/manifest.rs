//! Manifests: what a person approves, written down so that a signature can be put under it.
//!
//! Canonical JSON (RFC 8785). It names the seal, the count, and of every license the SM3 of the
//! bytes that will be sealed: nothing that is not in it is covered by the approval.

use formats::algorithm::{KeyKind, PublicKey, SM2_DEFAULT_ID, Suite, verify};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::audit::Actor;
use crate::id::{ApproverKeyId, ManifestId, OrganizationId, SealId, StaffId};
use crate::signed::{NotCanonical, canonical};
use crate::word::words;

/// Says what a manifest is, so that no other signed document can be taken for one.
pub const MANIFEST_TYPE: &str = "yinzheng/sealing-manifest/1";
/// Orders under one approval: what a person can still look through, and one transaction marks.
pub const MANIFEST_ORDERS_MAX: usize = 1000;

words! { "manifest state";
    /// What was decided about a manifest.
    pub enum ManifestState {
        /// Nothing yet.
        Open = "open",
        /// All of it may be sealed.
        Approved = "approved",
        /// None of it may.
        Refused = "refused",
    }
}

/// What is approved, as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestContent {
    /// [`MANIFEST_TYPE`].
    pub r#type: String,
    /// The id of the manifest.
    pub id: String,
    /// When it was made.
    pub made_at: String,
    /// The social credit code of the organization.
    pub organization: String,
    /// The seal.
    pub seal: ManifestSeal,
    /// How many orders there are.
    pub count: usize,
    /// The orders.
    pub orders: Vec<ManifestOrder>,
}

/// The seal of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSeal {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// One order of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestOrder {
    /// The id of the order.
    pub order: String,
    /// The id of the license.
    pub license: String,
    /// The license type.
    pub license_type: String,
    /// The license number.
    pub number: String,
    /// SM3 of the document that will be sealed.
    pub document: String,
    /// Which signatures.
    pub form: String,
    /// What stands beside each.
    pub level: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: String,
}

/// The text is not a manifest in its one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a manifest")]
pub struct BadManifest;

impl ManifestContent {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// Not for what this type holds.
    pub fn to_text(&self) -> Result<String, NotCanonical> {
        let value = serde_json::to_value(self).unwrap_or_default();
        // Canonical JSON is UTF-8.
        canonical(&value).map(|bytes| String::from_utf8(bytes).unwrap_or_default())
    }

    /// Reads a manifest; another way to write the same is refused.
    ///
    /// # Errors
    /// It is none, or not in its canonical form, or its count is not that of its orders.
    pub fn from_text(text: &str) -> Result<Self, BadManifest> {
        let content: Self = serde_json::from_str(text).map_err(|_| BadManifest)?;
        let same = content.to_text().is_ok_and(|written| written == text);
        let counted = content.count == content.orders.len() && content.r#type == MANIFEST_TYPE;
        (same && counted).then_some(content).ok_or(BadManifest)
    }
}

/// The signature of a person under a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The key that made it.
    pub key: ApproverKeyId,
    /// The signature over the text of the manifest.
    pub signature: Vec<u8>,
}

/// A manifest in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its id.
    pub id: ManifestId,
    /// The organization.
    pub organization: OrganizationId,
    /// The seal.
    pub seal: SealId,
    /// What is signed, byte for byte: [`ManifestContent::to_text`].
    pub text: String,
    /// How many orders it has.
    pub orders: u32,
    /// Who put it together.
    pub made_by: Actor,
    /// When.
    pub made_at: OffsetDateTime,
    /// What was decided.
    pub state: ManifestState,
    /// Who decided, and when.
    pub decided: Option<(Actor, OffsetDateTime)>,
    /// The signature by which it was approved.
    pub approval: Option<Approval>,
    /// Why it was refused.
    pub reason: Option<String>,
}

words! { "approver key origin";
    /// Where an approver keeps a key.
    pub enum KeyOrigin {
        /// In a browser, which does not give it out.
        Browser = "browser",
        /// In a file, a token or a card of the approver's own.
        Outside = "outside",
    }
}

/// The public part of a key with which an approver signs manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApproverKey {
    /// Its id.
    pub id: ApproverKeyId,
    /// Whose it is.
    pub staff: StaffId,
    /// What its owner calls it.
    pub label: String,
    /// Where it is kept.
    pub origin: KeyOrigin,
    /// SubjectPublicKeyInfo, DER.
    pub public_key: Vec<u8>,
    /// When it was registered.
    pub created_at: OffsetDateTime,
    /// When it was taken out of use.
    pub revoked_at: Option<OffsetDateTime>,
}

/// Why a key or its signature is not accepted under a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefused {
    /// Not a key with which manifests are signed.
    #[error("an approver signs with SM2, P-256 or RSA of 2048 bits or more")]
    Key,
    /// The key did not sign these bytes.
    #[error("the signature is not that of the key under this manifest")]
    Signature,
}

/// How a key signs manifests, by its kind.
///
/// # Errors
/// It is of no kind that does.
pub fn approval_suite(spki: &[u8]) -> Result<(PublicKey, Suite), ApprovalRefused> {
    let key = PublicKey::from_spki(spki).map_err(|_| ApprovalRefused::Key)?;
    let suite = match key.kind() {
        KeyKind::Sm2 | KeyKind::P256 | KeyKind::Rsa { .. } => Suite::usual(&key.kind()),
        _ => None,
    };
    let suite = suite.ok_or(ApprovalRefused::Key)?;
    Ok((key, suite))
}

/// Whether the key made the signature under these bytes. SM2 and ECDSA as DER; 64 bytes are r and s,
/// as browsers write them.
///
/// # Errors
/// [`ApprovalRefused`].
pub fn verify_approval(
    spki: &[u8],
    manifest: &[u8],
    signature: &[u8],
) -> Result<(), ApprovalRefused> {
    let (key, suite) = approval_suite(spki)?;
    let der = match suite {
        Suite::RsaPkcs1(_) => None,
        _ => formats::algorithm::device::raw_to_der(signature),
    };
    let signature = der.as_deref().unwrap_or(signature);
    verify(suite, &key, SM2_DEFAULT_ID, &[manifest], signature)
        .map_err(|_| ApprovalRefused::Signature)
}

#[cfg(test)]
mod tests {
    use formats::algorithm::PrivateKey;

    use super::*;

    fn content() -> ManifestContent {
        ManifestContent {
            r#type: MANIFEST_TYPE.to_owned(),
            id: "01890000-0000-7000-8000-000000000001".into(),
            made_at: "2026-03-02T16:00:00+08:00".into(),
            organization: "11999900MB0000019D".into(),
            seal: ManifestSeal { id: "s".into(), code: "c".into(), name: "样例专用章".into() },
            count: 1,
            orders: vec![ManifestOrder {
                order: "o".into(),
                license: "l".into(),
                license_type: "t".into(),
                number: "样例〔2026〕1号".into(),
                document: "00".repeat(32),
                form: "both".into(),
                level: "b".into(),
                asked_by: "api-key:1".into(),
                asked_at: "2026-03-02T15:00:00+08:00".into(),
            }],
        }
    }

    #[test]
    fn a_manifest_has_one_form() {
        let text = content().to_text().unwrap();
        assert_eq!(ManifestContent::from_text(&text), Ok(content()));
        assert!(text.starts_with(r#"{"count":1,"id":"#), "{text}");
        for (from, to) in [
            ("\"count\":1", "\"count\": 1"),
            ("\"count\":1", "\"count\":2"),
            ("{\"count\":1", "{\"count\":1,\"count\":1"),
            ("{\"count\":1", "{\"count\":1,\"more\":1"),
            ("sealing-manifest/1", "sealing-manifest/2"),
        ] {
            assert!(text.contains(from), "{from}");
            let changed = text.replacen(from, to, 1);
            assert_eq!(ManifestContent::from_text(&changed), Err(BadManifest), "{to}");
        }
    }

    struct Counting(u8);

    impl formats::algorithm::Random for Counting {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), formats::algorithm::RandomFailed> {
            for byte in bytes {
                self.0 = self.0.wrapping_add(7);
                *byte = self.0;
            }
            Ok(())
        }
    }

    #[test]
    fn each_kind_of_key_approves_these_bytes_and_no_others() {
        let text = content().to_text().unwrap();
        for kind in [KeyKind::Sm2, KeyKind::P256] {
            let key = PrivateKey::generate(&kind, &mut Counting(1)).unwrap();
            let other = PrivateKey::generate(&kind, &mut Counting(2)).unwrap();
            let spki = key.public_key().to_spki();
            let (_, suite) = approval_suite(spki).unwrap();
            let message = text.as_bytes();
            let signature = key.sign(suite, SM2_DEFAULT_ID, message, &mut Counting(3)).unwrap();
            assert_eq!(verify_approval(spki, message, &signature), Ok(()), "{kind}");
            let stranger = other.public_key().to_spki();
            let refused = Err(ApprovalRefused::Signature);
            assert_eq!(verify_approval(stranger, message, &signature), refused, "{kind}");
            for place in 0..message.len() {
                let mut altered = message.to_vec();
                altered[place] ^= 1;
                assert_eq!(verify_approval(spki, &altered, &signature), refused, "{kind} {place}");
            }
            for cut in [0, 63, 64, signature.len() - 1] {
                assert_eq!(
                    verify_approval(spki, message, &signature[..cut]),
                    refused,
                    "{kind} {cut}"
                );
            }
        }
        let ed25519 = PrivateKey::generate(&KeyKind::Ed25519, &mut Counting(1)).unwrap();
        let refused = approval_suite(ed25519.public_key().to_spki()).map(drop);
        assert_eq!(refused, Err(ApprovalRefused::Key));
    }
}
