//! The structure of the file around the signature.

use super::*;
use table::{Sections, structural};

#[test]
fn structure() {
    for sealed in sealed() {
        let read = File::read(&sealed.file, &Limits::default()).expect("reads");
        let [newest, .., oldest] = &read.sections[..] else { panic!("two revisions") };
        let sections = Sections {
            oldest: oldest.span.start,
            newest: newest.span.start,
            stream: oldest.hybrid.as_ref().map_or(oldest.span.start, |stream| stream.start),
        };
        for (attack, attacked) in structural(&sealed.file, sections) {
            none_accepted(&sealed, attack, &attacked);
        }
    }
}

/// Replacing through an object stream, and replacing an object stream.
#[test]
fn object_streams() {
    for sealed in sealed() {
        let read = File::read(&sealed.file, &Limits::default()).expect("reads");
        if read.section_kind() != SectionKind::Stream {
            continue;
        }
        let page = edited(&sealed.file, 3, "5 0 R", "11 0 R");
        let members = format!("3 0 {page}");
        let container = stream(&format!("/Type /ObjStm /N 1 /First {}", 4), &members);
        let at = sealed.file.len();
        let mut file = sealed.file.clone();
        file.extend(format!("50 0 obj\n{container}\nendobj\n").bytes());
        let start = file.len();
        let mut rows = vec![2, 0, 0, 0, 50, 0];
        rows.push(1);
        rows.extend(u32::try_from(at).expect("small").to_be_bytes());
        rows.extend([0, 1]);
        rows.extend(u32::try_from(start).expect("small").to_be_bytes());
        rows.push(0);
        let prev = read.sections[0].span.start;
        file.extend(
            format!(
                "59 0 obj\n<< /Type /XRef /W [1 4 1] /Index [3 1 50 1 59 1] /Size 60 /Root 1 0 R \
             /ID [<aa> <cc>] /Prev {prev} /Length {} >>\nstream\n",
                rows.len()
            )
            .bytes(),
        );
        file.extend(rows);
        file.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
        assert!(examine(&file, &Limits::default()).is_ok());
        none_accepted(&sealed, "page through an object stream", &file);
    }
}

/// An attacker who may sign: a real second signature does not wash what its revision smuggles in.
#[test]
fn smuggling_with_a_second_signature() {
    let Sealed { signers, file, .. } = sealed().remove(0);
    let text = stream("", "BT /F1 12 Tf 72 700 Td (Other) Tj ET");
    let attacked = update(&file, &[(5, &text)], &[], "");
    let mut both = signers.clone();
    let second = both.sign(&attacked, "Second", SignatureKind::Pades, true);
    assert_eq!(both.accepted(&second), ["Second"], "only the second signer vouches for the change");
    // Bytes that nothing explains, before the second revision's own objects.
    let mut both = signers;
    let loose = [&file[..], b"99 0 obj\n(loose)\nendobj\n"].concat();
    let mut request = SignatureRequest::new("Second", SignatureKind::Pades);
    request.contents_reserve = 64;
    assert!(prepare(&loose, &request, &Limits::default()).is_err());
    let honest = both.sign(&file, "Second", SignatureKind::Pades, true);
    assert_eq!(both.accepted(&honest).len(), 2);
}
