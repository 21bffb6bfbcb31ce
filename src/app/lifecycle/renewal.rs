//! Renewing without asking for anything again (无感智办): everything that is known, prefilled, with
//! what proves it, what is still needed, and a digest by which somebody confirms just this.

use super::parts::parts_field;
use super::succession::is_anew;
use crate::once::asked;
use crate::view::time::instant;
use crate::view::{LicenseRenewalView, RenewalEvidenceView, RenewalFieldView, RenewalNeedView};
use crate::{App, AppError, Caller, Errand, FieldProblem, refused};
use domain::audit::Fields;
use domain::catalogue::{Field, LicenseType, Role};
use domain::license::License;
use domain::signed::canonical;
use domain::time::{china_date, day_text};
use serde_json::{Map, Value, json};
use time::{Date, Duration};

impl App {
    /// What a renewal of a license would be: its content, prefilled, what has to be entered anew, and
    /// what keeps it from being renewed. That it was looked at is written down first.
    ///
    /// # Errors
    /// As [`App::license`].
    pub fn license_renewal(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LicenseRenewalView, AppError> {
        self.require_errand(caller, errand)?;
        let license = self.own_license(caller, id)?;
        let view = self.renewal_view(&license)?;
        self.note_look(caller, errand, vec![license.id()], Fields::Content)?;
        Ok(view)
    }

    pub(super) fn renewal_view(&self, license: &License) -> Result<LicenseRenewalView, AppError> {
        let license_type = self.type_of(license)?;
        let (fields, before) = parted(&license_type, self.content_of(license)?);
        let today = china_date(self.clock.now());
        let anew = license_type.fields().iter().filter(|field| is_anew(field));
        let enter_anew = anew.map(|field| RenewalFieldView {
            key: field.key.clone(),
            name: field.name.zh.clone(),
            name_en: field.name.en.clone(),
            kind: field.kind.name().to_owned(),
            required: field.required,
            before: before.get(&field.key).cloned(),
            suggested: suggested(field, license, today),
        });
        let enter_anew: Vec<RenewalFieldView> = enter_anew.collect();
        let needs = self.needs(license, &license_type, &fields, &enter_anew)?;
        let period = license.particulars().period;
        Ok(LicenseRenewalView {
            license_id: license.id().to_string(),
            state: self.shown_state(license)?,
            version: license.version().into(),
            valid_to: period.last().map(day_text),
            days_left: period.last().map(|last| (last - today).whole_days()),
            possible: needs.is_empty(),
            confirmation: self.confirmation(license)?,
            evidence: self.evidence(license)?,
            fields,
            enter_anew,
            needs,
        })
    }

    /// The digest by which somebody confirms a renewal as it was shown: of the license, of its
    /// version, of everything that is taken over, and of the dates that are suggested.
    fn confirmation(&self, license: &License) -> Result<String, AppError> {
        let license_type = self.type_of(license)?;
        let (fields, _) = parted(&license_type, self.content_of(license)?);
        let whole = json!({
            "license": license.id().to_string(),
            "version": license.version(),
            "type_version": license_type.version(),
            "fields": fields,
            "suggested": self.suggested_all(license, &license_type),
            "parts": self.parts_now(license)?,
        });
        let bytes = canonical(&whole)
            .map_err(|cause| AppError::internal("writing a renewal".to_owned(), cause))?;
        Ok(asked("renewal", &[&bytes]).to_string())
    }

    /// What a renewal enters anew where nobody says otherwise.
    pub(super) fn suggested_all(
        &self,
        license: &License,
        license_type: &LicenseType,
    ) -> Map<String, Value> {
        let today = china_date(self.clock.now());
        let value = |field: &Field| Some((field.key.clone(), suggested(field, license, today)?));
        license_type.fields().iter().filter_map(value).collect()
    }

    /// Refuses a renewal of something else than was confirmed.
    pub(super) fn require_confirmed(
        &self,
        license: &License,
        confirmed: Option<&str>,
    ) -> Result<(), AppError> {
        match confirmed {
            Some(confirmed) if confirmed != self.confirmation(license)? => {
                let detail = "what was confirmed is not what would be renewed now";
                Err(refused("renewal_changed", detail))
            }
            _ => Ok(()),
        }
    }

    /// What keeps a license from being renewed.
    fn needs(
        &self,
        license: &License,
        license_type: &LicenseType,
        fields: &Map<String, Value>,
        anew: &[RenewalFieldView],
    ) -> Result<Vec<RenewalNeedView>, AppError> {
        let mut needs = Vec::new();
        match self.require_free(license) {
            Err(error @ AppError::IllegalMove { .. }) => {
                needs.push(RenewalNeedView::of("illegal_transition", &error.to_string()));
            }
            Err(AppError::Refused { code, detail }) => {
                needs.push(RenewalNeedView::of(code, &detail));
            }
            free => drop(free?),
        }
        let particulars = license.particulars();
        let (type_code, now) = (particulars.type_code, self.clock.now());
        if let Err(AppError::Refused { code, detail }) =
            self.instrument(particulars.issuer, None, Some(&type_code), now)
        {
            needs.push(RenewalNeedView::of(code, &detail));
        }
        // By the type as it is today, which may ask for more than it did.
        let parts = self.parts_now(license).and_then(|parts| self.parts_asked(&parts));
        let checked = parts.and_then(|parts| self.content_with_parts(license_type, fields, &parts));
        match checked {
            Err(AppError::Fields(problems)) => {
                let entered = |pointer: &str| {
                    let key = pointer.strip_prefix("/fields/").unwrap_or_default();
                    anew.iter().any(|field| key.split('/').next() == Some(&field.key))
                };
                let need = |one: FieldProblem| RenewalNeedView {
                    pointer: Some(one.pointer),
                    ..RenewalNeedView::of(one.code, &one.message)
                };
                let open = problems.into_iter().filter(|one| !entered(&one.pointer));
                needs.extend(open.map(need));
            }
            checked => drop(checked?),
        }
        Ok(needs)
    }

    /// What proves the license: its sealed file, as it verifies now, and the log.
    fn evidence(&self, license: &License) -> Result<Vec<RenewalEvidenceView>, AppError> {
        let Some(shown) = self.store.shown_by_id(license.id())? else { return Ok(Vec::new()) };
        let outcome = self.judge_known(&shown, ("license_id", None))?.outcome;
        let id = license.id();
        Ok(vec![
            RenewalEvidenceView {
                kind: "sealed_file".to_owned(),
                href: format!("/v1/licenses/{id}/renditions/original"),
                sm3: Some(shown.file.sm3.to_string()),
                outcome: Some(outcome),
                as_of: instant(self.clock.now()),
            },
            RenewalEvidenceView {
                kind: "log_proof".to_owned(),
                href: format!("/v1/log/proof?license_id={id}"),
                sm3: None,
                outcome: None,
                as_of: instant(self.clock.now()),
            },
        ])
    }
}

/// What is taken over, and what is entered anew. The list of its parts is neither: it is made again.
fn parted(
    license_type: &LicenseType,
    mut content: Map<String, Value>,
) -> (Map<String, Value>, Map<String, Value>) {
    if let Some(listed) = parts_field(license_type) {
        content.remove(&listed.key);
    }
    content.into_iter().partition(|(key, _)| !license_type.field(key).is_some_and(is_anew))
}

/// A date for a renewal: it begins when the license ends, or today, and lasts as long as before.
pub(super) fn suggested(field: &Field, license: &License, today: Date) -> Option<Value> {
    let period = license.particulars().period;
    let begin = match period.last() {
        Some(last) if last >= today => last.next_day()?,
        _ => today,
    };
    let end = || {
        let (first, last) = (period.first()?, period.last()?);
        begin.checked_add(Duration::days((last - first).whole_days()))
    };
    match field.role? {
        Role::IssueDate => Some(day_text(today).into()),
        Role::ValidFrom => Some(day_text(begin).into()),
        Role::ValidTo => end().map(|end| day_text(end).into()),
        Role::ValidPeriod => Some(json!({
            "from": day_text(begin),
            "to": end().map_or_else(|| "long_term".to_owned(), day_text),
        })),
        _ => None,
    }
}
