//! Name constraints (RFC 5280, clauses 4.2.1.10 and 6.1).

use super::error::subject_of;
use super::{Budget, PathError, host};
use crate::oid;
use crate::x509::certificate::Certificate;
use crate::x509::extension::NameConstraints;
use crate::x509::general_name::GeneralName;

/// Holds every certificate against the constraints of every issuer above it.
pub(super) fn check(chain: &[&Certificate], budget: &mut Budget) -> Result<(), PathError> {
    for (above, issuer) in chain.iter().enumerate().skip(1) {
        let Some(constraints) = &issuer.extensions().name_constraints else { continue };
        let broken = |subject: &Certificate, name: String| PathError::NameConstraints {
            subject: subject_of(subject),
            issuer: subject_of(issuer),
            name,
        };
        let all = constraints.permitted.iter().chain(&constraints.excluded);
        if let Some(bad) = all.into_iter().find(|constraint| !is_constraint(constraint)) {
            return Err(broken(issuer, format!("{} is not a constraint", shown(bad))));
        }
        for (depth, subject) in chain[..above].iter().enumerate() {
            // A CA that issues to itself is not bound by its issuer's constraints, a leaf is.
            if depth > 0 && subject.is_self_issued() {
                continue;
            }
            for name in names_of(subject)? {
                if !allows(constraints, &name, budget)? {
                    return Err(broken(subject, shown(&name)));
                }
            }
        }
    }
    Ok(())
}

/// Every name of a certificate that constraints can speak of.
fn names_of(certificate: &Certificate) -> Result<Vec<GeneralName>, PathError> {
    let extensions = certificate.extensions();
    if extensions.malformed.contains(&oid::SUBJECT_ALT_NAME) {
        let subject = subject_of(certificate);
        return Err(PathError::MalformedExtension { subject, oid: oid::SUBJECT_ALT_NAME });
    }
    let mut names = extensions.subject_alt_name.clone().unwrap_or_default();
    // Mail addresses used to stand in the subject.
    if !names.iter().any(|name| matches!(name, GeneralName::Mail(_))) {
        let attributes = certificate.subject().attributes().iter();
        let mail = attributes.filter(|attribute| attribute.oid == oid::EMAIL_ADDRESS);
        names.extend(mail.filter_map(|mail| mail.text.clone()).map(GeneralName::Mail));
    }
    if !certificate.subject().is_empty() {
        names.push(GeneralName::Directory(certificate.subject().clone()));
    }
    Ok(names)
}

fn allows(
    constraints: &NameConstraints,
    name: &GeneralName,
    budget: &mut Budget,
) -> Result<bool, PathError> {
    for excluded in &constraints.excluded {
        budget.name_comparison()?;
        if excluded.form() == name.form() && relation(excluded, name) != Relation::Apart {
            return Ok(false);
        }
    }
    let mut constrained = false;
    for permitted in &constraints.permitted {
        budget.name_comparison()?;
        if permitted.form() != name.form() {
            continue;
        }
        constrained = true;
        if relation(permitted, name) == Relation::Within {
            return Ok(true);
        }
    }
    Ok(!constrained)
}

/// How a name lies to a subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Within,
    /// A wildcard that stands for names inside and outside, or a name that cannot be placed.
    Unclear,
    Apart,
}

impl From<bool> for Relation {
    fn from(within: bool) -> Self {
        if within { Self::Within } else { Self::Apart }
    }
}

/// Both are of one form. What cannot be placed is [`Relation::Unclear`]: not permitted, and
/// excluded.
fn relation(constraint: &GeneralName, name: &GeneralName) -> Relation {
    match (constraint, name) {
        (GeneralName::Dns(root), GeneralName::Dns(name)) => dns(root, name),
        (GeneralName::Mail(root), GeneralName::Mail(name)) => mail(root, name),
        (GeneralName::Directory(root), GeneralName::Directory(name)) => name.is_within(root).into(),
        (GeneralName::Uri(root), GeneralName::Uri(uri)) => match uri_host(uri) {
            Some(host) => host_matches(root, host).into(),
            None => Relation::Unclear,
        },
        (GeneralName::Ip(subnet), GeneralName::Ip(address)) => ip(subnet, address),
        _ => Relation::Unclear,
    }
}

fn dns(root: &str, name: &str) -> Relation {
    if !host::is_host_or_wildcard(name) {
        return Relation::Unclear;
    }
    let Some(parent) = name.strip_prefix("*.") else { return host::is_within(name, root).into() };
    if host::is_within(parent, root) {
        return Relation::Within;
    }
    // `*.example` stands for `a.example` among others, so a subtree right below overlaps.
    match root.split_once('.') {
        Some((_, above)) if above.eq_ignore_ascii_case(parent) => Relation::Unclear,
        _ => Relation::Apart,
    }
}

/// A constraint is a mailbox, a host, or with a leading point all hosts below one.
fn mail(root: &str, name: &str) -> Relation {
    let Some((local, host)) = mailbox(name) else { return Relation::Unclear };
    match root.split_once('@') {
        Some((root_local, root_host)) => {
            (local == root_local && host.eq_ignore_ascii_case(root_host)).into()
        }
        None => host_matches(root, host).into(),
    }
}

fn mailbox(name: &str) -> Option<(&str, &str)> {
    let (local, host) = name.split_once('@')?;
    (!local.is_empty() && name.is_ascii() && host::is_host(host)).then_some((local, host))
}

