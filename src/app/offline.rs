//! Verifying without server, network or register: the same engine, with anchors from a folder.

use crate::AppError;
use crate::view::{VerificationView, report};
use domain::validation::{Anchor, Policy, Purpose, Report, Revocation, judge};
use formats::examine::examine;
use formats::pdf::Limits;
use gateway::trust::TrustFolder;
use std::path::Path;
use time::OffsetDateTime;

/// What is believed: anchors, certificates between, revocation lists.
#[derive(Clone, Debug)]
pub struct Trust {
    policy: Policy,
}

impl Trust {
    /// Nothing is believed: every signature stays undecided.
    #[must_use]
    pub fn none() -> Self {
        Self { policy: Policy::new(Vec::new()) }
    }

    /// Reads every certificate and revocation list of a folder. Self-issued certificates are
    /// anchors, the others only help to build paths.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read; the error names it.
    pub fn load(folder: &Path) -> Result<Self, AppError> {
        let read = TrustFolder::read(folder).map_err(|cause| {
            AppError::internal(format!("reading the trust folder {}", folder.display()), cause)
        })?;
        let anchors = read
            .anchors
            .into_iter()
            .map(|certificate| Anchor { certificate, purposes: Purpose::OF_FOLDERS.to_vec() })
            .collect();
        let mut policy = Policy::new(anchors);
        policy.intermediates = read.intermediates;
        policy.revocation =
            Revocation { lists: read.crls, answers: read.answers, ..Revocation::default() };
        Ok(Self { policy })
    }

    /// How many anchors there are.
    #[must_use]
    pub fn anchors(&self) -> usize {
        self.policy.anchors.len()
    }

    /// Bytes to facts, facts to report: the one engine of command line, API and pages.
    pub(crate) fn judge(&self, bytes: &[u8], at: OffsetDateTime) -> Report {
        judge(&examine(bytes, None, &Limits::default()), &self.policy, at)
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self::none()
    }
}

/// Verifies the bytes of a file at a moment.
#[must_use]
pub fn verify(bytes: &[u8], trust: &Trust, at: OffsetDateTime) -> VerificationView {
    report::verification(&trust.judge(bytes, at))
}
