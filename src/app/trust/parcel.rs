//! Trust as it is handed to a worker, who reads no files.

use super::{Trust, refused};
use crate::AppError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::PublicKey;
use formats::x509::Certificate;
use formats::x509::crl::Crl;
use formats::x509::ocsp::Answer;
use gateway::trust::TrustFolder;
use serde::{Deserialize, Serialize};

/// Everything as DER in base64, but for the list, which is text already.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Parcel {
    anchors: Vec<String>,
    intermediates: Vec<String>,
    crls: Vec<String>,
    answers: Vec<String>,
    list: Option<String>,
    signer: Option<String>,
    revocation_required: bool,
}

/// DER in base64, as it is handed on.
pub(crate) fn wrapped(der: &[u8]) -> String {
    STANDARD.encode(der)
}

/// What was handed on, read again.
pub(crate) fn unwrapped<T, E: std::fmt::Display>(
    texts: &[String],
    parse: impl Fn(&[u8]) -> Result<T, E>,
) -> Result<Vec<T>, AppError> {
    let one = |text: &String| parse(&STANDARD.decode(text).map_err(refused)?).map_err(refused);
    texts.iter().map(one).collect()
}

impl Trust {
    /// As it is handed to a worker.
    pub(crate) fn to_parcel(&self) -> Result<Vec<u8>, AppError> {
        let read = &self.read;
        let certificates = |all: &[Certificate]| all.iter().map(|one| wrapped(one.der())).collect();
        let list = read.list.clone().map(String::from_utf8).transpose().map_err(refused)?;
        let parcel = Parcel {
            anchors: certificates(&read.anchors),
            intermediates: certificates(&read.intermediates),
            crls: read.crls.iter().map(|one| wrapped(one.der())).collect(),
            answers: read.answers.iter().map(|one| wrapped(one.der())).collect(),
            list,
            signer: self.signer.as_ref().map(|key| wrapped(key.to_spki())),
            revocation_required: self.policy.revocation.required,
        };
        serde_json::to_vec(&parcel)
            .map_err(|cause| AppError::internal("handing trust on".to_owned(), cause))
    }

    /// As the worker takes it.
    ///
    /// # Errors
    /// It was not handed on by [`Self::to_parcel`].
    pub(crate) fn from_parcel(bytes: &[u8]) -> Result<Self, AppError> {
        let parcel: Parcel = serde_json::from_slice(bytes).map_err(refused)?;
        let read = TrustFolder {
            anchors: unwrapped(&parcel.anchors, Certificate::parse)?,
            intermediates: unwrapped(&parcel.intermediates, Certificate::parse)?,
            crls: unwrapped(&parcel.crls, Crl::parse)?,
            answers: unwrapped(&parcel.answers, Answer::parse)?,
            list: parcel.list.map(String::into_bytes),
        };
        let signer = unwrapped(parcel.signer.as_slice(), PublicKey::from_spki)?.pop();
        let trust = Self::of(read, signer)?;
        Ok(if parcel.revocation_required { trust.with_revocation_asked() } else { trust })
    }
}
