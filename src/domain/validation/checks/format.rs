//! The signature's structure can be read, and nothing hides behind it.

use super::{Case, Check, Code, Finding, Moment};
use formats::cms::CmsError;
use formats::examine::{Payload, PayloadError};
use formats::ses::SesError;

pub(super) static CHECK: Check = Check {
    name: "format",
    zh: "签名结构",
    en: "Structure of the signature",
    citation: "GB/T 38540-2020, verification step a; ETSI EN 319 102-1, 5.2.2",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let finding = match &case.signature.payload {
        Payload::Unreadable(PayloadError::Cms(error @ CmsError::Signers { .. })) => {
            // Several signers are lawful outside a PDF, but not read here.
            let bare = case.signature.pdf.is_none();
            let code = Code::SignersNotOne;
            if bare { Finding::unknown(code) } else { Finding::fail(code) }.detail(error)
        }
        Payload::Unreadable(error @ PayloadError::SubFilter(_)) => {
            Finding::unknown(Code::AlgorithmUnsupported).detail(error)
        }
        Payload::Unreadable(
            error @ (PayloadError::Exhausted
            | PayloadError::Ses(SesError::TooLarge { .. })
            | PayloadError::Cms(CmsError::TooLarge { .. })),
        ) => Finding::unknown(Code::BudgetExceeded).detail(error),
        Payload::Unreadable(error) => Finding::fail(Code::Unreadable).detail(error),
        _ => Finding::pass(),
    };
    let clean = case.signature.padding_is_clean;
    let finding = if clean { finding } else { Finding::fail(Code::PaddingNotEmpty) };
    finding.object(case.object()).range(case.span())
}
