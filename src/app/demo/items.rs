//! Service items: those that streets of a real district handle, by their published names, at offices
//! that are invented; what they ask for is made up (示例).

use super::PersonSummary;
use super::office::Department;
use super::people::person;
use crate::{App, AppError, Caller, OrganizationRequest};
use domain::access::{Role, Roles};

/// Offices that issue nothing here, and only handle items.
const OFFICES: [(&str, &str); 7] = [
    ("示例市人力资源和社会保障局", "11999900MB0000051Q"),
    ("示例市民政局", "11999900MB000006XG"),
    ("示例市退役军人事务局", "11999900MB0000078G"),
    ("示例市残疾人联合会", "11999900MB0000086B"),
    ("示例市医疗保障局", "11999900MB00000946"),
    ("示例市农业农村局", "11999900MB0000107U"),
    ("示例市司法局", "11999900MB0000115N"),
];

/// The items of each office.
const ITEMS: [&str; 9] = [
    include_str!("../../../schema/items/agriculture.json"),
    include_str!("../../../schema/items/approval.json"),
    include_str!("../../../schema/items/civil_affairs.json"),
    include_str!("../../../schema/items/disabled_persons.json"),
    include_str!("../../../schema/items/health.json"),
    include_str!("../../../schema/items/human_resources.json"),
    include_str!("../../../schema/items/justice.json"),
    include_str!("../../../schema/items/medical_insurance.json"),
    include_str!("../../../schema/items/veterans.json"),
];

/// Registers the offices, loads what they handle, and gives the general window its clerk.
pub(super) fn load(app: &App, platform: &Department) -> Result<PersonSummary, AppError> {
    for (name, code) in OFFICES {
        let (name, code) = (name.to_owned(), code.to_owned());
        app.organization_found(&OrganizationRequest { name, code, parent: String::new() })?;
    }
    let caller = Caller::Console { organization: platform.id };
    for items in ITEMS {
        let made = app.items_import(&caller, items.as_bytes(), false)?;
        if let Some(wrong) = made.problems.first() {
            let cause = format!("item {}: {}: {}", wrong.row, wrong.place, wrong.message);
            return Err(AppError::internal("loading the items of the demo".to_owned(), cause));
        }
    }
    let failed = |cause| AppError::internal("inviting window".to_owned(), cause);
    let roles = Roles::new(vec![Role::Clerk]).map_err(failed)?;
    person(app, platform.id, "window", "样例综合窗口人员", roles)
}
