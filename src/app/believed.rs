//! What the service believes now: read at the start, and anew when it changed, without a restart.

use crate::examiner::Examiner;
use crate::offline::Trust;
use crate::{App, AppError, Settings};
use gateway::inquiry::Inquiries;
use gateway::trust::{Look, look};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The trust in use, and how the files looked from which it was read.
#[derive(Debug)]
pub(crate) struct Believed {
    now: RwLock<Arc<Now>>,
    look: Mutex<Look>,
}

/// What goes together.
#[derive(Debug)]
pub(crate) struct Now {
    pub(crate) trust: Trust,
    /// Those who are asked about revocation, if anybody is.
    pub(crate) inquiries: Option<Inquiries>,
}

impl Now {
    fn read(settings: &Settings) -> Result<Self, AppError> {
        let trust = trust(settings)?;
        let inquiries =
            settings.asking.as_ref().map(|asking| asking.inquiries(&trust)).transpose()?;
        let asked = inquiries.is_some();
        let trust = if asked { trust.with_revocation_asked() } else { trust };
        Ok(Self { trust, inquiries })
    }
}

impl Believed {
    /// What is configured, or nothing at all.
    pub(crate) fn read(settings: &Settings) -> Result<Self, AppError> {
        // Looked at before it is read: what changes in between is read again.
        let look = Mutex::new(looked(settings));
        Ok(Self { now: RwLock::new(Arc::new(Now::read(settings)?)), look })
    }

    /// What is in use.
    pub(crate) fn now(&self) -> Arc<Now> {
        // It is replaced in one step, and whole whatever panicked.
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Reads again whom to believe if the files of it changed; true when they did. Workers believe
    /// it first: a report says by itself which edition it was made by.
    ///
    /// # Errors
    /// They cannot be read; then all is as before, and the next time is another try.
    pub fn refresh_trust(&self) -> Result<bool, AppError> {
        let mut look = self.trust.look.lock().unwrap_or_else(PoisonError::into_inner);
        let now = looked(&self.settings);
        if *look == now {
            return Ok(false);
        }
        let new = Now::read(&self.settings).inspect_err(|error| {
            tracing::error!(%error, "trust changed and cannot be read; what was believed still is");
        })?;
        self.examiner
            .as_ref()
            .map_or(Ok(()), |examiner: &Examiner| examiner.believe(&new.trust))?;
        tracing::info!(anchors = new.trust.anchors(), "trust was read anew");
        *self.trust.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
        *look = now;
        if self.tends()
            && self.clock.skew().is_none()
            && let Err(error) = self.log_foundations()
        {
            tracing::error!(%error, "the trust list was not logged; the hour tries again");
        }
        Ok(true)
    }
}

fn looked(settings: &Settings) -> Look {
    let Some(place) = settings.trust_place() else { return Look::default() };
    let places: Vec<&Path> = std::iter::once(&*place.path).chain(place.signer.as_deref()).collect();
    look(&places)
}

/// What is configured; a trust list is remembered before it is used.
fn trust(settings: &Settings) -> Result<Trust, AppError> {
    let Some(place) = settings.trust_place() else { return Ok(Trust::none()) };
    let trust = Trust::from_place(&place)?;
    if let Some(seen) = &place.seen {
        trust.remember(seen)?;
    }
    Ok(trust)
}
