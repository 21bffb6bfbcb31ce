//! A seal from the day somebody asks for it until it is ended: each step by its people and no other,
//! at the machine too; what was made seals a license that verifies, and no refused step uses a key.

use super::people::invite_as;
use crate::support::http::Request;
use crate::support::office::{ARCHIVE, Office};
use crate::support::people::{Browser, set_up, text};
use crate::support::tool::{run, tool};
use app::offline::{Trust, verify};
use app::{AppError, Caller, SealAsked, SealLook, SealProposed, SealTermsAsked, VerifyInput};
use std::fs;
use storage::Store;
use time::{Duration, OffsetDateTime};

/// The code with which something was refused.
#[track_caller]
fn code<T>(answer: Result<T, AppError>) -> &'static str {
    match answer {
        Err(AppError::Refused { code, .. } | AppError::Forbidden { code, .. }) => code,
        Err(AppError::NotFound) => "not_found",
        Err(other) => panic!("{other:?}"),
        Ok(_) => "done",
    }
}

fn asked(name: &str) -> SealAsked {
    SealAsked {
        name: name.to_owned(),
        kind: "99".to_owned(),
        code: String::new(),
        look: SealLook::Designed {
            shape: "oval".to_owned(),
            name: ARCHIVE.to_owned(),
            line: "档案证明专用章".to_owned(),
            size: String::new(),
        },
        terms: SealTermsAsked::default(),
        from: String::new(),
        until: (OffsetDateTime::now_utc() + Duration::days(700)).date().to_string(),
        replaces: String::new(),
        reason: "新业务".to_owned(),
    }
}

fn change(change: &str) -> SealProposed {
    SealProposed {
        change: change.to_owned(),
        reason: "查明原因".to_owned(),
        ..SealProposed::default()
    }
}

/// Every step by everybody, in the order of the life: who may not take it changes nothing.
#[test]
fn each_step_is_its_peoples() {
    let Some(office) = Office::new("each_step_is_its_peoples", "seals-steps") else { return };
    let app = &office.app;
    let id = office.waiting();
    let id = id.as_str();
    let before = app.key_uses();
    let outsider = "keeper";
    type Step<'a> = (&'a str, &'a [&'a str], Box<dyn Fn(&Caller) -> Result<(), AppError> + 'a>);
    let mut asked_id = String::new();
    for login in ["archive.approver", "security", "auditor", "clerk"] {
        let refused = code(app.seal_ask(&office.who(login), &asked("示例章")));
        assert_eq!(refused, "scope_missing", "{login}");
    }
    asked_id
        .push_str(&app.seal_ask(&office.who("archive.keeper"), &asked("示例章")).expect("asked"));
    assert_eq!(office.state(&asked_id), "REQUESTED");
    let steps: [Step<'_>; 6] = [
        ("REQUESTED", &["archive.approver"], Box::new(|who| app.seal_approve(who, id, ""))),
        ("APPROVED", &["security"], Box::new(|who| app.seal_keys_make(who, id, "p256"))),
        (
            "APPROVED",
            &["security"],
            Box::new(|who| {
                if app.seal_key_request(who, id, "sm2").is_ok() {
                    app.seal_certify_in_demo(who, id)?;
                }
                app.seal_make(who, id, "")
            }),
        ),
        ("MADE", &["archive.keeper"], Box::new(|who| app.seal_file(who, id, "示备 1"))),
        (
            "FILED",
            &["archive.approver", "archive.keeper"],
            Box::new(|who| app.seal_activate(who, id)),
        ),
        ("ACTIVE", &["archive.keeper"], Box::new(|who| app.seal_suspend(who, id, "演练"))),
    ];
    let everybody =
        ["archive.keeper", "archive.approver", "security", "auditor", "clerk", outsider];
    for (place, (state, may, step)) in steps.iter().enumerate() {
        assert_eq!(office.state(id), *state, "step {place}");
        let uses = app.key_uses();
        // Whoever may suspend does so alone; they are tried in the domain's table.
        let others = everybody.iter().filter(|login| !may.contains(login) && *state != "ACTIVE");
        for login in others {
            let refused = code(step(&office.who(login)));
            let known = ["scope_missing", "self_approval", "not_found"].contains(&refused);
            assert!(known, "step {place}, {login}: {refused}");
            assert_eq!(app.key_uses(), uses, "step {place}, {login}");
            assert_eq!(office.state(id), *state, "step {place}, {login}");
        }
        step(&office.who(may[0])).unwrap_or_else(|error| panic!("step {place}: {error}"));
    }
    assert!(app.key_uses() > before, "the seal maker signed");
    assert_eq!(office.state(id), "SUSPENDED");
    // A seal of others is not there for a department, whatever it asks.
    assert_eq!(code(app.seal(&office.who(outsider), id)), "not_found");
    assert_eq!(code(app.seal_suspend(&office.who(outsider), id, "x")), "not_found");
    let trail = app.seal(&office.who("auditor"), id).expect("an auditor reads it");
    let whole: Vec<_> =
        trail.history.iter().map(|one| (one.to.as_str(), one.by.as_str())).collect();
    assert_eq!(
        whole,
        [
            ("REQUESTED", "archive.keeper"),
            ("APPROVED", "archive.approver"),
            ("MADE", "security"),
            ("FILED", "archive.keeper"),
            ("ACTIVE", "archive.approver"),
            ("SUSPENDED", "archive.keeper"),
        ]
    );
}

