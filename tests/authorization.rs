//! Who may do what: every route for everybody, with things of one's own and of others.
//!
//! `schema/authorization.tsv` is the table that comes of it, kept for review: a route that is not in
//! it, or answers somebody otherwise than it says, fails. What no table may say is asserted besides.

use crate::journeys::{library, lifecycle, notices, orders, signing, undertakings};
use crate::support::decision;
use crate::support::http::Answer;
use crate::support::people::{Browser, between, credit_code, text};
use crate::support::service::{DEAF, demo};
use crate::support::snapshot;
use crate::support::systems::Client;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use web::census::{ENDPOINTS, Endpoint, Permission};

/// An id that nothing has.
const NOTHING: &str = "01890000-0000-7000-8000-000000000000";

const PEOPLE: [&str; 6] = ["clerk", "keeper", "approver", "security", "system", "auditor"];

/// Somebody who asks.
enum Asker {
    /// Presents this as its key; nothing when it is empty.
    Key(String),
    /// Has a session.
    Person(Browser),
}

impl Asker {
    fn ask(&self, endpoint: &Endpoint, path: &str) -> Answer {
        let page = !endpoint.documented && endpoint.produces.contains(&"text/html");
        match self {
            Self::Key(key) => {
                let request = demo().request(method(endpoint), path);
                let request = if page { request.header("Accept", "text/html") } else { request };
                let request =
                    if key.is_empty() { request } else { request.header("Authorization", key) };
                match (endpoint.method.as_str(), page) {
                    ("POST", true) => request.body("application/x-www-form-urlencoded", "").send(),
                    ("POST" | "PUT", false) => request.json(&json!({})).send(),
                    _ => request.send(),
                }
            }
            Self::Person(browser) => match (endpoint.method.as_str(), page) {
                ("POST", true) => browser.clone().post(path, &[]),
                ("POST", false) => browser.request("POST", path).json(&json!({})).send(),
                (_, true) => browser.get(path),
                (_, false) => browser.request(method(endpoint), path).send(),
            },
        }
    }
}

fn method(endpoint: &Endpoint) -> &'static str {
    match endpoint.method.as_str() {
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "GET",
    }
}

/// What everybody is answered.
type Row<'a> = BTreeMap<&'a str, String>;

/// Everybody, in the order of the table's columns.
fn everybody() -> Vec<(&'static str, Asker)> {
    let mut all = vec![
        ("nobody", Asker::Key(String::new())),
        ("stranger", Asker::Key("Bearer yz_unknown".to_owned())),
        ("department", Asker::Key(demo().key())),
    ];
    all.extend(PEOPLE.map(|login| (login, Asker::Person(Browser::of(login)))));
    all
}

