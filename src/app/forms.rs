//! Application forms: those that come with the program, and those of a folder that the configuration
//! names; read and checked when the service opens.

use crate::view::{FormRowView, FormsView};
use crate::{App, AppError, TypeDocument};
use domain::digest::Sm3;
use domain::exemption::Source;
use domain::form::{Form, FormError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use storage::StoreError;

/// The forms that come with the program (样例), each for an item of the demo.
const BUILT_IN: [&str; 3] = [
    include_str!("../../schema/forms/catering.json"),
    include_str!("../../schema/forms/disabled_subsidy.json"),
    include_str!("../../schema/forms/food_business.json"),
];
/// More files are no folder of forms.
const FILES_MAX: usize = 2000;
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A form as it was read.
#[derive(Clone, Debug)]
pub struct FiledForm {
    /// What it says.
    pub form: Form,
    /// SM3 of its document.
    pub digest: Sm3,
    document: String,
}

/// Forms by code.
#[derive(Clone, Debug)]
pub struct Forms(BTreeMap<String, Arc<FiledForm>>);

impl FiledForm {
    fn read(document: String) -> Result<Self, FormError> {
        let form = Form::read(document.as_bytes())?;
        Ok(Self { form, digest: Sm3::of(document.as_bytes()), document })
    }
}

impl Default for Forms {
    fn default() -> Self {
        let read = BUILT_IN.iter().map(|text| {
            // They are compiled in, and every test that opens a service reads them.
            FiledForm::read((*text).to_owned()).expect("the forms that come along are readable")
        });
        Self(read.map(|one| (one.form.code.to_string(), Arc::new(one))).collect())
    }
}

impl Forms {
    /// The forms that come with the program, and those of a folder: every file in it that ends in
    /// `.json`. One with the code of another that comes with the program takes its place.
    ///
    /// # Errors
    /// The first file that is no form, or a code that is there twice; file, place and code in words.
    pub fn of_folder(folder: &Path) -> Result<Self, String> {
        let mut forms = Self::default();
        let mut own = BTreeMap::new();
        let listed =
            std::fs::read_dir(folder).map_err(|cause| format!("{}: {cause}", folder.display()))?;
        for (count, entry) in listed.enumerate() {
            if count >= FILES_MAX {
                return Err(format!("{}: more than {FILES_MAX} files", folder.display()));
            }
            let path = entry.map_err(|cause| format!("{}: {cause}", folder.display()))?.path();
            if path.extension().is_none_or(|end| end != "json") {
                continue;
            }
            let wrong = |cause: &dyn std::fmt::Display| format!("{}: {cause}", path.display());
            let size = path.metadata().map_err(|cause| wrong(&cause))?.len();
            if size > FILE_BYTES_MAX {
                return Err(wrong(&format!("larger than {FILE_BYTES_MAX} bytes")));
            }
            let document = std::fs::read_to_string(&path).map_err(|cause| wrong(&cause))?;
            let filed = FiledForm::read(document).map_err(|cause| wrong(&cause))?;
            let code = filed.form.code.to_string();
            if own.insert(code.clone(), Arc::new(filed)).is_some() {
                return Err(wrong(&format!("named_twice at /code: `{code}` occurs twice")));
            }
        }
        forms.0.extend(own);
        Ok(forms)
    }

    fn is_built_in(form: &FiledForm) -> bool {
        BUILT_IN.contains(&form.document.as_str())
    }
}

impl App {
    /// Refuses to open with a form of one's own whose item, license types or fields are not there.
    pub(crate) fn require_forms(&self) -> Result<(), AppError> {
        for filed in self.settings.forms.0.values().filter(|one| !Forms::is_built_in(one)) {
            self.form_names(&filed.form).map_err(|cause| match cause {
                FormFault::Wrong(cause) => {
                    AppError::internal(format!("checking the form `{}`", filed.form.code), cause)
                }
                FormFault::App(cause) => cause,
            })?;
        }
        Ok(())
    }

    fn form_names(&self, form: &Form) -> Result<(), FormFault> {
        let item = match self.store.item_head(&form.item) {
            Ok(head) => Some(self.service_item(head.code.as_str(), Some(head.version))?),
            Err(StoreError::Missing { .. }) => None,
            Err(cause) => return Err(AppError::from(cause).into()),
        };
        let types: BTreeMap<String, _> = form
            .entries()
            .flat_map(|entry| &entry.from)
            .map(|source| source.license_type.to_string())
            .filter_map(|code| Some((code.clone(), self.catalogue.find(&code)?)))
            .collect();
        let of = |source: &Source| types.get(&source.license_type.to_string()).map(|one| &**one);
        form.check_names(
            item.as_ref().map(|filed| &filed.item),
            of,
            &self.settings.exemption.relations(),
        )?;
        Ok(())
    }

    /// A form whose item is here.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn form(&self, code: &str) -> Result<Arc<FiledForm>, AppError> {
        let filed = self.settings.forms.0.get(code).ok_or(AppError::NotFound)?;
        self.store.item_head(&filed.form.item)?;
        Ok(Arc::clone(filed))
    }

    /// The document of a form.
    ///
    /// # Errors
    /// As [`App::form`].
    pub fn form_source(&self, code: &str) -> Result<TypeDocument, AppError> {
        let filed = self.form(code)?;
        Ok(TypeDocument { digest: filed.digest.to_string(), json: filed.document.clone() })
    }

    /// The forms whose items are here, by code.
    ///
    /// # Errors
    /// The register's.
    pub fn forms(&self) -> Result<FormsView, AppError> {
        let mut items = Vec::new();
        for code in self.settings.forms.0.keys() {
            match self.form(code) {
                Ok(filed) => items.push(row(&filed)),
                Err(AppError::NotFound) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(FormsView { items })
    }
}

fn row(filed: &FiledForm) -> FormRowView {
    let form = &filed.form;
    FormRowView {
        code: form.code.to_string(),
        version: form.version,
        digest: filed.digest.to_string(),
        name: form.name.zh.clone(),
        name_en: form.name.en.clone(),
        item: form.item.to_string(),
        example: form.example,
        fields: form.entries().count(),
        prefillable: form.entries().filter(|entry| !entry.from.is_empty()).count(),
    }
}

/// Why the names of a form were not found.
enum FormFault {
    Wrong(FormError),
    App(AppError),
}

impl From<FormError> for FormFault {
    fn from(cause: FormError) -> Self {
        Self::Wrong(cause)
    }
}

impl From<AppError> for FormFault {
    fn from(cause: AppError) -> Self {
        Self::App(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::built_in;
    use domain::exemption::{ExemptionPolicy, ServiceItem};
    use serde_json::{Value, json};

    /// A change of a document, the code of what is wrong then, and where.
    type Case<'a> = (&'a dyn Fn(&mut Value), &'static str, String);

    fn item(code: &str) -> Option<ServiceItem> {
        let lists = [
            include_str!("../../schema/items/approval.json"),
            include_str!("../../schema/items/civil_affairs.json"),
        ];
        let documents = lists
            .iter()
            .flat_map(|list| serde_json::from_str::<Vec<Value>>(list).expect("a list of items"));
        let mut items =
            documents.map(|one| ServiceItem::read(one.to_string().as_bytes()).expect("an item"));
        items.find(|one| one.code.as_str() == code)
    }

    fn checked(form: &Form) -> Result<(), FormError> {
        let types = built_in().expect("types");
        let of = |source: &Source| types.iter().find(|one| one.code() == source.license_type);
        let policy = ExemptionPolicy::default();
        form.check_names(item(form.item.as_str()).as_ref(), of, &policy.relations())
    }

    #[test]
    fn every_form_that_comes_along_is_read_and_names_what_is_there() {
        let forms = Forms::default();
        assert_eq!(forms.0.len(), BUILT_IN.len());
        for filed in forms.0.values() {
            assert!(filed.form.example, "{}: what is made up says so", filed.form.code);
            checked(&filed.form).expect("names that are there");
        }
    }

    #[test]
    fn what_is_wrong_with_a_form_is_told_by_code_and_place() {
        let whole: Value = serde_json::from_str(BUILT_IN[2]).expect("JSON");
        let refused = |change: &dyn Fn(&mut Value)| {
            let mut document = whole.clone();
            change(&mut document);
            let read = Form::read(document.to_string().as_bytes()).and_then(|form| checked(&form));
            let error = read.expect_err("refused");
            (error.code, error.pointer)
        };
        let entry = "/sections/0/entries/0";
        let cases: [Case<'_>; 8] = [
            (&|d| d["item"] = json!("11999900MB000003539999"), "unknown_item", "/item".into()),
            (&|d| d["version"] = json!(0), "bad_count", "/version".into()),
            (&|d| d["sections"] = json!([]), "bad_count", "/sections".into()),
            (
                &|d| d["sections"][0]["entries"][1] = d["sections"][0]["entries"][0].clone(),
                "named_twice",
                "/sections/0/entries/1/field/key".into(),
            ),
            (
                &|d| {
                    d["sections"][0]["entries"][0]["from"][0]["license_type"] =
                        json!("119999000000000198099")
                },
                "unknown_license_type",
                format!("{entry}/from/0/license_type"),
            ),
            (
                &|d| d["sections"][0]["entries"][0]["from"][0]["field"] = json!("colour"),
                "unknown_field",
                format!("{entry}/from/0/field"),
            ),
            (
                &|d| d["sections"][0]["entries"][0]["from"][0]["holder"] = json!("neighbour"),
                "unknown_holder",
                format!("{entry}/from/0/holder"),
            ),
            (
                &|d| d["sections"][0]["entries"][0]["field"]["kind"] = json!("date"),
                "unfit_field",
                format!("{entry}/from/0/field"),
            ),
        ];
        for (change, code, pointer) in cases {
            assert_eq!(refused(change), (code, pointer));
        }
        let mut unknown = whole.clone();
        unknown["colour"] = json!("red");
        let error = Form::read(unknown.to_string().as_bytes()).expect_err("refused");
        assert!(
            error.code == "bad_json" && error.problem.contains("unknown field `colour`"),
            "{error}"
        );
    }

    #[test]
    fn a_folder_adds_forms_and_a_wrong_file_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written")
        };
        let mut own: Value = serde_json::from_str(BUILT_IN[0]).expect("JSON");
        own["code"] = json!("own");
        write("own.json", &own.to_string());
        write("readme.txt", "no form");
        let forms = Forms::of_folder(folder.path()).expect("forms");
        assert_eq!(forms.0.len(), BUILT_IN.len() + 1);
        assert!(!Forms::is_built_in(&forms.0["own"]));
        write("second.json", &own.to_string());
        let refused = Forms::of_folder(folder.path()).expect_err("twice");
        assert!(refused.contains("named_twice at /code"), "{refused}");
        write("second.json", "{");
        let refused = Forms::of_folder(folder.path()).expect_err("no form");
        assert!(refused.contains("second.json: bad_json at line 1"), "{refused}");
    }
}
