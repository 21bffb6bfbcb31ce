//! Who may use whom, and what each layer must never contain (ARCHITECTURE.md, code map).

use super::none;
use crate::support::tree::{files, production, text};

/// A layer, the layers it may use, and words that its production code may not contain.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    never: &'static [&'static str],
}

const CLOCKS: [&str; 4] = ["now_utc", "now_local", "SystemTime::now", "Instant::now"];
/// Addresses are types; these open connections.
const SOCKETS: [&str; 4] = ["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"];
/// Layers that never connect to anything and whose time is an argument.
const ALONE: [&str; 4] = ["formats", "domain", "render", "storage"];

const LAYERS: [Layer; 8] = [
    Layer {
        name: "fault",
        may_use: &[],
        never: &["std::net", "tokio", "serde", "diesel", "actix", "tracing", "unsafe "],
    },
    Layer {
        name: "formats",
        may_use: &[],
        never: &[
            "std::fs",
            "std::env",
            "std::process",
            "std::thread",
            "tokio",
            "serde",
            "diesel",
            "actix",
            "tracing",
            "log::",
            "unsafe ",
            "getrandom",
            "OsRng",
        ],
    },
    Layer {
        name: "domain",
        may_use: &["formats"],
        never: &[
            "std::fs",
            "std::env",
            "std::process",
            "std::thread",
            "tokio",
            "diesel",
            "actix",
            "tracing",
            "unsafe ",
            "getrandom",
            "OsRng",
        ],
    },
    Layer {
        name: "render",
        may_use: &["formats", "domain"],
        never: &["std::fs", "std::env", "std::process", "tokio", "diesel", "actix", "unsafe "],
    },
    Layer {
        name: "storage",
        may_use: &["domain", "fault"],
        never: &["actix", "formats::", "serde", "tokio", "unsafe "],
    },
    Layer {
        name: "gateway",
        may_use: &["domain", "formats"],
        never: &["diesel", "actix", "unsafe "],
    },
    Layer {
        name: "app",
        may_use: &["fault", "formats", "domain", "render", "storage", "gateway"],
        never: &["actix", "diesel", "clap", "<html", "SELECT ", "unsafe "],
    },
    Layer {
        name: "web",
        may_use: &["app", "domain", "fault"],
        never: &[
            "diesel",
            "storage::",
            "gateway::",
            "formats::",
            "sm2::",
            "sm3::",
            "sha2::",
            "use aws_lc_rs",
            "clap",
            "unsafe ",
        ],
    },
];

/// The command line is the root package; it may see the layers above it, but neither SQL nor keys.
const ROOT_MAY_USE: [&str; 4] = ["app", "domain", "formats", "web"];
const ROOT_NEVER: [&str; 6] = ["diesel", "storage::", "gateway::", "SELECT ", "actix", "unsafe "];

/// The one file that speaks to a foreign library; everything else is checked by the compiler.
const UNSAFE: &str = "src/gateway/custody/sdf/raw.rs";

fn faults_in(file: &str, never: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in production(file) {
        let found = never.iter().filter(|word| has_word(&line, word));
        let found = found.filter(|word| file != UNSAFE || **word != "unsafe ");
        faults.extend(found.map(|word| format!("{file}:{number}: {word}")));
    }
    faults
}

/// True when `word` stands in `line` and does not merely end a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn layers_keep_to_their_trade() {
    let mut faults = Vec::new();
    for layer in &LAYERS {
        let mut never = layer.never.to_vec();
        if ALONE.contains(&layer.name) {
            never.extend(CLOCKS.iter().chain(&SOCKETS));
        }
        let rust = files(&format!("src/{}", layer.name)).into_iter();
        faults.extend(rust.filter(|f| f.ends_with(".rs")).flat_map(|f| faults_in(&f, &never)));
    }
    for file in files("src/cli").iter().map(String::as_str).chain(["src/main.rs", "src/config.rs"])
    {
        faults.extend(faults_in(file, &ROOT_NEVER));
    }
    none("a layer contains what it never may", faults);
}

