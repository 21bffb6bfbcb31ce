//! The pages of a file as forms that another file draws (ISO 32000-2, 8.10): what they show, and
//! nothing of what they do. Fields, signatures, links and actions stay behind; what annotations look
//! like is drawn with the page.

use super::file::Indirect;
use super::page::{self, Geometry, Page, Rectangle};
use super::syntax::{Dictionary, Id, Name, Object, Value, is_regular};
use super::view::View;
use super::{Exhausted, File, Limits, PdfError};
use flate2::{Compression, write::ZlibEncoder};
use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::io::Write as _;

/// Entries that lead from what is drawn back to the document, or say what nobody draws.
const LEFT_BEHIND: [&str; 12] = [
    "Parent",
    "P",
    "Dest",
    "AA",
    "AF",
    "OPI",
    "Alternates",
    "Metadata",
    "PieceInfo",
    "LastModified",
    "StructParent",
    "StructParents",
];
/// Objects that draw nothing, however something comes to refer to them.
const NOT_DRAWN: [&str; 6] = ["Catalog", "Pages", "Page", "Annot", "Sig", "Filespec"];
/// Flags of annotations that are not seen on a screen: hidden, and not viewed (12.5.3).
const UNSEEN: i64 = 1 << 1 | 1 << 5;

/// The pages of a file, ready to be drawn by another one.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The objects, numbered one after the other from the number that was given.
    pub objects: Vec<Vec<u8>>,
    /// The pages.
    pub pages: Vec<CarriedPage>,
    /// The object that says which layers are seen, of a document with layers (8.11.4).
    pub layers: Option<usize>,
}

/// A page that is drawn by another file.
#[derive(Clone, Debug)]
pub struct CarriedPage {
    /// As it is seen, in points.
    pub width: f64,
    /// As it is seen, in points.
    pub height: f64,
    /// Operators that draw it with its lower left corner at the origin.
    pub content: String,
    /// The forms that the operators name, and their objects.
    pub forms: Vec<(String, usize)>,
}

/// Reads the pages of a file for another one whose next object has the number `first`.
///
/// # Errors
/// When the file cannot be read strictly, or exceeds a budget.
pub fn carry(bytes: &[u8], first: usize, limits: &Limits) -> Result<Carried, PdfError> {
    let file = File::read(bytes, limits)?;
    let view = file.newest();
    let pages = page::pages(&view)?;
    let mut carrier = Carrier {
        view,
        first,
        numbers: HashMap::new(),
        waiting: VecDeque::new(),
        objects: Vec::new(),
        room: bytes.len(),
    };
    let pages = pages.iter().map(|page| carrier.page(page)).collect::<Result<Vec<_>, _>>()?;
    let layers = carrier.layers()?;
    carrier.follow()?;
    Ok(Carried { objects: carrier.objects, pages, layers })
}

/// What a page draws, as it is packed.
#[derive(Default)]
struct Packed {
    /// How, in the words of a stream's dictionary.
    entries: Vec<(&'static str, Value)>,
    data: Vec<u8>,
}

/// What is carried so far.
struct Carrier<'f, 'a> {
    view: View<'f, 'a>,
    first: usize,
    numbers: HashMap<Id, usize>,
    /// Objects that have a number and are not written yet.
    waiting: VecDeque<(Id, usize)>,
    objects: Vec<Vec<u8>>,
    /// Bytes of streams that may still be copied: those of an honest file do not overlap.
    room: usize,
}

impl<'a> Carrier<'_, 'a> {
    /// A number whose object is written later.
    fn number(&mut self) -> usize {
        self.objects.push(b"null".to_vec());
        self.first + self.objects.len() - 1
    }

    fn put(&mut self, number: usize, body: Vec<u8>) {
        self.objects[number - self.first] = body;
    }