#[test]
fn what_three_people_made_seals_a_license_that_verifies() {
    let test = "what_three_people_made_seals_a_license_that_verifies";
    let Some(office) = Office::new(test, "seals-made") else { return };
    let (app, id) = (&office.app, office.waiting());
    let (keeper, approver, security) =
        (office.who("archive.keeper"), office.who("archive.approver"), office.who("security"));
    assert_eq!(app.seals_waiting(&approver).expect("tasks").len(), 1);
    assert_eq!(code(app.seal_make(&security, &id, "")), "seal_state");
    app.seal_approve(&approver, &id, "同意").expect("approved");
    assert_eq!(code(app.seal_approve(&approver, &id, "")), "seal_state");
    let uses = app.key_uses();
    assert_eq!(code(app.seal_make(&security, &id, "")), "keys_missing");
    app.seal_keys_make(&security, &id, "p256").expect("keys");
    assert_eq!(code(app.seal_keys_make(&security, &id, "p256")), "keys_made");
    assert_eq!(code(app.seal_make(&security, &id, "")), "certificate_missing");
    // Nothing that is not of this key, or that nobody vouches for, is kept.
    let authority =
        fs::read_to_string(office.data.join("trust/ca-sm2.pem")).expect("a certificate");
    for chain in ["", "words", authority.as_str()] {
        let refused = code(app.seal_key_certify(&security, &id, "sm2", chain));
        assert_eq!(refused, "key_certificate", "{chain}");
    }
    assert_eq!(app.key_uses(), uses, "what is refused uses no key");
    for which in ["sm2", "pades"] {
        let request = app.seal_key_request(&security, &id, which).expect("a request");
        let path = office.data.join(format!("{which}.csr"));
        fs::write(&path, &request).expect("written");
        if let Some(openssl) = tool(test, "openssl").filter(|_| which == "pades") {
            let path = path.display().to_string();
            run(&openssl, ["req", "-in", &path, "-verify", "-noout"]).expect(&["OK"]);
        }
    }
    app.seal_certify_in_demo(&security, &id).expect("certified");
    app.seal_make(&security, &id, "").expect("made");
    assert_eq!(code(app.seal_file(&security, &id, "示备 1")), "self_approval");
    assert!(office.issue(None).is_err(), "it is not in use yet");
    app.seal_file(&keeper, &id, "示备 2026-001").expect("filed");
    app.seal_activate(&keeper, &id).expect("in use");

    // The seal alone, and a license that carries it, by the engine of everybody.
    let trust = Trust::load(&office.data.join("trust")).expect("anchors");
    let place = match &office.database {
        Some(url) => url.clone(),
        None => office.data.join("register.db").display().to_string(),
    };
    let store = Store::open(&place.parse().expect("a place")).expect("the register");
    let seal = store.seal_read(id.parse().expect("an id")).expect("the seal");
    let now = OffsetDateTime::now_utc();
    let alone = verify(&seal.properties().seal_der, &trust, now);
    assert_eq!(alone.outcome, "VALID", "{alone:?}");
    let file = office.issue(None).expect("issued");
    let judged = verify(&file, &trust, now);
    assert_eq!(judged.outcome, "VALID", "{judged:?}");
    let shown = judged.signatures.iter().find_map(|one| one.seal.as_ref()).expect("a seal");
    assert_eq!(shown.name, seal.properties().name);
    assert_eq!(shown.code, seal.properties().code.to_string());

    // Suspended by one, resumed by two.
    app.seal_suspend(&keeper, &id, "演练").expect("suspended");
    assert_eq!(code(office.issue(None)), "seal_not_applicable");
    app.seal_propose(&approver, &id, &change("resume")).expect("proposed");
    assert_eq!(code(app.seal_propose(&keeper, &id, &change("resume"))), "proposal_open");
    let open = app.seal(&keeper, &id).expect("the seal").proposals.remove(0).id;
    assert_eq!(code(app.seal_confirm(&approver, &id, &open)), "self_approval");
    assert_eq!(code(app.seal_confirm(&keeper, &id, &open)), "scope_missing");
    assert_eq!(code(office.issue(None)), "seal_not_applicable");
    app.seal_confirm(&security, &id, &open).expect("resumed");
    assert_eq!(code(app.seal_confirm(&security, &id, &open)), "proposal_decided");
    office.issue(None).expect("issued again");

    // Which types it may stand on is changed by two as well.
    let mut terms = change("terms");
    terms.terms.license_types = vec!["119999000000000198002".to_owned()];
    app.seal_propose(&keeper, &id, &terms).expect("proposed");
    office.issue(None).expect("not yet in force");
    let open = app.seal(&keeper, &id).expect("the seal").proposals.remove(0).id;
    app.seal_confirm(&approver, &id, &open).expect("confirmed");
    assert_eq!(code(office.issue(None)), "seal_not_applicable");

    // Ended for good, by two, with the moment from which on nothing is believed.
    let mut revoke = change("revoke");
    revoke.revocation = "key_compromise".to_owned();
    assert_eq!(code(app.seal_propose(&keeper, &id, &revoke)), "revocation_reason");
    revoke.invalid_from = "2026-03-02T09:15".to_owned();
    app.seal_propose(&keeper, &id, &revoke).expect("proposed");
    let open = app.seal(&keeper, &id).expect("the seal").proposals.remove(0).id;
    let by_service = || {
        let input = VerifyInput::File { bytes: file.clone(), at: None };
        app.verify(input).expect("an answer")
    };
    assert_eq!(by_service().outcome, "VALID");
    app.seal_confirm(&approver, &id, &open).expect("revoked");
    // The register says so at once, before any list of the authority does.
    let judged = by_service();
    assert_eq!(judged.outcome, "INVALID", "{judged:?}");
    let said = serde_json::to_string(&judged).expect("JSON");
    assert!(said.contains("revoked by the register 2026-03-02"), "{said}");
    let ended = app.seal(&keeper, &id).expect("the seal");
    let why = ended.revocation.expect("why");
    assert_eq!(why.invalid_from.as_deref(), Some("2026-03-02T09:15:00+08:00"));
    assert_eq!(code(app.seal_activate(&keeper, &id)), "seal_state");

    // By its key a department reads the life of its own seals, and of no other.
    let address = office.serve();
    let key = &office.summary.newcomer.as_ref().expect("the archive").api_key;
    let read = |key: &str| {
        let request = Request::new(address, "GET", "/v1/seals");
        let path = format!("/v1/seals/{id}");
        let own = Request::new(address, "GET", &path);
        let key = format!("Bearer {key}");
        (request.header("Authorization", &key).send(), own.header("Authorization", &key).send())
    };
    let (all, one) = read(key);
    assert_eq!(all.expect(200).json()["items"][0]["state"], "REVOKED");
    let one = one.expect(200).json();
    assert_eq!(one["revocation"]["reason"], "key_compromise");
    assert_eq!(one["history"].as_array().map(Vec::len), Some(8));
    assert_eq!(read(&office.summary.departments[0].api_key).1.status, 404);
}

