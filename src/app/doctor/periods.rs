//! What was seen of times and of the seal's list, in both languages, in place of a check's own words.

use super::finding::{Finding, Said, said};
use crate::view::time::instant;
use domain::validation::{CertificateReport, Code, Report, SignatureReport};
use time::OffsetDateTime;

/// The finding with words of its own, where the certificate or seal of the signature itself is meant.
pub(super) fn in_words(finding: Finding, one: &SignatureReport, whole: &Report) -> Finding {
    let seen = match finding.code() {
        code if code == Code::SignerNotInSeal.name() => listed(one),
        code if OF_TIMES.iter().any(|one| one.name() == code) => period(one, whole.at),
        _ => None,
    };
    match seen {
        Some(seen) => finding.seen(seen),
        None => finding,
    }
}

const OF_TIMES: [Code; 6] = [
    Code::SigningTimeNotProven,
    Code::CertificateExpired,
    Code::CertificateExpiredAtSigning,
    Code::CertificateNotYetValid,
    Code::CertificateNotYetValidAtSigning,
    Code::SealExpired,
];

fn listed(one: &SignatureReport) -> Option<Said> {
    let subject = &one.signer.as_ref()?.subject;
    Some(said(format!("未列出：{subject}"), format!("not listed: {subject}")))
}

/// The period that the claimed time or the moment of judgement is outside of.
fn period(one: &SignatureReport, at: OffsetDateTime) -> Option<Said> {
    let moments = [one.proven_time.or(one.claimed_time), Some(at)];
    let outside = |from, to| moments.into_iter().flatten().find(|at| *at < from || *at > to);
    let seal = one.seal.as_ref();
    let certificates = [one.signer.as_ref(), seal.and_then(|seal| seal.maker.as_ref())];
    let of = |one: &CertificateReport| (one.subject.clone(), one.not_before, one.not_after);
    let mut all: Vec<_> = certificates.into_iter().flatten().map(of).collect();
    all.extend(seal.map(|seal| (seal.name.clone(), seal.valid_from, seal.valid_to)));
    all.into_iter().find_map(|(name, from, to)| {
        let at = instant(outside(from, to)?);
        let (from, to) = (instant(from), instant(to));
        Some(said(
            format!("{name} 的有效期为 {from} 至 {to}，不含 {at}"),
            format!("{name} is valid from {from} to {to}, not at {at}"),
        ))
    })
}
