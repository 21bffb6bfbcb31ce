//! A department that has no seal yet: its keeper asked for one, and everything from there on is left
//! to whoever looks at the demo.

use super::people::person;
use super::{DepartmentSummary, PersonSummary};
use crate::seals::{SealAsked, SealLook, SealTermsAsked};
use crate::{App, AppError, Caller, OrganizationRequest};
use domain::access::{Login, Role, Roles};
use time::Duration;

const NAME: &str = "示例市档案馆";
/// Formally right, of a division that does not exist.
const CODE: &str = "11999900MB0000043X";
const LINE: &str = "电子证照专用章";

/// Login, name and role.
const PEOPLE: [(&str, &str, Role); 2] = [
    ("archive.keeper", "样例档案印章管理员", Role::SealKeeper),
    ("archive.approver", "样例档案用印审批人", Role::SealApprover),
];

/// Registers the department, its people, and what its keeper asks for.
pub(super) fn arrive(app: &App) -> Result<(DepartmentSummary, Vec<PersonSummary>), AppError> {
    let (name, code) = (NAME.to_owned(), CODE.to_owned());
    let made =
        app.organization_found(&OrganizationRequest { name, code, parent: String::new() })?;
    let caller = app.console(&made.id)?;
    let organization = caller.organization().ok_or(AppError::NotFound)?;
    let mut people = Vec::new();
    for (login, name, role) in PEOPLE {
        let roles = Roles::new(vec![role])
            .map_err(|cause| AppError::internal(format!("inviting {login}"), cause))?;
        people.push(person(app, organization, login, name, roles)?);
    }
    app.seal_ask(&acting(app, PEOPLE[0].0)?, &asked(app))?;
    let api_key = app.make_api_key(organization, "demo", Role::Issuer)?.to_string();
    let department =
        DepartmentSummary { name: NAME.into(), code: CODE.into(), seal: String::new(), api_key };
    Ok((department, people))
}

fn asked(app: &App) -> SealAsked {
    let until = (app.clock.now() + Duration::days(365 * 5)).date();
    SealAsked {
        name: format!("{NAME}{LINE}"),
        kind: "99".to_owned(),
        code: String::new(),
        look: SealLook::Designed {
            shape: "round".to_owned(),
            name: NAME.to_owned(),
            line: LINE.to_owned(),
            size: "42x42".to_owned(),
        },
        terms: SealTermsAsked {
            per_hour: "200".to_owned(),
            per_day: "1000".to_owned(),
            ..SealTermsAsked::default()
        },
        from: String::new(),
        until: until.to_string(),
        replaces: String::new(),
        reason: "新设部门，首次申请电子印章".to_owned(),
    }
}

/// Somebody of the demo, as a caller.
fn acting(app: &App, login: &str) -> Result<Caller, AppError> {
    let failed = |cause| AppError::internal(format!("finding {login}"), cause);
    let login: Login =
        login.parse().map_err(|cause: domain::access::BadLogin| failed(cause.to_string()))?;
    let staff = app.store.staff_by_login(&login)?.ok_or(AppError::NotFound)?;
    Ok(Caller::Person {
        staff: staff.id,
        organization: staff.organization,
        permissions: staff.roles.permissions(),
    })
}
