use super::*;
use crate::pdf::samples::folder;

/// Coverage and level of later changes of every signature, one line each.
fn summary(bytes: &[u8]) -> String {
    let facts = match examine(bytes, &Limits::default()) {
        Ok(facts) => facts,
        Err(error) => return format!("error: {error}\n"),
    };
    let mut text = String::new();
    for facts in &facts.signatures {
        let coverage = match &facts.signed.coverage {
            Ok(coverage) => format!("{coverage:?}"),
            Err(fault) => format!("bad ({fault})"),
        };
        text += &format!("{} {coverage} {:?}\n", facts.signed.field_name, facts.later.level);
        for change in &facts.later.changes {
            text += &format!(
                "    {:?} {} {:?} {}\n",
                change.level, change.kind, change.object, change.place
            );
        }
    }
    for defect in &facts.defects {
        text += &format!("  defect {} {:?} {:?}\n", defect.kind, defect.object, defect.span);
    }
    text
}

/// Level of changes after each signature, and its coverage, as the publisher of the samples states.
const PUBLISHED: [(&str, &str); 34] = [
    ("certified-with-indirect-refs-in-dir.pdf", "WholeFile None"),
    ("coverage-anomalies/base.pdf", "WholeRevision LtaUpdates"),
    ("coverage-anomalies/one-byterange.pdf", "bad LtaUpdates"),
    ("coverage-anomalies/signature-gap-too-big.pdf", "bad LtaUpdates"),
    ("coverage-anomalies/tail-uncovered.pdf", "bad LtaUpdates"),
    ("coverage-anomalies/weird-byterange.pdf", "bad LtaUpdates"),
    ("ed448-disallowed-hash.pdf", "WholeFile None"),
    ("ed448-shake256-nolen.pdf", "WholeFile None"),
    ("extensions-direct.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("extensions-indirect-not-all-paths.pdf", "WholeRevision Other, WholeFile None"),
    ("extensions-indirect.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("extensions-update-direct.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("extensions-update-indirect.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("form-update-ap-indirect-sneaky-trailer.pdf", "WholeRevision Other, WholeFile None"),
    (
        "form-update-no-override-appearance-stream-ap-indirect-sneaky.pdf",
        "WholeRevision Other, WholeFile None",
    ),
    (
        "form-update-no-override-appearance-stream-ap-indirect.pdf",
        "WholeRevision FormFilling, WholeFile None",
    ),
    ("form-update-original-ap-type-wrong.pdf", "WholeRevision FormFilling, WholeFile None"),
    (
        "form-update-override-appearance-stream-ap-indirect-sneaky.pdf",
        "WholeRevision Other, WholeFile None",
    ),
    (
        "form-update-override-appearance-stream-ap-indirect.pdf",
        "WholeRevision FormFilling, WholeFile None",
    ),
    ("form-update-override-appearance-stream-sneaky.pdf", "WholeRevision Other, WholeFile None"),
    ("form-update-override-appearance-stream.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("minimal-signed-twice-both-created.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("minimal-signed-twice-no-sig-type.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("minimal-signed-twice-second-created.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("minimal-two-fields-signed-twice.pdf", "WholeFile None, WholeRevision FormFilling"),
    (
        "pades-lta-dss-indirect-arrs-test-2.pdf",
        "WholeRevision FormFilling, WholeRevision FormFilling, WholeRevision LtaUpdates",
    ),
    ("pades-lta-dss-indirect-arrs-test.pdf", "WholeRevision LtaUpdates, WholeRevision LtaUpdates"),
    ("pades-with-old-style-signing-cert-attr-issser.pdf", "WholeFile None"),
    ("pades-with-old-style-signing-cert-attr.pdf", "WholeFile None"),
    ("pdf-sig-with-econtent.pdf", "WholeFile None"),
    ("separate-annots-kids-indir.pdf", "WholeRevision FormFilling, WholeFile None"),
    ("sig-no-signed-attrs.pdf", "WholeFile None"),
    ("sig-with-ski-sid.pdf", "WholeFile None"),
    // Its catalog is readable, but an encrypted document is judged by nobody without its password.
    ("signed-encrypted-pubkey-with-catalog-ref.pdf", "the document is encrypted"),
];

#[test]
fn published_verdicts() {
    let files = folder("published verdicts", "samples/pdf/signed");
    for (name, bytes) in &files {
        let found = match examine(bytes, &Limits::default()) {
            Err(error) => error.to_string(),
            Ok(facts) => {
                let signatures: Vec<String> = facts
                    .signatures
                    .iter()
                    .map(|facts| match &facts.signed.coverage {
                        Ok(coverage) => format!("{coverage:?} {:?}", facts.later.level),
                        Err(_) => format!("bad {:?}", facts.later.level),
                    })
                    .collect();
                signatures.join(", ")
            }
        };
        let expected =
            PUBLISHED.iter().find(|(known, _)| known == name).map(|(_, verdict)| *verdict);
        assert_eq!(Some(&*found), expected, "{name}:\n{}", summary(bytes));
    }
    assert!(files.is_empty() || files.len() == PUBLISHED.len());
}