    fn page(&mut self, page: &Page) -> Result<CarriedPage, PdfError> {
        let geometry = page.geometry(&self.view)?;
        let form = self.content_form(page, &geometry)?;
        let mut forms = vec![("Page".to_owned(), form)];
        let Rectangle { left, bottom, .. } = geometry.visible;
        let (width, height) = (geometry.visible.width(), geometry.visible.height());
        let mut content = format!("q {} cm /Page Do\n", numbers(&shown(&geometry)));
        // Nothing outside the page is seen, however large an annotation is.
        put(&mut content, format_args!("{} re W n\n", numbers(&[left, bottom, width, height])));
        for (place, (form, matrix)) in self.annotations(page)?.into_iter().enumerate() {
            let name = format!("Note{place}");
            put(&mut content, format_args!("q {} cm /{name} Do Q\n", numbers(&matrix)));
            forms.push((name, form));
        }
        content.push_str("Q\n");
        let unit = geometry.user_unit;
        let upright = geometry.rotate.is_multiple_of(180);
        let (width, height) = if upright { (width, height) } else { (height, width) };
        Ok(CarriedPage { width: width * unit, height: height * unit, content, forms })
    }

    /// What a page draws, as a form.
    fn content_form(&mut self, page: &Page, geometry: &Geometry) -> Result<usize, PdfError> {
        let Rectangle { left, bottom, right, top } = geometry.visible;
        let bounds = numbers(&[left, bottom, right, top]);
        let mut body =
            format!("<< /Type /XObject /Subtype /Form /BBox [{bounds}] /Resources ").into_bytes();
        match &page.resources {
            Some(resources) => self.value(&resources.value, &mut body)?,
            None => body.extend_from_slice(b"<< >>"),
        }
        let Packed { entries, data } = self.page_data(page)?;
        for (key, value) in &entries {
            body.extend(format!(" /{key} ").bytes());
            self.value(value, &mut body)?;
        }
        body.extend(format!(" /Length {} >>\nstream\n", data.len()).bytes());
        body.extend_from_slice(&data);
        body.extend_from_slice(b"\nendstream");
        let number = self.number();
        self.put(number, body);
        Ok(number)
    }

    /// The operators of a page and how they are packed: as they lie in the file when they are one
    /// stream, else joined.
    fn page_data(&mut self, page: &Page) -> Result<Packed, PdfError> {
        let entries = page.dictionary();
        let contents = entries.and_then(|entries| entries.get("Contents"));
        let Some(contents) = contents else { return Ok(Packed::default()) };
        let resolved = self.view.resolve(contents)?;
        if let Some(stream) = resolved.indirect.as_ref().filter(|one| one.stream.is_some()) {
            let packed = stream.object.dictionary();
            let entry = |key| Some((key, packed?.get(key)?.value.clone()));
            let entries = ["Filter", "DecodeParms"].into_iter().filter_map(entry).collect();
            return Ok(Packed { entries, data: self.raw(stream)?.to_vec() });
        }
        let mut joined = Vec::new();
        for part in resolved.array().unwrap_or_default() {
            self.view.file.reading.budget.visit()?;
            let part = self.view.resolve(part)?;
            let data = part.indirect.as_ref().map(|part| self.view.decoded(part)).transpose()?;
            joined.extend(data.flatten().unwrap_or_default());
            joined.push(b'\n');
        }
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        // A Vec takes every write.
        let data = packed.write_all(&joined).and_then(|()| packed.finish()).unwrap_or_default();
        let filter = Value::Name(Name(b"FlateDecode".to_vec().into()));
        Ok(Packed { entries: vec![("Filter", filter)], data })
    }

