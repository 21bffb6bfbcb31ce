//! The material library (材料库): handed in, looked at for a case, checked by a clerk, used, erased.
//!
//! Every file is looked at by a worker before it is kept (`intake.rs`). Holders are known by the HMAC of
//! their code, as those of licenses are; every look of a department leaves a row in the access log.

mod checking;
mod handing_in;
pub(crate) mod intake;
mod own;

pub use checking::CheckAsked;
pub use handing_in::MaterialAsked;
pub use intake::SentFile;

use crate::error::{id_of, problem, refused};
use crate::view::time::instant;
use crate::view::{LibraryMaterialView, MaterialCheckView, MaterialUseView};
use crate::{App, AppError, Caller, Document, Errand};
use domain::access::Permission;
use domain::audit::{Actor, Entry, Subject};
use domain::canonical::{number_key, search_key};
use domain::digest::Sha256;
use domain::exemption::Grade;
use domain::id::{LibraryMaterialId, OrganizationId};
use domain::identifier::{CitizenId, UnifiedCode};
use domain::library::{LibraryMaterial, LibraryUse};
use domain::time::{china_date, day_text};
use std::collections::BTreeMap;
use storage::StoreError;
use time::Date;

/// Materials of one holder, erased ones too: years of them.
const MATERIALS_MAX: usize = 500;

/// Whose materials are looked for.
#[derive(Clone, Default)]
pub struct MaterialSearch {
    /// Citizen number or social credit code.
    pub holder_code: String,
    /// Only of this name.
    pub name: Option<String>,
}

/// Without the code.
impl std::fmt::Debug for MaterialSearch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "MaterialSearch({:?})", self.name)
    }
}

impl App {
    /// Materials of a holder that are there, newest first, for a case. That somebody looked is written
    /// down first.
    ///
    /// # Errors
    /// `case_number_missing`, `operator_missing`; a code that is none; not allowed.
    pub fn search_materials(
        &self,
        caller: &Caller,
        errand: &Errand,
        wanted: &MaterialSearch,
    ) -> Result<Vec<LibraryMaterialView>, AppError> {
        self.reader(caller, errand)?;
        let holder = self.material_holder("/holder_code", &wanted.holder_code)?;
        let name = wanted.name.as_deref().map(search_key).filter(|name| !name.is_empty());
        let mut found = self.store.library_of(holder)?;
        found.retain(|one| {
            let named = name.as_ref().is_none_or(|name| search_key(&one.name) == *name);
            one.erased.is_none() && named
        });
        self.note_party_shown(caller, errand)?;
        self.materials_shown(&found, false)
    }

