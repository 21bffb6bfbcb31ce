//! Any single byte of a sealed file changed: never valid. Exhaustive, on small files.

use crate::support::pdf::one_page;
use crate::support::service::empty_folder;
use crate::support::tree::root;
use crate::support::workshop::{AT, Form, Workshop, anchors};
use app::offline::{Trust, verify};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

fn trust(name: &str) -> Trust {
    let folder = empty_folder(&format!("anchors-{name}"));
    for (place, anchor) in anchors().iter().enumerate() {
        fs::copy(anchor, folder.join(format!("{place}.pem"))).expect("copied");
    }
    // A seal carries no certificate between its own and the anchor.
    let between = root().join("certs-test/ca-sm2/certificate.pem");
    fs::copy(between, folder.join("between.pem")).expect("copied");
    Trust::load(&folder).expect("anchors")
}

/// Changes every byte by each of `masks`, on all processors; the positions that were still valid.
fn survivors(file: &[u8], masks: &[u8], trust: &Trust) -> Vec<(usize, u8)> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let search = || {
            let mut bytes = file.to_vec();
            let mut valid = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= file.len() {
                    return valid;
                }
                for mask in masks {
                    bytes[at] ^= mask;
                    if verify(&bytes, trust, AT).outcome == "VALID" {
                        valid.push((at, *mask));
                    }
                    bytes[at] ^= mask;
                }
            }
        };
        let searches: Vec<_> = (0..threads).map(|_| scope.spawn(search)).collect();
        searches.into_iter().flat_map(|search| search.join().expect("searched")).collect()
    })
}

/// Minutes each in a debug build: only with `YZ_SLOW=1`.
fn slow() -> bool {
    std::env::var("YZ_SLOW").as_deref() == Ok("1")
}

#[track_caller]
fn check(name: &str, form: Form) {
    let trust = trust(name);
    let file = Workshop::open().seal(&one_page("Tamper with me"), form);
    let report = verify(&file, &trust, AT);
    assert_eq!(report.outcome, "VALID", "unchanged: {report:#?}");
    let survivors = survivors(&file, &[1], &trust);
    let shown: Vec<String> = survivors
        .iter()
        .take(10)
        .map(|(at, mask)| {
            let around = &file[at.saturating_sub(20)..(at + 20).min(file.len())];
            format!("byte {at} ^ {mask:#x} near {:?}", String::from_utf8_lossy(around))
        })
        .collect();
    assert!(survivors.is_empty(), "{} changes go unseen:\n{}", survivors.len(), shown.join("\n"));
}

#[test]
fn no_byte_of_a_pades_file_can_change() {
    check("rsa", Form::Rsa);
}

#[test]
fn no_byte_of_a_p256_file_can_change() {
    check("p256", Form::P256);
}

#[test]
fn no_byte_of_a_sealed_file_can_change() {
    if !slow() {
        return;
    }
    check("sm2", Form::Sm2);
}

#[test]
fn no_byte_of_a_file_with_both_can_change() {
    if !slow() {
        return;
    }
    check("both", Form::Both);
}

#[test]
fn no_hex_digit_of_a_signature_can_change_its_case() {
    if !slow() {
        return;
    }
    // 0x20 turns a-f into A-F: the same bytes in another spelling, which nobody signed for.
    let trust = trust("case");
    let file = Workshop::open().seal(&one_page("Tamper with me"), Form::Both);
    let survivors = survivors(&file, &[0x20], &trust);
    assert!(survivors.is_empty(), "{} changes go unseen", survivors.len());
}

#[test]
fn nothing_can_be_appended_or_cut_off() {
    let trust = trust("ends");
    for form in [Form::Rsa, Form::Sm2, Form::Both] {
        let file = Workshop::open().seal(&one_page("Tamper with me"), form);
        for cut in 1..file.len().min(400) {
            let outcome = verify(&file[..file.len() - cut], &trust, AT).outcome;
            assert_ne!(outcome, "VALID", "{form:?}: {cut} bytes fewer");
        }
        for tail in [&b"\n"[..], b" ", b"\0", b"%%EOF\n", b"1 0 obj\n<<>>\nendobj\n", &file] {
            let longer = [&file, tail].concat();
            let outcome = verify(&longer, &trust, AT).outcome;
            assert_ne!(outcome, "VALID", "{form:?} and {:?}", String::from_utf8_lossy(tail));
        }
    }
}
