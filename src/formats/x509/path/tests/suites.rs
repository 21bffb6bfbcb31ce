//! x509-limbo and NIST PKITS (third party, read from `../shared`), each case with its expected
//! answer; differences stand with their reasons in `fixtures/vectors/differences.toml`.

use crate::oid::Oid;
use crate::shared;
use crate::x509::certificate::Certificate;
use crate::x509::crl::Crl;
use crate::x509::path::*;
use crate::x509::revocation::{Evidence, Status, path_status};
use serde_json::Value;
use std::collections::BTreeMap;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

/// The cases of a suite that are answered otherwise, with the reason.
fn differences(suite: &str) -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/vectors/differences.toml");
    let text = std::fs::read_to_string(path).expect("the ledger");
    let ledger: toml::Table = text.parse().expect("TOML");
    let rows = ledger["difference"].as_array().expect("rows");
    rows.iter()
        .filter(|row| row["suite"].as_str() == Some(suite))
        .map(|row| {
            let text = |key: &str| row[key].as_str().expect(key).to_owned();
            assert!(text("reason").len() > 20, "{} has no reason", text("case"));
            (text("case"), text("reason"))
        })
        .collect()
}

/// Compares the answers with the expected ones: an unexplained difference fails, and so does an
/// explanation that is no longer needed.
fn compare(suite: &str, answers: Vec<(String, bool, Result<(), String>)>) {
    let known = differences(suite);
    let mut wrong = Vec::new();
    for (case, expected, answer) in &answers {
        let differs = answer.is_ok() != *expected;
        match (differs, known.contains_key(case)) {
            (true, false) => wrong.push(format!("{case}: expected {expected}, got {answer:?}")),
            (false, true) => wrong.push(format!("{case}: the ledger is out of date")),
            _ => {}
        }
    }
    for case in known.keys() {
        assert!(answers.iter().any(|(name, ..)| name == case), "{case} is not in {suite}");
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), answers.len(), wrong.join("\n"));
}

fn certificates(list: &Value) -> Vec<Certificate> {
    let texts = list.as_array().expect("a list").iter().map(|pem| pem.as_str().expect("PEM"));
    // A certificate that cannot be read is one that is not there.
    texts.filter_map(|pem| Certificate::from_pem(pem).ok()).collect()
}

fn peers(case: &Value) -> Vec<Peer> {
    let one = case["expected_peer_name"].as_object().map(|_| &case["expected_peer_name"]);
    let more = case["expected_peer_names"].as_array().expect("a list");
    one.into_iter()
        .chain(more)
        .map(|peer| {
            let value = peer["value"].as_str().expect("text").to_owned();
            match peer["kind"].as_str() {
                Some("DNS") => Peer::Dns(value),
                Some("IP") => Peer::Ip(value.parse().expect("an address")),
                Some("RFC822") => Peer::Mail(value),
                other => panic!("peer {other:?}"),
            }
        })
        .collect()
}

fn limbo_case(case: &Value) -> Result<(), String> {
    let id = case["id"].as_str().expect("an id");
    let leaf = Certificate::from_pem(case["peer_certificate"].as_str().expect("PEM"));
    let leaf = leaf.map_err(|error| format!("{error:?}"))?;
    let intermediates = certificates(&case["untrusted_intermediates"]);
    let anchors = certificates(&case["trusted_certs"]);
    let at = match case["validation_time"].as_str() {
        Some(text) => OffsetDateTime::parse(text, &Rfc3339).expect("a time"),
        None => datetime!(2026-06-01 0:00 UTC),
    };
    let purposes = case["extended_key_usage"].as_array().expect("a list");
    let usage = match purposes.first().and_then(Value::as_str) {
        Some("serverAuth") => Usage::TlsServer,
        Some("clientAuth") => Usage::TlsClient,
        None if id.starts_with("webpki::") => Usage::TlsServer,
        None => Usage::Any,
        other => panic!("{other:?}"),
    };
    let peers = peers(case);
    let mut request = PathRequest::new(&leaf, &intermediates, &anchors, at, usage);
    request.rules = if id.starts_with("webpki::") { Rules::Web } else { Rules::Rfc5280 };
    request.peers = &peers;
    if let Some(depth) = case["max_chain_depth"].as_u64() {
        request.intermediates_max = usize::try_from(depth).expect("small");
    }
    let path = build(&request, &mut Budget::default()).map_err(|error| format!("{error:?}"))?;
    assert_eq!(path.certificates.first(), Some(&leaf));
    assert!(anchors.contains(path.anchor()));
    let lists: Vec<Crl> = case["crls"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|pem| crate::x509::pem_blocks(pem.as_str().expect("PEM"), "X509 CRL").expect("PEM"))
        .filter_map(|blocks| Crl::parse(&blocks[0]).ok())
        .collect();
    if case["crls"].as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    let evidence = Evidence {
        lists: &lists,
        certificates: &intermediates,
        rules: Rules::Rfc5280,
        ..Evidence::new(&anchors, at)
    };
    all_good(&path, &evidence)
}

fn all_good(path: &Path, evidence: &Evidence<'_>) -> Result<(), String> {
    let statuses = path_status(path, evidence, &mut Budget::default());
    match statuses.iter().find(|status| !matches!(status, Status::Good { .. })) {
        None => Ok(()),
        Some(status) => Err(format!("{status:?}")),
    }
}

