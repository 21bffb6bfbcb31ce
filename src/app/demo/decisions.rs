//! Decisions for a company whose business license is in the register, so that reliances are there, and
//! what another department is asked about its staff: once open, once answered.

use super::office::Department;
use super::people::person;
use super::{PersonSummary, notices};
use crate::{
    App, AppError, AssistanceQuery, AssistanceSaid, Caller, Errand, ExemptionAsked, ItemAsked,
    PartyAsked, Presented, UndertakingAsked, UndertakingMove,
};
use domain::access::{Role, Roles};
use std::collections::BTreeMap;

/// 食品经营许可证新办.
const ITEM: &str = "11999900MB000003530057";
/// The case whose question stays open, and the one whose question is answered.
const CASES: [&str; 2] = ["示免〔2026〕1号", "示免〔2026〕2号"];

/// Decides two cases as a department; the department that is asked answers the second, which is then
/// decided again. Its clerk is returned.
pub(super) fn decide(
    app: &App,
    department: &Department,
    asked: &Department,
) -> Result<PersonSummary, AppError> {
    let token = department.api_key.clone();
    let caller = app.authenticate(&Presented { token, certificate: None, address: None })?;
    for case_no in CASES {
        decided(app, &caller, case_no)?;
    }
    answer(app, asked, CASES[1])?;
    let decision = decided(app, &caller, CASES[1])?;
    notices::hand_out(app, &caller, &decision)?;
    undertake(app, &caller, &decision)?;
    let failed = |cause| AppError::internal("inviting health".to_owned(), cause);
    let roles = Roles::new(vec![Role::Clerk]).map_err(failed)?;
    person(app, asked.id, "health", "样例协查人员", roles)
}

/// Decides a case; the id of the decision.
fn decided(app: &App, caller: &Caller, case_no: &str) -> Result<String, AppError> {
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
        case_no: case_no.to_owned(),
    };
    let errand = Errand::by("POST /v1/exemption-decisions");
    Ok(app.decide_exemption(caller, &errand, None, &asked)?.value.id)
}

/// The applicant promises what the decision lets them: the first was kept, the others are open.
fn undertake(app: &App, caller: &Caller, decision: &str) -> Result<(), AppError> {
    let decided = app.exemption_decision(caller, decision)?;
    let promised = |verdict: &str| ["by_commitment", "deferrable"].contains(&verdict);
    let materials = decided.materials.iter().filter(|one| promised(&one.verdict));
    for (place, material) in materials.enumerate() {
        let asked = UndertakingAsked {
            decision: decision.to_owned(),
            material: material.key.clone(),
            ..UndertakingAsked::default()
        };
        let one = app.undertake(caller, None, &asked)?.value;
        if place == 0 {
            let found = (UndertakingMove::Fulfil, "样例：经核查，承诺属实。");
            app.end_undertaking(caller, None, &one.id, found)?;
        }
    }
    Ok(())
}

/// The department says that what it is asked in a case is so.
fn answer(app: &App, department: &Department, case_no: &str) -> Result<(), AppError> {
    let caller = Caller::Console { organization: department.id };
    let said = AssistanceSaid {
        outcome: "confirmed".to_owned(),
        statement: "经核对体检登记，从业人员健康检查均合格且在有效期内。".to_owned(),
        document_number: Some("示卫协〔2026〕2号".to_owned()),
        valid_until: None,
    };
    let open = app.assistance_requests(&caller, &AssistanceQuery::default())?;
    for one in open.items.iter().filter(|one| one.case_no == case_no) {
        app.answer_assistance(&caller, None, &one.id, &said)?;
    }
    Ok(())
}
