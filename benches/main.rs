//! What a core does in a second: seal and verify a PDF of 100 KB, from bytes to bytes.

#[allow(dead_code, unreachable_pub)]
#[path = "../tests/support/pdf.rs"]
mod pdf;
#[allow(dead_code, unreachable_pub)]
#[path = "../tests/support/workshop.rs"]
mod workshop;

use divan::Bencher;
use divan::counter::ItemsCount;
use workshop::{AT, Form, Workshop, anchors};

fn main() {
    divan::main();
}

const FORMS: [Form; 4] = [Form::Rsa, Form::P256, Form::Sm2, Form::Both];

/// A document of 100 KB.
fn document() -> Vec<u8> {
    pdf::one_page(&"A line of a long decision. ".repeat(3_750))
}

#[divan::bench(args = FORMS)]
fn seal(bencher: Bencher, form: Form) {
    let (workshop, document) = (Workshop::open(), document());
    assert!((100_000..105_000).contains(&document.len()), "{}", document.len());
    bencher.counter(ItemsCount::new(1_u32)).bench(|| workshop.seal(&document, form));
}

#[divan::bench(args = FORMS)]
fn verify(bencher: Bencher, form: Form) {
    let folder = tempfile::tempdir().expect("a folder");
    for (place, anchor) in anchors().iter().enumerate() {
        std::fs::copy(anchor, folder.path().join(format!("{place}.pem"))).expect("copied");
    }
    // A seal carries no certificate between its own and the anchor.
    let between = concat!(env!("CARGO_MANIFEST_DIR"), "/certs-test/ca-sm2/certificate.pem");
    std::fs::copy(between, folder.path().join("between.pem")).expect("copied");
    let trust = app::offline::Trust::load(folder.path()).expect("anchors");
    let file = Workshop::open().seal(&document(), form);
    let verify = || app::offline::verify(&file, &trust, AT);
    assert_eq!(verify().outcome, "VALID");
    bencher.counter(ItemsCount::new(1_u32)).bench(verify);
}
