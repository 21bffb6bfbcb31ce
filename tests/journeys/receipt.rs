//! A receipt from the page to a case file, and checked years later by the command line alone.

use crate::support::service::{database, demo, empty_folder};
use crate::support::tool::said;
use serde_json::Value;
use std::process::Command;

fn code_and_answer(arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    let answer = program.args(["--lang", "en", "receipt", "verify"]).args(arguments).output();
    let answer = answer.expect("it runs");
    (answer.status.code(), String::from_utf8_lossy(&answer.stdout).into_owned())
}

fn verified(file: &[u8]) -> Value {
    let parts = [("file", Some("a.pdf"), "application/pdf", file)];
    demo().request("POST", "/v1/verifications").parts(&parts).send().expect(200).json()
}

#[test]
fn a_receipt_is_kept_and_checked_offline() {
    let folder = empty_folder("receipt");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    };
    let file = std::fs::read(&demo().summary.example_file).expect("readable");
    let mut changed = file.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let trust = demo().trust().display().to_string();
    for (bytes, outcome, code) in
        [(&file[..], "VALID", 0), (&changed, "INVALID", 1), (b"words", "INDETERMINATE", 2)]
    {
        let id = verified(bytes)["id"].as_str().expect("an id").to_owned();
        let path = format!("/v1/verifications/{id}/receipt");
        let answer = demo().at(&path).expect(200);
        let disposition = answer.header("content-disposition").expect("a name").to_owned();
        assert!(disposition.contains(&format!("receipt-{id}.json")), "{disposition}");
        assert_eq!(demo().at(&path).body, answer.body, "the same bytes again");
        assert_eq!(answer.json()["payload"]["outcome"], outcome);
        let (receipt, of) = (write("receipt.json", &answer.body), write("file", bytes));
        let (seen, said) = code_and_answer(&[&receipt, &of, "--trust", &trust]);
        assert_eq!(seen, Some(code), "{said}");
        assert!(said.contains("genuine") && said.contains("judged again"), "{said}");
        let other = write("other", b"another file");
        let (seen, said) = code_and_answer(&[&receipt, &other, "--trust", &trust]);
        assert_eq!(seen, Some(1), "{said}");
        let mut altered = answer.body.clone();
        let at = altered.windows(7).position(|seven| seven == b"outcome").expect("there") + 10;
        altered[at] ^= 1;
        let altered = write("altered.json", &altered);
        let (seen, said) = code_and_answer(&[&altered, "--trust", &trust]);
        assert_eq!(seen, Some(1), "{said}");
        let nobody = empty_folder("receipt-nobody").display().to_string();
        let (seen, said) = code_and_answer(&[&receipt, "--trust", &nobody]);
        assert_eq!(seen, Some(2), "{said}");
    }
}

#[test]
fn the_page_offers_the_receipt_and_the_service_its_keys() {
    let view = verified(b"words");
    let id = view["id"].as_str().expect("an id");
    let page = demo().at(&format!("/verifications/{id}?lang=zh")).expect(200).body;
    let page = String::from_utf8(page).expect("text");
    assert!(page.contains(&format!("href=\"/v1/verifications/{id}/receipt\"")), "no link");
    let keys = demo().at("/v1/receipt-keys").expect(200).json();
    let pem = keys["items"][0]["pem"].as_str().expect("a key");
    let folder = demo().trust().join("receipts");
    let file = std::fs::read_dir(folder).expect("listed").flatten().next().expect("a key").path();
    assert_eq!(std::fs::read_to_string(file).expect("read"), pem);
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    program.envs(database().map(|url| ("YZ_DATABASE", url)));
    let answer = program.args(["receipt", "keys", "--data"]).arg(&demo().data).output();
    let said = said(answer.expect("it runs"));
    assert_eq!((said.well, said.text.as_str()), (true, pem));
    let unknown = "/v1/verifications/01900000-0000-7000-8000-000000000000/receipt";
    assert_eq!(demo().at(unknown).status, 404);
}
