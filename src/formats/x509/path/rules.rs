//! The form that the standards ask of issuers, beyond what decides about trust.

use super::error::subject_of;
use super::{PathError, Rules, host};
use crate::algorithm::KeyKind;
use crate::oid::{self, Oid};
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;
use crate::x509::general_name::GeneralName;

/// Holds a chain, from the leaf to the anchor, against the rules.
pub(super) fn check(rules: Rules, chain: &[&Certificate]) -> Result<(), PathError> {
    if rules < Rules::Rfc5280 {
        return Ok(());
    }
    for certificate in chain {
        hold(certificate, rfc5280(certificate))?;
        if rules == Rules::Web {
            hold(certificate, web(certificate))?;
        } else {
            hold(certificate, constraints_are_critical(certificate))?;
        }
    }
    match (rules, chain) {
        (Rules::Web, [leaf, .., anchor]) => {
            hold(leaf, web_leaf(leaf))?;
            hold(anchor, web_anchor(anchor))
        }
        (Rules::Web, [leaf]) => hold(leaf, web_leaf(leaf)),
        _ => Ok(()),
    }
}

type Broken = Result<(), &'static str>;

fn hold(certificate: &Certificate, result: Broken) -> Result<(), PathError> {
    result.map_err(|rule| PathError::Rule { subject: subject_of(certificate), rule })
}

fn must(kept: bool, rule: &'static str) -> Broken {
    if kept { Ok(()) } else { Err(rule) }
}

/// RFC 5280, clauses 4.1.2 and 4.2.1, of every certificate.
fn rfc5280(certificate: &Certificate) -> Broken {
    let extensions = certificate.extensions();
    let critical = |oid: &Oid| extensions.is_critical(oid);
    must(serial_is_positive(certificate.serial()), "serial number is not positive, of 20 bytes")?;
    must(!certificate.issuer().is_empty(), "issuer is empty")?;
    must(extensions.malformed.is_empty(), "an extension is malformed")?;
    for identifier in [oid::AUTHORITY_KEY_IDENTIFIER, oid::SUBJECT_KEY_IDENTIFIER] {
        must(!critical(&identifier), "a key identifier is critical")?;
    }
    must(!critical(&oid::AUTHORITY_INFO_ACCESS), "authorityInfoAccess is critical")?;
    let authority = extensions.authority_key_identifier.as_ref();
    let identified = authority.is_some_and(|authority| authority.key.is_some());
    must(identified || certificate.is_self_signed(), "authorityKeyIdentifier is missing")?;
    let constrained = extensions.find(&oid::POLICY_CONSTRAINTS).is_some();
    must(!constrained || critical(&oid::POLICY_CONSTRAINTS), "policyConstraints is not critical")?;
    let names = extensions.subject_alt_name.as_deref();
    must(names.unwrap_or_default().iter().all(is_well_formed), "a name has not its form")?;
    let named = !certificate.subject().is_empty() || critical(&oid::SUBJECT_ALT_NAME);
    must(named, "subject is empty and subjectAltName is not critical")?;
    if certificate.is_ca() { ca(certificate) } else { end_entity(certificate) }
}

fn ca(certificate: &Certificate) -> Broken {
    let extensions = certificate.extensions();
    must(!certificate.subject().is_empty(), "the subject of an authority is empty")?;
    must(extensions.is_critical(&oid::BASIC_CONSTRAINTS), "basicConstraints is not critical")?;
    must(extensions.subject_key_identifier.is_some(), "subjectKeyIdentifier is missing")
}

fn end_entity(certificate: &Certificate) -> Broken {
    let extensions = certificate.extensions();
    let signs = extensions.key_usage.is_some_and(|usage| usage.any_of(KeyUsage::KEY_CERT_SIGN));
    must(!signs, "keyCertSign without being an authority")?;
    let constrains = extensions.find(&oid::NAME_CONSTRAINTS).is_some();
    must(!constrains, "nameConstraints without being an authority")
}

/// RFC 5280, clause 4.2.1.10; the baseline requirements make an exception.
fn constraints_are_critical(certificate: &Certificate) -> Broken {
    let extensions = certificate.extensions();
    let present = extensions.find(&oid::NAME_CONSTRAINTS).is_some();
    must(
        !present || extensions.is_critical(&oid::NAME_CONSTRAINTS),
        "nameConstraints is not critical",
    )
}

