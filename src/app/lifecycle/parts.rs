//! Licenses that are made of others (一业一证): in force as long as all of these are. What is made of
//! others is part of nothing, so there are no circles.

use crate::issue::field_problems;
use crate::view::{LicensePartView, PartEventView, state};
use crate::{App, AppError, FieldProblem, refused};
use domain::catalogue::{Content, Field, LicenseType, Names, Role};
use domain::id::LicenseId;
use domain::license::{License, Standing};
use domain::time::day_text;
use domain::validation::Outcome;
use domain::webhook::{EventType, OwedEvent};
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// One business needs no more licenses.
const PARTS_MAX: usize = 30;
/// Whoever is told of one change.
const WHOLES_MAX: u32 = 200;

/// How a license stands by itself and by its parts.
pub(crate) struct Whole {
    pub(crate) standing: Standing,
    /// The part by which it is not complete.
    pub(crate) broken: Option<Broken>,
    /// Of one that is in force, the parts by which it is: each in its version of then.
    pub(crate) parts: Vec<License>,
}

/// A part that is not in force.
pub(crate) struct Broken {
    pub(crate) name: Names,
    pub(crate) standing: Standing,
}

impl Broken {
    /// What it says of the whole: a part that was ended or suspended leaves it invalid; of one that is
    /// not issued or not yet valid, nobody can tell.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.standing {
            Standing::NotIssued | Standing::Void | Standing::NotYetValid => Outcome::Indeterminate,
            _ => Outcome::Invalid,
        }
    }
}

/// The field in which a license lists its parts.
pub(super) fn parts_field(license_type: &LicenseType) -> Option<&Field> {
    license_type.fields_of(Role::Parts).next()
}

impl App {
    /// The licenses of which one is to be made: of any department here, each in force and itself not
    /// made of others.
    pub(crate) fn parts_asked(&self, asked: &[String]) -> Result<Vec<License>, AppError> {
        if asked.len() > PARTS_MAX {
            let detail = format!("a license is made of at most {PARTS_MAX} others");
            return Err(refused("too_many_parts", detail));
        }
        let (mut parts, mut problems) = (Vec::<License>::new(), Vec::new());
        for (place, text) in asked.iter().enumerate() {
            match self.part_asked(text)? {
                Some(part) if parts.iter().all(|one| one.id() != part.id()) => parts.push(part),
                _ => problems.push(FieldProblem {
                    pointer: format!("/parts/{place}"),
                    code: "part_not_in_force",
                    message: "the id of another license that is in force is needed".to_owned(),
                }),
            }
        }
        if problems.is_empty() { Ok(parts) } else { Err(AppError::Fields(problems)) }
    }

