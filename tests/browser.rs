//! The pages as a person sees them: Chromium, on a phone and on a desk (tests/browser/pages.mjs).

use crate::journeys::orders;
use crate::support::decision::fresh_number;
use crate::support::office::Office;
use crate::support::people;
use crate::support::service::{demo, empty_folder};
use crate::support::shared::skip;
use crate::support::systems::Client;
use crate::support::tool::{Said, run, tool};
use crate::support::tree::root;
use app::offline::{Trust, verify};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use time::OffsetDateTime;

/// What walks through the pages.
struct Browser {
    node: PathBuf,
    scripts: PathBuf,
}

impl Browser {
    /// Skips the test where a part of it is missing.
    fn new(test: &str) -> Option<Self> {
        let (node, _chromium) = (tool(test, "node")?, tool(test, "chromium")?);
        let scripts = root().join("tests/browser");
        if !scripts.join("node_modules/playwright-core").is_dir() {
            skip(test, "npm ci --prefix tests/browser was not run");
            return None;
        }
        Some(Self { node, scripts })
    }

    /// One of the walks beside this file, with what it is to know.
    fn walk(&self, script: &str, arguments: &[OsString]) -> Said {
        let script = self.scripts.join(script).into_os_string();
        run(&self.node, [&[script], arguments].concat())
    }
}

fn address(of: SocketAddr) -> OsString {
    format!("http://{of}").into()
}

#[test]
fn pages_in_a_browser() {
    let test = "pages_in_a_browser";
    let Some(browser) = Browser::new(test) else { return };
    let service = demo();
    let sealed = service.summary.example_file.clone();
    let security = people::invite(&demo().app, "browser.security", "security_admin");
    let auditor = people::invite(&demo().app, "browser.auditor", "auditor");
    let (app, role) = (&demo().app, "seal_approver");
    let approver = people::invite_to(orders::DEPARTMENT, app, "browser.approver", role);
    let waiting: Vec<String> = (0..3).map(|_| fresh_number()).collect();
    waiting.iter().for_each(|number| drop(orders::ask(number)));
    let system = people::invite(&demo().app, "browser.system", "system_admin");
    let careless = Client::new("private_key_jwt", "license.read");
    let look = careless.request("GET", "/v1/licenses").header("Authorization", &careless.token());
    look.send().expect(200);
    let arguments = [
        address(service.address),
        sealed.into_os_string(),
        format!("/v/{}", service.summary.example_code).into(),
        empty_folder("pages").into_os_string(),
        "browser.security".into(),
        security.into(),
        "browser.auditor".into(),
        auditor.into(),
        people::credit_code("11999900MB0000108").into(),
        "browser.approver".into(),
        approver.into(),
        waiting.join(",").into(),
        "browser.system".into(),
        system.into(),
        careless.id.into(),
    ];
    let said = browser.walk("pages.mjs", &arguments);
    said.expect(&[
        "seen at 390 px, scripts on",
        "seen at 1280 px",
        "scripts off",
        "people signed in",
        "an auditor found who looked",
        "a citizen signed in",
        "a batch approved and sealed",
    ]);
}

/// From the request to a license that carries the seal, by three people in three browsers.
#[test]
fn a_seal_made_in_a_browser_seals_a_license() {
    let test = "a_seal_made_in_a_browser_seals_a_license";
    let Some(browser) = Browser::new(test) else { return };
    let Some(office) = Office::new(test, "seals-browser") else { return };
    let arguments = [address(office.serve()), empty_folder("pages-seals").into_os_string()];
    browser
        .walk("seals.mjs", &arguments)
        .expect(&["asked for, approved, made, filed, taken into use"]);
    let file = office.issue(None).expect("a license under the new seal");
    let trust = Trust::load(&office.data.join("trust")).expect("anchors");
    let judged = verify(&file, &trust, OffsetDateTime::now_utc());
    assert_eq!(judged.outcome, "VALID", "{judged:?}");
    let seal = judged.signatures.iter().find_map(|one| one.seal.as_ref()).expect("a seal");
    assert_eq!(seal.name, "示例市档案馆电子证照专用章");
}

/// A license of the demo is found, changed, and what took its place revoked.
#[test]
fn a_license_is_changed_and_revoked_in_a_browser() {
    let test = "a_license_is_changed_and_revoked_in_a_browser";
    let Some(browser) = Browser::new(test) else { return };
    let Some(office) = Office::new(test, "licenses-browser") else { return };
    let arguments = [address(office.serve()), empty_folder("pages-licenses").into_os_string()];
    browser
        .walk("licenses.mjs", &arguments)
        .expect(&["found, changed and revoked, another renewed, many changed"]);
}

/// A clerk's batch, from the file to the licenses, and what was declared.
#[test]
fn a_batch_in_a_browser() {
    let test = "a_batch_in_a_browser";
    let Some(browser) = Browser::new(test) else { return };
    let Some(office) = Office::new(test, "batch-browser") else { return };
    let arguments = [address(office.serve()), empty_folder("pages-batches").into_os_string()];
    let said = browser.walk("batches.mjs", &arguments);
    said.expect(&["a batch was checked and issued", "declared and collected"]);
}

/// A type of the demo with a draft in which something is wrong, mended and published by a clerk.
#[test]
fn a_license_type_is_edited_in_a_browser() {
    let test = "a_license_type_is_edited_in_a_browser";
    let Some(browser) = Browser::new(test) else { return };
    let Some(office) = Office::new(test, "types-browser") else { return };
    let arguments = [
        address(office.serve()),
        format!("{}001", office.summary.departments[0].code).into(),
        empty_folder("pages-types").into_os_string(),
    ];
    browser.walk("types.mjs", &arguments).expect(&["a correction was worked off"]);
}

/// What a clerk at a general window does, by keyboard alone; and what may stand in a paper's place.
#[test]
fn a_case_is_decided_by_keyboard_alone() {
    let test = "a_case_is_decided_by_keyboard_alone";
    let Some(browser) = Browser::new(test) else { return };
    let Some(office) = Office::new(test, "workbench-browser") else { return };
    let arguments = [address(office.serve()), empty_folder("pages-workbench").into()];
    let said = browser.walk("workbench.mjs", &arguments);
    said.expect(&[
        "decided by keyboard alone",
        "another department was asked, and answered",
        "a paper that is issued here was mapped",
    ]);
}
