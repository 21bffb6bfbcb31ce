//! Electronic seals: what they show, which keys they use, on which license types they may stand.

mod authorization;
mod status;

pub use authorization::{NotApplicable, Scope};
pub use status::{SealEvent, SealRefused, SealStatus};

use time::OffsetDateTime;

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
    /// Its first instant.
    pub not_before: OffsetDateTime,
    /// Its last instant.
    pub not_after: OffsetDateTime,
    /// When it was registered here.
    pub created_at: OffsetDateTime,
}

/// An electronic seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    properties: SealProperties,
    status: SealStatus,
    changed_at: OffsetDateTime,
    version: u32,
}

impl Seal {
    /// A seal that was just made.
    #[must_use]
    pub fn made(properties: SealProperties) -> Self {
        let changed_at = properties.created_at;
        Self { properties, status: SealStatus::Active, changed_at, version: 1 }
    }

    /// A seal as it was stored.
    #[must_use]
    pub fn stored(
        properties: SealProperties,
        status: SealStatus,
        changed_at: OffsetDateTime,
        version: u32,
    ) -> Self {
        Self { properties, status, changed_at, version }
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
        self.status
    }

    /// When the status last changed.
    #[must_use]
    pub fn changed_at(&self) -> OffsetDateTime {
        self.changed_at
    }

    /// Grows by one with every change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Changes the status.
    ///
    /// # Errors
    /// When the lifecycle does not allow the event; the seal stays as it was.
    pub fn apply(&mut self, event: SealEvent, at: OffsetDateTime) -> Result<(), SealRefused> {
        self.status = self.status.next(event)?;
        self.changed_at = at;
        self.version += 1;
        Ok(())
    }

    /// Gives it another key for the signatures that every PDF reader checks. The sealer's own key is
    /// named in the seal itself and stays.
    pub fn sign_documents_with(&mut self, key: KeyId, at: OffsetDateTime) {
        self.properties.pades_key = Some(key);
        self.changed_at = at;
        self.version += 1;
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
        if self.status != SealStatus::Active {
            return Err(NotApplicable::Status(self.status));
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
