//! The signature field, its widgets, and the objects that must know of them (ISO 32000-2, 12.7.5.5).

use super::admission::{Admitted, array_holder};
use super::appearance::{self, Drawing, Placement, Widget, corners};
use super::{SignRefused, SignatureRequest, to};
use crate::pdf::PdfError;
use crate::pdf::file::Indirect;
use crate::pdf::form::Field;
use crate::pdf::page::{Geometry, Rectangle};
use crate::pdf::syntax::{Id, Object};
use crate::pdf::text_string;
use crate::pdf::write::Update;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Adds or fills the field, so that its value is `signature`.
pub(super) fn add(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    request: &SignatureRequest,
    signature: Id,
) -> Result<(), SignRefused> {
    match &admitted.field {
        Some(field) => {
            fill(update, admitted, request, field, signature)?;
            connect(update, admitted, None, request, signature)?;
        }
        None => {
            let field = create(update, admitted, request, signature)?;
            connect(update, admitted, Some(field), request, signature)?;
        }
    }
    Ok(())
}

/// A new field with its widgets, merged when there is one.
fn create(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    request: &SignatureRequest,
    signature: Id,
) -> Result<Id, SignRefused> {
    let widgets = match &request.appearance {
        None => Vec::new(),
        Some(appearance) => {
            let drawing = Drawing::new(update, &appearance.picture);
            appearance::widgets(update, admitted, &drawing, &appearance.placements)?
        }
    };
    if request.appearance.is_some() && widgets.is_empty() {
        return Err(SignRefused::PlaceOfField);
    }
    let name = text_string::encode(&request.field_name);
    let field = format!("/FT /Sig /T {name} /V {}", to(signature));
    let id = update.allocate();
    let mut shown: BTreeMap<usize, Vec<Id>> = BTreeMap::new();
    match &widgets[..] {
        [] => {
            let page = to(admitted.pages[0].0.id);
            let widget = format!("/Type /Annot /Subtype /Widget /Rect [0 0 0 0] /F 132 /P {page}");
            update.put(id, format!("<< {field} {widget} >>").into_bytes());
            shown.entry(0).or_default().push(id);
        }
        [one] => {
            update.put(id, format!("<< {field} {} >>", widget_entries(admitted, one)).into_bytes());
            shown.entry(one.page).or_default().push(id);
        }
        many => {
            let mut kids = String::new();
            for widget in many {
                let entries = widget_entries(admitted, widget);
                let kid = update.add(format!("<< /Parent {} {entries} >>", to(id)).into_bytes());
                kids += &format!(" {}", to(kid));
                shown.entry(widget.page).or_default().push(kid);
            }
            update.put(id, format!("<< {field} /Kids [{kids} ] >>").into_bytes());
        }
    }
    for (page, widgets) in shown {
        annotate(update, admitted, page, &widgets)?;
    }
    Ok(id)
}

fn widget_entries(admitted: &Admitted<'_, '_>, widget: &Widget) -> String {
    format!(
        "/Type /Annot /Subtype /Widget /Rect {} /F 132 /P {} /AP << /N {} >>",
        corners(&widget.rectangle),
        to(admitted.pages[widget.page].0.id),
        to(widget.stream),
    )
}

/// Adds widgets to the `/Annots` of a page: to the array, wherever it stands.
fn annotate(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    page: usize,
    widgets: &[Id],
) -> Result<(), PdfError> {
    let page = &admitted.pages[page].0;
    let references: Vec<String> = widgets.iter().map(|&id| to(id)).collect();
    let references = references.join(" ");
    let Some(entries) = page.dictionary() else { return Ok(()) };
    match array_holder(admitted.file, &page.object, entries, "Annots")? {
        Some((holder, array)) => update.push(&holder, &array, &references),
        None => update.set(&page.object, &page.object.object, "Annots", &format!("[{references}]")),
    }
}

