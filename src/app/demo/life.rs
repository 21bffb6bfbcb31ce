//! Licenses of the first department that end soon, each within another of the days at which that is
//! told, and one that is made of two of them.

use super::named;
use super::office::Department;
use super::types::composite_code;
use crate::{App, AppError, Caller, IssueRequest};
use domain::time::{china_date, day_text};
use serde_json::{Map, Value};
use time::{Date, Duration};

const FOOD: &str = "119999000000000198002";
/// Days that are left.
const LEFT: [i64; 3] = [5, 25, 80];
const VALID_FOR: Duration = Duration::days(5 * 365);

pub(super) fn live(app: &App, department: &Department) -> Result<(), AppError> {
    let caller = Caller::Console { organization: department.id };
    let today = china_date(app.clock.now());
    let mut ids = Vec::new();
    for (place, days) in LEFT.into_iter().enumerate() {
        let key = named(&format!("demo-ending-{place}"))?;
        let fields = content(place, today + Duration::days(days));
        let request = IssueRequest::drawn(FOOD, fields);
        ids.push(app.issue(&caller, Some(&key), request)?.value.id);
    }
    let whole = IssueRequest::drawn(composite_code(department), combined(today));
    let whole = IssueRequest { parts: ids.split_off(1), ..whole };
    app.issue(&caller, Some(&named("demo-combined")?), whole)?;
    app.tell_of_ending().map(drop)
}

fn combined(today: Date) -> Map<String, Value> {
    let fields = [
        ("license_number", "ZH9999002600001".to_owned()),
        ("operator", "示例市青禾食品有限公司".to_owned()),
        ("operator_code", "91999900MA0000015N".to_owned()),
        ("owner", "林样例".to_owned()),
        ("business_address", "示例省示例市样板区长安路102号".to_owned()),
        ("business_area", "86.5".to_owned()),
        ("valid_from", day_text(today)),
        ("issue_date", day_text(today)),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}

fn content(place: usize, last: Date) -> Map<String, Value> {
    let fields = [
        ("license_number", format!("JY1999900000900{place}")),
        ("operator", "示例市青禾食品有限公司".to_owned()),
        ("operator_code", "91999900MA0000015N".to_owned()),
        ("responsible_person", "林样例".to_owned()),
        ("registered_address", "示例省示例市样板区长安路100号3层301室".to_owned()),
        ("business_address", format!("示例省示例市样板区长安路{}号", 102 + 2 * place)),
        ("business_form", "餐饮服务经营者（中型餐馆）".to_owned()),
        ("business_items", "热食类食品制售；冷食类食品制售".to_owned()),
        ("supervisor", "样板区市场监督管理所".to_owned()),
        ("signatory", "陈示例".to_owned()),
        ("issue_date", day_text(last - VALID_FOR)),
        ("valid_to", day_text(last)),
    ];
    fields.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}
