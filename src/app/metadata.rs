//! What a license type is in a catalogue of types, and the metadata of a license.

use crate::view::metadata::{ItemNames, items};
use crate::view::time::instant;
use crate::view::{DirectoryItemView, LicenseMetadataView, MetadataExtensionView};
use crate::{App, AppError, Caller, Errand};
use domain::audit::Fields;
use domain::catalogue::{Content, FieldKind, Format, HolderKind, LicenseType, Role, Value};
use domain::license::{License, RenditionKind};
use domain::party::HolderCodeType;
use domain::time::day_text;

const TYPE_NAME: ItemNames = ("证照类型名称", None, Some("certificate_type_name"));
const TYPE_CODE: ItemNames = ("证照类型代码", Some("ZZLXDM"), Some("certificate_type_name_code"));
const DEFINER: ItemNames = ("证照定义机构", None, Some("certificate_define_authority_name"));
const DEFINER_CODE: ItemNames =
    ("证照定义机构代码", None, Some("certificate_define_authority_code"));

/// The kind of code by which holders of a type are named.
fn code_type(license_type: &LicenseType) -> HolderCodeType {
    let kinds = license_type.fields_of(Role::HolderCode).map(|field| &field.kind);
    match (kinds.into_iter().next(), license_type.holder_kind()) {
        (Some(FieldKind::CitizenId), _) => HolderCodeType::CitizenId,
        (Some(FieldKind::Uscc), _) => HolderCodeType::UnifiedCode,
        (_, HolderKind::Person) => HolderCodeType::OtherPerson,
        (_, HolderKind::Organization) => HolderCodeType::OtherOrganization,
    }
}

/// Everything that a license says beyond the items of the standard.
fn extensions(license_type: &LicenseType, content: &Content) -> Vec<MetadataExtensionView> {
    let own = license_type.fields().iter().filter(|field| field.role.is_none());
    let extension = |field: &domain::catalogue::Field| {
        let value = match content.value(&field.key)? {
            Value::Photo(_) => return None,
            table @ Value::Table(_) => table.to_json(&field.kind).to_string(),
            value => value.printed(&field.kind, Format::Plain),
        };
        let (key, name) = (field.key.clone(), field.name.zh.clone());
        Some(MetadataExtensionView { key, name, value })
    };
    own.filter_map(extension).collect()
}

