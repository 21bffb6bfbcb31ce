//! What is right here and may fail with others.

use super::Patient;
use super::cause::Cause;
use super::finding::{Finding, said, same};
use domain::validation::{Form, Outcome, SignatureReport};
use formats::cms::{Binding, CmsFacts, RevocationMaterial};
use formats::examine::{Payload, SignatureFacts};
use formats::pdf::{Limits, SectionKind, shape};
use formats::ses::Edition;

/// Of the file as a whole.
pub(super) fn of_file(patient: &Patient<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(document) = &patient.facts.document else { return found };
    if patient.report.signatures.is_empty() {
        return found;
    }
    let forms: Vec<Form> = patient.report.signatures.iter().map(|one| one.form).collect();
    let is_sm2 = |form: &Form| matches!(form, Form::Sm2Seal | Form::Cms);
    if forms.iter().any(is_sm2) && !forms.contains(&Form::Pades) {
        let seen = said(
            "文件中没有 RSA 或 ECDSA 的 PAdES 签名",
            "there is no PAdES signature by RSA or ECDSA",
        );
        found.push(Finding::new(Cause::Sm2Only, seen));
    }
    if let Some(revision) = document.revisions.iter().find(|one| one.kind == SectionKind::Hybrid) {
        let seen = same(format!("bytes {}..{}", revision.span.start, revision.span.end));
        found.push(Finding::new(Cause::HybridFile, seen).at(Some(revision.span.clone())));
    }
    if shape(patient.bytes, &Limits::default()).is_ok_and(|shape| shape.linearized) {
        found.push(Finding::new(Cause::LinearizedUpdate, same("/Linearized")));
    }
    if let Some(first) = document.active.first() {
        found.push(Finding::new(Cause::ActiveContent, same(first.kind)));
    }
    found
}

/// Of one signature that holds.
pub(super) fn of_signature(
    patient: &Patient<'_>,
    facts: &SignatureFacts,
    report: &SignatureReport,
) -> Vec<Finding> {
    let mut found = Vec::new();
    let signs = matches!(report.form, Form::Pades | Form::Sm2Seal | Form::Cms);
    if signs && report.proven_time.is_none() {
        let claimed = report.claimed_time.map(crate::view::time::instant).unwrap_or_default();
        let ends = report.signer.as_ref().map(|one| crate::view::time::instant(one.not_after));
        let ends = ends.unwrap_or_default();
        let seen = said(
            format!("自述时间 {claimed}，证书有效至 {ends}"),
            format!("claimed {claimed}, certificate ends {ends}"),
        );
        found.push(Finding::new(Cause::TimeClaimed, seen));
    }
    if signs && !patient.has_material(facts) {
        let seen = said("没有 CRL 或 OCSP 应答", "there is no CRL and no OCSP answer");
        found.push(Finding::new(Cause::MaterialMissing, seen));
    }
    match &facts.payload {
        Payload::Cms(message) => found.extend(of_message(patient, facts, message, report)),
        Payload::Ses(seal) => found.extend(edition(seal.edition)),
        Payload::Seal(seal) => found.extend(edition(seal.edition)),
        Payload::TimeStamp(_) | Payload::Certificate(_) | Payload::Unreadable(_) => {}
    }
    found
}

impl Patient<'_> {
    /// Whether lists or answers travel with the signature.
    fn has_material(&self, facts: &SignatureFacts) -> bool {
        let kept = self.facts.document.iter().flat_map(|document| &document.kept);
        let mut all: Vec<&RevocationMaterial> = kept.map(|kept| &kept.found).collect();
        if let Payload::Cms(message) = &facts.payload {
            all.extend([&message.framed, &message.attributed]);
        }
        all.iter().any(|one| !one.lists.is_empty() || !one.answers.is_empty())
    }
}

fn edition(edition: Edition) -> Option<Finding> {
    let cause = match edition {
        Edition::V1 => Cause::SealEditionOld,
        Edition::V4 => return None,
        Edition::V5 => Cause::SealEditionNew,
    };
    Some(Finding::new(cause, same(edition)))
}

fn of_message(
    patient: &Patient<'_>,
    facts: &SignatureFacts,
    message: &CmsFacts,
    report: &SignatureReport,
) -> Vec<Finding> {
    let mut found = Vec::new();
    if message.attributes.as_ref().is_some_and(|list| !list.sorted) {
        let order: Vec<String> = message
            .attributes
            .iter()
            .flat_map(|list| &list.ids)
            .map(|id| id.name().map_or_else(|| id.to_string(), str::to_owned))
            .collect();
        found.push(Finding::new(Cause::AttributesUnsorted, same(order.join(", "))));
    }
    if report.form != Form::Pades {
        return found;
    }
    let sub_filter = facts.pdf.as_ref().and_then(|place| place.signed.sub_filter.as_deref());
    let names_signer = message
        .attributes
        .as_ref()
        .is_some_and(|list| list.signing_certificate_v2 == Binding::Same);
    if sub_filter != Some("ETSI.CAdES.detached") || !names_signer {
        let name = formats::text::printable(sub_filter.unwrap_or("-"));
        let (zh, en) = match names_signer {
            true => ("", ""),
            false => ("，没有 signingCertificateV2", ", no signingCertificateV2"),
        };
        found.push(Finding::new(
            Cause::NotPades,
            said(format!("/SubFilter {name}{zh}"), format!("/SubFilter {name}{en}")),
        ));
    }
    let Ok(signer) = &message.signer else { return found };
    if report.outcome == Outcome::Valid {
        found.push(Finding::new(Cause::OwnRoot, same(signer.issuer())));
    }
    let issuer_carried = message.certificates.iter().any(|one| one.subject() == signer.issuer());
    let anchors = &patient.trust.policy().anchors;
    let below_anchor = anchors.iter().any(|anchor| anchor.certificate.subject() == signer.issuer());
    if !issuer_carried && !below_anchor && !signer.is_self_issued() {
        let seen =
            said(format!("未附：{}", signer.issuer()), format!("not carried: {}", signer.issuer()));
        found.push(Finding::new(Cause::ChainMissing, seen));
    }
    found
}
