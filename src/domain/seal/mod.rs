//! Electronic seals: what they show, which keys they use, on which license types they may stand.

mod application;
mod authorization;
mod duty;
mod limits;
mod proposal;
mod revocation;
mod shape;
mod status;

pub use application::{SealApplication, StepRefused};
pub use authorization::{ApprovalRule, NotApplicable, Scope};
pub use duty::{FourEyes, SealDuty};
pub use limits::{BadHours, Hours, LimitReached, Limits, Used};
pub use proposal::{ProposalRefused, ProposalState, SealChange, SealProposal};
pub use revocation::{BadSealRevocation, SealRevocation, SealRevocationReason};
pub use shape::SealShape;
pub use status::{SealEntry, SealEvent, SealRefused, SealStatus};

use time::OffsetDateTime;

use crate::audit::Actor;
use crate::id::{KeyId, OrganizationId, SealId};
use crate::identifier::{LicenseTypeCode, SealCode};
use crate::word::words;

words! { "seal kind";
    /// What a seal is for (the police register's types).
    pub enum SealKind {
        /// 法定名称章
        LegalName = "01",
        /// 财务专用章
        Finance = "02",
        /// 发票专用章
        Invoice = "03",
        /// 合同专用章
        Contract = "04",
        /// 法定代表人名章
        LegalRepresentative = "05",
        /// 公章
        Official = "06",
        /// 内设机构章
        Department = "07",
        /// 分支机构章
        Branch = "08",
        /// 其他类型印章
        Other = "99",
    }
}

/// What a seal looks like.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Such as `image/png`.
    pub media_type: String,
    /// The picture, byte for byte the one inside the seal.
    pub bytes: Vec<u8>,
    /// Its width in millimeters.
    pub width_mm: u32,
    /// Its height in millimeters.
    pub height_mm: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { media_type, bytes, width_mm, height_mm } = self;
        write!(out, "Picture({media_type}, {} bytes, {width_mm}×{height_mm} mm)", bytes.len())
    }
}

/// What is fixed when a seal is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealProperties {
    /// Its id.
    pub id: SealId,
    /// The organization in whose name it speaks.
    pub organization: OrganizationId,
    /// Its code: the `esID` of the seal.
    pub code: SealCode,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: SealKind,
    /// The seal signed by the seal maker (GB/T 38540, SESeal), DER.
    pub seal_der: Vec<u8>,
    /// What it looks like.
    pub picture: Picture,
    /// The sealer's SM2 key, with which seal signatures are made.
    pub sm2_key: Option<KeyId>,
    /// The RSA or P-256 key for signatures that every PDF reader checks.
    pub pades_key: Option<KeyId>,
    /// Where it may stand.
    pub scope: Scope,
    /// How often and when it may be used.
    pub limits: Limits,
    /// Who approves its orders.
    pub approval: ApprovalRule,
    /// Its first instant.
    pub not_before: OffsetDateTime,
    /// Its last instant.
    pub not_after: OffsetDateTime,
    /// When it was registered here.
    pub created_at: OffsetDateTime,
}

/// How a seal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: SealStatus,
    /// When it was last changed.
    pub changed_at: OffsetDateTime,
    /// Grows by one with every change.
    pub version: u32,
    /// Why it was revoked, when it was.
    pub revocation: Option<SealRevocation>,
    /// The seal that took its place, when one did.
    pub replaced_by: Option<SealId>,
}

/// How a seal came to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Who made it here; none for one that was taken over as it was.
    pub made_by: Option<Actor>,
    /// Who put it on record.
    pub filed_by: Option<Actor>,
    /// Under which number.
    pub filing: Option<String>,
}

/// An electronic seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    properties: SealProperties,
    standing: Standing,
    provenance: Provenance,
}

impl Seal {
    /// A seal of elsewhere, or of the demo, that is in use from now on.
    #[must_use]
    pub fn registered(properties: SealProperties) -> Self {
        Self::new(properties, SealStatus::Active, Provenance::default())
    }

    /// A seal that was just made here.
    #[must_use]
    pub fn made(properties: SealProperties, by: Actor) -> Self {
        let provenance = Provenance { made_by: Some(by), ..Provenance::default() };
        Self::new(properties, SealStatus::Made, provenance)
    }

    fn new(properties: SealProperties, status: SealStatus, provenance: Provenance) -> Self {
        let standing = Standing {
            status,
            changed_at: properties.created_at,
            version: 1,
            revocation: None,
            replaced_by: None,
        };
        Self { properties, standing, provenance }
    }

    /// A seal as it was stored.
    #[must_use]
    pub fn stored(properties: SealProperties, standing: Standing, provenance: Provenance) -> Self {
        Self { properties, standing, provenance }
    }

