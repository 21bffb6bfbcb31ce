//! The receipt of a verification: what it says is what is signed.

use super::{CheckView, RegisterView, RevocationDataView, SignatureView, VerificationView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a receipt says. It names no person: the digest tells which file it was.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptView {
    /// Id of the verification.
    pub verification: String,
    /// What was verified.
    pub input: ReceiptInputView,
    /// `VALID`, `INVALID` or `INDETERMINATE`.
    pub outcome: String,
    /// The moment of judgement.
    pub as_of: String,
    /// When the receipt was made.
    pub issued_at: String,
    /// The register's own answer.
    pub register: Option<RegisterView>,
    /// Checks over the whole input.
    pub checks: Vec<ReceiptCheckView>,
    /// One entry per signature, in the order of signing.
    pub signatures: Vec<ReceiptSignatureView>,
    /// Whom was believed: the trust list by date and version, or a digest of the certificates.
    pub trust_list: String,
    /// The revocation lists and answers at hand, oldest first, with their age.
    pub revocation_data: Vec<RevocationDataView>,
    /// Who made the receipt.
    pub service: ReceiptServiceView,
}

/// What was verified.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptInputView {
    /// `file`, or `code` or `license_id`: then the file is the one stored in the register.
    pub kind: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// SM3 of the file.
    pub sm3: String,
}

/// One check and its result.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptCheckView {
    /// Name of the check.
    pub check: String,
    /// `pass`, `fail`, `unknown`, `skipped` or `not_applicable`.
    pub result: String,
    /// Stable reason code when it did not pass.
    pub code: Option<String>,
}

/// One signature in the file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptSignatureView {
    /// Its own outcome.
    pub outcome: String,
    /// `pades`, `sm2_seal`, `cms` or `other`.
    pub form: String,
    /// Signature suite.
    pub suite: Option<String>,
    /// Whether it was valid when signed.
    pub valid_at_signing: String,
    /// Whether it was valid at the moment of judgement.
    pub valid_now: String,
    /// Its checks.
    pub checks: Vec<ReceiptCheckView>,
}

/// Who made a receipt.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiptServiceView {
    /// Address of the service.
    pub address: String,
    /// Id of the key that signs the receipt: SM3 of its SubjectPublicKeyInfo.
    pub key: String,
    /// Version of the program.
    pub version: String,
}

/// A key of the service; whoever checks what it signs keeps it among what is trusted.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ServiceKeyView {
    /// Id: SM3 of the SubjectPublicKeyInfo.
    pub key: String,
    /// `SM2-SM3`, or `ED25519`.
    pub suite: String,
    /// `active` or `retired`.
    pub state: String,
    /// The public key as PEM.
    pub pem: String,
}

impl ReceiptView {
    /// The receipt of an answer; none without a file that was judged.
    pub(crate) fn of(
        view: &VerificationView,
        issued_at: String,
        service: ReceiptServiceView,
    ) -> Option<Self> {
        let file = view.file.as_ref()?;
        Some(Self {
            verification: view.id.clone()?,
            input: ReceiptInputView {
                kind: view.input.clone(),
                bytes: file.bytes,
                sha256: file.sha256.clone(),
                sm3: file.sm3.clone(),
            },
            outcome: view.outcome.clone(),
            as_of: view.as_of.clone(),
            issued_at,
            register: view.register.clone(),
            checks: checks(&view.checks),
            signatures: view.signatures.iter().map(signature).collect(),
            trust_list: view.trust_list.clone(),
            revocation_data: view.revocation_data.clone(),
            service,
        })
    }
}

fn checks(checks: &[CheckView]) -> Vec<ReceiptCheckView> {
    let check = |one: &CheckView| ReceiptCheckView {
        check: one.check.clone(),
        result: one.result.clone(),
        code: one.code.clone(),
    };
    checks.iter().map(check).collect()
}

fn signature(one: &SignatureView) -> ReceiptSignatureView {
    ReceiptSignatureView {
        outcome: one.outcome.clone(),
        form: one.form.clone(),
        suite: one.suite.clone(),
        valid_at_signing: one.valid_at_signing.clone(),
        valid_now: one.valid_now.clone(),
        checks: checks(&one.checks),
    }
}
