//! License types of the first department: one of its own with a draft in which something is wrong,
//! and one that it keeps for the authority that defined it, with a rule that finds something.

use super::office::Department;
use crate::{App, AppError, Caller};
use domain::catalogue::built_in;
use serde_json::{Value, json};

/// 小餐饮经营许可证 of the built-in catalogue.
const MODEL: &str = "119999000000000198003";

pub(super) fn define(app: &App, department: &Department) -> Result<(), AppError> {
    let caller = Caller::Console { organization: department.id };
    app.type_give(MODEL, department.id)?;
    let ruled = ruled()?;
    let draft = app.type_draft_put(&caller, MODEL, ruled.to_string().as_bytes(), None)?;
    app.type_publish(&caller, MODEL, draft.revision)?;
    let code = format!("{}001", department.code);
    let first = own(department, &code)?;
    let draft = app.type_draft_put(&caller, &code, first.to_string().as_bytes(), None)?;
    app.type_publish(&caller, &code, draft.revision)?;
    let second = spoiled(first);
    app.type_draft_put(&caller, &code, second.to_string().as_bytes(), None)?;
    let code = composite_code(department);
    let whole = composite(own(department, &code)?);
    let draft = app.type_draft_put(&caller, &code, whole.to_string().as_bytes(), None)?;
    app.type_publish(&caller, &code, draft.revision)?;
    Ok(())
}

/// The type whose licenses are made of others (一业一证).
pub(super) fn composite_code(department: &Department) -> String {
    format!("{}002", department.code)
}

/// The same as a type of which each license lists the licenses of which it is made.
fn composite(mut whole: Value) -> Value {
    whole["name"] =
        json!({ "zh": "餐饮业综合许可证（样例）", "en": "Combined catering license (sample)" });
    whole["fields"][0]["pattern"] = json!([{ "literal": "ZH" }, { "digits": [13, 13] }]);
    whole["fields"][6]["key"] = "parts".into();
    whole["fields"][6]["name"] = json!({ "zh": "所含证照", "en": "Licenses of which it is made" });
    whole["fields"][6]["role"] = "parts".into();
    whole["layout"]["elements"][0]["text"] = "餐饮业综合许可证".into();
    whole["layout"]["elements"][2]["rows"][5]["label"] = "所含证照".into();
    whole["layout"]["elements"][2]["rows"][5]["text"] = "{parts}".into();
    whole["layout"]["elements"][3]["text"] =
        "　　以上证照均在有效状态时，本证与其具有同等效力（样例）。".into();
    whole
}

/// The model as it came with the program.
fn model() -> Result<Value, AppError> {
    let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
        AppError::internal("making a license type of the demo".to_owned(), cause)
    };
    let types = built_in().map_err(|(_, cause)| failed(cause.into()))?;
    let model = types.iter().find(|one| one.code().as_str() == MODEL);
    serde_json::to_value(model).map_err(|cause| failed(cause.into()))
}

/// Its next version, with a rule that one license of the demo does not keep.
fn ruled() -> Result<Value, AppError> {
    let mut ruled = model()?;
    ruled["version"] = 2.into();
    ruled["rules"] = json!(["owner needs supervisor"]);
    Ok(ruled)
}

/// A type of the department, after the model.
fn own(department: &Department, code: &str) -> Result<Value, AppError> {
    let mut own = model()?;
    own["code"] = code.into();
    own["name"] = json!({ "zh": "食品小作坊登记证（样例）", "en": "Small food workshop (sample)" });
    own["defining_authority"] = json!({ "name": department.name, "code": department.code });
    own["fields"][0]["pattern"] = json!([{ "literal": "XZF" }, { "digits": [13, 13] }]);
    own["layout"]["elements"][0]["text"] = "食品小作坊登记证".into();
    own["layout"]["elements"][3]["text"] =
        "　　经审查，准予在上述场所、按上述项目从事食品生产加工活动。".into();
    Ok(own)
}

/// Its next version: one field more, the seal moved over the code, and more text than finds room.
fn spoiled(mut own: Value) -> Value {
    own["version"] = 2.into();
    own["fields"][6]["length_max"] = 2000.into();
    own["layout"]["elements"][8]["center"] = json!([52, 236]);
    own
}
