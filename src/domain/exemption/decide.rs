//! Deciding: a verdict for each material of each item, and one line for what several ask for.
//!
//! The verdict hangs on what is in force and verified alone, so a license that cannot be used changes
//! at most the reason. Nothing hangs on the order in which anything came.

use super::assistance::Assisted;
use super::case::{Asked, Case, Confirmation};
use super::evidence::{self, Looking, Relied};
use super::item::{FormField, OutputSeal, OutputSignature, ServiceItem};
use super::key::{ItemCode, Key};
use super::material::{CoveredBy, DataCheck, Material, MaterialSource, Necessity};
use super::policy::Freedom;
use super::verdict::{Ground, Reason};
use crate::canonical::search_key;
use crate::catalogue::Kept;
use crate::id::{LibraryMaterialId, LicenseId};
use crate::identifier::LicenseTypeCode;
use crate::library::LibraryHeld;
use std::collections::{BTreeMap, BTreeSet};
use time::{Date, Duration};

/// What becomes of one material of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The item.
    pub item: ItemCode,
    /// The material.
    pub material: Key,
    /// What becomes of it.
    pub ground: Ground,
    /// Why; of what is not waived, why it is not.
    pub reason: Reason,
    /// Licenses that it relies on.
    pub relied: BTreeSet<Relied>,
    /// What the connector calls its answer, or the request that was answered.
    pub reference: Option<String>,
    /// The material of the library that it relies on.
    pub material_held: Option<LibraryMaterialId>,
    /// The last day on which it may be relied on.
    pub until: Date,
    /// By when what is promised, asked elsewhere or handed in later is there.
    pub due: Option<Date>,
}

/// A material as the applicant sees it: once, whichever items ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The verdict that decides: of several the strictest.
    pub verdict: Verdict,
    /// The verdicts of all items that ask for it, by code.
    pub askers: Vec<Verdict>,
}

/// Where the value of a form field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The item.
    pub item: ItemCode,
    /// The field of its form.
    pub field: Key,
    /// The license.
    pub license: LicenseId,
    /// The field of the license.
    pub from: Key,
}

/// How an item does by what counts here; none where it has nothing of the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The item.
    pub item: ItemCode,
    /// Each freedom that counts, and whether it has it for this applicant.
    pub freedoms: BTreeMap<Freedom, Option<bool>>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// One line a material, by item and in the order of its list.
    pub lines: Vec<Line>,
    /// Fields that need not be filled in.
    pub fills: Vec<Fill>,
    /// The items, by code.
    pub items: Vec<Measured>,
    /// The last day on which all of it may be relied on.
    pub until: Date,
    /// Licenses that nobody has verified and on which something hangs: it is decided when there are
    /// none, and then as if all that anybody holds had been verified.
    pub unasked: BTreeSet<LicenseId>,
}

impl Decision {
    /// Every license that something relies on, once.
    #[must_use]
    pub fn relied(&self) -> BTreeMap<LicenseId, u32> {
        self.evidence().map(|one| (one.license, one.version)).collect()
    }

    /// The same, and the licenses of which they are made: whoever relies on it is told of a change of
    /// any.
    #[must_use]
    pub fn rests_on(&self) -> BTreeSet<(LicenseId, u32)> {
        let parts = self.evidence().flat_map(|one| &one.parts).copied();
        self.relied().into_iter().chain(parts).collect()
    }

    /// Every material of the library that something relies on, with the items for which it does.
    #[must_use]
    pub fn materials_held(&self) -> BTreeMap<LibraryMaterialId, BTreeSet<&ItemCode>> {
        let mut held: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for verdict in self.lines.iter().flat_map(|line| &line.askers) {
            if let Some(id) = verdict.material_held {
                held.entry(id).or_default().insert(&verdict.item);
            }
        }
        held
    }

    fn evidence(&self) -> impl Iterator<Item = &Relied> {
        self.lines.iter().flat_map(|line| &line.askers).flat_map(|one| &one.relied)
    }
}

