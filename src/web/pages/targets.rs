//! How far the region has come: figures with their definitions beside them, and what each is made of.
//! For those who audit, and those who look after departments.

use super::frame::Frame;
use super::page;
use super::target_words::Words;
use crate::answer::file;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{TargetRowView, TargetView, TargetsView};
use askama::Template;

/// Width and height of a trend, in its own units.
const TREND: (u64, u64) = (240, 48);

#[derive(Template)]
#[template(path = "targets.html")]
pub(crate) struct TargetsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) view: &'a TargetsView,
}

#[derive(Template)]
#[template(path = "target.html")]
pub(crate) struct TargetPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) target: &'a str,
    pub(crate) rows: &'a [TargetRowView],
}

impl TargetsPage<'_> {
    /// Whether it is reached, as a badge: its tone, its shape and its word.
    fn state(&self, one: &TargetView) -> (&'static str, &'static str, &'static str) {
        match (one.value, one.reached) {
            (None, _) => ("unknown", "question", self.words.missing),
            (Some(_), Some(true)) => ("valid", "tick", self.words.reached),
            (Some(_), Some(false)) => ("invalid", "cross", self.words.behind),
            (Some(_), None) => ("", "", ""),
        }
    }

    /// The days that have a value, as points of a line: the newest at the right end.
    fn trend(&self, one: &TargetView) -> Option<String> {
        let values: Vec<u64> = one.trend.iter().filter_map(|day| day.value).collect();
        let last = u64::try_from(values.len()).ok()?.checked_sub(1).filter(|last| *last > 0)?;
        let most = values.iter().copied().chain([100]).max()?;
        let (width, height) = TREND;
        let point = |(place, value): (u64, &u64)| {
            format!("{},{}", place * width / last, height - value * height / most)
        };
        let points: Vec<String> = (0..).zip(&values).map(point).collect();
        Some(points.join(" "))
    }
}

/// Permission: auditor, security administrator.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let view = &site.read(move |app| app.targets(&caller)).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    page(HttpResponse::Ok(), frame, &TargetsPage { frame, words: Words::of(frame), view })
}

/// Permission: as the list. What one is made of.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    target: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (caller, asked) = (signed_in.person.caller.clone(), target.clone());
    let rows = &site.read(move |app| app.target_rows(&caller, &asked)).await?[..];
    let frame = &Frame::of_reader(&request, &signed_in);
    let words = Words::of(frame);
    page(HttpResponse::Ok(), frame, &TargetPage { frame, words, target: &target, rows })
}

/// Permission: as the list. The same for spreadsheets.
pub(crate) async fn table(
    site: Data<Site>,
    signed_in: SignedIn,
    target: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let table = site.read(move |app| app.target_table(&caller, &target)).await?;
    Ok(file(&request, HttpResponse::Ok(), table))
}
