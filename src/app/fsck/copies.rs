//! Marked copies and proof bundles: there, unchanged, and of the license and the decision that their
//! rows name.

use super::{Findings, Invariant};
use crate::bundle::DECISION;
use crate::view::ExemptionDecisionView;
use crate::{App, AppError};
use domain::digest::Sha256;
use domain::exemption::{KeptFile, RecordedBundle, RecordedCopy};
use domain::marked_copy::Mark;
use formats::package;
use formats::pdf::{self, Limits};
use storage::{PAGE_ITEMS_MAX, StoreError};

/// What is wrong, in words; nothing when it is as it was recorded.
type Wrong = Result<(), String>;

impl App {
    /// Every marked copy and every bundle.
    pub(super) fn fsck_copies(&self, quick: bool, findings: &mut Findings) -> Result<(), AppError> {
        let mut after = None;
        loop {
            let copies = self.store.marked_copies_after(after, PAGE_ITEMS_MAX)?;
            for copy in &copies {
                let wrong = self.copy_as_recorded(copy, quick)?;
                tell(findings, &format!("marked copy {}", copy.id), wrong);
            }
            after = copies.last().map(|copy| copy.id);
            if after.is_none() {
                break;
            }
        }
        let mut after = None;
        loop {
            let bundles = self.store.proof_bundles_after(after, PAGE_ITEMS_MAX)?;
            for bundle in &bundles {
                let wrong = self.bundle_as_recorded(bundle, quick);
                tell(findings, &format!("proof bundle of {}", bundle.decision), wrong);
            }
            after = bundles.last().map(|bundle| bundle.decision);
            if after.is_none() {
                break;
            }
        }
        self.fsck_signed(quick, findings)?;
        self.fsck_library(quick, findings)
    }

    /// Every material of the library that is not erased.
    fn fsck_library(&self, quick: bool, findings: &mut Findings) -> Result<(), AppError> {
        let mut after = None;
        loop {
            let materials = self.store.library_after(after, PAGE_ITEMS_MAX)?;
            for one in materials.iter().filter(|one| one.erased.is_none()) {
                let wrong = self.kept_as_recorded(&one.file, quick, |_| Ok(()));
                tell(findings, &format!("material {}", one.id), wrong);
            }
            after = materials.last().map(|one| one.id);
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Every document that was signed elsewhere, and the seal below it.
    fn fsck_signed(&self, quick: bool, findings: &mut Findings) -> Result<(), AppError> {
        let mut after = None;
        loop {
            let requests = self.store.signing_after(after, PAGE_ITEMS_MAX)?;
            for request in &requests {
                let signed = request.end.as_ref().and_then(|end| end.file.as_ref());
                let sealed = request.countersigned.as_ref().map(|seal| &seal.file);
                for file in signed.into_iter().chain(sealed) {
                    let wrong = self.kept_as_recorded(file, quick, |_| Ok(()));
                    tell(findings, &format!("signed document of {}", request.id), wrong);
                }
            }
            after = requests.last().map(|request| request.id);
            if after.is_none() {
                break;
            }
        }
        self.fsck_undertakings(quick, findings)
    }

    /// Every document of an undertaking.
    fn fsck_undertakings(&self, quick: bool, findings: &mut Findings) -> Result<(), AppError> {
        let mut after = None;
        loop {
            let undertakings = self.store.undertakings_after(after, PAGE_ITEMS_MAX)?;
            for one in &undertakings {
                let wrong = self.kept_as_recorded(&one.file, quick, |_| Ok(()));
                tell(findings, &format!("undertaking {}", one.id), wrong);
            }
            after = undertakings.last().map(|one| one.id);
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn copy_as_recorded(&self, copy: &RecordedCopy, quick: bool) -> Result<Wrong, AppError> {
        match self.store.license_read(copy.license) {
            Err(StoreError::Missing { .. }) => {
                let wrong = format!("its license {} is not in the register", copy.license);
                return Ok(Err(wrong));
            }
            read => drop(read?),
        }
        let own = self.store.rendition_list(copy.license)?;
        if !own.iter().any(|one| one.sm3 == copy.original) {
            return Ok(Err(format!("it shows a file that is none of license {}", copy.license)));
        }
        let said = |bytes: &[u8]| {
            let facts = pdf::examine(bytes, &Limits::default());
            let facts = facts.map_err(|cause| cause.to_string())?;
            let mark = Mark::read(&facts.information).and_then(Result::ok);
            let mark = mark.ok_or("it has no mark that can be read")?;
            let same = (mark.id, mark.original) == (copy.id, copy.original);
            if same { Ok(()) } else { Err("the file is that of another copy".to_owned()) }
        };
        Ok(self.kept_as_recorded(&copy.file, quick, said))
    }

    fn bundle_as_recorded(&self, bundle: &RecordedBundle, quick: bool) -> Wrong {
        self.kept_as_recorded(&bundle.file, quick, |bytes| {
            let entries = package::read(bytes).map_err(|cause| cause.to_string())?;
            let decision = entries.iter().find(|entry| entry.name == DECISION);
            let decision = decision.ok_or_else(|| format!("it has no {DECISION}"))?;
            let decision: ExemptionDecisionView = serde_json::from_slice(decision.bytes)
                .map_err(|cause| format!("{DECISION}: {cause}"))?;
            let same = decision.id == bundle.decision.to_string();
            if same { Ok(()) } else { Err("the file is that of another decision".to_owned()) }
        })
    }

    /// Whether a file is there as its row says; and then what it says of itself, unless it is to be quick.
    fn kept_as_recorded(
        &self,
        file: &KeptFile,
        quick: bool,
        said: impl Fn(&[u8]) -> Wrong,
    ) -> Wrong {
        if quick {
            return self.files.check(file.sm3).map_err(|cause| cause.to_string());
        }
        // It is compared with its SM3, which is its name.
        let bytes = self.files.read(file.sm3).map_err(|cause| cause.to_string())?;
        if (bytes.len() as u64, Sha256::of(&bytes)) != (file.bytes, file.sha256) {
            return Err("its file has another size or SHA-256 than its row says".to_owned());
        }
        said(&bytes)
    }
}

fn tell(findings: &mut Findings, what: &str, wrong: Wrong) {
    findings.looked_at(Invariant::Copies, 1);
    if let Err(wrong) = wrong {
        findings.fault(Invariant::Copies, format!("{what}: {wrong}"));
    }
}
