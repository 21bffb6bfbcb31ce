//! From a type, a content and what is known beside it to a PDF.

use crate::error::RenderError;
use crate::fonts::Fonts;
use crate::page::Page;
use crate::pdf::{About, written};
use crate::place::{Place, Placed, placed};
use domain::catalogue::{Content, LicenseType};
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
    let Placed { pages, seals, code } = placed(license_type, content, context)?;
    let number = content.license_number();
    let about = About {
        title: format!("{} {number}", license_type.name().zh),
        issuer: context.issuer,
        identifier: context.identifier,
        created: context.created,
    };
    let pdf = written(&pages, context.fonts, &about)?;
    Ok(Rendered { pdf, pages, seals, code })
}
