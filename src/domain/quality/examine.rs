//! What the rules find in one license.

use super::QualityRule;
use crate::catalogue::{Content, FieldError, FieldKind, Kept, LicenseType, Role, Value};
use crate::license::Particulars;
use crate::party::HolderCodeType;
use time::Date;

/// What is stored later than this after its day of issue is late: T+1.
pub const LATE_AFTER_DAYS: i64 = 1;

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule.
    pub rule: QualityRule,
    /// The key of the field to correct first; empty for the license as a whole.
    pub field: String,
    /// The rule across fields, or the code of the misfit; never a value.
    pub detail: String,
    /// Whether it is a fault; otherwise nobody can tell.
    pub certain: bool,
}

/// What was found in a license.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// What was found; one for a rule and field.
    pub faults: Vec<Fault>,
    /// Days from the day of issue to that of being stored; none when it is not known.
    pub delay: Option<i64>,
}

impl Examination {
    fn add(&mut self, rule: QualityRule, field: &str, detail: &str, certain: bool) {
        let (field, detail) = (field.to_owned(), detail.to_owned());
        if !self.faults.iter().any(|known| known.rule == rule && known.field == field) {
            self.faults.push(Fault { rule, field, detail, certain });
        }
    }
}

/// Texts that stand where nothing was known.
const PLACEHOLDERS: [&str; 14] = [
    "无", "暂无", "未知", "不详", "待定", "待补", "测试", "同上", "/", "-", "—", "xx", "test",
    "null",
];

/// Examines a license: by the version by which it was drawn, and by the rules of the newest.
#[must_use]
pub fn examine(
    drawn_by: Option<&LicenseType>,
    newest: Option<&LicenseType>,
    license: &Particulars,
    stored: Date,
) -> Examination {
    let mut found = Examination::default();
    match license.issued_on {
        Some(issued) => {
            let delay = (stored - issued).whole_days();
            found.delay = Some(delay);
            if delay < 0 {
                let key = role_key(drawn_by, Role::IssueDate);
                found.add(QualityRule::IssuedLater, &key, "", true);
            }
        }
        None => found.add(QualityRule::NoIssueDate, "", "", false),
    }
    let Some(drawn_by) = drawn_by else {
        found.add(QualityRule::UnknownType, "", "", false);
        return found;
    };
    holder(drawn_by, license, &mut found);
    match content(drawn_by, license) {
        Ok(content) => by_content(drawn_by, newest.unwrap_or(drawn_by), &content, &mut found),
        Err(errors) => {
            for error in errors {
                let key = error.pointer.trim_start_matches('/').split('/').next();
                found.add(QualityRule::Content, key.unwrap_or_default(), error.code, true);
            }
        }
    }
    found
}

fn content(license_type: &LicenseType, license: &Particulars) -> Result<Content, Vec<FieldError>> {
    let unreadable = |_| {
        let message = "the content is no JSON object".to_owned();
        vec![FieldError { pointer: String::new(), code: "malformed", message }]
    };
    let json = serde_json::from_str(&license.fields_json).map_err(unreadable)?;
    Content::check(license_type, &json)
}

fn role_key(license_type: Option<&LicenseType>, role: Role) -> String {
    let field = license_type.and_then(|known| known.fields_of(role).next());
    field.map_or_else(String::new, |field| field.key.clone())
}

/// A code that has no check character can be mistyped, and nobody can tell.
fn holder(license_type: &LicenseType, license: &Particulars, found: &mut Examination) {
    let key = role_key(Some(license_type), Role::HolderCode);
    // A type that asks for no code, such as one whose number is the code, is no fault of a license.
    let Some(holder) = license.holder.as_ref().filter(|_| !key.is_empty()) else { return };
    let checked =
        matches!(holder.code_type(), HolderCodeType::UnifiedCode | HolderCodeType::CitizenId);
    if holder.code().is_empty() {
        found.add(QualityRule::HolderCode, &key, "missing", false);
    } else if !checked {
        found.add(QualityRule::HolderCode, &key, "unchecked", false);
    }
}

fn by_content(
    drawn_by: &LicenseType,
    newest: &LicenseType,
    content: &Content,
    found: &mut Examination,
) {
    for (key, value) in content.values() {
        if let Value::Text(text) = value
            && PLACEHOLDERS.contains(&text.trim().to_lowercase().as_str())
        {
            found.add(QualityRule::Placeholder, key, "", true);
        }
    }
    for field in newest.fields_of(Role::LicenseNumber) {
        let fits =
            |pattern: &crate::catalogue::NumberPattern| pattern.matches(content.license_number());
        if matches!(field.kind, FieldKind::Text { .. }) && !field.pattern.as_ref().is_none_or(fits)
        {
            // What was right when it was issued may be right still.
            let certain = newest.version() == drawn_by.version();
            found.add(QualityRule::NumberForm, &field.key, "", certain);
        }
    }
    for rule in newest.rules() {
        let known = rule.keys().iter().all(|key| drawn_by.field(key).is_some());
        match rule.kept(content) {
            _ if !known => {}
            Kept::Yes => {}
            kept => {
                let key = rule.keys()[1];
                found.add(QualityRule::Fields, key, &rule.to_string(), kept == Kept::No);
            }
        }
    }
}

#[cfg(test)]
mod tests;