#[test]
fn x509_limbo() {
    let file = "vectors/third-party/x509-limbo/limbo_core_194.json";
    let Some(path) = shared::shared("x509_limbo", file) else { return };
    let text = std::fs::read_to_string(path).expect("text");
    let suite: Value = serde_json::from_str(&text).expect("JSON");
    let cases = suite["testcases"].as_array().expect("cases");
    assert_eq!(cases.len(), 194);
    let answers = cases.iter().map(|case| {
        let id = case["id"].as_str().expect("an id").to_owned();
        (id, case["expected_result"] == "SUCCESS", limbo_case(case))
    });
    compare("x509-limbo", answers.collect());
}

/// All certificates of PKITS that should be valid are so from 2010 to 2030.
const AT: OffsetDateTime = datetime!(2015-06-01 0:00 UTC);

struct Pkits {
    folder: std::path::PathBuf,
}

impl Pkits {
    fn certificate(&self, name: &str) -> Result<Certificate, String> {
        let der = std::fs::read(self.folder.join("certs").join(name)).expect(name);
        Certificate::parse(&der).map_err(|error| format!("{name}: {error:?}"))
    }

    fn certificates(&self, names: &Value) -> Vec<Certificate> {
        let names = names.as_array().into_iter().flatten();
        // A certificate that cannot be read is one that is not there.
        names.filter_map(|name| self.certificate(name.as_str().expect("a name")).ok()).collect()
    }

    fn lists(&self, names: &Value) -> Vec<Crl> {
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        let read = |name| std::fs::read(self.folder.join("crls").join(name)).expect("a list");
        let all = names.chain(["TrustAnchorRootCRL.crl"]);
        // A list that cannot be read is one that is not there.
        all.filter_map(|name| Crl::parse(&read(name)).ok()).collect()
    }

    /// The path, and every certificate of it good where the case asks for it.
    fn answer(&self, case: &Value) -> Result<(), String> {
        let path = self.path(case)?;
        if case["revocation"] == false {
            return Ok(());
        }
        let others = self.certificates(&case["other_certs"]);
        let anchors = [self.certificate("TrustAnchorRootCertificate.crt")?];
        let evidence = Evidence {
            lists: &self.lists(&case["crls"]),
            certificates: &others,
            rules: Rules::Rfc5280,
            ..Evidence::new(&anchors, AT)
        };
        all_good(&path, &evidence)
    }

    fn path(&self, case: &Value) -> Result<Path, String> {
        let leaf = self.certificate(case["cert"].as_str().expect("a name"))?;
        let others = self.certificates(&case["other_certs"]);
        let anchors = [self.certificate("TrustAnchorRootCertificate.crt")?];
        let mut request = PathRequest::new(&leaf, &others, &anchors, AT, Usage::Any);
        let params = &case["params"];
        let flag = |name: &str| params[name].as_bool().unwrap_or(false);
        request.policy = PolicyInput {
            acceptable: params["user_initial_policy_set"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|oid| dotted(oid.as_str().expect("text")))
                .collect(),
            explicit: flag("initial_explicit_policy"),
            inhibit_mapping: flag("initial_policy_mapping_inhibit"),
            inhibit_any: flag("initial_any_policy_inhibit"),
        };
        build(&request, &mut Budget::default()).map_err(|error| format!("{error:?}"))
    }
}

fn dotted(text: &str) -> Oid {
    let arcs: Vec<u64> = text.split('.').map(|arc| arc.parse().expect("a number")).collect();
    let mut content = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let digits = (0..10).rev().map(|place| arc >> (7 * place) & 0x7f);
        let mut digits: Vec<u64> = digits.skip_while(|digit| *digit == 0).collect();
        if digits.is_empty() {
            digits.push(0);
        }
        let last = digits.len() - 1;
        content.extend(digits.iter().enumerate().map(|(place, digit)| {
            u8::try_from(*digit).expect("seven bits") | if place < last { 0x80 } else { 0 }
        }));
    }
    Oid::from_content(&content).expect("an identifier")
}

fn pkits() -> Option<(Pkits, Vec<Value>)> {
    let folder = shared::shared("pkits", "vectors/third-party/pkits")?;
    let text = std::fs::read_to_string(folder.join("pkits.json")).expect("text");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(cases.len(), 246);
    Some((Pkits { folder }, cases))
}

#[test]
fn nist_pkits() {
    let Some((suite, cases)) = pkits() else { return };
    let answers = cases.iter().map(|case| {
        let name = format!("{} {}", case["id"], case["name"]).replace('"', "");
        (name, case["error"].is_null(), suite.answer(case))
    });
    compare("pkits", answers.collect());
}

#[test]
fn nist_pkits_user_notices() {
    let Some((suite, _)) = pkits() else { return };
    let text = std::fs::read_to_string(suite.folder.join("pkits-user-notice.json")).expect("text");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    for case in &cases {
        let path = suite.path(case).unwrap_or_else(|error| panic!("{}: {error}", case["name"]));
        let notices = path.policies.iter().flat_map(|policy| {
            crate::x509::policy::user_notices(&policy.qualifiers).expect("notices")
        });
        let expected = case["notice"].as_str().expect("text");
        let found: Vec<String> = notices.collect();
        assert!(found.iter().any(|notice| notice == expected), "{}: {found:?}", case["name"]);
    }
    assert_eq!(cases.len(), 10);
}
