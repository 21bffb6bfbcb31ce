//! Copies of sealed files, read and looked at by outside programs.

use super::*;
use crate::shared::skip;
use domain::digest::Sm3;
use domain::exemption::Grade;
use domain::marked_copy::CopyId;
use std::process::Command;
use time::macros::{date, datetime};

fn mark() -> Mark {
    Mark {
        id: CopyId::mint([0xa5; 16]),
        original: Sm3::of(b"file"),
        identifier: "1.2.156.3005.2.11100000MB0143028R001.X.20260302000001.001.K".to_owned(),
        grade: Grade::A,
        consumer: "示例市行政审批服务局".to_owned(),
        item: "食品经营许可".to_owned(),
        case_no: "示办〔2026〕1号".to_owned(),
        until: date!(2026 - 05 - 31),
        made_at: datetime!(2026-03-02 09:30:15 +8),
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
    std::fs::read(format!("{folder}/{name}")).expect("a fixture")
}

fn copied(original: &[u8]) -> Result<Vec<u8>, RenderError> {
    let fonts = Fonts::embedded();
    let mark = mark();
    let context = CopyContext {
        fonts: &fonts,
        type_name: "营业执照",
        issuer: "示例市市场监督管理局",
        service: "印证服务",
        mark: &mark,
        sample_mark: true,
    };
    marked_copy(original, &context)
}

/// What a program says of a file; nothing, said loudly, where the program is absent.
fn said(program: &str, arguments: &[&str], pdf: &[u8]) -> Option<String> {
    let folder = std::env::temp_dir().join(format!("yinzheng-copies-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{}.pdf", Sm3::of(pdf)));
    std::fs::write(&path, pdf).expect("written");
    let Ok(output) = Command::new(program).args(arguments).arg(&path).arg("-").output() else {
        skip("marked_copy", &format!("{program} is absent"));
        return None;
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_copy_shows_the_original_and_its_mark() {
    for name in ["sealed/both.pdf", "sealed/sm2.pdf", "sealed/rsa.pdf"] {
        let original = fixture(name);
        let copy = copied(&original).expect("a copy");
        assert_eq!(copied(&original).expect("again"), copy, "the same bytes");
        assert!(!copy.windows(5).any(|bytes| bytes == b"/FT /" || bytes == b"/Sig "), "{name}");
        let (Some(before), Some(after)) =
            (said("pdftotext", &[], &original), said("pdftotext", &[], &copy))
        else {
            return;
        };
        let after: String = after.split_whitespace().collect();
        for word in before.split_whitespace().filter(|word| word.chars().count() > 3) {
            assert!(after.contains(word), "{name}: {word}");
        }
        for words in ["加注件", "仅供〔示例市行政审批服务局〕办理〔食品经营许可〕使用", "a5a5"]
        {
            assert!(after.contains(words), "{name}: {words}");
        }
    }
}

#[test]
fn the_mark_is_read_out_of_the_document() {
    let copy = copied(&fixture("sealed/both.pdf")).expect("a copy");
    let facts = formats::pdf::examine(&copy, &Limits::default()).expect("a PDF");
    assert_eq!(Mark::read(&facts.information), Some(Ok(mark())));
    assert!(facts.signatures.is_empty() && facts.strays.is_empty() && facts.active.is_empty());
    assert!(facts.defects.is_empty(), "{:?}", facts.defects);
}

#[test]
fn what_cannot_be_read_strictly_is_not_copied() {
    let original = fixture("sealed/both.pdf");
    // Its first 591 bytes are a whole file: the document before it was sealed.
    for broken in [&b"words"[..], &original[..400]] {
        assert!(matches!(copied(broken), Err(RenderError::Original(_))));
    }
}
