//! What was typed into the forms of a license.

use super::{
    BulkAct, BulkChoice, BulkMoveRequest, LicenseMove, MoveRequest, Seen, SuccessionRequest,
};
use crate::clockwork::random;
use crate::view::BulkMoveView;
use crate::{App, AppError, Caller, Errand, IdempotencyKey, refused};
use domain::access::Permission;
use domain::license::SuccessionKind;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Texts of a form by name.
#[derive(Clone, Debug, Default)]
pub struct Typed(BTreeMap<String, String>);

impl Typed {
    /// What was typed under a name; empty when nothing was.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn moment(&self, name: &str) -> Result<Option<OffsetDateTime>, AppError> {
        let read = |text: String| {
            crate::moment(&text)
                .ok_or_else(|| refused("effective_time_refused", "a moment is 2026-03-02T09:15"))
        };
        self.some(name).map(read).transpose()
    }

    /// A field as its type has it; nothing when the form did not ask for it.
    fn field(&self, key: &str, kind: &str) -> Option<Value> {
        let name = format!("field.{key}");
        if kind == "period" {
            let from = self.0.get(&format!("{name}.from"))?.trim();
            let to = self.text(&format!("{name}.to")).trim();
            let to = if to.is_empty() { "long_term" } else { to };
            return Some(if from.is_empty() {
                Value::Null
            } else {
                json!({ "from": from, "to": to })
            });
        }
        let text = self.0.get(&name)?.trim().replace("\r\n", "\n");
        Some(if text.is_empty() { Value::Null } else { text.into() })
    }
}

impl Typed {
    /// The licenses of a form: chosen ones, those of its list and of its file, or all that fit.
    fn choice(&self, file: &[u8]) -> Result<BulkChoice, AppError> {
        let decoded = formats::sheet::decode(file);
        let (_, file) = decoded.map_err(|cause| refused("bulk_size", cause.to_string()))?;
        let cell = |line: &str| {
            let first = line.split([',', '\t']).next().unwrap_or_default();
            first.trim_matches(|c: char| c == '"' || c.is_whitespace()).to_owned()
        };
        let lines = self.text("licenses").lines().chain(file.lines()).map(cell);
        let chosen = self.text("ids").split_ascii_whitespace().map(str::to_owned);
        let licenses: Vec<String> = chosen.chain(lines).filter(|one| !one.is_empty()).collect();
        let (license_type, state) = (self.some("kind"), self.some("state"));
        match licenses.is_empty() && (license_type.is_some() || state.is_some()) {
            true => {
                let cursor = self.some("cursor");
                Ok(BulkChoice::Fitting { license_type, state, ending_within: None, cursor })
            }
            false => Ok(BulkChoice::Listed { licenses, license_type }),
        }
    }

    fn move_request(&self, act: LicenseMove) -> Result<MoveRequest, AppError> {
        Ok(MoveRequest {
            act,
            reason: self.some("reason"),
            legal_document: self.some("document"),
            note: self.some("note"),
            effective_at: self.moment("effective")?,
            corrected: self.some("corrected"),
        })
    }
}

impl FromIterator<(String, String)> for Typed {
    fn from_iter<Pairs: IntoIterator<Item = (String, String)>>(pairs: Pairs) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl App {
    /// Suspends, resumes or revokes as it was typed; the id of the license.
    ///
    /// # Errors
    /// As [`App::license_move`].
    pub fn license_move_typed(
        &self,
        caller: &Caller,
        id: &str,
        seen: &Seen,
        act: LicenseMove,
        typed: &Typed,
    ) -> Result<String, AppError> {
        let request = typed.move_request(act)?;
        Ok(self.license_move(caller, None, id, seen, &request)?.value.license_id)
    }

    /// Changes many licenses as it was typed, or says what would become of each: until it is
    /// confirmed.
    ///
    /// # Errors
    /// As [`App::license_move_all`]; `bulk_size` for a file that is no text.
    pub fn license_move_all_typed(
        &self,
        caller: &Caller,
        errand: &Errand,
        key: Option<&IdempotencyKey>,
        typed: &Typed,
        file: &[u8],
    ) -> Result<BulkMoveView, AppError> {
        let act = match typed.text("act") {
            "resume" => LicenseMove::Resume,
            "revoke" => LicenseMove::Revoke,
            _ => LicenseMove::Suspend,
        };
        let request = BulkMoveRequest {
            which: typed.choice(file)?,
            act: BulkAct::Move(typed.move_request(act)?),
            dry_run: typed.text("confirmed").is_empty(),
        };
        Ok(self.license_move_all(caller, errand, key, &request)?.value)
    }

    /// A name for a request that a form makes, so that a form that is sent twice has one effect.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn form_key() -> Result<String, AppError> {
        Ok(hex::encode(random::<16>()?))
    }

