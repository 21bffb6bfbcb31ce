//! What was valid when it was used is valid still, or a time stamp proves that it was used in time;
//! the signer's own word proves nothing.

use super::super::trust::NoPath;
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
    let ended = ended(case);
    match (ended, case.trust.signer_now.as_ref(), case.trust.maker_now.as_ref()) {
        (Some(detail), _, _) => Finding::unknown(Code::SigningTimeNotProven).detail(detail),
        (None, Some(Err(reason @ (NoPath::Expired(_) | NoPath::NotYetValid(_)))), _)
        | (None, _, Some(Err(reason @ (NoPath::Expired(_) | NoPath::NotYetValid(_))))) => {
            Finding::unknown(Code::SigningTimeNotProven).detail(reason)
        }
        // Any other reason is the same at both moments and is reported with the paths.
        (None, _, _) => Finding::pass(),
    }
}

fn period(at: OffsetDateTime, from: OffsetDateTime, to: OffsetDateTime) -> Finding {
    match at {
        at if at < from => Finding::fail(Code::CertificateNotYetValid),
        at if at > to => Finding::fail(Code::CertificateExpired),
        _ => Finding::pass(),
    }
}

/// What has ended, of the signer's certificate, the seal, and the maker's certificate. The fifth
/// edition lets a seal outlive its maker's certificate (GM/T 0031-2025, seal step d).
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
    let maker = seal.maker.as_ref().ok().filter(|_| seal.edition != Edition::V5)?;
    let (from, to) = (maker.not_before(), maker.not_after());
    outside(from, to).then(|| words("the seal maker's certificate", from, to))
}
