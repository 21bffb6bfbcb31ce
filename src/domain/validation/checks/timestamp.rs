//! Time stamps inside the signature, when there are any, and what they prove.

use super::super::proof::{CLOCK_SKEW_MAX, Stamp};
use super::{Case, Check, Code, Finding, Moment};
use formats::examine::{Payload, Stamped};
use formats::text;
use time::OffsetDateTime;

pub(super) static CHECK: Check = Check {
    name: "timestamp",
    zh: "时间戳",
    en: "Time stamp",
    citation: "GB/T 38540-2020, verification step h; GM/T 0031-2025, seal step f; RFC 3161",
    moment: Moment::Always,
    required: false,
    run,
};

/// What the first stamp that is wrong, or open, stamps.
pub(super) fn decisive(case: &Case<'_>) -> Option<Stamped> {
    let is_wrong = |(over, stamp): &&(Stamped, Stamp)| wrong(case, *over, stamp).is_some();
    let is_open = |(_, stamp): &&(Stamped, Stamp)| matches!(stamp, Stamp::Open(_));
    let stamps = case.stamps();
    stamps.iter().find(is_wrong).or_else(|| stamps.iter().find(is_open)).map(|(over, _)| *over)
}

fn run(case: &Case<'_>) -> Finding {
    match &case.signature.payload {
        Payload::TimeStamp(_) | Payload::Certificate(_) | Payload::Unreadable(_) => {
            return Finding::not_applicable();
        }
        Payload::Cms(_) | Payload::Ses(_) | Payload::Seal(_) => {}
    }
    let wrong = case.stamps().iter().find_map(|(over, stamp)| wrong(case, *over, stamp));
    let open = case.stamps().iter().find_map(|(_, stamp)| match stamp {
        Stamp::Open(reason) => Some(reason),
        Stamp::Holds(_) | Stamp::Wrong(_) => None,
    });
    match (wrong, open, case.proven) {
        (Some(finding), _, _) => finding,
        // The standards of seals ask for every stamp to hold; for messages it is a help only.
        (None, Some(reason), _) if case.seal().is_some() => {
            Finding::unknown(Code::TimestampUntrusted).detail(reason)
        }
        (None, _, Some(proven)) => Finding::pass().detail(text::moment_utc(proven)),
        (None, Some(reason), None) => Finding::skipped(Code::TimestampUntrusted).detail(reason),
        (None, None, None) if case.stamps().is_empty() => Finding::skipped(Code::TimestampMissing),
        (None, None, None) => Finding::pass(),
    }
}

/// A stamp that is wrong by itself, or earlier than what it stamps says it was made.
fn wrong(case: &Case<'_>, over: Stamped, stamp: &Stamp) -> Option<Finding> {
    let time = match stamp {
        Stamp::Wrong(reason) => return Some(Finding::fail(Code::TimestampInvalid).detail(reason)),
        Stamp::Open(_) => return None,
        Stamp::Holds(time) => *time,
    };
    let claimed: Option<OffsetDateTime> = match over {
        Stamped::Seal => case.seal().map(|seal| seal.created),
        // In a seal signature the time is signed; elsewhere it decides nothing.
        Stamped::Signature if case.ses().is_some() => case.claimed_time(),
        Stamped::Signature | Stamped::InPlaceOfTime => None,
    };
    let claimed = claimed.filter(|claimed| *claimed > time.saturating_add(CLOCK_SKEW_MAX))?;
    let detail =
        format!("claimed {}, stamped {}", text::moment_utc(claimed), text::moment_utc(time));
    Some(Finding::fail(Code::TimestampOrder).detail(detail))
}
