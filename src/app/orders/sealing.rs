//! Sealing what was approved, behind the approval: claimed by a lease, tried again when a key is
//! away, given up only when it can never be.

use crate::issue::InForce;
use crate::offline::Circumstances;
use crate::place::restored;
use crate::sealing::{Door, Opening, Order, seal};
use crate::{App, AppError};
use domain::audit::{Actor, Subject};
use domain::id::OrderId;
use domain::license::{Event, License};
use domain::seal::SealStatus;
use domain::sealing::{KeyUse, OrderState, SealingOrder};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration as Wait;
use storage::{Abandoned, ClaimedRequest, Unsealable};
use time::Duration;

/// Orders sealed at a time: each waits for the disk most of its time.
const SEALERS: usize = 4;
/// What one sealer takes at once.
const CLAIMED_AT_ONCE: usize = 4;
/// Tokens take seconds for each signature; whoever died is followed after this.
const LEASE: Duration = Duration::minutes(3);
/// How often it is looked for what other processes approved, and for what is due again.
const LOOKED_EVERY: Wait = Wait::from_secs(1);
/// The pause after the first attempt that failed; twice as long after each further one.
const PAUSE_SECONDS: u32 = 2;
const PAUSE_SECONDS_MAX: u32 = 60;
/// The name of the rule in the audit trail.
const SEALING: &str = "sealing";

/// Sealers at work; what they have under way is finished when this is dropped.
pub struct Sealers {
    app: App,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Sealers {
    fn drop(&mut self) {
        self.app.bell.close();
        for thread in self.threads.drain(..) {
            // Sealers catch their panics, so a thread ends only by closing.
            let _ = thread.join();
        }
    }
}

/// What is to become of an order that was not sealed.
enum Fate {
    /// It is tried again.
    Again(String, Duration),
    /// It can never be sealed.
    Never(String),
}

impl App {
    /// Seals what was approved until the answer is dropped; what a crash left first.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn seal_approved(&self) -> std::io::Result<Sealers> {
        self.bell.open();
        let mut sealers = Sealers { app: self.clone(), threads: Vec::new() };
        for number in 0..SEALERS {
            let app = self.clone();
            let thread = std::thread::Builder::new().name(format!("seal-{number}"));
            sealers.threads.push(thread.spawn(move || app.seal_as_approved())?);
        }
        Ok(sealers)
    }

