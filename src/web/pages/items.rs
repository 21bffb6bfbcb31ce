//! Service items for anyone: found by name, first letters or code, and what each asks for.

use super::frame::Frame;
use super::item_words::Words;
use super::page;
use super::show::Sign;
use crate::answer::encoded;
use crate::negotiate::{HTML, JSON, choose};
use crate::problem::Problem;
use crate::site::Site;
use actix_web::http::header::VARY;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{ItemNeedsView, NeedView, ServiceItemsView, TitleView};
use app::{ItemQuery, ItemSign};
use askama::Template;
use serde::Deserialize;

/// In front of the name of a question in an address.
pub(crate) const ANSWER: &str = "a.";

#[derive(Template)]
#[template(path = "items.html")]
pub(crate) struct ItemsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) found: &'a ServiceItemsView,
    pub(crate) text: &'a str,
}

impl ItemsPage<'_> {
    fn next(&self, cursor: &str) -> String {
        format!("/items?q={}&cursor={}", encoded(self.text), encoded(cursor))
    }
}

#[derive(Template)]
#[template(path = "item.html")]
pub(crate) struct ItemPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) item: &'a ItemNeedsView,
    pub(crate) sign: &'a ItemSign,
}

impl ItemPage<'_> {
    fn title<'t>(&self, title: &'t TitleView) -> &'t str {
        self.frame.text(&title.zh, &title.en)
    }

    fn sign(&self, need: &NeedView) -> Sign {
        self.words.sign(need.ground, false)
    }

    /// The licenses that may stand in a material's place, in a row.
    fn licenses(&self, need: &NeedView) -> String {
        let names: Vec<&str> = need.license_types.iter().map(|one| self.title(one)).collect();
        names.join(if self.frame.zh() { "、" } else { ", " })
    }

    fn applicants(&self) -> String {
        let words: Vec<&str> =
            self.item.applicants.iter().map(|kind| self.words.applicant(kind)).collect();
        words.join(if self.frame.zh() { "、" } else { ", " })
    }
}

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    cursor: String,
}

impl Asked {
    pub(crate) fn query(&self) -> ItemQuery {
        let after = (!self.cursor.is_empty()).then(|| self.cursor.clone());
        ItemQuery { text: self.q.clone(), after, ..ItemQuery::default() }
    }
}

/// Permission: anyone.
pub(crate) async fn list(
    site: Data<Site>,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let query = asked.query();
    let found = &site.read(move |app| app.service_items(&query)).await?;
    let frame = &Frame::of(&request);
    let words = Words::of(frame);
    page(HttpResponse::Ok(), frame, &ItemsPage { frame, words, found, text: &asked.q })
}

/// The answers in an address.
pub(crate) fn answers(query: &str) -> Vec<(String, String)> {
    let pairs = Query::<Vec<(String, String)>>::from_query(query);
    let pairs = pairs.map(Query::into_inner).unwrap_or_default().into_iter();
    let answer = |(name, value): (String, String)| {
        name.strip_prefix(ANSWER).map(|name| (name.to_owned(), value))
    };
    pairs.filter_map(answer).collect()
}

/// Permission: anyone. What an item asks for; a page for people, JSON for programs that accept it.
pub(crate) async fn show(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let typed = answers(request.query_string());
    let item = &site.read(move |app| app.item_needs(&code, &typed)).await?;
    if choose(request.headers(), &[HTML, JSON]) == Some(JSON) {
        return Ok(HttpResponse::Ok().insert_header((VARY, "Accept")).json(item));
    }
    let frame = &Frame::of(&request);
    let sign = &site.app.item_sign(&item.code).map_err(Problem::from)?;
    page(HttpResponse::Ok(), frame, &ItemPage { frame, words: Words::of(frame), item, sign })
}
