//! Outside judges: what pyHanko, poppler, MuPDF, qpdf and OpenSSL make of files sealed by the
//! service, demo licenses and all.

use crate::journeys::{bundles, signing};
use crate::support::pdf::one_page;
use crate::support::service::{demo, empty_folder};
use crate::support::tool::{python, run, tool};
use crate::support::tree::root;
use crate::support::workshop::{Level, Workshop, anchors};
use app::{Place, SealForm, SealRequest};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// A file sealed by the first department of the demo.
fn sealed(name: &str, form: SealForm, level: Option<app::Level>, document: Vec<u8>) -> PathBuf {
    let service = demo();
    let department = &service.summary.departments[0];
    let caller = service.app.console(&department.name).expect("a department");
    let request = SealRequest {
        level,
        document,
        seal: department.seal.clone(),
        form,
        place: Place::Default,
        riding: false,
    };
    let sealed = service.app.seal_document(&caller, request).expect("sealed");
    let path = empty_folder(&format!("interop-{name}")).join("sealed.pdf");
    fs::write(&path, sealed.bytes).expect("written");
    path
}

/// The licenses of the demo that carry one form: by how many signatures of which kind are in them.
fn licenses(form: SealForm) -> Vec<PathBuf> {
    let has = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    let mut files = demo().sealed();
    files.retain(|file| {
        let bytes = fs::read(file).expect("readable");
        let found = (has(&bytes, b"/ETSI.CAdES.detached"), has(&bytes, b"/GM.sm2seal"));
        match form {
            SealForm::Pades => found == (true, false),
            SealForm::Sm2 => found == (false, true),
            SealForm::Both => found == (true, true),
        }
    });
    assert!(!files.is_empty(), "the demo has no license of form {form:?}");
    files
}

/// One line of pyHanko for each file; it only looks at the signatures that it knows.
#[track_caller]
fn pyhanko(python: &Path, files: &[PathBuf], words: &[&str]) {
    let judge = root().join("tests/interop/pyhanko_judge.py");
    let arguments = [judge, demo().trust()].into_iter().chain(files.iter().cloned());
    let said = run(python, arguments);
    assert!(said.well, "{}", said.text);
    let lines: Vec<&str> = said.text.lines().filter(|line| line.starts_with("field=")).collect();
    assert_eq!(lines.len(), files.len(), "one signature a file:\n{}", said.text);
    for (line, file) in lines.iter().zip(files) {
        for word in words {
            assert!(line.contains(word), "{}: {word} is not in {line}", file.display());
        }
    }
}

#[test]
fn pyhanko_accepts_pades_as_it_stands() {
    let Some(python) = python("pyhanko_accepts_pades_as_it_stands") else { return };
    let mut files = licenses(SealForm::Pades);
    files.push(sealed("pades", SealForm::Pades, None, one_page("For pyHanko")));
    let sound = "valid=True intact=True trusted=True coverage=ENTIRE_FILE changes=NONE";
    pyhanko(&python, &files, &[sound, "bottom_line=True"]);
}

#[test]
fn pyhanko_still_accepts_the_first_of_both() {
    let Some(python) = python("pyhanko_still_accepts_the_first_of_both") else { return };
    let mut files = licenses(SealForm::Both);
    files.push(sealed("both", SealForm::Both, None, one_page("For pyHanko")));
    let sound = "valid=True intact=True trusted=True coverage=ENTIRE_REVISION";
    pyhanko(&python, &files, &[sound, "bottom_line=True"]);
}

#[test]
fn pyhanko_accepts_what_applicants_sign_also_below_a_seal() {
    let Some(python) = python("pyhanko_accepts_what_applicants_sign_also_below_a_seal") else {
        return;
    };
    let folder = empty_folder("interop-signing");
    let files = |seal: Option<&str>| {
        ["p256", "rsa"].map(|who| {
            let path = folder.join(format!("{who}-{}.pdf", seal.unwrap_or("alone")));
            fs::write(&path, signing::signed(who, seal)).expect("written");
            path
        })
    };
    let sound = "valid=True intact=True trusted=True coverage=ENTIRE_FILE changes=NONE";
    pyhanko(&python, &files(None), &[sound, "bottom_line=True"]);
    let first = "valid=True intact=True trusted=True coverage=ENTIRE_REVISION";
    pyhanko(&python, &files(Some("sm2")), &[first, "bottom_line=True"]);
}

