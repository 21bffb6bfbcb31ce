//! Checking a bundle with nothing but whom to believe: no service, no network.

use super::DECISION;
use super::parts::{Believed, BundlePart, license_parts};
use crate::log::LogKeys;
use crate::offline::Trust;
use crate::package::{MANIFEST, Opened, PackageFault, Unopened, opened};
use crate::receipt::ReceiptKeys;
use crate::view::time::{from_instant, instant};
use crate::view::{BundleManifestView, BundledLicenseView, ExemptionDecisionView};
use crate::{AppError, Language};
use domain::time::{china_date, day};
use domain::validation::Outcome;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use time::{Duration, OffsetDateTime};

/// Clocks of two honest machines differ by less.
const CLOCK_SKEW_MAX: Duration = Duration::minutes(5);

/// Whose bundles, receipts and checkpoints are believed.
#[derive(Clone, Debug, Default)]
pub struct BundleKeys {
    pub(super) receipts: ReceiptKeys,
    pub(super) log: LogKeys,
}

impl BundleKeys {
    /// Those of a trust folder: `receipts/` and `logs/` in it.
    ///
    /// # Errors
    /// When a file in them is damaged; the error names it.
    pub fn load(trust: &Path) -> Result<Self, AppError> {
        Ok(Self { receipts: ReceiptKeys::load(trust)?, log: LogKeys::load(trust)? })
    }
}

/// A bundle checked.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedBundle {
    /// `proof_bundle`.
    pub kind: &'static str,
    /// `VALID`, `INVALID` or `INDETERMINATE`: that of its worst part.
    pub outcome: String,
    /// The moment of judgement.
    pub as_of: String,
    /// Each part with its own outcome; the manifest is first.
    pub parts: Vec<BundlePart>,
    /// What its service said; only when it did.
    pub manifest: Option<BundleManifestView>,
    /// The decision; only of a bundle that is as it was made.
    pub decision: Option<ExemptionDecisionView>,
}

impl CheckedBundle {
    fn of(parts: Vec<BundlePart>, at: OffsetDateTime) -> Self {
        let outcome = parts.iter().map(|part| part.judged).reduce(Outcome::and);
        Self {
            kind: "proof_bundle",
            outcome: outcome.unwrap_or(Outcome::Indeterminate).name().to_owned(),
            as_of: instant(at),
            parts,
            manifest: None,
            decision: None,
        }
    }

    /// The outcome as a sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> &'static str {
        language.pick(match self.outcome.as_str() {
            "VALID" => {
                ("证明包完整，各部分均有效。", "The bundle is whole, and every part is valid.")
            }
            "INVALID" => (
                "证明包有部分被改动、缺失或已失效，不能采信。",
                "Part of the bundle was altered, is missing or is not valid: do not rely on it.",
            ),
            _ => ("证明包有部分无法确认。", "Part of the bundle cannot be confirmed."),
        })
    }
}

/// Whether a file is a bundle, however it was altered: its first entry has a name that nothing else
/// begins with.
#[must_use]
pub fn is_bundle(bytes: &[u8]) -> bool {
    const NAME_AT: usize = 30;
    let begins = bytes.starts_with(b"PK\x03\x04");
    begins && bytes.get(NAME_AT..).is_some_and(|rest| rest.starts_with(DECISION.as_bytes()))
}

