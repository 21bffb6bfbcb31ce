//! A seal ready to be used: what the register has of it, read once.

use crate::AppError;
use domain::id::KeyId;
use domain::seal::Seal;
use domain::sealing::SigningKey;
use formats::algorithm::Suite;
use formats::cms;
use formats::pdf::SealPicture;
use formats::x509::Certificate;

/// A key of the seal with its certificates.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    /// The key in the register.
    pub(crate) key: KeyId,
    /// How custody finds it.
    pub(crate) custody: String,
    /// How it signs.
    pub(crate) suite: Suite,
    /// Its certificate.
    pub(crate) certificate: Certificate,
    /// The certificates above it.
    pub(crate) chain: Vec<Certificate>,
}

/// A key in custody and how it signs.
pub(crate) struct HeldKey<'a> {
    /// The key in the register.
    pub(crate) id: KeyId,
    /// How custody finds it.
    pub(crate) custody: &'a str,
    /// How it signs.
    pub(crate) suite: Suite,
}

impl Signer {
    /// The key alone.
    pub(crate) fn held(&self) -> HeldKey<'_> {
        HeldKey { id: self.key, custody: &self.custody, suite: self.suite }
    }

    /// An upper bound for the size of its PAdES signatures, without a time stamp.
    pub(crate) fn pades_bytes_max(&self) -> Result<usize, AppError> {
        cms::pades_bytes_max(&self.certificate, &self.chain, self.suite)
            .map_err(|cause| AppError::internal("sizing a PAdES signature".to_owned(), cause))
    }

    /// Reads the certificates of a key.
    pub(crate) fn read(key: &SigningKey) -> Result<Self, AppError> {
        let broken = |cause: formats::x509::X509Error| {
            AppError::internal(format!("reading the certificates of key {}", key.id), cause)
        };
        let mut chain = key
            .chain
            .iter()
            .map(|der| Certificate::parse(der).map_err(broken))
            .collect::<Result<Vec<_>, _>>()?;
        if chain.is_empty() {
            return Err(unusable(key, "it has no certificate"));
        }
        let certificate = chain.remove(0);
        let kind = certificate.public_key().map(|key| key.kind());
        let suite = kind.ok().and_then(|kind| Suite::usual(&kind));
        let suite = suite.ok_or_else(|| unusable(key, "no suite signs with its kind"))?;
        Ok(Self { key: key.id, custody: key.custody.clone(), suite, certificate, chain })
    }
}

fn unusable(key: &SigningKey, why: &str) -> AppError {
    AppError::Unavailable {
        code: "signing_key_unavailable",
        detail: format!("key {} cannot be used: {why}", key.id),
    }
}

/// A seal, its picture and its keys.
pub(crate) struct Instrument {
    /// The seal in the register.
    pub(crate) seal: Seal,
    /// The picture as it is drawn.
    pub(crate) picture: SealPicture,
    /// The key of the seal signature.
    pub(crate) sealer: Option<Signer>,
    /// The key of the PAdES signature.
    pub(crate) document_signer: Option<Signer>,
}

impl Instrument {
    /// Width and height in mm.
    pub(crate) fn size_mm(&self) -> (f64, f64) {
        let picture = &self.seal.properties().picture;
        (f64::from(picture.width_mm), f64::from(picture.height_mm))
    }
}