/// Decides.
#[must_use]
pub fn decide(case: &Case<'_>) -> Decision {
    let mut items: Vec<&Asked<'_>> = case.items.iter().collect();
    items.sort_by(|one, other| one.item.code.cmp(&other.item.code));
    items.dedup_by(|one, other| one.item.code == other.item.code);
    let circles = Circles::of(&items);
    let looking = Looking::at(case);
    let mut verdicts = Vec::new();
    for asked in &items {
        let known = BTreeMap::new();
        let mut deciding =
            Deciding { case: &looking, asked, items: &items, circles: &circles, known };
        verdicts.extend(asked.item.materials.iter().map(|one| (one, deciding.settled(one))));
    }
    let fills: Vec<Fill> = items.iter().flat_map(|asked| filled(&looking, asked.item)).collect();
    let measured = items.iter().map(|asked| measured(case, asked.item, &verdicts, &fills));
    let until = verdicts.iter().map(|(_, one)| one.until).min();
    Decision {
        items: measured.collect(),
        until: until.unwrap_or_else(|| last_day(case)),
        lines: lines(verdicts),
        fills,
        unasked: looking.into_open(),
    }
}

/// What connectors would have to say for a better verdict, by item and material: nothing about what
/// may be left out anyway, and nothing where their word does not count, so that nobody hears of an
/// applicant without need.
#[must_use]
pub fn questions(case: &Case<'_>) -> Vec<(ItemCode, Key, DataCheck)> {
    if !case.policy.grounds.contains(&Ground::WaivedByData) {
        return Vec::new();
    }
    let helps = |verdict: &Verdict| {
        let needed = verdict.ground != Ground::NotApplicable && verdict.reason != Reason::Optional;
        needed && !verdict.ground.is_waiver()
    };
    let decision = decide(case);
    let verdicts = decision.lines.iter().flat_map(|line| &line.askers);
    let open = verdicts.filter(|verdict| helps(verdict)).filter_map(|verdict| {
        let of = (verdict.item.clone(), verdict.material.clone());
        let asked = case.items.iter().find(|one| one.item.code == of.0)?;
        let check = asked.item.material(&of.1)?.data_check.clone()?;
        (!case.confirmed.contains_key(&of)).then_some((of.0, of.1, check))
    });
    open.collect()
}

/// The last day on which anything that is decided today may be relied on.
fn last_day(case: &Case<'_>) -> Date {
    later(case.today, case.policy.days)
}

fn later(today: Date, days: u16) -> Date {
    today.checked_add(Duration::days(days.into())).unwrap_or(Date::MAX)
}

struct Deciding<'a> {
    case: &'a Looking<'a>,
    asked: &'a Asked<'a>,
    items: &'a [&'a Asked<'a>],
    circles: &'a Circles<'a>,
    /// What became of materials so far: many may be covered by one, and that by many more.
    known: BTreeMap<&'a Key, Verdict>,
}

/// What speaks against a material being left out, so far.
#[derive(Default)]
struct Against(BTreeSet<Reason>);

impl<'a> Deciding<'a> {
    fn settled(&mut self, material: &'a Material) -> Verdict {
        if let Some(known) = self.known.get(&material.key) {
            return known.clone();
        }
        let verdict = self.found(material);
        self.known.insert(&material.key, verdict.clone());
        verdict
    }

    fn found(&mut self, material: &'a Material) -> Verdict {
        let needed = material.when.as_ref().map_or(Kept::Yes, |one| one.holds(self.asked.answers));
        if needed == Kept::No {
            return self.verdict(material, Ground::NotApplicable, Reason::ConditionNotMet);
        }
        let mut against = Against::default();
        let waived = self
            .cancelled(material, &mut against)
            .or_else(|| self.by_license(material, &mut against))
            .or_else(|| self.by_material(material, &mut against))
            .or_else(|| self.by_data(material, &mut against))
            .or_else(|| self.by_assistance(material, &mut against))
            .or_else(|| self.covered(material, &mut against));
        if let Some(verdict) = waived {
            return verdict;
        }
        if material.necessity == Necessity::Optional {
            return self.verdict(material, Ground::Required, Reason::Optional);
        }
        // What a department has denied is not promised, and not left for later.
        let denied = self.assisted(material) == Some(&Assisted::Denied);
        let later = if denied { None } else { self.later(material, needed, &mut against) };
        let reason = match (against.0.first(), needed) {
            (_, Kept::Unknown) => Reason::AnswerMissing,
            _ if denied => Reason::AssistanceDenied,
            (Some(reason), _) => *reason,
            (None, _) => Reason::NothingInItsPlace,
        };
        let (ground, due) =
            later.map_or((Ground::Required, None), |(ground, due)| (ground, Some(due)));
        Verdict { due, ..self.verdict(material, ground, reason) }
    }

