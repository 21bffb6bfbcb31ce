//! Attacks as data (`fixtures/attacks/updates.txt`): the document that is sealed, and what is
//! appended to it. The tests of `formats` carry them out on every kind of file, those of the whole
//! engine on files with real signatures. Attacks on the structure of the file and on the signature
//! dictionary are made here, too.

mod shapes;
mod structure;

pub use shapes::shapes;
pub use structure::{Sections, structural};

/// One attack.
#[derive(Clone, Copy, Debug)]
pub struct Attack {
    /// What it is called.
    pub name: &'static str,
    /// Words of the examination that must be said of it.
    pub expected: &'static str,
    steps: &'static str,
}

/// How a test reads and writes the file under attack.
pub trait Writer {
    /// The newest text of an object.
    fn object(&self, number: u32) -> String;

    /// The file with an update of these objects, freed numbers and trailer entries.
    fn update(&self, objects: &[(u32, &str)], freed: &[u32], trailer: &str) -> Vec<u8>;

    /// The newest text of an object, with one piece exchanged.
    fn edited(&self, number: u32, from: &str, to: &str) -> String {
        let text = self.object(number);
        assert!(text.contains(from), "{number}: {text}");
        text.replacen(from, to, 1)
    }
}

fn lines(kind: &'static str) -> impl Iterator<Item = &'static str> {
    let all = include_str!("../../../fixtures/attacks/updates.txt").lines();
    all.filter_map(move |line| line.strip_prefix(kind))
}

/// A stream object.
pub fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// `NAME = x` or `NAME : entries | data`.
fn definition(line: &'static str) -> (&'static str, String) {
    let (name, rest) = line.split_once(' ').expect("a name");
    match rest.split_at(2) {
        ("= ", body) => (name, body.to_owned()),
        (": ", text) => {
            let (entries, data) = text.split_once('|').expect("entries and data");
            (name, stream(entries.trim(), data.trim_start()))
        }
        _ => panic!("{line}"),
    }
}

/// The objects of the document, by number; the catalog is 1.
pub fn objects() -> Vec<(u32, String)> {
    let objects = lines("object ").map(definition);
    objects.map(|(number, body)| (number.parse().expect("a number"), body)).collect()
}

/// Every attack of the table.
pub fn attacks() -> Vec<Attack> {
    let rows = lines("").filter(|line| {
        let other = ["#", "object ", "let "].iter().any(|start| line.starts_with(start));
        !line.is_empty() && !other
    });
    let attack = |row: &'static str| {
        let columns: Vec<&str> = row.splitn(3, '|').map(str::trim).collect();
        let [name, expected, steps] = columns[..] else { panic!("{row}") };
        Attack { name, expected, steps }
    };
    rows.map(attack).collect()
}

impl Attack {
    /// The object number that the first step writes.
    pub fn first_object(&self) -> Option<u32> {
        self.steps.split([':', ' ']).next()?.parse().ok()
    }

    /// Carries it out on a file with a signature of this field and dictionary.
    pub fn carry_out(&self, writer: &dyn Writer, field: u32, signature: u32) -> Vec<u8> {
        let steps = self.steps.replace("{FIELD}", &field.to_string());
        let steps = steps.replace("{SIGNATURE}", &signature.to_string());
        let (mut objects, mut freed, mut trailer) = (Vec::new(), Vec::new(), "");
        for step in steps.split(" ; ") {
            if let Some(number) = step.strip_prefix("free ") {
                freed.push(number.parse().expect("a number"));
            } else if let Some(entries) = step.strip_prefix("trailer ") {
                trailer = entries;
            } else if let Some((number, exchange)) = step.split_once(": ") {
                let number = number.parse().expect("a number");
                let (from, to) = exchange.split_once(" => ").expect("an exchange");
                objects.push((number, writer.edited(number, from, &expanded(to))));
            } else {
                let (number, text) = step.split_once(" = ").expect("a step");
                objects.push((number.parse().expect("a number"), expanded(text)));
            }
        }
        let objects: Vec<(u32, &str)> =
            objects.iter().map(|(number, body)| (*number, &**body)).collect();
        writer.update(&objects, &freed, trailer)
    }
}

/// The text with the names of objects replaced by the objects.
fn expanded(text: &str) -> String {
    let names = lines("let ").map(definition);
    names.fold(text.replace("\\n", "\n"), |text, (name, body)| {
        match text == name || name == "COMMENT" {
            true => text.replace(name, &body),
            false => text,
        }
    })
}
