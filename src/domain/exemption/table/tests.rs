use super::*;

fn table(lines: &[&str]) -> Result<ReadTable, BadTable> {
    let cells = |line: &&str| line.split('|').map(str::to_owned).collect::<Vec<String>>();
    let rows: Vec<Vec<String>> = lines.iter().map(cells).collect();
    let (head, rows) = rows.split_first().expect("a head");
    read_table(head, (2..).zip(rows.iter().map(Vec::as_slice)), 3)
}

const HEAD: &str = "事项编码|事项名称|办理部门|办理方式|材料名称|材料来源|份数";
const FIRST: &str =
    "11999900MB0000019D0001|食品经营许可证新办|11999900MB0000019D|网办|营业执照|政府部门核发|";

#[test]
fn rows_of_one_code_are_one_item() {
    let read = table(&[
        HEAD,
        FIRST,
        "11999900MB0000019D0002|法律咨询|11999900MB0000019D|direct|||",
        "11999900MB0000019D0001||||平面图|申请人自备|2",
    ])
    .expect("a table");
    assert_eq!(read.problems, []);
    let [(2, food), (3, advice)] = read.items.as_slice() else { panic!("{read:?}") };
    assert_eq!((food.materials.len(), advice.materials.len()), (2, 0));
    assert_eq!((food.materials[1].copies, food.materials[1].grade), (2, Grade::D));
    assert_eq!(food.name.en, "食品经营许可证新办");
    let again: Vec<Vec<String>> = rows(food);
    let again = read_table(&heads(), (2..).zip(again.iter().map(Vec::as_slice)), 1);
    assert_eq!(again.expect("its own rows").items, [(2, food.clone())]);
}

#[test]
fn what_is_wrong_is_told_by_row_and_column() {
    let other = "11999900MB0000019D0002|小餐饮|11999900MB0000019D";
    for (row, place, code) in [
        ("1|短|11999900MB0000019D|网办|||", "事项编码", "bad_value"),
        ("11999900MB0000019D0002|小餐饮|119|网办|||", "办理部门", "bad_value"),
        (&format!("{other}|电话|||"), "办理方式", "unknown_word"),
        (&format!("{other}|网办|证明||"), "材料来源", "unknown_word"),
        (&format!("{other}|网办||申请表格|"), "材料名称", "required"),
        (&format!("{other}|网办|证明|申请表格|300"), "份数", "bad_value"),
        ("11999900MB0000019D0001|别名||||", "事项名称", "differs_from_first_row"),
        (&FIRST.replace("网办", ""), "", "not_a_service_item"),
    ] {
        let read = table(&[HEAD, FIRST, row]).expect("a table");
        let found: Vec<_> =
            read.problems.iter().map(|one| (one.place.as_str(), one.code)).collect();
        assert_eq!(found, [(place, code)], "{row}");
    }
}

#[test]
fn heads_that_are_no_columns_are_refused() {
    for (head, expected) in [
        ("事项编码|颜色", BadTable::Unknown("颜色".to_owned())),
        ("事项编码|code", BadTable::Twice("code".to_owned())),
        ("事项编码|事项名称|办理部门", BadTable::Missing("办理方式")),
    ] {
        assert_eq!(table(&[head, "1"]).expect_err(head), expected);
    }
}

#[test]
fn more_items_than_are_read_at_once_are_refused_and_many_rows_of_one_are_not() {
    let rows = |codes: &[&str]| -> Vec<String> {
        let row = |code: &&str| format!("{code}|法律咨询|11999900MB0000019D|direct|||");
        std::iter::once(HEAD.to_owned()).chain(codes.iter().map(row)).collect()
    };
    let read = |codes: &[&str]| {
        let rows = rows(codes);
        table(&rows.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let [a, b, c, wrong] =
        ["11999900MB0000019D0001", "11999900MB0000019D0002", "11999900MB0000019D0003", "x"];
    assert_eq!(read(&[a, b, c, a, b, c]).expect("three").items.len(), 3);
    assert_eq!(read(&[a, b, c, wrong]).expect_err("four"), BadTable::TooLarge(3));
}
