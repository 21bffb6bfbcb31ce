//! Certificates and lists that travel with a signed message are what they say they are. No signature
//! of the message covers them, so each must hold by itself.

use super::{Case, Check, Code, Finding, Moment};
use formats::cms::CmsFacts;
use formats::examine::Payload;
use formats::x509::Certificate;
use formats::x509::ocsp::Answer;

pub(super) static CHECK: Check = Check {
    name: "carried_material",
    zh: "随附证书",
    en: "Material carried along",
    citation: "RFC 5652, 10.2; RFC 5280, 6.1.3",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let facts = match &case.signature.payload {
        Payload::Cms(facts) => facts,
        Payload::TimeStamp(facts) => &facts.message,
        _ => return Finding::not_applicable(),
    };
    let mut budget = VERIFICATIONS_MAX;
    match stranger(case, facts, &mut budget) {
        Some(what) => Finding::unknown(Code::CarriedMaterialUnverified).detail(what),
        None => Finding::pass(),
    }
}

/// Signatures verified for one message: its certificates and lists, each by one issuer or two.
const VERIFICATIONS_MAX: usize = 64;

/// The first thing carried that nothing at hand has signed.
fn stranger(case: &Case<'_>, facts: &CmsFacts, budget: &mut usize) -> Option<String> {
    if facts.unreadable_certificates > 0 {
        return Some(format!("{} certificates are not readable", facts.unreadable_certificates));
    }
    let anchors = case.policy.anchors.iter().map(|anchor| &anchor.certificate);
    let at_hand: Vec<&Certificate> =
        facts.certificates.iter().chain(&case.policy.intermediates).chain(anchors).collect();
    // The signer's own certificate is judged by its path.
    let others = facts.certificates.iter().filter(|one| facts.signer.as_ref() != Ok(*one));
    for certificate in others {
        let mut issuers = at_hand.iter().filter(|one| one.subject() == certificate.issuer());
        let signed = issuers.any(|issuer| {
            spend(budget)
                && issuer.public_key().is_ok_and(|key| certificate.verify_signature(key).is_ok())
        });
        if !signed {
            return Some(format!("the certificate of {}", certificate.subject()));
        }
    }
    if facts.framed.unreadable > 0 {
        return Some(format!("{} revocation lists or answers", facts.framed.unreadable));
    }
    for list in &facts.framed.lists {
        let mut issuers = at_hand.iter().filter(|one| one.subject() == list.issuer());
        let signed = issuers.any(|issuer| {
            spend(budget) && issuer.public_key().is_ok_and(|key| list.verify_signature(key).is_ok())
        });
        if !signed {
            return Some(format!("the revocation list of {}", list.issuer()));
        }
    }
    facts.framed.answers.iter().find_map(|answer| unsigned(answer, &at_hand, budget))
}

/// The first thing in an answer about revocation that nothing at hand has signed.
fn unsigned(answer: &Answer, at_hand: &[&Certificate], budget: &mut usize) -> Option<String> {
    let own = || at_hand.iter().copied().chain(answer.certificates());
    for certificate in answer.certificates() {
        let mut issuers = own().filter(|one| one.subject() == certificate.issuer());
        let signed = issuers.any(|issuer| {
            spend(budget)
                && issuer.public_key().is_ok_and(|key| certificate.verify_signature(key).is_ok())
        });
        if !signed {
            return Some(format!("the certificate of {}", certificate.subject()));
        }
    }
    let mut responders = own().filter(|one| answer.responder().names(one));
    let signed = responders.any(|responder| {
        spend(budget)
            && responder.public_key().is_ok_and(|key| answer.verify_signature(key).is_ok())
    });
    (!signed).then(|| "an answer about revocation".to_owned())
}

fn spend(budget: &mut usize) -> bool {
    let left = budget.checked_sub(1);
    *budget = left.unwrap_or(0);
    left.is_some()
}
