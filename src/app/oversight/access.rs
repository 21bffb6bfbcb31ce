//! The access log as an auditor searches it.

use super::export::{AccessFormat, export_text};
use crate::people::{Names, actor_named};
use crate::view::time::instant;
use crate::view::{AccessLookView, AccessView};
use crate::{App, AppError, Caller, Document, refused};
use domain::access::Permission;
use domain::audit::{AccessRow, Subject};
use domain::id::OrganizationId;
use domain::time::{day, day_begins};
use storage::AccessQuery;
use time::{Duration, OffsetDateTime};

/// Looks on one page.
const LOOKS_A_PAGE: u32 = 50;
/// Looks in one export: some ten megabytes. Longer times are exported in parts.
const LOOKS_EXPORTED: u32 = 20_000;

/// What an auditor asks for; an empty text asks for everything.
#[derive(Clone, Debug, Default)]
pub struct AccessAsked {
    /// Who looked: the name to sign in with, or an actor as the logs name it.
    pub actor: String,
    /// At which license: its id or its identifier.
    pub license: String,
    /// For which organization: its name, credit code or id.
    pub organization: String,
    /// For which case.
    pub case_no: String,
    /// On which day, `YYYY-MM-DD` in China.
    pub day: String,
    /// Only what is before this place of the chain.
    pub before: Option<u64>,
}

impl AccessAsked {
    /// The names of what was asked by; what was typed may name a person.
    fn by(&self) -> String {
        let all = [
            ("actor", &self.actor),
            ("license", &self.license),
            ("organization", &self.organization),
            ("case_no", &self.case_no),
            ("day", &self.day),
        ];
        let named = all.iter().filter(|(_, text)| !text.trim().is_empty());
        named.map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
    }
}

impl App {
    /// A page of the access log, newest first. That it was read is an event of the audit trail.
    ///
    /// # Errors
    /// Not allowed; `actor_unknown`, `license_unknown`, `unknown_organization`,
    /// `unsupported_parameter` (the day); the store's.
    pub fn access_log(&self, caller: &Caller, asked: &AccessAsked) -> Result<AccessView, AppError> {
        let mut rows = self.access_rows(caller, asked, "access.read", LOOKS_A_PAGE + 1)?;
        let more = rows.len() > LOOKS_A_PAGE as usize;
        rows.truncate(LOOKS_A_PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.sequence);
        let mut names = Names::of_register(&self.store);
        let looks = rows.iter().map(|row| self.look_view(row, &mut names));
        let looks = looks.collect::<Result<_, AppError>>()?;
        Ok(AccessView { looks, next })
    }

    /// What fits, oldest first, with its hashes, as a file that `audit verify` checks. That it was
    /// exported is an event of the audit trail.
    ///
    /// # Errors
    /// As [`App::access_log`].
    pub fn access_export(
        &self,
        caller: &Caller,
        asked: &AccessAsked,
        format: AccessFormat,
    ) -> Result<Document, AppError> {
        let mut rows = self.access_rows(caller, asked, "access.export", LOOKS_EXPORTED)?;
        rows.reverse();
        let bytes = export_text(&rows, format).into_bytes();
        let sha256 = domain::digest::Sha256::of(&bytes).to_string();
        let name = format!("access-log.{}", format.extension());
        Ok(Document { bytes, media_type: format.media_type(), name, sha256 })
    }

    /// Follows the whole chain: how many looks it has.
    ///
    /// # Errors
    /// Not allowed; `access_chain_broken` names the first place that does not hold.
    pub fn access_check(&self, caller: &Caller) -> Result<u64, AppError> {
        caller.require(Permission::AuditRead)?;
        let whole = self.store.access_verify()?;
        whole.map(|head| head.sequence).map_err(|broken| AppError::Refused {
            code: "access_chain_broken",
            detail: broken.to_string(),
        })
    }

    fn access_rows(
        &self,
        caller: &Caller,
        asked: &AccessAsked,
        action: &str,
        limit: u32,
    ) -> Result<Vec<AccessRow>, AppError> {
        caller.require(Permission::AuditRead)?;
        let query = self.access_query(asked)?;
        let subject = match query.license {
            Some(license) => Subject::new("license", license),
            None => Subject::new("access log", "register"),
        };
        let detail = [("by", asked.by())];
        let told = self.clock.entry(&caller.actor(), action, subject, &detail)?;
        self.store.audit_append(&[told])?;
        Ok(self.store.access_search(&query, limit)?)
    }

    fn access_query(&self, asked: &AccessAsked) -> Result<AccessQuery, AppError> {
        let day = china_day(asked.day.trim())?;
        let case_no = asked.case_no.trim();
        Ok(AccessQuery {
            before: asked.before,
            actor: actor_named(&self.store, asked.actor.trim())?,
            license: self.license_named(asked.license.trim())?,
            organization: self.organization_asked(asked.organization.trim())?,
            case_no: (!case_no.is_empty()).then(|| case_no.to_owned()),
            from: day,
            until: day.map(|day| day + Duration::DAY),
        })
    }

    fn license_named(&self, text: &str) -> Result<Option<domain::id::LicenseId>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        // Also one of which nothing is known any more.
        if let Ok(id) = text.parse() {
            return Ok(Some(id));
        }
        let found = self.known_by_id(text).map_err(|error| match error {
            AppError::NotFound => AppError::Refused {
                code: "license_unknown",
                detail: "give the id or the identifier of a license".to_owned(),
            },
            other => other,
        })?;
        Ok(Some(found.license.id()))
    }

    fn organization_asked(&self, text: &str) -> Result<Option<OrganizationId>, AppError> {
        if text.is_empty() {
            return Ok(None);
        }
        let caller = self.console(text)?;
        Ok(caller.organization())
    }

    fn look_view(
        &self,
        row: &AccessRow,
        names: &mut Names<'_>,
    ) -> Result<AccessLookView, AppError> {
        let entry = &row.entry;
        let organization = match entry.organization {
            Some(id) => Some(self.store.organization_read(id)?.name),
            None => None,
        };
        let errand = entry.errand.clone();
        Ok(AccessLookView {
            sequence: row.sequence,
            at: instant(entry.at),
            actor: entry.actor.to_string(),
            who: names.of(&entry.actor)?,
            organization,
            roles: errand.roles,
            operator: errand.operator,
            operator_role: errand.operator_role,
            item: errand.item,
            case_no: errand.case_no,
            route: errand.route,
            basis: entry.basis.as_str(),
            licenses: entry.licenses.iter().map(ToString::to_string).collect(),
            fields: entry.fields.as_str(),
            outcome: entry.outcome.as_str(),
        })
    }
}

/// The beginning of a day in China.
fn china_day(text: &str) -> Result<Option<OffsetDateTime>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = day(text).filter(|day| (2000..3000).contains(&day.year()));
    let bad = || refused("unsupported_parameter", "day: a day is YYYY-MM-DD");
    day.map(|day| Some(day_begins(day))).ok_or_else(bad)
}
