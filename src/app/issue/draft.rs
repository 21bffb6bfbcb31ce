//! The license before it is sealed: its ids, its number, its holder.

use crate::clockwork::random;
use crate::{App, AppError, FieldProblem};
use domain::catalogue::{Content, HolderKind, LicenseType, Role};
use domain::id::{LicenseId, PublicCode};
use domain::identifier::{CitizenId, LicenseIdentifier, LicenseTypeCode, Serial, UnifiedCode};
use domain::license::{License, LicenseNumber, Particulars};
use domain::party::{Holder, HolderCodeType, Organization};
use domain::time::Period;
use time::OffsetDateTime;

impl App {
    pub(super) fn draft(
        &self,
        license_type: &LicenseType,
        content: &Content,
        issuer: &Organization,
        at: OffsetDateTime,
    ) -> Result<License, AppError> {
        let type_code = license_type.code();
        let number = content.license_number().parse::<LicenseNumber>().map_err(|cause| {
            at_role(license_type, Role::LicenseNumber, "bad_number", cause.to_string())
        })?;
        let period = Period::new(content.valid_from(), content.valid_to()).map_err(|cause| {
            at_role(license_type, Role::ValidTo, "period_reversed", cause.to_string())
        })?;
        let fields_json = serde_json::to_string(&content.to_json(license_type))
            .map_err(|cause| AppError::internal("writing the content".to_owned(), cause))?;
        Ok(License::draft(Particulars {
            id: self.clock.id(LicenseId::mint)?,
            type_code,
            type_version: license_type.version(),
            number,
            identifier: assign(&type_code, &issuer.code)?,
            public_code: PublicCode::mint(random()?),
            issuer: issuer.id,
            holder: holder(license_type, content)?,
            fields_json,
            issued_on: content.issue_date(),
            period,
            supersedes: None,
            created_at: at,
        }))
    }
}

/// The serial is 16 random bytes, so that no two offices have to agree on a counter and nobody
/// learns from it how many licenses there are.
fn assign(
    type_code: &LicenseTypeCode,
    issuer: &UnifiedCode,
) -> Result<LicenseIdentifier, AppError> {
    let failed = |cause| AppError::internal("assigning a license identifier".to_owned(), cause);
    let serial: Serial = hex::encode_upper(random::<16>()?).parse().map_err(failed)?;
    LicenseIdentifier::assign(type_code, issuer, &serial, 1).map_err(failed)
}

/// The first holder's code names the holder; the names of several are joined, as printed.
fn holder(license_type: &LicenseType, content: &Content) -> Result<Option<Holder>, AppError> {
    let names = content.holder_names();
    if names.is_empty() {
        return Ok(None);
    }
    let code = content.holder_codes().first().copied().unwrap_or_default();
    let code_type = code_type(license_type.holder_kind(), code);
    Holder::new(names.join("、"), code_type, code)
        .map(Some)
        .map_err(|cause| at_role(license_type, Role::HolderCode, "bad_code", cause.to_string()))
}

fn code_type(kind: HolderKind, code: &str) -> HolderCodeType {
    if code.parse::<CitizenId>().is_ok() {
        return HolderCodeType::CitizenId;
    }
    if code.parse::<UnifiedCode>().is_ok() {
        return HolderCodeType::UnifiedCode;
    }
    match kind {
        HolderKind::Person => HolderCodeType::OtherPerson,
        HolderKind::Organization => HolderCodeType::OtherOrganization,
    }
}

fn at_role(
    license_type: &LicenseType,
    role: Role,
    code: &'static str,
    message: String,
) -> AppError {
    let key = license_type.fields_of(role).next().map_or("", |field| field.key.as_str());
    AppError::Fields(vec![FieldProblem { pointer: format!("/fields/{key}"), code, message }])
}
