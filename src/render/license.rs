//! From a type, a content and what is known beside it to a PDF.

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::Page;
use crate::pdf::{About, written};
use crate::place::{self, Place, Placed, placed, tried};
use crate::svg;
use domain::catalogue::{Content, LicenseType};
use std::sync::Arc;
use time::OffsetDateTime;

/// What is known of a license beside its type and content.
#[derive(Clone, Debug)]
pub struct RenderContext<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// Name of the issuing body as printed.
    pub issuer: &'a str,
    /// 证照标识, printed where the layout says so and kept as the document's identifier.
    pub identifier: Option<&'a str>,
    /// The address in the two-dimensional code; its place stays empty without it.
    pub code_url: Option<&'a str>,
    /// Whether 样例 SAMPLE is printed across the page.
    pub sample_mark: bool,
    /// When the document is made: its date in the PDF.
    pub created: OffsetDateTime,
}

/// A drawn license.
#[derive(Clone)]
pub struct Rendered {
    /// The PDF, PDF/A-2u; the same input gives the same bytes.
    pub pdf: Vec<u8>,
    /// So many of its first bytes all licenses of the type have.
    pub shared: usize,
    /// The pages that were drawn.
    pub pages: Vec<Page>,
    /// Where seals go, in order.
    pub seals: Vec<Place>,
    /// Where the code is or would be.
    pub code: Option<Place>,
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (bytes, pages) = (self.pdf.len(), self.pages.len());
        write!(f, "Rendered({bytes} bytes, {pages} pages, seals {:?})", self.seals)
    }
}

/// Draws a license.
///
/// # Errors
/// A text that does not fit, a character that no font has, a photo that cannot be used; each names
/// the field.
pub fn license_pdf(
    license_type: &LicenseType,
    content: &Content,
    context: &RenderContext<'_>,
) -> Result<Rendered, RenderError> {
    let stock = context.fonts.stock(license_type, context.sample_mark)?;
    let ground = Arc::clone(&stock.ground);
    let Placed { pages, seals, code } = placed(license_type, content, context, ground)?;
    let number = content.license_number();
    let about = About {
        title: format!("{} {number}", license_type.name().zh),
        issuer: context.issuer,
        identifier: context.identifier,
        created: context.created,
        archive: true,
        more: Vec::new(),
    };
    let pdf = written(&pages, context.fonts, &stock, &about)?;
    Ok(Rendered { pdf, shared: stock.shared(), pages, seals, code })
}

/// Whether a license can be drawn, without drawing it.
///
/// # Errors
/// As [`license_pdf`], of texts, photo and code.
pub fn license_fits(
    license_type: &LicenseType,
    content: &Content,
    context: &RenderContext<'_>,
) -> Result<(), RenderError> {
    tried(license_type, content, context)
}

/// The pages of a license for a screen, SVG, drawn as in [`license_pdf`]; where seals go is marked.
///
/// # Errors
/// As [`license_pdf`], of texts, photo and code.
pub fn license_svg(
    license_type: &LicenseType,
    content: &Content,
    context: &RenderContext<'_>,
) -> Result<Vec<String>, RenderError> {
    // A draft of a type is drawn once and changed again: no stock is made of it.
    let ground = place::ground(license_type, context.sample_mark, context.fonts)?.into();
    let Placed { pages, seals, .. } = placed(license_type, content, context, ground)?;
    let page = |(index, page): (usize, &Page)| {
        let on_page = seals.iter().filter(|seal| seal.page == index + 1).map(|seal| seal.area);
        svg::drawn(page, context.fonts, &on_page.collect::<Vec<_>>())
    };
    Ok(pages.iter().enumerate().map(page).collect())
}
