//! Platforms of others: what changed, the verbs of the sharing interface, and a second service of
//! our own program in another region.

use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::people::credit_code;
use crate::support::service::{demo, empty_folder, free_address, listen, settings};
use crate::support::systems::{Client, DEPARTMENT, new_client};
use app::{App, OrganizationRequest, RegionSettings, Settings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

fn issue() -> (String, String) {
    let asked = demo().request("POST", "/v1/licenses").header("Authorization", &demo().key());
    let made = asked.json(&decision::request(&fresh_number())).send().expect(201).json();
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id"), text("identifier"))
}

fn changes(since: &str, key: &str) -> Answer {
    let path = format!("/v1/changes?limit=200{since}");
    demo().request("GET", &path).header("Authorization", key).send()
}

/// Follows the changes until there are no more: what was seen, and the cursor.
fn followed(mut cursor: String, key: &str) -> (Vec<Value>, String) {
    let mut seen = Vec::new();
    loop {
        let since = if cursor.is_empty() { String::new() } else { format!("&since={cursor}") };
        let page = changes(&since, key).expect(200).json();
        seen.extend(page["items"].as_array().expect("items").iter().cloned());
        cursor = page["next_cursor"].as_str().expect("a cursor").to_owned();
        if page["more"] == false {
            return (seen, cursor);
        }
    }
}

#[test]
fn who_follows_the_changes_sees_each_once() {
    let key = demo().key();
    let (before, cursor) = followed(String::new(), &key);
    assert!(!before.is_empty(), "what the demo issued");
    let (id, _) = issue();
    let (begin, mut cursor, mut seen) = (Instant::now(), cursor, Vec::new());
    while !seen.iter().any(|one: &Value| one["license_id"] == *id) {
        assert!(begin.elapsed() < Duration::from_secs(60), "it is not told");
        demo().app.log_grow().expect("grown");
        let (more, next) = followed(cursor, &key);
        seen.extend(more);
        cursor = next;
    }
    let mine: Vec<&Value> = seen.iter().filter(|one| one["license_id"] == *id).collect();
    let [one] = &mine[..] else { panic!("{mine:?}") };
    assert_eq!((&one["type"], &one["state"]), (&json!("license.issued"), &json!("ISSUED")));
    let members: Vec<&String> = one.as_object().expect("an object").keys().collect();
    let thin = ["id", "type", "license_id", "license_type", "state", "effective_at", "recorded_at"];
    assert_eq!(members, thin, "nothing personal");
    // Others see none of it, and what is no cursor is refused.
    let (others, _) = followed(String::new(), &demo().other_key());
    assert!(others.iter().all(|one| one["license_id"] != *id));
    assert_eq!(changes("&since=1", &key).expect(400).json()["code"], "unsupported_parameter");
}

fn asked(verb: &str, data: &Value, key: &str) -> Answer {
    let request = demo().request("POST", &format!("/compat/{verb}")).header("Authorization", key);
    request.json(&json!({ "data": data })).send()
}

#[test]
fn the_verbs_of_the_sharing_interface() {
    let ((id, identifier), key) = (issue(), demo().key());
    let good = |verb: &str, data: Value| {
        let answer = asked(verb, &data, &key).expect(200).json();
        assert_eq!((&answer["ack_code"], &answer["errors"]), (&json!("SUCCESS"), &json!([])));
        answer["data"].clone()
    };
    let directory = good("directory", json!({}));
    let types = directory["items"].as_array().expect("types");
    assert!(types.iter().any(|one| one["code"] == decision::TYPE));
    let fetched = good("fetch", json!({ "license_id": identifier }));
    assert_eq!(fetched["license"]["id"], id);
    let number = &fetched["license"]["number"];
    let found = good("search", json!({ "number": number, "license_type": decision::TYPE }));
    assert_eq!(found["items"][0]["identifier"], identifier);
    for data in [
        json!({ "license_id": identifier }),
        json!({ "license_id": id }),
        json!({ "code": fetched["license"]["code"] }),
        json!({ "content": fetched["content"] }),
    ] {
        assert_eq!(good("verify", data)["outcome"], "VALID");
    }
    let words = STANDARD.encode("words");
    assert_eq!(good("verify", json!({ "content": words }))["outcome"], "INDETERMINATE");
    assert_eq!(good("status", json!({ "license_id": id }))["state"], "ISSUED");

    // What fails has the code that it has under /v1, in the envelope.
    let absent = json!({ "license_id": "01890000-0000-7000-8000-000000000000" });
    for (verb, data, key, status, code) in [
        ("status", &absent, &key, 404, "not_found"),
        ("verify", &absent, &key, 404, "not_found"),
        ("fetch", &json!({ "license_id": id }), &demo().other_key(), 404, "not_found"),
        ("verify", &json!({}), &key, 400, "ambiguous_input"),
        ("search", &json!({ "colour": 1 }), &key, 400, "malformed_request"),
        ("status", &absent, &"Bearer yz_unknown".to_owned(), 401, "token_invalid"),
    ] {
        let answer = asked(verb, data, key).expect(status);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let answer = answer.json();
        assert_eq!(answer["ack_code"], "FAILURE", "{answer}");
        assert_eq!(answer["errors"][0]["code"], code, "{answer}");
        assert!(answer.get("data").is_none(), "{answer}");
    }
}

/// A region at this address, which bodies of these divisions belong to.
fn region(id: &str, address: &str, divisions: &[&str], folder: &Path) -> RegionSettings {
    let authorization = folder.join(format!("{id}.authorization"));
    std::fs::write(&authorization, demo().key()).expect("written");
    RegionSettings {
        id: id.to_owned(),
        name: format!("示例区 {id}"),
        url: format!("http://{address}"),
        authorization,
        divisions: divisions.iter().map(|one| (*one).to_owned()).collect(),
        allow: vec!["127.0.0.0/8".to_owned()],
        ca_file: None,
    }
}

/// A service that answers everything with this body.
fn lying(body: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body.as_bytes());
        }
    });
    address
}

