//! The structure of the file around the signature.

use super::*;

/// Attacks on the structure of the file.
#[test]
fn structure() {
    for sealed in sealed() {
        let file = &sealed.file;
        let text = stream("", "BT (Other) Tj ET");
        let object = format!("5 0 obj\n{text}\nendobj\n");
        let read = File::read(file, &Limits::default()).expect("reads");
        let newest = read.sections[0].span.start;
        let oldest = read.sections[read.sections.len() - 1].span.start;
        let appended = |tail: &str| [file, tail.as_bytes()].concat();
        let offset = file.len();
        let table = |rows: &str, trailer: &str| {
            let start = offset + object.len();
            format!("{object}xref\n{rows}trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n")
        };
        let row = format!("5 1\n{offset:010} 00000 n \n");
        let trailer = format!("/Size 60 /Root 1 0 R /ID [<aa> <cc>] /Prev {newest}");
        let skipping = format!("/Size 60 /Root 1 0 R /ID [<aa> <cc>] /Prev {oldest}");
        let hidden = file.windows(8).position(|window| window == b"\n11 0 ob").expect("there") + 1;
        let other = two_pages_with(SectionKind::Table, &[]);
        let mut streams = read.sections.iter().map(|section| {
            section.hybrid.as_ref().map_or(section.span.start, |stream| stream.start)
        });
        let tail = format!(
            "xref\n0 0\ntrailer\n<< {trailer} /XRefStm {} >>\nstartxref\n{offset}\n%%EOF\n",
            streams.next_back().unwrap_or_default()
        );
        let attacks: Vec<(&str, Vec<u8>)> = vec![
            ("object without section", appended(&object)),
            (
                "section without trailer",
                appended(&format!(
                    "{object}xref\n{row}startxref\n{}\n%%EOF\n",
                    offset + object.len()
                )),
            ),
            ("no end", appended(&format!("{object}xref\n{row}trailer\n<< {trailer} >>\n"))),
            ("signed revision skipped", appended(&table(&row, &skipping))),
            ("no way back", appended(&table(&row, "/Size 60 /Root 1 0 R"))),
            ("number twice", appended(&table(&format!("{row}{row}"), &trailer))),
            (
                "loop",
                appended(&table(
                    &row,
                    &trailer.replace(
                        &format!("/Prev {newest}"),
                        &format!("/Prev {}", offset + object.len()),
                    ),
                )),
            ),
            (
                "entry into old bytes",
                appended(&table(&format!("5 1\n{hidden:010} 00000 n \n"), &trailer)),
            ),
            ("short rows", appended(&table(&row.replace(" \n", "\n"), &trailer))),
            ("unlisted object", appended(&table("0 0\n", &trailer))),
            ("smaller size", appended(&table(&row, &trailer.replace("/Size 60", "/Size 9")))),
            ("comments at the end", appended(&format!("%{}\n", "x".repeat(3000)))),
            ("byte at the end", appended("x")),
            ("end twice", appended("%%EOF\n")),
            ("another document behind", [&file[..], &other].concat()),
            ("the file itself behind", [&file[..], file].concat()),
            ("another document before", [&other[..], file].concat()),
            ("junk before", [b"junk\n", &file[..]].concat()),
            ("cut", file[..file.len() - 20].to_vec()),
            ("hybrid tail over a signed revision", appended(&tail)),
            (
                "hybrid with two views",
                appended(&table(&row, &format!("{trailer} /XRefStm {oldest}"))),
            ),
        ];
        for (attack, attacked) in attacks {
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
