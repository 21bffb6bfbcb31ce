//! Checking a package with nothing but whom to believe: no service, no network, however late.

use super::{BETWEEN, LICENSE, PROOF, REVOCATION, STAMP};
use crate::log::{LogKeys, WitnessKeys, logged};
use crate::offline::{Circumstances, Trust, verify_under};
use crate::package::{Entries, MANIFEST, Opened, PackageFault, Unopened, fault, opened};
use crate::receipt::ReceiptKeys;
use crate::view::time::{from_instant, instant};
use crate::view::{ArchiveManifestView, VerificationView, outcome_of};
use crate::{AppError, Language};
use domain::validation::{Logged, Outcome, StampDoubt, judge_stamp};
use formats::tsp;
use formats::x509::Certificate;
use formats::x509::crl::Crl;
use formats::x509::ocsp::Answer;
use gateway::trust::TrustFolder;
use serde::Serialize;
use std::path::Path;
use time::{Duration, OffsetDateTime};

/// Clocks of two honest machines differ by less.
const CLOCK_SKEW_MAX: Duration = Duration::minutes(5);

/// Whose manifests, checkpoints and cosignatures are believed.
#[derive(Clone, Debug, Default)]
pub struct ArchiveKeys {
    receipts: ReceiptKeys,
    log: LogKeys,
    witnesses: WitnessKeys,
}

impl ArchiveKeys {
    /// Those of a trust folder: `receipts/`, `logs/` and `witnesses/` in it.
    ///
    /// # Errors
    /// When a file in them is damaged; the error names it.
    pub fn load(trust: &Path) -> Result<Self, AppError> {
        Ok(Self {
            receipts: ReceiptKeys::load(trust)?,
            log: LogKeys::load(trust)?,
            witnesses: WitnessKeys::load(trust)?,
        })
    }
}

/// How a package stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchiveStanding {
    /// A service that is believed made it, it is whole, and its time is proven.
    Genuine,
    /// Something in it was changed, added or taken away.
    Altered,
    /// It is whole, and nothing that is believed proves when it was made.
    TimeNotProven,
    /// The key of the service that it names is not among those believed.
    UnknownKey,
    /// It is no package of this kind.
    NotAnArchive,
}

impl ArchiveStanding {
    /// The standing as a sentence.
    #[must_use]
    pub const fn sentence(self, language: Language) -> &'static str {
        language.pick(match self {
            Self::Genuine => ("归档包真实、完整。", "The archive package is genuine and whole."),
            Self::Altered => ("归档包被改动过。", "The archive package was altered."),
            Self::TimeNotProven => (
                "归档包完整，但归档时间无法证明。",
                "The archive package is whole, and nothing proves when it was made.",
            ),
            Self::UnknownKey => (
                "未配置该服务的公钥，无法确认。",
                "The key of this service is not configured, so nothing can be said.",
            ),
            Self::NotAnArchive => ("这不是归档包。", "This is not an archive package."),
        })
    }
}

/// What says when a package was made, or its license file was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimeProof {
    /// `time_stamp`, over the manifest, or `log`, of the license file.
    pub by: &'static str,
    /// When, if it proves that.
    pub at: Option<String>,
    /// Why it proves nothing.
    pub reason: Option<String>,
}

impl TimeProof {
    fn new(by: &'static str, time: Result<OffsetDateTime, String>) -> Self {
        Self { by, at: time.as_ref().ok().map(|at| instant(*at)), reason: time.err() }
    }
}

/// A package checked.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedArchive {
    /// How it stands.
    pub standing: ArchiveStanding,
    /// The verdict at the archived time: `VALID`, `INVALID` or `INDETERMINATE`. Of the license file,
    /// by the trust at hand and the revocation data of the package, and of its register, by the word of
    /// the service in the manifest: a license that was revoked is none, however genuine its file.
    pub outcome: String,
    /// What is wrong with it.
    pub faults: Vec<PackageFault>,
    /// What proves its time.
    pub times: Vec<TimeProof>,
    /// What its service said; only when it did.
    pub manifest: Option<ArchiveManifestView>,
    /// The verification of the license file.
    pub license: Option<VerificationView>,
    #[serde(skip)]
    file: Vec<u8>,
}

impl CheckedArchive {
    fn stands(standing: ArchiveStanding, faults: Vec<PackageFault>) -> Self {
        let outcome = match standing {
            ArchiveStanding::Altered => Outcome::Invalid,
            _ => Outcome::Indeterminate,
        };
        Self {
            standing,
            outcome: outcome.name().to_owned(),
            faults,
            times: Vec::new(),
            manifest: None,
            license: None,
            file: Vec::new(),
        }
    }

    /// The license file, byte for byte as issued; only of a package that is genuine.
    #[must_use]
    pub fn restored(&self) -> Option<&[u8]> {
        (self.standing == ArchiveStanding::Genuine).then_some(&self.file)
    }
}

