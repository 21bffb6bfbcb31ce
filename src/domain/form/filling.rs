//! Filling a form from licenses: each value with where it stands, and why where there is none.
//!
//! Only a license counts that would count for a decision: in force, verified, the party's own. What
//! nobody could find out is told before "there is none". Two licenses that say something else are a
//! conflict, and nobody chooses between them.

use super::{Form, FormEntry};
use crate::catalogue::{Format, Value};
use crate::compare::{Answer, Comparison, compare};
use crate::exemption::{Case, Held, Reason, Source, licenses_of_sources};
use crate::id::LicenseId;
use crate::identifier::LicenseTypeCode;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A value that a license says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The license.
    pub license: LicenseId,
    /// Which version of its state was looked at.
    pub version: u32,
    /// Its type.
    pub license_type: LicenseTypeCode,
    /// Where it stands, and whose license it is.
    pub source: Source,
    /// The value as the form holds it.
    pub value: Value,
    /// What comes of comparing it with the first.
    pub compared: Option<Comparison>,
}

/// Why a field has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No license says it: the applicant does.
    Typed,
    /// No license of its sources counts, or nobody could find out.
    Reason(Reason),
    /// The licenses that count do not say it.
    NotSaid,
    /// What they say does not fit the field.
    Unfit,
}

impl Why {
    /// The word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Reason(reason) => reason.as_str(),
            Self::NotSaid => "not_said",
            Self::Unfit => "value_unfit",
        }
    }
}

/// What becomes of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Its value, and all licenses that say the same.
    Prefilled(Vec<Taken>),
    /// Licenses that say something else, or perhaps do.
    Conflict(Vec<Taken>),
    /// Nothing.
    Empty(Why),
}

impl Fill {
    /// The value, where it is one.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Prefilled(taken) => taken.first().map(|one| &one.value),
            Self::Conflict(_) | Self::Empty(_) => None,
        }
    }

    /// What licenses say.
    #[must_use]
    pub fn taken(&self) -> &[Taken] {
        match self {
            Self::Prefilled(taken) | Self::Conflict(taken) => taken,
            Self::Empty(_) => &[],
        }
    }
}

/// A form filled from licenses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// What becomes of each field, in the form's order.
    pub fills: Vec<(String, Fill)>,
    /// Licenses that nobody has verified and on which something hangs: it is filled when there are
    /// none, and then as if all had been verified.
    pub unasked: BTreeSet<LicenseId>,
}

/// Fills a form.
#[must_use]
pub fn filled(form: &Form, case: &Case<'_>) -> Filled {
    let sources: Vec<&Source> = form.entries().flat_map(|entry| &entry.from).collect();
    let (mut found, unasked) = licenses_of_sources(case, &sources);
    let fills = form.entries().map(|entry| {
        let rest = found.split_off(entry.from.len());
        let own = std::mem::replace(&mut found, rest);
        (entry.field.key.clone(), fill(entry, own))
    });
    Filled { fills: fills.collect(), unasked }
}

fn fill(entry: &FormEntry, found: Vec<Result<Vec<&Held>, Reason>>) -> Fill {
    let mut taken: Vec<Taken> = Vec::new();
    let mut against: Option<Reason> = None;
    let (mut silent, mut unfit) = (false, false);
    for (source, found) in entry.from.iter().zip(found) {
        let held = match found {
            Ok(held) => held,
            Err(reason) => {
                against = Some(against.map_or(reason, |known| known.min(reason)));
                continue;
            }
        };
        for held in held {
            match said(entry, source, held) {
                Some(Ok(value)) => taken.push(Taken {
                    license: held.id,
                    version: held.version,
                    license_type: held.license_type,
                    source: source.clone(),
                    compared: taken.first().map(|first| compared(entry, &first.value, &value)),
                    value,
                }),
                Some(Err(())) => unfit = true,
                None => silent = true,
            }
        }
    }
    let agrees = |one: &Taken| {
        let answer = one.compared.as_ref().map(|one| one.answer);
        matches!(answer, None | Some(Answer::Same | Answer::SameAfter))
    };
    match (taken.is_empty(), taken.iter().all(agrees)) {
        (false, true) => Fill::Prefilled(taken),
        (false, false) => Fill::Conflict(taken),
        (true, _) => Fill::Empty(match against {
            _ if entry.from.is_empty() => Why::Typed,
            // What nobody could find out comes before what is there and says nothing.
            Some(reason) if reason.is_doubt() => Why::Reason(reason),
            _ if unfit => Why::Unfit,
            _ if silent => Why::NotSaid,
            Some(reason) => Why::Reason(reason),
            None => Why::NotSaid,
        }),
    }
}

/// The value of a license as the form holds it; an error where it does not fit.
fn said(entry: &FormEntry, source: &Source, held: &Held) -> Option<Result<Value, ()>> {
    let value = held.content.as_ref()?.value(source.field.as_str())?;
    let json: Json = value.to_json(&entry.field.kind);
    Some(entry.field.read(Some(&json)).ok().flatten().ok_or(()))
}

/// What comes of comparing two values of a field.
#[must_use]
pub(super) fn compared(entry: &FormEntry, one: &Value, other: &Value) -> Comparison {
    let text = |value: &Value| value.printed(&entry.field.kind, Format::Plain);
    let (one, other) = (text(one), text(other));
    compare(entry.kind(), &one, &other, &[]).unwrap_or_else(|_| {
        // Longer than what is compared character by character.
        Comparison::undivided(one == other)
    })
}

impl FormEntry {
    /// What comes of comparing what somebody typed with what a license says.
    #[must_use]
    pub fn compared(&self, typed: &Value, said: &Value) -> Comparison {
        compared(self, typed, said)
    }
}
