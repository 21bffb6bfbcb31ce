//! Responders of every kind, good and bad, on this machine.

use super::*;
use crate::authority::{Authority, Machine, whole};
use crate::fetch::Reach;
use formats::x509::ocsp::{CertStatus, Refusal, refusal};
use std::net::Ipv4Addr;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-01-15 0:00 UTC);
const NEXT: OffsetDateTime = datetime!(2026-01-16 0:00 UTC);

fn good(question: &[u8]) -> Vec<u8> {
    whole(&Authority::at(NOW).answer(question, CertStatus::Good, NEXT))
}

/// Asks with every machine of this one listed, and reachable.
fn inquiries(machine: &Machine) -> Inquiries {
    let reach = Reach::Public(vec![Ipv4Addr::LOCALHOST.into()]);
    Inquiries::new(Responders::new([&*machine.url("")], reach).expect("an address"))
}

#[track_caller]
fn check(answer: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static, expected: Option<Silence>) {
    let (authority, machine) = (Authority::at(NOW), Machine::answering(answer));
    let subject = authority.issue([Some(&machine.url("ocsp")), None]);
    let all = inquiries(&machine).ask(&[(subject, authority.certificate)], NOW);
    let [one] = &all[..] else { panic!("one address: {all:?}") };
    assert_eq!(one.result.as_ref().err(), expected.as_ref(), "{one:?}");
}

#[test]
fn what_is_said_and_what_is_not() {
    check(good, None);
    let late = |asked: &[u8]| {
        whole(&Authority::at(NOW).answer(asked, CertStatus::Good, NOW - time::Duration::days(1)))
    };
    check(late, Some(Silence::Outdated));
    check(|_| whole(&refusal(Refusal::TryLater)), Some(Silence::Refused));
    check(|_| whole(b"garbage"), Some(Silence::Unusable));
    check(|_| whole(&Authority::at(NOW).list(&[])), Some(Silence::Unusable));
    check(|_| Vec::new(), Some(Silence::Unusable));
    let elsewhere = b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\n\r\n";
    check(|_| elsewhere.to_vec(), Some(Silence::Redirected));
    check(|_| whole(&vec![0; 2 << 20]), Some(Silence::TooLarge));
    let other = |_: &[u8]| {
        let root = Authority::at(NOW).certificate;
        let other = CertId::of(&root, &root, IdDigest::Sha1).expect("an id");
        good(&ocsp::request(&[other], None))
    };
    check(other, Some(Silence::NotAbout));
}

#[test]
fn whoever_is_slow_is_not_waited_for() {
    let authority = Authority::at(NOW);
    let machine = Machine::answering(|_| {
        std::thread::sleep(Duration::from_secs(8));
        Vec::new()
    });
    let urls = ["a", "b"].map(|path| machine.url(path));
    let subject = authority.issue([Some(&urls[0]), Some(&urls[1])]);
    let begin = Instant::now();
    let all = inquiries(&machine).ask(&[(subject, authority.certificate)], NOW);
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|one| matches!(one.result, Err(Silence::TimedOut))), "{all:?}");
    assert!(begin.elapsed() < TOTAL * 2, "both at once");
}

#[test]
fn a_question_is_asked_once_and_its_answer_kept() {
    let machine = Machine::answering(|question| {
        std::thread::sleep(Duration::from_millis(300));
        if question.is_empty() { whole(&Authority::at(NOW).list(&[])) } else { good(question) }
    });
    let authority = Authority::at(NOW);
    let urls = ["ocsp", "list"].map(|path| machine.url(path));
    let subject = authority.issue([Some(&urls[0]), Some(&urls[1])]);
    let links = [(subject, authority.certificate)];
    let inquiries = inquiries(&machine);
    let ask = || {
        let all = inquiries.ask(&links, NOW);
        let kinds: Vec<Kind> = all.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [Kind::Ocsp, Kind::Crl]);
        assert!(all.iter().all(|one| one.result.is_ok()), "{all:?}");
    };
    std::thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(ask))));
    assert_eq!(machine.asked(), 2, "eight at once ask together");
    ask();
    assert_eq!(machine.asked(), 2, "what is known is not asked again");
}

#[test]
fn whoever_does_not_answer_is_left_alone() {
    let machine = Machine::answering(|_| Vec::new());
    let inquiries = inquiries(&machine);
    let authority = Authority::at(NOW);
    let mut silences = Vec::new();
    for place in 0..4 {
        let subject = authority.issue([Some(&machine.url(&place.to_string())), None]);
        let all = inquiries.ask(&[(subject, authority.certificate.clone())], NOW);
        silences.extend(all.into_iter().filter_map(|one| one.result.err()));
    }
    use Silence::{LeftAlone, Unusable};
    assert_eq!(silences, [Unusable, Unusable, LeftAlone, LeftAlone]);
    assert_eq!(machine.asked(), 2);
}

#[test]
fn what_is_not_asked_says_why() {
    let authority = Authority::at(NOW);
    let ask = |url: &str| {
        let subject = authority.issue([Some(url), None]);
        let listed = Responders::new(["http://localhost/"], Reach::Public(Vec::new()));
        let inquiries = Inquiries::new(listed.expect("an address"));
        let all = inquiries.ask(&[(subject, authority.certificate.clone())], NOW);
        let [one] = &all[..] else { panic!("one address") };
        one.result.clone().expect_err("nothing was said")
    };
    assert_eq!(ask("http://ocsp.example.cn/"), Silence::NotListed);
    assert_eq!(ask("https://localhost/"), Silence::Https);
    assert_eq!(ask("ldap://localhost/"), Silence::Address);
    assert_eq!(ask("http://localhost/"), Silence::NotPublic);
    let silent = Inquiries::new(Responders::default());
    assert!(silent.ask(&[(authority.issue([None, None]), authority.certificate)], NOW).is_empty());
}

#[test]
fn reasons_have_names_of_their_own() {
    for (place, (silence, name, ..)) in SILENCES.iter().enumerate() {
        assert_eq!(silence.name(), *name);
        assert!(SILENCES[..place].iter().all(|(_, other, ..)| other != name), "{name}");
    }
}

#[test]
fn no_more_is_kept_than_there_is_room_for() {
    let (mut state, now) = (State::default(), Instant::now());
    let list = Said::List(Crl::parse(&Authority::at(NOW).list(&[])).expect("a list"));
    for place in 0..KEPT_COUNT_MAX + 10 {
        let until = now + Duration::from_secs(place as u64 + 1);
        let entry = Entry::Known { result: Ok(list.clone()), until };
        state.put((place.to_string(), Vec::new()), entry, now);
    }
    assert_eq!(state.known.len(), KEPT_COUNT_MAX);
    assert!(!state.known.contains_key(&("0".to_owned(), Vec::new())), "the first to end goes");
}
