//! Receivers that fail, and a service that dies: what is owed arrives, with the id it had.

use super::{Office, TO_THIS_MACHINE, delivered, only};
use crate::support::decision::fresh_number;
use crate::support::receiver::{OK, Receiver, Reply};
use crate::support::service::free_address;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[test]
fn every_failure_is_named_and_tried_again_with_the_same_id() {
    let office = Office::start("webhook-failing");
    let receiver = Receiver::start(&[
        Reply::Say("HTTP/1.1 500 Broken\r\n\r\n"),
        Reply::Say("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"),
        Reply::HangUp,
        Reply::Say("220 mail.example ESMTP\r\n"),
        Reply::Say("HTTP/1.1 429 Slower\r\nRetry-After: 2\r\n\r\n"),
        OK,
    ]);
    let endpoint = office.endpoint(&receiver.url());
    office.issue();
    // The second attempt comes by itself after five seconds, the others are asked for.
    let first = office.wait(&endpoint, |one| one["attempts"] == 1);
    assert_eq!((&first["trouble"], &first["last_status"]), (&"status".into(), &500.into()));
    let second = office.wait(&endpoint, |one| one["attempts"] == 2);
    assert_eq!((&second["trouble"], &second["last_status"]), (&"redirect".into(), &302.into()));
    let replay = format!("/deliveries/{}:replay", first["id"].as_str().expect("an id"));
    for trouble in ["connection_failed", "answer_unusable", "status"] {
        let anew = office.ask(&endpoint, &replay).expect(202).json();
        assert_eq!((&anew["state"], &anew["attempts"]), (&"pending".into(), &0.into()));
        let tried = office.wait(&endpoint, |one| one["attempts"] == 1);
        // A receiver that hangs up without a word has not answered either way.
        let found = tried["trouble"].as_str().expect("a trouble");
        let same = found == trouble || (trouble, found) == ("connection_failed", "answer_unusable");
        assert!(same, "{trouble}: {tried:#}");
    }
    // Asked to be slower, it waits, and then it is done.
    office.wait(&endpoint, delivered);
    let all = receiver.wait(6);
    let waited = all[5].at - all[4].at;
    assert!(waited > Duration::from_secs(1), "{waited:?}");
    let ids: BTreeSet<&str> = all.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(ids.len(), 1, "one event has one id");
    assert!(all.iter().all(|one| one.line == "POST /hook HTTP/1.1" && one.body == all[0].body));
    assert_eq!(all.len(), 6, "nobody went elsewhere");
}

#[test]
fn what_hangs_holds_up_nobody_and_is_let_go() {
    let office = Office::start("webhook-hanging");
    let (hangs, drips, good) =
        (Receiver::start(&[Reply::Hang]), Receiver::start(&[Reply::Drip]), Receiver::start(&[OK]));
    let slow = [office.endpoint(&hangs.url()), office.endpoint(&drips.url())];
    // More than there are senders.
    for _ in 0..6 {
        office.issue();
    }
    let quick = office.endpoint(&good.url());
    let begun = Instant::now();
    office.issue();
    good.wait(1);
    // In turn behind those that hang it would be three times their patience.
    assert!(begun.elapsed() < Duration::from_secs(20), "held up for {:?}", begun.elapsed());
    office.wait(&quick, delivered);
    for endpoint in &slow {
        let all = || office.deliveries(endpoint);
        while !all().iter().any(|one| one["trouble"] == "timeout") {
            assert!(begun.elapsed() < Duration::from_secs(60), "{:#?}", all());
            std::thread::sleep(Duration::from_millis(200));
        }
        let path = super::path(endpoint);
        let resting = office.request("GET", &path).send().expect(200).json();
        assert!(resting["failures"].as_u64() > Some(0), "{resting:#}");
    }
    assert!(begun.elapsed() > Duration::from_secs(10), "it was patient");
}

#[test]
fn gone_is_believed_until_a_test_is_accepted() {
    let office = Office::start("webhook-gone");
    let receiver = Receiver::start(&[Reply::Say("HTTP/1.1 410 Gone\r\n\r\n"), OK]);
    let endpoint = office.endpoint(&receiver.url());
    office.issue();
    let dead = office.wait(&endpoint, |one| one["state"] == "dead");
    assert_eq!(dead["last_status"], 410);
    let path = super::path(&endpoint);
    let disabled = office.request("GET", &path).send().expect(200).json();
    assert_eq!(disabled["state"], "disabled");
    office.issue();
    assert_eq!(office.deliveries(&endpoint).len(), 1, "it is owed nothing more");
    let replay = format!("/deliveries/{}:replay", dead["id"].as_str().expect("an id"));
    let refused = office.ask(&endpoint, &replay).expect(409).json();
    assert_eq!(refused["code"], "webhook_endpoint_disabled");
    office.ask(&endpoint, ":test").expect(202);
    let tested = receiver.wait(2).remove(1).json();
    assert_eq!(
        (&tested["type"], &tested["data"]["endpoint_id"]),
        (&"endpoint.test".into(), &endpoint["id"])
    );
    office.wait(&endpoint, delivered);
    let enabled = office.request("GET", &path).send().expect(200).json();
    assert_eq!(enabled["state"], "enabled");
    office.ask(&endpoint, &replay).expect(202);
    assert_eq!(receiver.wait(3)[2].header("webhook-id"), dead["id"]);
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let mut office = Office::start("webhook-killed");
    let closed = free_address();
    let before = office.endpoint(&format!("http://{closed}/hook"));
    let hangs = Receiver::start(&[Reply::Hang, OK]);
    let amid = office.endpoint(&hangs.url());
    let license = office.issue();
    // Killed while one attempt is under way, and before the other receiver is there.
    let first = only(&hangs);
    let owed = office.deliveries(&before).remove(0);
    office.kill();
    let late = Receiver::start_at(closed, &[OK]);
    office.restart(&TO_THIS_MACHINE);
    let told = only(&late);
    assert_eq!(owed["id"], told.header("webhook-id"));
    assert_eq!(told.json()["data"]["license_id"], license["id"]);
    let again = hangs.wait(2).remove(1);
    assert_eq!(again.header("webhook-id"), first.header("webhook-id"));
    assert_eq!(again.body, first.body);
    office.wait(&before, delivered);
    office.wait(&amid, delivered);
}

#[test]
fn what_was_not_issued_is_not_told() {
    let office = Office::start("webhook-refused");
    let receiver = Receiver::start(&[OK]);
    let endpoint = office.endpoint(&receiver.url());
    let number = fresh_number();
    office.try_issue(&number).expect(201);
    office.try_issue(&number).expect(409);
    office.try_issue("").expect(422);
    let mut body = crate::support::decision::request(&fresh_number());
    body["seal"] = "no such seal".into();
    let refused = office.request("POST", "/v1/licenses").json(&body).send();
    assert!(refused.status >= 400);
    let other = asked_by_another(&office);
    office.wait(&endpoint, delivered);
    assert_eq!(office.deliveries(&endpoint).len(), 1);
    assert_eq!(only(&receiver).json()["type"], "license.issued");
    assert_eq!(other, 404, "a stranger does not find it");
}

/// What another department gets for this department's endpoint.
fn asked_by_another(office: &Office) -> u16 {
    let mine = office.request("GET", "/v1/webhook-endpoints").send().expect(200).json();
    let path = super::path(&mine["items"][0]);
    let theirs = crate::support::http::Request::new(office.address, "GET", &path);
    theirs.header("Authorization", &office.keys[1]).send().status
}
