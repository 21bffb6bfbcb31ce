//! The stamp that is shown is the picture in the seal.

use super::{Case, Check, Code, Finding, Moment};
use formats::pdf::PictureMatch;

pub(super) static CHECK: Check = Check {
    name: "seal_picture",
    zh: "印章图样一致",
    en: "Stamp shown is the seal's",
    citation: "GB/T 38540-2020, seal picture; ISO 32000-2, 12.5.5",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match case.signature.picture {
        None => Finding::not_applicable(),
        Some(PictureMatch::NotShown) => Finding::not_applicable().detail("no stamp is shown"),
        Some(PictureMatch::Equal) => Finding::pass(),
        Some(PictureMatch::Different) => Finding::fail(Code::SealPictureMismatch),
        // The seal signature covers the appearance, so whoever sealed answers for it.
        Some(PictureMatch::Undecidable(reason)) => {
            Finding::skipped(Code::SealPictureUndecided).detail(reason)
        }
    }
    .object(case.object())
}