    /// The data of a stream as it lies in the file.
    fn raw(&mut self, stream: &Indirect) -> Result<&'a [u8], PdfError> {
        let span = stream.stream.clone().unwrap_or_default();
        self.room = self.room.checked_sub(span.len()).ok_or(Exhausted::DecodedBytes)?;
        Ok(&self.view.file.bytes()[span])
    }

    /// The annotations that are seen: the form of each, and where it goes (12.5.5).
    fn annotations(&mut self, page: &Page) -> Result<Vec<(usize, [f64; 6])>, PdfError> {
        let mut found = Vec::new();
        let Some(entries) = page.dictionary() else { return Ok(found) };
        let Some(all) = self.view.entry_of(entries, "Annots")? else { return Ok(found) };
        for one in all.array().unwrap_or_default() {
            self.view.file.reading.budget.visit()?;
            let one = self.view.resolve(one)?;
            if let Some(entries) = one.dictionary()
                && let Some((id, matrix)) = self.appearance(entries)?
            {
                found.push((self.reference(id), matrix));
            }
        }
        Ok(found)
    }

    fn appearance(&self, entries: &Dictionary) -> Result<Option<(Id, [f64; 6])>, PdfError> {
        let view = self.view;
        let flags = entries.get("F").and_then(Object::integer).unwrap_or_default();
        let popup = entries.get("Subtype").is_some_and(|kind| kind.is_name("Popup"));
        if flags & UNSEEN != 0 || popup {
            return Ok(None);
        }
        let Some(all) = view.entry_of(entries, "AP")? else { return Ok(None) };
        let Some(all) = all.dictionary() else { return Ok(None) };
        let Some(mut normal) = view.entry_of(all, "N")? else { return Ok(None) };
        if normal.indirect.as_ref().is_none_or(|one| one.stream.is_none()) {
            let state = entries.get("AS").and_then(Object::name);
            let states = normal.dictionary();
            let state = state.zip(states).and_then(|(name, states)| states.get_named(name));
            let Some(state) = state else { return Ok(None) };
            normal = view.resolve(state)?;
        }
        let Some(form) = normal.indirect.filter(|one| one.stream.is_some()) else {
            return Ok(None);
        };
        let rectangle = entries.get("Rect").map(|object| Rectangle::read(&view, object));
        let Some(rectangle) = rectangle.transpose()?.flatten() else { return Ok(None) };
        Ok(placed(&view, &form, &rectangle)?.map(|matrix| (form.id, matrix)))
    }

    /// Which layers are seen.
    fn layers(&mut self) -> Result<Option<usize>, PdfError> {
        let catalog = self.view.catalog()?;
        let layers = catalog.object.dictionary().and_then(|all| all.get("OCProperties"));
        let Some(layers) = layers else { return Ok(None) };
        let mut body = Vec::new();
        self.value(&layers.value, &mut body)?;
        let number = self.number();
        self.put(number, body);
        Ok(Some(number))
    }

    /// Writes what has a number, until nothing else is referred to.
    fn follow(&mut self) -> Result<(), PdfError> {
        while let Some((id, number)) = self.waiting.pop_front() {
            self.view.file.reading.budget.visit()?;
            let Some(object) = self.view.object(id)? else { continue };
            let drawn = |kind: &&str| {
                object.object.dictionary().is_some_and(|entries| entries.is_type(kind))
            };
            if NOT_DRAWN.iter().any(drawn) {
                continue;
            }
            let mut body = Vec::new();
            match (&object.object.value, &object.stream) {
                (Value::Dictionary(entries), Some(_)) => {
                    self.stream(&object, entries, &mut body)?
                }
                (value, _) => self.value(value, &mut body)?,
            }
            self.put(number, body);
        }
        Ok(())
    }

    fn stream(
        &mut self,
        object: &Indirect,
        entries: &Dictionary,
        body: &mut Vec<u8>,
    ) -> Result<(), PdfError> {
        body.extend_from_slice(b"<<");
        self.entries(entries, Some("Length"), body)?;
        let data = self.raw(object)?;
        body.extend(format!(" /Length {} >>\nstream\n", data.len()).bytes());
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        Ok(())
    }

    fn entries(
        &mut self,
        entries: &Dictionary,
        without: Option<&str>,
        body: &mut Vec<u8>,
    ) -> Result<(), PdfError> {
        for (key, value) in entries.iter() {
            if LEFT_BEHIND.iter().any(|left| *key == **left)
                || without.is_some_and(|no| *key == *no)
            {
                continue;
            }
            body.push(b' ');
            name(key, body);
            body.push(b' ');
            self.value(&value.value, body)?;
        }
        Ok(())
    }

    /// A value as it is written; the parser has bounded how deep it is.
    fn value(&mut self, value: &Value, body: &mut Vec<u8>) -> Result<(), PdfError> {
        match value {
            Value::Null => body.extend_from_slice(b"null"),
            Value::Boolean(is) => body.extend(is.to_string().bytes()),
            Value::Integer(number) => body.extend(number.to_string().bytes()),
            // Never with an exponent, which PDF does not have.
            Value::Real(number) => body.extend(number.to_string().bytes()),
            Value::Name(text) => name(text, body),
            Value::String(bytes) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                body.extend(format!("<{digits}>").bytes());
            }
            Value::Array(items) => {
                body.push(b'[');
                for item in items {
                    self.value(&item.value, body)?;
                    body.push(b' ');
                }
                body.push(b']');
            }
            Value::Dictionary(entries) => {
                body.extend_from_slice(b"<<");
                self.entries(entries, None, body)?;
                body.extend_from_slice(b" >>");
            }
            Value::Reference(id) => {
                let number = self.reference(*id);
                body.extend(format!("{number} 0 R").bytes());
            }
        }
        Ok(())
    }

    fn reference(&mut self, id: Id) -> usize {
        if let Some(number) = self.numbers.get(&id) {
            return *number;
        }
        let number = self.number();
        self.numbers.insert(id, number);
        self.waiting.push_back((id, number));
        number
    }
}

