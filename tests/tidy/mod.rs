//! Taste and layering, kept by a test and not by memory: reads the tree, runs nothing.

mod fixtures;
mod layers;
mod lengths;

use crate::support::tree::{files, text};

/// Fails with every line of `faults`, so that one run shows all there is to mend.
#[track_caller]
fn none(rule: &str, faults: Vec<String>) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

fn has_extension(file: &str, extensions: &[&str]) -> bool {
    file.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

/// Files that people write.
fn written() -> impl Iterator<Item = (String, String)> {
    let kinds = ["rs", "md", "toml", "sql", "py", "js", "mjs", "css", "html"];
    files("")
        .into_iter()
        .filter(move |file| has_extension(file, &kinds) || file == ".ci/run")
        .filter_map(|file| text(&file).map(|text| (file, text)))
}

#[test]
fn no_path_or_address_of_one_machine() {
    // In two parts, so that this file does not name them.
    let foreign = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/ho", "me/"],
        ["/tmp/", "wt"],
        ["index.", "crates.io"],
        ["static.", "crates.io"],
        ["py", "pi.org"],
        ["python", "hosted"],
        ["registry.", "npmjs"],
        ["deb.", "debian.org"],
    ]
    .map(|parts| parts.concat());
    let faults = files("").into_iter().filter_map(|file| text(&file).map(|text| (file, text)));
    let faults = faults.flat_map(|(file, text)| {
        let named = foreign.iter().filter(|words| text.contains(words.as_str()));
        named.map(|words| format!("{file} names {words}")).collect::<Vec<_>>()
    });
    none("machines differ", faults.collect());
}

#[test]
fn text_is_plain() {
    let faults = written().flat_map(|(file, text)| {
        let mut faults = Vec::new();
        if text.contains('\r') {
            faults.push(format!("{file}: carriage return"));
        }
        if !text.is_empty() && !text.ends_with('\n') {
            faults.push(format!("{file}: no newline at the end"));
        }
        let trailing = text.lines().position(|line| line.trim_end() != line);
        faults.extend(trailing.map(|line| format!("{file}:{}: blank at the end", line + 1)));
        faults
    });
    none("plain text", faults.collect());
}

#[test]
fn nothing_is_left_for_later_in_a_comment() {
    let marks = [["TO", "DO"], ["FIX", "ME"]].map(|parts| parts.concat());
    let rust = written().filter(|(file, _)| file.ends_with(".rs"));
    let faults = rust.filter(|(_, text)| marks.iter().any(|mark| text.contains(mark.as_str())));
    none("an issue, not a comment", faults.map(|(file, _)| file).collect());
}

/// Punctuation of half width within Chinese: a comma, colon or semicolon between two characters,
/// or between a value that is put in and a character.
fn half_width_in_chinese(line: &str) -> bool {
    let chinese = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let characters: Vec<char> = line.chars().collect();
    characters.windows(3).any(|three| {
        (chinese(&three[0]) || three[0] == '}')
            && [',', ':', ';'].contains(&three[1])
            && chinese(&three[2])
    })
}

#[test]
fn chinese_is_punctuated_as_chinese() {
    assert!(half_width_in_chinese("\"{}:通过。\"") && half_width_in_chinese("真,请"));
    assert!(!half_width_in_chinese("真，请") && !half_width_in_chinese("\"证\": \"照\""));
    let rust = files("src").into_iter().filter(|file| file.ends_with(".rs"));
    let rust = rust.flat_map(|file| {
        let lines = crate::support::tree::production(&file);
        lines.into_iter().map(move |(number, line)| (format!("{file}:{number}"), line))
    });
    let pages = written().filter(|(file, _)| has_extension(file, &["html", "js"]));
    let faults = rust.chain(pages).filter(|(_, text)| half_width_in_chinese(text));
    none("full width within Chinese", faults.map(|(place, _)| place).collect());
}

#[test]
fn no_test_is_ignored() {
    let ignored = ["#[ig", "nore"].concat();
    let faults = written().filter(|(_, text)| text.contains(&ignored)).map(|(file, _)| file);
    none("no ignored tests", faults.collect());
}

#[test]
fn no_private_key_outside_its_folder() {
    let faults = files("").into_iter().filter(|file| !file.starts_with("certs-test/"));
    let faults = faults.filter(|file| {
        has_extension(file, &["key", "p8", "p12", "pfx", "jks"])
            || text(file).is_some_and(|text| holds_private_key(&text))
    });
    none("private keys belong in certs-test/", faults.collect());
}

/// True when a PEM private key with a body is in the text; the label alone is only a word.
fn holds_private_key(text: &str) -> bool {
    let mut after = text.split("PRIVATE KEY-----").skip(1).step_by(2);
    let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    after.any(|body| body.trim_start().chars().take_while(|c| base64(*c)).count() >= 40)
}

#[test]
fn a_key_is_told_from_its_label() {
    let body = "MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQg";
    let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} {}-----", "PRIVATE KEY"));
    assert!(holds_private_key(&format!("{begin}\n{body}\n{end}\n")));
    assert!(!holds_private_key(&format!("let label = \"{begin}\"; let end = \"{end}\";")));
}

#[test]
fn the_changelog_says_what_is_coming() {
    let text = text("CHANGELOG.md").expect("text");
    assert!(text.lines().any(|line| line == "## Unreleased"), "CHANGELOG.md has no Unreleased");
}

#[test]
fn one_word_per_thing() {
    let endings = ["Manager", "Helper", "Util", "Utils"];
    let rust = files("src").into_iter().filter(|file| file.ends_with(".rs"));
    let faults = rust.flat_map(|file| {
        let lines = crate::support::tree::production(&file).into_iter();
        let named = lines.filter_map(|(number, line)| {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.find(|word| ["struct", "enum", "trait"].contains(word))?;
            let name = words.find(|word| !word.is_empty())?.to_owned();
            endings.iter().any(|e| name.ends_with(e)).then(|| format!("{file}:{number}: {name}"))
        });
        named.collect::<Vec<_>>()
    });
    none("a name says what the thing is", faults.collect());
}
