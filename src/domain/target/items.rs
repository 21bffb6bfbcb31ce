//! Items as targets count them: what a mapping promises to any applicant, before one is known.

use super::{Share, Why};
use crate::exemption::{
    Alternative, DataCheck, ExemptionPolicy, Freedom, Ground, Material, MaterialSource, Necessity,
    OutputSeal, OutputSignature, ServiceItem,
};
use crate::identifier::LicenseTypeCode;
use std::collections::BTreeSet;

/// Whether an item that asks for papers of offices knows a license type in the place of one, and that
/// type is issued: the share, and why it is not reached or left out.
#[must_use]
pub fn is_mapped(
    item: &ServiceItem,
    live: &BTreeSet<LicenseTypeCode>,
) -> (Option<Share>, Vec<Why>) {
    let mut issued =
        item.materials.iter().filter(|one| one.source == MaterialSource::Issued).peekable();
    if issued.peek().is_none() {
        return (None, vec![Why::NothingIssued]);
    }
    let alternatives: Vec<_> = issued.flat_map(|material| &material.waived_by).collect();
    let reached = alternatives.iter().any(|one| is_live(one, live));
    let why = match (reached, alternatives.is_empty()) {
        (true, _) => Vec::new(),
        (false, true) => vec![Why::NotMapped],
        (false, false) => vec![Why::NotLive],
    };
    (Some(Share::one(reached)), why)
}

fn is_live(alternative: &Alternative, live: &BTreeSet<LicenseTypeCode>) -> bool {
    alternative.all.iter().all(|one| live.contains(&one.license_type))
}

/// What there is in a region that could stand in the place of papers.
#[derive(Debug)]
pub struct AtHand<'a> {
    /// License types that are issued.
    pub live: &'a BTreeSet<LicenseTypeCode>,
    /// Connectors that are configured.
    pub connectors: &'a BTreeSet<&'a str>,
    /// What counts.
    pub policy: &'a ExemptionPolicy,
}

impl AtHand<'_> {
    /// Whether a paper of an office has to be handed in: a license type of which none is issued, a
    /// connector that is not there and a ground that does not count stand in no place, and a promise or
    /// a delay still asks.
    fn is_handed_in(&self, material: &Material) -> bool {
        let is_there = |check: &DataCheck| self.connectors.contains(check.connector.as_str());
        let grounds = [
            (Ground::Cancelled, material.cancelled.is_some()),
            (Ground::WaivedByData, material.data_check.as_ref().is_some_and(is_there)),
            (Ground::CoveredByOther, !material.covered_by.is_empty()),
            (Ground::WaivedByLicense, material.waived_by.iter().any(|one| is_live(one, self.live))),
        ];
        let counts = |ground: &Ground| self.policy.grounds.contains(ground);
        material.source == MaterialSource::Issued
            && material.necessity == Necessity::Required
            && !grounds.iter().any(|(ground, there)| *there && counts(ground))
    }
}

