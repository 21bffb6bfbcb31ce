//! One signature: its value, its digest, its byte range, and what came after it.

use super::cause::Cause;
use super::finding::{Finding, Said, said};
use super::words;
use formats::diagnosis::{
    DigestHabit, Explanation, Found, Method, Misdigest, Missigned, Over, Region, Spelling,
};
use formats::examine::{Payload, SignatureFacts};
use formats::pdf::{self, Change, ChangeKind, DefectKind, SignatureFault};
use formats::proof::{DigestFact, Encoding, SignatureFact};
use formats::sm::Habit;

/// What is found of one signature, and names of checks that it explains.
pub(super) fn findings(
    facts: &SignatureFacts,
    explained: &Explanation,
) -> Vec<(&'static str, Finding)> {
    let mut found = Vec::new();
    match &explained.signature {
        Found::NotAsked => {}
        Found::Reason(reason) => found.extend(missigned("signature", reason)),
        Found::Nothing => found.push(("signature", unexplained())),
    }
    match &explained.seal {
        Found::NotAsked => {}
        Found::Reason(reason) => found.extend(missigned("seal_signature", reason)),
        Found::Nothing => found.push(("seal_signature", unexplained())),
    }
    match &explained.digest {
        Found::NotAsked => {}
        Found::Reason(reason) => found.push(("integrity", misdigest(*reason))),
        Found::Nothing => found.extend(different(facts).map(|one| ("integrity", one))),
    }
    if let Some(place) = &facts.pdf {
        found.extend(covered(&place.signed).map(|one| ("coverage", one)));
        found.extend(later(place).map(|one| ("later_changes", one)));
    }
    found.extend(raw(facts).map(|one| ("", one)));
    found
}

fn unexplained() -> Finding {
    let seen = said(
        "已试过常见的错误标识、摘要方式、编码和签名范围",
        "known wrong identifiers, digests, encodings and regions were tried",
    );
    Finding::new(Cause::SignatureUnexplained, seen)
}

/// Each way in which a signature went wrong is a finding of its own.
fn missigned(check: &'static str, reason: &Missigned) -> Vec<(&'static str, Finding)> {
    let mut found = Vec::new();
    found.extend(spelled(reason.spelling));
    match &reason.method {
        Method::Right => {}
        Method::Sm2(habit) => {
            found.push(Finding::new(habit_cause(habit), words::habit(habit)));
        }
        Method::Suite(suite) => found.push(Finding::new(
            Cause::OtherSuite,
            said(format!("实际为 {}", suite.name()), format!("it was made by {}", suite.name())),
        )),
    }
    if reason.over != Over::Right {
        found.push(Finding::new(Cause::SignedOtherBytes, words::over(reason.over)));
    }
    if let Some(subject) = &reason.other_key {
        let seen = said(format!("私钥属于 {subject}"), format!("the key is that of {subject}"));
        found.push(Finding::new(Cause::SignedByOtherKey, seen).certificate(subject));
    }
    found.into_iter().map(|one| (check, one)).collect()
}

/// What made a certificate's signature wrong, as one sentence.
pub(super) fn described(reason: &Missigned) -> Said {
    let mut parts = Vec::new();
    if reason.spelling != Spelling::Standard {
        parts.push(words::spelling(reason.spelling));
    }
    match &reason.method {
        Method::Right => {}
        Method::Sm2(habit) => parts.push(words::habit(habit)),
        Method::Suite(suite) => parts.push(super::finding::same(suite.name())),
    }
    if reason.over != Over::Right {
        parts.push(words::over(reason.over));
    }
    [joined(&parts, 0, "；"), joined(&parts, 1, "; ")]
}

fn habit_cause(habit: &Habit) -> Cause {
    match habit {
        Habit::Id(_) => Cause::Sm2OtherId,
        Habit::WithoutZ | Habit::Itself => Cause::Sm2WithoutZ,
        Habit::OverDigest | Habit::Twice => Cause::Sm2DigestTwice,
        Habit::OverHex => Cause::Sm2DigestText,
        Habit::Sha256 => Cause::Sm2OtherDigest,
        Habit::Reversed => Cause::ByteOrder,
    }
}

fn spelled(spelling: Spelling) -> Option<Finding> {
    let cause = match spelling {
        Spelling::Standard => return None,
        Spelling::Raw => Cause::SignatureRaw,
        Spelling::RawPadded | Spelling::Length => Cause::SignatureLength,
        Spelling::LooseDer => Cause::SignatureNotDer,
        Spelling::Wrapped => Cause::SignatureWrapped,
        Spelling::Hex | Spelling::Base64 => Cause::SignatureAsText,
        Spelling::Reversed | Spelling::HalvesReversed => Cause::ByteOrder,
        Spelling::Swapped => Cause::SignatureSwapped,
    };
    Some(Finding::new(cause, words::spelling(spelling)))
}

