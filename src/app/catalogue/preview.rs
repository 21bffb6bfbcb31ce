//! How a license of a type will look, with invented or sample values.

use crate::view::TypeFindingView;
use crate::{App, AppError};
use domain::catalogue::{Content, LicenseType, Sample, samples};
use render::{RenderContext, license_svg};
use std::sync::LazyLock;

/// The picture of a definition, and why there is none.
#[derive(Clone, Debug, Default)]
pub struct TypePreview {
    /// Its pages, SVG.
    pub pages: Vec<String>,
    /// What kept it from being drawn.
    pub trouble: Option<TypeFindingView>,
}

/// What drawings without a license are made with.
pub(super) fn context<'a>(app: &'a App, issuer: &'a str) -> RenderContext<'a> {
    RenderContext {
        fonts: &app.fonts,
        issuer,
        identifier: Some("1.2.156.3005.2.样例"),
        code_url: Some("https://example.invalid/v/SAMPLE"),
        sample_mark: true,
        created: app.clock.now(),
    }
}

/// The sample of a built-in type that still fits with its issuer, or invented values.
fn content(license_type: &LicenseType) -> Option<(Content, Option<&'static str>)> {
    static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| samples().unwrap_or_default());
    let mut own = SAMPLES.iter().filter(|one| one.license_type == Some(license_type.code()));
    let fitting = own.find_map(|one| {
        let content = Content::check(license_type, &one.content).ok()?;
        Some((content, Some(one.issuer.as_str())))
    });
    let invented = || Content::check(license_type, &license_type.invented_content()).ok();
    fitting.or_else(|| Some((invented()?, None)))
}

impl App {
    /// Draws a definition as licenses will be drawn, marked 样例.
    ///
    /// # Errors
    /// [`AppError::TypeRefused`] for what is not a license type.
    pub fn type_preview(&self, document: &[u8]) -> Result<TypePreview, AppError> {
        let license_type = super::keeping::definition(document)?;
        let Some((content, issuer)) = content(&license_type) else {
            return Ok(TypePreview::default());
        };
        let issuer = issuer.unwrap_or(&license_type.defining_authority().name);
        let drawn = license_svg(&license_type, &content, &context(self, issuer));
        let trouble =
            drawn.is_err().then(|| self.type_findings(&license_type).into_iter().next()).flatten();
        Ok(TypePreview { pages: drawn.unwrap_or_default(), trouble })
    }
}
