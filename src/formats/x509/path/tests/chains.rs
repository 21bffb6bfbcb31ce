//! Chains of our own profiles, and the samples of government authorities.

use crate::algorithm::KeyKind;
use crate::shared;
use crate::x509::certificate::Certificate;
use crate::x509::general_name::GeneralName;
use crate::x509::path::*;
use crate::x509::profile::{Issuer, Profile};
use crate::x509::testpki::{AT, Entity, FROM, TO, Wish, certify};
use time::Duration;
use time::macros::datetime;

fn found(
    leaf: &Entity,
    others: &[&Entity],
    anchor: &Entity,
    usage: Usage,
) -> Result<Path, PathError> {
    let others: Vec<Certificate> = others.iter().map(|other| other.certificate.clone()).collect();
    let anchors = [anchor.certificate.clone()];
    let request = PathRequest::new(&leaf.certificate, &others, &anchors, AT, usage);
    build(&request, &mut Budget::default())
}

const CA: Profile = Profile::Ca { path_len: 0 };

#[test]
fn every_profile_serves_its_use_and_no_other() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let ca = root.issue(&CA, "CA");
    let server = Profile::TlsServer(vec![GeneralName::Dns("license.example".into())]);
    let rows: [(Profile, &[Usage]); 6] = [
        (Profile::SealMaker, &[Usage::SealMaker, Usage::Sealer, Usage::DocumentSigner]),
        (Profile::Sealer, &[Usage::SealMaker, Usage::Sealer, Usage::DocumentSigner]),
        (Profile::TimeStamper, &[Usage::TimeStamping]),
        (Profile::OcspResponder, &[Usage::OcspSigning]),
        (Profile::Staff, &[Usage::TlsClient]),
        (server, &[Usage::TlsServer]),
    ];
    // Staff and servers carry digitalSignature, so seals of theirs are refused by trust, not here.
    let strict = [Usage::TimeStamping, Usage::OcspSigning, Usage::CrlSigning];
    for (profile, usages) in &rows {
        let leaf = ca.issue(profile, "Leaf");
        for usage in *usages {
            let path = found(&leaf, &[&ca], &root, *usage).expect("a path");
            let expected = [&leaf, &ca, &root].map(|entity| entity.certificate.clone());
            assert_eq!(path.certificates, expected, "{profile:?}");
        }
        for usage in strict.iter().filter(|usage| !usages.contains(usage)) {
            let error = found(&leaf, &[&ca], &root, *usage).expect_err("another use");
            let refused =
                matches!(error, PathError::KeyUsage { .. } | PathError::ExtendedKeyUsage { .. });
            assert!(refused, "{profile:?} for {usage:?}: {error}");
        }
    }
    let stamper = ca.issue(&Profile::TimeStamper, "TSA");
    let error = found(&stamper, &[&ca], &root, Usage::Sealer);
    assert!(matches!(error, Err(PathError::ExtendedKeyUsage { .. })));
}

#[test]
fn chains_of_every_kind_of_key() {
    for kind in [KeyKind::Sm2, KeyKind::P256, KeyKind::Rsa { bits: 2048 }] {
        let root = Entity::root(&kind, "Root");
        let ca = root.issue(&CA, "CA");
        let leaf = ca.issue(&Profile::Staff, "Leaf");
        assert!(found(&leaf, &[&ca], &root, Usage::TlsClient).is_ok(), "{kind}");
        let stranger = Entity::root(&kind, "Root");
        let error = found(&leaf, &[&ca], &stranger, Usage::TlsClient);
        assert!(matches!(error, Err(PathError::SignatureInvalid { .. })), "{kind}: {error:?}");
    }
}

#[test]
fn the_most_telling_reason_wins() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let ca = root.issue(&CA, "CA");
    let leaf = ca.issue(&Profile::Sealer, "Leaf");
    let missing = found(&leaf, &[], &root, Usage::Sealer);
    assert_eq!(missing, Err(PathError::UnknownIssuer { issuer: "CN=CA".into() }));
    // A namesake with another key: its signature fails, and the real one is still found.
    let namesake = root.issue(&CA, "CA");
    let wrong = found(&leaf, &[&namesake], &root, Usage::Sealer);
    assert!(matches!(wrong, Err(PathError::SignatureInvalid { .. })));
    assert!(found(&leaf, &[&namesake, &ca], &root, Usage::Sealer).is_ok());
    // Somebody who is no authority, with the authority's name.
    let clerk = root.issue(&Profile::Staff, "CA");
    let refused = found(&leaf, &[&clerk], &root, Usage::Sealer);
    assert_eq!(refused, Err(PathError::NotCa { subject: "CN=CA".into() }));
    // Two levels below an authority that allows none.
    let wish = Wish::new(&CA, "Sub");
    let sub = ca.issue_as(&wish);
    let deep = sub.issue(&Profile::Sealer, "Deep");
    let long = found(&deep, &[&sub, &ca], &root, Usage::Sealer);
    assert_eq!(long, Err(PathError::TooLong { subject: "CN=CA".into() }));
}

