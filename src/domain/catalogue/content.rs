//! What one license says: values checked against its type.

use super::field::{Field, Role};
use super::license_type::{LicenseType, Validity};
use super::value::{Misfit, Period, Value, is_absent};
use serde_json::{Map, Value as Json};
use time::{Date, Duration};

/// One field that is not as the type asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) within the content, such as `/holder_code` or `/rooms/2/area`.
    pub pointer: String,
    /// A stable code, such as `required`.
    pub code: &'static str,
    /// What would be right; never the value that was given.
    pub message: String,
}

/// The values of a license in the order of its type's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    entries: Vec<Entry>,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    key: String,
    role: Option<Role>,
    value: Value,
}

impl Content {
    /// Checks `json` against the type.
    ///
    /// # Errors
    /// Every field that is missing, unknown or unfit, one entry for each, in the order of the
    /// type's fields; unknown ones last.
    pub fn check(
        license_type: &LicenseType,
        json: &Map<String, Json>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut entries = Vec::new();
        let mut errors = Vec::new();
        for field in license_type.fields() {
            match checked(field, json.get(&field.key)) {
                Ok(Some(value)) => {
                    entries.push(Entry { key: field.key.clone(), role: field.role, value });
                }
                Ok(None) => {}
                Err(misfit) => errors.push(error_at(&field.key, misfit)),
            }
        }
        for key in json.keys().filter(|key| license_type.field(key).is_none()) {
            let message = "the license type has no such field";
            errors.push(error_at(key, Misfit::new("unknown_field", message)));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut content = Self { entries, valid_from: None, valid_to: None };
        content.date(license_type).map_err(|error| vec![error])?;
        Ok(content)
    }

    /// Works out the days of validity and refuses those that contradict each other.
    fn date(&mut self, license_type: &LicenseType) -> Result<(), FieldError> {
        let period = match self.of_role(Role::ValidPeriod).next() {
            Some(Value::Period(period)) => Some(*period),
            _ => None,
        };
        let issued = self.issue_date();
        let from = period.map(|period| period.from).or_else(|| self.day(Role::ValidFrom));
        self.valid_from = from.or(issued);
        self.valid_to = match license_type.validity() {
            Validity::LongTerm => None,
            Validity::Stated => period.and_then(|p| p.to).or_else(|| self.day(Role::ValidTo)),
            Validity::Years { years } => self.valid_from.and_then(|from| years_after(from, years)),
        };
        let reversed = |role: Role, message: &str| {
            let key = license_type.fields_of(role).next().map_or("", |field| field.key.as_str());
            error_at(key, Misfit::new("period_reversed", message))
        };
        let end_role = if period.is_some() { Role::ValidPeriod } else { Role::ValidTo };
        match (self.valid_from, self.valid_to, issued) {
            (Some(from), Some(to), _) if to < from => {
                Err(reversed(end_role, "the last day of validity is before the first"))
            }
            (_, Some(to), Some(issued)) if to < issued => {
                Err(reversed(end_role, "the last day of validity is before the day of issue"))
            }
            _ => Ok(()),
        }
    }

    /// The value of a field.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Keys and values in the order of the type's fields.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.key.as_str(), &entry.value))
    }

    fn of_role(&self, role: Role) -> impl Iterator<Item = &Value> {
        self.entries.iter().filter(move |entry| entry.role == Some(role)).map(|entry| &entry.value)
    }

    fn texts(&self, role: Role) -> impl Iterator<Item = &str> {
        self.of_role(role).filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::CitizenId(id) => Some(id.as_str()),
            Value::Uscc(code) => Some(code.as_str()),
            _ => None,
        })
    }

    fn day(&self, role: Role) -> Option<Date> {
        self.of_role(role).find_map(|value| match value {
            Value::Date(date) => Some(*date),
            _ => None,
        })
    }

    /// 证照编号 as given.
    #[must_use]
    pub fn license_number(&self) -> &str {
        self.texts(Role::LicenseNumber).next().unwrap_or_default()
    }

    /// 持证主体: every holder's name in order.
    #[must_use]
    pub fn holder_names(&self) -> Vec<&str> {
        self.texts(Role::HolderName).collect()
    }

    /// 持证主体代码: every holder's code in order.
    #[must_use]
    pub fn holder_codes(&self) -> Vec<&str> {
        self.texts(Role::HolderCode).collect()
    }

    /// 证照颁发日期.
    #[must_use]
    pub fn issue_date(&self) -> Option<Date> {
        self.day(Role::IssueDate)
    }

    /// The first day of validity: stated, or the day of issue.
    #[must_use]
    pub fn valid_from(&self) -> Option<Date> {
        self.valid_from
    }

    /// The last day of validity by the type's rule; none means long term.
    #[must_use]
    pub fn valid_to(&self) -> Option<Date> {
        self.valid_to
    }

    /// Both days of validity as a period, where the first is known.
    #[must_use]
    pub fn validity(&self) -> Option<Period> {
        self.valid_from.map(|from| Period { from, to: self.valid_to })
    }

    /// The JSON that is checked to this content, in the order of the type's fields.
    #[must_use]
    pub fn to_json(&self, license_type: &LicenseType) -> Map<String, Json> {
        let entries = self.entries.iter().filter_map(|entry| {
            let field = license_type.field(&entry.key)?;
            Some((entry.key.clone(), entry.value.to_json(&field.kind)))
        });
        entries.collect()
    }
}

impl Field {
    /// The value of this field alone; none where there is none and none is needed.
    ///
    /// # Errors
    /// A value that is missing or unfit, and where.
    pub fn read(&self, json: Option<&Json>) -> Result<Option<Value>, FieldError> {
        checked(self, json).map_err(|misfit| error_at(&self.key, misfit))
    }
}

fn checked(field: &Field, json: Option<&Json>) -> Result<Option<Value>, Misfit> {
    let Some(json) = json.filter(|json| !is_absent(json)) else {
        if field.required {
            return Err(Misfit::new("required", "a value is needed"));
        }
        return Ok(None);
    };
    let value = Value::read(&field.kind, json)?;
    if let (Some(pattern), Value::Text(text)) = (&field.pattern, &value)
        && !pattern.matches(text)
    {
        let message = format!("the form {} is needed", pattern.describe());
        return Err(Misfit::new("bad_pattern", message));
    }
    Ok(Some(value))
}

fn error_at(key: &str, misfit: Misfit) -> FieldError {
    let key = key.replace('~', "~0").replace('/', "~1");
    FieldError {
        pointer: format!("/{key}{}", misfit.path),
        code: misfit.code,
        message: misfit.message,
    }
}

/// The last of so many years that begin on `from`: the day before its anniversary.
fn years_after(from: Date, years: u16) -> Option<Date> {
    let year = from.year().checked_add(i32::from(years))?;
    // 29 February has its anniversary on 1 March in common years, so its last day is 28 February.
    let anniversary =
        from.replace_year(year).or_else(|_| Date::from_calendar_date(year, time::Month::March, 1));
    anniversary.ok()?.checked_sub(Duration::days(1))
}

#[cfg(test)]
mod tests;
