//! What a core does in a second: seal and verify a PDF of 100 KB, from bytes to bytes; and what
//! verifying costs with more signatures, more bytes, and attacks. "max alloc" is the memory of one
//! run besides the file.

#[allow(dead_code, unreachable_pub)]
#[path = "../tests/support/pdf.rs"]
mod pdf;
#[allow(dead_code, unreachable_pub)]
#[path = "../tests/support/workshop.rs"]
mod workshop;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use workshop::{AT, Form, Level, Workshop, anchors};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

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

fn trust() -> app::offline::Trust {
    let folder = tempfile::tempdir().expect("a folder");
    for (place, anchor) in anchors().iter().enumerate() {
        std::fs::copy(anchor, folder.path().join(format!("{place}.pem"))).expect("copied");
    }
    // A seal carries no certificate between its own and the anchor.
    let between = concat!(env!("CARGO_MANIFEST_DIR"), "/certs-test/ca-sm2/certificate.pem");
    std::fs::copy(between, folder.path().join("between.pem")).expect("copied");
    app::offline::Trust::load(folder.path()).expect("anchors")
}

fn verified(bencher: Bencher, file: &[u8]) {
    let trust = trust();
    let verify = || app::offline::verify(file, &trust, AT + time::Duration::hours(2));
    assert_eq!(verify().outcome, "VALID");
    bencher.counter(ItemsCount::new(1_u32)).bench(verify);
}

#[divan::bench(args = FORMS)]
fn verify(bencher: Bencher, form: Form) {
    verified(bencher, &Workshop::open().seal(&document(), form));
}

/// Each seal is a revision that all before it permit.
#[divan::bench(args = [1, 2, 10])]
fn verify_seals(bencher: Bencher, seals: usize) {
    let workshop = Workshop::open();
    let sealed = (1..=seals)
        .fold(document(), |file, number| workshop.seal_again(&file, &format!("Seal{number}")));
    verified(bencher, &sealed);
}

/// By megabytes: a scan, as one stream.
#[divan::bench(args = [1, 10, 50])]
fn verify_megabytes(bencher: Bencher, megabytes: usize) {
    let scan = "x".repeat(megabytes << 20);
    let objects = [
        (1, "<< /Type /Catalog /Pages 2 0 R >>".to_owned()),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned()),
        (3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Metadata 4 0 R >>".to_owned()),
        (4, format!("<< /Length {} >>\nstream\n{scan}\nendstream", scan.len())),
    ];
    verified(bencher, &Workshop::open().seal(&pdf::document(&objects, ""), Form::Both));
}

#[divan::bench]
fn verify_archived(bencher: Bencher) {
    verified(bencher, &Workshop::open().seal_at_level(&document(), Level::Lta));
}

/// What the checks of a file of 100 KB with both signatures cost, each by itself; `verify` above is
/// all of them together.
mod checks {
    use super::{Form, Workshop, document};
    use divan::{Bencher, black_box};
    use formats::algorithm::Digest;
    use formats::pdf::{self, Limits};
    use formats::x509::Certificate;

    fn file() -> Vec<u8> {
        Workshop::open().seal(&document(), Form::Both)
    }

    /// Revisions, objects, fields, byte ranges, later changes.
    #[divan::bench]
    fn structure(bencher: Bencher) {
        let file = file();
        bencher.bench(|| pdf::examine(black_box(&file), &Limits::default()));
    }

    /// The same, and each byte digested, each signature and certificate verified; not yet judged.
    #[divan::bench]
    fn structure_and_signatures(bencher: Bencher) {
        let file = file();
        let limits = Limits::default();
        bencher.bench(|| formats::examine::examine(black_box(&file), None, &limits));
    }

    #[divan::bench(args = [Digest::Sm3, Digest::Sha256])]
    fn digest(bencher: Bencher, digest: Digest) {
        let file = file();
        bencher.bench(|| digest.hash(&[black_box(&file)]));
    }

    /// Reading a certificate, and verifying its signature under its issuer's key.
    #[divan::bench(args = [("seal-signer", "ca-sm2"), ("document-signer-rsa", "ca-rsa")])]
    fn certificate(bencher: Bencher, (subject, issuer): (&str, &str)) {
        let read = |role: &str| {
            let path = format!("{}/certs-test/{role}/certificate.pem", env!("CARGO_MANIFEST_DIR"));
            Certificate::from_pem(&std::fs::read_to_string(path).expect("read")).expect("read")
        };
        let (subject, issuer) = (read(subject), read(issuer));
        let key = issuer.public_key().expect("a key");
        bencher.bench(|| {
            // Read anew: what was verified once is not verified again.
            let subject = Certificate::parse(black_box(subject.der())).expect("read");
            subject.verify_signature(key).expect("its issuer's");
        });
    }
}