#[test]
fn a_license_of_another_region_is_verified_there() {
    let folder = empty_folder("regions");
    let (_, identifier) = issue();
    let division = &identifier.split('.').nth(6).expect("the issuer")[2..8];
    let lie = r#"{"ack_code":"SUCCESS","errors":[],"data":{"outcome":"VALID"}}"#;
    let regions = vec![
        region("there", &demo().address.to_string(), &[&division[..2], division], &folder),
        region("province", "127.0.0.1:1", &[&division[..4]], &folder),
        region("lying", &lying(lie).to_string(), &[], &folder),
        region("silent", &lying("").to_string(), &[], &folder),
    ];
    let address = free_address();
    let data = empty_folder("regions-here");
    // A register of its own, whatever the demo's is.
    let own = Settings { database: None, examiner: None, regions, ..settings(&data, address) };
    let app = App::open(own).expect("it opens");
    let code = credit_code("11999900MB0000097");
    let founded = OrganizationRequest { name: DEPARTMENT.to_owned(), code, parent: String::new() };
    app.organization_found(&founded).expect("registered");
    listen(app.clone(), address);
    let new = new_client(&app, "private_key_jwt", "verify");
    let key = Client::registered(&app, address, &new).token();

    let ask = |body: Value| {
        let asked = Request::new(address, "POST", "/v1/region-verifications");
        asked.header("Authorization", &key).json(&body).send()
    };
    let answer = ask(json!({ "license_id": identifier })).expect(200).json();
    assert_eq!((&answer["region"], &answer["outcome"]), (&json!("there"), &json!("VALID")));
    assert_eq!(answer["verification"]["register"]["state"], "ISSUED", "{answer}");
    assert!(answer.get("code").is_none());
    for (region, license, code) in [
        ("there", "01890000-0000-7000-8000-000000000000", "region_not_found"),
        ("lying", &*identifier, "region_answer"),
        ("silent", &*identifier, "region_answer"),
        ("province", &*identifier, "region_unreachable"),
        ("province", &*identifier, "region_unreachable"),
        ("province", &*identifier, "region_left_alone"),
    ] {
        let answer = ask(json!({ "region": region, "license_id": license })).expect(200).json();
        assert_eq!((&answer["outcome"], &answer["code"]), (&json!("INDETERMINATE"), &json!(code)));
        assert!(answer.get("verification").is_none(), "{answer}");
    }
    for body in [json!({ "license_id": "absent" }), json!({ "license_id": "1", "region": "moon" })]
    {
        assert_eq!(ask(body).expect(422).json()["code"], "region_unknown");
    }
}
