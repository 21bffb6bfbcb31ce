use super::*;
use crate::catalogue::built_in;

fn a_type(code: &str) -> LicenseType {
    let all = built_in().expect("the built-in catalogue");
    all.into_iter().find(|one| one.code().to_string() == code).expect("a built-in type")
}

const HYGIENE: &str = "119999000000000198004";
const TRANSPORT: &str = "11100000000019713D008";

#[test]
fn heads_by_key_name_and_role() {
    let hygiene = a_type(HYGIENE);
    for (heads, expected) in [
        (&["license_number", "单位名称", "有效期限"][..], Ok(())),
        (&["证照编号", "持证主体", "持证主体代码", "证照颁发日期"], Ok(())),
        (&["有效期限起", "有效期限止", "失败原因"], Ok(())),
        (&["valid_from", "证照有效期截止日期"], Ok(())),
        (&["许可证编号", "证照编号"], Err(BadColumn::Twice("证照编号".into()))),
        (&["许可证编号", ""], Err(BadColumn::Unnamed(2))),
        (&["颜色"], Err(BadColumn::Unknown("颜色".into()))),
        (&["文件"], Err(BadColumn::Unknown("文件".into()))),
    ] {
        let read = Columns::of(&hygiene, heads.iter().copied(), false).map(drop);
        assert_eq!(read, expected, "{heads:?}");
    }
    assert!(Columns::of(&hygiene, ["文件", "许可证编号"], true).is_ok());
    let without = Columns::of(&hygiene, ["许可证编号"], true).map(drop);
    assert_eq!(without, Err(BadColumn::NoDocument));
}

#[test]
fn cells_become_what_their_field_wants() {
    let hygiene = a_type(HYGIENE);
    let heads = ["许可证编号", "operator_code", "发证日期", "有效期限起", "有效期限止", "失败原因"];
    let columns = Columns::of(&hygiene, heads, false).expect("columns of the type");
    let cells =
        ["示卫公证字〔2026〕1号 ", "91999900ma0000015n", "2026/3/2", "2026年3月2日", "长期", "x"];
    let read = columns.read(&cells.map(str::to_owned), &[]);
    assert_eq!(
        Json::Object(read.content),
        json!({
            "license_number": "示卫公证字〔2026〕1号",
            "operator_code": "91999900MA0000015N",
            "issue_date": "2026-03-02",
            "term": { "from": "2026-03-02", "to": "long_term" },
        })
    );
    assert_eq!(read.problems, []);
    let more = ["1", "2", "", "", "", "", "7"].map(str::to_owned);
    let codes: Vec<_> = columns.read(&more, &[1]).problems.into_iter().map(|p| p.code).collect();
    assert_eq!(codes, ["digits_lost", "too_many_cells"]);
}

#[test]
fn a_table_is_one_cell_of_json() {
    let transport = a_type(TRANSPORT);
    let columns = Columns::of(&transport, ["核定车辆", "有效期"], false).expect("columns");
    let rows = r#"[{"plate": "示A00001"}]"#;
    for (cell, expected) in [(rows, json!([{ "plate": "示A00001" }])), ("三辆", json!("三辆"))]
    {
        let read = columns.read(&[cell.to_owned(), "2026-3-2至2030-3-1".to_owned()], &[]);
        assert_eq!(read.content["vehicles"], expected);
        assert_eq!(read.content["term"], json!({ "from": "2026-03-02", "to": "2030-03-01" }));
    }
}

#[test]
fn lines_of_json_are_read_by_the_same_names() {
    let hygiene = a_type(HYGIENE);
    let line = json!({ "单位名称": "青禾", "term": { "from": "2026-03-02", "to": "long_term" } });
    let read = Columns::read_object(&hygiene, line.as_object().unwrap().clone()).unwrap();
    assert_eq!(
        Json::Object(read.content),
        json!({ "operator": "青禾", "term": { "from": "2026-03-02", "to": "long_term" } })
    );
    let other = json!({ "颜色": 1 }).as_object().unwrap().clone();
    assert_eq!(Columns::read_object(&hygiene, other), Err(BadColumn::Unknown("颜色".to_owned())));
}
