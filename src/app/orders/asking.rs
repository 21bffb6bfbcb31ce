//! Asking for a license whose seal a person has to approve.

use super::order_view;
use crate::issue::{Origin, Stop};
use crate::place::kept;
use crate::sealing::Instrument;
use crate::view::LicenseView;
use crate::{App, AppError, Once};
use domain::audit::{Actor, Subject};
use domain::digest::Sm3;
use domain::id::SealingRequestId;
use domain::license::License;
use domain::party::Organization;
use domain::sealing::{Level, RequestState, SealForm, SealingRequest};
use formats::pdf::sign::Placement;
use storage::{Begun, NewRequest, RowOf, Wait};

/// A license that is drawn, and what will be done to it once that is approved.
pub(crate) struct ToApprove<'a> {
    pub(crate) draft: License,
    pub(crate) origin: Option<&'a Origin>,
    pub(crate) request: Option<&'a NewRequest>,
    pub(crate) row: Option<RowOf>,
    pub(crate) actor: &'a Actor,
    pub(crate) issuer: &'a Organization,
    pub(crate) instrument: &'a Instrument,
    pub(crate) pdf: &'a [u8],
    pub(crate) document: Sm3,
    pub(crate) form: crate::SealForm,
    pub(crate) level: Level,
    pub(crate) placements: &'a [Placement],
}

impl App {
    /// Keeps the document as it will be sealed, and writes the order down with the answer that it
    /// waits.
    pub(crate) fn ask_for_approval(
        &self,
        asked: &ToApprove<'_>,
    ) -> Result<Once<LicenseView>, Stop> {
        let ToApprove { draft, instrument, .. } = asked;
        let (actor, at) = (asked.actor.clone(), draft.particulars().created_at);
        let mut ordered = draft.clone();
        let entry = self.ordered(&mut ordered, &actor, asked.origin)?;
        let waiting = SealingRequest {
            id: self.clock.id(SealingRequestId::mint)?,
            license: draft.id(),
            organization: asked.issuer.id,
            seal: instrument.seal.id(),
            document: asked.document,
            form: SealForm::from(asked.form),
            level: asked.level,
            placements: asked.placements.iter().filter_map(kept).collect(),
            requested_by: actor.clone(),
            requested_at: at,
            state: RequestState::Waiting,
            decision: None,
            trouble: None,
        };
        let event = self.clock.entry(
            &actor,
            "license.ask",
            Subject::new("license", draft.id()),
            &[("seal", waiting.seal.to_string()), ("document", waiting.document.to_string())],
        )?;
        let mut view = self.license_view(&ordered, asked.issuer, &[], Some(asked.form))?;
        view.order = Some(order_view(&waiting));
        let answer = asked.request.map(|request| self.wrapped(request, 202, &view)).transpose()?;
        fault::at("file", AppError::injected, || Ok(self.files.put(asked.pdf)?))?;
        let begun = self.store.issue_wait(&Wait {
            request: asked.request,
            row: asked.row,
            draft,
            ordered: (&ordered, &entry),
            waiting: &waiting,
            events: &[event],
            answer: asked.request.map(|request| request.id).zip(answer.as_ref()),
        })?;
        match begun {
            Begun::Fresh => Ok(Once { value: view, replayed: false }),
            // Another worker answered between our look and now; asking again gets that answer.
            Begun::Answered(_) => Err(AppError::InProgress.into()),
            Begun::Resumed { license, .. } => Err(Stop::TakenOver(license)),
        }
    }
}