    fn verdict(&self, material: &Material, ground: Ground, reason: Reason) -> Verdict {
        Verdict {
            item: self.asked.item.code.clone(),
            material: material.key.clone(),
            ground,
            reason,
            relied: BTreeSet::new(),
            reference: None,
            material_held: None,
            until: last_day(self.case),
            due: None,
        }
    }

    /// Whether a ground counts here; one that would do and does not is told.
    fn counts(&self, ground: Ground, against: &mut Against) -> bool {
        let counts = self.case.policy.grounds.contains(&ground);
        if !counts {
            against.0.insert(Reason::GroundNotCounted);
        }
        counts
    }

    fn cancelled(&self, material: &Material, against: &mut Against) -> Option<Verdict> {
        material.cancelled.as_ref()?;
        let ground = Ground::Cancelled;
        let verdict = || self.verdict(material, ground, Reason::NoLongerAsked);
        self.counts(ground, against).then(verdict)
    }

    fn by_license(&self, material: &Material, against: &mut Against) -> Option<Verdict> {
        let proof = match evidence::of_material(self.case, material)? {
            Ok(proof) => proof,
            Err(reason) => {
                against.0.insert(reason);
                return None;
            }
        };
        let ground = Ground::WaivedByLicense;
        let verdict = || {
            let verdict = self.verdict(material, ground, Reason::LicenseValid);
            Verdict { until: verdict.until.min(proof.until), relied: proof.relied, ..verdict }
        };
        self.counts(ground, against).then(verdict)
    }

    /// Of several that would do, the one that lasts longest, then the better grade: whatever the order.
    fn by_material(&self, material: &Material, against: &mut Against) -> Option<Verdict> {
        let Some(library) = self.case.library else {
            if self.case.policy.grounds.contains(&Ground::WaivedByMaterial) {
                against.0.insert(Reason::LibraryUnavailable);
            }
            return None;
        };
        let fitting = library.iter().filter(|one| one.stands_for(material, self.case.today));
        let lasts = |one: &&LibraryHeld| {
            let last = one.last_day.unwrap_or(Date::MAX);
            (std::cmp::Reverse(last), one.grade, one.id)
        };
        let held = fitting.min_by_key(lasts)?;
        let verdict = || {
            let verdict = self.verdict(material, Ground::WaivedByMaterial, Reason::MaterialHeld);
            let until = held.last_day.map_or(verdict.until, |last| last.min(verdict.until));
            Verdict { material_held: Some(held.id), until, ..verdict }
        };
        self.counts(Ground::WaivedByMaterial, against).then(verdict)
    }

    fn by_data(&self, material: &Material, against: &mut Against) -> Option<Verdict> {
        material.data_check.as_ref()?;
        let of = (self.asked.item.code.clone(), material.key.clone());
        let (reference, until) = match self.case.confirmed.get(&of) {
            // What ended yesterday is no answer about today.
            Some(Confirmation::Yes { until: Some(until), .. }) if *until < self.case.today => {
                against.0.insert(Reason::ConnectorUnavailable);
                return None;
            }
            Some(Confirmation::Yes { reference, until }) => (reference.clone(), *until),
            Some(Confirmation::No) => {
                against.0.insert(Reason::DataDenied);
                return None;
            }
            Some(Confirmation::Unavailable) | None => {
                against.0.insert(Reason::ConnectorUnavailable);
                return None;
            }
        };
        let ground = Ground::WaivedByData;
        let verdict = || {
            let verdict = self.verdict(material, ground, Reason::DataConfirmed);
            let until = until.map_or(verdict.until, |until| until.min(verdict.until));
            Verdict { reference: Some(reference), until, ..verdict }
        };
        self.counts(ground, against).then(verdict)
    }

    /// What is known of asking the department of the material. What ended yesterday is as if nobody
    /// had been asked.
    fn assisted(&self, material: &Material) -> Option<&Assisted> {
        material.assistance.as_ref()?;
        let of = (self.asked.item.code.clone(), material.key.clone());
        let known = self.case.assisted.get(&of)?;
        match known {
            Assisted::Confirmed { until, .. } if *until < self.case.today => None,
            known => Some(known),
        }
    }

