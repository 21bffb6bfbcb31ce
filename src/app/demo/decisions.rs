//! A decision for a company whose business license is in the register, so that reliances are there.

use super::office::Department;
use crate::{App, AppError, Errand, ExemptionAsked, ItemAsked, PartyAsked, Presented};
use std::collections::BTreeMap;

/// 食品经营许可证新办.
const ITEM: &str = "11999900MB000003530057";

pub(super) fn decide(app: &App, department: &Department) -> Result<(), AppError> {
    let token = department.api_key.clone();
    let caller = app.authenticate(&Presented { token, certificate: None, address: None })?;
    let answers = [("premises", "rented"), ("catering", "no"), ("agent", "no")];
    let asked = ExemptionAsked {
        items: vec![ItemAsked { code: ITEM.to_owned(), ..ItemAsked::default() }],
        answers: answers.map(|(key, answer)| (key.to_owned(), answer.to_owned())).into(),
        applicant: PartyAsked {
            name: "示例市青禾食品有限公司".to_owned(),
            code: "91999900MA0000015N".to_owned(),
            kind: None,
        },
        agent: None,
        relations: BTreeMap::new(),
        case_no: "示免〔2026〕1号".to_owned(),
    };
    let errand = Errand::by("POST /v1/exemption-decisions");
    app.decide_exemption(&caller, &errand, None, &asked).map(drop)
}
