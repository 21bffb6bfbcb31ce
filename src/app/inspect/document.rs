//! The parts of a PDF: its revisions, what is wrong with it, and each signature.

use super::{Section, structure, words};
use crate::language::Language;
use formats::container::{Kind, payload};
use formats::pdf::{self, Defect, Limits, Revision, SignatureFacts};

pub(super) fn sections(bytes: &[u8], language: Language) -> Vec<Section> {
    let facts = match pdf::examine(bytes, &Limits::default()) {
        Ok(facts) => facts,
        Err(cause) => return vec![Section::new(language, words::DOCUMENT).unreadable(&cause)],
    };
    let mut sections = Vec::new();
    for (number, one) in (1..).zip(&facts.revisions) {
        sections.push(revision(Section::new(language, words::REVISION).titled(number), one));
    }
    for one in &facts.defects {
        sections.push(defect(Section::new(language, words::DEFECT), one));
    }
    for (number, facts) in (1..).zip(&facts.signatures) {
        sections.extend(signature(number, facts, bytes, language));
    }
    sections
}

fn revision(section: Section, revision: &Revision) -> Section {
    section
        .with(words::BYTES, format_args!("{} – {}", revision.span.start, revision.span.end))
        .said(words::CROSS_REFERENCES, words::section_kind(revision.kind))
        .with(words::OBJECTS, revision.objects.len())
        .with(words::FREED, revision.freed.len())
}

fn defect(section: Section, defect: &Defect) -> Section {
    section
        .said(words::WHAT, words::defect(&defect.kind))
        .with(words::REVISION, defect.revision + 1)
        .with(words::BYTES, format_args!("{} – {}", defect.span.start, defect.span.end))
}

fn signature(
    number: usize,
    facts: &SignatureFacts,
    bytes: &[u8],
    language: Language,
) -> Vec<Section> {
    let signed = &facts.signed;
    let head = Section::new(language, words::SIGNATURE)
        .titled(format_args!("{number}: {}", signed.field_name))
        .maybe(words::FILTER, signed.filter.as_ref())
        .maybe(words::SUB_FILTER, signed.sub_filter.as_ref())
        .maybe(words::CLAIMED_TIME, signed.claimed_time.as_ref())
        .maybe(words::SIGNER_NAME, signed.signer_name.as_ref())
        .maybe(words::REASON, signed.reason.as_ref())
        .maybe(words::REVISION, signed.revision.map(|revision| revision + 1))
        .maybe(words::BYTE_RANGE, signed.byte_range.map(|[a, b, c, d]| format!("{a} {b} {c} {d}")));
    let head = match &signed.coverage {
        Ok(coverage) => head.said(words::COVERS, words::coverage(*coverage)),
        Err(fault) => head.with(words::COVERS, fault),
    };
    let head = head
        .said(words::LATER_CHANGES, words::level(facts.later.level))
        .with(words::WIDGETS, facts.shown.len());
    let message = signed.message(bytes);
    let original: &[&[u8]] = message.as_ref().map_or(&[], |parts| parts.as_slice());
    let (der, titled) = (signed.der(), |title| Section::new(language, title).titled(number));
    let mut sections = vec![head];
    sections.extend(match payload(der).map(|payload| payload.kind) {
        Some(Kind::SealSignature) => {
            structure::seal_signature(titled(words::SEAL_SIGNATURE), der, original)
        }
        Some(Kind::Cms) => {
            vec![structure::message(titled(words::SIGNED_MESSAGE), der, Some(original))]
        }
        _ => vec![titled(words::CONTENTS).tree(der)],
    });
    sections
}
