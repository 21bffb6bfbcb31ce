//! Small files for the tests of this module, and the sample folders.

use super::xref::SectionKind;
use std::path::PathBuf;

/// A file of the given objects; the catalog is object 1.
pub(crate) fn file(kind: SectionKind, objects: &[(u32, &str)]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (number, body) in objects {
        offsets.push((*number, bytes.len()));
        bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    let size = objects.iter().map(|(number, _)| number + 1).max().unwrap_or(1);
    append_section(&mut bytes, kind, offsets, size, "/Root 1 0 R /ID [<aa> <bb>]");
    bytes
}

/// Appends a cross-reference section for `offsets`, the trailer entries, and the end of the file.
pub(crate) fn append_section(
    bytes: &mut Vec<u8>,
    kind: SectionKind,
    mut offsets: Vec<(u32, usize)>,
    mut size: u32,
    trailer: &str,
) {
    offsets.sort_unstable();
    let stream_at = bytes.len();
    if kind != SectionKind::Table {
        offsets.push((size, stream_at));
        size += 1;
        let mut data = Vec::new();
        let mut index = String::new();
        for (number, offset) in &offsets {
            index += &format!("{number} 1 ");
            data.push(u8::from(*offset > 0));
            data.extend(u32::try_from(*offset).expect("small").to_be_bytes());
            data.push(0);
        }
        let extra = if kind == SectionKind::Stream { trailer } else { "" };
        bytes.extend(
            format!(
                "{} 0 obj\n<< /Type /XRef /W [1 4 1] /Index [{index}] /Size {size} {extra} /Length {} >>\nstream\n",
                size - 1,
                data.len()
            )
            .bytes(),
        );
        bytes.extend(data);
        bytes.extend(b"\nendstream\nendobj\n");
    }
    let start = match kind {
        SectionKind::Stream => stream_at,
        _ => bytes.len(),
    };
    if kind != SectionKind::Stream {
        bytes.extend(b"xref\n0 1\n0000000000 65535 f \n");
        for (number, offset) in &offsets {
            bytes.extend(format!("{number} 1\n{offset:010} 00000 n \n").bytes());
        }
        let hybrid = match kind {
            SectionKind::Hybrid => format!("/XRefStm {stream_at}"),
            _ => String::new(),
        };
        bytes.extend(format!("trailer\n<< /Size {size} {trailer} {hybrid} >>\n").bytes());
    }
    bytes.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
}

/// Objects of a document with two A4 pages: catalog 1, pages 2, page 3 and 4, contents 5, font 6.
pub(crate) fn two_pages() -> Vec<(u32, String)> {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R \
                /Resources << /Font << /F1 6 0 R >> >> >>";
    let content = "BT /F1 12 Tf 72 700 Td (Hello seal) Tj ET";
    vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".into()),
        (2, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>".into()),
        (3, page.into()),
        (4, page.into()),
        (5, format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len())),
        (
            6,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .into(),
        ),
    ]
}

/// [`file`] of [`two_pages`] with some objects replaced or added.
pub(crate) fn two_pages_with(kind: SectionKind, changes: &[(u32, &str)]) -> Vec<u8> {
    let mut objects = two_pages();
    for (number, body) in changes {
        objects.retain(|(known, _)| known != number);
        objects.push((*number, (*body).to_owned()));
    }
    let borrowed: Vec<(u32, &str)> =
        objects.iter().map(|(number, body)| (*number, body.as_str())).collect();
    file(kind, &borrowed)
}

/// The PDF files of a folder of the shared samples, by name; empty, said loudly, without the samples.
pub(crate) fn folder(test: &str, relative: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = crate::shared::shared(test, relative) else { return Vec::new() };
    let mut files = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("readable folder") {
            let path = entry.expect("readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "pdf") {
                let name = path.strip_prefix(&folder).expect("inside").display().to_string();
                files.push((name, std::fs::read(&path).expect("readable file")));
            }
        }
    }
    files.sort();
    files
}

/// What an outside tool says about `file`: success, and its output; `None`, said loudly, without the tool.
pub(crate) fn tool(
    test: &str,
    program: &str,
    arguments: &[&str],
    file: &[u8],
) -> Option<(bool, String)> {
    let path: PathBuf = std::env::temp_dir().join(format!("yz-{test}-{}.pdf", std::process::id()));
    std::fs::write(&path, file).expect("writable temporary folder");
    let output = std::process::Command::new(program).args(arguments).arg(&path).output();
    let _ = std::fs::remove_file(&path);
    match output {
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
        }
        Err(_) => {
            crate::shared::skip(test, &format!("{program} is absent"));
            None
        }
    }
}
