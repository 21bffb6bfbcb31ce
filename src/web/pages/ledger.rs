//! The ledger of a seal: every use, who asked, who approved, under which manifest.

use super::frame::Frame;
use super::page;
use crate::answer::{attachment, encoded};
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::LedgerQuery;
use app::view::LedgerView;
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "ledger.html")]
pub(crate) struct LedgerPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) ledger: &'a LedgerView,
    pub(crate) asked: &'a Asked,
    /// Address of the next page.
    pub(crate) older: Option<String>,
    /// Address of the same as a file.
    pub(crate) file: String,
}

/// What was typed into the search.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) day: String,
    #[serde(default)]
    pub(crate) approver: String,
    #[serde(default)]
    pub(crate) before: String,
}

impl Asked {
    fn query(&self, whole: bool) -> LedgerQuery {
        let Self { day, approver, before } = self;
        let (day, approver, before) = (day.clone(), approver.clone(), before.clone());
        LedgerQuery { day, approver, before, whole }
    }

    fn address(&self, path: &str, before: &str) -> String {
        let (day, approver) = (encoded(&self.day), encoded(&self.approver));
        format!("{path}?day={day}&approver={approver}&before={}", encoded(before))
    }
}

impl<'a> LedgerPage<'a> {
    pub(crate) fn of(frame: &'a Frame, ledger: &'a LedgerView, asked: &'a Asked) -> Self {
        let path = format!("/seals/{}/uses", ledger.seal);
        let older = ledger.next.as_ref().map(|next| asked.address(&path, next));
        let file = asked.address(&format!("{path}.csv"), "");
        Self { frame, ledger, asked, older, file }
    }
}

/// Permission: seal keeper and approver of the organization, auditor.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    let (caller, query) = (signed_in.person.caller.clone(), asked.query(false));
    let ledger = site.read(move |app| app.ledger(&caller, &id, &query)).await?;
    page(HttpResponse::Ok(), &frame, &LedgerPage::of(&frame, &ledger, &asked))
}

/// Permission: as the page. One line for each use of a key.
pub(crate) async fn csv(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let (caller, query) = (signed_in.person.caller.clone(), asked.query(true));
    let ledger = site.read(move |app| app.ledger(&caller, &id, &query)).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("Content-Type", "text/csv; charset=utf-8"));
    let name = attachment(&format!("uses-{}.csv", ledger.seal));
    response.insert_header(("Content-Disposition", name));
    Ok(response.body(lines(&ledger)))
}

/// With a byte order mark, by which spreadsheets see that it is UTF-8 (RFC 4180 otherwise).
fn lines(ledger: &LedgerView) -> String {
    let head = [
        "time",
        "key_use",
        "state",
        "attempts",
        "key",
        "signed_sm3",
        "order",
        "document_sm3",
        "form",
        "license",
        "number",
        "asked_by",
        "approved_by",
        "manifest",
    ];
    let mut text = format!("\u{feff}{}\r\n", head.join(","));
    for entry in &ledger.entries {
        for one in &entry.uses {
            let attempts = one.attempts.to_string();
            let or_none = |value: &Option<String>| value.clone().unwrap_or_default();
            let (license, number) = (or_none(&entry.license), or_none(&entry.number));
            let manifest = or_none(&entry.manifest);
            let cells = [
                &one.at,
                &one.id,
                &one.state,
                &attempts,
                &one.key,
                &one.signed,
                &entry.order,
                &entry.document,
                &entry.form,
                &license,
                &number,
                &entry.asked_by,
                &entry.approved_by,
                &manifest,
            ];
            text += &cells.map(|text| cell(text)).join(",");
            text += "\r\n";
        }
    }
    text
}

/// In quotes; what a spreadsheet would compute stands behind an apostrophe.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_ends_it_or_is_computed() {
        for (text, expected) in [
            ("样例1号", "\"样例1号\""),
            ("a\",\"b\r\n", "\"a\"\",\"\"b\r\n\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