    /// A material, for a case. That somebody looked is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `case_number_missing`, `operator_missing`; not allowed.
    pub fn library_material(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LibraryMaterialView, AppError> {
        self.reader(caller, errand)?;
        let one = self.store.library_read(id_of(id)?)?;
        self.note_party_shown(caller, errand)?;
        self.material_shown(&one)
    }

    /// The file of a material, for a case: a use, of which the holder learns.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also when it is erased; as [`App::library_material`].
    pub fn material_file(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<Document, AppError> {
        let organization = self.reader(caller, errand)?;
        let one = self.store.library_read(id_of(id)?)?;
        let document = self.material_document(&one)?;
        let used = LibraryUse {
            material: one.id,
            organization,
            case_no: errand.case_no.clone(),
            item: errand.item.clone(),
            decision: None,
            at: self.clock.now(),
        };
        match self.store.library_use(&used) {
            // Erased at this very moment.
            Err(StoreError::Conflict { .. }) => return Err(AppError::NotFound),
            kept => kept?,
        }
        self.note_party_shown(caller, errand)?;
        Ok(document)
    }

    /// Whether a caller may look at materials, for this case and item; for which organization.
    fn reader(&self, caller: &Caller, errand: &Errand) -> Result<OrganizationId, AppError> {
        let organization = caller.require_whole(Permission::ExemptionDecide)?;
        if errand.case_no.is_empty() {
            return Err(Self::case_unsaid());
        }
        self.require_errand(caller, errand)?;
        let item = Some(errand.item.as_str()).filter(|item| !item.is_empty());
        if !caller.serves(item) {
            let detail = "the client does not serve this item".to_owned();
            return Err(AppError::Forbidden { code: "item_not_entitled", detail });
        }
        Ok(organization)
    }

    /// Nobody looks for no case.
    #[must_use]
    pub fn case_unsaid() -> AppError {
        refused("case_number_missing", "say for which case: X-Case-No")
    }

    /// What is kept of a holder's code.
    fn material_holder(&self, pointer: &str, code: &str) -> Result<Sha256, AppError> {
        let code = number_key(code);
        let known = code.parse::<CitizenId>().is_ok() || code.parse::<UnifiedCode>().is_ok();
        if !known {
            let message = "a citizen number or a social credit code";
            return Err(AppError::Fields(vec![problem(pointer, "bad_identifier", message)]));
        }
        self.holder(&code)
    }

    fn material_document(&self, one: &LibraryMaterial) -> Result<Document, AppError> {
        if one.erased.is_some() {
            return Err(AppError::NotFound);
        }
        let (media_type, ending) = match one.media_type.as_str() {
            "image/jpeg" => ("image/jpeg", "jpg"),
            "image/png" => ("image/png", "png"),
            _ => ("application/pdf", "pdf"),
        };
        Ok(Document {
            bytes: self.files.read(one.file.sm3)?,
            media_type,
            name: format!("material-{}.{ending}", one.id),
            sha256: one.file.sha256.to_string(),
        })
    }

    /// What the audit trail says: no word of the material.
    fn material_told(
        &self,
        by: &Actor,
        one: &LibraryMaterial,
        action: &str,
        case_no: &str,
    ) -> Result<Entry, AppError> {
        let mut detail = vec![
            ("source", one.source.to_string()),
            ("file", one.file.sm3.to_string()),
            ("original", one.original.sm3.to_string()),
        ];
        if !case_no.is_empty() {
            detail.push(("case", case_no.to_owned()));
        }
        self.clock.entry(by, action, Subject::new("material", one.id), &detail)
    }

    fn material_shown(&self, one: &LibraryMaterial) -> Result<LibraryMaterialView, AppError> {
        let lost = || AppError::internal("showing a material".to_owned(), "it is gone");
        self.materials_shown(std::slice::from_ref(one), false)?.pop().ok_or_else(lost)
    }

    /// Materials as they are shown; to their holder with who used them.
    fn materials_shown(
        &self,
        all: &[LibraryMaterial],
        to_holder: bool,
    ) -> Result<Vec<LibraryMaterialView>, AppError> {
        let names = self.organization_names()?;
        let ids: Vec<LibraryMaterialId> = all.iter().map(|one| one.id).collect();
        let uses = self.store.library_uses(&ids)?;
        let today = china_date(self.clock.now());
        let view = |one: &LibraryMaterial| {
            let uses = uses.iter().filter(|used| used.material == one.id);
            let used_by: Vec<MaterialUseView> = uses.map(|used| shown_use(used, &names)).collect();
            let count = used_by.len();
            let used_by = if to_holder { used_by } else { Vec::new() };
            LibraryMaterialView { uses: count, used_by, ..shown(one, &names, today) }
        };
        Ok(all.iter().map(view).collect())
    }
}

type Names = BTreeMap<OrganizationId, String>;

fn name_of(names: &Names, id: OrganizationId) -> String {
    names.get(&id).cloned().unwrap_or_default()
}

fn shown_use(used: &LibraryUse, names: &Names) -> MaterialUseView {
    MaterialUseView {
        department: name_of(names, used.organization),
        case_no: used.case_no.clone(),
        item: Some(used.item.clone()).filter(|item| !item.is_empty()),
        relied: used.decision.is_some(),
        at: instant(used.at),
    }
}

fn shown(one: &LibraryMaterial, names: &Names, today: Date) -> LibraryMaterialView {
    let checked = one.check.as_ref().map(|check| MaterialCheckView {
        department: name_of(names, check.organization),
        clerk: check.by.to_string(),
        operator: Some(check.operator.clone()).filter(|operator| !operator.is_empty()),
        window: check.window.clone(),
        case_no: check.case_no.clone(),
        at: instant(check.at),
    });
    LibraryMaterialView {
        id: one.id.to_string(),
        name: one.name.clone(),
        source: one.source.to_string(),
        grade: grade_word(one.grade()).to_owned(),
        media_type: one.media_type.clone(),
        pages: one.pages,
        bytes: one.file.bytes,
        sha256: one.file.sha256.to_string(),
        sm3: one.file.sm3.to_string(),
        original_sha256: one.original.sha256.to_string(),
        rewritten: one.file.sm3 != one.original.sm3,
        handed_in_at: one.handed.organization.map(|id| name_of(names, id)),
        handed_in: instant(one.at),
        valid_to: one.last_day.map(day_text),
        expired: one.is_expired(today),
        checked,
        erased_at: one.erased.as_ref().map(|erased| instant(erased.at)),
        uses: 0,
        used_by: Vec::new(),
    }
}

/// The letter of a grade.
pub(crate) fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

/// Who sat at the screen of a system; somebody who signed in is known already.
fn operator(caller: &Caller, errand: &Errand) -> String {
    match caller {
        Caller::Person { .. } => String::new(),
        _ => errand.operator.clone(),
    }
}