#[test]
fn a_new_seal_takes_the_place_of_another() {
    let Some(office) = Office::new("a_new_seal_takes_the_place", "seals-replaced") else { return };
    let app = &office.app;
    let (keeper, approver, security) =
        (office.who("archive.keeper"), office.who("archive.approver"), office.who("security"));
    let made = |id: &str| {
        app.seal_approve(&approver, id, "").expect("approved");
        app.seal_keys_make(&security, id, "p256").expect("keys");
        app.seal_certify_in_demo(&security, id).expect("certified");
        app.seal_make(&security, id, "").expect("made");
        app.seal_file(&keeper, id, "示备").expect("filed");
        app.seal_activate(&keeper, id).expect("in use");
    };
    let old = office.waiting();
    let mut new = asked("示例市档案馆新章");
    new.replaces = old.clone();
    assert_eq!(code(app.seal_ask(&keeper, &new)), "seal_replaced", "it is not in use");
    made(&old);
    let file = office.issue(None).expect("the old one seals");
    let id = app.seal_ask(&keeper, &new).expect("asked");
    made(&id);
    assert_eq!((office.state(&old), office.state(&id)), ("REPLACED".into(), "ACTIVE".into()));
    let ended = app.seal(&keeper, &old).expect("the old one");
    assert_eq!(ended.replaced_by.as_deref(), Some(id.as_str()));
    office.issue(None).expect("the new one seals");

    // Long after, that its key was known to others is said of it, and nothing else is changed.
    assert_eq!(code(app.seal_propose(&keeper, &old, &change("terms"))), "seal_state");
    assert_eq!(code(app.seal_propose(&keeper, &old, &change("resume"))), "seal_state");
    let outcome = || {
        let input = VerifyInput::File { bytes: file.clone(), at: None };
        app.verify(input).expect("an answer").outcome
    };
    assert_eq!(outcome(), "VALID");
    let compromised = SealProposed {
        revocation: "key_compromise".to_owned(),
        invalid_from: "2026-03-02T09:15".to_owned(),
        ..change("revoke")
    };
    app.seal_propose(&keeper, &old, &compromised).expect("proposed");
    let open = app.seal(&keeper, &old).expect("the seal").proposals.remove(0).id;
    app.seal_confirm(&approver, &old, &open).expect("revoked");
    assert_eq!((office.state(&old), outcome()), ("REVOKED".into(), "INVALID".into()));
    // What was asked for wrongly is named.
    let period = |until: &str| SealAsked { until: until.to_owned(), ..asked("章章") };
    let named = |code: &str| SealAsked { code: code.to_owned(), ..asked("章章") };
    let drawn = |name: &str| SealAsked {
        look: SealLook::Designed {
            shape: "round".to_owned(),
            name: name.to_owned(),
            line: String::new(),
            size: String::new(),
        },
        ..asked("章章")
    };
    let limited = |per_hour: &str, hours: &str, types: &[&str]| SealAsked {
        terms: SealTermsAsked {
            per_hour: per_hour.to_owned(),
            hours: hours.to_owned(),
            license_types: types.iter().map(|one| (*one).to_owned()).collect(),
            ..SealTermsAsked::default()
        },
        ..asked("章章")
    };
    for (asked, refused) in [
        (asked(""), "seal_name"),
        (period("2020-01-01"), "seal_period"),
        (named("123"), "seal_code"),
        (named("99990000000101"), "seal_code_taken"),
        (drawn("局"), "seal_text"),
        (drawn(&"局".repeat(41)), "seal_text"),
        (limited("0", "", &[]), "seal_limits"),
        (limited("", "18-8", &[]), "seal_limits"),
        (limited("", "", &["110"]), "unknown_license_type"),
        (SealAsked { reason: String::new(), ..asked("章章") }, "reason_needed"),
        (SealAsked { kind: "77".to_owned(), ..asked("章章") }, "seal_kind"),
    ] {
        assert_eq!(code(app.seal_ask(&keeper, &asked)), refused);
    }
}

