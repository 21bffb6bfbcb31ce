//! What was valid when it was used is valid still, or a time stamp proves that it was used in time;
//! the signer's own word proves nothing.

use super::super::trust::{NoPath, PathFact};
use super::{Case, Check, Code, Finding, Moment};
use formats::examine::Payload;
use formats::ses::Edition;
use formats::text;
use time::OffsetDateTime;

pub(super) static CHECK: Check = Check {
    name: "validity_now",
    zh: "当前有效",
    en: "Valid at the moment of judgement",
    citation: "ETSI EN 319 102-1, 5.5 (past signature validation without proof of existence)",
    moment: Moment::Now,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match &case.signature.payload {
        Payload::Unreadable(_) => return Finding::not_applicable(),
        Payload::Certificate(certificate) => {
            return period(case.at, certificate.not_before(), certificate.not_after());
        }
        Payload::Cms(_) | Payload::Ses(_) | Payload::TimeStamp(_) | Payload::Seal(_) => {}
    }
    let trust = &case.trust;
    let maker = || late(&trust.maker, &trust.maker_now).filter(|_| !outlives(case));
    let late = late(&trust.signer, &trust.signer_now).or_else(maker);
    match ended(case).or_else(|| late.map(ToString::to_string)) {
        Some(detail) => Finding::unknown(Code::SigningTimeNotProven).detail(detail),
        None => Finding::pass(),
    }
}

/// Why a path holds no longer that held when it was used. Any other reason is the same at both
/// moments and is reported with the paths.
fn late<'a>(then: &Option<PathFact>, now: &'a Option<PathFact>) -> Option<&'a NoPath> {
    match (then, now) {
        (_, Some(Err(reason @ (NoPath::Expired(_) | NoPath::NotYetValid(_)))))
        | (Some(Ok(_)), Some(Err(reason @ NoPath::NotEntitled(_)))) => Some(reason),
        _ => None,
    }
}

/// The fifth edition lets a seal outlive its maker's certificate (GM/T 0031-2025, seal step d).
fn outlives(case: &Case<'_>) -> bool {
    case.seal().is_some_and(|seal| seal.edition == Edition::V5)
}

fn period(at: OffsetDateTime, from: OffsetDateTime, to: OffsetDateTime) -> Finding {
    match at {
        at if at < from => Finding::fail(Code::CertificateNotYetValid),
        at if at > to => Finding::fail(Code::CertificateExpired),
        _ => Finding::pass(),
    }
}

/// What has ended, of the signer's certificate, the seal, and the maker's certificate.
fn ended(case: &Case<'_>) -> Option<String> {
    let at = case.best_time();
    let outside = |from: OffsetDateTime, to: OffsetDateTime| at < from || at > to;
    let words = |what: &str, from: OffsetDateTime, to: OffsetDateTime| {
        format!("{what} is valid {} to {}", text::moment_utc(from), text::moment_utc(to))
    };
    if let Some(signer) = case.signer() {
        let (from, to) = (signer.not_before(), signer.not_after());
        if outside(from, to) {
            return Some(words("the signer's certificate", from, to));
        }
    }
    let seal = case.seal()?;
    if case.ses().is_some() && outside(seal.valid_from, seal.valid_to) {
        return Some(words("the seal", seal.valid_from, seal.valid_to));
    }
    let maker = seal.maker.as_ref().ok().filter(|_| !outlives(case))?;
    let (from, to) = (maker.not_before(), maker.not_after());
    outside(from, to).then(|| words("the seal maker's certificate", from, to))
}
