//! The quality of what a department has in the register: found behind the answers, corrected by
//! people.

use crate::error::{id_of, refused};
use crate::people::readable;
use crate::view::time::instant;
use crate::view::{
    NumberGapView, QualityFindingView, QualityScoreView, QualityView, QualityWeekView,
};
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::audit::Subject;
use domain::id::{LicenseId, OrganizationId, QualityFindingId};
use domain::license::{License, LicenseState};
use domain::quality::{
    FindingState, LATE_AFTER_DAYS, QualityFinding, Score, Step, examine, week_of, week_starts,
};
use domain::time::{CHINA, day_text};
use storage::{Examined, FindingFilter, StoreError};
use time::{Date, OffsetDateTime};

/// Events of the audit trail that one round looks through.
const EVENTS_AT_ONCE: u32 = 200;
/// Rounds before others have their turn.
const ROUNDS: usize = 10;
/// Weeks of the trend.
const WEEKS: i64 = 12;
/// Findings of one page.
const SHOWN: u32 = 200;

/// Which findings to list.
#[derive(Clone, Debug, Default)]
pub struct QualityQuery {
    /// Only in this state; all that are not closed when absent.
    pub state: Option<String>,
    /// Only what is overdue.
    pub overdue: bool,
}

impl App {
    /// Examines what was issued or changed since the round before, up to some hundred licenses.
    ///
    /// # Errors
    /// The register's; the next round tries again.
    pub fn watch_quality(&self) -> Result<(), AppError> {
        if !self.tends() {
            return Ok(());
        }
        for _ in 0..ROUNDS {
            let (issued, reached) = self.store.quality_next(EVENTS_AT_ONCE)?;
            let examined =
                issued.into_iter().map(|id| self.examined(&self.store.license_read(id)?));
            let examined = examined.collect::<Result<Vec<_>, _>>()?;
            if !self.store.quality_keep(&examined, reached)? {
                break;
            }
        }
        Ok(())
    }

    /// What the rules find in a license now; nothing in one that is not in use.
    fn examined(&self, license: &License) -> Result<Examined, AppError> {
        let fixed = license.particulars();
        let at = self.clock.now();
        let code = fixed.type_code.to_string();
        let drawn_by = self.catalogue.version(&code, fixed.type_version);
        let newest = self.catalogue.find(&code);
        let stored = fixed.created_at.to_offset(CHINA).date();
        let found = examine(drawn_by.as_deref(), newest.as_deref(), fixed, stored);
        let in_use = matches!(license.state(), LicenseState::Issued | LicenseState::Suspended);
        let mut findings = Vec::new();
        for fault in found.faults.into_iter().filter(|_| in_use) {
            findings.push(QualityFinding {
                id: self.clock.id(QualityFindingId::mint)?,
                license: license.id(),
                type_code: fixed.type_code,
                organization: fixed.issuer,
                rule: fault.rule,
                field: fault.field,
                detail: fault.detail,
                certain: fault.certain,
                state: FindingState::Open,
                found_at: at,
                due_at: QualityFinding::due(fault.certain, at),
                changed: None,
                answer: String::new(),
                version: 1,
            });
        }
        let (license, organization) = (license.id(), fixed.issuer);
        Ok(Examined { license, organization, at, delay: found.delay, findings })
    }

    /// Examines one license anew.
    fn examine_again(&self, id: LicenseId) -> Result<(), AppError> {
        let examined = self.examined(&self.store.license_read(id)?)?;
        self.store.quality_keep(std::slice::from_ref(&examined), 0)?;
        Ok(())
    }

    /// The score of the caller's department, and its last weeks.
    ///
    /// # Errors
    /// Not allowed; the register's.
    pub fn quality(&self, caller: &Caller) -> Result<QualityView, AppError> {
        let organization = caller.require_whole(Permission::LicenseStatus)?;
        let this_week = week_of(self.clock.now());
        let from = this_week - WEEKS + 1;
        let known = self.store.quality_weeks(organization, from, LATE_AFTER_DAYS)?;
        let mut all = Score::default();
        known.iter().for_each(|week| all += week.score);
        let week = |number: i64| {
            let found = known.iter().find(|week| week.number == number);
            QualityWeekView {
                week: week_starts(number).0.map(day_text).unwrap_or_default(),
                score: score_view(found.map(|week| week.score).unwrap_or_default()),
            }
        };
        let now = self.clock.now();
        let open = FindingFilter { organization, state: None, due_before: None };
        let overdue = FindingFilter { due_before: Some(now), ..open };
        let gaps = self.gaps_since(organization, week_starts(from).0, now)?;
        Ok(QualityView {
            missing: gaps.iter().map(|gap| gap.count).sum(),
            gaps,
            as_of: instant(now),
            score: score_view(all),
            weeks: (from..=this_week).map(week).collect(),
            open: self.store.quality_list(&open, SHOWN)?.len(),
            overdue: self.store.quality_list(&overdue, SHOWN)?.len(),
        })
    }