/// From user space to the page as it is seen, its lower left corner at the origin.
fn shown(geometry: &Geometry) -> [f64; 6] {
    let Rectangle { left, bottom, right, top } = geometry.visible;
    let unit = geometry.user_unit;
    let turned = match geometry.rotate {
        90 => [0.0, -1.0, 1.0, 0.0, -bottom, right],
        180 => [-1.0, 0.0, 0.0, -1.0, right, top],
        270 => [0.0, 1.0, -1.0, 0.0, top, -left],
        _ => [1.0, 0.0, 0.0, 1.0, -left, -bottom],
    };
    turned.map(|number| number * unit)
}

/// What brings the box of a form, after its own matrix, into a rectangle (12.5.5).
fn placed(
    view: &View<'_, '_>,
    form: &Indirect,
    rectangle: &Rectangle,
) -> Result<Option<[f64; 6]>, PdfError> {
    let Some(entries) = form.object.dictionary() else { return Ok(None) };
    let is_form = entries.get("Subtype").is_some_and(|kind| kind.is_name("Form"));
    let bounds = entries.get("BBox").map(|object| Rectangle::read(view, object)).transpose()?;
    let Some(Some(bounds)) = bounds.filter(|_| is_form) else { return Ok(None) };
    let matrix = view.entry_of(entries, "Matrix")?;
    let matrix: Vec<f64> = matrix
        .as_ref()
        .and_then(|matrix| matrix.array())
        .map_or_else(Vec::new, |items| items.iter().filter_map(Object::number).collect());
    let [a, b, c, d, e, f] = <[f64; 6]>::try_from(matrix).unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let Rectangle { left, bottom, right, top } = bounds;
    let corners = [(left, bottom), (right, bottom), (left, top), (right, top)];
    let turned = corners.map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
    let around = Rectangle::around(&turned);
    let (across, up) = (rectangle.width() / around.width(), rectangle.height() / around.height());
    let sound = |share: f64| share.is_finite() && share > 0.0;
    let matrix = [
        across,
        0.0,
        0.0,
        up,
        rectangle.left - around.left * across,
        rectangle.bottom - around.bottom * up,
    ];
    Ok((sound(across) && sound(up)).then_some(matrix))
}

fn name(name: &Name, body: &mut Vec<u8>) {
    body.push(b'/');
    for &byte in &*name.0 {
        match is_regular(byte) && byte != b'#' && byte.is_ascii_graphic() {
            true => body.push(byte),
            false => body.extend(format!("#{byte:02X}").bytes()),
        }
    }
}

fn numbers(numbers: &[f64]) -> String {
    let text: Vec<String> = numbers.iter().map(f64::to_string).collect();
    text.join(" ")
}

/// Writing to a text does not fail.
fn put(text: &mut String, more: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(more);
}

#[cfg(test)]
mod tests;
