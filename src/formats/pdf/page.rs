//! The page tree, and where a place on the visible page lies in user space (ISO 32000-2, 7.7.3).

use super::file::Indirect;
use super::syntax::{Dictionary, Id, Object};
use super::view::View;
use super::{Exhausted, PdfError};
use std::collections::HashSet;
use std::rc::Rc;

/// A place on the visible page (crop box, turned as shown), in millimetres from its top-left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceMm {
    /// Of the left edge.
    pub x: f64,
    /// Of the top edge, downwards.
    pub y: f64,
    /// Rightwards.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

/// A rectangle in user space: lower-left and upper-right corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) left: f64,
    pub(crate) bottom: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
}

impl Rectangle {
    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.top - self.bottom
    }

    fn between(a: (f64, f64), b: (f64, f64)) -> Self {
        Self { left: a.0.min(b.0), bottom: a.1.min(b.1), right: a.0.max(b.0), top: a.1.max(b.1) }
    }

    /// The box around some points.
    pub(crate) fn around(points: &[(f64, f64)]) -> Self {
        let fold = |pick: fn(&(f64, f64)) -> f64, choose: fn(f64, f64) -> f64, start: f64| {
            points.iter().map(pick).fold(start, choose)
        };
        Self {
            left: fold(|point| point.0, f64::min, f64::INFINITY),
            bottom: fold(|point| point.1, f64::min, f64::INFINITY),
            right: fold(|point| point.0, f64::max, f64::NEG_INFINITY),
            top: fold(|point| point.1, f64::max, f64::NEG_INFINITY),
        }
    }

    /// The box around both.
    pub(crate) fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
        }
    }

    /// Whether more of `other` than a hair is covered.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        const HAIR: f64 = 0.5;
        let both = self.intersect(other);
        both.width() > HAIR && both.height() > HAIR
    }

    fn intersect(&self, other: &Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// A rectangle object (7.9.5): any two opposite corners.
    pub(crate) fn read(view: &View<'_, '_>, object: &Object) -> Result<Option<Self>, PdfError> {
        let resolved = view.resolve(object)?;
        let Some([a, b, c, d]) = resolved.array() else { return Ok(None) };
        let mut corners = [0.0; 4];
        for (corner, item) in corners.iter_mut().zip([a, b, c, d]) {
            match view.resolve(item)?.object().and_then(Object::number) {
                Some(number) if number.is_finite() => *corner = number,
                _ => return Ok(None),
            }
        }
        Ok(Some(Self::between((corners[0], corners[1]), (corners[2], corners[3]))))
    }
}

/// How a page is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Geometry {
    /// What is visible: crop box within media box.
    pub(crate) visible: Rectangle,
    /// Clockwise, 0, 90, 180 or 270.
    pub(crate) rotate: u16,
    /// Points a unit of user space is long (7.7.3.3, `/UserUnit`).
    pub(crate) user_unit: f64,
}

const MM_PER_POINT: f64 = 25.4 / 72.0;

impl Geometry {
    fn mm_per_unit(&self) -> f64 {
        self.user_unit * MM_PER_POINT
    }

    /// Width and height of the visible page as shown, in millimetres.
    pub(crate) fn size_mm(&self) -> (f64, f64) {
        let (width, height) = (self.visible.width(), self.visible.height());
        let (width, height) =
            if self.rotate.is_multiple_of(180) { (width, height) } else { (height, width) };
        (width * self.mm_per_unit(), height * self.mm_per_unit())
    }

    /// The user-space point `right` and `down` units from the top-left corner of the page as shown.
    fn point(&self, right: f64, down: f64) -> (f64, f64) {
        let page = &self.visible;
        match self.rotate {
            90 => (page.left + down, page.bottom + right),
            180 => (page.right - right, page.bottom + down),
            270 => (page.right - down, page.top - right),
            _ => (page.left + right, page.top - down),
        }
    }

    pub(crate) fn rectangle(&self, place: PlaceMm) -> Rectangle {
        let scale = 1.0 / self.mm_per_unit();
        let (x, y) = (place.x * scale, place.y * scale);
        Rectangle::between(
            self.point(x, y),
            self.point(x + place.width * scale, y + place.height * scale),
        )
    }

    /// The inverse of [`Geometry::rectangle`].
    pub(crate) fn place(&self, rectangle: &Rectangle) -> PlaceMm {
        let page = &self.visible;
        let from = |x: f64, y: f64| match self.rotate {
            90 => (y - page.bottom, x - page.left),
            180 => (page.right - x, y - page.bottom),
            270 => (page.top - y, page.right - x),
            _ => (x - page.left, page.top - y),
        };
        let corners = Rectangle::between(
            from(rectangle.left, rectangle.bottom),
            from(rectangle.right, rectangle.top),
        );
        let scale = self.mm_per_unit();
        PlaceMm {
            x: corners.left * scale,
            y: corners.bottom * scale,
            width: corners.width() * scale,
            height: corners.height() * scale,
        }
    }
}

/// A page with what it inherits.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) id: Id,
    pub(crate) object: Rc<Indirect>,
    pub(crate) resources: Option<Object>,
    media_box: Option<Object>,
    crop_box: Option<Object>,
    rotate: Option<Object>,
}

