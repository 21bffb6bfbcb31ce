//! Files made wrongly on purpose, and whether the doctor names the reason; honest files, and whether
//! it keeps quiet; anything at all, and whether it ends.

use crate::support::pdf::one_page;
use crate::support::service::{demo, empty_folder};
use crate::support::shared::shared;
use crate::support::tree::root;
use crate::support::workshop::{AT, Form, Level, Slip, Workshop, anchors, sign, sign_as};
use app::doctor::diagnose;
use app::offline::{Trust, verify};
use app::view::DiagnosisView;
use formats::algorithm::Digest;
use formats::der::{Reader, tag, write};
use formats::pdf::sign::Prepared;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration as Time, Instant};
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = AT.saturating_add(Duration::hours(2));

/// A folder with these files as the anchors.
fn trusting(name: &str, files: &[PathBuf]) -> Trust {
    let folder = empty_folder(&format!("doctor-{name}"));
    for (place, file) in files.iter().enumerate() {
        let end = file.extension().and_then(|end| end.to_str()).expect("an extension");
        fs::copy(file, folder.join(format!("{place}.{end}"))).expect("copied");
    }
    Trust::load(&folder).expect("anchors")
}

fn role(path: &str) -> PathBuf {
    root().join("certs-test").join(path)
}

fn trust(name: &str) -> Trust {
    let [sm2, rsa] = anchors();
    trusting(name, &[sm2, rsa, role("ca-sm2/certificate.pem")])
}

fn codes(found: &DiagnosisView, severity: &str) -> Vec<String> {
    let of = found.findings.iter().filter(|one| one.severity == severity);
    of.map(|one| one.code.clone()).collect()
}

/// What fails here and only that.
#[track_caller]
fn check(file: &[u8], trust: &Trust, expected: &[&str]) -> DiagnosisView {
    let found = diagnose(file, None, trust, NOW);
    assert_eq!(codes(&found, "fails_here"), expected, "{found:#?}");
    assert_eq!(found.outcome == "VALID", expected.is_empty(), "{found:#?}");
    assert_eq!(found.outcome, verify(file, trust, NOW).outcome);
    found
}

fn signed(slip: &dyn Fn(&formats::algorithm::PrivateKey, &[u8]) -> Vec<u8>, form: Form) -> Vec<u8> {
    let slip = Slip { signed: slip, room: 512, ..Slip::default() };
    Workshop::open().seal_wrongly(&one_page("sealed"), form, &slip)
}

