//! Licensing decisions to issue: the license type with free text, under numbers of the test's own.

use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

/// Code of 行政许可决定书 in the built-in catalogue.
pub const TYPE: &str = "119999000000000198001";

/// A document number that no other test uses.
pub fn fresh_number() -> String {
    // The demo's own numbers are below.
    static NEXT: AtomicU32 = AtomicU32::new(70_000);
    format!("示测许〔2026〕{}号", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A request for a decision of this number.
pub fn request(number: &str) -> Value {
    json!({
        "license_type": TYPE,
        "fields": {
            "document_number": number,
            "applicant": "示例市青禾食品有限公司",
            "applicant_code": "91999900MA0000015N",
            "item": "户外广告设施设置审批",
            "accepted_on": "2026-02-20",
            "body": "准予你单位在示例市样板区长安路100号设置户外广告设施一处。",
            "issue_date": "2026-03-02"
        }
    })
}
