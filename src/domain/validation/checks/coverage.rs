//! The signature covers its revision of the file, all of it, and nothing hides in the gap.

use super::{Case, Check, Code, Finding, Moment};
use formats::pdf::{Coverage, SignatureFault};

pub(super) static CHECK: Check = Check {
    name: "coverage",
    zh: "签名覆盖范围",
    en: "Coverage",
    citation: "ISO 32000-2, 12.8.1",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(place) = &case.signature.pdf else { return Finding::not_applicable() };
    match &place.signed.coverage {
        Ok(Coverage::WholeFile) => Finding::pass().detail("the whole file"),
        Ok(Coverage::WholeRevision) => Finding::pass().detail("its revision; later ones follow"),
        Err(fault) => Finding::fail(code(fault)).detail(fault),
    }
    .object(case.object())
    .range(case.covered())
}

fn code(fault: &SignatureFault) -> Code {
    match fault {
        SignatureFault::NoObject
        | SignatureFault::InObjectStream
        | SignatureFault::SharedObject
        | SignatureFault::NotADictionary => Code::StructureInvalid,
        _ => Code::ByteRangeInvalid,
    }
}
