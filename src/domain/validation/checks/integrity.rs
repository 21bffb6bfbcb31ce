//! The original is what was signed.

use super::super::report::CheckResult;
use super::{Case, Check, Code, Finding, Moment};
use formats::algorithm::Digest;
use formats::cms::{CmsFacts, ContentFact, Covers, Family};
use formats::examine::Payload;
use formats::proof::{DigestFact, SignatureFact};

pub(super) static CHECK: Check = Check {
    name: "integrity",
    zh: "内容完整",
    en: "Content unchanged",
    citation: "GB/T 38540-2020, verification step e; ETSI EN 319 102-1, 5.2.7",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match &case.signature.payload {
        Payload::Ses(facts) => digest(facts.data),
        Payload::Cms(facts) => message(facts),
        Payload::TimeStamp(facts) => match digest(facts.imprint) {
            finding if finding.result == CheckResult::Pass => digest(facts.message.data),
            finding => finding,
        },
        Payload::Seal(_) | Payload::Certificate(_) => Finding::not_applicable(),
        Payload::Unreadable(_) => Finding::skipped(Code::CheckNotPossible),
    }
    .range(case.covered())
}

fn digest(fact: DigestFact) -> Finding {
    match fact {
        DigestFact::Equal(digest) => Finding::pass().detail(digest.name()),
        DigestFact::Different(digest) => Finding::fail(Code::DigestMismatch).detail(digest.name()),
        DigestFact::NoOriginal => Finding::unknown(Code::OriginalMissing),
        DigestFact::Absent => Finding::skipped(Code::CheckNotPossible),
    }
}

fn message(facts: &CmsFacts) -> Finding {
    match (facts.data, facts.covers) {
        // Without attributes the signature itself is over the original.
        (DigestFact::Absent, Covers::Original) => match facts.signature {
            SignatureFact::Verified { .. } => Finding::pass().detail("by the signature itself"),
            _ => Finding::skipped(Code::CheckNotPossible),
        },
        (DigestFact::NoOriginal, Covers::Content) if !may_be_digest(facts) => {
            Finding::pass().detail("the content is carried in the message")
        }
        (fact, _) => digest(fact),
    }
}

/// Content as long as a digest may stand for a file that is not here (GB/T 35275 in OFD and PDF).
fn may_be_digest(facts: &CmsFacts) -> bool {
    facts.content == ContentFact::Unchecked
        && facts.family == Family::Gm
        && facts.content_len == Some(Digest::Sm3.len())
}
