//! Service items for clerks: which still ask for papers that an office issued, which changed, the import,
//! and the editor of what may stand in the place of materials.

use super::frame::Frame;
use super::mapping_words::Words;
use super::{page, see_other};
use crate::answer::encoded;
use crate::api::service_items::IMPORT_BYTES_MAX;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{
    EvidenceTyped, ItemEditorView, ItemImportView, LicenseTypeView, MappedMaterialView,
    MappingTyped, ServiceItemsView,
};
use app::{App, AppError, ItemQuery, Role};
use askama::Template;
use serde::Deserialize;

/// Groups and licenses of a group that a form may have.
const GROUPS_MAX: usize = 20;
const LICENSES_MAX: usize = 10;

#[derive(Template)]
#[template(path = "service_items.html")]
pub(crate) struct ServiceItemsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) found: &'a ServiceItemsView,
    pub(crate) asked: &'a Asked,
    pub(crate) imported: Option<&'a ItemImportView>,
    pub(crate) error: Option<&'a str>,
}

impl ServiceItemsPage<'_> {
    fn next(&self, cursor: &str) -> String {
        let Asked { q, only, all, .. } = self.asked;
        let all = if all.is_empty() { "" } else { "&all=on" };
        format!("/service-items?q={}&only={only}{all}&cursor={}", encoded(q), encoded(cursor))
    }
}

#[derive(Template)]
#[template(path = "mapping.html")]
pub(crate) struct MappingPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) item: &'a ItemEditorView,
    pub(crate) types: &'a [LicenseTypeView],
    /// Whose licenses are offered, the applicant first.
    pub(crate) holders: &'a [String],
    /// The material whose form was sent.
    pub(crate) open: &'a str,
    pub(crate) saved: bool,
    /// What is wrong with it, each with its place.
    pub(crate) faults: &'a [String],
}

impl MappingPage<'_> {
    /// The groups of a form: those that are there, each with an empty line, and an empty one.
    fn groups(&self, material: &MappedMaterialView) -> Vec<Vec<EvidenceTyped>> {
        let applicant = self.holders.first().cloned().unwrap_or_default();
        let empty = || EvidenceTyped { holder: applicant.clone(), ..EvidenceTyped::default() };
        let mut groups = material.typed.alternatives.clone();
        groups.iter_mut().filter(|group| group.len() < LICENSES_MAX).for_each(|group| {
            group.push(empty());
        });
        if groups.len() < GROUPS_MAX {
            let license_type = material.suggested.clone().unwrap_or_default();
            groups.push(vec![EvidenceTyped { license_type, ..empty() }]);
        }
        groups
    }

    /// Whether a holder is one of those that are offered.
    fn offered(&self, holder: &str) -> bool {
        self.holders.iter().any(|one| one == holder)
    }

    fn is_open(&self, material: &MappedMaterialView) -> bool {
        self.open == material.key || (self.open.is_empty() && material.changed)
    }
}

/// Which items are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    /// `drifted`, `asking`, or all.
    pub(crate) only: String,
    /// Of other departments too, when it is not empty.
    pub(crate) all: String,
    pub(crate) cursor: String,
}

/// Permission: clerk.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    draw_list(&site, &signed_in, &request, HttpResponse::Ok(), &asked, None, None).await
}

async fn draw_list(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    asked: &Asked,
    imported: Option<&ItemImportView>,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let own = asked.all.is_empty();
    let query = ItemQuery {
        text: asked.q.clone(),
        drifted: asked.only == "drifted",
        still_asking: asked.only == "asking",
        after: (!asked.cursor.is_empty()).then(|| asked.cursor.clone()),
        ..ItemQuery::default()
    };
    let look = move |app: &App| {
        let department = if own { app.own_code(&caller)? } else { None };
        app.service_items(&ItemQuery { department, ..query })
    };
    let found = &site.read(look).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let words = Words::of(frame);
    page(response, frame, &ServiceItemsPage { frame, words, found, asked, imported, error })
}

/// Permission: clerk, for items of the own department.
pub(crate) async fn import(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form =
        Form::with_upload(&site, &request, payload, &signed_in.token, IMPORT_BYTES_MAX).await?;
    let (caller, check) = (signed_in.person.caller.clone(), form.text("act") == "check");
    let bytes = form.file("file").to_vec();
    let work = move |app: &App| app.items_import(&caller, &bytes, check);
    let (made, error) = match site.work(Lane::Department, work).await {
        Ok(made) => (Some(made), None),
        Err(error) if error.status.as_u16() == 422 => {
            let words = Words::of(&Frame::of(&request));
            let detail = error.detail.as_deref().unwrap_or_default();
            (None, Some(format!("{} {detail}", words.import_unreadable)))
        }
        Err(error) => return Err(error),
    };
    let wrong = made.as_ref().is_none_or(|made| !made.problems.is_empty());
    let response = if wrong { HttpResponse::BadRequest() } else { HttpResponse::Ok() };
    let asked = Asked::default();
    draw_list(&site, &signed_in, &request, response, &asked, made.as_ref(), error.as_deref()).await
}

