//! The license before it is sealed: its ids, its number, its holder.

use super::Origin;
use crate::clockwork::random;
use crate::{App, AppError, FieldProblem};
use domain::catalogue::{Content, HolderKind, LicenseType, Role};
use domain::id::{LicenseId, PublicCode};
use domain::identifier::{CitizenId, LicenseIdentifier, LicenseTypeCode, Serial, UnifiedCode};
use domain::license::{License, LicenseNumber, Particulars, Succession};
use domain::party::{Holder, HolderCodeType, Organization};
use domain::time::Period;
use time::OffsetDateTime;

impl App {
    pub(super) fn draft(
        &self,
        license_type: &LicenseType,
        content: &Content,
        issuer: &Organization,
        origin: Option<&Origin>,
        parts: Vec<LicenseId>,
        at: OffsetDateTime,
    ) -> Result<License, AppError> {
        let type_code = license_type.code();
        let Outline { number, period, holder } = outline(license_type, content)?;
        let identifier = match origin {
            Some(origin) => next_identifier(&origin.license, origin.given_up)?,
            None => assign(&type_code, &issuer.code)?,
        };
        let succession = origin.map(|origin| Succession {
            of: origin.license.id(),
            kind: origin.kind,
            keeps_number: origin.license.particulars().number.key() == number.key(),
        });
        let fields_json = serde_json::to_string(&content.to_json(license_type))
            .map_err(|cause| AppError::internal("writing the content".to_owned(), cause))?;
        Ok(License::draft(Particulars {
            id: self.clock.id(LicenseId::mint)?,
            type_code,
            type_version: license_type.version(),
            number,
            identifier,
            public_code: PublicCode::mint(random()?),
            issuer: issuer.id,
            holder,
            fields_json,
            issued_on: content.issue_date(),
            period,
            succession,
            parts,
            created_at: at,
        }))
    }
}

/// What the register reads out of a content.
pub(crate) struct Outline {
    pub(crate) number: LicenseNumber,
    period: Period,
    holder: Option<Holder>,
}

/// Number, period and holder of a content that fits its type.
pub(crate) fn outline(license_type: &LicenseType, content: &Content) -> Result<Outline, AppError> {
    let number = content.license_number().parse::<LicenseNumber>().map_err(|cause| {
        at_role(license_type, Role::LicenseNumber, "bad_number", cause.to_string())
    })?;
    let period = Period::new(content.valid_from(), content.valid_to()).map_err(|cause| {
        at_role(license_type, Role::ValidTo, "period_reversed", cause.to_string())
    })?;
    Ok(Outline { number, period, holder: holder(license_type, content)? })
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

/// The identifier of the next version of a license; versions that were given up keep theirs.
fn next_identifier(before: &License, given_up: u16) -> Result<LicenseIdentifier, AppError> {
    let fixed = before.particulars();
    let version = fixed.identifier.version().saturating_add(1).saturating_add(given_up);
    let serial = fixed.identifier.serial().parse::<Serial>();
    let issuer = fixed.identifier.issuer().parse::<UnifiedCode>();
    let failed = |cause: domain::identifier::BadIdentifier| AppError::Refused {
        code: "no_further_version",
        detail: cause.to_string(),
    };
    let (serial, issuer) = (serial.map_err(failed)?, issuer.map_err(failed)?);
    LicenseIdentifier::assign(&fixed.type_code, &issuer, &serial, version).map_err(failed)
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