#[test]
fn pyhanko_grants_each_level_of_pades() {
    let Some(python) = python("pyhanko_grants_each_level_of_pades") else { return };
    let workshop = Workshop::open();
    let folder = empty_folder("interop-levels");
    let trust = folder.join("trust");
    fs::create_dir(&trust).expect("a folder");
    for (number, anchor) in anchors().iter().enumerate() {
        fs::copy(anchor, trust.join(format!("{number}.pem"))).expect("copied");
    }
    let files = [Level::B, Level::T, Level::Lt, Level::Lta].map(|level| {
        let path = folder.join(format!("{level:?}.pdf"));
        fs::write(&path, workshop.seal_at_level(&one_page("Keep me"), level)).expect("written");
        path
    });
    pyhanko_levels(&python, trust, files);
}

#[test]
fn pyhanko_grants_each_level_of_the_service() {
    let Some(python) = python("pyhanko_grants_each_level_of_the_service") else { return };
    let files = [app::Level::B, app::Level::T, app::Level::Lt, app::Level::Lta].map(|level| {
        let name = format!("level-{level}");
        sealed(&name, SealForm::Pades, Some(level), one_page("Keep me"))
    });
    pyhanko_levels(&python, demo().trust(), files);
}

/// Files of the levels B, T, LT and LTA get just these.
#[track_caller]
fn pyhanko_levels(python: &Path, trust: PathBuf, files: [PathBuf; 4]) {
    let judge = root().join("tests/interop/pyhanko_levels.py");
    let said = run(python, [judge, trust].into_iter().chain(files));
    said.expect(&[]);
    let lines: Vec<&str> = said.text.lines().filter(|line| line.starts_with("levels:")).collect();
    let expected = [
        "levels:; B=OK; T=no time stamp; LT=no store",
        "levels:; B=OK; T=OK; LT=no store",
        "levels:; B=OK; T=OK; LT=OK; LTA=no document time stamp",
        "levels:; B=OK; T=OK; LT=OK; LTA=OK",
    ];
    assert_eq!(lines, expected, "{}", said.text);
}

#[test]
fn poppler_agrees() {
    let Some(pdfsig) = tool("poppler_agrees", "pdfsig") else { return };
    for form in [SealForm::Pades, SealForm::Both] {
        for file in licenses(form) {
            let said = run(&pdfsig, [Path::new("-nocert"), &file]);
            said.expect(&["Signature Validation: Signature is Valid."]);
            let whole = said.text.contains("Total document signed");
            assert!(whole, "{}: {}", file.display(), said.text);
        }
    }
}

#[test]
fn mupdf_agrees() {
    let Some(mutool) = tool("mupdf_agrees", "mutool") else { return };
    for file in licenses(SealForm::Pades) {
        let said = run(&mutool, [Path::new("sign"), Path::new("-v"), &file]);
        assert!(said.text.contains("unchanged since signing"), "{}", said.text);
        assert!(!said.text.contains("Digest error"), "{}", said.text);
    }
}

#[test]
fn qpdf_finds_nothing_to_fault() {
    let Some(qpdf) = tool("qpdf_finds_nothing_to_fault", "qpdf") else { return };
    for file in demo().sealed() {
        let said = run(&qpdf, [Path::new("--check"), &file]);
        said.expect(&["No syntax or stream encoding errors found"]);
        assert!(!said.text.contains("WARNING"), "{}", said.text);
    }
}

#[test]
fn others_judge_a_marked_copy_as_they_judge_a_license() {
    const NAME: &str = "others_judge_a_marked_copy_as_they_judge_a_license";
    let path = empty_folder("interop-copy").join("copy.pdf");
    fs::write(&path, bundles::a_copy()).expect("written");
    if let Some(python) = python(NAME) {
        let sound = "valid=True intact=True trusted=True coverage=ENTIRE_FILE changes=NONE";
        pyhanko(&python, std::slice::from_ref(&path), &[sound, "bottom_line=True"]);
    }
    if let Some(pdfsig) = tool(NAME, "pdfsig") {
        let said = run(&pdfsig, [Path::new("-nocert"), &path]);
        said.expect(&["Signature Validation: Signature is Valid.", "Total document signed"]);
    }
    if let Some(qpdf) = tool(NAME, "qpdf") {
        let said = run(&qpdf, [Path::new("--check"), &path]);
        said.expect(&["No syntax or stream encoding errors found"]);
        assert!(!said.text.contains("WARNING"), "{}", said.text);
    }
}

