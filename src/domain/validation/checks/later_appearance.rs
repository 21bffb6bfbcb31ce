//! What people see of things that lawfully followed the signature: whether they hide something that
//! was signed, and whether filled fields show what they say.

use super::{Case, Check, Code, Finding, Moment};
use formats::pdf::{Remark, RemarkKind};

pub(super) static CHECK: Check = Check {
    name: "later_appearance",
    zh: "后加内容的显示",
    en: "Look of what was added later",
    citation: "ISO 32000-2, 12.5.5 and 12.7.4.3",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(place) = &case.signature.pdf else { return Finding::not_applicable() };
    let remarks = &place.later.remarks;
    let other = |remark: &&Remark| remark.kind == RemarkKind::OtherThanValue;
    let (finding, remark) = match (remarks.iter().find(other), remarks.first()) {
        (Some(remark), _) => (Finding::unknown(Code::FieldShowsSomethingElse), remark),
        // Whoever put it there answers for it with a signature of their own, judged by itself.
        (None, Some(remark)) => (Finding::pass_with(Code::LaterContentCovers), remark),
        (None, None) => return Finding::not_applicable(),
    };
    let (revision, what) = (remark.revision + 1, words(remark.kind));
    finding
        .detail(format!("revision {revision}: {what}, {}", remark.place))
        .object(Some(remark.object.number))
}

fn words(kind: RemarkKind) -> &'static str {
    match kind {
        RemarkKind::CoversText => "a new widget over text",
        RemarkKind::CoversPicture => "a new widget over a picture",
        RemarkKind::CoversAnnotation => "a new widget over another annotation",
        RemarkKind::OtherThanValue => "the field does not show its value",
        RemarkKind::NotSeen => "what a new widget covers could not be read",
    }
}
