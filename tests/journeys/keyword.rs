//! A seal goes where a text stands, also on pages that we drew: subset fonts of Chinese characters.

use crate::support::service::demo;
use formats::pdf::{File, Limits, text};

#[test]
fn the_words_of_every_drawn_license_are_found_on_it() {
    let (mut looked, errand) = (0, app::Errand::by("test"));
    for caller in demo().app.consoles().expect("organizations") {
        let query = app::LicenseQuery { limit: Some(200), ..app::LicenseQuery::default() };
        for license in demo().app.licenses(&caller, &errand, &query).expect("licenses").items {
            // What waits for an approver has no file yet.
            if license.order.is_some() {
                continue;
            }
            let sealed = demo().app.rendition(&caller, &errand, &license.id).expect("its file");
            // Departments' own documents of other tests say other things.
            if license.fields.is_empty() || !drawn(&sealed.bytes) {
                continue;
            }
            let file = File::read(&sealed.bytes, &Limits::default()).expect("readable");
            for words in [&license.number, &license.issuer] {
                let found = text::find(&file, words).expect("searched");
                assert!(!found.is_empty(), "{words} is not found on {}", license.type_name);
                for one in found {
                    let (width, height) = one.page_size;
                    let (right, low) =
                        (one.place.x + one.place.width, one.place.y + one.place.height);
                    let within = one.place.x >= 0.0 && one.place.y >= 0.0;
                    assert!(within && right <= width && low <= height, "{words}: {:?}", one.place);
                }
            }
            looked += 1;
        }
    }
    assert!(looked >= 30, "{looked} drawn licenses");
}

/// What we draw says so in its metadata.
fn drawn(pdf: &[u8]) -> bool {
    pdf.windows(8).any(|window| window == b"Yinzheng" || window == b"yinzheng")
}