/// Both roles are no second person.
#[test]
fn on_its_page_too_whoever_asked_does_not_approve() {
    let first = invite_as("both.roles", "市场监督管理局", ["seal_keeper", "seal_approver"]);
    let (mut browser, _) =
        set_up(Browser::nobody(), &first, "both.roles", "白日依山尽黄河入海流欲穷千里");
    let until = (OffsetDateTime::now_utc() + Duration::days(700)).date().to_string();
    let fields = [
        ("act", "ask"),
        ("name", "示例<b>两岗</b>专用章"),
        ("kind", "99"),
        ("design", "round 42x42"),
        ("text", "示例两岗"),
        ("until", &until),
        ("reason", "试一试"),
    ];
    let asked = browser.post("/seals", &fields).expect(303);
    let place = asked.header("location").expect("its page").to_owned();
    let page = text(&browser.get(&place).expect(200));
    assert!(page.contains("示例&#60;b&#62;两岗") && !page.contains(":approve"), "not offered");
    let refused = text(&browser.post(&format!("{place}:approve"), &[]).expect(403));
    assert!(refused.contains("同一人不能办理前后两步"), "{refused}");
    assert!(text(&browser.get(&place)).contains("待审核"));
    // Another approver of the department does; the work page said so.
    let mut approver = Browser::of("approver");
    assert!(text(&approver.get("/work")).contains("两岗"));
    browser.post(&format!("{place}:withdraw"), &[("reason", "试完了")]).expect(303);
    let late = text(&approver.post(&format!("{place}:approve"), &[]).expect(409));
    assert!(late.contains("现在不能办") && late.contains("已撤回"));
}

