//! Batches: a file is checked, its good rows are issued, its bad ones come back, and a kill in the
//! middle costs nothing and doubles nothing.

use super::restart::{Running, copy};
use crate::support::decision::{TYPE, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::postgres;
use crate::support::service::{database, demo, demo_on, empty_folder, free_address};
use crate::support::tool::said;
use fault::Fault;
use formats::sheet::{Charset, SheetLimits, decode, read_csv, read_xlsx, write_csv, write_xlsx};
use formats::zip::{Zip, ZipLimits, zip};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

const HEAD: [&str; 7] =
    ["证照编号", "申请人", "统一社会信用代码", "许可事项", "受理日期", "决定内容", "决定日期"];
const LIMITS: SheetLimits = SheetLimits {
    rows_max: 1000,
    columns_max: 20,
    cells_max: 20_000,
    cell_bytes_max: 10_000,
    total_bytes_max: 1 << 20,
};
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn row(number: &str) -> Vec<String> {
    let cells = [
        number,
        "示例市青禾食品有限公司",
        "91999900MA0000015N",
        "户外广告设施设置审批",
        "2026/2/20",
        "准予你单位在示例市样板区长安路100号设置户外广告设施一处。",
        "2026年3月2日",
    ];
    cells.map(str::to_owned).to_vec()
}

fn head() -> Vec<String> {
    HEAD.map(str::to_owned).to_vec()
}

fn csv(rows: &[Vec<String>], charset: Charset) -> Vec<u8> {
    let all = std::iter::once(head()).chain(rows.iter().cloned()).collect::<Vec<_>>();
    write_csv(all.iter().map(Vec::as_slice), charset)
}

/// A department at a service.
struct Department {
    address: SocketAddr,
    key: String,
}

impl Department {
    fn of_demo() -> Self {
        Self { address: demo().address, key: demo().key() }
    }

    fn ask(&self, method: &'static str, path: &str) -> Request {
        Request::new(self.address, method, path).header("Authorization", &self.key)
    }

    fn send(&self, media_type: &str, more: &str, file: Vec<u8>) -> Answer {
        let path = format!("/v1/ingest-batches?license_type={TYPE}{more}");
        self.ask("POST", &path).body(media_type, file).send()
    }

    /// Sends a file and waits until it is checked.
    fn checked(&self, media_type: &str, more: &str, file: Vec<u8>) -> Value {
        let sent = self.send(media_type, more, file).expect(202).json();
        self.until(sent["id"].as_str().expect("an id"), |state| state != "received")
    }

    fn batch(&self, id: &str) -> Value {
        self.ask("GET", &format!("/v1/ingest-batches/{id}")).send().expect(200).json()
    }

    fn until(&self, id: &str, fits: impl Fn(&str) -> bool) -> Value {
        let begin = Instant::now();
        loop {
            let batch = self.batch(id);
            if fits(batch["state"].as_str().expect("a state")) {
                return batch;
            }
            // On a server, what a dead process was sealing is given up after two minutes.
            assert!(begin.elapsed() < Duration::from_secs(240), "{batch}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    fn step(&self, id: &str, step: &str) -> Answer {
        self.ask("POST", &format!("/v1/ingest-batches/{id}:{step}")).send()
    }

    fn rows(&self, id: &str, state: &str) -> Vec<Value> {
        let path = format!("/v1/ingest-batches/{id}/rows?state={state}");
        let answer = self.ask("GET", &path).send().expect(200).json();
        answer["items"].as_array().expect("rows").clone()
    }

    fn failed(&self, id: &str) -> Vec<u8> {
        let path = format!("/v1/ingest-batches/{id}/failed");
        self.ask("GET", &path).send().expect(200).body
    }

    /// How many licenses of this number there are.
    fn found(&self, number: &str) -> usize {
        let search = self.ask("POST", "/v1/licenses:search").json(&json!({ "number": number }));
        search.send().expect(200).json()["items"].as_array().expect("licenses").len()
    }
}

#[test]
fn bad_rows_come_back_and_mended_they_are_issued() {
    let office = Department::of_demo();
    let numbers: Vec<String> = (0..4).map(|_| fresh_number()).collect();
    let mut rows: Vec<_> = numbers.iter().map(|number| row(number)).collect();
    rows[1][2] = "91999900MA0000015X".into();
    rows[2][0] = numbers[0].clone();
    rows[3][3] = "=cmd|' /C calc'!A0".into();
    rows[3][6].clear();
    let file = csv(&rows, Charset::Gb18030);
    let batch = office.checked("text/csv", "&declared_count=5", file);
    assert_eq!(batch["state"], "checked", "{batch}");
    assert_eq!((&batch["received_count"], &batch["counts_agree"]), (&json!(4), &json!(false)));
    assert_eq!(
        (&batch["ready"], &batch["failed"], &batch["issued"]),
        (&json!(1), &json!(3), &json!(0))
    );
    let id = batch["id"].as_str().expect("an id");
    // Nothing was written but the batch.
    assert_eq!(office.found(&numbers[0]), 0);
    let codes = |row: &Value| -> Vec<String> {
        let problems = row["problems"].as_array().expect("problems").iter();
        problems.map(|one| format!("{} {}", one["field"], one["code"]).replace('"', "")).collect()
    };
    let failed = office.rows(id, "failed");
    assert_eq!(
        failed.iter().map(|row| row["row"].as_u64()).collect::<Vec<_>>(),
        [3, 4, 5].map(Some)
    );
    assert_eq!(codes(&failed[0]), ["applicant_code check_character"]);
    assert_eq!(codes(&failed[1]), [" duplicate_in_file"]);
    assert_eq!(codes(&failed[2]), ["issue_date required"]);
    // Only what is possible is done, and it is said what that is.
    let refused = office.step(id, "pause").expect(409).json();
    assert_eq!(refused["code"], "batch_state");
    assert!(refused["detail"].as_str().expect("words").contains("start, cancel"), "{refused}");
    let started = office.step(id, "start").expect(200).json();
    assert_eq!(started["state"], "running");
    let done = office.until(id, |state| state == "completed");
    assert_eq!((&done["issued"], &done["failed"]), (&json!(1), &json!(3)), "{done}");
    assert_eq!(office.found(&numbers[0]), 1);
    // The same format and encoding, no formula, and a reason for each.
    let back = office.failed(id);
    let (charset, text) = decode(&back).expect("text");
    assert_eq!(charset, Charset::Gb18030);
    assert!(text.contains("'=cmd") && !text.contains(",=cmd"), "{text}");
    let mut back = read_csv(&text, &LIMITS).expect("a table");
    assert_eq!(back[0].cells.last().map(String::as_str), Some("失败原因"));
    assert!(back[1].cells[7].contains("统一社会信用代码："), "{back:?}");
    assert_eq!(back[3].cells[3], "=cmd|' /C calc'!A0");
    // Mended, and sent as it is, with its column.
    back[1].cells[2] = "91999900MA0000015N".into();
    back[2].cells[0] = numbers[2].clone();
    back[3].cells[6] = "20260302".into();
    let mended: Vec<_> = back.into_iter().map(|row| row.cells).collect();
    let mended = write_csv(mended.iter().map(Vec::as_slice), Charset::Gb18030);
    let again = office.checked("text/csv", "&declared_count=3", mended);
    assert_eq!((&again["failed"], &again["counts_agree"]), (&json!(0), &json!(true)), "{again}");
    let id = again["id"].as_str().expect("an id");
    office.step(id, "start").expect(200);
    let done = office.until(id, |state| state == "completed");
    assert_eq!((&done["issued"], &done["failed"]), (&json!(3), &json!(0)), "{done}");
    for number in &numbers {
        assert_eq!(office.found(number), 1, "{number}");
    }
}

#[test]
fn workbooks_lines_and_archives_are_batches_too() {
    let office = Department::of_demo();
    let numbers: Vec<String> = (0..3).map(|_| fresh_number()).collect();
    let mut rows = vec![head(), row(&numbers[0]), row("")];
    let book = write_xlsx(rows.iter().map(Vec::as_slice)).expect("a workbook");
    let batch = office.checked(XLSX, "", book);
    assert_eq!(
        (&batch["format"], &batch["ready"], &batch["failed"]),
        (&json!("xlsx"), &json!(1), &json!(1))
    );
    let back = read_xlsx(&office.failed(batch["id"].as_str().expect("an id")), &LIMITS);
    assert_eq!(back.expect("a workbook")[1].cells.last().expect("why"), "文号：a value is needed");

    let line = json!({ "文号": numbers[1], "applicant": "青禾", "applicant_code": "91999900MA0000015N",
        "item": "审批", "accepted_on": "2026-02-20", "body": "准予", "issue_date": "2026-03-02" });
    let lines = format!("{line}\n\n[]\n{{\"颜色\": 1}}\n");
    let batch = office.checked("application/jsonl", "", lines.into_bytes());
    assert_eq!((&batch["ready"], &batch["failed"]), (&json!(1), &json!(2)), "{batch}");
    let rows_failed = office.rows(batch["id"].as_str().expect("an id"), "failed");
    let codes: Vec<_> = rows_failed
        .iter()
        .map(|row| (row["row"].clone(), row["problems"][0]["code"].clone()))
        .collect();
    assert_eq!(codes, [(json!(3), json!("not_an_object")), (json!(4), json!("unknown_column"))]);
    let back =
        String::from_utf8(office.failed(batch["id"].as_str().expect("an id"))).expect("text");
    assert!(back.starts_with("[]\n{\"颜色\":1,\"失败原因\":"), "{back}");

    // PDFs of the department, sealed as they are.
    let pdf = crate::support::pdf::one_page("own document");
    rows = vec![head(), row(&numbers[2]), row(&fresh_number()), row(&fresh_number())];
    rows[0].push("文件".into());
    for (row, name) in rows[1..].iter_mut().zip(["决定/一.pdf", "无.pdf", "二.pdf"]) {
        row.push(name.into());
    }
    let list = write_csv(rows.iter().map(Vec::as_slice), Charset::Utf8);
    let files = [("清单.csv", list.as_slice()), ("决定/一.pdf", &pdf), ("二.pdf", b"no pdf")];
    let batch = office.checked("application/zip", "", zip(files).expect("an archive"));
    assert_eq!(
        (&batch["format"], &batch["ready"], &batch["failed"]),
        (&json!("zip"), &json!(1), &json!(2)),
        "{batch}"
    );
    let id = batch["id"].as_str().expect("an id");
    office.step(id, "start").expect(200);
    let done = office.until(id, |state| state == "completed");
    assert_eq!(done["issued"], 1, "{done}");
    let license = office.rows(id, "issued")[0]["license_id"].as_str().expect("an id").to_owned();
    let sealed = office.ask("GET", &format!("/v1/licenses/{license}/renditions/original"));
    assert!(sealed.send().expect(200).body.starts_with(&pdf), "its own bytes, then the seal");
    let back = office.failed(id);
    let limits = ZipLimits { entries_max: 9, entry_bytes_max: 1 << 20, total_bytes_max: 1 << 20 };
    let back = Zip::read(&back, &limits).expect("an archive");
    assert_eq!(
        back.files().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["清单.csv", "二.pdf"]
    );
}

#[test]
fn hostile_files_are_refused_whole_with_a_reason() {
    let office = Department::of_demo();
    let bomb = zip([("manifest.csv", vec![b' '; 30 << 20].as_slice())]).expect("an archive");
    for (file, code) in [
        (b"\xff\xff".to_vec(), "unknown_encoding"),
        (b"".to_vec(), "no_rows"),
        ("颜色\n红\n".as_bytes().to_vec(), "unknown_column"),
        ("证照编号,文号\n1,2\n".as_bytes().to_vec(), "unknown_column"),
        (b"document_number\n\"1\n".to_vec(), "not_a_table"),
        (b"PK\x03\x04".to_vec(), "archive_refused"),
        (bomb, "archive_refused"),
        (zip([("a.pdf", &b"x"[..])]).expect("an archive"), "archive_without_list"),
    ] {
        let batch = office.checked("text/csv", "", file);
        let trouble = batch["trouble"].as_str().expect("a reason");
        assert!(batch["state"] == "unreadable" && trouble.starts_with(code), "{batch}");
        office.step(batch["id"].as_str().expect("an id"), "start").expect(409);
    }
    let path = "/v1/ingest-batches?license_type=1";
    let unknown = office.ask("POST", path).body("text/csv", "a").send().expect(422).json();
    assert_eq!(unknown["code"], "unknown_license_type");
    let other = Department { key: demo().other_key(), ..Department::of_demo() };
    let own = office.checked("text/csv", "", csv(&[row("")], Charset::Utf8));
    let id = own["id"].as_str().expect("an id");
    for path in [id.to_owned(), format!("{id}/rows"), format!("{id}/failed")] {
        other.ask("GET", &format!("/v1/ingest-batches/{path}")).send().expect(404);
    }
    other.step(id, "cancel").expect(404);
}

#[test]
fn the_same_request_makes_one_batch() {
    let office = Department::of_demo();
    let file = csv(&[row("")], Charset::Utf8Marked);
    let send = |file: &[u8]| {
        let path = format!("/v1/ingest-batches?license_type={TYPE}");
        let request = office.ask("POST", &path).header("Idempotency-Key", "ingest-once");
        request.body("text/csv", file).send()
    };
    let (one, two) = (send(&file).expect(202), send(&file).expect(202));
    assert_eq!(two.header("idempotent-replayed"), Some("true"));
    assert_eq!(one.json()["id"], two.json()["id"]);
    assert_eq!(send(b"other").expect(422).json()["code"], "idempotency_key_reused");
    let parts: &[(&str, Option<&str>, &str, &[u8])] = &[
        ("license_type", None, "text/plain", TYPE.as_bytes()),
        ("declared_count", None, "text/plain", b"1"),
        ("file", Some("三月.csv"), "text/csv", &file),
    ];
    let in_parts = office.ask("POST", "/v1/ingest-batches").parts(parts).send().expect(202);
    assert_eq!(in_parts.json()["declared_count"], 1);
}

#[test]
fn killed_in_the_middle_and_started_again_every_row_is_there_once() {
    const ROWS: usize = 24;
    let data = empty_folder("batch-killed");
    let own = match database() {
        None => {
            copy(&demo().made, &data);
            None
        }
        Some(_) => match postgres::database("a batch that is killed") {
            None => return,
            Some(url) => Some(url),
        },
    };
    let key = own.as_ref().map_or_else(|| demo().key(), |url| demo_on(url, &data));
    let numbers: Vec<String> = (0..ROWS).map(|_| fresh_number()).collect();
    let rows: Vec<_> = numbers.iter().map(|number| row(number)).collect();
    let faults = empty_folder("batch-killed-faults");
    let mut environment = vec![("FAULT_AT", faults.to_str().expect("a path"))];
    environment.extend(own.as_deref().map(|url| ("YZ_DATABASE", url)));
    let start = |address| Running::start_among(&data, address, &environment);
    let address = free_address();
    let running = start(address);
    let office = Department { address, key: key.clone() };
    let batch = office.checked("text/csv", "", csv(&rows, Charset::Utf8));
    let id = batch["id"].as_str().expect("an id").to_owned();
    let armed = faults.join("commit");
    std::fs::write(&armed, Fault::DiesAfter.word()).expect("armed");
    // It may die before it has answered.
    let _ = office.ask("POST", &format!("/v1/ingest-batches/{id}:start")).try_send();
    assert_eq!((running.ended(), armed.exists()), (None, false), "it dies of the first license");
    let address = free_address();
    let running = start(address);
    let office = Department { address, key };
    let done = office.until(&id, |state| state == "completed");
    assert_eq!(done["issued"], ROWS, "{done}");
    let licenses: BTreeSet<String> =
        office.rows(&id, "issued").iter().map(|row| row["license_id"].to_string()).collect();
    assert_eq!(licenses.len(), ROWS);
    for number in &numbers {
        assert_eq!(office.found(number), 1, "{number}");
    }
    drop(running);
    let mut fsck = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    fsck.args(["--lang", "en", "fsck", "--data"]).arg(&data);
    fsck.envs(own.as_ref().map(|url| ("YZ_DATABASE", url)));
    said(fsck.output().expect("it runs")).expect(&["everything that was promised is there"]);
}

#[test]
fn without_a_declared_count_there_is_no_rate_and_missing_numbers_are_told() {
    let office = Department::of_demo();
    let day = "2019-07-08";
    // Of a sequence of its own: 3 is missing.
    let rows: Vec<_> = [1, 2, 4]
        .map(|place| {
            let mut row = row(&format!("示缺许〔2019〕{place}号"));
            row[4] = day.into();
            row[6] = day.into();
            row
        })
        .into();
    let batch = office.checked("text/csv", "", csv(&rows, Charset::Utf8));
    let id = batch["id"].as_str().expect("an id");
    office.step(id, "start").expect(200);
    office.until(id, |state| state == "completed");
    let path = format!("/v1/issuance-counts?from={day}&to={day}");
    let asked = || office.ask("GET", &path).send().expect(200).json();
    let before = asked();
    let one = &before["items"][0];
    assert_eq!((&one["stored"], &one["rate_percent"]), (&json!(3), &Value::Null), "{before}");
    assert_eq!(one["remark"], "denominator_missing");
    assert_eq!(
        (&before["gaps"][0]["from"], &before["gaps"][0]["count"]),
        (&json!("示缺许〔2019〕3号"), &json!(1))
    );
    let declare = |day: &str, count: Value| {
        let counts = json!({ "counts": [{ "license_type": TYPE, "day": day, "count": count }] });
        office.ask("POST", "/v1/issuance-counts").json(&counts).send()
    };
    declare(day, json!(4)).expect(204);
    let after = asked();
    let one = &after["items"][0];
    // They came seven years late.
    assert_eq!(
        (&one["declared"], &one["on_time"], &one["rate_percent"]),
        (&json!(4), &json!(0), &json!(0.0)),
        "{after}"
    );
    assert_eq!(declare("2999-01-01", json!(1)).expect(422).json()["code"], "count_refused");
    assert_eq!(declare("2019-7-8", json!(1)).expect(422).json()["code"], "count_refused");
    declare(day, json!(-1)).expect(400);
}

#[test]
fn a_service_elsewhere_imports_and_the_same_command_goes_on_with_its_batch() {
    let office = Department::of_demo();
    let folder = empty_folder("import-elsewhere");
    let (file, key) = (folder.join("三月.csv"), folder.join("key"));
    let number = fresh_number();
    std::fs::write(&file, csv(&[row(&number), row("")], Charset::Utf8)).expect("written");
    std::fs::write(&key, office.key.trim_start_matches("Bearer ")).expect("written");
    let import = |url: &str, more: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.args(["--lang", "en", "import", "--type", TYPE, "--json", "--url", url]);
        let output = program.arg("--key-file").arg(&key).arg(&file).args(more).output();
        output.expect("it runs")
    };
    let url = format!("http://{}", office.address);
    let back = folder.join("back.csv");
    let back_text = back.to_str().expect("UTF-8");
    let checked = import(&url, &["--dry-run", "--failed", back_text]);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    let batch: Value = serde_json::from_slice(&checked.stdout).expect("JSON");
    assert_eq!((&batch["state"], &batch["failed"]), (&json!("checked"), &json!(1)), "{batch}");
    assert!(String::from_utf8_lossy(&std::fs::read(&back).expect("read")).contains("失败原因"));
    assert_eq!(office.found(&number), 0);
    for _ in 0..2 {
        let done = import(&url, &["--skip-failed"]);
        let now: Value = serde_json::from_slice(&done.stdout).expect("JSON");
        assert_eq!((done.status.code(), &now["id"]), (Some(0), &batch["id"]), "{done:?}");
        assert_eq!((&now["state"], &now["issued"]), (&json!("completed"), &json!(1)), "{now}");
    }
    assert_eq!(office.found(&number), 1);
    std::fs::write(&key, "yz_unknown").expect("written");
    let refused = import(&url, &[]);
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && words.contains("token_invalid"), "{words}");
    assert_eq!(import("http://127.0.0.1:1", &[]).status.code(), Some(1));
}
