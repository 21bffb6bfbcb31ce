//! The seal maker's certificate leads to an anchor that may vouch for seal makers.

use super::{Case, Check, Finding, Moment, certificate_path};

pub(super) static CHECK: Check = Check {
    name: "seal_maker_path",
    zh: "制章人证书链",
    en: "Seal maker's certificate path",
    citation: "GB/T 38540-2020, seal verification step d; RFC 5280, 6",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match case.seal() {
        Some(seal) => certificate_path::judged(case, &seal.maker, case.trust.maker.as_ref()),
        None => Finding::not_applicable(),
    }
}