impl Page {
    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        self.object.object.dictionary()
    }

    pub(crate) fn geometry(&self, view: &View<'_, '_>) -> Result<Geometry, PdfError> {
        let wrong = |reason| PdfError::Object { id: self.id, reason };
        let rectangle = |object: &Option<Object>| match object {
            Some(object) => Rectangle::read(view, object),
            None => Ok(None),
        };
        let media = rectangle(&self.media_box)?.ok_or_else(|| wrong("page without /MediaBox"))?;
        let visible = rectangle(&self.crop_box)?.map_or(media, |crop| crop.intersect(&media));
        let side_max = view.file.limits.page_side_max;
        let sound = |side: f64| side > 0.0 && side <= side_max;
        if !sound(media.width()) || !sound(media.height()) {
            return Err(wrong("page size out of bounds"));
        }
        if !sound(visible.width()) || !sound(visible.height()) {
            return Err(wrong("visible page is empty"));
        }
        let number = |object: Option<&Object>, default: f64| match object {
            None => Ok(Some(default)),
            Some(object) => {
                view.resolve(object).map(|value| value.object().and_then(Object::number))
            }
        };
        let rotate = number(self.rotate.as_ref(), 0.0)?.unwrap_or(0.0).rem_euclid(360.0);
        if rotate % 90.0 != 0.0 {
            return Err(wrong("/Rotate is not a multiple of 90"));
        }
        let user_unit = self.dictionary().and_then(|entries| entries.get("UserUnit"));
        let user_unit = number(user_unit, 1.0)?.filter(|unit| *unit > 0.0 && *unit <= 75_000.0);
        Ok(Geometry {
            visible,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 270"
            )]
            rotate: rotate as u16,
            user_unit: user_unit.ok_or_else(|| wrong("/UserUnit out of bounds"))?,
        })
    }
}

/// All pages in order. Every node is an indirect object and visited once.
pub(crate) fn pages(view: &View<'_, '_>) -> Result<Vec<Page>, PdfError> {
    tree(view).map(|(pages, _)| pages)
}

/// All pages in order, and all nodes of the page tree.
pub(crate) fn tree(view: &View<'_, '_>) -> Result<(Vec<Page>, HashSet<Id>), PdfError> {
    let catalog = view.catalog()?;
    let root = catalog.object.dictionary().and_then(|entries| entries.get("Pages"));
    let root = root.and_then(Object::reference).ok_or(PdfError::Structure("no page tree"))?;
    let mut pages = Vec::new();
    let mut visited = HashSet::new();
    let mut waiting = vec![(root, Inherited::default())];
    while let Some((id, inherited)) = waiting.pop() {
        let wrong = |reason| PdfError::Object { id, reason };
        if !visited.insert(id) {
            return Err(wrong("the page tree holds it twice"));
        }
        view.file.reading.budget.visit()?;
        let object = view.object(id)?.ok_or_else(|| wrong("missing in the page tree"))?;
        let entries = object.object.dictionary().filter(|_| object.stream.is_none());
        let entries = entries.ok_or_else(|| wrong("not a node of a page tree"))?;
        let inherited = inherited.with(entries);
        if entries.is_type("Page") {
            if pages.len() >= view.file.limits.pages_max {
                return Err(Exhausted::Pages.into());
            }
            pages.push(inherited.page(id, Rc::clone(&object)));
        } else if entries.is_type("Pages") {
            let kids = view.entry_of(entries, "Kids")?;
            let kids = kids.as_ref().and_then(|kids| kids.array());
            for kid in kids.ok_or_else(|| wrong("page tree node without /Kids"))?.iter().rev() {
                let kid =
                    kid.reference().ok_or_else(|| wrong("a page is not an indirect object"))?;
                waiting.push((kid, inherited.clone()));
            }
        } else {
            return Err(wrong("not a node of a page tree"));
        }
    }
    Ok((pages, visited))
}

/// Attributes that pages inherit (7.7.3.4), carried downwards so that `/Parent` is never followed.
#[derive(Clone, Default)]
struct Inherited {
    resources: Option<Object>,
    media_box: Option<Object>,
    crop_box: Option<Object>,
    rotate: Option<Object>,
}

impl Inherited {
    fn with(&self, entries: &Dictionary) -> Self {
        let own =
            |key: &str, above: &Option<Object>| entries.get(key).cloned().or_else(|| above.clone());
        Self {
            resources: own("Resources", &self.resources),
            media_box: own("MediaBox", &self.media_box),
            crop_box: own("CropBox", &self.crop_box),
            rotate: own("Rotate", &self.rotate),
        }
    }

    fn page(self, id: Id, object: Rc<Indirect>) -> Page {
        let Self { resources, media_box, crop_box, rotate } = self;
        Page { id, object, resources, media_box, crop_box, rotate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn a_place_is_on_the_visible_page_however_it_is_turned() {
        // A crop box of 200 × 300 units of 2 points, not at the origin.
        let visible = Rectangle { left: 10.0, bottom: 20.0, right: 210.0, top: 320.0 };
        let unit = 2.0 * MM_PER_POINT;
        let place =
            PlaceMm { x: 30.0 * unit, y: 40.0 * unit, width: 50.0 * unit, height: 60.0 * unit };
        for (rotate, expected) in [
            (0, (40.0, 220.0, 90.0, 280.0)),
            (90, (50.0, 50.0, 110.0, 100.0)),
            (180, (130.0, 60.0, 180.0, 120.0)),
            (270, (110.0, 240.0, 170.0, 290.0)),
        ] {
            let geometry = Geometry { visible, rotate, user_unit: 2.0 };
            let found = geometry.rectangle(place);
            let Rectangle { left, bottom, right, top } = found;
            assert!(
                close(left, expected.0)
                    && close(bottom, expected.1)
                    && close(right, expected.2)
                    && close(top, expected.3),
                "{rotate}: {found:?}"
            );
            let back = geometry.place(&found);
            assert!(close(back.x, place.x) && close(back.y, place.y), "{rotate}: {back:?}");
            assert!(close(back.width, place.width) && close(back.height, place.height));
        }
    }
}