    fn by_assistance(&self, material: &Material, against: &mut Against) -> Option<Verdict> {
        let (reference, until) = match self.assisted(material)? {
            Assisted::Confirmed { reference, until } => (reference.clone(), *until),
            Assisted::Open { due } => {
                if *due < self.case.today {
                    against.0.insert(Reason::AssistanceOverdue);
                }
                return None;
            }
            Assisted::Denied => return None,
            Assisted::Unable => {
                against.0.insert(Reason::AssistanceUnable);
                return None;
            }
            Assisted::Unreachable => {
                against.0.insert(Reason::AssistanceUnreachable);
                return None;
            }
        };
        let verdict = || {
            let verdict = self.verdict(material, Ground::WaivedByData, Reason::AssistanceConfirmed);
            Verdict { reference: Some(reference), until: until.min(verdict.until), ..verdict }
        };
        self.counts(Ground::WaivedByData, against).then(verdict)
    }

    /// By when the department of the material answers; none where it will not, or its word would not
    /// count, so that nobody hears of an applicant without need.
    fn answered_by(&self, material: &Material, against: &mut Against) -> Option<Date> {
        let days = material.assistance.as_ref()?.days;
        if !self.counts(Ground::WaivedByData, against) {
            return None;
        }
        match self.assisted(material) {
            None => Some(later(self.case.today, days)),
            Some(Assisted::Open { due }) => (*due >= self.case.today).then_some(*due),
            Some(_) => None,
        }
    }

    fn covered(&mut self, material: &'a Material, against: &mut Against) -> Option<Verdict> {
        let ground = Ground::CoveredByOther;
        for cover in &material.covered_by {
            let covered = match cover {
                CoveredBy::Material(key) => self.covered_by(material, key),
                CoveredBy::Output(code) => self.covered_by_output(material, *code, against),
            };
            if let Some(verdict) = covered {
                return self.counts(ground, against).then_some(verdict);
            }
        }
        None
    }

    /// What is handed in, or proved otherwise, covers; what may be missing covers nothing.
    fn covered_by(&mut self, material: &Material, key: &Key) -> Option<Verdict> {
        let other = self.asked.item.material(key)?;
        // An item that was read has no circle of covers.
        let cover = self.settled(other);
        let there = match cover.ground {
            Ground::WaivedByLicense
            | Ground::WaivedByMaterial
            | Ground::WaivedByData
            | Ground::CoveredByOther => true,
            Ground::Required => cover.reason != Reason::Optional,
            _ => false,
        };
        there.then(|| {
            let verdict = self.verdict(material, Ground::CoveredByOther, Reason::CoveredByMaterial);
            let Verdict { until, relied, material_held, .. } = cover;
            Verdict { until, relied, material_held, ..verdict }
        })
    }

    fn covered_by_output(
        &self,
        material: &Material,
        code: LicenseTypeCode,
        against: &mut Against,
    ) -> Option<Verdict> {
        let own = &self.asked.item.code;
        let mut givers =
            self.items.iter().filter(|one| one.item.code != *own && gives(one.item, code));
        let mut circle = false;
        let given = givers.any(|giver| {
            let leads_back = self.circles.leads(&giver.item.code, own);
            circle |= leads_back;
            !leads_back
        });
        if circle && !given {
            against.0.insert(Reason::CoversInACircle);
        }
        let verdict = || self.verdict(material, Ground::CoveredByOther, Reason::CoveredByOutput);
        given.then(verdict)
    }

    /// What may stand in its place for a while, and by when it ends.
    fn later(
        &self,
        material: &Material,
        needed: Kept,
        against: &mut Against,
    ) -> Option<(Ground, Date)> {
        // Nobody is told of an applicant about what is perhaps not needed.
        let asked = (needed == Kept::Yes).then(|| self.answered_by(material, against)).flatten();
        let within = |days: Option<u16>| days.map(|days| later(self.case.today, days));
        let days = [
            (Ground::ByCommitment, within(material.commitment.as_ref().map(|one| one.days))),
            (Ground::PendingAssistance, asked),
            (Ground::Deferrable, within(material.deferrable.as_ref().map(|one| one.days))),
        ];
        let mut possible = days.into_iter().filter_map(|(ground, due)| Some((ground, due?)));
        possible.find(|(ground, _)| self.counts(*ground, against))
    }
}

fn gives(item: &ServiceItem, code: LicenseTypeCode) -> bool {
    item.outputs.iter().any(|output| output.license_type == Some(code))
}

