//! Reading a catalogue document: JSON, then whether its parts fit together.

use super::field::{Field, FieldKind, Role};
use super::layout_check;
use super::license_type::{CodeStatus, LicenseType, Validity};
use super::number::SEGMENTS_MAX;
use crate::identifier::UnifiedCode;
use std::collections::BTreeSet;

/// The built-in types are below 20 KB; drawn forms of departments stay far below this.
const DOCUMENT_BYTES_MAX: usize = 512 * 1024;
/// GB/T 36903 extensions of a type number some tens.
const FIELDS_MAX: usize = 200;

/// More rules than fields can hold is a mistake.
const RULES_MAX: usize = 200;

/// Why a catalogue document is not a license type.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Larger than any license type.
    #[error("the document has {0} bytes; a license type has at most {DOCUMENT_BYTES_MAX}")]
    TooLarge(usize),
    /// Not JSON, or not of the form of a license type.
    #[error("line {}, column {}", .0.line(), .0.column())]
    Form(#[source] serde_json::Error),
    /// The parts contradict each other.
    #[error("{place}: {problem}")]
    Inconsistent {
        /// Which part.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
}

pub(super) fn inconsistent(place: impl Into<String>, problem: impl Into<String>) -> CatalogueError {
    CatalogueError::Inconsistent { place: place.into(), problem: problem.into() }
}

impl LicenseType {
    /// Reads a catalogue document.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn read(document: &[u8]) -> Result<Self, CatalogueError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(CatalogueError::TooLarge(document.len()));
        }
        let license_type: Self = serde_json::from_slice(document).map_err(CatalogueError::Form)?;
        license_type.check_code()?;
        license_type.check_fields()?;
        license_type.check_roles()?;
        license_type.check_rules()?;
        layout_check::check(&license_type)?;
        Ok(license_type)
    }

    fn check_code(&self) -> Result<(), CatalogueError> {
        let authority = self.defining_authority.code.as_str();
        if let Err(cause) = authority.parse::<UnifiedCode>() {
            return Err(inconsistent("defining_authority.code", cause.to_string()));
        }
        if self.code.authority() != authority {
            return Err(inconsistent("code", "does not begin with `defining_authority.code`"));
        }
        let invented = authority.get(2..8) == Some(INVENTED_DIVISION);
        match (self.code_status, invented) {
            (CodeStatus::Official, true) => {
                let problem = "`official`, but the authority is of the invented division 999900";
                Err(inconsistent("code_status", problem))
            }
            (CodeStatus::Placeholder, false) => {
                let problem = "a placeholder code needs an authority of the division 999900";
                Err(inconsistent("code_status", problem))
            }
            _ => Ok(()),
        }
    }

    fn check_fields(&self) -> Result<(), CatalogueError> {
        if self.fields.len() > FIELDS_MAX {
            return Err(inconsistent("fields", format!("more than {FIELDS_MAX}")));
        }
        let mut keys = BTreeSet::new();
        for field in &self.fields {
            let place = format!("field `{}`", field.key);
            if !is_key(&field.key) {
                return Err(inconsistent(place, "a key is a-z, then a-z, 0-9 and _"));
            }
            if !keys.insert(field.key.as_str()) {
                return Err(inconsistent(place, "the key occurs twice"));
            }
            check_kind(field).map_err(|problem| inconsistent(place, problem))?;
        }
        Ok(())
    }

    fn check_rules(&self) -> Result<(), CatalogueError> {
        if self.rules.len() > RULES_MAX {
            return Err(inconsistent("rules", format!("more than {RULES_MAX}")));
        }
        for (place, rule) in self.rules.iter().enumerate() {
            let place = || format!("rules[{place}]");
            rule.check(self).map_err(|problem| inconsistent(place(), problem))?;
        }
        Ok(())
    }

    fn check_roles(&self) -> Result<(), CatalogueError> {
        let fields = |role: Role| self.fields_of(role).collect::<Vec<&Field>>();
        match fields(Role::LicenseNumber).as_slice() {
            [number] if number.required => {}
            _ => return Err(inconsistent("fields", "one required `license_number` is needed")),
        }
        if !fields(Role::HolderName).iter().any(|field| field.required) {
            return Err(inconsistent("fields", "a required `holder_name` is needed"));
        }
        let once =
            [Role::IssueDate, Role::ValidFrom, Role::ValidTo, Role::ValidPeriod, Role::Parts];
        for role in once {
            if fields(role).len() > 1 {
                return Err(inconsistent("fields", format!("{role:?} occurs twice")));
            }
        }
        let stated =
            [Role::ValidTo, Role::ValidPeriod].iter().any(|role| !fields(*role).is_empty());
        if (self.validity == Validity::Stated) != stated {
            let problem = "`stated` goes with a field of role `valid_to` or `valid_period`";
            return Err(inconsistent("validity", problem));
        }
        Ok(())
    }
}

/// Division of invented bodies: no place has it (GB/T 2260).
const INVENTED_DIVISION: &str = "999900";

fn is_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && key.len() <= 64
}

fn check_kind(field: &Field) -> Result<(), String> {
    if let Some(pattern) = &field.pattern
        && (pattern.0.len() > SEGMENTS_MAX || !matches!(field.kind, FieldKind::Text { .. }))
    {
        return Err(format!("a pattern is for text and has at most {SEGMENTS_MAX} segments"));
    }
    let texts =
        matches!(field.kind, FieldKind::Text { .. } | FieldKind::CitizenId | FieldKind::Uscc);
    let fits = match field.role {
        None => true,
        Some(Role::LicenseNumber | Role::HolderName | Role::HolderCode) => texts,
        Some(Role::IssueDate | Role::ValidFrom | Role::ValidTo) => field.kind == FieldKind::Date,
        Some(Role::ValidPeriod) => field.kind == FieldKind::Period,
        Some(Role::Parts) => matches!(field.kind, FieldKind::LongText { .. }),
    };
    if !fits {
        return Err(format!("kind {} does not suit its role", field.kind.name()));
    }
    match &field.kind {
        FieldKind::Choice { choices } if choices.is_empty() => Err("no choices".into()),
        FieldKind::Table { columns, .. } if columns.is_empty() => Err("no columns".into()),
        FieldKind::Table { columns, .. } => {
            let mut keys = BTreeSet::new();
            match columns.iter().find(|c| !is_key(&c.key) || !keys.insert(c.key.as_str())) {
                Some(column) => Err(format!("column `{}`: bad or repeated key", column.key)),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
