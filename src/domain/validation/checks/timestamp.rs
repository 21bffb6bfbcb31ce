//! A time stamp, when there is one. Verifying it is not done yet; nothing is believed because of
//! it, and a token that is not one is refused.

use super::{Case, Check, Code, Finding, Moment};
use formats::examine::Payload;
use formats::ses::TimeFact;
use formats::tsp;

pub(super) static CHECK: Check = Check {
    name: "timestamp",
    zh: "时间戳",
    en: "Time stamp",
    citation: "GB/T 38540-2020, verification step h; GM/T 0031-2025, seal step f; RFC 3161",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let tokens = tokens(case);
    match &case.signature.payload {
        Payload::TimeStamp(_) | Payload::Certificate(_) | Payload::Unreadable(_) => {
            Finding::not_applicable()
        }
        _ if !tokens.iter().all(|token| tsp::is_token(token)) => {
            Finding::fail(Code::TimestampInvalid).detail("not a time stamp token")
        }
        _ if tokens.is_empty() => Finding::skipped(Code::TimestampMissing),
        // The standards of seals ask for the stamp to be verified; for CMS it is a help only.
        Payload::Ses(_) | Payload::Seal(_) => Finding::unknown(Code::TimestampNotChecked),
        Payload::Cms(_) => Finding::skipped(Code::TimestampNotChecked),
    }
}

fn tokens<'a>(case: &Case<'a>) -> Vec<&'a [u8]> {
    let stamps = |payload: &'a Payload| -> Vec<&'a Vec<u8>> {
        match payload {
            Payload::Ses(facts) => {
                let in_place = match &facts.time {
                    TimeFact::Token(token) => Some(token),
                    TimeFact::Claimed(_) | TimeFact::Unreadable => None,
                };
                [in_place, facts.time_stamp.as_ref(), facts.seal.time_stamp.as_ref()]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Payload::Seal(facts) => facts.time_stamp.iter().collect(),
            Payload::Cms(facts) => facts.time_stamps.iter().collect(),
            _ => Vec::new(),
        }
    };
    stamps(&case.signature.payload).into_iter().map(Vec::as_slice).collect()
}
