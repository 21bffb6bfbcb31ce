//! Certificates by which people sign in.

use time::OffsetDateTime;

use crate::digest::Sha256;
use crate::id::StaffId;

/// A certificate that is registered to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffCertificate {
    /// SHA-256 of the certificate.
    pub fingerprint: Sha256,
    /// Whose.
    pub staff: StaffId,
    /// Whom it names.
    pub subject: String,
    /// Nobody signs in with it after this.
    pub until: OffsetDateTime,
    /// When it was registered.
    pub added_at: OffsetDateTime,
    /// When it was withdrawn.
    pub withdrawn_at: Option<OffsetDateTime>,
}

impl StaffCertificate {
    /// Whether one may sign in with it.
    #[must_use]
    pub fn in_force(&self, at: OffsetDateTime) -> bool {
        self.withdrawn_at.is_none() && at <= self.until
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn it_ends_and_is_withdrawn() {
        let noon = datetime!(2026-03-02 12:00 UTC);
        let one = StaffCertificate {
            fingerprint: Sha256::of(b"a certificate"),
            staff: StaffId::mint(noon, [1; 10]),
            subject: "样例经办人".into(),
            until: noon + Duration::HOUR,
            added_at: noon,
            withdrawn_at: None,
        };
        assert!(one.in_force(noon) && one.in_force(one.until));
        assert!(!one.in_force(one.until + Duration::SECOND));
        assert!(!StaffCertificate { withdrawn_at: Some(noon), ..one }.in_force(noon));
    }
}