#[test]
fn openssl_verifies_the_seal_signature_and_the_seal() {
    let Some(openssl) = tool("openssl_verifies_the_seal_signature_and_the_seal", "openssl") else {
        return;
    };
    let own = sealed("sm2", SealForm::Sm2, None, one_page("For OpenSSL"));
    let both = licenses(SealForm::Both).into_iter().take(2);
    for file in licenses(SealForm::Sm2).into_iter().chain(both).chain([own]) {
        let bytes = fs::read(&file).expect("readable");
        let (signature, covered) = cut_out(&bytes);
        // SES_Signature ::= SEQUENCE { toSign, cert, signatureAlgID, signature }
        let [to_sign, certificate, _, value, ..] = &children(&signature)[..] else {
            panic!("not a seal signature")
        };
        openssl_accepts(&openssl, to_sign.raw, certificate.content, value.content);
        // TBS_Sign ::= SEQUENCE { version, eseal, timeInfo, dataHash, propertyInfo }
        let [_, seal, _, data_hash, ..] = &children(to_sign.raw)[..] else { panic!("no TBS_Sign") };
        // SESeal ::= SEQUENCE { eSealInfo, cert, signAlgID, signedValue }
        let [info, maker, _, seal_value] = &children(seal.raw)[..] else { panic!("no seal") };
        openssl_accepts(&openssl, info.raw, maker.content, seal_value.content);

        let folder = empty_folder("interop-digest");
        fs::write(folder.join("covered"), &covered).expect("written");
        let digest = folder.join("digest");
        let arguments = ["dgst", "-sm3", "-binary", "-out"].map(OsString::from);
        let paths = [digest.clone().into_os_string(), folder.join("covered").into_os_string()];
        run(&openssl, arguments.into_iter().chain(paths)).expect(&[]);
        assert_eq!(data_hash.content[1..], fs::read(&digest).expect("a digest"), "dataHash");
    }
}

/// `openssl pkeyutl -verify` with SM2, SM3 and the default identifier; the BIT STRING's content
/// begins with its count of unused bits.
#[track_caller]
fn openssl_accepts(openssl: &Path, message: &[u8], certificate: &[u8], value: &[u8]) {
    let folder = empty_folder("interop-openssl");
    let at = |name: &str| folder.join(name).into_os_string();
    for (name, bytes) in
        [("message", message), ("certificate", certificate), ("value", &value[1..])]
    {
        fs::write(folder.join(name), bytes).expect("written");
    }
    let plain = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
    let mut key = plain(&["x509", "-inform", "DER", "-noout", "-pubkey", "-in"]);
    key.push(at("certificate"));
    let key = run(openssl, key);
    key.expect(&["PUBLIC KEY"]);
    fs::write(folder.join("key"), &key.text).expect("written");
    let mut verify = plain(&["pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt"]);
    verify.extend(plain(&["distid:1234567812345678", "-pubin", "-inkey"]));
    verify.extend([at("key"), "-in".into(), at("message"), "-sigfile".into(), at("value")]);
    run(openssl, verify).expect(&["Signature Verified Successfully"]);
}

/// The last signature of a file and the bytes it covers, found as a person would find them: by
/// the words in the file, with no parser of ours.
fn cut_out(file: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let text: String = file.iter().map(|byte| char::from(*byte)).collect();
    let after = text.rsplit("/ByteRange").next().expect("a signature");
    let numbers = after.split(['[', ']']).nth(1).expect("four numbers").split_whitespace();
    let numbers: Vec<usize> = numbers.map(|number| number.parse().expect("a number")).collect();
    let [0, length, resume, rest] = numbers[..] else { panic!("{numbers:?}") };
    assert_eq!(resume + rest, file.len(), "covers the file to its end");
    let gap = &text[..].chars().skip(length).take(resume - length).collect::<String>();
    let digits = gap.trim_start_matches('<').trim_end_matches('>');
    let padded = hex::decode(digits).expect("hexadecimal");
    let covered = [&file[..length], &file[resume..]].concat();
    (element(&padded).raw.to_vec(), covered)
}

/// One DER element; enough of DER for what we know is well formed.
struct Element<'a> {
    raw: &'a [u8],
    content: &'a [u8],
}

fn element(bytes: &[u8]) -> Element<'_> {
    let (head, length) = match bytes[1] {
        short @ 0..0x80 => (2, usize::from(short)),
        long => {
            let count = usize::from(long & 0x7f);
            let length = bytes[2..2 + count].iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
            (2 + count, length)
        }
    };
    Element { raw: &bytes[..head + length], content: &bytes[head..head + length] }
}

fn children(sequence: &[u8]) -> Vec<Element<'_>> {
    let mut rest = element(sequence).content;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let next = element(rest);
        rest = &rest[next.raw.len()..];
        found.push(next);
    }
    found
}
