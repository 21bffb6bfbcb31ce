//! What was saved after the signature is of a kind that it allows.

use super::super::case::Soundness;
use super::{Case, Check, Code, Finding, Moment};
use formats::pdf::{Change, ChangeKind, LaterChanges};

pub(super) static CHECK: Check = Check {
    name: "later_changes",
    zh: "签章后改动",
    en: "Changes after signing",
    citation: "ISO 32000-2, 12.8.2.2 and 12.8.2.4",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(place) = &case.signature.pdf else { return Finding::not_applicable() };
    let later = &place.later;
    if !later.permitted() {
        return not_permitted(later);
    }
    // A field that is there because it is signed must be signed: otherwise it is a picture.
    for field in &later.relies_on {
        let detail = format!("field {field:?} was added with a signature that does not hold");
        match case.document.fields.get(field.as_str()) {
            Some(Soundness::Sound) => {}
            Some(Soundness::Open) => {
                return Finding::unknown(Code::LaterChangesUndecided).detail(detail);
            }
            Some(Soundness::Broken) | None => {
                return Finding::fail(Code::ModifiedAfterSeal).detail(detail);
            }
        }
    }
    if later.changes.is_empty() {
        return Finding::pass().detail("none");
    }
    Finding::pass().detail(kinds(later))
}

fn not_permitted(later: &LaterChanges) -> Finding {
    // The first change of the level that was too much tells most.
    let worst = later.changes.iter().find(|change| change.level == later.level);
    let unreadable = matches!(worst, Some(Change { kind: ChangeKind::Unreadable(_), .. }));
    let finding = match unreadable {
        true => Finding::unknown(Code::LaterChangesUndecided),
        false => Finding::fail(Code::ModifiedAfterSeal),
    };
    match worst {
        Some(change) => finding
            .detail(format!("revision {}: {} {}", change.revision + 1, change.kind, change.place))
            .object(change.object.map(|id| id.number))
            .range(change.span.clone()),
        None => finding,
    }
}

fn kinds(later: &LaterChanges) -> String {
    let mut kinds: Vec<String> =
        later.changes.iter().map(|change| change.kind.to_string()).collect();
    kinds.dedup();
    kinds.join(", ")
}