/// The same at the machine: whoever sits there is one person, and others prove who they are.
#[test]
fn at_the_machine_too_no_one_takes_two_steps() {
    let test = "at_the_machine_too_no_one_takes_two_steps";
    let Some(office) = Office::new(test, "seals-machine") else { return };
    let until = (OffsetDateTime::now_utc() + Duration::days(700)).date().to_string();
    let request = [
        "seal",
        "request",
        "--name",
        "示例市档案馆档案证明专用章",
        "--text",
        ARCHIVE,
        "--line",
        "档案证明专用章",
        "--until",
        &until,
        "--reason",
        "新业务",
        "--hours",
        "8-18",
    ];
    let mine = office.typed(&[&request[..], &["--organization", ARCHIVE]].concat(), None);
    mine.expect(&["-7"]);
    let mine = mine.text.trim().to_owned();
    let self_approved = office.typed(&["seal", "approve", &mine], None);
    assert!(!self_approved.well && self_approved.text.contains("ask another person"));
    assert_eq!(office.state(&mine), "REQUESTED");
    office.typed(&["seal", "withdraw", &mine, "--reason", "试用"], None).expect(&[]);
    assert_eq!(office.state(&mine), "WITHDRAWN");

    let by = |login: &str, steps, arguments: &[&str]| {
        office.typed(&[arguments, &["--as", login]].concat(), Some(office.proof(login, steps)))
    };
    let id = by("archive.keeper", 0, &request);
    id.expect(&["-7"]);
    let id = id.text.trim().to_owned();
    let wrong = ("no password of anybody".to_owned(), "000000".to_owned());
    let nobody = office.typed(&["seal", "approve", &id, "--as", "archive.approver"], Some(wrong));
    assert!(!nobody.well, "{}", nobody.text);
    by("archive.approver", 0, &["seal", "approve", &id]).expect(&[]);
    office.typed(&["seal", "keys", &id], None).expect(&[]);
    let csr = office.data.join("key.csr").display().to_string();
    office.typed(&["seal", "key-request", &id, "--key", "pades", "-o", &csr], None).expect(&[]);
    assert!(fs::read_to_string(&csr).expect("a request").contains("CERTIFICATE REQUEST"));
    let chain = office.data.join("trust/ca-sm2.pem").display().to_string();
    let other =
        office.typed(&["seal", "key-certify", &id, "--key", "sm2", "--chain", &chain], None);
    assert!(!other.well, "{}", other.text);
    office.app.seal_certify_in_demo(&office.console(), &id).expect("certified");
    office.typed(&["seal", "make", &id], None).expect(&[]);
    let same = office.typed(&["seal", "file", &id, "--number", "示备 9"], None);
    assert!(!same.well && same.text.contains("ask another person"), "{}", same.text);
    by("archive.keeper", 1, &["seal", "file", &id, "--number", "示备 9"]).expect(&[]);
    office.typed(&["seal", "activate", &id], None).expect(&[]);
    office.typed(&["seal", "suspend", &id, "--reason", "演练"], None).expect(&[]);
    let propose = ["seal", "propose", "resume", &id, "--reason", "演练结束"];
    office.typed(&propose, None).expect(&[]);
    let same = office.typed(&["seal", "confirm", &id], None);
    assert!(!same.well && same.text.contains("ask another person"), "{}", same.text);
    by("archive.approver", 1, &["seal", "confirm", &id]).expect(&[]);
    office.typed(&["seal", "list", "--organization", ARCHIVE], None).expect(&["ACTIVE", &id]);
    office.typed(&["seal", "show", &id], None).expect(&["示备 9", "archive.approver", "console"]);
}