/// `.root` means hosts below, anything else the host itself.
fn host_matches(root: &str, host: &str) -> bool {
    match root.strip_prefix('.') {
        Some(above) => !host.eq_ignore_ascii_case(above) && host::is_within(host, above),
        None => host.eq_ignore_ascii_case(root),
    }
}

/// The host of a URI with an authority; `None` when it has none or it is an address.
fn uri_host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let after_user = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = after_user.split_once(':').map_or(after_user, |(host, _)| host);
    host::is_host(host).then_some(host)
}

fn ip(subnet: &[u8], address: &[u8]) -> Relation {
    if !matches!(address.len(), 4 | 16) {
        return Relation::Unclear;
    }
    let Some((network, mask)) = subnet.split_at_checked(address.len()) else {
        return Relation::Apart;
    };
    if mask.len() != address.len() {
        return Relation::Apart;
    }
    let bytes = address.iter().zip(network).zip(mask);
    bytes.into_iter().all(|((address, network), mask)| address & mask == network & mask).into()
}

/// Is a constraint of a form that the standard has?
fn is_constraint(constraint: &GeneralName) -> bool {
    match constraint {
        GeneralName::Dns(root) => root.is_empty() || host::is_host(root),
        GeneralName::Mail(root) => match root.split_once('@') {
            Some((local, host)) => !local.is_empty() && host::is_host(host),
            None => host::is_host(root.strip_prefix('.').unwrap_or(root)),
        },
        GeneralName::Uri(root) => host::is_host(root.strip_prefix('.').unwrap_or(root)),
        GeneralName::Ip(subnet) => match subnet.len() {
            8 | 32 => is_mask(&subnet[subnet.len() / 2..]),
            _ => false,
        },
        GeneralName::Directory(_) | GeneralName::Other(..) => true,
    }
}

/// Ones, then zeros.
fn is_mask(mask: &[u8]) -> bool {
    let ones: u32 = mask.iter().map(|byte| byte.count_ones()).sum();
    let leading: u32 = mask
        .iter()
        .scan(true, |full, byte| {
            let counted = if *full { byte.leading_ones() } else { 0 };
            *full &= *byte == 0xff;
            Some(counted)
        })
        .sum();
    ones == leading
}

fn shown(name: &GeneralName) -> String {
    match name {
        GeneralName::Mail(text) | GeneralName::Dns(text) | GeneralName::Uri(text) => text.clone(),
        GeneralName::Directory(name) => name.to_string(),
        GeneralName::Ip(bytes) => {
            let address = name.address().map(|address| address.to_string());
            address.unwrap_or_else(|| format!("an address of {} bytes", bytes.len()))
        }
        GeneralName::Other(number, _) => format!("a name of form [{number}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations() {
        use Relation::{Apart, Unclear, Within};
        let dns = |text: &str| GeneralName::Dns(text.to_owned());
        let mail = |text: &str| GeneralName::Mail(text.to_owned());
        let uri = |text: &str| GeneralName::Uri(text.to_owned());
        let ip = |bytes: &[u8]| GeneralName::Ip(bytes.to_vec());
        let cases = [
            (dns("a.b"), dns("x.A.b"), Within),
            (dns("a.b"), dns("xa.b"), Apart),
            (dns("a.b"), dns("*.a.b"), Within),
            (dns("x.a.b"), dns("*.a.b"), Unclear),
            (dns("y.x.a.b"), dns("*.a.b"), Apart),
            (dns("a.b"), dns(".a.b"), Unclear),
            (dns(""), dns("a"), Within),
            (mail("a.b"), mail("u@a.b"), Within),
            (mail("a.b"), mail("u@x.a.b"), Apart),
            (mail(".a.b"), mail("u@x.a.b"), Within),
            (mail(".a.b"), mail("u@a.b"), Apart),
            (mail("U@a.b"), mail("u@a.b"), Apart),
            (mail("a.b"), mail("u@v@a.b"), Unclear),
            (uri(".a.b"), uri("http://u:p@x.a.b:80/y"), Within),
            (uri("a.b"), uri("https://a.b"), Within),
            (uri("a.b"), uri("urn:a.b"), Unclear),
            (uri("a.b"), uri("http://10.0.0.1/"), Unclear),
            (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[10, 9, 9, 9]), Within),
            (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[11, 9, 9, 9]), Apart),
            (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[0; 16]), Apart),
            (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[10, 0, 0, 0, 255, 0, 0, 0]), Unclear),
            (GeneralName::Other(0, vec![1]), GeneralName::Other(0, vec![1]), Unclear),
        ];
        for (constraint, name, expected) in cases {
            assert_eq!(relation(&constraint, &name), expected, "{constraint:?} {name:?}");
        }
    }

    #[test]
    fn constraints_of_no_known_shape() {
        let bad = [
            GeneralName::Dns("*.a".into()),
            GeneralName::Dns(".a".into()),
            GeneralName::Mail("a@b@c".into()),
            GeneralName::Ip(vec![10, 0, 0, 0]),
            GeneralName::Ip(vec![10, 0, 0, 0, 255, 0, 255, 0]),
            GeneralName::Ip(vec![10, 0, 0, 0, 0, 255, 0, 0]),
        ];
        for constraint in bad {
            assert!(!is_constraint(&constraint), "{constraint:?}");
        }
        assert!(is_constraint(&GeneralName::Ip(vec![10, 0, 0, 0, 255, 128, 0, 0])));
    }
}
