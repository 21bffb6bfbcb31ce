//! Whoever looks at what is personal leaves one row, and an auditor finds it.

use crate::support::decision;
use crate::support::http::{Answer, Request};
use crate::support::people::{Browser, between, text};
use crate::support::service::{copy, demo, empty_folder, free_address, listen, settings};
use crate::support::systems::Client;
use app::view::AccessLookView;
use app::{AccessAsked, App, Caller, ErrandRule, Settings};
use serde_json::json;
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use web::census::{ENDPOINTS, Endpoint};
use web::personal::{Reveals, reveals};

const PEOPLE: [&str; 6] = ["clerk", "keeper", "approver", "security", "system", "auditor"];

/// A case that no other test has.
fn case() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("测〔2026〕{}号", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn auditor(app: &App) -> Caller {
    app.console("示例市行政审批服务局").expect("an organization")
}

/// The rows of a case, newest first.
fn rows(app: &App, case_no: &str) -> Vec<AccessLookView> {
    let asked = AccessAsked { case_no: case_no.to_owned(), ..AccessAsked::default() };
    app.access_log(&auditor(app), &asked).expect("searched").looks
}

/// A request of an endpoint for the license of the demo.
fn request(endpoint: &Endpoint, name: &str) -> Request {
    let path = ["{id}", "{code}", "{name}", "{event}", "{license}"]
        .iter()
        .fold(endpoint.path.to_owned(), |path, part| path.replace(part, name));
    let method = match endpoint.method.as_str() {
        "POST" => "POST",
        "DELETE" => "DELETE",
        _ => "GET",
    };
    let request = demo().request(method, &path.replace("{tile}*", "0/000"));
    match endpoint.path {
        "/v1/verifications" | "/v1/archive-packages" => {
            request.json(&json!({ "license_id": name }))
        }
        "/compat/search" | "/compat/directory" => request.json(&json!({ "data": {} })),
        path if path.starts_with("/compat/") => {
            request.json(&json!({ "data": { "license_id": name } }))
        }
        _ if method == "POST" => request.json(&json!({})),
        _ => request,
    }
}

/// Every endpoint, for everybody: an answer that reveals content leaves one row, all else none.
#[test]
fn every_answer_that_reveals_content_leaves_one_row() {
    let summary = &demo().summary;
    let mut credentials = vec![("nobody".to_owned(), None)];
    for department in &summary.departments {
        let key = format!("Bearer {}", department.api_key);
        credentials.push((department.name.clone(), Some(("Authorization", key))));
    }
    for login in PEOPLE {
        credentials.push((login.to_owned(), Some(("Cookie", Browser::of(login).cookie()))));
    }
    let (mut shown, mut masked) = (0, 0);
    for endpoint in ENDPOINTS {
        let said = reveals(&endpoint.method, endpoint.path).expect("classified");
        for (who, credential) in &credentials {
            let name = match endpoint.path.contains("{code}") {
                true => &summary.example_code,
                false => &summary.example_license,
            };
            let case_no = case();
            let mut asked = request(endpoint, name).header("X-Case-No", &case_no);
            if let Some((header, value)) = credential {
                asked = asked.header(header, value);
            }
            let answer = asked.send();
            let good = answer.status == 200;
            let content = good && said == Reveals::Content;
            let found = rows(&demo().app, &case_no);
            let what = format!("{who} {} {}: {}", endpoint.method, endpoint.path, answer.status);
            assert_eq!(found.len(), usize::from(content), "{what}");
            shown += usize::from(content);
            masked += usize::from(good && said == Reveals::Masked);
            if let Some(row) = found.first() {
                assert_eq!(row.route, format!("{} {}", endpoint.method, endpoint.path));
                let named = row.organization.as_deref() == Some(who);
                assert!(named || PEOPLE.contains(&who.as_str()), "{row:?}");
            }
        }
    }
    // Each of the four is answered to whom the license belongs, lists and searches to all three.
    assert!(shown >= 2 * 3 + 2, "{shown}");
    assert!(masked > 0, "{masked}");
}

/// A license that only these tests look at.
static LICENSE: LazyLock<String> = LazyLock::new(|| {
    let issue = demo().request("POST", "/v1/licenses").header("Authorization", &demo().key());
    let issued = issue.json(&decision::request(&decision::fresh_number())).send().expect(201);
    issued.json()["id"].as_str().expect("an id").to_owned()
});

/// One look at that license, by the department that issued it.
fn look(headers: &[(&str, &str)]) -> Answer {
    let asked = demo().request("GET", &format!("/v1/licenses/{}", *LICENSE));
    let asked = asked.header("Authorization", &demo().key());
    headers.iter().fold(asked, |asked, (name, value)| asked.header(name, value)).send()
}

#[test]
fn a_row_says_who_why_and_what() {
    let case_no = case();
    let answer = look(&[
        ("X-Case-No", &case_no),
        ("X-Item-Code", "0100000001"),
        ("X-Operator-Id", "YL0012"),
        ("X-Operator-Role", "窗口"),
    ]);
    let tag = answer.expect(200).header("etag").expect("a tag").to_owned();
    let found = rows(&demo().app, &case_no);
    let [row] = &found[..] else { panic!("{found:?}") };
    assert_eq!(row.licenses, std::slice::from_ref(&*LICENSE));
    assert_eq!((row.item.as_str(), row.operator.as_str()), ("0100000001", "YL0012"));
    assert_eq!((row.operator_role.as_str(), row.basis), ("窗口", "issuer"));
    assert_eq!((row.fields, row.outcome), ("content", "shown"));
    assert!(row.actor.starts_with("api-key:"), "{row:?}");
    // Whoever has it already is told so, which is a look.
    look(&[("X-Case-No", &case_no), ("If-None-Match", &tag)]).expect(304);
    assert_eq!(rows(&demo().app, &case_no).len(), 2);
    // A search that finds nothing tells that there is nothing.
    let case_no = case();
    let search = demo().request("POST", "/v1/licenses:search");
    let search = search.header("Authorization", &demo().key()).header("X-Case-No", &case_no);
    search.json(&json!({ "holder": "查无此人" })).send().expect(200);
    assert_eq!(rows(&demo().app, &case_no)[0].outcome, "nothing");
    // What cannot be said is told, and nothing is shown.
    for (name, value) in [("X-Case-No", "=1+1"), ("X-Operator-Id", "a\"b"), ("X-Item-Code", "")] {
        let refused = look(&[(name, value)]).expect(400);
        assert_eq!(refused.json()["code"], "malformed_request", "{name}");
    }
}

#[test]
fn an_issue_is_no_look_but_its_file_is() {
    let case_no = case();
    let issue = demo().request("POST", "/v1/licenses").header("X-Case-No", &case_no);
    let issue = issue.header("Authorization", &demo().key());
    let issued = issue.json(&decision::request(&decision::fresh_number())).send().expect(201);
    assert_eq!(rows(&demo().app, &case_no).len(), 0);
    let href = issued.json()["renditions"][0]["href"].as_str().expect("a file").to_owned();
    let file = demo().request("GET", &href).header("X-Case-No", &case_no);
    file.header("Authorization", &demo().key()).send().expect(200);
    assert_eq!(rows(&demo().app, &case_no)[0].fields, "file");
}

#[test]
fn where_they_are_required_nothing_is_shown_without_case_and_operator() {
    let data = empty_folder("errands");
    copy(&demo().made, &data);
    let address = free_address();
    let errands = ErrandRule { case_number: true, operator: true };
    let app = App::open(Settings { errands, ..settings(&data, address) }).expect("it opens");
    listen(app.clone(), address);
    let license = &demo().summary.example_license;
    let case_no = case();
    let ask = |path: &str, headers: &[(&str, &str)]| {
        let mut answers = demo().summary.departments.iter().map(|department| {
            let asked = Request::new(address, "GET", path);
            let asked = asked.header("Authorization", &format!("Bearer {}", department.api_key));
            headers.iter().fold(asked, |asked, (name, value)| asked.header(name, value)).send()
        });
        answers.next().expect("a department")
    };
    let operator = [("X-Operator-Id", "1"), ("X-Operator-Role", "窗口")];
    for path in [
        "/v1/licenses".to_owned(),
        format!("/v1/licenses/{license}"),
        format!("/v1/licenses/{license}/renditions/original"),
        // Whether there is such a license is not told either.
        "/v1/licenses/01890000-0000-7000-8000-000000000000".to_owned(),
    ] {
        let refused = ask(&path, &operator).expect(400);
        assert_eq!(refused.json()["code"], "case_number_missing", "{path}");
        let detail = refused.json()["detail"].to_string();
        assert!(detail.contains("X-Case-No"), "{detail}");
        let refused = ask(&path, &[("X-Case-No", &case_no), operator[0]]).expect(400);
        assert_eq!(refused.json()["code"], "operator_missing", "{path}");
    }
    assert_eq!(rows(&app, &case_no).len(), 0);
    let whole = [("X-Case-No", case_no.as_str()), operator[0], operator[1]];
    ask("/v1/licenses", &whole).expect(200);
    assert_eq!(rows(&app, &case_no).len(), 1);
    // What needs no case goes on.
    ask("/v1/seals", &[]).expect(200);
}

#[test]
fn the_command_line_leaves_rows_too() {
    let data = empty_folder("looks-at-the-machine");
    copy(&demo().made, &data);
    let address = free_address();
    let before = App::open(settings(&data, address)).expect("it opens");
    let license = demo().summary.example_license.clone();
    let asked =
        AccessAsked { license: license.clone(), actor: "console".into(), ..Default::default() };
    let count = |app: &App| {
        let found = app.access_log(&auditor(app), &asked).expect("searched").looks;
        let of = |route: &str| found.iter().filter(|look| look.route == route).count();
        (of("yinzheng license show"), of("yinzheng license list"))
    };
    let (shows, lists) = count(&before);
    let file = data.join("shown.pdf");
    let file = file.to_str().expect("a path");
    let folder = data.to_str().expect("a path");
    for arguments in [
        &["license", "show", &license, "--data", folder][..],
        &["license", "show", &license, "--output", file, "--data", folder],
        &["license", "list", "--limit", "200", "--data", folder],
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
        program.args(arguments);
        if let Some(url) = crate::support::service::database() {
            program.env("YZ_DATABASE", url);
        }
        let output = program.output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(count(&before), (shows + 3, lists + 1));
}

#[test]
fn an_auditor_searches_exports_and_checks() {
    let case_no = case();
    look(&[("X-Case-No", &case_no), ("X-Operator-Id", "YL0012")]).expect(200);
    let (id, auditor) = (&*LICENSE, Browser::of("auditor"));
    let encoded: String = case_no.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for query in [
        format!("case_no={encoded}"),
        format!("license={id}&case_no={encoded}"),
        format!("case_no={encoded}&organization=11999900MB00000353"),
    ] {
        let page = text(&auditor.get(&format!("/access?{query}")).expect(200));
        assert!(page.contains(&case_no) && page.contains(id), "{query}");
        assert!(!page.contains("青禾食品"), "nothing of the holder");
    }
    for (query, said) in [
        ("license=1.2.156.x", "没有这份证照"),
        ("actor=nobody-here", "没有这个操作者"),
        ("day=2026-13-01", "日期写作"),
        ("organization=x", "没有这个"),
    ] {
        let page = text(&auditor.get(&format!("/access?{query}")).expect(200));
        assert!(page.contains(said), "{query}");
    }
    assert!(text(&auditor.get("/access?check=1").expect(200)).contains("整条链完好"));
    for format in ["csv", "jsonl"] {
        let address = format!("/access/export?format={format}&case_no={encoded}");
        let export = auditor.get(&address).expect(200);
        let whole = text(&export);
        let found = app::verify_export(&whole).expect("whole");
        assert_eq!((found.rows, found.gaps), (1, 0), "{format}");
        let folder = empty_folder(&format!("export-{format}"));
        let file = folder.join("access-log");
        for (content, good) in [(whole.clone(), true), (whole.replace("YL", "YM"), false)] {
            std::fs::write(&file, content).expect("written");
            let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
            let output = program.args(["audit", "verify"]).arg(&file).output().expect("it runs");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.success(), good, "{format}: {said}");
        }
    }
    // That it was searched and exported is in the trail, without what was typed.
    for (subject, all) in [
        ("access+log+register&actor=auditor", &["access.read", "access.export", "by=case_no"][..]),
        (&format!("license+{id}"), &["by=license case_no"]),
    ] {
        let trail = text(&auditor.get(&format!("/trail?subject={subject}")).expect(200));
        assert!(all.iter().all(|said| trail.contains(said)), "{trail}");
        assert!(!trail.contains(&case_no));
    }
}

/// The open alert of a rule about an actor, by its address.
fn alert(rule: &str, actor: &str) -> Option<String> {
    let page = text(&Browser::of("auditor").get("/alerts").expect(200));
    let page = page.split("</section>").next().unwrap_or_default().to_owned();
    let mut cards = page.split("<article");
    let card = cards.find(|card| card.contains(rule) && card.contains(actor))?;
    between(card, "action=\"", "\"")
}

#[test]
fn a_look_without_a_case_is_an_alert_until_an_auditor_has_looked() {
    let client = Client::new("private_key_jwt", "license.read");
    let list = client.request("GET", "/v1/licenses").header("Authorization", &client.token());
    list.send().expect(200);
    let begin = Instant::now();
    let address = loop {
        if let Some(address) = alert("系统查看未提供办件号", &client.id) {
            break address;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "no alert");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(text(&demo().at("/metrics")).contains("yinzheng_alerts_open"));
    let mut auditor = Browser::of("auditor");
    let refused = text(&auditor.post(&address, &[("note", " ")]).expect(400));
    assert!(refused.contains("请写明核实结论"));
    let note = "已与经办部门核实：<b>联调</b>";
    auditor.post(&address, &[("note", note)]).expect(303);
    let page = text(&auditor.get("/alerts").expect(200));
    assert!(page.contains("已与经办部门核实：&#60;b&#62;联调"), "it is kept, as it was typed");
    let again = text(&auditor.post(&address, &[("note", "再次")]).expect(400));
    assert!(again.contains("已经有人核实"));
    let alert = between(&address, "/alerts/", ":look").expect("its id");
    let trail = text(&auditor.get(&format!("/trail?subject=alert+{alert}")).expect(200));
    assert!(trail.contains("alert.look"));
}

#[test]
fn a_key_that_is_refused_is_an_event_once_a_minute() {
    let key = &demo().summary.departments[1].api_key;
    let (name, _) = key.rsplit_once('_').expect("an id and a secret");
    let (_, id) = name.split_once('_').expect("a prefix and an id");
    let count = || {
        let page = Browser::of("auditor").get(&format!("/trail?subject=api+key+{id}"));
        text(&page.expect(200)).matches("api_key.refuse").count()
    };
    let wrong = format!(
        "Bearer {name}{}{}",
        &key[name.len()..=name.len()],
        "0".repeat(key.len() - name.len() - 1)
    );
    for _ in 0..3 {
        demo().request("GET", "/v1/licenses").header("Authorization", &wrong).send().expect(401);
    }
    // It is written down behind the answers.
    let begin = Instant::now();
    while count() == 0 {
        assert!(begin.elapsed() < Duration::from_secs(60), "{wrong}");
        std::thread::sleep(Duration::from_millis(100));
    }
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(count(), 1, "{wrong}");
}
