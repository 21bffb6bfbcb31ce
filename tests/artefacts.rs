//! Every file among the fixtures and samples through every parser: the seeds of the fuzz targets as
//! an ordinary test. And the small sealed files are what the workshop makes, byte for byte.

use crate::support::parsers::{self, PARSERS};
use crate::support::pdf::one_page;
use crate::support::shared::shared;
use crate::support::tree::{files, root};
use crate::support::workshop::{Form, Level, Workshop};
use formats::pdf;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A parser that needs longer than this, unoptimised, is a way to stop the service.
const PATIENCE: Duration = Duration::from_secs(10);
/// Larger files are samples of size, not of form.
const BYTES_MAX: u64 = 8 << 20;

pub(crate) fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, found);
        } else if entry.metadata().is_ok_and(|about| about.len() <= BYTES_MAX) {
            found.push(path);
        }
    }
}

#[track_caller]
fn survive(file: &Path) {
    let bytes = fs::read(file).expect("readable");
    for (name, parser) in PARSERS {
        let begin = Instant::now();
        let calm = catch_unwind(|| parser(&bytes)).is_ok();
        let took = begin.elapsed();
        assert!(calm, "parser {name} panics on {}", file.display());
        assert!(took < PATIENCE, "parser {name} takes {took:?} for {}", file.display());
    }
}

#[test]
fn no_parser_panics_on_a_fixture() {
    let mut fixtures = files("fixtures");
    fixtures.extend(files("certs-test"));
    assert!(fixtures.len() > 20, "only {} fixtures", fixtures.len());
    fixtures.iter().for_each(|file| survive(&root().join(file)));
}

/// Each line is a seed of its own.
#[test]
fn codes_that_are_read_are_written_the_same() {
    let codes = fs::read_to_string(root().join("fixtures/codes.txt")).expect("readable");
    for code in codes.lines() {
        parsers::codes(code.as_bytes());
    }
}

#[test]
fn no_parser_panics_on_a_sample_or_a_hostile_file() {
    let test = "no_parser_panics_on_a_sample_or_a_hostile_file";
    for folder in ["samples", "vectors/hostile"] {
        let Some(folder) = shared(test, folder) else { return };
        let mut found = Vec::new();
        below(&folder, &mut found);
        assert!(found.len() > 40, "only {} files", found.len());
        found.iter().for_each(|file| survive(file));
    }
}

#[test]
fn no_parser_panics_on_a_cut_or_bent_file() {
    let workshop = Workshop::open();
    let document = one_page("fuzz");
    let mut seeds = vec![workshop.seal.clone()];
    seeds.extend([Form::Rsa, Form::Sm2].map(|form| workshop.seal(&document, form)));
    for seed in seeds {
        for at in (0..seed.len()).step_by(seed.len() / 200 + 1) {
            let mut bent = seed.clone();
            bent[at] = bent[at].wrapping_add(0x7f);
            let _ = PARSERS.map(|(_, parser)| (parser(&seed[..at]), parser(&bent)));
        }
    }
}

#[test]
fn the_sealed_fixtures_are_what_the_workshop_makes() {
    let workshop = Workshop::open();
    let document = one_page("A small document");
    let forms = [("rsa", Form::Rsa), ("sm2", Form::Sm2), ("both", Form::Both)];
    let archived = workshop.seal_at_level(&document, Level::Lta);
    let facts = pdf::examine(&archived, &pdf::Limits::default()).expect("examined");
    let [message, stamp] = &facts.signatures[..] else { panic!("a signature and a stamp") };
    let (question, answer) = workshop.answer();
    let mut made = vec![
        ("fixtures/sealed/seal.ses".to_owned(), workshop.seal.clone()),
        ("fixtures/sealed/message.cms".to_owned(), message.signed.der().to_vec()),
        ("fixtures/sealed/stamp.tst".to_owned(), stamp.signed.der().to_vec()),
        ("fixtures/sealed/lta.pdf".to_owned(), archived),
        ("fixtures/sealed/question.orq".to_owned(), question),
        ("fixtures/sealed/answer.ors".to_owned(), answer),
        ("fixtures/sealed/trust-list.json".to_owned(), workshop.trust_list()),
    ];
    for (name, form) in forms {
        made.push((format!("fixtures/sealed/{name}.pdf"), workshop.seal(&document, form)));
    }
    for (file, bytes) in made {
        let path = root().join(&file);
        if std::env::var("YZ_UPDATE").as_deref() == Ok("1") {
            fs::write(&path, &bytes).expect("written");
        }
        let kept = fs::read(&path).unwrap_or_default();
        assert!(kept == bytes, "{file} is made otherwise now; YZ_UPDATE=1 cargo test writes it");
    }
}
