//! The report of a verification as JSON.

use super::time::instant;
use super::{
    AdviceView, CertificateView, CheckView, FileView, MarkView, SealFactsView, SignatureView,
    VerificationView,
};
use domain::validation::{
    CertificateReport, CheckReport, Code, Outcome, Report, SealReport, SignatureReport,
};

/// A report without what else is known: revocation data, and of the service id, register, face.
pub(crate) fn verification(report: &Report) -> VerificationView {
    VerificationView {
        id: None,
        input: "file".to_owned(),
        outcome: report.outcome.name().to_owned(),
        as_of: instant(report.at),
        trust_list: report.trust.to_string(),
        file: Some(FileView {
            kind: report.kind.name().to_owned(),
            bytes: report.bytes as u64,
            sha256: report.sha256.clone(),
            sm3: report.sm3.clone(),
        }),
        copy: report.copy.as_ref().map(MarkView::from),
        license: None,
        register: None,
        checks: report.checks.iter().map(check).collect(),
        signatures: report.signatures.iter().map(signature).collect(),
        revocation_data: Vec::new(),
        asked: Vec::new(),
        // What is valid for one purpose is not simply relied on.
        advice: advice(
            report.outcome,
            report.reason().or_else(|| report.copy.as_ref().map(|_| Code::MarkedCopy)),
        ),
    }
}

/// One check.
pub(crate) fn check(report: &CheckReport) -> CheckView {
    let places = [
        report.detail.clone(),
        report.object.map(|number| format!("object {number}")),
        report.range.as_ref().map(|range| format!("bytes {}..{}", range.start, range.end)),
    ];
    let detail: Vec<String> = places.into_iter().flatten().collect();
    CheckView {
        check: report.check.name.to_owned(),
        result: report.result.name().to_owned(),
        code: report.code.map(|code| code.name().to_owned()),
        step: report.step.map(str::to_owned),
        detail: (!detail.is_empty()).then(|| detail.join("; ")),
        text_zh: report.sentence_zh(),
        text_en: report.sentence_en(),
    }
}

fn signature(report: &SignatureReport) -> SignatureView {
    SignatureView {
        outcome: report.outcome.name().to_owned(),
        field: report.field.clone(),
        form: report.form.name().to_owned(),
        suite: report.suite.clone(),
        signer: report.signer.as_ref().map(certificate),
        seal: report.seal.as_ref().map(seal),
        claimed_time: report.claimed_time.map(instant),
        proven_time: report.proven_time.map(instant),
        valid_at_signing: report.valid_at_signing.name().to_owned(),
        valid_now: report.valid_now.name().to_owned(),
        covers_whole_file: report.covers_whole_file,
        checks: report.checks.iter().map(check).collect(),
    }
}

fn certificate(report: &CertificateReport) -> CertificateView {
    CertificateView {
        subject: report.subject.clone(),
        issuer: report.issuer.clone(),
        serial: report.serial.clone(),
        not_before: instant(report.not_before),
        not_after: instant(report.not_after),
        sha256: report.sha256.clone(),
    }
}

fn seal(report: &SealReport) -> SealFactsView {
    SealFactsView {
        name: report.name.clone(),
        code: report.id.clone(),
        version: u32::from(report.version),
        maker: report.maker.as_ref().map(certificate),
        not_before: instant(report.valid_from),
        not_after: instant(report.valid_to),
    }
}

/// What to do next: by the reason that decided, or that nothing is left to do.
pub(crate) fn advice(outcome: Outcome, reason: Option<Code>) -> AdviceView {
    if let Some(code) = reason {
        let row = code.row();
        return AdviceView {
            code: code.name().to_owned(),
            zh: row.next_zh.to_owned(),
            en: row.next_en.to_owned(),
        };
    }
    let (code, zh, en) = match outcome {
        Outcome::Valid => ("none", "可以采信。", "It may be relied on."),
        Outcome::Invalid => ("ask_issuer", "请联系颁发机构。", "Ask the issuing body."),
        Outcome::Indeterminate => (
            "retry_or_manual",
            "请稍后重试，或向颁发机构核实。",
            "Try again later, or ask the issuer.",
        ),
    };
    AdviceView { code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}
