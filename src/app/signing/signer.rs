//! Who is to sign: the certificate, judged before anybody signs with it.

use super::suite;
use crate::offline::Circumstances;
use crate::{App, AppError, refused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::digest::Sha256;
use domain::mask;
use domain::signing::{Signatory, SigningAlgorithm, name_of};
use domain::validation::{SignerRefused, judge_signer};
use formats::algorithm::{KeyKind, Suite};
use formats::x509::Certificate;
use time::OffsetDateTime;

/// Certificates that may come with a request: the signer's, and those of some authorities.
const CERTIFICATES_MAX: usize = 8;

/// The certificates of a signer, judged.
pub(super) struct Signer {
    /// Its own.
    pub(super) certificate: Certificate,
    /// Those above it, without the root.
    pub(super) chain: Vec<Certificate>,
    /// What stays on record.
    pub(super) signatory: Signatory,
}

impl Signer {
    /// How it signs.
    pub(super) fn suite(&self) -> Suite {
        suite(self.signatory.algorithm)
    }

    /// The name as the certificate has it.
    pub(super) fn name(&self) -> &str {
        self.certificate.subject().common_name().map(name_of).unwrap_or_default()
    }

    /// The certificates as they are kept while a request waits.
    pub(super) fn pem(&self) -> String {
        let all = std::iter::once(&self.certificate).chain(&self.chain);
        all.map(Certificate::to_pem).collect()
    }
}

impl App {
    /// The signer of these certificates (PEM, its own first, or one as base64 of DER), if it may sign
    /// now by this algorithm, or by that which is usual for its key.
    pub(super) fn signing_signer(
        &self,
        text: &str,
        algorithm: Option<&str>,
        now: OffsetDateTime,
    ) -> Result<Signer, AppError> {
        let mut carried = certificates(text)?;
        let certificate = carried.remove(0);
        let algorithm = algorithm_of(&certificate, algorithm)?;
        let (believed, known) = (self.trust.now(), self.signing_known(now)?);
        let trust = believed.trust.under(&known);
        let chain = judge_signer(&certificate, &carried, trust.policy(), now);
        let chain = chain.map_err(|cause| not_believed(&cause))?;
        let shown = shown_name(&certificate)?;
        let fingerprint = Sha256::from(certificate.fingerprint_sha256());
        let signatory = Signatory { shown, fingerprint, algorithm };
        Ok(Signer { certificate, chain, signatory })
    }
}

impl App {
    /// What is known besides the trust at hand: a seal that was revoked here counts no longer, whether
    /// or not its authority has said so yet.
    pub(super) fn signing_known(&self, at: OffsetDateTime) -> Result<Circumstances, AppError> {
        Ok(Circumstances { stated: self.revoked_seals()?, ..Circumstances::at(at) })
    }
}

/// Why a signer is not believed, by code. The words name no person: a path is told by its authorities.
fn not_believed(cause: &SignerRefused) -> AppError {
    let (code, detail) = match cause {
        SignerRefused::Untrusted(_) => {
            ("signer_untrusted", "no anchor of this service vouches for the certificate")
        }
        SignerRefused::Expired(_) => {
            ("signer_expired", "the certificate, or one above it, is outside its validity")
        }
        SignerRefused::KeyUsage(_) => {
            ("signer_key_usage", "the certificate is not for signing documents")
        }
        SignerRefused::Rule(_) => ("signer_certificate", "the certificate breaks a rule"),
        SignerRefused::Revoked => {
            ("signer_revoked", "the certificate, or one above it, was revoked or is on hold")
        }
        SignerRefused::StatusUnknown => {
            ("signer_status_unknown", "whether the certificate was revoked is not known now")
        }
    };
    refused(code, detail)
}

fn certificates(text: &str) -> Result<Vec<Certificate>, AppError> {
    let unreadable = || refused("signer_certificate", "PEM, or base64 of one certificate in DER");
    let all = if text.contains("-----BEGIN") {
        Certificate::all_from_pem(text).map_err(|_| unreadable())?
    } else {
        let plain: String = text.split_ascii_whitespace().collect();
        let der = STANDARD.decode(plain).map_err(|_| unreadable())?;
        vec![Certificate::parse(&der).map_err(|_| unreadable())?]
    };
    let fits = (1..=CERTIFICATES_MAX).contains(&all.len());
    if fits { Ok(all) } else { Err(unreadable()) }
}

fn algorithm_of(
    certificate: &Certificate,
    wanted: Option<&str>,
) -> Result<SigningAlgorithm, AppError> {
    let unfit = |detail: String| refused("signer_certificate", detail);
    let kind = certificate.public_key().map(|key| key.kind());
    let kind = kind.map_err(|_| unfit("its key cannot be used".to_owned()))?;
    let usual = match kind {
        KeyKind::Sm2 => SigningAlgorithm::Sm2,
        KeyKind::P256 => SigningAlgorithm::P256,
        KeyKind::Rsa { .. } => SigningAlgorithm::RsaPkcs1,
        other => return Err(unfit(format!("nothing is signed with a key of kind {other}"))),
    };
    let Some(wanted) = wanted else { return Ok(usual) };
    let wanted: SigningAlgorithm =
        wanted.parse().map_err(|cause| refused("unsupported_parameter", cause))?;
    let pss = (usual, wanted) == (SigningAlgorithm::RsaPkcs1, SigningAlgorithm::RsaPss);
    if wanted == usual || pss {
        return Ok(wanted);
    }
    Err(unfit(format!("{wanted} does not go with its key")))
}

/// The name as it stays on record: of an organization, which its certificate names as such, the whole.
fn shown_name(certificate: &Certificate) -> Result<String, AppError> {
    let subject = certificate.subject();
    let name = subject.common_name().map(name_of).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| refused("signer_certificate", "it names nobody"))?;
    let organization = subject.organization().is_some_and(|one| one.trim() == name);
    Ok(if organization { name.to_owned() } else { mask::person_name(name) })
}
