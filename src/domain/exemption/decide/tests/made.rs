//! A case made of the words of one row.

use super::*;
use crate::catalogue::{Content, HolderKind, LicenseType, built_in};
use crate::exemption::{Assisted, Case, Confirmation, Grade, PartHeld, holder_codes};
use crate::id::{LibraryMaterialId, LicenseId};
use crate::library::LibraryHeld;
use crate::license::LicenseState;
use crate::time::Period;
use serde_json::{Value as Json, json};
use std::sync::OnceLock;
use time::macros::{date, datetime};

pub(super) const TODAY: Date = date!(2026 - 11 - 23);
const NOW: time::OffsetDateTime = datetime!(2026-11-23 10:00 +8);

/// Letter, file name, fields of the holder's code, and of the last day if there is one.
pub(super) const TYPES: [&str; 4] = ["B", "F", "D", "M"];
const COMPANY: &str = "91999900MA00000019";
const STRANGER: &str = "91999900MA0000002C";
const PERSON: &str = "99990019880412001X";
const SPOUSE: &str = "999900199001010022";
const OTHER: &str = "999900197502020035";
const REPRESENTATIVE: &str = "999900198103030054";

/// Everything that a case is made of.
pub(super) struct Made {
    item: ServiceItem,
    answers: Answers,
    pub(super) parties: BTreeMap<Key, Party>,
    pub(super) looked: BTreeMap<Key, Looked>,
    confirmed: BTreeMap<(ItemCode, Key), Confirmation>,
    pub(super) assisted: BTreeMap<(ItemCode, Key), Assisted>,
    pub(super) library: Option<Vec<LibraryHeld>>,
    policy: ExemptionPolicy,
}

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

fn name_of(letter: &str) -> &'static str {
    match letter {
        "B" => "营业执照",
        "F" => "食品经营许可证",
        "D" => "残疾人证",
        "M" => "结婚证",
        other => panic!("no type {other}"),
    }
}

fn types() -> &'static [LicenseType] {
    static TYPES: OnceLock<Vec<LicenseType>> = OnceLock::new();
    TYPES.get_or_init(|| built_in().expect("the built-in types"))
}

pub(super) fn policy() -> Json {
    json!({
        "freedoms": ["submission", "filling", "seal", "signature"],
        "grounds": ["cancelled", "waived_by_license", "waived_by_material", "waived_by_data",
            "covered_by_other",
            "by_commitment", "pending_assistance", "deferrable"],
        "relations": [
            { "relation": "spouse", "license_type": "111000000000131433001",
              "own": "first_citizen_id", "other": "second_citizen_id", "either_order": true },
            { "relation": "legal_representative", "license_type": "11100000MB0143028R001",
              "own": "uscc", "other": "legal_representative", "by": "name" } ],
        "days": 90
    })
}

/// Grounds by their words with days, then alternatives, as the head of the table says.
fn material(words: &str) -> Json {
    let mut material = json!({
        "key": "paper", "name": { "zh": "材料", "en": "Paper" }, "source": "issued", "grade": "A",
        "necessity": "required", "form": "copy"
    });
    let (grounds, licenses) = words.split_once(';').unwrap_or((words, ""));
    for word in grounds.split_whitespace() {
        let (word, value) = word.split_once('=').unwrap_or((word, "0"));
        let days: u16 = value.parse().unwrap_or(0);
        match word {
            "cancelled" => material["cancelled"] = json!({ "basis": "示例文件" }),
            "commitment" => material["commitment"] = json!({ "basis": "示例文件", "days": days }),
            "assistance" => {
                material["assistance"] =
                    json!({ "department": "119999000000000198", "days": days });
            }
            "deferrable" => material["deferrable"] = json!({ "days": days }),
            "data" => material["data_check"] = json!({ "connector": "somebody" }),
            "grade" => material["grade"] = json!(value),
            "own" => material["source"] = json!("self_made"),
            "optional" => material["necessity"] = json!("optional"),
            "rented" => material["when"] = json!({ "answer": { "premises": ["rented"] } }),
            other => panic!("no ground {other}"),
        }
    }
    let alternatives = licenses.split(" or ").map(str::trim).filter(|one| !one.is_empty());
    let alternatives: Vec<Json> = alternatives
        .map(|alternative| {
            let all: Vec<Json> = alternative.split('&').map(evidence).collect();
            json!({ "all": all })
        })
        .collect();
    material["waived_by"] = json!(alternatives);
    material
}

fn evidence(words: &str) -> Json {
    let (what, predicates) = words.trim().split_once('[').unwrap_or((words.trim(), ""));
    let (letter, holder) = what.split_once('@').expect("TYPE@holder");
    let predicates = predicates.trim_end_matches(']').split(',').map(str::trim);
    let predicates: Vec<&str> = predicates.filter(|one| !one.is_empty()).collect();
    let code = type_of(letter).code();
    json!({ "license_type": code.as_str(), "holder": holder, "where": predicates })
}

fn type_of(letter: &str) -> &'static LicenseType {
    types().iter().find(|one| one.name().zh == name_of(letter)).expect("a type")
}

