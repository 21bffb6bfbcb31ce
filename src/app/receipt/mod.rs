//! Receipts of verifications: signed once by the service, checked by anyone without it.

mod service;

use crate::offline::{self, Trust};
use crate::view::ReceiptView;
use crate::view::time::from_instant;
use crate::{AppError, Language};
use domain::digest::Sm3;
use domain::signed::{SignedError, canonical, open};
use formats::algorithm::PublicKey;
use gateway::receipt_keys;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// What a receipt says it is.
const TYPE: &str = "yinzheng/verification-receipt/1";

/// Keys whose receipts are believed.
#[derive(Clone, Debug, Default)]
pub struct ReceiptKeys(Vec<PublicKey>);

impl ReceiptKeys {
    /// Reads the folder `receipts` of a trust folder; none when there is no such folder.
    ///
    /// # Errors
    /// When a file in it is damaged; the error names it.
    pub fn load(trust: &Path) -> Result<Self, AppError> {
        receipt_keys::read(trust)
            .map(Self)
            .map_err(|cause| AppError::internal("reading the keys of receipts".to_owned(), cause))
    }
}

/// How a receipt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A service that is believed made it, it is unaltered, and it is of the file that was given.
    Genuine,
    /// It was altered, or was never made by the service that it names.
    Altered,
    /// It is of another file.
    OtherFile,
    /// The key of the service that it names is not among those believed.
    UnknownKey,
    /// It is no receipt.
    NotAReceipt,
}

/// A receipt checked.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedReceipt {
    /// How it stands.
    pub standing: Standing,
    /// What it says; only when its service said so.
    pub receipt: Option<ReceiptView>,
    /// The outcome of judging the given file again, at the same moment, by the trust at hand.
    pub judged_again: Option<String>,
}

impl Standing {
    /// The standing as a sentence.
    #[must_use]
    pub const fn sentence(self, language: Language) -> &'static str {
        language.pick(match self {
            Self::Genuine => ("回执真实，未被改动。", "The receipt is genuine and unaltered."),
            Self::Altered => (
                "回执被改动过，或者不是所称的服务签发的。",
                "The receipt was altered, or the service that it names did not make it.",
            ),
            Self::OtherFile => ("回执不属于这个文件。", "The receipt is of another file."),
            Self::UnknownKey => (
                "未配置该服务的回执公钥，无法确认。",
                "The receipt key of this service is not configured, so nothing can be said.",
            ),
            Self::NotAReceipt => ("这不是核验回执。", "This is not a receipt."),
        })
    }
}

/// Checks a receipt, and that it is of `file` when one is given.
#[must_use]
pub fn check(
    receipt: &[u8],
    file: Option<&[u8]>,
    keys: &ReceiptKeys,
    trust: &Trust,
) -> CheckedReceipt {
    let (standing, receipt) = match read(receipt, keys) {
        Ok(said) if file.is_some_and(|file| said.input.sm3 != Sm3::of(file).to_string()) => {
            (Standing::OtherFile, Some(said))
        }
        Ok(said) => (Standing::Genuine, Some(said)),
        Err(standing) => (standing, None),
    };
    let same = file.filter(|_| standing == Standing::Genuine);
    let judged_again = same.zip(receipt.as_ref()).and_then(|(file, said)| {
        Some(offline::verify(file, trust, from_instant(&said.as_of)?).outcome)
    });
    CheckedReceipt { standing, receipt, judged_again }
}

/// What a receipt says, if a service that is believed said it in exactly these bytes.
fn read(bytes: &[u8], keys: &ReceiptKeys) -> Result<ReceiptView, Standing> {
    said(bytes, TYPE, keys)
}

/// What a document of this type says that a service signs with its key of receipts, if one that is
/// believed said it in exactly these bytes.
pub(crate) fn said<T: DeserializeOwned>(
    bytes: &[u8],
    kind: &str,
    keys: &ReceiptKeys,
) -> Result<T, Standing> {
    let opened = open(bytes, kind).map_err(|error| match error {
        SignedError::Algorithm(_) | SignedError::NotCanonical(_) => Standing::Altered,
        _ => Standing::NotAReceipt,
    })?;
    // Bytes that no signature covers, such as white space, are ours all the same.
    let document: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|_| Standing::NotAReceipt)?;
    let written = canonical(&document).map_err(|_| Standing::Altered)?;
    if bytes.strip_suffix(b"\n") != Some(&written[..]) || !opened.certificates().is_empty() {
        return Err(Standing::Altered);
    }
    let named = document["payload"]["service"]["key"].as_str().unwrap_or_default();
    let key = keys.0.iter().find(|key| key_id(key) == named).ok_or(Standing::UnknownKey)?;
    opened.verify(key).map_err(|_| Standing::Altered)
}

/// SM3 of a SubjectPublicKeyInfo: names a key of receipts.
pub(crate) fn key_id(key: &PublicKey) -> String {
    Sm3::of(key.to_spki()).to_string()
}

#[cfg(test)]
mod tests;
