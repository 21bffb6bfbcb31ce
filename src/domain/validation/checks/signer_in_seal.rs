//! The seal names the one who used it.

use super::{Case, Check, Code, Finding, Moment};
use formats::ses::Listing;

pub(super) static CHECK: Check = Check {
    name: "signer_in_seal",
    zh: "签章人授权",
    en: "Signer named by the seal",
    citation: "GB/T 38540-2020, making a signature; GM/T 0031-2014, 6.2.2",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(facts) = case.ses() else { return Finding::not_applicable() };
    match &facts.listing {
        Listing::Certificate | Listing::Digest => Finding::pass(),
        Listing::Absent => Finding::fail(Code::SignerNotInSeal),
        Listing::Undecidable { .. } => Finding::unknown(Code::AlgorithmUnsupported),
    }
    .detail(&facts.listing)
}
