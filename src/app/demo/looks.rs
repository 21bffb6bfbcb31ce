//! Looks at licenses, so that an auditor of the demo has something to find: some for cases, some
//! without, which is an alert.

use super::office::Department;
use crate::{App, AppError, Errand, LicenseQuery, Presented};

/// Case, item and operator; the last names none.
const CASES: [(&str, &str, &str); 4] = [
    ("示市监〔2026〕101号", "0100000001", "YL0012"),
    ("示市监〔2026〕102号", "0100000001", "YL0012"),
    ("示市监〔2026〕107号", "0100000003", "YL0031"),
    ("", "", ""),
];

pub(super) fn look(app: &App, department: &Department) -> Result<(), AppError> {
    let token = department.api_key.clone();
    let caller = app.authenticate(&Presented { token, certificate: None, address: None })?;
    let errand = |route: &str, (case_no, item, operator): (&str, &str, &str)| Errand {
        case_no: case_no.to_owned(),
        item: item.to_owned(),
        operator: operator.to_owned(),
        operator_role: if operator.is_empty() { String::new() } else { "窗口".to_owned() },
        ..Errand::by(route)
    };
    let query = LicenseQuery { limit: Some(3), ..LicenseQuery::default() };
    let listed = app.licenses(&caller, &errand("GET /v1/licenses", CASES[0]), &query)?;
    for (license, case) in listed.items.iter().cycle().zip(CASES) {
        app.license(&caller, &errand("GET /v1/licenses/{id}", case), &license.id)?;
    }
    app.watch_for_alerts()
}