impl App {
    /// A license type as an item of a catalogue of types (GB/T 36902-2018): its newest version.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn directory_item(&self, code: &str) -> Result<DirectoryItemView, AppError> {
        let license_type = self.catalogue.find(code).ok_or(AppError::NotFound)?;
        let authority = license_type.defining_authority();
        let named_by = code_type(&license_type);
        let all = [
            (TYPE_NAME, license_type.name().zh.clone()),
            (TYPE_CODE, license_type.code().to_string()),
            (DEFINER, authority.name.clone()),
            (DEFINER_CODE, authority.code.clone()),
            (
                ("持证主体代码类型", Some("CZZTDMLX"), Some("certificate_holder_type_name")),
                named_by.name().to_owned(),
            ),
            (
                ("持证主体代码类型代码", Some("CZZTDMLXDM"), Some("certificate_holder_type")),
                named_by.to_string(),
            ),
        ];
        Ok(DirectoryItemView { standard: "GB/T 36902-2018", items: items(all) })
    }

    /// The metadata of a license (GB/T 36903-2018), by the version of its type by which it was
    /// drawn. Personal: whoever shows it writes down the look first.
    ///
    /// # Errors
    /// The register's.
    pub(crate) fn license_metadata(
        &self,
        license: &License,
    ) -> Result<LicenseMetadataView, AppError> {
        let fixed = license.particulars();
        let license_type = self.catalogue.version(fixed.type_code.as_str(), fixed.type_version);
        let issuer = self.store.organization_read(fixed.issuer)?;
        let json = serde_json::from_str(&fixed.fields_json).map_err(|cause| {
            AppError::internal(format!("reading the content of license {}", license.id()), cause)
        })?;
        let content = license_type.as_ref().and_then(|known| Content::check(known, &json).ok());
        let holder = fixed.holder.as_ref();
        let of_type = |get: fn(&LicenseType) -> &str| {
            license_type.as_ref().map_or_else(String::new, |known| get(known).to_owned())
        };
        let type_name = of_type(|known| &known.name().zh);
        let all = [
            (("证照名称", Some("ZZMC"), Some("certificate_name")), type_name.clone()),
            (TYPE_NAME, type_name),
            (TYPE_CODE, fixed.type_code.to_string()),
            (("证照编号", Some("ZZBH"), Some("certificate_number")), fixed.number.to_string()),
            (
                ("证照标识", Some("ZZBS"), Some("certificate_identifier")),
                fixed.identifier.to_string(),
            ),
            (
                ("证照颁发机构", Some("ZZBFJG"), Some("certificate_issuing_authority_name")),
                issuer.name.clone(),
            ),
            (
                ("证照颁发机构代码", Some("ZZBFJGDM"), Some("certificate_issuing_authority_code")),
                issuer.code.to_string(),
            ),
            (
                ("证照颁发日期", Some("ZZBFRQ"), Some("certificate_issuing_authority_date")),
                fixed.issued_on.map(day_text).unwrap_or_default(),
            ),
            (
                ("持证主体", Some("CZZT"), Some("certificate_holder_name")),
                holder.map_or_else(String::new, |holder| holder.name().to_owned()),
            ),
            (
                ("持证主体代码", Some("CZZTDM"), Some("certificate_holder_code")),
                holder.map_or_else(String::new, |holder| holder.code().to_owned()),
            ),
            (
                ("持证主体代码类型", Some("CZZTDMLX"), Some("certificate_holder_type_name")),
                holder.map_or_else(String::new, |holder| holder.code_type().name().to_owned()),
            ),
            (
                ("持证主体代码类型代码", Some("CZZTDMLXDM"), Some("certificate_holder_type")),
                holder.map_or_else(String::new, |holder| holder.code_type().to_string()),
            ),
            (
                ("证照有效期起始日期", Some("ZZYXQQSRQ"), Some("certificate_validate_start")),
                fixed.period.first().map(day_text).unwrap_or_default(),
            ),
            (
                ("证照有效期截止日期", Some("ZZYXQJZRQ"), Some("certificate_validate_end")),
                fixed.period.last().map(day_text).unwrap_or_default(),
            ),
            (DEFINER, of_type(|known| &known.defining_authority().name)),
            (DEFINER_CODE, of_type(|known| &known.defining_authority().code)),
            (("区划代码", None, Some("certificate_area_code")), issuer.division.to_string()),
            (("创建时间", Some("CJSJ"), None), instant(fixed.created_at)),
        ];
        let sealed = self.sealed(license, &issuer.name)?;
        Ok(LicenseMetadataView {
            standard: "GB/T 36903-2018",
            items: items(all.into_iter().chain(sealed)),
            extensions: license_type
                .zip(content)
                .map_or_else(Vec::new, |(known, content)| extensions(&known, &content)),
        })
    }

    /// Who sealed a license, when, with which seal; nothing while it waits.
    fn sealed(
        &self,
        license: &License,
        issuer: &str,
    ) -> Result<Vec<(ItemNames, String)>, AppError> {
        let original = self.store.rendition_list(license.id())?;
        let original = original.iter().find(|one| one.kind == RenditionKind::Original);
        let order = self.store.order_list(license.id())?.pop();
        let (Some(original), Some(order)) = (original, order) else { return Ok(Vec::new()) };
        let seal = self.store.seal_read(order.seal)?;
        Ok(vec![
            (("证照签章人", Some("ZZQZR"), None), issuer.to_owned()),
            (("证照签章时间", Some("ZZQZSJ"), None), instant(original.created_at)),
            (("证照签章名称", Some("ZZQZMC"), None), seal.properties().name.clone()),
        ])
    }

    /// The metadata of a license of the caller's organization; that it was looked at is written
    /// down first.
    ///
    /// # Errors
    /// As [`App::license`].
    pub fn license_metadata_shown(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LicenseMetadataView, AppError> {
        self.require_errand(caller, errand)?;
        let license = self.own_license(caller, id)?;
        let metadata = self.license_metadata(&license)?;
        self.note_look(caller, errand, vec![license.id()], Fields::Content)?;
        Ok(metadata)
    }
}