fn party(kind: HolderKind, name: &str, code: &str) -> Party {
    Party { kind, name: name.to_owned(), code: code.to_owned() }
}

impl Made {
    pub(super) fn of_row(row: usize) -> Self {
        let all: Vec<_> = rows().collect();
        let (_, columns) = &all[row % all.len()];
        Self::read(columns[0], columns[1], columns[2])
    }

    pub(super) fn read(words: &str, given: &str, licenses: &str) -> Self {
        let mut document = crate::exemption::reading::tests::document();
        document["materials"] = json!([material(words)]);
        document["applicants"] = json!(["person", "organization"]);
        let item = ServiceItem::read(document.to_string().as_bytes()).expect("an item");
        let person = given.split_whitespace().any(|word| word == "person");
        let applicant = if person {
            party(HolderKind::Person, "样例", PERSON)
        } else {
            party(HolderKind::Organization, "样例公司", COMPANY)
        };
        let mut made = Self {
            item,
            answers: Answers::new(),
            parties: BTreeMap::from([(key(APPLICANT), applicant)]),
            looked: BTreeMap::from([(key(APPLICANT), Looked::Found(Vec::new()))]),
            confirmed: BTreeMap::new(),
            assisted: BTreeMap::new(),
            library: Some(Vec::new()),
            policy: serde_json::from_value(policy()).expect("a policy"),
        };
        made.give(given);
        for (place, words) in licenses.split(';').map(str::trim).enumerate() {
            if !words.is_empty() {
                made.find(words, u8::try_from(place).expect("few"));
            }
        }
        for word in given.split_whitespace() {
            if let Some(role) = word.strip_prefix("outage:") {
                made.looked.insert(key(role), Looked::Unavailable);
            }
            if let Some(role) = word.strip_prefix("many:") {
                made.looked.insert(key(role), Looked::TooMany);
            }
        }
        made
    }

    /// What was given besides licenses.
    fn give(&mut self, given: &str) {
        for word in given.split_whitespace() {
            let (word, value) = word.split_once(':').unwrap_or((word, ""));
            match word {
                "person" | "company" | "outage" | "many" => {}
                "spouse" => self.name(word, party(HolderKind::Person, "配偶", SPOUSE)),
                "agent" => self.name(word, party(HolderKind::Person, "代办", OTHER)),
                "legal_representative" => {
                    self.name(word, party(HolderKind::Person, "法人", REPRESENTATIVE));
                }
                "held" => self.hold(value),
                "library" => self.library = None,
                "answer" => drop(self.answers.insert(key("premises"), key(value))),
                "without" => {
                    let ground = value.parse().expect("a ground");
                    assert!(self.policy.grounds.remove(&ground), "{value} did not count");
                }
                "asked" => {
                    let (value, until) = dated(value);
                    let day = until.unwrap_or(TODAY);
                    self.ask(match value {
                        "open" => Assisted::Open { due: day },
                        "yes" => Assisted::Confirmed { reference: "A-1".to_owned(), until: day },
                        "no" => Assisted::Denied,
                        "unable" => Assisted::Unable,
                        "nobody" => Assisted::Unreachable,
                        other => panic!("no answer {other}"),
                    });
                }
                "data" => {
                    let (value, until) = dated(value);
                    let said = match value {
                        "yes" => Confirmation::Yes { reference: "R-1".to_owned(), until },
                        "no" => Confirmation::No,
                        _ => Confirmation::Unavailable,
                    };
                    self.confirmed.insert((self.item.code.clone(), key("paper")), said);
                }
                other => panic!("nothing like {other}"),
            }
        }
    }

    /// What is known of asking the department of the material.
    pub(super) fn ask(&mut self, fact: Assisted) {
        self.assisted.insert((self.item.code.clone(), key("paper")), fact);
    }

    /// A material of the library: its grade, its last day, and whether it is erased or of another name.
    pub(super) fn hold(&mut self, value: &str) {
        let (value, last_day) = dated(value);
        let grade = ["A", "B", "C", "D"].iter().position(|grade| value.starts_with(grade));
        let grades = [Grade::A, Grade::B, Grade::C, Grade::D];
        let library = self.library.get_or_insert_default();
        let number = u8::try_from(library.len()).expect("few");
        library.push(LibraryHeld {
            id: LibraryMaterialId::mint(NOW, [number; 10]),
            name: if value.ends_with("other") { "别的材料" } else { " 材料" }.to_owned(),
            grade: grades[grade.expect("a grade")],
            last_day,
            erased: value.ends_with("erased"),
        });
    }

    fn name(&mut self, role: &str, who: Party) {
        self.parties.insert(key(role), who);
        self.looked.insert(key(role), Looked::Found(Vec::new()));
    }

