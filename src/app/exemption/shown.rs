//! A decision as it is shown.

use super::asking::Checked;
use super::assistance::Assistance;
use super::looking::Looks;
use super::words;
use super::{App, AppError};
use crate::lifecycle::value_text;
use crate::view::time::instant;
use crate::view::{
    ApplicantView, AskerView, DecidedEvidenceView, DecidedItemView, DecidedMaterialView,
    ExemptionDecisionView, FilledFieldView, asked_source,
};
use domain::catalogue::HolderKind;
use domain::exemption::{
    Decision, Fill, Freedom, Line, Material, Measured, Relied, Saved, Verdict,
};
use domain::id::{ExemptionDecisionId, LicenseId};
use domain::mask;
use domain::time::{china_date, day_text};
use std::collections::BTreeMap;
use time::{Date, OffsetDateTime};

/// What a decision is shown by.
struct Showing<'a> {
    app: &'a App,
    checked: &'a Checked,
    looks: &'a Looks,
    verified: &'a BTreeMap<LicenseId, String>,
    assistance: &'a Assistance,
    now: OffsetDateTime,
}

impl App {
    pub(super) fn decision_view(
        &self,
        id: ExemptionDecisionId,
        checked: &Checked,
        decision: &Decision,
        case_no: &str,
        (looks, verified, assistance, now): (
            &Looks,
            &BTreeMap<LicenseId, String>,
            &Assistance,
            OffsetDateTime,
        ),
    ) -> Result<ExemptionDecisionView, AppError> {
        let showing = Showing { app: self, checked, looks, verified, assistance, now };
        let materials = decision.lines.iter().map(|line| showing.line(line));
        let materials = materials.collect::<Result<Vec<_>, _>>()?;
        let filled = decision.fills.iter().map(|fill| showing.filled(fill));
        let filled = filled.collect::<Result<Vec<_>, AppError>>()?;
        let applicant = checked.applicant();
        let name = match applicant.kind {
            HolderKind::Person => mask::person_name(&applicant.name),
            HolderKind::Organization => applicant.name.clone(),
        };
        let saved = Saved::of(decision);
        Ok(ExemptionDecisionView {
            id: id.to_string(),
            as_of: instant(now),
            valid_until: day_text(decision.until),
            case_no: case_no.to_owned(),
            applicant: ApplicantView { kind: applicant.kind.name().to_owned(), name },
            items: decision.items.iter().filter_map(|one| showing.item(one)).collect(),
            asked_for: saved.asked as usize,
            waived: saved.waived as usize,
            materials,
            filled,
        })
    }
}

impl Showing<'_> {
    fn item(&self, measured: &Measured) -> Option<DecidedItemView> {
        let filed = &self.checked.item(&measured.item)?.filed;
        let freedom = |(freedom, has): (&Freedom, &Option<bool>)| (freedom_word(*freedom), *has);
        Some(DecidedItemView {
            code: filed.item.code.to_string(),
            version: filed.item.version,
            digest: filed.digest.to_string(),
            name: filed.item.name.zh.clone(),
            name_en: filed.item.name.en.clone(),
            example: filed.item.example,
            freedoms: measured.freedoms.iter().map(freedom).collect(),
        })
    }

    fn material(&self, verdict: &Verdict) -> Result<&Material, AppError> {
        let item = self.checked.item(&verdict.item);
        let found = item.and_then(|one| one.filed.item.material(&verdict.material));
        let lost = || AppError::internal("showing a decision".to_owned(), "a material is gone");
        found.ok_or_else(lost)
    }

    fn line(&self, line: &Line) -> Result<DecidedMaterialView, AppError> {
        let verdict = &line.verdict;
        let material = self.material(verdict)?;
        let due = verdict.due.map(day_text);
        let (zh, en) = words::of(verdict.ground, verdict.reason);
        let said = |words: &str| words.replace("{due}", due.as_deref().unwrap_or_default());
        let evidence = verdict.relied.iter().map(|one| self.evidence(one));
        let asker = |one: &Verdict| AskerView {
            item: one.item.to_string(),
            material: one.material.to_string(),
            verdict: one.ground.to_string(),
            reason: one.reason.to_string(),
        };
        Ok(DecidedMaterialView {
            key: verdict.material.to_string(),
            name: material.name.zh.clone(),
            name_en: material.name.en.clone(),
            source: asked_source(material.source).to_owned(),
            verdict: verdict.ground.to_string(),
            reason: verdict.reason.to_string(),
            waived: verdict.ground.is_waiver(),
            text: said(zh),
            text_en: said(en),
            valid_until: day_text(verdict.until),
            reference: verdict.reference.clone(),
            assistance: self.assistance.shown(line, self.days()),
            material: verdict.material_held.map(|id| id.to_string()),
            evidence: evidence.collect::<Result<_, AppError>>()?,
            asked_by: line.askers.iter().map(asker).collect(),
            due,
        })
    }

    /// Days for which a verdict may be relied on, and the day.
    fn days(&self) -> (u16, Date) {
        (self.app.settings.exemption.days, china_date(self.now))
    }

    fn evidence(&self, relied: &Relied) -> Result<DecidedEvidenceView, AppError> {
        let lost = || AppError::internal("showing a decision".to_owned(), "a license is gone");
        let shown = self.looks.shown(relied.license).ok_or_else(lost)?;
        let face = self.app.face(&shown.license, &shown.issuer, self.now);
        Ok(DecidedEvidenceView {
            license_id: relied.license.to_string(),
            license_version: relied.version,
            license_type: face.type_code,
            type_name: face.type_name,
            number: face.number,
            issuer: face.issuer,
            valid_to: face.valid_to,
            holder: relied.holder.to_string(),
            proves: relied.proves.as_ref().map(ToString::to_string),
            // Everything in the register was sealed by the body that issued it.
            grade: "A".to_owned(),
            verification_id: self.verified.get(&relied.license).cloned().unwrap_or_default(),
        })
    }

    fn filled(&self, fill: &Fill) -> Result<FilledFieldView, AppError> {
        let item = self.checked.item(&fill.item);
        let field = item.and_then(|one| one.filed.item.form.iter().find(|f| f.key == fill.field));
        let lost = || AppError::internal("showing a decision".to_owned(), "a field is gone");
        let (field, shown) = field.zip(self.looks.shown(fill.license)).ok_or_else(lost)?;
        let content = self.app.content_of(&shown.license)?;
        Ok(FilledFieldView {
            item: fill.item.to_string(),
            field: fill.field.to_string(),
            label: field.label.zh.clone(),
            label_en: field.label.en.clone(),
            license_id: fill.license.to_string(),
            from: fill.from.to_string(),
            value: content.get(fill.from.as_str()).map(value_text),
        })
    }
}

fn freedom_word(freedom: Freedom) -> String {
    let word = match freedom {
        Freedom::Submission => "submission",
        Freedom::Filling => "filling",
        Freedom::Seal => "seal",
        Freedom::Signature => "signature",
    };
    word.to_owned()
}
