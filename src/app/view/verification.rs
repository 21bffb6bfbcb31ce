//! The verification answer (one result per check, three outcomes).

use super::MarkView;
use domain::validation::Outcome;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer to "is this genuine, and is it valid?".
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct VerificationView {
    /// Id to read the answer again; absent offline.
    pub id: Option<String>,
    /// What was asked by: `file`, `code` or `license_id`. By the last two the stored file was
    /// judged, and nothing is said of a copy at hand.
    pub input: String,
    /// `VALID`, `INVALID` or `INDETERMINATE`.
    pub outcome: String,
    /// The moment of judgement.
    pub as_of: String,
    /// Whom was believed: date and version of the trust list (`2026-03-01#41`), the digest of plain
    /// certificates (`folder#66c7f0f462eeedd9`), or `none`.
    #[serde(default)]
    pub trust_list: String,
    /// The file that was judged: the one given, or the one stored.
    pub file: Option<FileView>,
    /// What the file says of itself, when it is a marked copy and not a license.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<MarkView>,
    /// The face of the license, when the register knows it; personal data masked.
    pub license: Option<FaceView>,
    /// The register's own answer, apart from the file's; absent offline.
    pub register: Option<RegisterView>,
    /// Checks over the whole input, worst first in each group.
    pub checks: Vec<CheckView>,
    /// One entry per signature, in the order of signing.
    pub signatures: Vec<SignatureView>,
    /// The revocation lists and answers at hand, oldest first, with their age.
    #[serde(default)]
    pub revocation_data: Vec<RevocationDataView>,
    /// Addresses of certificates whose revocation was not known, and what came of each; empty
    /// unless the service asks responders.
    #[serde(default)]
    pub asked: Vec<AskedView>,
    /// What to do next.
    pub advice: AdviceView,
}

impl VerificationView {
    /// The outcome.
    pub(crate) fn outcome(&self) -> Outcome {
        outcome_of(&self.outcome)
    }
}

/// The outcome of this name; a word that is none is not known to be one.
pub(crate) fn outcome_of(word: &str) -> Outcome {
    let all = [Outcome::Valid, Outcome::Invalid, Outcome::Indeterminate];
    all.into_iter().find(|one| one.name() == word).unwrap_or(Outcome::Indeterminate)
}

/// A revocation list or an answer about revocation, and how old it was.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct RevocationDataView {
    /// `crl` or `ocsp`.
    pub kind: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// When it was made.
    pub made: String,
    /// When the next one was due.
    pub next: Option<String>,
    /// Its age at the moment of judgement, in seconds.
    pub age_s: i64,
}

/// An address at which a certificate says that its revocation is told.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct AskedView {
    /// `ocsp` or `crl`.
    pub kind: String,
    /// The address.
    pub url: String,
    /// SHA-256 of the certificate; not kept for files of others.
    pub certificate: Option<String>,
    /// `answered`, or why nothing was said; see the list of codes.
    pub result: String,
    /// SHA-256 of the answer; it stands in `revocation_data`.
    pub sha256: Option<String>,
    /// When the answer was made.
    pub made: Option<String>,
    /// Its age at the moment of judgement, in seconds.
    pub age_s: Option<i64>,
}

/// The file that was verified.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct FileView {
    /// `pdf`, `ofd`, `seal`, `seal_signature`, `cms`, `certificate` or `unknown`.
    pub kind: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// SM3 of the file.
    pub sm3: String,
}

/// The least that tells a license apart, masked.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct FaceView {
    /// Code of the license type.
    pub type_code: String,
    /// Name of the license type.
    pub type_name: String,
    /// License number; masked for persons' licenses.
    pub number: String,
    /// Issuing organization.
    pub issuer: String,
    /// Holder name; masked for persons.
    pub holder_name: String,
    /// Date of issue.
    pub issued_on: Option<String>,
    /// First day of validity.
    pub valid_from: Option<String>,
    /// Last day of validity; absent when unlimited.
    pub valid_to: Option<String>,
    /// State now: `ISSUED`, `SUSPENDED`, `REVOKED`, `SUPERSEDED` or `EXPIRED`.
    pub state: String,
    /// Since when, if the state changed after issue.
    pub state_since: Option<String>,
}

/// What the register says of a file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct RegisterView {
    /// True when this service issued the license.
    pub issued_here: bool,
    /// True when the file given is byte for byte the one issued; absent when none was given or
    /// the register does not know it.
    pub byte_identical: Option<bool>,
    /// State at the time of judgement, when the license is known.
    pub state: Option<String>,
    /// State now, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_now: Option<String>,
    /// Id of the license that took its place, or is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

/// One check and its result.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CheckView {
    /// Name of the check, such as `integrity`.
    pub check: String,
    /// `pass`, `fail`, `unknown`, `skipped` or `not_applicable`.
    pub result: String,
    /// Stable reason code when it did not pass; see the list of codes.
    pub code: Option<String>,
    /// The step of GB/T 38540 and GM/T 0031 that did not pass, of a seal or a seal signature, such as
    /// `SignerNotInSeal`.
    #[serde(default)]
    pub step: Option<String>,
    /// Particulars, such as object numbers or times.
    pub detail: Option<String>,
    /// The result as a Chinese sentence.
    pub text_zh: String,
    /// The result as an English sentence.
    pub text_en: String,
}

/// One signature in the file.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SignatureView {
    /// `VALID`, `INVALID` or `INDETERMINATE`, of this signature alone.
    pub outcome: String,
    /// Name of the form field, in a PDF.
    pub field: Option<String>,
    /// `pades`, `sm2_seal`, `cms` or `other`.
    pub form: String,
    /// Signature suite, such as `SM2-SM3`.
    pub suite: Option<String>,
    /// The certificate that signed.
    pub signer: Option<CertificateView>,
    /// The seal, for a GB/T 38540 seal signature.
    pub seal: Option<SealFactsView>,
    /// Time the signer claims; not proven without a time stamp.
    pub claimed_time: Option<String>,
    /// Earliest time at which a time stamp proves that the signature was there.
    #[serde(default)]
    pub proven_time: Option<String>,
    /// Whether it was valid when signed, as far as that can be told.
    pub valid_at_signing: String,
    /// Whether it is valid now.
    pub valid_now: String,
    /// Last byte covered, and whether that is the whole file.
    pub covers_whole_file: Option<bool>,
    /// The checks of this signature.
    pub checks: Vec<CheckView>,
}

/// A certificate in words.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CertificateView {
    /// Subject.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// Serial number in hex.
    pub serial: String,
    /// First moment of validity.
    pub not_before: String,
    /// Last moment of validity.
    pub not_after: String,
    /// SHA-256 of the certificate.
    pub sha256: String,
}

/// A seal in words.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealFactsView {
    /// Name on the seal.
    pub name: String,
    /// Seal code (esID).
    pub code: String,
    /// Version of the seal structure: 1, 4 or 5.
    pub version: u32,
    /// Who made the seal.
    pub maker: Option<CertificateView>,
    /// First moment of validity.
    pub not_before: String,
    /// Last moment of validity.
    pub not_after: String,
}

/// What to do next.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct AdviceView {
    /// Stable code of the reason that decided.
    pub code: String,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}
