//! What a material's verdict may be, and why.

use crate::word::words;

words! { "ground";
    /// What becomes of a material, the least trouble for the applicant first.
    pub enum Ground {
        /// It is not needed in this situation.
        NotApplicable = "not_applicable",
        /// It is not asked for any more.
        Cancelled = "cancelled",
        /// Licenses of the register stand in its place.
        WaivedByLicense = "waived_by_license",
        /// A material of the library stands in its place.
        WaivedByMaterial = "waived_by_material",
        /// Another system has confirmed what it would show.
        WaivedByData = "waived_by_data",
        /// Another material, or what another item gives, covers it.
        CoveredByOther = "covered_by_other",
        /// A written promise stands in its place.
        ByCommitment = "by_commitment",
        /// Another department is asked and answers later.
        PendingAssistance = "pending_assistance",
        /// It may be handed in later.
        Deferrable = "deferrable",
        /// It is handed in.
        Required = "required",
    }
}

impl Ground {
    /// Whether the applicant brings nothing, now or later.
    #[must_use]
    pub fn is_waiver(self) -> bool {
        use Ground::{Cancelled, CoveredByOther, WaivedByData, WaivedByLicense, WaivedByMaterial};
        matches!(
            self,
            Cancelled | WaivedByLicense | WaivedByMaterial | WaivedByData | CoveredByOther
        )
    }
}

words! { "reason";
    /// Why, for programs. Of what speaks against a waiver, what nobody could find out comes first,
    /// then what is nearest to one: the first of several is told.
    pub enum Reason {
        /// A license, or several together, are in force and say what is needed.
        LicenseValid = "license_valid",
        /// The applicant has it in the library, in force and of a grade that is accepted.
        MaterialHeld = "material_held",
        /// The connector confirmed it.
        DataConfirmed = "data_confirmed",
        /// The department that was asked confirmed it.
        AssistanceConfirmed = "assistance_confirmed",
        /// Another material of the item covers it.
        CoveredByMaterial = "covered_by_material",
        /// What another item of the same decision gives covers it.
        CoveredByOutput = "covered_by_output",
        /// The item does not ask for it any more.
        NoLongerAsked = "no_longer_asked",
        /// The answers say that it is not needed.
        ConditionNotMet = "condition_not_met",
        /// The register could not be asked.
        RegisterUnavailable = "register_unavailable",
        /// The material library could not be asked.
        LibraryUnavailable = "library_unavailable",
        /// Somebody holds more licenses of the kind than are looked through for one case.
        TooManyLicenses = "too_many_licenses",
        /// Whether somebody is who the material is about could not be found out.
        RelationUnknown = "relation_unknown",
        /// Whether the certificate of a seal was revoked could not be found out.
        SealRevocationUnknown = "seal_revocation_unknown",
        /// The sealed file of a license could not be verified to the end.
        LicenseUnverified = "license_unverified",
        /// A license does not say what its type would need to say.
        PredicateUnknown = "predicate_unknown",
        /// The other system did not answer.
        ConnectorUnavailable = "connector_unavailable",
        /// The department that is to be asked is not here.
        AssistanceUnreachable = "assistance_unreachable",
        /// The department that was asked did not answer in time.
        AssistanceOverdue = "assistance_overdue",
        /// The department that was asked cannot tell.
        AssistanceUnable = "assistance_unable",
        /// A license is in force and does not say what is needed.
        PredicateNotMet = "predicate_not_met",
        /// The first day of a license is still to come.
        LicenseNotYetValid = "license_not_yet_valid",
        /// A license has ended.
        LicenseExpired = "license_expired",
        /// A license is suspended.
        LicenseSuspended = "license_suspended",
        /// Another license took the place of a license, and does not fit.
        LicenseSuperseded = "license_superseded",
        /// A license of which a license is made is not in force.
        LicenseIncomplete = "license_incomplete",
        /// A license was revoked.
        LicenseRevoked = "license_revoked",
        /// The sealed file of a license is not valid.
        LicenseInvalid = "license_invalid",
        /// A license is somebody else's.
        HolderMismatch = "holder_mismatch",
        /// A license is not issued yet.
        LicenseNotIssued = "license_not_issued",
        /// No license proves the relation.
        RelationNotProved = "relation_not_proved",
        /// The application names nobody of this relation.
        PartyMissing = "party_missing",
        /// The department that was asked says no.
        AssistanceDenied = "assistance_denied",
        /// The other system says no.
        DataDenied = "data_denied",
        /// The person or company has no such license here.
        NoLicense = "no_license",
        /// Items would cover each other in a circle.
        CoversInACircle = "covers_in_a_circle",
        /// The ground would do, and does not count here.
        GroundNotCounted = "ground_not_counted",
        /// Whether it is needed depends on a question that was not answered.
        AnswerMissing = "answer_missing",
        /// It may be left out, and nothing stands in its place.
        Optional = "optional",
        /// The item knows nothing that could stand in its place.
        NothingInItsPlace = "nothing_in_its_place",
    }
}

impl Reason {
    /// Whether nobody could find out: never to be read as "there is none".
    #[must_use]
    pub fn is_doubt(self) -> bool {
        use Reason::{
            AssistanceOverdue, AssistanceUnable, AssistanceUnreachable, ConnectorUnavailable,
            LibraryUnavailable, LicenseUnverified, PredicateUnknown, RegisterUnavailable,
            RelationUnknown, SealRevocationUnknown, TooManyLicenses,
        };
        matches!(
            self,
            RegisterUnavailable
                | LibraryUnavailable
                | TooManyLicenses
                | RelationUnknown
                | SealRevocationUnknown
                | LicenseUnverified
                | PredicateUnknown
                | ConnectorUnavailable
                | AssistanceUnreachable
                | AssistanceOverdue
                | AssistanceUnable
        )
    }
}
