//! Attacks on the structure of the file around the signature.

use super::stream;

/// Where the cross-reference sections of the sealed file are.
#[derive(Clone, Copy, Debug)]
pub struct Sections {
    /// The oldest section.
    pub oldest: usize,
    /// The newest section.
    pub newest: usize,
    /// The oldest cross-reference stream, or section.
    pub stream: usize,
}

/// The sealed file, and what an update of it needs.
struct Target<'a> {
    file: &'a [u8],
    sections: Sections,
    trailer: String,
}

/// Attacks by name, with the file that each makes of a sealed one.
pub fn structural(file: &[u8], sections: Sections) -> Vec<(&'static str, Vec<u8>)> {
    let trailer = format!("/Size 60 /Root 1 0 R /ID [<aa> <cc>] /Prev {}", sections.newest);
    let target = Target { file, sections, trailer };
    [target.of_content(), target.of_the_ends(), target.for_some_readers()].concat()
}

/// An object of number 5, the content of the pages.
fn content() -> String {
    format!("5 0 obj\n{}\nendobj\n", stream("", "BT (Other) Tj ET"))
}

impl Target<'_> {
    fn appended(&self, tail: &str) -> Vec<u8> {
        [self.file, tail.as_bytes()].concat()
    }

    /// One object with a table and its trailer.
    fn update(&self, object: &str, rows: &str, trailer: &str) -> String {
        let start = self.file.len() + object.len();
        format!("{object}xref\n{rows}trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n")
    }

    /// A row for an object that starts where the file ends.
    fn row(&self, number: u32, generation: u32) -> String {
        format!("{number} 1\n{:010} {generation:05} n \n", self.file.len())
    }

    /// Other content, by an update that is half, hidden or crooked.
    fn of_content(&self) -> Vec<(&'static str, Vec<u8>)> {
        let (object, row, trailer) = (content(), self.row(5, 0), &self.trailer);
        let start = self.file.len() + object.len();
        let prev = |prev: usize| {
            trailer.replace(&format!("/Prev {}", self.sections.newest), &format!("/Prev {prev}"))
        };
        let hidden =
            self.file.windows(8).position(|window| window == b"\n11 0 ob").expect("there") + 1;
        let update =
            |rows: &str, trailer: &str| self.appended(&self.update(&object, rows, trailer));
        vec![
            ("object without section", self.appended(&object)),
            (
                "section without trailer",
                self.appended(&format!("{object}xref\n{row}startxref\n{start}\n%%EOF\n")),
            ),
            ("no end", self.appended(&format!("{object}xref\n{row}trailer\n<< {trailer} >>\n"))),
            ("signed revision skipped", update(&row, &prev(self.sections.oldest))),
            ("no way back", update(&row, "/Size 60 /Root 1 0 R")),
            ("number twice", update(&format!("{row}{row}"), trailer)),
            ("loop", update(&row, &prev(start))),
            ("entry into old bytes", update(&format!("5 1\n{hidden:010} 00000 n \n"), trailer)),
            ("short rows", update(&row.replace(" \n", "\n"), trailer)),
            ("unlisted object", update("0 0\n", trailer)),
            ("smaller size", update(&row, &trailer.replace("/Size 60", "/Size 9"))),
            (
                "hybrid with two views",
                update(&row, &format!("{trailer} /XRefStm {}", self.sections.oldest)),
            ),
        ]
    }

    /// Bytes before, behind, or too few.
    fn of_the_ends(&self) -> Vec<(&'static str, Vec<u8>)> {
        let file = self.file;
        let other = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n\
            << /Type /Pages /Kids [] /Count 0 >>\nendobj\nxref\n0 3\n0000000000 65535 f \n\
            0000000009 00000 n \n0000000058 00000 n \ntrailer\n<< /Size 3 /Root 1 0 R >>\n\
            startxref\n107\n%%EOF\n";
        let hybrid = format!(
            "xref\n0 0\ntrailer\n<< {} /XRefStm {} >>\nstartxref\n{}\n%%EOF\n",
            self.trailer,
            self.sections.stream,
            file.len()
        );
        vec![
            ("comments at the end", self.appended(&format!("%{}\n", "x".repeat(3000)))),
            ("byte at the end", self.appended("x")),
            ("end twice", self.appended("%%EOF\n")),
            ("another document behind", [file, other].concat()),
            ("the file itself behind", [file, file].concat()),
            ("another document before", [&other[..], file].concat()),
            ("junk before", [b"junk\n", file].concat()),
            ("cut", file[..file.len() - 20].to_vec()),
            ("hybrid tail over a signed revision", self.appended(&hybrid)),
        ]
    }

    /// Updates that change nothing that we see, written so that some reader sees more.
    fn for_some_readers(&self) -> Vec<(&'static str, Vec<u8>)> {
        let object = "50 0 obj\n(x)\nendobj\n";
        let row = self.row(50, 0);
        let plain = self.update(object, &row, &self.trailer);
        let generation = self.update("50 7 obj\n(x)\nendobj\n", &self.row(50, 7), &self.trailer);
        let long = format!(
            "50 0 obj\n{}\nendobj\n",
            stream("", "x").replace("endstream", "%y\nendstream")
        );
        vec![
            ("comment in a table", self.appended(&plain.replace("xref\n50", "xref %\n50"))),
            (
                "comment before the heading",
                self.appended(&plain.replace("xref\n50", "xref\n%\n50")),
            ),
            ("heading over two lines", self.appended(&plain.replace("\n50 1\n", "\n50\n1\n"))),
            ("comment before the trailer", self.appended(&plain.replace("trailer", "%\ntrailer"))),
            (
                "comment behind startxref",
                self.appended(&plain.replace("startxref\n", "startxref %\n")),
            ),
            ("object of another generation", self.appended(&generation)),
            ("comment behind stream data", self.appended(&self.update(&long, &row, &self.trailer))),
            ("hybrid stream of another document", self.appended(&self.two_catalogs())),
            (
                "document in a comment",
                self.appended(&plain.replacen("50 0 obj", "%PDF-1.4 5 0 obj endobj\n50 0 obj", 1)),
            ),
        ]
    }

    /// A table and its stream that name different catalogs, each for its own kind of reader.
    fn two_catalogs(&self) -> String {
        let catalog = "50 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";
        let offset = self.file.len();
        let at = offset + catalog.len();
        let stream = "51 0 obj\n<< /Type /XRef /W [1 4 1] /Index [0 0] /Size 60 /Root 50 0 R \
                      /Length 0 >>\nstream\n\nendstream\nendobj\n";
        let rows = format!("50 2\n{offset:010} 00000 n \n{at:010} 00000 n \n");
        let start = at + stream.len();
        let trailer = &self.trailer;
        format!(
            "{catalog}{stream}xref\n{rows}trailer\n<< {trailer} /XRefStm {at} >>\n\
             startxref\n{start}\n%%EOF\n"
        )
    }
}