/// Whether an item is free of all that counts: each freedom kept, or of no matter to the item.
#[must_use]
pub fn is_free(item: &ServiceItem, at_hand: &AtHand<'_>) -> (Share, Vec<Why>) {
    let (live, freedoms) = (at_hand.live, &at_hand.policy.freedoms);
    let keeps = |freedom: &Freedom| match freedom {
        Freedom::Submission => !item.materials.iter().any(|one| at_hand.is_handed_in(one)),
        Freedom::Filling => {
            let mut known = item.form.iter().filter(|field| !field.from.is_empty());
            known.all(|field| field.from.iter().any(|one| live.contains(&one.license_type)))
        }
        Freedom::Seal => item.outputs.iter().all(|one| one.seal != OutputSeal::Physical),
        Freedom::Signature => item.outputs.iter().all(|one| one.signature != OutputSignature::Wet),
    };
    let broken = freedoms.iter().filter(|freedom| !keeps(freedom)).map(|freedom| match freedom {
        Freedom::Submission => Why::HandsIn,
        Freedom::Filling => Why::FillsIn,
        Freedom::Seal => Why::Stamped,
        Freedom::Signature => Why::SignedByHand,
    });
    let why: Vec<Why> = broken.collect();
    (Share::one(why.is_empty()), why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    const LIVE: &str = "119999000000000198001";
    const DEAD: &str = "119999000000000198002";

    fn item(materials: &Json, form: &Json, seal: &str, signature: &str) -> ServiceItem {
        let document = json!({
            "code": "1199990000000001980001", "version": 1,
            "name": { "zh": "示例事项", "en": "Example" },
            "department": "119999000000000198", "handling": "direct", "applicants": ["person"],
            "materials": materials, "form": form,
            "outputs": [{ "name": { "zh": "决定", "en": "Decision" }, "seal": seal,
                          "signature": signature }],
        });
        ServiceItem::read(document.to_string().as_bytes()).expect("an item")
    }

    fn material(key: &str, source: &str, more: &Json) -> Json {
        let mut material = json!({
            "key": key, "name": { "zh": key, "en": key }, "source": source, "grade": "A",
            "necessity": "required", "form": "original",
        });
        let more = more.as_object().expect("members").clone();
        material.as_object_mut().expect("members").extend(more);
        material
    }

    fn waived(code: &str) -> Json {
        json!({ "waived_by": [{ "all": [{ "license_type": code, "holder": "applicant" }] }] })
    }

    fn live() -> BTreeSet<LicenseTypeCode> {
        BTreeSet::from([LIVE.parse().expect("a code")])
    }

    #[test]
    fn only_what_is_issued_is_mapped() {
        let none = json!([]);
        for (materials, share, why) in [
            (json!([]), None, &[Why::NothingIssued][..]),
            (json!([material("own", "self_made", &json!({}))]), None, &[Why::NothingIssued]),
            (json!([material("a", "issued", &json!({}))]), Some(false), &[Why::NotMapped]),
            (json!([material("a", "issued", &waived(DEAD))]), Some(false), &[Why::NotLive]),
            (json!([material("a", "issued", &waived(LIVE))]), Some(true), &[]),
            (
                json!([
                    material("a", "issued", &json!({})),
                    material("b", "issued", &waived(LIVE))
                ]),
                Some(true),
                &[],
            ),
        ] {
            let item = item(&materials, &none, "electronic", "none");
            let expected = (share.map(Share::one), why.to_vec());
            assert_eq!(is_mapped(&item, &live()), expected, "{materials}");
        }
    }

    #[test]
    fn an_item_is_free_of_what_counts() {
        let from = |code: &str| {
            json!([{ "key": "name", "label": { "zh": "名称", "en": "Name" },
                     "from": [{ "license_type": code, "field": "name", "holder": "applicant" }] }])
        };
        let (live, connectors) = (live(), BTreeSet::from(["household"]));
        let policy = ExemptionPolicy::default();
        let at_hand = AtHand { live: &live, connectors: &connectors, policy: &policy };
        let asks = |connector: &str| {
            let check = json!({ "data_check": { "connector": connector } });
            item(&json!([material("a", "issued", &check)]), &json!([]), "none", "none")
        };
        let free =
            json!([material("a", "issued", &waived(LIVE)), material("own", "form", &json!({}))]);
        let asking = json!([material("a", "issued", &waived(DEAD))]);
        let optional = json!([material("a", "issued", &json!({ "necessity": "optional" }))]);
        let promised = json!([material(
            "a",
            "issued",
            &json!({ "commitment": { "basis": "示例", "days": 30 } })
        )]);
        for (item, why) in [
            (item(&free, &from(LIVE), "electronic", "electronic"), &[][..]),
            (item(&optional, &json!([]), "none", "none"), &[]),
            (asks("household"), &[]),
            (asks("pension"), &[Why::HandsIn]),
            (item(&asking, &json!([]), "none", "none"), &[Why::HandsIn]),
            (item(&promised, &json!([]), "none", "none"), &[Why::HandsIn]),
            (item(&free, &from(DEAD), "none", "none"), &[Why::FillsIn]),
            (item(&free, &json!([]), "physical", "wet"), &[Why::Stamped, Why::SignedByHand]),
        ] {
            assert_eq!(is_free(&item, &at_hand), (Share::one(why.is_empty()), why.to_vec()));
        }
        let freedoms = BTreeSet::from([Freedom::Submission, Freedom::Seal]);
        let mut few = ExemptionPolicy { freedoms, ..policy.clone() };
        few.grounds.remove(&Ground::WaivedByData);
        let at_hand = AtHand { policy: &few, ..at_hand };
        let signed = item(&free, &json!([]), "none", "wet");
        assert_eq!(is_free(&signed, &at_hand), (Share::one(true), Vec::new()));
        assert_eq!(is_free(&asks("household"), &at_hand), (Share::one(false), vec![Why::HandsIn]));
    }
}
