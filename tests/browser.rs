//! The pages as a person sees them: Chromium, on a phone and on a desk (tests/browser/pages.mjs).

use crate::support::people;
use crate::support::service::{demo, empty_folder};
use crate::support::shared::skip;
use crate::support::tool::{run, tool};
use crate::support::tree::root;

#[test]
fn pages_in_a_browser() {
    let test = "pages_in_a_browser";
    let (Some(node), Some(_)) = (tool(test, "node"), tool(test, "chromium")) else { return };
    let scripts = root().join("tests/browser");
    if !scripts.join("node_modules/playwright-core").is_dir() {
        return skip(test, "npm ci --prefix tests/browser was not run");
    }
    let service = demo();
    let sealed = service.summary.example_file.clone();
    let security = people::invite("browser.security", "security_admin");
    let auditor = people::invite("browser.auditor", "auditor");
    let arguments = [
        scripts.join("pages.mjs").into_os_string(),
        format!("http://{}", service.address).into(),
        sealed.into_os_string(),
        format!("/v/{}", service.summary.example_code).into(),
        empty_folder("pages").into_os_string(),
        "browser.security".into(),
        security.into(),
        "browser.auditor".into(),
        auditor.into(),
        people::credit_code("11999900MB0000108").into(),
    ];
    let said = run(&node, arguments);
    said.expect(&[
        "seen at 390 px, scripts on",
        "seen at 1280 px",
        "scripts off",
        "people signed in",
    ]);
}