/// Checks a package at a moment, which may be long after every certificate in it has ended: its
/// license is judged at the moment at which it was archived.
#[must_use]
pub fn check(
    bytes: &[u8],
    keys: &ArchiveKeys,
    trust: &Trust,
    at: OffsetDateTime,
) -> CheckedArchive {
    let Opened { manifest, entries } = match opened::<ArchiveManifestView>(bytes, &keys.receipts) {
        Ok(opened) => opened,
        Err((why, faults)) => {
            let standing = match why {
                Unopened::Altered => ArchiveStanding::Altered,
                Unopened::UnknownKey => ArchiveStanding::UnknownKey,
                Unopened::NoneOfThese => ArchiveStanding::NotAnArchive,
            };
            return CheckedArchive::stands(standing, faults);
        }
    };
    match from_instant(&manifest.archived_at).zip(entries.get(LICENSE).map(|one| one.bytes)) {
        Some((archived, file)) => judged(&entries, manifest, (archived, file), keys, trust, at),
        None => {
            let missing = fault(MANIFEST, "it names no license file, or no time");
            CheckedArchive::stands(ArchiveStanding::Altered, vec![missing])
        }
    }
}

/// Of a package that is whole: what proves its time, and the verdict on its license then.
fn judged(
    entries: &Entries<'_>,
    manifest: ArchiveManifestView,
    (archived, file): (OffsetDateTime, &[u8]),
    keys: &ArchiveKeys,
    trust: &Trust,
    at: OffsetDateTime,
) -> CheckedArchive {
    let evidence = match evidence(entries) {
        Ok(evidence) => evidence,
        Err(fault) => return CheckedArchive::stands(ArchiveStanding::Altered, vec![fault]),
    };
    let trust = trust.clone().with_evidence(evidence);
    let log = entries.get(PROOF).map(|proof| logged(proof.bytes, file, &keys.log, &keys.witnesses));
    let mut times = Vec::new();
    if let Some(token) = entries.get(STAMP) {
        match stamped(token.bytes, entries, &trust, archived) {
            Err(StampDoubt::Wrong(reason)) => {
                let faults = vec![fault(STAMP, reason)];
                return CheckedArchive::stands(ArchiveStanding::Altered, faults);
            }
            Err(StampDoubt::Open(reason)) => times.push(TimeProof::new("time_stamp", Err(reason))),
            Ok(at) => times.push(TimeProof::new("time_stamp", Ok(at))),
        }
    }
    times.extend(log.as_ref().map(logged_at));
    let later = archived > at.saturating_add(CLOCK_SKEW_MAX);
    if later || times.iter().all(|proof| proof.at.is_none()) {
        let later = later.then(|| fault(MANIFEST, "it is of a later time than that of the check"));
        let faults = later.into_iter().collect();
        let stands = CheckedArchive::stands(ArchiveStanding::TimeNotProven, faults);
        return CheckedArchive { times, manifest: Some(manifest), ..stands };
    }
    let known = Circumstances {
        license_type: Some(manifest.license_type.clone()),
        logged: log.unwrap_or_default(),
        ..Circumstances::at(archived)
    };
    let view = verify_under(file, &trust, &known).view;
    CheckedArchive {
        outcome: view.outcome().and(outcome_of(&manifest.outcome)).name().to_owned(),
        times,
        manifest: Some(manifest),
        license: Some(view),
        file: file.to_vec(),
        ..CheckedArchive::stands(ArchiveStanding::Genuine, Vec::new())
    }
}

/// What the time stamp over the manifest proves.
fn stamped(
    token: &[u8],
    entries: &Entries<'_>,
    trust: &Trust,
    archived: OffsetDateTime,
) -> Result<OffsetDateTime, StampDoubt> {
    let over = entries.get(MANIFEST).map_or(&[][..], |manifest| manifest.bytes);
    let facts = tsp::examine(token, Some(&[over]));
    let facts = facts.map_err(|cause| StampDoubt::Wrong(cause.to_string()))?;
    judge_stamp(&facts, trust.policy(), archived)
}

/// What the log proves of the license file.
fn logged_at(logged: &Logged) -> TimeProof {
    let time = match logged {
        Logged::Since(at) => Ok(*at),
        Logged::Unproved(reason) => Err(reason.clone()),
        Logged::NotShown => Err("there is no proof".to_owned()),
    };
    TimeProof::new("log", time)
}

/// Certificates and revocation data that travel along: each counts by its own signature, below an
/// anchor at hand. Anchors that travel along vouch for nothing.
fn evidence(entries: &Entries<'_>) -> Result<TrustFolder, PackageFault> {
    let mut found = TrustFolder::default();
    for (name, entry) in entries {
        let unread = |cause: &dyn std::fmt::Display| fault(name, cause);
        match name.rsplit_once('.') {
            Some((path, "cer")) if path.starts_with(BETWEEN) => {
                let read = Certificate::parse(entry.bytes);
                found.intermediates.push(read.map_err(|cause| unread(&cause))?);
            }
            Some((path, "crl")) if path.starts_with(REVOCATION) => {
                found.crls.push(Crl::parse(entry.bytes).map_err(|cause| unread(&cause))?);
            }
            Some((path, "ocsp")) if path.starts_with(REVOCATION) => {
                found.answers.push(Answer::parse(entry.bytes).map_err(|cause| unread(&cause))?);
            }
            _ => {}
        }
    }
    Ok(found)
}
