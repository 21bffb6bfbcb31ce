//! The change feed: everything that happened to licenses, once each and in one order.

use crate::view::time::instant;
use crate::view::{ChangeView, ChangesView};
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::time::day_text;
use domain::webhook::EventType;
use std::fmt;
use std::str::FromStr;
use storage::{ChangeFilter, ExpiryTold, LoggedChange, PAGE_ITEMS_MAX};

/// Where somebody who follows the changes is: in the log, and among the notices of licenses that
/// end, which are in no log. Its text is opaque to clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Since {
    log: u64,
    told: u64,
}

impl fmt::Display for Since {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.told {
            0 => write!(out, "c{:x}", self.log),
            told => write!(out, "c{:x}-{told:x}", self.log),
        }
    }
}

impl FromStr for Since {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let words = "not a next_cursor of GET /v1/changes";
        let number = |text: &str| {
            let plain = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
            let right = text.len() <= 11 && text.bytes().all(plain);
            right.then(|| u64::from_str_radix(text, 16).ok()).flatten().ok_or(words)
        };
        let places = text.strip_prefix('c').ok_or(words)?;
        let (log, told) = places.split_once('-').unwrap_or((places, "0"));
        Ok(Self { log: number(log)?, told: number(told)? })
    }
}

impl App {
    /// Changes of licenses of the caller's organization within its scope, from a cursor on, or all
    /// of them; at most `limit`. A change shows some seconds after it was made, and then everything
    /// that was before it has been shown too.
    ///
    /// # Errors
    /// The cursor is none of ours, or the store's.
    pub fn changes(
        &self,
        caller: &Caller,
        since: Option<&str>,
        limit: Option<usize>,
    ) -> Result<ChangesView, AppError> {
        let issuer = caller.require(Permission::LicenseRead)?;
        let since: Since = crate::parsed("since", since)?.unwrap_or_default();
        let types = caller.types().map(|types| types.into_iter().collect());
        let limit = limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS_MAX);
        let filter = ChangeFilter { issuer, types };
        let found = self.store.change_list(since.log, &filter, limit)?;
        let mut items: Vec<ChangeView> = found.items.iter().filter_map(change_view).collect();
        // A full page has no room left, and asks for none.
        let room = limit.saturating_sub(u32::try_from(items.len()).unwrap_or(limit));
        let (told, more) = match room {
            0 => (Vec::new(), true),
            room => self.store.license_ending_told(since.told, &filter, room)?,
        };
        items.extend(told.iter().map(ending_view));
        let told = told.last().map_or(since.told, |last| last.sequence);
        Ok(ChangesView {
            items,
            next_cursor: Since { log: found.next, told }.to_string(),
            more: found.more || more,
        })
    }
}

/// That a license ends, which changes nothing of it yet.
fn ending_view(told: &ExpiryTold) -> ChangeView {
    let at = instant(told.at);
    ChangeView {
        id: format!("{}-{}", told.license, told.days),
        r#type: EventType::LicenseExpiring.to_string(),
        license_id: told.license.to_string(),
        license_type: told.type_code.to_string(),
        state: told.state.to_string(),
        effective_at: at.clone(),
        recorded_at: at,
        replaced_by: None,
        valid_to: Some(day_text(told.last)),
    }
}

/// What is in the log is told, so there is always a type.
fn change_view(logged: &LoggedChange) -> Option<ChangeView> {
    let change = &logged.entry.change;
    Some(ChangeView {
        id: logged.entry.id.to_string(),
        r#type: EventType::of_change(change.event())?.to_string(),
        license_id: logged.entry.license.to_string(),
        license_type: logged.type_code.to_string(),
        state: logged.entry.to.to_string(),
        effective_at: instant(change.effective_at()),
        recorded_at: instant(change.recorded_at()),
        replaced_by: change.replacement().map(|id| id.to_string()),
        valid_to: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_others_are_refused() {
        for (log, told) in [(0, 0), (255, 0), (0, 1), (u64::from(u32::MAX), 4095)] {
            let since = Since { log, told };
            assert_eq!(since.to_string().parse(), Ok(since));
        }
        assert_eq!("cff".parse(), Ok(Since { log: 255, told: 0 }), "as before there were notices");
        let long = "c1234567890123";
        for text in ["", "c", "c-1", "c1-", "c1-1-1", "c+1", "1", "cG", "C1", long, "c 1"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }
}