/// A thing in an address, and whose it is.
type Thing = (&'static str, String);

fn id(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

fn licenses() -> Vec<Thing> {
    let issued = |key: &str| {
        let made = demo().request("POST", "/v1/licenses").header("Authorization", key);
        let made = made.json(&decision::request(&decision::fresh_number())).send();
        id(&made.expect(201).json())
    };
    let colleague = Client::new("private_key_jwt", "license.issue").token();
    vec![
        ("own", issued(&demo().key())),
        ("same department", issued(&colleague)),
        ("other department", license_of(&demo().other_key())),
    ]
}

fn endpoint_of(key: &str, relation: &'static str) -> Thing {
    let request = demo().request("POST", "/v1/webhook-endpoints").header("Authorization", key);
    let body = json!({ "url": format!("http://{DEAF}:1/") });
    let made = request.header("Idempotency-Key", "authorization-hook");
    let made = made.json(&body).send();
    (relation, id(&made.expect(201).json()))
}

/// Accounts that nobody signs in with, of the security administrator's organization and another.
fn accounts() -> Vec<Thing> {
    let mut security = Browser::of("security");
    let made = |relation: &'static str, organization: &str, security: &mut Browser| {
        let login = format!("spare.{}", relation.replace(' ', "."));
        let fields = [("organization", organization), ("login", &login), ("name", "样例备用")];
        security.post("/accounts", &[&fields[..], &[("role", "clerk")]].concat());
        let page = text(&security.get("/accounts"));
        let row = page.split("<tr>").find(|row| row.contains(&format!("<code>{login}</code>")));
        let id = between(row.expect("its row"), "href=\"/accounts/", "\"").expect("its page");
        (relation, id)
    };
    let code = |name: &str| {
        let mut all = demo().app.consoles().expect("organizations").into_iter();
        let found = all.find(|one| Some(one) == demo().app.console(name).ok().as_ref());
        found.and_then(|one| one.organization()).expect("an organization").to_string()
    };
    vec![
        made("same department", &code("示例市行政审批服务局"), &mut security),
        made("other department", &code("示例市卫生健康委员会"), &mut security),
    ]
}

fn organizations() -> Vec<Thing> {
    let code = credit_code("11999900MB0000098");
    let fields = [("name", "示例市备用局"), ("code", code.as_str()), ("parent", "")];
    let mut security = Browser::of("security");
    security.post("/organizations", &fields);
    let page = text(&security.get("/organizations"));
    let row = page.split("<tr>").find(|row| row.contains(&code)).expect("its row");
    let id = between(row, "action=\"/organizations/", ":close").expect("its form");
    vec![("other department", id)]
}

/// The key of the department to which the people of the demo belong.
fn first() -> String {
    format!("Bearer {}", demo().summary.departments[0].api_key)
}

/// The newest license that this key sees, of a department for which no test issues.
fn license_of(key: &str) -> String {
    let listed = demo().request("GET", "/v1/licenses").header("Authorization", key).send();
    id(&listed.expect(200).json()["items"][0])
}

/// Seals that the demo founded.
fn seals() -> Vec<Thing> {
    vec![("same department", seal(&first())), ("other department", seal(&demo().other_key()))]
}

/// The first seal that this key sees.
fn seal(key: &str) -> String {
    let listed = demo().request("GET", "/v1/seals").header("Authorization", key).send();
    id(&listed.expect(200).json()["items"][0])
}

/// A batch that nobody can read, so that nothing may be asked of it.
fn batch(key: &str) -> String {
    let sent =
        demo().request("POST", &format!("/v1/ingest-batches?license_type={}", decision::TYPE));
    let sent = sent.header("Authorization", key).body("text/csv", "颜色").send().expect(202);
    let id = id(&sent.json());
    loop {
        let read = demo().request("GET", &format!("/v1/ingest-batches/{id}"));
        let read = read.header("Authorization", key).send().expect(200).json();
        if read["state"] != "received" {
            assert_eq!(read["state"], "unreadable", "{read}");
            return id;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// A decision for a company that has nothing.
fn exemption(key: &str) -> String {
    let asked = json!({
        "items": [{ "code": "11999900MB000003530057" }], "case_no": "测权〔2026〕1号",
        "applicant": { "name": "样例公司", "code": credit_code("91999900MA0000399") }
    });
    let request = demo().request("POST", "/v1/exemption-decisions").header("Authorization", key);
    let made = request.json(&asked).send();
    id(&made.expect(201).json())
}

/// A question to another department: with the first item 示例市卫生健康委员会 is asked about a company,
/// with the second 示例市民政局 about a person.
fn assistance(key: &str, item: &str, applicant: &str) -> String {
    let asked = json!({
        "items": [{ "code": item }], "case_no": "测权〔2026〕2号",
        "applicant": { "name": "样例", "code": applicant }
    });
    let request = demo().request("POST", "/v1/exemption-decisions").header("Authorization", key);
    let decided = request.json(&asked).send().expect(201).json();
    let materials = decided["materials"].as_array().expect("materials").iter();
    let mut all = materials.flat_map(|one| one["assistance"].as_array().expect("requests"));
    let found = all.next().unwrap_or_else(|| panic!("nobody is asked: {decided}"));
    found["request_id"].as_str().expect("an id").to_owned()
}

/// Questions of this department to another, and of others among themselves.
fn questions(key: &str, own: &'static str) -> Vec<Thing> {
    let company = credit_code("91999900MA0000398");
    let others = assistance(&demo().other_key(), "11999900MB000002780007", "999900193804120017");
    vec![(own, assistance(key, "11999900MB000003530057", &company)), ("other department", others)]
}

fn verifications() -> Vec<Thing> {
    let ask = demo().request("POST", "/v1/verifications");
    let made = ask.json(&json!({ "license_id": demo().summary.example_license })).send();
    vec![("public", id(&made.json()))]
}

/// A manifest of the approver's department, about which nobody decides, its order, and the license
/// that waits for it.
fn manifests() -> (Thing, Thing, Thing) {
    let waiting = orders::ask(&decision::fresh_number());
    let order = orders::order_of(&waiting);
    let page = orders::manifest(std::slice::from_ref(&order));
    let manifest = page.rsplit('/').next().expect("an id").to_owned();
    let waiting = ("same department, waiting", id(&waiting));
    (("same department", manifest), ("same department", order), waiting)
}

/// What stands in the addresses of things of this kind; made once.
fn things(path: &str) -> &'static [Thing] {
    static KINDS: LazyLock<BTreeMap<&str, Vec<Thing>>> = LazyLock::new(|| {
        let hooks = vec![
            endpoint_of(&demo().key(), "own"),
            endpoint_of(&demo().other_key(), "other department"),
        ];
        let public = |text: &str| vec![("public", text.to_owned())];
        let (manifest, order, waiting) = manifests();
        BTreeMap::from([
            // One that is registered is taken out of use by asking so.
            ("/approver-keys/", vec![("of nobody", NOTHING.to_owned())]),
            ("/manifests/", vec![manifest]),
            (
                "/licenses/",
                vec![
                    ("same department", id(&lifecycle::food(400))),
                    waiting,
                    ("other department", license_of(&demo().other_key())),
                ],
            ),
            ("/orders/", vec![order]),
            ("/accounts/", accounts()),
            ("/alerts/", public(NOTHING)),
            ("/assets/", public("mark.svg")),
            ("/batches/", {
                let first = format!("Bearer {}", demo().summary.departments[0].api_key);
                let other = ("other department", batch(&demo().other_key()));
                vec![("same department", batch(&first)), other]
            }),
            ("/clients/", vec![("other department", Client::new("private_key_jwt", "verify").id)]),
            ("/organizations/", organizations()),
            ("/seals/", seals()),
            ("/v1/seals/", vec![("own", seal(&demo().key())), seals().remove(1)]),
            ("/sign-in/back/", public("absent")),
            ("/sign-in/with/", public("absent")),
            ("/v/", public(&demo().summary.example_code)),
            ("/v1/ingest-batches/", {
                let other = ("other department", batch(&demo().other_key()));
                vec![("own", batch(&demo().key())), other]
            }),
            ("/v1/exemption-decisions/", {
                let other = ("other department", exemption(&demo().other_key()));
                vec![("own", exemption(&demo().key())), other]
            }),
            ("/assistance/", questions(&first(), "same department")),
            ("/v1/assistance-requests/", questions(&demo().key(), "own")),
            ("/v1/signing-requests/", {
                let other = ("other department", signing::prepared(&demo().other_key()));
                vec![("own", signing::prepared(&demo().key())), other]
            }),
            (
                "/v1/notices/",
                vec![
                    ("own", notices::issued(&demo().key())),
                    ("other department", notices::issued(&demo().other_key())),
                ],
            ),
            (
                "/notices/",
                vec![
                    ("same department", notices::issued(&first())),
                    ("other department", notices::issued(&demo().other_key())),
                ],
            ),
            (
                "/v1/undertakings/",
                vec![
                    ("own", undertakings::recorded(&demo().key(), "权限1")),
                    ("other department", undertakings::recorded(&demo().other_key(), "权限2")),
                ],
            ),
            (
                "/undertakings/",
                vec![
                    ("same department", undertakings::recorded(&first(), "权限3")),
                    ("other department", undertakings::recorded(&demo().other_key(), "权限4")),
                ],
            ),
            ("/v1/materials/", {
                let other = ("brought elsewhere", library::brought(demo().other_key()));
                vec![("own", library::brought(demo().key())), other]
            }),
            ("/materials/", vec![("of nobody", NOTHING.to_owned())]),
            ("/me/materials/", vec![("of nobody", NOTHING.to_owned())]),
            ("/v1/marked-copies/", vec![("of nobody", "0".repeat(32))]),
            ("/workbench/", public("11999900MB000002780001")),
            ("/workbench/decisions/", vec![("of nobody", NOTHING.to_owned())]),
            ("/items/", public("11999900MB000002780001")),
            ("/service-items/", public("11999900MB000002780001")),
            ("/v1/service-items/", public("11999900MB000002780001")),
            ("/targets/", public("seal_coverage")),
            ("/v1/targets/", public("seal_coverage")),
            ("/v1/forms/", public("food_business")),
            ("/v1/license-types/", public(decision::TYPE)),
            ("/license-types/", public(decision::TYPE)),
            ("/quality/", vec![("of nobody", NOTHING.to_owned())]),
            ("/v1/quality/findings/", vec![("of nobody", NOTHING.to_owned())]),
            ("/v1/licenses/", licenses()),
            ("/v1/log/tile/", public("0/000")),
            ("/v1/verifications/", verifications()),
            ("/verifications/", verifications()),
            ("/v1/webhook-endpoints/", hooks),
        ])
    });
    let Some((kind, _)) = path.split_once('{') else {
        static ONE: LazyLock<Vec<Thing>> = LazyLock::new(|| vec![("", String::new())]);
        return &ONE;
    };
    KINDS.get(kind).unwrap_or_else(|| panic!("say in tests/authorization.rs what {path} is about"))
}

/// The address of a thing; other parts of the pattern are of nothing.
fn address(pattern: &str, thing: &str) -> String {
    let (Some(from), Some(to)) = (pattern.find('{'), pattern.find('}')) else {
        return pattern.to_owned();
    };
    let rest = pattern[to + 1..].trim_start_matches('*').replace("{event}", NOTHING);
    let rest =
        rest.replace("{version}", "1").replace("{step}", "take").replace("{license}", NOTHING);
    format!("{}{thing}{rest}", &pattern[..from])
}

fn cell(answer: &Answer) -> String {
    match (answer.status, answer.header("location")) {
        (303, Some("/sign-in")) => "sign-in".to_owned(),
        (status, _) => status.to_string(),
    }
}

/// What no table may say, whoever wrote it.
fn holds(endpoint: &Endpoint, relation: &str, row: &Row<'_>, nothing: &Row<'_>) {
    let named = format!("{} {} ({relation})", endpoint.method, endpoint.path);
    let shut = |cell: &str| ["401", "403", "404", "sign-in"].contains(&cell);
    if endpoint.permission != Permission::Anyone {
        for who in ["nobody", "stranger"] {
            assert!(["401", "sign-in"].contains(&row[who].as_str()), "{named}: {who} {}", row[who]);
        }
    }
    if endpoint.permission == Permission::Department {
        for who in PEOPLE {
            assert_eq!(row[who], "401", "{named}: a session is no key");
        }
    }
    for (who, cell) in row {
        assert!(!cell.starts_with('5'), "{named}: {who} {cell}");
        // Whoever may not know of a thing learns nothing of whether there is one.
        if relation == "other department" && *who == "department" {
            assert!(shut(cell), "{named}: {who} {cell}");
            assert_eq!(*cell, nothing[who], "{named}: {who} is told that it is there");
        }
    }
    let of_administrators = endpoint.permission == Permission::SecurityAdmin;
    if endpoint.method == "POST" && of_administrators {
        assert_eq!(row["auditor"], "403", "{named}: an auditor changes nothing");
    }
}

#[test]
fn everybody_may_do_what_the_table_says() {
    let everybody = everybody();
    let names: Vec<&str> = everybody.iter().map(|(name, _)| *name).collect();
    let mut table = format!("method\tpath\tof\t{}\n", names.join("\t"));
    let ask = |endpoint: &Endpoint, thing: &str| -> Row<'_> {
        let path = address(endpoint.path, thing);
        everybody.iter().map(|(who, asker)| (*who, cell(&asker.ask(endpoint, &path)))).collect()
    };
    // It ends the sessions with which the others ask.
    let (last, mut first): (Vec<_>, Vec<_>) =
        ENDPOINTS.iter().partition(|one| one.path == "/sign-out");
    // What is taken away is asked for before.
    first.sort_by_key(|one| one.method == "DELETE");
    for endpoint in first {
        let nothing = ask(endpoint, NOTHING);
        for (relation, thing) in things(endpoint.path) {
            let row = ask(endpoint, thing);
            holds(endpoint, relation, &row, &nothing);
            let (method, path) = (endpoint.method.as_str(), endpoint.path);
            let cells: Vec<&str> = names.iter().map(|who| row[who].as_str()).collect();
            table.push_str(&format!("{method}\t{path}\t{relation}\t{}\n", cells.join("\t")));
        }
    }
    assert_eq!(last.len(), 1, "everybody may sign out, tests/journeys/people.rs");
    snapshot::compare("schema/authorization.tsv", &table);
}
