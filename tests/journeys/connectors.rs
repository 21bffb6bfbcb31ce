//! What another office confirms need not be handed in; what it does not say is never a "no".

use super::restart::Running;
use crate::support::http::Request;
use crate::support::people::credit_code;
use crate::support::service::{empty_folder, free_address, listen, settings};
use crate::support::systems::{Client, DEPARTMENT, new_client};
use app::{App, ConnectorSettings, OrganizationRequest, Settings};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

const KEY: &str = "Bearer sample-connector-key";
const ITEM: &str = "11999900MB000009739001";
const KNOWN: &str = "999900198804120175";
const DENIED: &str = "999900199603180117";
const STRANGER: &str = "999900199011220314";

fn connector(id: &str, address: SocketAddr, folder: &Path) -> ConnectorSettings {
    let authorization = folder.join(format!("{id}.authorization"));
    std::fs::write(&authorization, format!("{KEY}\n")).expect("written");
    ConnectorSettings {
        id: id.to_owned(),
        url: format!("http://{address}"),
        authorization,
        patience: Duration::from_secs(5),
        allow: vec!["127.0.0.0/8".to_owned()],
        ca_file: None,
    }
}

/// The program as the connector of an office with a list.
fn reference(folder: &Path) -> (Running, SocketAddr) {
    let (list, key, address) =
        (folder.join("list.csv"), folder.join("key.authorization"), free_address());
    let rows = format!(
        "connector,code,answer,reference,valid_until\n\
         household,{KNOWN},confirmed,样例户籍 H-1,2099-12-31\nhousehold,{DENIED},denied,,\n"
    );
    std::fs::write(&list, rows).expect("written");
    std::fs::write(&key, KEY).expect("written");
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinzheng"));
    program.arg("connector").arg(&list).arg("--authorization-file").arg(&key);
    program.args(["--listen", &address.to_string()]);
    (Running::listening(program, address), address)
}

/// A service that answers every question so, and tells what it was asked.
fn saying(answer: Option<&'static str>) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    let (tell, asked) = mpsc::channel();
    std::thread::spawn(move || {
        let mut silent = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let mut read = vec![0; 8192];
            let len = stream.read(&mut read).unwrap_or_default();
            let _ = tell.send(String::from_utf8_lossy(&read[..len]).into_owned());
            match answer {
                Some(answer) => drop(stream.write_all(answer.as_bytes())),
                None => silent.push(stream),
            }
        }
    });
    (address, asked)
}

fn item(connectors: &[&str], department: &str) -> Value {
    let paper = |connector: &&str| {
        json!({
            "key": connector, "name": { "zh": format!("材料 {connector}"), "en": connector },
            "source": "issued", "grade": "A", "necessity": "required", "form": "copy",
            "data_check": { "connector": connector }
        })
    };
    let mut materials: Vec<Value> = connectors.iter().map(paper).collect();
    materials.push(json!({
        "key": "may_be", "name": { "zh": "可选材料", "en": "Optional" }, "source": "issued",
        "grade": "A", "necessity": "optional", "form": "copy",
        "data_check": { "connector": "never" }
    }));
    json!({
        "code": ITEM, "version": 1, "name": { "zh": "样例补贴", "en": "Sample allowance" },
        "department": department, "handling": "accepted", "applicants": ["person"],
        "materials": materials
    })
}

/// Verdict, reason and reference of every material.
fn decided(address: SocketAddr, key: &str, code: &str) -> Vec<String> {
    let asked = json!({
        "items": [{ "code": ITEM }], "applicant": { "name": "样例甲", "code": code },
        "case_no": "测联〔2026〕1号"
    });
    let decision = Request::new(address, "POST", "/v1/exemption-decisions");
    let decision = decision.header("Authorization", key).json(&asked).send().expect(201).json();
    let told = |line: &Value| {
        let word = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
        [word("key"), word("verdict"), word("reason"), word("reference")].join(" ")
    };
    decision["materials"].as_array().expect("materials").iter().map(told).collect()
}

#[test]
fn what_another_office_confirms_need_not_be_handed_in() {
    let folder = empty_folder("connectors");
    let (_running, office) = reference(&folder);
    let (lying, _) = saying(Some("HTTP/1.1 200 OK\r\n\r\n{\"answer\":\"confirmed\"}"));
    let (broken, _) = saying(Some("HTTP/1.1 503 Away\r\n\r\n"));
    let (silent, _) = saying(None);
    let (never, never_asked) = saying(Some("HTTP/1.1 200 OK\r\n\r\n{\"answer\":\"denied\"}"));
    let impatient = ConnectorSettings {
        patience: Duration::from_millis(200),
        ..connector("silent", silent, &folder)
    };
    let connectors = vec![
        connector("household", office, &folder),
        connector("lying", lying, &folder),
        connector("broken", broken, &folder),
        connector("away", ([127, 0, 0, 1], 1).into(), &folder),
        connector("never", never, &folder),
        impatient,
    ];
    let (address, data) = (free_address(), empty_folder("connectors-here"));
    let own = Settings { database: None, examiner: None, connectors, ..settings(&data, address) };
    let app = App::open(own).expect("it opens");
    let department = credit_code("11999900MB0000098");
    let founded = OrganizationRequest {
        name: DEPARTMENT.to_owned(),
        code: department.clone(),
        parent: String::new(),
    };
    app.organization_found(&founded).expect("registered");
    let asked_of = ["household", "lying", "broken", "away", "silent", "nobody"];
    let items = json!([item(&asked_of, &department)]).to_string();
    let caller = app.console(DEPARTMENT).expect("the department");
    let made = app.items_import(&caller, items.as_bytes(), false).expect("imported");
    assert!(made.problems.is_empty(), "{:?}", made.problems);
    listen(app.clone(), address);
    let new = new_client(&app, "private_key_jwt", "exempt");
    let key = Client::registered(&app, address, &new).token();

    let unknown = |of: &str| format!("{of} required connector_unavailable -");
    let rest: Vec<String> = asked_of[1..].iter().map(|of| unknown(of)).collect();
    for (code, first) in [
        (KNOWN, "household waived_by_data data_confirmed 样例户籍 H-1".to_owned()),
        (DENIED, "household required data_denied -".to_owned()),
        (STRANGER, unknown("household")),
    ] {
        let mut expected = vec![first];
        expected.extend(rest.iter().cloned());
        expected.push("may_be required optional -".to_owned());
        assert_eq!(decided(address, &key, code), expected);
    }
    assert!(never_asked.try_recv().is_err(), "nobody is told of an applicant without need");
}