#[test]
fn each_unsafe_line_says_why_it_is_sound() {
    let lines: Vec<String> = text(UNSAFE).expect("text").lines().map(str::to_owned).collect();
    let unsafe_lines = lines.iter().enumerate().filter(|(_, line)| {
        let types = line.contains("unsafe extern");
        (line.contains("unsafe {") || line.contains("unsafe impl")) && !types
    });
    let mut faults = Vec::new();
    for (number, _) in unsafe_lines {
        let above = &lines[number.saturating_sub(3)..number];
        if !above.iter().any(|line| line.trim_start().starts_with("// SAFETY: ")) {
            faults.push(format!("{UNSAFE}:{}", number + 1));
        }
    }
    none("unsafe without a reason", faults);
}

/// Everything of the service in which a private key could be asked to sign.
fn callers(call: &str) -> Vec<String> {
    let rust = files("src").into_iter().filter(|file| file.ends_with(".rs"));
    let found = rust.flat_map(|file| {
        let lines = production(&file).into_iter().filter(|(_, line)| line.contains(call));
        lines.map(|(_, line)| format!("{file}: {}", line.trim())).collect::<Vec<_>>()
    });
    found.collect()
}

#[test]
fn one_line_asks_a_private_key() {
    let door = "src/app/sealing/door.rs: \
                Ok(custody.sign(key.custody, key.suite, message, under)?)";
    assert_eq!(callers("custody.sign("), [door]);
    // Keys in memory: those of custody, of the test PKI, of trust lists, of the bench, of an approver
    // and of an applicant who sign without the service, and of those who call it.
    let in_memory = [
        // Of the demo: new with each start, and never near custody.
        "src/app/identity/test_identity.rs",
        "src/app/orders/outside.rs",
        "src/app/signing/offline.rs",
        "src/app/demo/clients.rs",
        "src/app/demo/signatories.rs",
        "src/app/pki/",
        "src/app/trust.rs",
        "src/cli/run/bench/limits.rs",
        "src/cli/run/client/signing.rs",
        "src/formats/",
        "src/gateway/custody/software.rs",
    ];
    let elsewhere = callers("PrivateKey::").into_iter();
    let elsewhere = elsewhere.filter(|line| !in_memory.iter().any(|file| line.starts_with(file)));
    none("a private key outside custody", elsewhere.collect());
}

/// Documents whose JSON is their published form.
const DOCUMENTS: [&str; 8] = [
    "src/domain/as_text.rs",
    "src/domain/catalogue",
    "src/domain/exemption",
    "src/domain/form",
    "src/domain/log",
    "src/domain/sealing/manifest.rs",
    "src/domain/signed",
    "src/domain/trust_list",
];

#[test]
fn only_documents_are_serialized_in_the_domain() {
    let rust = files("src/domain").into_iter().filter(|file| file.ends_with(".rs"));
    let rust = rust.filter(|file| !DOCUMENTS.iter().any(|folder| file.starts_with(folder)));
    let faults = rust.flat_map(|file| faults_in(&file, &["Serialize", "Deserialize"]));
    none("what a client sees is app::view", faults.collect());
}

#[test]
fn arrows_point_one_way() {
    let mut faults = Vec::new();
    let root = ("Cargo.toml".to_owned(), &ROOT_MAY_USE[..]);
    let layers = LAYERS.iter().map(|l| (format!("src/{}/Cargo.toml", l.name), l.may_use));
    for (manifest, may_use) in layers.chain([root]) {
        let manifest_text = text(&manifest).expect("text");
        let table: toml::Table = toml::from_str(&manifest_text).expect(&manifest);
        let uses =
            |layer: &&Layer| table.get("dependencies").is_some_and(|d| d.get(layer.name).is_some());
        let used = LAYERS.iter().filter(uses);
        let wrong = used.filter(|layer| !may_use.contains(&layer.name));
        faults.extend(wrong.map(|layer| format!("{manifest} uses {}", layer.name)));
    }
    none("an arrow that the layers do not allow", faults);
}

#[test]
fn a_word_is_found_where_it_stands_alone() {
    assert!(has_word("use std::fs;", "std::fs"));
    assert!(has_word("let now = OffsetDateTime::now_utc();", CLOCKS[0]));
    assert!(!has_word("catalog::load()", "log::"));
}
