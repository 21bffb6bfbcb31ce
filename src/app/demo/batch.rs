//! A batch of the first department: some of its rows failed, and what was issued on that day is
//! declared.

use super::office::Department;
use crate::{App, AppError, BatchEvent, Caller, CountAsked, IngestRequest};

const TYPE: &str = "119999000000000198003";
const DAY: &str = "2026-03-09";
const HEAD: [&str; 9] = [
    "许可证编号",
    "经营者名称",
    "统一社会信用代码",
    "经营者姓名",
    "经营场所",
    "经营面积",
    "经营项目",
    "有效期自",
    "发证日期",
];
/// Number, name, code, owner, area; the code of the second is mistyped, the third has no owner, the
/// last has the number of the first. Of the sequence, 10003 is missing.
const ROWS: [[&str; 5]; 6] = [
    ["XCY9999002610001", "样板区和风小吃店", "92999900MA10000170", "王样例", "32.5"],
    ["XCY9999002610002", "样板区老街豆浆铺", "92999900MA10000178", "李样例", "18"],
    ["XCY9999002610004", "样板区清晨面点坊", "92999900MA1000025T", "", "24"],
    ["XCY9999002610005", "样板区巷口砂锅店", "92999900MA1000025T", "周样例", "41"],
    ["XCY9999002610006", "样板区学府饭团屋", "92999900MA1000033M", "吴样例", "15.8"],
    ["XCY9999002610001", "样板区河畔糖水铺", "92999900MA1000033M", "郑样例", "20"],
];

pub(super) fn send(app: &App, department: &Department) -> Result<(), AppError> {
    let caller = Caller::Console { organization: department.id };
    let (place, items) = ("示例省示例市样板区长安路100号", "热食类食品制售");
    let row = |[number, name, code, owner, area]: [&str; 5]| {
        [number, name, code, owner, place, area, items, DAY, DAY].join(",")
    };
    let lines = std::iter::once(HEAD.join(",")).chain(ROWS.map(row));
    let text = lines.collect::<Vec<_>>().join("\r\n");
    let request = IngestRequest {
        license_type: TYPE.to_owned(),
        file_name: "小餐饮-样例.csv".to_owned(),
        bytes: text.into_bytes(),
        declared: Some(6),
        seal: None,
        form: None,
        level: None,
    };
    let batch = app.ingest_receive(&caller, None, request)?.value;
    app.work_on_batch(&batch.id, &mut |_| {})?;
    app.ingest_step(&caller, &batch.id, BatchEvent::Start)?;
    app.work_on_batch(&batch.id, &mut |_| {})?;
    let count = CountAsked { license_type: TYPE.to_owned(), day: DAY.to_owned(), count: 6 };
    app.counts_declare(&caller, &[count])
}