#[test]
fn time_is_an_argument_and_names_what_was_missed() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let late = datetime!(2027-01-01 0:00 UTC);
    let ca = root.issue_as(&Wish { from: late, ..Wish::new(&CA, "CA") });
    let leaf = ca.issue(&Profile::Sealer, "Leaf");
    let (others, anchors) = ([ca.certificate.clone()], [root.certificate.clone()]);
    let at = |at| {
        let request = PathRequest::new(&leaf.certificate, &others, &anchors, at, Usage::Sealer);
        build(&request, &mut Budget::default()).map(drop)
    };
    let early = PathError::NotYetValid { subject: "CN=CA".into(), not_before: late, at: FROM };
    assert_eq!(at(FROM), Err(early), "the authority, not the leaf");
    assert_eq!(at(late), Ok(()));
    assert_eq!(at(TO), Ok(()));
    let after = TO + Duration::SECOND;
    let expired = PathError::Expired { subject: "CN=Leaf".into(), not_after: TO, at: after };
    assert_eq!(at(after), Err(expired));
}

#[test]
fn a_configured_leaf_is_its_own_anchor() {
    let root = Entity::root(&KeyKind::Sm2, "Root");
    let maker = root.issue(&Profile::SealMaker, "Maker");
    let path = found(&maker, &[], &maker, Usage::SealMaker).expect("a path");
    assert_eq!(path.certificates, std::slice::from_ref(&maker.certificate));
    // Its namesake with another key is not.
    let namesake = root.issue(&Profile::SealMaker, "Maker");
    assert!(found(&namesake, &[], &maker, Usage::SealMaker).is_err());
}

#[test]
fn a_maze_of_namesakes_ends() {
    let root = Entity::root(&KeyKind::P256, "Root");
    let deep = Profile::Ca { path_len: 9 };
    let first = root.issue(&deep, "Maze");
    // Twelve authorities of one name that all certify each other; none leads to the anchor.
    let authorities: Vec<Entity> = (0..12).map(|_| first.issue(&deep, "Maze")).collect();
    let mut maze = Vec::new();
    for one in &authorities {
        for two in &authorities {
            let issuer = Issuer::Certificate(&two.certificate);
            maze.push(certify(&Wish::new(&deep, "Maze"), &one.key, issuer, &two.key));
        }
    }
    let leaf = authorities[0].issue(&Profile::Staff, "Leaf");
    let anchors = [Entity::root(&KeyKind::P256, "Elsewhere").certificate];
    let request = PathRequest::new(&leaf.certificate, &maze, &anchors, AT, Usage::Any);
    let started = std::time::Instant::now();
    let answer = build(&request, &mut Budget::default());
    assert!(matches!(answer, Err(PathError::Exhausted(_))), "{answer:?}");
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn government_chains() {
    let read = |name: &str| {
        let path = shared::shared("government_chains", &format!("samples/certs/{name}.pem"))?;
        let text = std::fs::read_to_string(path).expect("text");
        Some(Certificate::from_pem(&text).expect(name))
    };
    let rows = [
        ("ca_Taier_CA", "rootca_ROOTCA", true),
        ("ca_Ant_Financial_Certification_Authority_S1", "rootca_ROOTCA", true),
        ("ca_TJCA", "rootca_Civil_Servant_ROOT", true),
        ("ca_TJCA", "rootca_ROOTCA", false),
    ];
    for (authority, root, chained) in rows {
        let (Some(authority), Some(root)) = (read(authority), read(root)) else { return };
        let anchors = [root];
        let request = PathRequest::new(&authority, &[], &anchors, AT, Usage::Any);
        let answer = build(&request, &mut Budget::default());
        assert_eq!(answer.is_ok(), chained, "{answer:?}");
    }
}
