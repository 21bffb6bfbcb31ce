//! Service items: loaded, found, imported with what is wrong by row, and mapped by the office that
//! handles them, a version at a time.

use crate::support::http::{Answer, Request};
use crate::support::people::{Browser, between, text};
use crate::support::service::demo;
use serde_json::{Value, json};

/// The credit code of 示例市行政审批服务局, which handles items.
const OFFICE: &str = "11999900MB00000353";
/// How codes of the items begin that the demo loads for it; those of tests go on otherwise.
const DEMO_CODES: &str = "11999900MB0000035300";
/// 结婚证 of the built-in catalogue.
const MARRIAGE: &str = "111000000000131433001";

fn key(office: &str) -> String {
    let all = &demo().summary.departments;
    let found = all.iter().find(|one| one.code == office).expect("a department");
    format!("Bearer {}", found.api_key)
}

fn get(path: &str) -> Value {
    demo().request("GET", path).send().expect(200).json()
}

fn ask(method: &'static str, path: &str) -> Request {
    demo().request(method, path).header("Authorization", &key(OFFICE))
}

fn import(query: &str, media: &str, body: &str) -> Answer {
    ask("POST", &format!("/v1/service-items:import{query}")).body(media, body).send()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn codes(found: &Value) -> Vec<&str> {
    let items = found["items"].as_array().expect("items");
    items.iter().map(|one| one["code"].as_str().expect("a code")).collect()
}

fn refused(answer: Answer, status: u16, code: &str) -> Value {
    let problem = answer.expect(status).json();
    assert_eq!(problem["code"], code, "{problem}");
    problem
}

#[test]
fn the_items_of_the_streets_are_there_and_found() {
    let all = get("/v1/service-items?limit=200");
    let items: Vec<&Value> = all["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|one| one["example"] == true)
        .collect();
    assert_eq!(items.len(), 71);
    assert!(items.iter().filter(|one| one["materials"].as_u64() > Some(0)).count() >= 25);
    assert!(
        items
            .iter()
            .all(|one| one["department"].as_str().is_some_and(|name| name.contains("示例")))
    );
    let food = "11999900MB000003530057";
    for text in ["食品经营许可证", "spjyxkz", "SPJY", "food business", "MB000003530057"] {
        let found = get(&format!("/v1/service-items?q={}", encoded(text)));
        assert_eq!(codes(&found), [food], "{text}");
    }
    assert!(codes(&get("/v1/service-items?q=%25")).is_empty());
    // Other tests import items of this office meanwhile.
    let of_the_demo = |found: &Value| -> Vec<String> {
        let all = codes(found).into_iter().filter(|code| code.starts_with(DEMO_CODES));
        all.map(str::to_owned).collect()
    };
    let mut paged = Vec::new();
    let mut path = format!("/v1/service-items?department={OFFICE}&limit=4");
    loop {
        let page = get(&path);
        paged.extend(of_the_demo(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/service-items?department={OFFICE}&limit=4&cursor={next}");
    }
    let whole = get(&format!("/v1/service-items?department={OFFICE}&limit=200"));
    assert_eq!((&paged, paged.len() > 4), (&of_the_demo(&whole), true), "each once");
    // A paper that is issued here, and that an item still asks for, is named with its type.
    let asking = get("/v1/service-items?still_asking=true&limit=200");
    let animals = asking["items"].as_array().expect("items").iter();
    let animals = animals.clone().find(|one| one["code"] == "11999900MB000003530062");
    let papers = animals.expect("the item")["still_asked"].as_array().expect("papers").clone();
    assert_eq!(papers[0]["license_type"], "11100000MB0143028R001", "{papers:?}");
}

fn document(code: &str, materials: Value) -> Value {
    json!({
        "code": code, "version": 1, "name": { "zh": "样例登记", "en": "Sample registration" },
        "department": OFFICE, "handling": "direct", "applicants": ["person"],
        "materials": materials,
    })
}

fn paper(key: &str) -> Value {
    json!({ "key": key, "name": { "zh": "结婚证", "en": "Marriage certificate" }, "source": "issued",
        "grade": "A", "necessity": "required", "form": "copy" })
}

#[test]
fn the_office_says_what_may_stand_in_the_place_of_materials() {
    let code = "11999900MB000003539001";
    let bare = json!([document(code, json!([paper("marriage"), paper("other")]))]).to_string();
    let made = import("", "application/json", &bare).expect(200).json();
    assert_eq!((&made["kept"], &made["items"][0]["outcome"]), (&json!(true), &json!("new")));
    let first = get(&format!("/v1/service-items/{code}"));
    assert_eq!(
        (&first["drifted"], &first["still_asked"][0]["license_type"]),
        (&json!(true), &json!(MARRIAGE))
    );

    let path = format!("/v1/service-items/{code}/mapping");
    let waived = json!([{ "all": [{ "license_type": MARRIAGE, "holder": "applicant" }] }]);
    let mapping = json!({ "materials": [{ "key": "marriage", "waived_by": waived }] });
    let put =
        |tag: &str, mapping: &Value| ask("PUT", &path).header("If-Match", tag).json(mapping).send();
    refused(ask("PUT", &path).json(&mapping).send(), 428, "if_match_required");
    let stranger = demo().request("PUT", &path).header("Authorization", &demo().other_key());
    refused(stranger.header("If-Match", "\"1\"").json(&mapping).send(), 403, "not_the_department");
    refused(put("\"2\"", &mapping), 412, "version_mismatch");
    for (materials, pointer, fault) in [
        (json!([{ "key": "third" }]), "/materials/0/key", "not_a_service_item"),
        (
            json!([{ "key": "marriage", "waived_by": [
                { "all": [{ "license_type": "119999000000000198099", "holder": "applicant" }] },
            ] }]),
            "/materials/0/waived_by/0/all/0/license_type",
            "unknown_license_type",
        ),
        (
            json!([{ "key": "marriage", "waived_by": [{ "all": [{ "license_type": MARRIAGE,
                "holder": "applicant", "where": ["colour = 'red'"] }] }] }]),
            "/materials/0/waived_by/0/all/0/where/0",
            "predicate_refused",
        ),
    ] {
        let problem =
            refused(put("\"1\"", &json!({ "materials": materials })), 422, "service_item_refused");
        let found = (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]);
        assert_eq!(found, (&json!(pointer), &json!(fault)), "{problem}");
    }
    let made = put("\"1\"", &mapping).expect(200);
    assert_eq!(made.header("etag"), Some("\"2\""));
    let second = made.json();
    // Of the other paper nobody has said anything yet.
    assert_eq!((&second["version"], &second["drifted"]), (&json!(2), &json!(true)));
    assert_eq!(second["changed"], json!(["other"]));
    assert_eq!(second["still_asked"].as_array().map(Vec::len), Some(1));
    refused(put("\"1\"", &mapping), 412, "version_mismatch");
    let nothing = json!({ "materials": [{ "key": "other" }] });
    let third = put("\"2\"", &nothing).expect(200).json();
    assert_eq!((&third["drifted"], &third["changed"]), (&json!(false), &json!([])));
    let kept = get(&format!("/v1/service-items/{code}/versions/1"));
    assert_eq!(kept["materials"][0]["waived_by"], Value::Null);

    // The register of items changes one material: what was said of the other stays, and what changed
    // is marked until somebody looks at it.
    let same = import("", "application/json", &bare).expect(200).json();
    assert_eq!((&same["kept"], &same["items"][0]["outcome"]), (&json!(false), &json!("same")));
    let mut changed = paper("other");
    changed["form"] = "original".into();
    let next = json!([document(code, json!([paper("marriage"), changed]))]).to_string();
    let tried = import("?check=true", "application/json", &next).expect(200).json();
    assert_eq!((&tried["kept"], &tried["items"][0]["version"]), (&json!(false), &json!(4)));
    import("", "application/json", &next).expect(200);
    let fourth = get(&format!("/v1/service-items/{code}"));
    assert_eq!((&fourth["version"], &fourth["drifted"]), (&json!(4), &json!(true)));
    assert_eq!(fourth["changed"], json!(["other"]));
    assert_eq!(fourth["document"]["materials"][0]["waived_by"], waived);
    assert!(codes(&get("/v1/service-items?drifted=true&limit=200")).contains(&code));
}

#[test]
fn an_item_is_not_taken_over_by_another_department() {
    let code = "11999900MB000003539006";
    let own = document(code, json!([paper("marriage")]));
    import("", "application/json", &json!([own]).to_string()).expect(200);
    let departments = &demo().summary.departments;
    let other = departments.iter().find(|one| one.code != OFFICE).expect("another");
    let mut theirs = own.clone();
    theirs["department"] = json!(other.code);
    let taken = demo().request("POST", "/v1/service-items:import");
    let taken = taken.header("Authorization", &key(&other.code));
    let taken = taken.body("application/json", json!([theirs]).to_string()).send();
    let told = taken.expect(200).json();
    assert_eq!((&told["kept"], &told["items"]), (&json!(false), &json!([])), "{told}");
    let problem = &told["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["place"]),
        (&json!("not_the_department"), &json!("/code")),
        "{told}"
    );
    assert_eq!(get(&format!("/v1/service-items/{code}"))["department_code"], OFFICE);
}

#[test]
fn what_is_wrong_with_rows_is_told_and_the_others_are_kept() {
    let head = "事项编码,事项名称,办理部门,办理方式,材料名称,材料来源\n";
    let rows = format!(
        "{head}11999900MB000003539002,样例一,{OFFICE},网办,申请表,申请表格\n\
         11999900MB000003539002,,,,户口簿,政府部门核发\n\
         11999900MB000003539003,样例二,{OFFICE},电话,申请表,申请表格\n\
         11999900MB000002789004,样例三,11999900MB00000278,网办,,\n\
         11999900MB000099999005,样例四,11999900MB0000123T,网办,,\n"
    );
    let made = import("", "text/csv", &rows).expect(200).json();
    assert_eq!(codes(&made), ["11999900MB000003539002"]);
    let problems: Vec<_> = made["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|one| {
            (one["row"].as_u64().expect("a row"), one["code"].as_str().expect("a code").to_owned())
        })
        .collect();
    assert_eq!(problems[0], (4, "unknown_word".to_owned()));
    assert_eq!(problems[1], (5, "not_the_department".to_owned()));
    assert_eq!(problems[2].0, 6);
    assert_eq!(
        get("/v1/service-items/11999900MB000003539002")["document"]["materials"][1]["source"],
        "issued"
    );
    refused(import("", "text/csv", "颜色\n红\n"), 422, "unknown_column");
    refused(import("", "text/plain", &rows), 415, "unsupported_media_type");
    refused(import("", "application/json", "[{]"), 422, "not_a_service_item");
    let nobody = demo().request("POST", "/v1/service-items:import").body("text/csv", rows);
    refused(nobody.send(), 401, "token_missing");
}

#[test]
fn anyone_sees_what_an_item_asks_for() {
    let page = |path: &str| {
        let request = demo().request("GET", path).header("Accept", "text/html");
        text(&request.header("Accept-Language", "zh").send().expect(200))
    };
    let found = page("/items?q=spjyxkz");
    let address = between(&found, "href=\"/items/", "\"").expect("a link");
    assert_eq!(address, "11999900MB000003530057");
    let all = page(&format!("/items/{address}"));
    assert!(all.contains("<strong>11</strong> 份材料，最多可免交 <strong>5</strong> 份"), "{all}");
    assert!(all.contains("示例") && all.contains("视情形"));
    let rented = page(&format!("/items/{address}?a.premises=rented&a.catering=no&a.agent=no"));
    assert!(
        rented.contains("<strong>8</strong> 份材料，最多可免交 <strong>4</strong> 份"),
        "{rented}"
    );
    assert!(!rented.contains("不动产权证书") && !rented.contains("视情形"));
    let english = demo().request("GET", &format!("/items/{address}?lang=en"));
    let english = text(&english.header("Accept", "text/html").send().expect(200));
    assert!(english.contains("Not needed with a valid electronic Business license"), "{english}");
    let json = demo().request("GET", &format!("/items/{address}?a.premises=rented&a.nothing=x"));
    let json = json.header("Accept", "application/json").send().expect(200).json();
    assert_eq!(json["questions"][0]["choices"][1]["chosen"], true, "{json}");
    demo().request("GET", "/items/11999900MB000003539999").send().expect(404);
}

/// What the editor of one material sends.
fn said<'a>(version: &'a str, extra: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [("version", version), ("material", "business_license")];
    [&own[..], extra].concat()
}

#[test]
fn a_clerk_says_what_may_stand_in_the_place_of_a_paper() {
    // 公共场所卫生许可, which no other test changes.
    let path = "/service-items/11999900MB000003530061/mapping";
    let mut window = Browser::of("window");
    let list = text(&window.get("/service-items").expect(200));
    assert!(list.contains("食品经营许可证新办") && !list.contains("生育登记"), "the own office's");
    let asking = text(&window.get("/service-items?only=asking&all=on").expect(200));
    assert!(asking.contains("动物诊疗许可证核发") && asking.contains("本平台已签发"), "{asking}");
    let page = text(&window.get(path).expect(200));
    let version = between(&page, "name=\"version\" value=\"", "\"").expect("the version");
    let wrong = [
        ("type.0.0", "11100000MB0143028R001"),
        ("holder.0.0", "applicant"),
        ("where.0.0", "colour = 'red'"),
    ];
    let refused = text(&window.post(path, &said(&version, &wrong)).expect(400));
    assert!(
        refused.contains("colour = &#39;red&#39;") || refused.contains("colour = &#x27;red&#x27;"),
        "what was typed stays: {refused}"
    );
    assert!(refused.contains("the type has no field"), "{refused}");
    let right = [
        ("type.0.0", "11100000MB0143028R001"),
        ("holder.0.0", "applicant"),
        ("where.0.0", "valid_until >= today+30"),
        ("deferrable_days", "9"),
    ];
    window.post(path, &said(&version, &right)).expect(303);
    let stale = text(&window.post(path, &said(&version, &right)).expect(400));
    assert!(stale.contains("事项刚被改过"), "{stale}");
    let made = get("/v1/service-items/11999900MB000003530061");
    let materials = made["document"]["materials"].as_array().expect("materials").clone();
    let license = materials.iter().find(|one| one["key"] == "business_license").expect("it");
    assert_eq!(license["waived_by"][0]["all"][0]["where"][0], "valid_until >= today+30");
    assert_eq!(license["deferrable"]["days"], 9);
    // The clerk of another office only looks.
    let mut other = Browser::of("clerk");
    assert!(text(&other.get(path).expect(200)).contains("由其他部门办理"));
    other.post(path, &said(&version, &right)).expect(403);
}

#[test]
fn a_clerk_at_the_window_sees_what_need_not_be_handed_in() {
    let mut window = Browser::of("window");
    let found = window.get("/workbench?q=spjyxkz").expect(303);
    let path = "/workbench/11999900MB000003530057";
    assert_eq!(found.header("location"), Some(path));
    let case = text(&window.get(path).expect(200));
    assert!(case.contains("经营场所是自有还是租用？") && case.contains("示例"), "{case}");
    let company = "示例省示例市样板区云岭数字科技与智能装备产业创新发展股份有限公司第一分公司";
    let key = between(&case, "name=\"key\" value=\"", "\"").expect("the key of the page");
    let fields = [
        ("key", key.as_str()),
        ("question", "premises 11999900MB000003530057"),
        ("question", "catering 11999900MB000003530057"),
        ("question", "agent 11999900MB000003530057"),
        ("a.premises", "owned"),
        ("a.catering", "yes"),
        ("a.agent", "no"),
        ("applicant.name", company),
        ("applicant.code", "91999900MA0000023H"),
        ("case_no", "YL-2026-0002"),
    ];
    let begun = std::time::Instant::now();
    let answer = window.post(path, &fields).expect(200);
    // Two seconds, and some for a machine that does other things too.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
    let notice = text(&answer);
    assert!(notice.contains("<strong>9</strong> 份材料，免交 <strong>4</strong> 份"), "{notice}");
    for said in ["可承诺", "可后补", "可协查", "需提交", "核验记录", "免填写", company]
    {
        assert!(notice.contains(said), "{said}");
    }
    // The notice again, without what only licenses say.
    let id = between(&notice, "决定编号 <code>", "<").expect("its id");
    let again = text(&window.get(&format!("/workbench/decisions/{id}")).expect(200));
    assert!(again.contains("再次打开时不再显示证照内容"), "{again}");
    // Whose licenses others are, nobody says so.
    let mut stranger = fields;
    (stranger[7].1, stranger[8].1) = ("示例市青禾食品有限公司", "91999900MA0000015N");
    let notice = text(&window.post(path, &stranger).expect(200));
    assert!(notice.contains("<strong>9</strong> 份材料，免交 <strong>3</strong> 份"), "{notice}");
    assert!(notice.contains("证照库中没有此证照"), "{notice}");
    let mut wrong = fields;
    wrong[8].1 = "91999900MA0000023X";
    let refused = text(&window.post(path, &wrong).expect(400));
    assert!(refused.contains("号码不正确，请核对") && refused.contains("91999900MA0000023X"));
    assert_eq!(Browser::of("clerk").get(&format!("/workbench/decisions/{id}")).status, 404);
}

#[test]
fn a_case_of_several_items_is_decided_once_however_often_it_is_sent() {
    let (first, second) = ("11999900MB000003530057", "11999900MB000003530058");
    let mut window = Browser::of("window");
    // A scanner reads the code on a notice, and goes on to the next.
    let address = format!("https://elsewhere.example/items/{first}");
    let found = window.get(&format!("/workbench?q={}", encoded(&address)));
    let next = format!("/workbench/{first}?next");
    assert_eq!(found.expect(303).header("location"), Some(next.as_str()));
    let page = text(&window.get(&next).expect(200));
    let waits = page.split("<input").find(|input| input.contains("autofocus")).expect("a cursor");
    assert!(waits.contains("id=\"q\""), "{waits}");
    let key = between(&page, "name=\"key\" value=\"", "\"").expect("the key of the page");

    let path = format!("/workbench/{first}");
    let add = |text: &str| {
        [("item", first), ("case_no", "YL-2026-0011"), ("q", text)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let mut send = |fields: &[(String, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        text(&window.post(&path, &fields).expect(200))
    };
    let case = send(&add(second));
    assert!(
        case.contains("小餐饮经营许可证新办") && case.contains("value=\"YL-2026-0011\""),
        "{case}"
    );
    let both = format!("premises {first} {second}");
    assert!(case.contains(&format!("value=\"{both}\"")), "asked once for both: {case}");
    let several = send(&add("许可"));
    assert!(several.contains("name=\"add\" value=\"11999900MB000003530061\""), "{several}");
    let mut removed = add("").to_vec();
    removed
        .extend([("item", second), ("remove", first)].map(|(n, v)| (n.to_owned(), v.to_owned())));
    let removed = send(&removed);
    assert!(!removed.contains("食品经营许可证新办") && removed.contains("小餐饮"), "{removed}");

    let said = |case_no: &str| {
        [
            ("key", key.as_str()),
            ("item", first),
            ("item", second),
            ("question", both.as_str()),
            ("question", &format!("catering {first}")),
            ("question", &format!("agent {first} {second}")),
            ("a.premises", "owned"),
            ("a.catering", "yes"),
            ("a.agent", "no"),
            ("applicant.name", "示例市青禾食品有限公司"),
            ("applicant.code", "91999900MA0000015N"),
            ("case_no", case_no),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let id = |notice: &str| between(notice, "决定编号 <code>", "<").expect("its id");
    let notice = send(&said("YL-2026-0011"));
    assert!(notice.contains("<strong>2</strong> 个事项，"), "{notice}");
    for part in [
        "多个事项共用",
        "用于：食品经营许可证新办、小餐饮经营许可证新办",
        "/items/",
        "<svg class=\"code\"",
    ] {
        assert!(notice.contains(part), "{part}: {notice}");
    }
    assert_eq!(id(&send(&said("YL-2026-0011"))), id(&notice), "sent twice");
    assert_ne!(id(&send(&said("YL-2026-0012"))), id(&notice), "another case");
    let whole = text(&window.get(&format!("/workbench/decisions/{}", id(&notice))).expect(200));
    assert!(whole.contains("<strong>2</strong> 个事项，"), "{whole}");
}
