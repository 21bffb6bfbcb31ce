//! Asking about revocation: what a file leaves open is asked of the responders that are listed, once,
//! and the file is judged again by what they say.

use crate::AppError;
use crate::offline::{Circumstances, Trust};
use crate::trust::{unwrapped, wrapped};
use crate::view::time::instant;
use crate::view::{AskedView, VerificationView};
use domain::digest::{Sha256, Sm3};
use domain::validation::Link;
use formats::x509::Certificate;
use gateway::fetch::{Reach, Responders};
use gateway::inquiry::{Asked, Inquiries, Said};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use time::{Duration, OffsetDateTime};

/// Who may be asked.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// Their addresses, besides those of the trust list: `http://HOST[:PORT]/PATH`, each with what
    /// lies below it.
    pub responders: Vec<String>,
    /// Machines of the inside to which their names may lead; no others are connected to.
    pub inside: Vec<IpAddr>,
}

/// What is asked now says nothing of the state at other times.
const NOW_MEANS: Duration = Duration::minutes(5);

impl Asking {
    /// The responders of this list and of the trust list.
    ///
    /// # Errors
    /// An address is not usable.
    pub fn inquiries(&self, trust: &Trust) -> Result<Inquiries, AppError> {
        let listed = self.responders.iter().chain(trust.responders()).map(String::as_str);
        let responders = Responders::new(listed, Reach::Public(self.inside.clone()));
        let refused =
            |cause| AppError::internal("reading the list of responders".to_owned(), cause);
        responders.map(Inquiries::new).map_err(refused)
    }
}

/// A report, and what it leaves open.
#[derive(Deserialize, Serialize)]
pub(crate) struct Judged {
    pub(crate) view: VerificationView,
    /// Certificates of which nobody said whether they were revoked, each with its issuer, as DER in
    /// base64.
    unknown: Vec<[String; 2]>,
}

impl Judged {
    pub(crate) fn new(view: VerificationView, unknown: &[Link]) -> Self {
        let both = |link: &Link| [&link.subject, &link.issuer].map(|one| wrapped(one.der()));
        Self { view, unknown: unknown.iter().map(both).collect() }
    }

    /// The SM3 of the file, where the report has one.
    pub(crate) fn sm3(&self) -> Option<Sm3> {
        self.view.file.as_ref()?.sm3.parse().ok()
    }

    fn links(&self) -> Result<Vec<(Certificate, Certificate)>, AppError> {
        let both = |link: &[String; 2]| {
            let mut both = unwrapped(link, Certificate::parse)?.into_iter();
            Ok(both.next().zip(both.next()))
        };
        self.unknown.iter().filter_map(|link| both(link).transpose()).collect()
    }
}

/// Has a file judged, asks about what that leaves open, and has it judged again by what was said.
pub(crate) fn judged(
    inquiries: Option<&Inquiries>,
    known: Circumstances,
    now: OffsetDateTime,
    judge: impl Fn(&Circumstances) -> Result<Judged, AppError>,
) -> Result<VerificationView, AppError> {
    Ok(judged_saying(inquiries, known, now, judge)?.0)
}

/// The same, with what was said.
pub(crate) fn judged_saying(
    inquiries: Option<&Inquiries>,
    known: Circumstances,
    now: OffsetDateTime,
    judge: impl Fn(&Circumstances) -> Result<Judged, AppError>,
) -> Result<(VerificationView, Vec<Said>), AppError> {
    let first = judge(&known)?;
    let links = first.links()?;
    let is_now = (known.at - now).abs() <= NOW_MEANS;
    let Some(inquiries) = inquiries.filter(|_| is_now && !links.is_empty()) else {
        return Ok((first.view, Vec::new()));
    };
    let asked = inquiries.ask(&links, now);
    let said: Vec<Said> = asked.iter().filter_map(|one| one.result.clone().ok()).collect();
    let view = match said.is_empty() {
        true => first.view,
        false => judge(&Circumstances { said: said.clone(), ..known })?.view,
    };
    let asked = asked.iter().map(|one| shown(one, now)).collect();
    Ok((VerificationView { asked, ..view }, said))
}

fn shown(asked: &Asked, now: OffsetDateTime) -> AskedView {
    let said = asked.result.as_ref().ok();
    AskedView {
        kind: asked.kind.name().to_owned(),
        url: asked.url.clone(),
        certificate: Some(Sha256::of(asked.certificate.der()).to_string()),
        result: asked
            .result
            .as_ref()
            .map_or_else(|silence| silence.name(), |_| "answered")
            .to_owned(),
        sha256: said.map(|said| Sha256::of(said.der()).to_string()),
        made: said.map(|said| instant(said.made())),
        age_s: said.map(|said| (now - said.made()).whole_seconds()),
    }
}