    /// Whether this text is its name, its code or its id.
    #[must_use]
    pub fn is_named(&self, text: &str) -> bool {
        let SealProperties { name, code, id, .. } = &self.properties;
        name == text || code.as_str() == text || id.to_string() == text
    }

    /// What is fixed.
    #[must_use]
    pub fn properties(&self) -> &SealProperties {
        &self.properties
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> SealId {
        self.properties.id
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> SealStatus {
        self.standing.status
    }

    /// When it was last changed.
    #[must_use]
    pub fn changed_at(&self) -> OffsetDateTime {
        self.standing.changed_at
    }

    /// Grows by one with every change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.standing.version
    }

    /// Why it was revoked, when it was.
    #[must_use]
    pub fn revocation(&self) -> Option<SealRevocation> {
        self.standing.revocation
    }

    /// The seal that took its place, when one did.
    #[must_use]
    pub fn replaced_by(&self) -> Option<SealId> {
        self.standing.replaced_by
    }

    /// How it came to be.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Whether its period is over.
    #[must_use]
    pub fn has_expired(&self, at: OffsetDateTime) -> bool {
        at > self.properties.not_after
    }

    /// Changes the status.
    ///
    /// # Errors
    /// When the lifecycle does not allow the event; the seal stays as it was.
    pub fn apply(&mut self, event: SealEvent, at: OffsetDateTime) -> Result<(), SealRefused> {
        self.standing.status = self.standing.status.next(event)?;
        self.note(at);
        Ok(())
    }

    fn note(&mut self, at: OffsetDateTime) {
        self.standing.changed_at = at;
        self.standing.version += 1;
    }

    /// Ends it for good.
    ///
    /// # Errors
    /// When the lifecycle does not allow it; the seal stays as it was.
    pub fn revoke(&mut self, why: SealRevocation, at: OffsetDateTime) -> Result<(), SealRefused> {
        self.apply(SealEvent::Revoke, at)?;
        self.standing.revocation = Some(why);
        Ok(())
    }

    /// Puts it on record (备案) under a number.
    ///
    /// # Errors
    /// The lifecycle does not allow it, or the person made it; the seal stays as it was.
    pub fn file(
        &mut self,
        number: &str,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<(), StepRefused> {
        self.status().next(SealEvent::File)?;
        FourEyes::check(by, [self.provenance.made_by.as_ref()])?;
        self.apply(SealEvent::File, at)?;
        self.provenance.filed_by = Some(by.clone());
        self.provenance.filing = Some(number.to_owned());
        Ok(())
    }

    /// Puts another one in its place.
    ///
    /// # Errors
    /// When the lifecycle does not allow it; the seal stays as it was.
    pub fn replace(&mut self, by: SealId, at: OffsetDateTime) -> Result<(), SealRefused> {
        self.apply(SealEvent::Replace, at)?;
        self.standing.replaced_by = Some(by);
        Ok(())
    }

    /// Has it stand on other license types, under other limits. A seal that may be used again may
    /// be changed so.
    ///
    /// # Errors
    /// It was ended for good.
    pub(crate) fn use_otherwise(
        &mut self,
        scope: &Scope,
        limits: Limits,
        at: OffsetDateTime,
    ) -> Result<(), SealRefused> {
        self.status().changeable()?;
        self.properties.scope = scope.clone();
        self.properties.limits = limits;
        self.note(at);
        Ok(())
    }

    /// Says who approves its orders from now on.
    pub fn approve_by(&mut self, rule: ApprovalRule, at: OffsetDateTime) {
        self.properties.approval = rule;
        self.note(at);
    }

    /// Gives it another key for the signatures that every PDF reader checks. The sealer's own key is
    /// named in the seal itself and stays.
    pub fn sign_documents_with(&mut self, key: KeyId, at: OffsetDateTime) {
        self.properties.pades_key = Some(key);
        self.note(at);
    }

    /// Whether it may be used at `at`: on this license type, or on any document when `None`.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn authorize(
        &self,
        license_type: Option<&LicenseTypeCode>,
        at: OffsetDateTime,
    ) -> Result<(), NotApplicable> {
        if self.status() != SealStatus::Active {
            return Err(NotApplicable::Status(self.status()));
        }
        let SealProperties { not_before, not_after, scope, .. } = &self.properties;
        if at < *not_before {
            return Err(NotApplicable::NotYetValid);
        }
        if at > *not_after {
            return Err(NotApplicable::Expired);
        }
        match license_type {
            Some(code) if !scope.allows(code) => Err(NotApplicable::LicenseType(*code)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
