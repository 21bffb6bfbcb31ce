//! A license as its department and auditors look at it.

use super::renewal::suggested;
use super::succession::is_anew;
use crate::licenses::SOON;
use crate::view::time::instant;
use crate::view::{
    LicenseFieldView, LicenseLeafView, LicensePageView, LicenseRenewalView, LicenseSealView,
    LicenseVersionView, RelianceView,
};
use crate::{App, AppError, Caller, Errand};
use domain::access::Permission;
use domain::audit::{Basis, Fields};
use domain::catalogue::{Field, FieldKind, Role};
use domain::license::{Event, License};
use domain::log::recorded_at;
use domain::time::china_date;
use serde_json::{Map, Value};
use time::Duration;

/// Half a year, in which somebody may have relied on a license.
const RELIED_ON: Duration = Duration::days(180);
/// No chain is longer: identifiers count to 999.
const VERSIONS_MAX: usize = 999;

impl App {
    /// A license with all that belongs to it: for its department, and for auditors. That it was
    /// looked at is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the store's.
    pub fn license_page(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LicensePageView, AppError> {
        self.require_errand(caller, errand)?;
        let (license, basis) = self.license_to_look_at(caller, id)?;
        let particulars = license.particulars();
        let issuer = self.store.organization_read(particulars.issuer)?;
        let renditions = self.store.rendition_list(license.id())?;
        let view = LicensePageView {
            license: self.license_view(&license, &issuer, &renditions, None)?,
            history: self.history_view(&license)?,
            versions: self.versions(&license)?,
            seals: self.seals_of(&license)?,
            leaves: self.leaves_view(&license)?,
            reliance: self.reliance(&license)?,
            fields: self.fields_view(&license)?,
            renewal: self.renewal_soon(&license)?,
            part_of: self.wholes_view(&license)?,
            days_left: self.days_left(&license),
        };
        self.note_look_by(caller, errand, basis, vec![license.id()], Fields::Content)?;
        Ok(view)
    }

    /// What a renewal would be, of a license that ends soon. Of a type that is withdrawn nothing is
    /// renewed.
    fn renewal_soon(&self, license: &License) -> Result<Option<LicenseRenewalView>, AppError> {
        let may = license.state().next(Event::Supersede).is_ok();
        if !may || self.days_left(license).is_none() {
            return Ok(None);
        }
        match self.renewal_view(license) {
            Err(AppError::Refused { .. }) => Ok(None),
            view => view.map(Some),
        }
    }

    /// A license that the caller may look at: of the own department, or any for who audits.
    fn license_to_look_at(&self, caller: &Caller, id: &str) -> Result<(License, Basis), AppError> {
        match self.own_license(caller, id) {
            Ok(license) => Ok((license, Self::basis(caller))),
            Err(denied) => {
                caller.require(Permission::AuditRead).map_err(|_| denied)?;
                let id = crate::id_of(id)?;
                Ok((self.store.license_read(id)?, Basis::Audit))
            }
        }
    }

    /// The versions of a license, oldest first.
    fn versions(&self, license: &License) -> Result<Vec<LicenseVersionView>, AppError> {
        let mut first = license.clone();
        let mut before = Vec::new();
        while let Some(succession) = first.particulars().succession
            && before.len() < VERSIONS_MAX
        {
            before.push(first);
            first = self.store.license_read(succession.of)?;
        }
        before.push(first);
        before.reverse();
        let mut last = license.id();
        while let Some(next) =
            self.store.license_successors(last)?.into_iter().find(License::is_open)
            && before.len() < VERSIONS_MAX
        {
            last = next.id();
            before.push(next);
        }
        let view = |one: License| {
            let fixed = one.particulars();
            Ok(LicenseVersionView {
                id: one.id().to_string(),
                version: fixed.identifier.version(),
                succession: fixed.succession.map(|succession| succession.kind.to_string()),
                number: fixed.number.to_string(),
                state: self.shown_state(&one)?,
                changed_at: instant(one.changed_at()),
            })
        };
        before.into_iter().map(view).collect()
    }

    fn seals_of(&self, license: &License) -> Result<Vec<LicenseSealView>, AppError> {
        let orders = self.store.order_list(license.id())?;
        let view = |order: &domain::sealing::SealingOrder| {
            let seal = self.store.seal_read(order.seal)?;
            Ok(LicenseSealView {
                seal: order.seal.to_string(),
                name: seal.properties().name.clone(),
                form: order.form.to_string(),
                state: order.state.to_string(),
                approved_by: self.actor_named_in_words(&order.approved_by)?,
                approved_at: instant(order.approved_at),
            })
        };
        orders.iter().map(view).collect()
    }

    fn leaves_view(&self, license: &License) -> Result<Vec<LicenseLeafView>, AppError> {
        let mut leaves: Vec<LicenseLeafView> = Vec::new();
        for (index, leaf) in self.store.log_leaves_of(license.id())? {
            let said: Value = serde_json::from_str(&leaf.entry).unwrap_or_default();
            let event = said["event"].as_str().and_then(|word| word.parse::<Event>().ok());
            leaves.push(LicenseLeafView {
                event: event.map_or("", super::history::word).to_owned(),
                index,
                at: recorded_at(&leaf.entry).map_or_else(String::new, instant),
            });
        }
        leaves.sort_by(|one, other| one.at.cmp(&other.at));
        Ok(leaves)
    }

    fn reliance(&self, license: &License) -> Result<RelianceView, AppError> {
        let since = self.clock.now() - RELIED_ON;
        let issuer = license.particulars().issuer;
        let found = self.store.license_reliance(license.id(), issuer, since)?;
        let names = found
            .organizations
            .iter()
            .map(|id| self.store.organization_read(*id).map(|organization| organization.name));
        Ok(RelianceView {
            days: RELIED_ON.whole_days(),
            organizations: names.collect::<Result<_, _>>()?,
            verifications: found.verifications,
        })
    }

    fn days_left(&self, license: &License) -> Option<i64> {
        let today = china_date(self.clock.now());
        let left = license.particulars().period.last()? - today;
        (!left.is_negative() && left <= SOON).then(|| left.whole_days())
    }

    pub(crate) fn fields_view(&self, license: &License) -> Result<Vec<LicenseFieldView>, AppError> {
        let content = self.content_of(license)?;
        let type_code = license.particulars().type_code.to_string();
        let Some(license_type) = self.catalogue.find(&type_code) else { return Ok(Vec::new()) };
        let today = china_date(self.clock.now());
        let view = |field| {
            let suggested = suggested(field, license, today);
            field_view(field, &content, suggested.as_ref())
        };
        Ok(license_type.fields().iter().map(view).collect())
    }
}

pub(crate) fn field_view(
    field: &Field,
    content: &Map<String, Value>,
    suggested: Option<&Value>,
) -> LicenseFieldView {
    let choices = match &field.kind {
        FieldKind::Choice { choices } => {
            choices.iter().map(|one| (one.value.clone(), one.name.zh.clone())).collect()
        }
        _ => Vec::new(),
    };
    LicenseFieldView {
        key: field.key.clone(),
        name: field.name.zh.clone(),
        name_en: field.name.en.clone(),
        kind: field.kind.name().to_owned(),
        value: match field.kind {
            FieldKind::Photo => String::new(),
            _ => content.get(&field.key).map_or_else(String::new, value_text),
        },
        editable: !matches!(field.kind, FieldKind::Photo | FieldKind::Table { .. })
            && field.role != Some(Role::Parts),
        anew: is_anew(field),
        suggested: suggested.map_or_else(String::new, value_text),
        required: field.required,
        choices,
    }
}

/// A value as text: of a period its two days with a blank between, of a table its rows, one a line.
pub(crate) fn value_text(value: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Object(period) => {
            let days = ["from", "to"].map(|end| period.get(end).map(text).unwrap_or_default());
            days.join(" ")
        }
        Value::Array(rows) => {
            let row = |row: &Value| {
                let cells = row.as_object().into_iter().flat_map(Map::values).map(text);
                cells.collect::<Vec<_>>().join("  ")
            };
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        other => text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_as_text() {
        for (value, shown) in [
            (json!("张三"), "张三"),
            (json!({ "from": "2026-01-01", "to": "long_term" }), "2026-01-01 long_term"),
            (json!([{ "room": "1", "area": "20" }, { "room": "2" }]), "20  1\n2"),
        ] {
            let text = value_text(&value);
            let sorted = |text: &str| {
                let mut words: Vec<&str> = text.split_whitespace().collect();
                words.sort_unstable();
                words.join(" ")
            };
            assert_eq!(sorted(&text), sorted(shown), "{value}");
        }
    }
}