fn digested(slip: &dyn Fn(&Prepared<'_>) -> Vec<u8>, form: Form) -> Vec<u8> {
    let slip = Slip { digested: slip, ..Slip::default() };
    Workshop::open().seal_wrongly(&one_page("sealed"), form, &slip)
}

fn raw(value: &[u8]) -> Vec<u8> {
    let mut numbers = Reader::only(value, tag::SEQUENCE).expect("DER").reader();
    let mut number = || {
        let digits = numbers.any().expect("a number").unsigned_bytes().expect("positive").to_vec();
        [vec![0; 32 - digits.len()], digits].concat()
    };
    [number(), number()].concat()
}

#[test]
fn a_signer_is_told_what_went_wrong_in_signing() {
    let trust = trust("signing");
    let sm3 = |bytes: &[u8]| Digest::Sm3.hash(&[bytes]);
    let of =
        |slip: &dyn Fn(&formats::algorithm::PrivateKey, &[u8]) -> Vec<u8>| signed(slip, Form::Sm2);
    check(&of(&|key, message| sign_as(key, b"", message)), &trust, &["sm2_other_id"]);
    let example = of(&|key, message| sign_as(key, b"ALICE123@YAHOO.COM", message));
    let found = check(&example, &trust, &["sm2_other_id"]);
    assert!(found.findings[0].seen_en.contains("ALICE123@YAHOO.COM"), "{found:#?}");
    check(&of(&|key, message| sign(key, &sm3(message))), &trust, &["sm2_digest_twice"]);
    let text = of(&|key, message| sign(key, hex::encode(sm3(message)).as_bytes()));
    check(&text, &trust, &["sm2_digest_text"]);
    check(&of(&|key, message| sign(key, &message[4..])), &trust, &["signed_other_bytes"]);
    let wrapped = of(&|key, message| write::octet_string(&sign(key, message)));
    check(&wrapped, &trust, &["signature_wrapped"]);
    let text = of(&|key, message| hex::encode(sign(key, message)).into_bytes());
    check(&text, &trust, &["signature_as_text"]);
    let both = of(&|key, message| [&[0][..], &raw(&sign_as(key, b"", message))].concat());
    check(&both, &trust, &["signature_length", "sm2_other_id"]);
    check(&of(&|key, _| sign(key, b"another file")), &trust, &["signature_unexplained"]);
    // Read here, and refused by others.
    let bare = check(&of(&|key, message| raw(&sign(key, message))), &trust, &[]);
    assert!(codes(&bare, "fails_elsewhere").contains(&"signature_raw".to_owned()), "{bare:#?}");
}

#[test]
fn signers_of_pades_are_told_too() {
    let trust = trust("pades");
    let tagged = |message: &[u8]| [&[0xa0], &message[1..]].concat();
    let file = signed(&|key, message| sign(key, &tagged(message)), Form::P256);
    check(&file, &trust, &["signed_other_bytes"]);
    let file = signed(&|key, message| raw(&sign(key, message)), Form::P256);
    // The same value is refused here: only SM2 is met without structure.
    let found = diagnose(&file, None, &trust, NOW);
    assert!(found.findings.iter().any(|one| one.code == "signature_raw"), "{found:#?}");
    let back = |value: Vec<u8>| value.into_iter().rev().collect::<Vec<u8>>();
    let file = signed(&|key, message| back(sign(key, message)), Form::Rsa);
    check(&file, &trust, &["byte_order"]);
    let file = signed(&|key, message| sign(key, message)[1..].to_vec(), Form::Rsa);
    check(&file, &trust, &["signature_unexplained"]);
}

#[test]
fn a_digest_of_other_bytes_is_told() {
    let trust = trust("digest");
    for form in [Form::Sm2, Form::P256] {
        let brackets = |prepared: &Prepared<'_>| {
            let [original, head, tail] = prepared.covered();
            [original, head, b"<>", tail].concat()
        };
        let found = check(&digested(&brackets, form), &trust, &["digest_other_region"]);
        assert!(found.findings[0].seen_en.contains("angle brackets"), "{found:#?}");
        let before = |prepared: &Prepared<'_>| prepared.covered()[0].to_vec();
        let found = check(&digested(&before, form), &trust, &["digest_other_region"]);
        assert!(found.findings[0].seen_en.contains("before the signature"), "{found:#?}");
        let zeroed =
            |prepared: &Prepared<'_>| [prepared.covered()[0], prepared.revision()].concat();
        check(&digested(&zeroed, form), &trust, &["digest_other_region"]);
        let without_end = |prepared: &Prepared<'_>| {
            let all = prepared.covered().concat();
            all[..all.len() - 1].to_vec()
        };
        let found = check(&digested(&without_end, form), &trust, &["digest_other_region"]);
        assert!(found.findings[0].seen_en.contains("line end"), "{found:#?}");
        let digest = if form == Form::Sm2 { Digest::Sm3 } else { Digest::Sha256 };
        let twice = move |prepared: &Prepared<'_>| digest.hash(&prepared.covered());
        check(&digested(&twice, form), &trust, &["digest_other_way"]);
        check(&digested(&|_| b"another file".to_vec(), form), &trust, &["content_altered"]);
    }
}

#[test]
fn what_happens_after_sealing_is_told() {
    let trust = trust("after");
    let workshop = Workshop::open();
    let sealed = workshop.seal(&one_page("sealed"), Form::Both);
    let found = check(&[&sealed[..], b"\nads by a gateway"].concat(), &trust, &["bytes_appended"]);
    assert!(found.findings[0].seen_en.contains("17 bytes follow"), "{found:#?}");
    let mut altered = sealed.clone();
    let at = sealed.windows(9).position(|window| window == b"/MediaBox").expect("a page");
    let digit = sealed[at..].iter().position(u8::is_ascii_digit).expect("a number");
    altered[at + digit + 2] ^= 1;
    check(&altered, &trust, &["content_altered", "content_altered"]);
    let crlf = sealed.iter().fold(Vec::new(), |mut out: Vec<u8>, byte| {
        out.extend((*byte == b'\n').then_some(b'\r'));
        out.push(*byte);
        out
    });
    check(&crlf, &trust, &["line_ends_changed"]);
    let short = check(&sealed[..sealed.len() - 100], &trust, &["truncated"]);
    assert!(short.findings[0].seen_en.contains("100 are missing"), "{short:#?}");
    let text = String::from_utf8_lossy(&sealed).into_owned();
    let binary = [text.as_bytes(), "\u{fffd}".repeat(9).as_bytes()].concat();
    check(&binary, &trust, &["decoded_as_text"]);
    check(&[b"\xef\xbb\xbf", &sealed[..]].concat(), &trust, &["bytes_before_header"]);
}

#[test]
fn what_is_no_sealed_file_is_told() {
    let trust = trust("others");
    let page = one_page("sealed");
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &page);
    check(b"", &trust, &["empty_file"]);
    check(b"<html>404</html>", &trust, &["not_the_file"]);
    check(base64.as_bytes(), &trust, &["wrapped"]);
    check(&fs::read(role("staff/key.pem")).expect("a key"), &trust, &["private_key_file"]);
    check(&fs::read(role("ca-rsa/revoked.crl")).expect("a list"), &trust, &["no_certificate_file"]);
    check(b"some words", &trust, &["unsupported_format"]);
    check(&page, &trust, &["unsigned"]);
}

