//! A clock that is wrong: the service says so, and signs nothing.

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::Request;
use crate::support::service::{demo, empty_folder, free_address, settings};
use crate::support::tool::tool;
use domain::sealing::KeyPurpose;
use std::fs;
use std::path::Path;
use storage::Store;

/// How many signatures were ever asked for.
fn key_uses(data: &Path) -> u64 {
    let store = Store::open(&settings(data, free_address()).register()).expect("opened");
    let keys = KeyPurpose::ALL.iter().flat_map(|one| store.signing_key_list(*one).expect("listed"));
    keys.map(|key| store.key_use_count(key.id).expect("counted")).sum()
}

#[test]
fn nothing_is_signed_by_a_clock_that_is_wrong() {
    let Some(faketime) = tool("nothing_is_signed_by_a_clock_that_is_wrong", "faketime") else {
        return;
    };
    let (data, address) = (empty_folder("clock"), free_address());
    copy(&demo().made, &data);
    let before = key_uses(&data);
    let past = ["--exclude-monotonic", "-f", "-3d"].map(str::to_owned);
    let running = Running::start_under(&faketime, &past, &data, address);
    let ready = Request::new(address, "GET", "/readyz").send().expect(503).json();
    let parts = ready["parts"].as_array().expect("parts");
    let clock = parts.iter().find(|part| part["part"] == "clock").expect("the clock");
    assert_eq!((&clock["ready"], &clock["code"]), (&false.into(), &"clock_skew".into()));

    let asked = decision::request(&fresh_number());
    let issue = |address| {
        let request = Request::new(address, "POST", "/v1/licenses");
        request.header("Authorization", &demo().key()).json(&asked).send()
    };
    let refused = issue(address);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.expect(503).json()["code"], "clock_skew");
    // What needs no key goes on.
    let file = fs::read(&demo().sealed()[0]).expect("read");
    let parts = [("file", Some("sealed.pdf"), "application/pdf", &file[..])];
    Request::new(address, "POST", "/v1/verifications").parts(&parts).send().expect(200);
    drop(running);
    // On a server the register is also that of the tests beside.
    if crate::support::service::database().is_none() {
        assert_eq!(key_uses(&data), before, "no key was used");
    }

    // Elsewhere: the one before, started by another program, may still be ending.
    let address = free_address();
    let running = Running::start(&data, address);
    Request::new(address, "GET", "/readyz").send().expect(200);
    issue(address).expect(201);
    drop(running);
}
