//! The people of the demo: one for each role, with passwords that the demo shows.

use super::{SUMMARY, read_summary};
use crate::clockwork::random;
use crate::people::secret_name;
use crate::{App, AppError, Caller};
use domain::access::{BadLogin, Login, Roles, RolesRefused, StaffStatus};
use domain::id::OrganizationId;
use gateway::one_time::{OneTimeSecret, SECRET_BYTES};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Somebody of the demo. These are keys to invented data only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PersonSummary {
    /// The name to sign in with.
    pub login: String,
    /// Words of roles.
    pub roles: Vec<String>,
    /// The password.
    pub password: String,
    /// The secret of one-time codes, hexadecimal.
    pub one_time: String,
}

/// An account of the demo as its page to sign in shows it.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// The name to sign in with.
    pub login: String,
    /// Words of roles.
    pub roles: Vec<String>,
    /// The password.
    pub password: String,
    /// The one-time code of now.
    pub code: String,
}

/// Login, name and role; the department's first, then the three administrators.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("clerk", "样例经办人", "clerk"),
    ("keeper", "样例印章管理员", "seal_keeper"),
    ("approver", "样例用印审批人", "seal_approver"),
    ("security", "样例安全管理员", "security_admin"),
    ("system", "样例系统管理员", "system_admin"),
    ("auditor", "样例审计管理员", "auditor"),
];

/// Makes the people of the demo: those of a department, and administrators of the platform.
pub(super) fn invite(
    app: &App,
    department: OrganizationId,
    platform: OrganizationId,
) -> Result<Vec<PersonSummary>, AppError> {
    let mut people = Vec::new();
    for (login, name, role) in PEOPLE {
        let failed = |cause: RolesRefused| AppError::internal(format!("inviting {login}"), cause);
        let roles: Roles = role.parse().map_err(failed)?;
        let of_platform = roles.iter().any(|role| role.is_administrator());
        let organization = if of_platform { platform } else { department };
        people.push(person(app, organization, login, name, roles)?);
    }
    Ok(people)
}

pub(super) fn person(
    app: &App,
    organization: OrganizationId,
    login: &str,
    name: &str,
    roles: Roles,
) -> Result<PersonSummary, AppError> {
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        AppError::internal(format!("inviting {login}"), cause)
    };
    let login: Login = login.parse().map_err(|bad: BadLogin| failed(bad.into()))?;
    let (mut staff, first) = app.invited(organization, login, name.to_owned(), roles)?;
    let secret = Zeroizing::new(random::<SECRET_BYTES>()?);
    staff.status = StaffStatus::Active;
    staff.one_time = Some(app.custody.wrap(&secret_name(staff.id), &secret[..])?);
    let organization = Caller::Console { organization };
    let told = app.told(&organization.actor(), "staff.add", staff.id, &[])?;
    app.store.staff_insert(&staff, &told)?;
    Ok(PersonSummary {
        login: staff.login.to_string(),
        roles: staff.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        password: first.to_string(),
        one_time: hex::encode(&secret[..]),
    })
}

impl PersonSummary {
    /// The one-time code of a moment.
    #[must_use]
    pub fn code(&self, at: time::OffsetDateTime) -> String {
        let bytes = hex::decode(&self.one_time).unwrap_or_default();
        OneTimeSecret::new(Zeroizing::new(bytes)).code(at)
    }
}

impl App {
    /// The accounts that the page to sign in shows; none but in the demo.
    ///
    /// # Errors
    /// The demo's summary cannot be read.
    pub fn demo_accounts(&self) -> Result<Vec<DemoAccount>, AppError> {
        let folder = self.settings.data.join("demo");
        if !self.settings.demo_accounts || !folder.join(SUMMARY).exists() {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let people = read_summary(&folder)?.people.into_iter();
        Ok(people
            .map(|one| DemoAccount {
                code: one.code(now),
                login: one.login,
                roles: one.roles,
                password: one.password,
            })
            .collect())
    }
}
