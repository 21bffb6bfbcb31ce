//! Why a certificate leads to no anchor: what is missing, and where the way ends.

use super::Patient;
use super::cause::Cause;
use super::finding::{Finding, said, same};
use super::signature::described;
use formats::diagnosis::{Effort, Found, made_by};
use formats::examine::{Payload, SignatureFacts};
use formats::text;
use formats::x509::Certificate;

/// Steps upwards; real chains have three or four certificates.
const STEPS_MAX: usize = 8;
/// Certificates of one name that are tried.
const NAMESAKES_MAX: usize = 8;

/// The certificates of a signature that have to lead to an anchor, with the checks that say so.
pub(super) fn of(one: &SignatureFacts) -> Vec<(&'static str, &Certificate)> {
    let fact = match &one.payload {
        Payload::Cms(facts) => vec![("certificate_path", facts.signer.as_ref().ok())],
        Payload::TimeStamp(facts) => {
            vec![("certificate_path", facts.message.signer.as_ref().ok())]
        }
        Payload::Ses(facts) => vec![
            ("seal_maker_path", facts.seal.maker.as_ref().ok()),
            ("certificate_path", facts.signer.as_ref().ok()),
        ],
        Payload::Seal(facts) => vec![("seal_maker_path", facts.maker.as_ref().ok())],
        Payload::Certificate(certificate) => vec![("certificate_path", Some(certificate))],
        Payload::Unreadable(_) => Vec::new(),
    };
    fact.into_iter().filter_map(|(check, fact)| Some((check, fact?))).collect()
}

/// Goes up from a certificate until the way ends.
pub(super) fn untrusted(
    patient: &Patient<'_>,
    one: &SignatureFacts,
    leaf: &Certificate,
    effort: &mut Effort,
) -> Option<Finding> {
    let policy = patient.trust.policy();
    if policy.anchors.is_empty() {
        let seen = said(
            format!("{} 由 {} 颁发", leaf.subject(), leaf.issuer()),
            format!("{} is issued by {}", leaf.subject(), leaf.issuer()),
        );
        return Some(Finding::new(Cause::NoAnchors, seen));
    }
    let known = known(patient, one);
    let mut at = leaf.clone();
    for _ in 0..STEPS_MAX {
        let is_anchor = policy.anchors.iter().any(|anchor| anchor.certificate == at);
        if is_anchor {
            return None;
        }
        if at.is_self_signed() {
            return Some(root(&at));
        }
        match issuer(&at, &known, effort) {
            Ok(next) => at = next,
            Err(finding) => return Some(finding.certificate(at.subject())),
        }
    }
    None
}

fn root(root: &Certificate) -> Finding {
    let (subject, digest) = (root.subject(), text::hex(&root.fingerprint_sha256()));
    let seen = said(
        format!("根证书 {subject}，SHA-256 指纹 {digest}"),
        format!("root {subject}, SHA-256 {digest}"),
    );
    Finding::new(Cause::RootNotTrusted, seen).certificate(subject)
}

/// The certificate above, or why there is none.
fn issuer(
    of: &Certificate,
    known: &[Certificate],
    effort: &mut Effort,
) -> Result<Certificate, Box<Finding>> {
    let name = of.issuer();
    let mut namesakes =
        known.iter().filter(|one| one.subject() == name).take(NAMESAKES_MAX).peekable();
    if namesakes.peek().is_none() {
        let seen = said(format!("缺少：{name}"), format!("missing: {name}"));
        return Err(Box::new(Finding::new(Cause::IssuerMissing, seen)));
    }
    let (mut reason, mut unknown) = (None, None);
    for one in namesakes {
        unknown = unsupported(of, one).or(unknown);
        match made_by(of, one, effort) {
            Found::NotAsked => return Ok(one.clone()),
            Found::Reason(found) => reason = Some(found),
            Found::Nothing => {}
        }
    }
    Err(Box::new(match (reason, unknown) {
        (Some(found), _) => Finding::new(Cause::CertificateMade, described(&found)),
        (None, Some(why)) => Finding::new(Cause::AlgorithmUnsupported, same(why)),
        (None, None) => Finding::new(
            Cause::IssuerOtherKey,
            said(format!("上级：{name}"), format!("issuer: {name}")),
        ),
    }))
}

/// Why nothing can be said of a certificate under a key of this kind.
fn unsupported(of: &Certificate, issuer: &Certificate) -> Option<String> {
    match issuer.public_key() {
        Ok(key) => of.signature_suite(key).err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

/// Every certificate at hand: of the signature, of the document, of the configuration.
fn known(patient: &Patient<'_>, one: &SignatureFacts) -> Vec<Certificate> {
    let carried = match &one.payload {
        Payload::Cms(facts) => &facts.certificates[..],
        Payload::TimeStamp(facts) => &facts.message.certificates,
        _ => &[],
    };
    let policy = patient.trust.policy();
    let kept = patient.facts.document.iter().flat_map(|document| &document.kept);
    let kept = kept.flat_map(|kept| &kept.certificates);
    let anchors = policy.anchors.iter().map(|anchor| &anchor.certificate);
    carried.iter().chain(kept).chain(&policy.intermediates).chain(anchors).cloned().collect()
}
