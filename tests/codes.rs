//! The list of codes is published as the program knows it.

use crate::support::snapshot;
use crate::support::tool::run;
use std::path::Path;

#[test]
fn the_list_of_codes_is_published() {
    let said = run(Path::new(env!("CARGO_BIN_EXE_yinzheng")), ["codes"]);
    assert!(said.well, "{}", said.text);
    snapshot::compare("schema/codes.md", &said.text);
}
