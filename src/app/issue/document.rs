//! The PDF before it is sealed: drawn from the content, or the department's own.

use crate::place::Sheets;
use crate::sealing::Instrument;
use crate::{App, AppError, FieldProblem, IssueRequest};
use domain::catalogue::{Content, LicenseType};
use domain::digest::Sm3;
use domain::license::License;
use domain::party::Organization;
use formats::pdf::{PlaceMm, sign::Placement};
use render::{RenderContext, RenderError};

/// A PDF and where its seal goes.
pub(super) struct Source {
    pub(super) pdf: Vec<u8>,
    /// So many of its first bytes other documents have too.
    shared: usize,
    pub(super) placements: Vec<Placement>,
}

impl Source {
    /// Its name: what all documents of its type begin with is digested once for many.
    pub(super) fn sm3(&self) -> Sm3 {
        let (shared, own) = self.pdf.split_at(self.shared);
        Sm3::of_parts(&[shared, own])
    }
}

impl App {
    pub(super) fn document(
        &self,
        license_type: &LicenseType,
        content: &Content,
        issuer: &Organization,
        draft: &License,
        asked: &IssueRequest,
        instrument: &Instrument,
    ) -> Result<Source, AppError> {
        if let Some(pdf) = &asked.document {
            self.require_pdf(pdf)?;
            let place = Sheets::read(pdf)?.of_type(license_type, instrument)?;
            return Ok(Source { pdf: pdf.clone(), shared: 0, placements: vec![place] });
        }
        let code_url = self.code_url(draft.particulars().public_code);
        let rendered = render::license_pdf(
            license_type,
            content,
            &RenderContext {
                fonts: &self.fonts,
                issuer: &issuer.name,
                identifier: Some(draft.particulars().identifier.as_str()),
                code_url: Some(&code_url),
                sample_mark: self.settings.sample_mark,
                created: draft.particulars().created_at,
            },
        )
        .map_err(not_drawn)?;
        let (width, height) = instrument.size_mm();
        let centred = |place: &render::Place| Placement::Page {
            index: place.page - 1, // counted from 1
            place: PlaceMm {
                x: f64::from(place.area.x) + (f64::from(place.area.width) - width) / 2.0,
                y: f64::from(place.area.y) + (f64::from(place.area.height) - height) / 2.0,
                width,
                height,
            },
        };
        // One seal stands once: a type with several places leaves the others to other seals.
        let placements = rendered.seals.first().map(centred).into_iter().collect();
        Ok(Source { pdf: rendered.pdf, shared: rendered.shared, placements })
    }
}

pub(crate) fn not_drawn(error: RenderError) -> AppError {
    let pointer = match (error.field(), &error) {
        (Some(field), _) => format!("/fields/{field}"),
        // Too much in all fields together.
        (None, RenderError::TooManyPages { .. }) => "/fields".to_owned(),
        _ => return AppError::internal("drawing a license".to_owned(), error),
    };
    AppError::Fields(vec![FieldProblem { pointer, code: error.code(), message: error.to_string() }])
}
