//! The page that traces marked copies, from made-up answers.

use super::super::frame::Frame;
use super::super::marked_copies::{MarkedCopiesPage, Traced};
use super::super::marked_copy_words::Words;
use app::view::{CopiedItemView, MarkedCopyView};
use askama::Template;

/// Nothing asked yet, nothing found, or a copy that stands so.
pub(super) fn page(frame: &Frame, standing: Option<&str>) -> askama::Result<String> {
    let item = CopiedItemView {
        code: "11999900MB000003530057".to_owned(),
        name: "食品<餐饮>经营许可证新办".to_owned(),
        name_en: "Food <餐饮>".to_owned(),
    };
    let copy = |standing: &str| MarkedCopyView {
        id: "a5".repeat(16),
        decision_id: "01890000-0000-7000-8000-000000000001".to_owned(),
        license_id: "01890000-0000-7000-8000-000000000002".to_owned(),
        organization: "示例<餐饮>局".to_owned(),
        made_by: "staff:01890000-0000-7000-8000-000000000003".to_owned(),
        case_no: "YL<餐饮>".to_owned(),
        items: vec![item.clone(), item.clone()],
        license_type: "营业<餐饮>执照".to_owned(),
        license_number: "9199…23H".to_owned(),
        license_state: "REVOKED".to_owned(),
        standing: standing.to_owned(),
        original_sm3: "ab".repeat(32),
        sm3: "cd".repeat(32),
        sha256: "ef".repeat(32),
        valid_until: "2026-04-01".to_owned(),
        made_at: "2026-03-02T09:15:04+08:00".to_owned(),
    };
    let found = match standing {
        None => None,
        Some("") => Some(Traced::Nothing),
        Some("stands") => Some(Traced::Copy(Box::new(copy("stands")), Some(true))),
        Some(other) => Some(Traced::Copy(Box::new(copy(other)), Some(false))),
    };
    let (words, id) = (Words::of(frame), "a5<餐饮>");
    MarkedCopiesPage { frame, words, id, found: found.as_ref(), limit_mib: 50 }.render()
}