    /// Numbers that are missing among those of licenses that were issued since a day.
    fn gaps_since(
        &self,
        organization: OrganizationId,
        from: Option<Date>,
        now: OffsetDateTime,
    ) -> Result<Vec<NumberGapView>, AppError> {
        let Some(from) = from else { return Ok(Vec::new()) };
        let days = (from, now.to_offset(CHINA).date());
        let issued = self.issued_between(organization, days, |_| true)?;
        self.missing_numbers(organization, &issued, days)
    }

    /// Findings of the caller's department, what is due first first.
    ///
    /// # Errors
    /// Not allowed; `unknown_state`; the register's.
    pub fn quality_findings(
        &self,
        caller: &Caller,
        query: &QualityQuery,
    ) -> Result<Vec<QualityFindingView>, AppError> {
        let organization = caller.require_whole(Permission::LicenseStatus)?;
        let state = query.state.as_deref().filter(|text| !text.is_empty());
        let state = state.map(str::parse).transpose();
        let state =
            state.map_err(|bad: domain::word::UnknownWord| refused("unknown_state", bad))?;
        let due_before = query.overdue.then(|| self.clock.now());
        let filter = FindingFilter { organization, state, due_before };
        let found = self.store.quality_list(&filter, SHOWN)?;
        found.iter().map(|one| self.finding_view(one)).collect()
    }

    /// Takes a finding, answers it, gives it back or ends it. What is answered is examined once
    /// more: what is not found any more is closed by that.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one of another department; `finding_state` with the states from
    /// which the step is possible; `version_mismatch`; `reason_needed` without words for an answer
    /// or an end.
    pub fn quality_step(
        &self,
        caller: &Caller,
        id: &str,
        step: Step,
        words: &str,
    ) -> Result<QualityFindingView, AppError> {
        let organization = caller.require_whole(Permission::LicenseStatus)?;
        let mut finding = self.store.quality_read(id_of(id)?)?;
        if finding.organization != organization {
            return Err(AppError::NotFound);
        }
        finding.state = finding.state.after(step).map_err(|from| {
            let from: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
            refused("finding_state", format!("possible from: {}", from.join(", ")))
        })?;
        if matches!(step, Step::Answer | Step::Close) {
            finding.answer = readable(words, 1..=500).map_err(|_| {
                refused("reason_needed", "say what was done, in 1 to 500 characters")
            })?;
        }
        finding.changed = Some((caller.actor(), self.clock.now()));
        finding.version = finding.version.saturating_add(1);
        let action = match step {
            Step::Take => "quality.take",
            Step::Answer => "quality.answer",
            Step::Reopen => "quality.reopen",
            Step::Close => "quality.close",
        };
        let detail = [("finding", finding.id.to_string()), ("rule", finding.rule.to_string())];
        let subject = Subject::new("license", finding.license);
        let told = self.clock.entry(&caller.actor(), action, subject, &detail)?;
        self.store.quality_step(&finding, &told).map_err(|error| match error {
            StoreError::Conflict { .. } => refused("version_mismatch", "it was changed meanwhile"),
            other => other.into(),
        })?;
        if step == Step::Answer {
            self.examine_again(finding.license)?;
        }
        self.finding_view(&self.store.quality_read(finding.id)?)
    }

    fn finding_view(&self, one: &QualityFinding) -> Result<QualityFindingView, AppError> {
        let code = one.type_code.to_string();
        let known = self.catalogue.find(&code);
        let field = known.as_ref().and_then(|known| known.field(&one.field));
        let by = one.changed.as_ref().map(|(by, _)| self.actor_named_in_words(by)).transpose()?;
        Ok(QualityFindingView {
            id: one.id.to_string(),
            license: one.license.to_string(),
            type_name: known.as_ref().map_or(code.clone(), |known| known.name().zh.clone()),
            license_type: code,
            rule: one.rule.as_str(),
            field: one.field.clone(),
            field_name: field.map_or_else(String::new, |field| field.name.zh.clone()),
            detail: one.detail.clone(),
            certain: one.certain,
            state: one.state.as_str(),
            found_at: instant(one.found_at),
            due_at: instant(one.due_at),
            overdue: one.is_overdue(self.clock.now()),
            changed_by: by,
            changed_at: one.changed.as_ref().map(|(_, at)| instant(*at)),
            answer: one.answer.clone(),
        })
    }
}

fn score_view(score: Score) -> QualityScoreView {
    QualityScoreView {
        total: score.total,
        good: score.good,
        faulty: score.faulty,
        uncertain: score.uncertain(),
        percent: score.percent(),
        fresh: score.fresh,
        late: score.late,
        fresh_percent: score.fresh_percent(),
    }
}