    fn seal_as_approved(&self) {
        while !self.bell.is_closing() {
            match self.claim_approved() {
                Ok(claimed) if claimed.is_empty() => self.bell.wait(LOOKED_EVERY),
                Ok(claimed) => {
                    for one in &claimed {
                        let done = catch_unwind(AssertUnwindSafe(|| self.seal_claimed(one)));
                        if let Ok(Err(error)) = done {
                            // Its lease runs out, and it is tried again.
                            tracing::error!(%error, order = %one.request.id, "what came of an order was not kept");
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "approved orders could not be claimed");
                    std::thread::sleep(LOOKED_EVERY);
                }
            }
        }
    }

    fn claim_approved(&self) -> Result<Vec<ClaimedRequest>, AppError> {
        if self.clock.skew().is_some() || !self.is_sound() {
            // Nothing could be signed, and what is due is not known.
            return Ok(Vec::new());
        }
        Ok(self.store.sealing_claim(self.clock.now(), LEASE, CLAIMED_AT_ONCE)?)
    }

    /// Seals one order, or notes why not.
    fn seal_claimed(&self, claimed: &ClaimedRequest) -> Result<(), AppError> {
        let Err(error) = self.seal_one(claimed) else { return Ok(()) };
        let order = claimed.request.id;
        match self.fate(claimed, &error)? {
            Fate::Again(trouble, wait) => {
                tracing::warn!(%error, %order, "an approved order waits");
                let at = self.clock.now();
                Ok(self.store.sealing_pause(claimed, (&trouble, at + wait), at)?)
            }
            Fate::Never(trouble) => {
                tracing::error!(%error, %order, "an approved order can never be sealed");
                self.give_up_approved(claimed, &trouble)
            }
        }
    }

    fn seal_one(&self, claimed: &ClaimedRequest) -> Result<(), AppError> {
        let request = &claimed.request;
        let decision = request.decision.as_ref().ok_or(AppError::NotFound)?;
        let pdf = self.unsealed(request)?;
        let license = self.store.license_read(request.license)?;
        self.require_place(&license)?;
        let issuer = self.store.organization_read(request.organization)?;
        let particulars = license.particulars();
        let (type_code, at) = (particulars.type_code, self.clock.now());
        let seal_id = request.seal.to_string();
        let instrument =
            self.instrument(request.organization, Some(&seal_id), Some(&type_code), at)?;
        let id = self.clock.id(OrderId::mint)?;
        let order = SealingOrder {
            id,
            license: Some(request.license),
            seal: request.seal,
            document: request.document,
            form: request.form,
            placements: request.placements.clone(),
            request: Some(request.id),
            requested_by: request.requested_by.clone(),
            approved_by: decision.by.clone(),
            approved_at: decision.at,
            state: OrderState::Spending,
        };
        let placed = request.placements.iter().filter_map(|place| restored(place, &instrument));
        let asked = Order {
            form: request.form.into(),
            level: request.level,
            placements: placed.collect(),
            at,
            reason: &self.reason(&license),
        };
        let known =
            Circumstances { license_type: Some(type_code.to_string()), ..Circumstances::at(at) };
        let mut opening = Claim { app: self, claimed };
        let mut door = Door::new(self, order, &mut opening);
        let file = seal(&pdf, &instrument, &asked, &mut door)?;
        let kept = self.keep(self.check_own(&file, &known, asked.level)?, &file)?;
        self.put_in_force(&InForce {
            license: &license,
            request: None,
            claimed: Some(claimed),
            order: id,
            kept: &kept,
            form: asked.form,
            actor: &decision.by,
            issuer: &issuer,
        })?;
        Ok(())
    }

    /// Whether another attempt can do better.
    fn fate(&self, claimed: &ClaimedRequest, error: &AppError) -> Result<Fate, AppError> {
        let doublings = claimed.attempts.saturating_sub(1).min(8);
        let seconds = (PAUSE_SECONDS << doublings).min(PAUSE_SECONDS_MAX);
        let pause = Duration::seconds(seconds.into());
        Ok(match error {
            AppError::LimitReached { wait, .. } => {
                let wait = Duration::try_from(*wait).unwrap_or(pause);
                Fate::Again("seal_limit_reached".to_owned(), wait.max(pause))
            }
            AppError::Refused { code: code @ "seal_not_applicable", .. } => {
                let seal = self.store.seal_read(claimed.request.seal)?;
                let suspended = seal.status() == SealStatus::Suspended;
                match suspended || seal.authorize(None, self.clock.now()).is_ok() {
                    true => Fate::Again((*code).to_owned(), pause),
                    false => Fate::Never((*code).to_owned()),
                }
            }
            // The operator can mend these.
            AppError::Refused {
                code: code @ ("validation_material_missing" | "time_stamps_not_configured"),
                ..
            }
            | AppError::Unavailable { code, .. } => Fate::Again((*code).to_owned(), pause),
            AppError::Refused { code, .. } => Fate::Never((*code).to_owned()),
            // The license whose place it was to take is not in force any more.
            AppError::IllegalMove { .. } => Fate::Never("illegal_transition".to_owned()),
            AppError::Full(_) => Fate::Again("storage_full".to_owned(), pause),
            _ => Fate::Again("internal_error".to_owned(), pause),
        })
    }

    /// The license of an order that can never be sealed never was.
    fn give_up_approved(&self, claimed: &ClaimedRequest, trouble: &str) -> Result<(), AppError> {
        let at = self.clock.now();
        let actor = Actor::Service(SEALING.to_owned());
        let mut license = self.store.license_read(claimed.request.license)?;
        let entry = self.applied(&mut license, Event::Abandon, actor.clone(), at)?;
        let owed = self.owed_refusal(&license, &entry)?;
        let subject = Subject::new("license", license.id());
        let detail = [("trouble", trouble.to_owned())];
        let event = self.clock.entry(&actor, "license.abandon", subject, &detail)?;
        self.store.sealing_fail(&Unsealable {
            claimed,
            trouble,
            abandoned: Abandoned { void: (&license, &entry), order: None, events: &[event], at },
            owed: &owed,
        })?;
        self.outbox.wake();
        Ok(())
    }

    /// Why a license is sealed, for people who look at the signature.
    pub(crate) fn reason(&self, license: &License) -> String {
        let particulars = license.particulars();
        let found = self.catalogue.find(&particulars.type_code.to_string());
        let name = found.map_or_else(String::new, |one| one.name().zh.clone());
        format!("{name}：{}", particulars.number.as_str())
    }
}

/// The first signature under a claimed order opens its ledger.
struct Claim<'a> {
    app: &'a App,
    claimed: &'a ClaimedRequest,
}

impl Opening for Claim<'_> {
    fn open(&mut self, order: &SealingOrder, first: &KeyUse) -> Result<(), AppError> {
        let now = || self.app.clock.now();
        Ok(self.app.store.sealing_spend(self.claimed, order, first, &now)?)
    }
}