    /// Renews or changes as it was typed; the id of the license that takes the place.
    ///
    /// # Errors
    /// As [`App::license_succeed`].
    pub fn license_succeed_typed(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
        seen: &Seen,
        kind: SuccessionKind,
        typed: &Typed,
    ) -> Result<String, AppError> {
        let license = self.own_license_for(caller, Permission::LicenseStatus, id)?;
        let content = self.content_of(&license)?;
        let type_code = license.particulars().type_code.to_string();
        let fields: Map<String, Value> = match self.catalogue.find(&type_code) {
            Some(license_type) => license_type
                .fields()
                .iter()
                .filter_map(|one| Some((one.key.clone(), typed.field(&one.key, one.kind.name())?)))
                // Of a change what was left as it is; a renewal enters its dates anew, also the same.
                .filter(|(key, value)| {
                    let before = content.get(key).unwrap_or(&Value::Null);
                    kind == SuccessionKind::Renewal || before != value
                })
                .collect(),
            None => Map::new(),
        };
        let request = SuccessionRequest {
            fields,
            legal_document: typed.some("document"),
            note: typed.some("note"),
            confirmed: typed.some("confirmed"),
            ..SuccessionRequest::of(kind)
        };
        let done = self.license_succeed(caller, errand, None, id, seen, request)?;
        Ok(done.value.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licenses_as_they_are_listed() {
        let typed = |pairs: &[(&str, &str)]| -> Typed {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let listed = |typed: &Typed, file: &[u8]| match typed.choice(file) {
            Ok(BulkChoice::Listed { licenses, .. }) => licenses.join("|"),
            other => format!("{other:?}"),
        };
        let one = typed(&[("licenses", " 甲1\r\n\n\"甲2\",x\n"), ("kind", "119")]);
        assert_eq!(listed(&one, b"A3\tx\r\nA4\n"), "甲1|甲2|A3|A4");
        assert_eq!(listed(&one, b"\xef\xbb\xbfA3"), "甲1|甲2|A3");
        assert_eq!(listed(&one, b"\xbc\xd75"), "甲1|甲2|甲5", "GB 18030");
        assert!(typed(&[]).choice(b"\xff\xff\xff").is_err(), "no text");
        let ids = typed(&[("ids", "a b"), ("state", "ISSUED")]);
        assert_eq!(listed(&ids, b""), "a|b");
        let fitting = typed(&[("state", "ISSUED")]).choice(b"");
        assert!(matches!(fitting, Ok(BulkChoice::Fitting { .. })), "{fitting:?}");
        assert_eq!(listed(&typed(&[]), b""), "", "never all licenses of a department");
    }

    #[test]
    fn fields_as_they_are_typed() {
        let typed: Typed = [
            ("field.name", " 样例\r\n二行 "),
            ("field.gone", " "),
            ("field.term.from", "2026-01-01"),
            ("field.term.to", ""),
            ("field.none.from", ""),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
        assert_eq!(typed.field("name", "long_text"), Some(json!("样例\n二行")));
        assert_eq!(typed.field("gone", "text"), Some(Value::Null));
        assert_eq!(typed.field("absent", "text"), None);
        let term = json!({ "from": "2026-01-01", "to": "long_term" });
        assert_eq!(typed.field("term", "period"), Some(term));
        assert_eq!(typed.field("none", "period"), Some(Value::Null));
        assert!(typed.moment("effective").unwrap().is_none());
    }
}
