//! A signed message keeps the rules of its kind, and its attributes agree with the rest.

use super::{Case, Check, Code, Finding, Moment};
use formats::cms::{AttributeFacts, Binding, CmsFacts, ContentFact, Family, Irregularity};
use formats::examine::Payload;

pub(super) static CHECK: Check = Check {
    name: "signed_message",
    zh: "签名消息",
    en: "Signed message",
    citation: "RFC 5652, 5.3 and 11; RFC 5035; RFC 6211; ETSI EN 319 142-1, 6.3",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let facts = match &case.signature.payload {
        Payload::Cms(facts) => facts,
        Payload::TimeStamp(facts) => return time_stamp(&facts.message),
        _ => return Finding::not_applicable(),
    };
    let in_pdf = case.signature.pdf.is_some();
    let carries_digest =
        facts.family == Family::Gm && facts.content == ContentFact::DigestOfOriginal;
    if in_pdf && facts.content != ContentFact::Detached && !carries_digest {
        return fail("content in a message that must be detached");
    }
    if let [first, ..] = facts.irregular[..] {
        return irregular(first);
    }
    if facts.attribute_shaped {
        return fail("the original has the shape of signed attributes");
    }
    let finding = match &facts.attributes {
        Some(attributes) => judged(attributes, case.is_pades()),
        None if case.is_pades() => fail("no signed attributes"),
        None => Finding::pass(),
    };
    if finding.detail.is_some() { finding } else { finding.detail(described(facts)) }
}

/// A token carries its content, and names its certificate (RFC 3161, 2.4.2).
pub(in super::super) fn time_stamp(facts: &CmsFacts) -> Finding {
    if let [first, ..] = facts.irregular[..] {
        return irregular(first);
    }
    match &facts.attributes {
        Some(attributes) => judged(attributes, true),
        None => fail("no signed attributes"),
    }
}

/// The frame is not signed: nobody vouches for it, and another program may read it otherwise.
fn irregular(what: Irregularity) -> Finding {
    Finding::unknown(Code::SignedMessageInvalid).detail(what)
}

fn fail(what: &str) -> Finding {
    Finding::fail(Code::SignedMessageInvalid).detail(what)
}

fn described(facts: &CmsFacts) -> String {
    match &facts.attributes {
        Some(attributes) if !attributes.sorted => {
            format!("{}, attributes not in DER order", facts.variant())
        }
        _ => facts.variant().to_string(),
    }
}

fn judged(attributes: &AttributeFacts, must_name_signer: bool) -> Finding {
    let names_signer = [attributes.signing_certificate, attributes.signing_certificate_v2];
    if let [repeated, ..] = &attributes.repeated[..] {
        return fail(&format!("attribute {repeated} occurs twice"));
    }
    if attributes.content_type != Binding::Same {
        return fail("contentType is missing or wrong");
    }
    if !attributes.message_digest {
        return fail("messageDigest is missing or malformed");
    }
    if names_signer.contains(&Binding::Different) || names_signer.contains(&Binding::Unreadable) {
        return fail("signingCertificate names another certificate");
    }
    if must_name_signer && names_signer == [Binding::Absent; 2] {
        return fail("signingCertificate is missing");
    }
    match attributes.algorithm_protection {
        Binding::Absent | Binding::Same => Finding::pass(),
        Binding::Different | Binding::Unreadable => {
            Finding::fail(Code::AlgorithmMismatch).detail("CMSAlgorithmProtection does not agree")
        }
    }
}