    /// `F@applicant STATE verified +days changes…`: found for a party, which the license may not name.
    fn find(&mut self, words: &str, number: u8) {
        let mut words = words.split_whitespace();
        let (letter, holder) =
            words.next().and_then(|one| one.split_once('@')).expect("TYPE@holder");
        let state: LicenseState = words.next().expect("a state").parse().expect("a state");
        let verified = match words.next().expect("what came of verifying") {
            "ok" => Verified::Valid,
            "bad" => Verified::Invalid,
            "crl" => Verified::RevocationUnknown,
            _ => Verified::Unknown,
        };
        let until: Option<i64> = words.next().and_then(|days| days.parse().ok());
        let changes: Vec<&str> = words.collect();
        let mut held = self.content_of(letter, holder, number, until, &changes);
        let period = held.content.as_ref().map(|content| {
            Period::new(content.valid_from(), content.valid_to()).expect("a period")
        });
        held.standing = state.standing(&period.expect("a content"), NOW);
        held.verified = verified;
        if changes.contains(&"incomplete") {
            held.standing = Standing::Incomplete;
        }
        for last in changes.iter().filter_map(|change| change.strip_prefix("part:")) {
            let days: i64 = last.parse().expect("days");
            held.parts.push(PartHeld {
                id: LicenseId::mint(NOW, [100 + number; 10]),
                version: 2,
                last: Some(TODAY + Duration::days(days)),
            });
        }
        if changes.contains(&"unreadable") {
            held.content = None;
        }
        match self.looked.get_mut(&key(holder)) {
            Some(Looked::Found(all)) => all.push(held),
            _ => panic!("{holder} is nobody"),
        }
    }

    /// A license in force.
    pub(super) fn license(&self, letter: &str, holder: &str, number: u8) -> Held {
        self.content_of(letter, holder, number, None, &[])
    }

    fn content_of(
        &self,
        letter: &str,
        holder: &str,
        number: u8,
        until: Option<i64>,
        changes: &[&str],
    ) -> Held {
        let license_type = type_of(letter);
        let own = self.parties.get(&key(holder)).map_or(OTHER, |party| party.code.as_str());
        let json = said(letter, license_type, own, until, changes);
        let content = Content::check(license_type, &json).unwrap_or_else(|why| panic!("{why:?}"));
        Held {
            id: LicenseId::mint(NOW, [number; 10]),
            version: 3,
            license_type: license_type.code(),
            holders: holder_codes(license_type, &content),
            parts: Vec::new(),
            content: Some(content),
            standing: Standing::Valid,
            verified: Verified::Valid,
        }
    }

    pub(super) fn decided(&self) -> Decision {
        decide(&Case {
            items: vec![Asked { item: &self.item, answers: &self.answers }],
            parties: self.parties.clone(),
            looked: &self.looked,
            confirmed: self.confirmed.clone(),
            assisted: self.assisted.clone(),
            library: self.library.as_deref(),
            policy: &self.policy,
            today: TODAY,
        })
    }
}

/// A word, and the day that stands behind it: `yes+20`.
fn dated(word: &str) -> (&str, Option<Date>) {
    let (word, days) = match word.find(['+', '-']) {
        Some(sign) => (&word[..sign], word[sign..].parse().ok()),
        None => (word, None),
    };
    (word, days.map(|days| TODAY + Duration::days(days)))
}

/// What a license says: invented, and then as the row wants it.
fn said(
    letter: &str,
    license_type: &LicenseType,
    own: &str,
    until: Option<i64>,
    changes: &[&str],
) -> serde_json::Map<String, Json> {
    let mut json = license_type.invented_content();
    let last = until.map(|days| (TODAY + Duration::days(days)).to_string());
    let first = if changes.contains(&"later") { "2026-11-24" } else { "2020-01-01" };
    let (organization, person) =
        if own.starts_with('9') && own.contains("MA") { (own, OTHER) } else { (STRANGER, own) };
    let organization = if changes.contains(&"foreign") { STRANGER } else { organization };
    let person = if changes.contains(&"foreign") { OTHER } else { person };
    let mut set = |field: &str, value: Json| drop(json.insert(field.to_owned(), value));
    set("issue_date", json!("2020-01-01"));
    let far = || "2099-12-31".to_owned();
    match letter {
        "B" => {
            let to = last.unwrap_or_else(|| "long_term".to_owned());
            set("uscc", json!(organization));
            set("term", json!({ "from": first, "to": to }));
            let name = if changes.contains(&"namesake") { "某人" } else { "法人" };
            set("legal_representative", json!(name));
        }
        "F" => {
            set("operator_code", json!(organization));
            set("valid_to", json!(last.unwrap_or_else(far)));
            let form =
                if changes.contains(&"canteen") { "单位食堂" } else { "餐饮服务经营者" };
            set("business_form", json!(form));
        }
        "D" => {
            set("citizen_id", json!(person));
            set("valid_to", json!(last.unwrap_or_else(far)));
        }
        _ => {
            let other = if changes.contains(&"other") { OTHER } else { SPOUSE };
            let reversed = changes.contains(&"reversed");
            let (one, two) = if reversed { (other, person) } else { (person, other) };
            set("first_citizen_id", json!(one));
            set("second_citizen_id", json!(two));
        }
    }
    json
}