/// Checks a bundle at a moment: whole, made by a service that is believed, and every part of it by
/// itself and against the others.
#[must_use]
pub fn check(bytes: &[u8], keys: &BundleKeys, trust: &Trust, at: OffsetDateTime) -> CheckedBundle {
    let Opened { manifest, entries } = match opened::<BundleManifestView>(bytes, &keys.receipts) {
        Ok(opened) => opened,
        Err((why, faults)) => return CheckedBundle::of(unopened(why, &faults), at),
    };
    let mut parts = vec![made_before(&manifest, at)];
    let decision = entries.get(DECISION).map_or(&[][..], |entry| entry.bytes);
    let decision = decided(decision, &manifest);
    parts.push(match &decision {
        Ok(read) if is_over(&read.valid_until, at) => {
            BundlePart::invalid(DECISION, "decision", "decision_lapsed", "its last day is over")
        }
        Ok(_) => BundlePart::valid(DECISION, "decision"),
        Err((code, reason)) => BundlePart::invalid(DECISION, "decision", code, reason),
    });
    let believed = Believed { keys, trust, at, case_no: &manifest.case_no };
    for license in &manifest.licenses {
        parts.extend(license_parts(&entries, license, &manifest.valid_until, &believed));
    }
    CheckedBundle {
        manifest: Some(manifest),
        decision: decision.ok(),
        ..CheckedBundle::of(parts, at)
    }
}

/// The parts of what is not as it was made: each fault is one.
fn unopened(why: Unopened, faults: &[PackageFault]) -> Vec<BundlePart> {
    let part = |one: &PackageFault| {
        let path = if one.path.is_empty() { MANIFEST } else { &one.path };
        match why {
            Unopened::Altered => BundlePart::invalid(path, "file", "altered", &one.reason),
            Unopened::UnknownKey => BundlePart::open(path, "manifest", "unknown_key", &one.reason),
            Unopened::NoneOfThese => BundlePart::open(path, "file", "not_a_bundle", &one.reason),
        }
    };
    faults.iter().map(part).collect()
}

fn made_before(manifest: &BundleManifestView, at: OffsetDateTime) -> BundlePart {
    let Some(made) = from_instant(&manifest.made_at) else {
        return BundlePart::invalid(MANIFEST, "manifest", "malformed", "it names no time");
    };
    if made > at.saturating_add(CLOCK_SKEW_MAX) {
        let reason = "it is of a later time than that of the check";
        return BundlePart::open(MANIFEST, "manifest", "not_yet_made", reason);
    }
    BundlePart::valid(MANIFEST, "manifest")
}

/// What names no day is over.
fn is_over(until: &str, at: OffsetDateTime) -> bool {
    day(until).is_none_or(|until| china_date(at) > until)
}

/// The decision, if it is the one that the manifest names and relies on the same licenses.
fn decided(
    bytes: &[u8],
    manifest: &BundleManifestView,
) -> Result<ExemptionDecisionView, (&'static str, String)> {
    let other = |what: &str| ("other_decision", format!("it has another {what} than the manifest"));
    let read: ExemptionDecisionView =
        serde_json::from_slice(bytes).map_err(|cause| ("malformed", cause.to_string()))?;
    let said = [
        ("id", read.id == manifest.decision),
        ("time", read.as_of == manifest.decided_at),
        ("last day", read.valid_until == manifest.valid_until),
        ("case", read.case_no == manifest.case_no),
        ("item", read.items.iter().map(|one| &one.code).eq(&manifest.items)),
        ("set of licenses", relied(&read) == named(&manifest.licenses)),
    ];
    match said.into_iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(other(what)),
        None => Ok(read),
    }
}

/// What a decision relied on: of each license its version and verification.
type Relied<'a> = BTreeMap<&'a str, (u32, &'a str)>;

fn relied(decision: &ExemptionDecisionView) -> Relied<'_> {
    let evidence = decision.materials.iter().flat_map(|one| &one.evidence);
    evidence
        .map(|one| (one.license_id.as_str(), (one.license_version, one.verification_id.as_str())))
        .collect()
}

/// The same by the manifest; nothing where two licenses share a folder.
fn named(licenses: &[BundledLicenseView]) -> Relied<'_> {
    let folders: BTreeSet<&str> = licenses.iter().map(|one| one.folder.as_str()).collect();
    if folders.len() != licenses.len() {
        return Relied::new();
    }
    licenses
        .iter()
        .map(|one| (one.license.as_str(), (one.license_version, one.verification.as_str())))
        .collect()
}