#[test]
fn what_is_missing_above_a_certificate_is_told() {
    let workshop = Workshop::open();
    let [sm2, rsa] = anchors();
    let sealed = workshop.seal(&one_page("sealed"), Form::Sm2);
    check(&sealed, &Trust::none(), &["no_anchors"]);
    let found = check(
        &sealed,
        &trusting("no-ca", &[sm2.clone(), rsa.clone()]),
        &["issuer_missing", "issuer_missing"],
    );
    assert!(found.findings[0].seen_en.starts_with("missing: "), "{found:#?}");
    let signed = workshop.seal(&one_page("sealed"), Form::Rsa);
    check(&signed, &trusting("no-root", std::slice::from_ref(&sm2)), &["issuer_missing"]);
    let expired = fs::read(role("expired/certificate.pem")).expect("a certificate");
    let all = [sm2, rsa, role("ca-sm2/certificate.pem"), role("ca-rsa/certificate.pem")];
    check(&expired, &trusting("expired", &all), &["certificate_expired"]);
    let revoked = fs::read(role("revoked/certificate.pem")).expect("a certificate");
    let lists =
        ["ca-sm2", "ca-rsa", "root-sm2", "root-rsa"].map(|who| role(who).join("revoked.crl"));
    let with_lists: Vec<PathBuf> = all.into_iter().chain(lists).collect();
    check(&revoked, &trusting("revoked", &with_lists), &["certificate_revoked"]);
}

#[test]
fn honest_files_have_nothing_that_fails_here() {
    let trust = trust("honest");
    let workshop = Workshop::open();
    for form in [Form::Rsa, Form::P256, Form::Sm2, Form::Both] {
        let found = check(&workshop.seal(&one_page("sealed"), form), &trust, &[]);
        let elsewhere = codes(&found, "fails_elsewhere");
        assert_eq!(elsewhere.contains(&"sm2_only".to_owned()), form == Form::Sm2, "{found:#?}");
        assert!(elsewhere.contains(&"time_claimed".to_owned()), "{found:#?}");
    }
    for level in [Level::T, Level::Lt, Level::Lta] {
        let found = check(&workshop.seal_at_level(&one_page("sealed"), level), &trust, &[]);
        let elsewhere = codes(&found, "fails_elsewhere");
        assert!(!elsewhere.contains(&"time_claimed".to_owned()), "{level:?}: {found:#?}");
        let without = elsewhere.contains(&"material_missing".to_owned());
        assert_eq!(without, level == Level::T, "{found:#?}");
    }
    check(&workshop.seal, &trust, &[]);
    let service = demo();
    let trust = Trust::load(&service.trust()).expect("anchors");
    for file in service.sealed() {
        let bytes = fs::read(&file).expect("readable");
        let found = diagnose(&bytes, None, &trust, OffsetDateTime::now_utc());
        assert_eq!(codes(&found, "fails_here"), [""; 0], "{}: {found:#?}", file.display());
    }
}

/// Whatever is not valid has a reason, what is valid has none, and the search ends.
#[track_caller]
fn sound(bytes: &[u8], trust: &Trust, name: &str) {
    let begin = Instant::now();
    let found = diagnose(bytes, None, trust, NOW);
    let took = begin.elapsed();
    assert_eq!(found.outcome == "VALID", !found.fails_here(), "{name}: {found:#?}");
    assert!(took < Time::from_secs(15), "{name} takes {took:?}");
}

#[test]
fn anything_ends_with_a_reason() {
    let trust = trust("anything");
    for folder in ["samples", "vectors/hostile"] {
        let Some(folder) = shared("anything_ends_with_a_reason", folder) else { return };
        let mut found = Vec::new();
        crate::artefacts::below(&folder, &mut found);
        for file in found {
            sound(&fs::read(&file).expect("readable"), &trust, &file.display().to_string());
        }
    }
}

#[test]
fn stated_faults_of_others_are_named() {
    let trust = Trust::none();
    for (sample, expected) in [
        ("coverage-anomalies/tail-uncovered.pdf", "byte_range_end"),
        ("coverage-anomalies/signature-gap-too-big.pdf", "byte_range_gap"),
        ("coverage-anomalies/weird-byterange.pdf", "byte_range_"),
        ("coverage-anomalies/one-byterange.pdf", "byte_range_malformed"),
        ("ed448-disallowed-hash.pdf", "algorithm_unsupported"),
        ("signed-encrypted-pubkey-with-catalog-ref.pdf", "encrypted"),
        ("form-update-override-appearance-stream-sneaky.pdf", "changed_later"),
    ] {
        let test = "stated_faults_of_others_are_named";
        let Some(file) = shared(test, &format!("samples/pdf/signed/{sample}")) else { return };
        let found = diagnose(&fs::read(file).expect("readable"), None, &trust, NOW);
        let named = codes(&found, "fails_here");
        assert!(named.iter().any(|code| code.starts_with(expected)), "{sample}: {found:#?}");
        assert!(!named.contains(&"issuer_other_key".to_owned()), "{sample}: {found:#?}");
    }
}
