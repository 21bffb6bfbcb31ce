//! Small PDF files, written plainly: classic cross-reference table, nothing compressed.

/// One A4 page with a line of text.
pub fn one_page(text: &str) -> Vec<u8> {
    let content = format!("BT /F1 24 Tf 72 720 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let objects: Vec<(u32, String)> = (1..).zip(objects).collect();
    document(&objects, "")
}

/// A document of these objects, ascending; object 1 is the catalog.
pub fn document(objects: &[(u32, String)], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut rows = vec!["0000000000 65535 f \n".to_owned()];
    for (number, object) in objects {
        while rows.len() < *number as usize {
            rows.push("0000000000 00001 f \n".to_owned());
        }
        rows.push(format!("{:010} 00000 n \n", file.len()));
        file.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    let (count, start) = (rows.len(), file.len());
    let end = format!(
        "xref\n0 {count}\n{}trailer\n<< /Size {count} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n",
        rows.concat()
    );
    file.extend_from_slice(end.as_bytes());
    file
}