/// Permission: clerk; others than those of the department that handles it only look.
pub(crate) async fn edit(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let saved = request.query_string().starts_with("saved");
    draw(&site, &signed_in, &request, &code, &Sent { saved, ..Sent::default() }).await
}

/// What became of what was sent.
#[derive(Default)]
struct Sent {
    saved: bool,
    material: String,
    typed: Option<MappingTyped>,
    faults: Vec<String>,
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    code: &str,
    sent: &Sent,
) -> Result<HttpResponse, Problem> {
    let (caller, code) = (signed_in.person.caller.clone(), code.to_owned());
    let look = move |app: &App| {
        Ok((app.item_editor(&caller, &code)?, app.license_types(), app.license_holders()))
    };
    let (mut item, types, holders) = site.read(look).await?;
    for material in &mut item.materials {
        if material.key == sent.material
            && let Some(typed) = &sent.typed
        {
            material.typed = typed.clone();
        }
    }
    let frame = &Frame::of_reader(request, signed_in);
    let mut response = HttpResponse::Ok();
    if !sent.faults.is_empty() {
        response = HttpResponse::BadRequest();
    }
    let drawn = MappingPage {
        frame,
        words: Words::of(frame),
        item: &item,
        types: &types,
        holders: &holders,
        open: &sent.material,
        saved: sent.saved,
        faults: &sent.faults,
    };
    page(response, frame, &drawn)
}

/// The form of a material.
fn typed(form: &Form) -> MappingTyped {
    let text = |name: &str| form.text(name).trim().to_owned();
    let evidence = |group: usize, one: usize| EvidenceTyped {
        license_type: text(&format!("type.{group}.{one}")),
        holder: text(&format!("holder.{group}.{one}")),
        predicates: text(&format!("where.{group}.{one}")),
    };
    let there = |one: &EvidenceTyped| !one.license_type.is_empty();
    let group = |group: usize| {
        (0..LICENSES_MAX).map(|one| evidence(group, one)).filter(there).collect::<Vec<_>>()
    };
    MappingTyped {
        alternatives: (0..GROUPS_MAX).map(group).filter(|group| !group.is_empty()).collect(),
        connector: text("connector"),
        covered_by: text("covered_by"),
        cancelled: text("cancelled"),
        commitment: text("commitment"),
        commitment_days: text("commitment_days"),
        deferrable_days: text("deferrable_days"),
        assistance: text("assistance"),
        assistance_days: text("assistance_days"),
    }
}

/// Permission: clerk of the department that handles the item. Keeps what may stand in the place of one
/// material, or confirms that all is right as it is.
pub(crate) async fn change(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let (caller, item) = (signed_in.person.caller.clone(), code.clone());
    let version = form.text("version").parse().unwrap_or(0);
    let (material, typed) = (form.text("material").to_owned(), typed(&form));
    let (of, sent) = (material.clone(), typed.clone());
    let work = move |app: &App| {
        let kept = match of.as_str() {
            "" => app.item_map_confirm(&caller, &item, version),
            of => app.item_map_typed(&caller, &item, version, of, &sent),
        };
        match kept {
            Ok(()) => Ok(Ok(())),
            Err(AppError::ItemRefused(faults)) => Ok(Err(Some(faults))),
            Err(AppError::VersionMismatch) => Ok(Err(None)),
            Err(error) => Err(error),
        }
    };
    let faults = match site.work(Lane::Department, work).await? {
        Ok(()) => {
            let place = if material.is_empty() { String::new() } else { format!("#{material}") };
            return Ok(see_other(&format!("/service-items/{code}/mapping?saved{place}")));
        }
        Err(None) => vec![Words::of(&Frame::of(&request)).stale.to_owned()],
        Err(Some(faults)) => {
            faults.into_iter().map(|one| format!("{} {}", one.pointer, one.message)).collect()
        }
    };
    let sent = Sent { saved: false, material, typed: Some(typed), faults };
    draw(&site, &signed_in, &request, &code, &sent).await
}