/// Which items wait for outputs of which others.
struct Circles<'a>(BTreeMap<&'a ItemCode, BTreeSet<&'a ItemCode>>);

impl<'a> Circles<'a> {
    fn of(items: &[&Asked<'a>]) -> Self {
        let waits = |asked: &&Asked<'a>| {
            let covers = asked.item.materials.iter().flat_map(|one| &one.covered_by);
            let codes: BTreeSet<LicenseTypeCode> = covers
                .filter_map(|cover| match cover {
                    CoveredBy::Output(code) => Some(*code),
                    CoveredBy::Material(_) => None,
                })
                .collect();
            let others = items.iter().filter(|other| other.item.code != asked.item.code);
            let giving = others.filter(|other| codes.iter().any(|code| gives(other.item, *code)));
            (&asked.item.code, giving.map(|other| &other.item.code).collect())
        };
        Self(items.iter().map(waits).collect())
    }

    /// Whether what one item waits for, and so on, comes to the other.
    fn leads(&self, from: &ItemCode, to: &ItemCode) -> bool {
        let mut met = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(code) = open.pop() {
            for next in self.0.get(code).into_iter().flatten() {
                if *next == to {
                    return true;
                }
                if met.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }
}

/// How strict a verdict is: what may be left out altogether is no demand.
fn strictness(verdict: &Verdict) -> (bool, bool, Ground) {
    let demands = verdict.ground != Ground::NotApplicable;
    (demands && verdict.reason != Reason::Optional, demands, verdict.ground)
}

/// One line for materials of one name and source.
fn lines(verdicts: Vec<(&Material, Verdict)>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut places: BTreeMap<(String, MaterialSource), usize> = BTreeMap::new();
    for (material, verdict) in verdicts {
        let same = (search_key(&material.name.zh), material.source);
        let place = *places.entry(same).or_insert(lines.len());
        match lines.get_mut(place) {
            Some(line) => {
                if strictness(&verdict) > strictness(&line.verdict) {
                    line.verdict = verdict.clone();
                }
                line.askers.push(verdict);
            }
            None => lines.push(Line { verdict: verdict.clone(), askers: vec![verdict] }),
        }
    }
    lines
}

/// Where the values of a form stand, each in the first license that has it.
fn filled(case: &Looking<'_>, item: &ServiceItem) -> Vec<Fill> {
    let fill = |field: &FormField| {
        field.from.iter().find_map(|source| {
            let license = evidence::of_source(case, source).ok()?;
            let has = license.content.as_ref()?.value(source.field.as_str()).is_some();
            has.then(|| Fill {
                item: item.code.clone(),
                field: field.key.clone(),
                license: license.id,
                from: source.field.clone(),
            })
        })
    };
    item.form.iter().filter_map(fill).collect()
}

fn measured(
    case: &Case<'_>,
    item: &ServiceItem,
    verdicts: &[(&Material, Verdict)],
    fills: &[Fill],
) -> Measured {
    let has = |freedom: &Freedom| match freedom {
        Freedom::Submission => {
            let mut issued = verdicts
                .iter()
                .filter(|(material, one)| {
                    one.item == item.code && material.source == MaterialSource::Issued
                })
                .peekable();
            issued.peek().is_some().then(|| !issued.any(|(_, one)| is_handed_in(one)))
        }
        Freedom::Filling => {
            let known = item.form.iter().filter(|field| !field.from.is_empty()).count();
            let filled = fills.iter().filter(|fill| fill.item == item.code).count();
            (known > 0).then_some(filled == known)
        }
        Freedom::Seal => {
            let stamped = item.outputs.iter().any(|one| one.seal == OutputSeal::Physical);
            (!item.outputs.is_empty()).then_some(!stamped)
        }
        Freedom::Signature => {
            let signed = item.outputs.iter().any(|one| one.signature == OutputSignature::Wet);
            (!item.outputs.is_empty()).then_some(!signed)
        }
    };
    let freedoms = case.policy.freedoms.iter().map(|freedom| (*freedom, has(freedom))).collect();
    Measured { item: item.code.clone(), freedoms }
}

fn is_handed_in(verdict: &Verdict) -> bool {
    match verdict.ground {
        Ground::Required => verdict.reason != Reason::Optional,
        Ground::Deferrable => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
