//! How long files and functions are: printed for a reader (`--nocapture`), with a far limit.

use super::none;
use crate::support::tree::{files, production};

/// Beyond this a file is two files; the aim is below 200.
const FILE_LINES_MAX: usize = 700;
/// Beyond this a function is two functions; the aim is about 10.
const FUNCTION_LINES_MAX: usize = 110;

/// Name and length of every function of a file that rustfmt has laid out: it ends at the first
/// line that closes a brace at the indentation of its `fn`.
fn functions(lines: &[(usize, String)]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (index, (_, line)) in lines.iter().enumerate() {
        let Some((before, after)) = line.split_once("fn ") else { continue };
        let indent = before.len() - before.trim_start().len();
        if !before.trim().split(' ').all(|word| !word.contains(['"', '('])) || before.ends_with('_')
        {
            continue;
        }
        let name = after.split(['(', '<']).next().unwrap_or_default().to_owned();
        let close = format!("{}}}", " ".repeat(indent));
        let end = lines[index..].iter().position(|(_, line)| line.trim_end() == close);
        if let Some(length) = end {
            found.push((name, length + 1));
        }
    }
    found
}

#[test]
#[allow(clippy::print_stdout, reason = "for a reader who asks with --nocapture")]
fn nothing_is_endless() {
    let mut by_file = Vec::new();
    let mut by_function = Vec::new();
    // The columns of the register are a list, however many there are.
    let counted = |file: &String| file.ends_with(".rs") && file != "src/storage/schema.rs";
    for file in files("src").into_iter().filter(counted) {
        let lines = production(&file);
        let named = functions(&lines).into_iter();
        by_function.extend(named.map(|(name, length)| (length, format!("{file}: {name}"))));
        by_file.push((lines.len(), file));
    }
    for (what, list) in [("file", &mut by_file), ("function", &mut by_function)] {
        list.sort_by(|a, b| b.cmp(a));
        let median = list.get(list.len() / 2).map_or(0, |(length, _)| *length);
        println!("{what}s: {}, median {median} lines; the longest:", list.len());
        list.iter().take(10).for_each(|(length, name)| println!("  {length:5} {name}"));
    }
    let long = by_file.iter().filter(|(length, _)| *length > FILE_LINES_MAX);
    let long = long.chain(by_function.iter().filter(|(length, _)| *length > FUNCTION_LINES_MAX));
    none("too long", long.map(|(length, name)| format!("{length} lines: {name}")).collect());
}

#[test]
fn a_function_ends_at_its_brace() {
    let text = "fn a() {\n    b(|| {\n    });\n}\n\nimpl A {\n    fn c() {\n    }\n}\n";
    let lines: Vec<_> = text.lines().map(str::to_owned).enumerate().collect();
    assert_eq!(functions(&lines), [("a".to_owned(), 4), ("c".to_owned(), 2)]);
}