/// Fills an existing empty field; its rectangle stays what it is.
fn fill(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    request: &SignatureRequest,
    field: &Field,
    signature: Id,
) -> Result<(), SignRefused> {
    update.set(&field.object, &field.object.object, "V", &to(signature))?;
    let Some(appearance) = &request.appearance else { return Ok(()) };
    if appearance.placements[..] != [Placement::Field] {
        return Err(SignRefused::PlaceOfField);
    }
    let drawing = Drawing::new(update, &appearance.picture);
    for &widget in &field.widgets {
        let view = admitted.file.newest();
        let missing = PdfError::Object { id: widget, reason: "a widget is missing" };
        let widget = view.object(widget)?.ok_or(missing)?;
        let Some((geometry, rectangle)) = place_of(admitted, &widget)? else {
            return Err(SignRefused::PlaceOfField);
        };
        let size = match geometry.rotate % 180 {
            0 => (rectangle.width(), rectangle.height()),
            _ => (rectangle.height(), rectangle.width()),
        };
        let stream = drawing.form(update, size, (0.0, 1.0), geometry.rotate);
        update.set(&widget, &widget.object, "AP", &format!("<< /N {} >>", to(stream)))?;
    }
    Ok(())
}

/// The rectangle of a widget and the geometry of the page that shows it; `None` for an empty
/// rectangle or a widget that no page shows.
fn place_of(
    admitted: &Admitted<'_, '_>,
    widget: &Rc<Indirect>,
) -> Result<Option<(Geometry, Rectangle)>, PdfError> {
    let view = admitted.file.newest();
    let rectangle = widget.object.dictionary().and_then(|entries| entries.get("Rect"));
    let Some(rectangle) = rectangle.map_or(Ok(None), |object| Rectangle::read(&view, object))?
    else {
        return Ok(None);
    };
    if rectangle.width() <= 0.0 || rectangle.height() <= 0.0 {
        return Ok(None);
    }
    for (page, geometry) in &admitted.pages {
        let Some(entries) = page.dictionary() else { continue };
        let annotations = view.entry_of(entries, "Annots")?;
        let items = annotations.as_ref().and_then(|annotations| annotations.array());
        if items.unwrap_or_default().iter().any(|item| item.reference() == Some(widget.id)) {
            return Ok(Some((*geometry, rectangle)));
        }
    }
    Ok(None)
}

/// The form (and the catalog, where the form or `/Perms` stands in it).
fn connect(
    update: &mut Update<'_, '_>,
    admitted: &Admitted<'_, '_>,
    field: Option<Id>,
    request: &SignatureRequest,
    signature: Id,
) -> Result<(), PdfError> {
    let catalog = &admitted.catalog;
    if request.doc_mdp.is_some() {
        update.set(
            catalog,
            &catalog.object,
            "Perms",
            &format!("<< /DocMDP {} >>", to(signature)),
        )?;
    }
    let Some(form) = &admitted.form else {
        let fields = field.map_or_else(String::new, to);
        let form = update.add(format!("<< /Fields [{fields}] /SigFlags 3 >>").into_bytes());
        return update.set(catalog, &catalog.object, "AcroForm", &to(form));
    };
    let (Some(object), Some(entries)) = (form.dictionary.object(), form.dictionary.dictionary())
    else {
        return Ok(());
    };
    let holder = form.dictionary.indirect.as_ref().unwrap_or(catalog);
    if let Some(field) = field {
        match array_holder(admitted.file, holder, entries, "Fields")? {
            Some((array_holder, array)) => update.push(&array_holder, &array, &to(field))?,
            None => update.set(holder, object, "Fields", &format!("[{}]", to(field)))?,
        }
    }
    // Bit 1: signatures exist; bit 2: append only (12.7.3, table 225).
    let flags = entries.get("SigFlags").and_then(Object::integer).unwrap_or(0);
    if flags & 3 != 3 {
        update.set(holder, object, "SigFlags", &(flags | 3).to_string())?;
    }
    Ok(())
}