/// A value that verifies here in an encoding that others refuse.
fn raw(facts: &SignatureFacts) -> Option<Finding> {
    let is_raw = |fact: &SignatureFact| {
        matches!(fact, SignatureFact::Verified { encoding: Encoding::Raw, .. })
    };
    let raw = match &facts.payload {
        Payload::Cms(found) => is_raw(&found.signature),
        Payload::Ses(found) => is_raw(&found.signature) || is_raw(&found.seal.signature),
        Payload::Seal(found) => is_raw(&found.signature),
        Payload::TimeStamp(found) => is_raw(&found.message.signature),
        Payload::Certificate(_) | Payload::Unreadable(_) => false,
    };
    raw.then(|| spelled(Spelling::Raw)).flatten()
}

fn misdigest(reason: Misdigest) -> Finding {
    match (reason.region, reason.habit) {
        (Region::LineFeeds | Region::CarriageReturns, _) => {
            Finding::new(Cause::LineEndsChanged, words::region(reason.region))
        }
        (Region::Declared, habit) => Finding::new(Cause::DigestOtherWay, words::digest(habit)),
        (region, DigestHabit::Right) => {
            Finding::new(Cause::DigestOtherRegion, words::region(region))
        }
        (region, habit) => {
            let ([zh, en], [how_zh, how_en]) = (words::region(region), words::digest(habit));
            let seen = said(format!("{zh}；{how_zh}"), format!("{en}; {how_en}"));
            Finding::new(Cause::DigestOtherRegion, seen)
        }
    }
}

fn different(facts: &SignatureFacts) -> Option<Finding> {
    let data = match &facts.payload {
        Payload::Cms(found) => found.data,
        Payload::Ses(found) => found.data,
        Payload::TimeStamp(found) => found.message.data,
        Payload::Seal(_) | Payload::Certificate(_) | Payload::Unreadable(_) => return None,
    };
    let DigestFact::Different(digest) = data else { return None };
    let covered = facts.pdf.as_ref().and_then(|place| place.signed.covered.clone());
    let range = covered.map(|[first, second]| first.start..second.end);
    Some(Finding::new(Cause::ContentAltered, words::different(digest)).at(range))
}

fn covered(place: &pdf::SignedField) -> Option<Finding> {
    let fault = place.coverage.as_ref().err()?;
    let filler = !place.contents.is_empty() && place.contents.iter().all(|byte| *byte == 0);
    let cause = match fault {
        _ if filler => Cause::NeverCompleted,
        SignatureFault::NotFromStart => Cause::ByteRangeStart,
        SignatureFault::GapStart | SignatureFault::GapEnd => Cause::ByteRangeGap,
        SignatureFault::NotToEnd { .. } => Cause::ByteRangeEnd,
        SignatureFault::BeyondFile => Cause::ByteRangeBeyond,
        SignatureFault::ByteRange | SignatureFault::Contents => Cause::ByteRangeMalformed,
        SignatureFault::NoObject
        | SignatureFault::InObjectStream
        | SignatureFault::SharedObject
        | SignatureFault::NotADictionary => Cause::SignatureMisplaced,
    };
    Some(Finding::new(cause, words::fault(fault, place.byte_range)).at(place.span.clone()))
}

/// Changes named before the rest is counted.
const CHANGES_NAMED: usize = 3;

fn later(place: &pdf::SignatureFacts) -> Option<Finding> {
    let later = &place.later;
    if later.permitted() {
        return None;
    }
    let worst: Vec<&Change> = worst(place).filter(|change| !is_trailing(change)).collect();
    let first = worst.first()?;
    let named: Vec<Said> = worst.iter().take(CHANGES_NAMED).map(|one| change(one)).collect();
    let more = worst.len().saturating_sub(CHANGES_NAMED);
    let (more_zh, more_en) = match more {
        0 => (String::new(), String::new()),
        more => (format!("；另有 {more} 处"), format!("; and {more} more")),
    };
    let revision = first.revision + 1;
    let [zh, en] = [joined(&named, 0, "；"), joined(&named, 1, "; ")];
    let seen = said(
        format!("第 {revision} 次修订：{zh}{more_zh}"),
        format!("revision {revision}: {en}{more_en}"),
    );
    Some(Finding::new(Cause::ChangedLater, seen).at(first.span.clone()))
}

/// Whether nothing but bytes behind the end of the document speaks against it.
pub(super) fn is_only_appended_to(facts: &SignatureFacts) -> bool {
    let Some(place) = &facts.pdf else { return false };
    !place.later.permitted() && worst(place).all(is_trailing)
}

fn worst(place: &pdf::SignatureFacts) -> impl Iterator<Item = &Change> {
    place.later.changes.iter().filter(|change| change.level == place.later.level)
}

/// Bytes behind the end are a finding of the file.
fn is_trailing(change: &Change) -> bool {
    change.kind == ChangeKind::Defect(DefectKind::Trailing)
}

fn change(change: &Change) -> Said {
    let place = formats::text::printable(&change.place);
    let object = change.object.map_or_else(String::new, |id| format!(" (object {})", id.number));
    let [zh, en] = words::change(&change.kind);
    let whole = |what: String| format!("{what} {place}{object}").trim_end().to_owned();
    [whole(zh), whole(en)]
}

fn joined(parts: &[Said], language: usize, between: &str) -> String {
    parts.iter().map(|part| part[language].as_str()).collect::<Vec<_>>().join(between)
}
