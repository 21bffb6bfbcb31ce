//! The maker's certificate was valid when the seal was made. Before the fifth edition that is asked
//! only for the time of use, so that an earlier date by the maker's word is a remark.

use super::{Case, Check, Code, Finding, Moment};
use formats::ses::Edition;
use formats::text;

pub(super) static CHECK: Check = Check {
    name: "seal_made",
    zh: "制章时间",
    en: "Time of making the seal",
    citation: "GM/T 0031-2025, seal verification steps c and d",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(seal) = case.seal() else { return Finding::not_applicable() };
    let Ok(maker) = &seal.maker else { return Finding::unknown(Code::CertificateUnreadable) };
    let (from, to) = (maker.not_before(), maker.not_after());
    let used = case.ses().and_then(|_| case.signing_time());
    let finding = match seal.created {
        created
            if created < from
                && seal.edition != Edition::V5
                && used.is_none_or(|used| used >= from) =>
        {
            Finding::pass_with(Code::SealMadeOutsideCertificate)
        }
        created if created < from || created > to => {
            Finding::fail(Code::SealMadeOutsideCertificate)
        }
        created if created > case.at => Finding::unknown(Code::SigningTimeInFuture),
        _ => Finding::pass(),
    };
    finding.detail(format!(
        "made {}, certificate {} to {}",
        text::moment_utc(seal.created),
        text::moment_utc(from),
        text::moment_utc(to)
    ))
}
