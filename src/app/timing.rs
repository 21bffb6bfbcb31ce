//! Whether the clock is right, and who is asked when that is in doubt. Nothing is sealed, signed,
//! sent or forgotten by a clock that is not believed; files are still verified.

use crate::clockwork::random;
use crate::{App, AppError};
use gateway::stamper::StampError;
use time::OffsetDateTime;

impl App {
    /// Learns from the register what time it must be at least.
    pub(crate) fn know_the_time(&self) -> Result<(), AppError> {
        let grown = self.store.log_newest()?.map(|newest| newest.at);
        for recorded in self.store.audit_newest()?.into_iter().chain(grown) {
            self.clock.watch().not_before(recorded);
        }
        Ok(())
    }

    /// Looks at the clock, as the service does every second; true when it is right. When it is not,
    /// a time-stamp authority elsewhere is asked, if one is configured.
    pub fn look_at_clock(&self) -> bool {
        if self.is_on_time() {
            return true;
        }
        if let Some((stamper, digest)) = self.outside.any()
            && let Ok(anything) = random::<32>()
        {
            match stamper.stamp(digest, &[&anything], || self.clock.now()) {
                Ok(_) => self.clock.watch().agreed(),
                Err(error) => self.doubt(&error),
            }
        }
        self.is_on_time()
    }

    /// Whether the clock is right now.
    #[must_use]
    pub fn is_on_time(&self) -> bool {
        self.clock.skew().is_none()
    }

    /// An authority that says another time puts the clock in doubt.
    pub(crate) fn doubt(&self, error: &StampError) {
        if let StampError::Clock { said, now } = error {
            let (said, now): (OffsetDateTime, OffsetDateTime) = (*said, *now);
            self.clock.watch().disputed(said, now);
        }
    }
}
