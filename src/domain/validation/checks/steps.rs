//! The verification steps of the seal standards: which of them a check stands for, by the reason it
//! gives. GM/T 0031 and GB/T 38540 order the steps and leave their error codes open.

use super::super::report::{CheckResult, Finding};
use super::{Case, Check, Code, timestamp};
use formats::examine::{Payload, PayloadError, Stamped};
use std::fmt::Write as _;

/// Where a step belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    /// In verifying a seal, by itself or inside a signature.
    Seal,
    /// In verifying a seal by itself.
    BareSeal,
    /// In verifying a seal signature.
    Signature,
}

/// One step: its name, what it asks, the check that carries it out, and the reasons that mean it;
/// any reason when none is listed.
struct Row {
    name: &'static str,
    place: In,
    check: &'static str,
    codes: &'static [Code],
}

const fn row(name: &'static str, place: In, check: &'static str, codes: &'static [Code]) -> Row {
    Row { name, place, check, codes }
}

/// In the order of the standards; the first row that fits counts.
const STEPS: &[Row] = &[
    row("SealFormat", In::BareSeal, "format", &[]),
    row("SealSignature", In::Seal, "seal_signature", &[]),
    row("SealMakeTime", In::Seal, "seal_made", &[]),
    row("MakerCertKeyUsage", In::Seal, "seal_maker_path", &[Code::CertificateKeyUsage]),
    row(
        "MakerCertExpired",
        In::Seal,
        "seal_maker_path",
        &[Code::CertificateExpiredAtSigning, Code::CertificateNotYetValidAtSigning],
    ),
    row("MakerCertChain", In::Seal, "seal_maker_path", &[]),
    row("MakerCertRevoked", In::Seal, "seal_maker_revocation", &[]),
    row("SealNotYetValid", In::BareSeal, "seal_period", &[Code::SealNotYetValid]),
    row("SealExpired", In::BareSeal, "seal_period", &[Code::SealExpired]),
    row("SigFormat", In::Signature, "format", &[]),
    row("AlgorithmMismatch", In::Signature, "signature", &[Code::AlgorithmMismatch]),
    row("SigValue", In::Signature, "signature", &[]),
    row("SignerCertKeyUsage", In::Signature, "certificate_path", &[Code::CertificateKeyUsage]),
    row(
        "SignTimeOutsideCert",
        In::Signature,
        "certificate_path",
        &[Code::CertificateExpiredAtSigning, Code::CertificateNotYetValidAtSigning],
    ),
    row("SignerCertChain", In::Signature, "certificate_path", &[]),
    row("SignTimeOutsideCert", In::Signature, "signing_time", &[]),
    row(
        "SignerCertRevokedAfter",
        In::Signature,
        "certificate_revocation",
        &[Code::CertificateRevokedLater],
    ),
    row("SignerCertRevokedBefore", In::Signature, "certificate_revocation", &[]),
    row("DataHash", In::Signature, "integrity", &[]),
    row("SignTimeOutsideSeal", In::Signature, "seal_period", &[]),
    row("SignerNotInSeal", In::Signature, "signer_in_seal", &[]),
    row("AlgorithmMismatch", In::Signature, "algorithm", &[]),
    row("VersionMismatch", In::Seal, "version", &[]),
];

/// The steps that time stamps stand for: one check looks at all of them.
const STAMPS: [&str; 3] = ["SealTimestamp", "SealTimestampOrder", "SigTimestamp"];

/// The step at which a seal or a seal signature failed, could not be decided, or was passed with a
/// remark.
pub(in super::super) fn step(
    case: &Case<'_>,
    check: &Check,
    finding: &Finding,
) -> Option<&'static str> {
    let code = finding.code?;
    let told = matches!(finding.result, CheckResult::Fail | CheckResult::Unknown)
        || code == Code::CertificateRevokedLater;
    let in_signature = match &case.signature.payload {
        Payload::Ses(_) => true,
        Payload::Unreadable(PayloadError::Ses(_)) => !case.document.is_bare_seal,
        Payload::Seal(_) => false,
        _ => return None,
    };
    if check.name == timestamp::CHECK.name {
        return told.then(|| stamp(case, code)).flatten();
    }
    let fits = |row: &&Row| {
        let place = match row.place {
            In::Seal => true,
            In::BareSeal => !in_signature,
            In::Signature => in_signature,
        };
        place && row.check == check.name && (row.codes.is_empty() || row.codes.contains(&code))
    };
    STEPS.iter().find(fits).filter(|_| told).map(|row| row.name)
}

/// The stamp over the seal comes first (seal step f), then that over the signature (step h).
fn stamp(case: &Case<'_>, code: Code) -> Option<&'static str> {
    let of_seal = timestamp::decisive(case)? == Stamped::Seal;
    Some(match (of_seal, code) {
        (true, Code::TimestampOrder) => STAMPS[1],
        (true, _) => STAMPS[0],
        (false, _) => STAMPS[2],
    })
}

/// The steps as a section of `schema/codes.md`.
#[must_use]
pub fn steps_markdown() -> String {
    let mut out = String::from("| step | check | reasons |\n|---|---|---|\n");
    let mut line = |name: &str, check: &str, reasons: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "| `{name}` | `{check}` | {reasons} |");
    };
    for row in STEPS {
        let codes: Vec<String> = row.codes.iter().map(|code| format!("`{code}`")).collect();
        let reasons = if codes.is_empty() { "any other".to_owned() } else { codes.join(", ") };
        line(row.name, row.check, &reasons);
    }
    for name in STAMPS {
        line(name, timestamp::CHECK.name, "by the stamp that decides");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::CHECKS;
    use super::*;

    #[test]
    fn every_row_names_a_check() {
        for row in STEPS {
            assert!(CHECKS.iter().any(|check| check.name == row.check), "{}", row.check);
        }
        assert_eq!(steps_markdown().lines().count(), STEPS.len() + STAMPS.len() + 2);
    }
}
