//! Whether everything that was promised is there: the register, the files, the ledger and the log
//! against each other.

mod approvals;
mod copies;
mod files;
mod left;
mod tree;

use crate::view::fsck::{FsckView, InvariantView};
use crate::{App, AppError};
use std::collections::BTreeMap;
use storage::Rule;
use time::Duration;

/// Faults of one invariant that are told apart; more are only counted.
const FAULTS_TOLD: usize = 100;
/// A key use is over within seconds; recovery ends what a crash left.
const USE_OVER_AFTER: Duration = Duration::minutes(10);

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct FsckRequest {
    /// Ids of licenses that a client was told were issued.
    pub acknowledged: Vec<String>,
    /// Leaves the bytes of the files alone: their presence is enough.
    pub quick: bool,
}

/// An invariant: a promise between requests, files, ledger and log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Invariant {
    /// What was acknowledged is there and verifies.
    Acknowledged,
    /// One license for an idempotency key.
    RequestsOnce,
    /// Numbers are unique within a type.
    NumbersOnce,
    /// Licenses are in the state of their last change, and each is superseded by one.
    States,
    /// A license was issued if, and only if, its file is there, unchanged.
    Files,
    /// Marked copies and proof bundles are there, unchanged, of the license and decision of their rows.
    Copies,
    /// Every change of an issued license is one leaf of the log, and checkpoints hold.
    Log,
    /// Signatures in files are in the ledger, and no key use is left open.
    Ledger,
    /// What a person approved is signed by that person, and nothing else was sealed under it.
    Approvals,
    /// Whoever asked to be told of a license is told: delivered, to be delivered, or given up.
    Outbox,
    /// Nothing that a crash left half-written stays.
    Temporary,
    /// The audit trail is whole.
    Audit,
    /// The access log is whole.
    Access,
    /// The database is sound, and every reference holds.
    Database,
}

impl Invariant {
    const ALL: [Self; 14] = [
        Self::Acknowledged,
        Self::RequestsOnce,
        Self::NumbersOnce,
        Self::States,
        Self::Files,
        Self::Copies,
        Self::Log,
        Self::Ledger,
        Self::Approvals,
        Self::Outbox,
        Self::Temporary,
        Self::Audit,
        Self::Access,
        Self::Database,
    ];

    /// Its name for programs.
    fn name(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::RequestsOnce => "requests_once",
            Self::NumbersOnce => "numbers_once",
            Self::States => "states",
            Self::Files => "files",
            Self::Copies => "copies",
            Self::Log => "log",
            Self::Ledger => "ledger",
            Self::Approvals => "approvals",
            Self::Outbox => "outbox",
            Self::Temporary => "temporary",
            Self::Audit => "audit",
            Self::Access => "access",
            Self::Database => "database",
        }
    }
}

/// What was looked at, and what is wrong.
#[derive(Default)]
pub(crate) struct Findings(BTreeMap<Invariant, InvariantView>);

impl Findings {
    fn of(&mut self, invariant: Invariant) -> &mut InvariantView {
        self.0.entry(invariant).or_default()
    }

    pub(crate) fn looked_at(&mut self, invariant: Invariant, count: u64) {
        self.of(invariant).looked_at += count;
    }

    pub(crate) fn fault(&mut self, invariant: Invariant, fault: String) {
        let found = self.of(invariant);
        found.fault_count += 1;
        if found.faults.len() < FAULTS_TOLD {
            found.faults.push(fault);
        }
    }

    pub(crate) fn remark(&mut self, invariant: Invariant, remark: String) {
        self.of(invariant).remarks.push(remark);
    }

    fn view(mut self) -> FsckView {
        let named = |invariant: Invariant| InvariantView {
            name: invariant.name(),
            ..self.0.remove(&invariant).unwrap_or_default()
        };
        let invariants: Vec<InvariantView> = Invariant::ALL.map(named).into();
        let sound = invariants.iter().all(|invariant| invariant.fault_count == 0);
        FsckView { sound, invariants }
    }
}

impl App {
    /// Checks everything that is kept against everything else, also while the service runs.
    ///
    /// # Errors
    /// Something could not be read; what is wrong with what was read is in the answer.
    pub fn fsck(
        &self,
        request: &FsckRequest,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<FsckView, AppError> {
        let mut findings = Findings::default();
        self.fsck_database(&mut findings)?;
        self.fsck_rules(&mut findings)?;
        self.fsck_log(&mut findings)?;
        self.fsck_approvals(&mut findings)?;
        self.fsck_outbox(&mut findings)?;
        self.fsck_left_over(&mut findings)?;
        self.fsck_files(request.quick, &mut findings, progress)?;
        self.fsck_copies(request.quick, &mut findings)?;
        self.fsck_acknowledged(&request.acknowledged, &mut findings)?;
        Ok(findings.view())
    }

    fn fsck_database(&self, findings: &mut Findings) -> Result<(), AppError> {
        findings.looked_at(Invariant::Database, 1);
        for fault in self.store.fsck_database()? {
            findings.fault(Invariant::Database, fault);
        }
        match self.store.audit_verify()? {
            Ok(head) => findings.looked_at(Invariant::Audit, head.sequence),
            Err(broken) => findings.fault(Invariant::Audit, broken.to_string()),
        }
        match self.store.access_verify()? {
            Ok(head) => findings.looked_at(Invariant::Access, head.sequence),
            Err(broken) => findings.fault(Invariant::Access, broken.to_string()),
        }
        Ok(())
    }

    fn fsck_rules(&self, findings: &mut Findings) -> Result<(), AppError> {
        for rule in Rule::ALL {
            let (invariant, what) = match rule {
                Rule::RequestsOnce => {
                    (Invariant::RequestsOnce, "two requests with one key: request")
                }
                Rule::NumbersOnce => {
                    (Invariant::NumbersOnce, "two licenses of one number: license")
                }
                Rule::SupersededByOne => {
                    (Invariant::States, "not superseded by exactly one license: license")
                }
                Rule::StateAsRecorded => {
                    (Invariant::States, "not in the state of its last change: license")
                }
                Rule::IssuedHasFile => (Invariant::Files, "issued, without a file: license"),
                Rule::UnissuedHasNoFile => (Invariant::Files, "never issued, with a file: license"),
                Rule::ChangesLogged => (Invariant::Log, "not as the log has it: change"),
                Rule::IssuedBySpentOrder => {
                    (Invariant::Ledger, "issued, without a spent order: license")
                }
                Rule::SealedAsApproved => {
                    (Invariant::Approvals, "not as a person approved it: sealing order")
                }
            };
            findings.looked_at(invariant, 1);
            for subject in self.store.fsck_rule(rule)? {
                findings.fault(invariant, format!("{what} {subject}"));
            }
        }
        for open in self.store.fsck_open_uses(self.clock.now() - USE_OVER_AFTER)? {
            findings.fault(Invariant::Ledger, format!("begun and never ended: key use {open}"));
        }
        Ok(())
    }
}