    /// What is not known is not told from what is not in force.
    fn part_asked(&self, text: &str) -> Result<Option<License>, AppError> {
        let Ok(id) = text.trim().parse() else { return Ok(None) };
        match self.store.license_read(id) {
            Ok(part) => {
                let whole = part.particulars().parts.is_empty();
                let valid = part.standing(self.clock.now()) == Standing::Valid;
                Ok((whole && valid).then_some(part))
            }
            Err(storage::StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The content of a license with the list of its parts, which nobody types.
    pub(crate) fn content_with_parts(
        &self,
        license_type: &LicenseType,
        fields: &Map<String, Value>,
        parts: &[License],
    ) -> Result<Content, AppError> {
        let checked = |fields| Content::check(license_type, fields).map_err(field_problems);
        let problem = |pointer: String, code, message: &str| {
            let message = message.to_owned();
            Err(AppError::Fields(vec![FieldProblem { pointer, code, message }]))
        };
        match (parts_field(license_type), parts.is_empty()) {
            (None, true) => checked(fields),
            (None, false) => {
                let message = "licenses of this type are not made of others";
                problem("/parts".to_owned(), "parts_not_taken", message)
            }
            (Some(_), true) => {
                let message = "name the licenses of which it is made";
                problem("/parts".to_owned(), "parts_needed", message)
            }
            (Some(field), false) if fields.contains_key(&field.key) => {
                let message = "it is filled in from the parts: leave it out";
                problem(format!("/fields/{}", field.key), "parts_listed", message)
            }
            (Some(field), false) => {
                let mut fields = fields.clone();
                let lines: Vec<String> = parts.iter().map(|part| self.part_line(part)).collect();
                fields.insert(field.key.clone(), lines.join("\n").into());
                checked(&fields)
            }
        }
    }

    /// A part as the face lists it.
    fn part_line(&self, part: &License) -> String {
        let fixed = part.particulars();
        let (name, number) = (self.part_name(part).zh, fixed.number.as_str());
        match fixed.period.last() {
            Some(last) => format!("{name} {number}（有效期至{}）", day_text(last)),
            None => format!("{name} {number}"),
        }
    }

    fn part_name(&self, part: &License) -> Names {
        let code = part.particulars().type_code.to_string();
        let known = self.catalogue.find(&code).map(|found| found.name().clone());
        known.unwrap_or_else(|| Names { zh: code.clone(), en: code })
    }

    /// The parts of the license that takes the place of one: each in its version of today.
    pub(super) fn parts_now(&self, license: &License) -> Result<Vec<String>, AppError> {
        let newest = |id: &LicenseId| self.part_at(*id, None).map(|(one, _)| one.id().to_string());
        license.particulars().parts.iter().map(newest).collect()
    }

    /// How a license stands by itself, at a time, and by its parts.
    pub(crate) fn standing_by_parts(
        &self,
        license: &License,
        own: Standing,
        at: Option<OffsetDateTime>,
    ) -> Result<Whole, AppError> {
        let parts = if own == Standing::Valid { &license.particulars().parts[..] } else { &[] };
        let (mut sound, mut unclear) = (Vec::new(), None);
        for part in parts {
            let (part, standing) = self.part_at(*part, at)?;
            if standing == Standing::Valid {
                sound.push(part);
                continue;
            }
            let broken = Broken { name: self.part_name(&part), standing };
            match broken.outcome() {
                Outcome::Invalid => return Ok(incomplete(broken)),
                _ => unclear = Some(broken),
            }
        }
        Ok(match unclear {
            Some(broken) => incomplete(broken),
            None => Whole { standing: own, broken: None, parts: sound },
        })
    }

    /// A part in its version of a time, or of now, and how that stands.
    fn part_at(
        &self,
        id: LicenseId,
        at: Option<OffsetDateTime>,
    ) -> Result<(License, Standing), AppError> {
        let mut license = self.store.license_read(id)?;
        loop {
            let standing = match at {
                None => license.standing(self.clock.now()),
                Some(at) => license.standing_then(&self.store.status_entry_list(license.id())?, at),
            };
            let next = self.store.license_successors(license.id())?;
            match next.into_iter().find(License::is_issued) {
                Some(next) if standing == Standing::Superseded => license = next,
                _ => return Ok((license, standing)),
            }
        }
    }

    /// The parts as they are shown: which, and how each stands now.
    pub(crate) fn parts_view(&self, license: &License) -> Result<Vec<LicensePartView>, AppError> {
        let view = |id: &LicenseId| {
            let (part, standing) = self.part_at(*id, None)?;
            Ok(self.part_view(&part, *id, state(standing)))
        };
        license.particulars().parts.iter().map(view).collect()
    }

    fn part_view(&self, part: &License, id: LicenseId, state: String) -> LicensePartView {
        let Names { zh, en } = self.part_name(part);
        LicensePartView { license_id: id.to_string(), type_name: zh, type_name_en: en, state }
    }

    /// Licenses that are made of one, in whichever version it was then.
    pub(crate) fn wholes_of(&self, license: &License) -> Result<Vec<License>, AppError> {
        let (mut versions, mut before) = (vec![license.id()], license.particulars().succession);
        while let Some(succession) = before {
            let one = self.store.license_read(succession.of)?;
            versions.push(one.id());
            before = one.particulars().succession;
        }
        Ok(self.store.license_made_of(&versions, WHOLES_MAX)?)
    }

    /// The same as they are shown to the department of the part.
    pub(super) fn wholes_view(&self, license: &License) -> Result<Vec<LicensePartView>, AppError> {
        let view = |one: License| Ok(self.part_view(&one, one.id(), self.shown_state(&one)?));
        self.wholes_of(license)?.into_iter().map(view).collect()
    }

    /// What the departments of licenses that are made of this one are told of its change.
    pub(super) fn told_of_part(&self, part: &License) -> Result<Vec<OwedEvent>, AppError> {
        let event = |whole: License| {
            let data = PartEventView {
                license_id: whole.id().to_string(),
                license_type: whole.particulars().type_code.to_string(),
                state: whole.state().to_string(),
                version: whole.version().into(),
                part_id: part.id().to_string(),
                part_type: part.particulars().type_code.to_string(),
                part_state: part.state().to_string(),
            };
            self.event(whole.particulars().issuer, EventType::LicensePartChanged, data)
        };
        self.wholes_of(part)?.into_iter().map(event).collect()
    }
}

fn incomplete(broken: Broken) -> Whole {
    Whole { standing: Standing::Incomplete, broken: Some(broken), parts: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_part_says_of_the_whole() {
        for (standing, outcome) in [
            (Standing::Revoked, Outcome::Invalid),
            (Standing::Suspended, Outcome::Invalid),
            (Standing::Expired, Outcome::Invalid),
            (Standing::Superseded, Outcome::Invalid),
            (Standing::NotYetValid, Outcome::Indeterminate),
            (Standing::NotIssued, Outcome::Indeterminate),
            (Standing::Void, Outcome::Indeterminate),
        ] {
            let name = Names { zh: "样例".to_owned(), en: "Sample".to_owned() };
            assert_eq!(Broken { name, standing }.outcome(), outcome, "{standing}");
        }
    }
}
