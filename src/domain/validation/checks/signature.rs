//! The signer's key made the signature.

use super::{Case, Check, Code, Finding, Moment};
use formats::algorithm::{AlgorithmError, SignatureError};
use formats::examine::Payload;
use formats::proof::{Encoding, SignatureFact, Undecidable};

pub(super) static CHECK: Check = Check {
    name: "signature",
    zh: "签名验证",
    en: "Signature",
    citation: "GB/T 38540-2020, verification step b; ETSI EN 319 102-1, 5.2.7",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match (&case.signature.payload, case.signature_fact()) {
        (_, Some(fact)) => judged(fact, Code::SignatureInvalid),
        (Payload::Seal(_) | Payload::Certificate(_), None) => Finding::not_applicable(),
        (_, None) => Finding::skipped(Code::CheckNotPossible),
    }
}

/// A signature value, with the code for one that does not verify.
pub(super) fn judged(fact: &SignatureFact, invalid: Code) -> Finding {
    match fact {
        SignatureFact::Verified { suite, encoding: Encoding::Standard } => {
            Finding::pass().detail(suite.name())
        }
        SignatureFact::Verified { suite, encoding: Encoding::Raw } => {
            Finding::pass_with(Code::SignatureEncodingRaw).detail(suite.name())
        }
        SignatureFact::Bad { reason: reason @ SignatureError::Encoding(_), .. } => {
            Finding::fail(Code::SignatureEncodingInvalid).detail(reason)
        }
        SignatureFact::Bad { suite, .. } => Finding::fail(invalid).detail(suite.name()),
        SignatureFact::Undecidable(reason) => undecidable(reason).detail(reason),
    }
}

fn undecidable(reason: &Undecidable) -> Finding {
    use AlgorithmError as Algorithm;
    match reason {
        Undecidable::Certificate(_) => Finding::unknown(Code::CertificateUnreadable),
        Undecidable::NoCertificate => Finding::unknown(Code::SignerCertificateMissing),
        Undecidable::NoOriginal => Finding::unknown(Code::OriginalMissing),
        Undecidable::Algorithm(
            Algorithm::KeyMismatch { .. } | Algorithm::DigestMismatch { .. },
        ) => Finding::fail(Code::AlgorithmMismatch),
        Undecidable::Algorithm(Algorithm::KeySize { .. }) => {
            Finding::unknown(Code::AlgorithmNotAllowed)
        }
        Undecidable::Algorithm(_) | Undecidable::Key(_) | Undecidable::Digest(_) => {
            Finding::unknown(Code::AlgorithmUnsupported)
        }
    }
}