fn serial_is_positive(serial: &[u8]) -> bool {
    let negative = serial.first().is_none_or(|first| first & 0x80 != 0);
    !negative && serial.len() <= 20 && serial.iter().any(|byte| *byte != 0)
}

fn is_well_formed(name: &GeneralName) -> bool {
    match name {
        GeneralName::Dns(name) => host::is_host_or_wildcard(name),
        GeneralName::Mail(name) => name.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && name.is_ascii() && host::is_host(host)
        }),
        GeneralName::Ip(bytes) => matches!(bytes.len(), 4 | 16),
        GeneralName::Other(number, _) => matches!(number, 0 | 3 | 5 | 8),
        GeneralName::Uri(_) | GeneralName::Directory(_) => true,
    }
}

/// Baseline requirements, clauses 6.1.5 and 7.1.3.1, of every certificate.
fn web(certificate: &Certificate) -> Broken {
    let kind = certificate.public_key().map_err(|_| "the key is malformed")?.kind();
    match kind {
        KeyKind::Ed25519 | KeyKind::Unsupported(_) => {
            Err("the key is of a kind that is not accepted")
        }
        KeyKind::Rsa { bits } => {
            must(bits >= 2048 && bits.is_multiple_of(8), "length of the RSA key is not accepted")
        }
        KeyKind::Sm2 | KeyKind::P256 | KeyKind::P384 => Ok(()),
    }
}

/// Baseline requirements, clause 7.1.2.7, of the server's certificate.
fn web_leaf(leaf: &Certificate) -> Broken {
    let extensions = leaf.extensions();
    must(!leaf.is_ca(), "an authority as a server")?;
    let purposes = extensions.extended_key_usage.as_deref().ok_or("extKeyUsage is missing")?;
    must(!purposes.contains(&oid::ANY_EXTENDED_KEY_USAGE), "anyExtendedKeyUsage")?;
    must(!extensions.is_critical(&oid::EXTENDED_KEY_USAGE), "extKeyUsage is critical")?;
    let names = extensions.subject_alt_name.as_deref().ok_or("subjectAltName is missing")?;
    let needless = extensions.is_critical(&oid::SUBJECT_ALT_NAME) && !leaf.subject().is_empty();
    must(!needless, "subjectAltName is critical beside a subject")?;
    must(!names.iter().any(is_wildcard_over_a_top_level), "a wildcard over a top-level domain")?;
    let attributes = leaf.subject().attributes().iter();
    let mut common = attributes.filter(|attribute| attribute.oid == oid::COMMON_NAME);
    let repeats = |text: &str| names.iter().any(|name| written(name).as_deref() == Some(text));
    let repeated = common.all(|name| name.text.as_deref().is_some_and(repeats));
    must(repeated, "the common name is none of subjectAltName")
}

fn is_wildcard_over_a_top_level(name: &GeneralName) -> bool {
    let GeneralName::Dns(name) = name else { return false };
    name.strip_prefix("*.").is_some_and(|parent| !parent.contains('.'))
}

/// A name as a common name may repeat it: addresses in their one canonical form (RFC 5952).
fn written(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::Dns(name) => Some(name.clone()),
        GeneralName::Ip(_) => name.address().map(|address| address.to_string()),
        _ => None,
    }
}

/// Baseline requirements, clause 7.1.2.1, of the root.
fn web_anchor(anchor: &Certificate) -> Broken {
    let extensions = anchor.extensions();
    if !anchor.is_self_issued() {
        return Ok(());
    }
    must(extensions.extended_key_usage.is_none(), "extKeyUsage in a root")?;
    let Some(authority) = &extensions.authority_key_identifier else { return Ok(()) };
    let own = authority.key.is_some() && authority.key == extensions.subject_key_identifier;
    must(own, "authorityKeyIdentifier of a root is not its own")?;
    must(
        authority.issuer.is_none() && authority.serial.is_none(),
        "authorityKeyIdentifier of a root names more than the key",
    )
}
