//! The workbench of a clerk at a general window: the first item of a case is found by name, by the first
//! letters of its pinyin, by code, or by scanning the address of its page.

use super::frame::Frame;
use super::item_words::Words as ItemWords;
use super::items::Asked;
use super::workbench_words::Words;
use super::{page, see_other};
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::view::ServiceItemsView;
use app::{App, AppError, ItemQuery, Role};
use askama::Template;

#[derive(Template)]
#[template(path = "workbench.html")]
pub(crate) struct WorkbenchPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) items: &'static ItemWords,
    /// Nothing before something is looked for.
    pub(crate) found: Option<&'a ServiceItemsView>,
    pub(crate) text: &'a str,
}

/// What was found for what somebody typed or scanned.
pub(super) enum Found {
    /// The item of this code, and whether a scanner read it, which goes on to the next.
    One { code: String, scanned: bool },
    /// Several, or none.
    Several(ServiceItemsView),
}

/// The code in a scanned address, or what was typed.
fn scanned(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let (_, code) = rest.rsplit_once("/items/")?;
    code.split(['?', '#', '/']).next().filter(|code| !code.is_empty())
}

/// Looks for an item.
pub(super) fn find(app: &App, query: ItemQuery) -> Result<Found, AppError> {
    let text = query.text.trim();
    let code = scanned(text).unwrap_or(text).to_uppercase();
    match app.service_item(&code, None) {
        Ok(filed) => {
            let code = filed.item.code.to_string();
            return Ok(Found::One { code, scanned: true });
        }
        Err(AppError::NotFound) => {}
        Err(other) => return Err(other),
    }
    let found = app.service_items(&query)?;
    Ok(match found.items.as_slice() {
        [one] if found.next_cursor.is_none() => {
            Found::One { code: one.code.clone(), scanned: false }
        }
        _ => Found::Several(found),
    })
}

/// Permission: clerk. Leads on when one item alone is found.
pub(crate) async fn search(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let query = asked.query();
    let found = match query.text.trim().is_empty() {
        true => None,
        false => match site.read(move |app| find(app, query)).await? {
            Found::One { code, scanned } => {
                let next = if scanned { "?next" } else { "" };
                return Ok(see_other(&format!("/workbench/{code}{next}")));
            }
            Found::Several(found) => Some(found),
        },
    };
    let frame = &Frame::of_reader(&request, &signed_in);
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let drawn = WorkbenchPage { frame, words, items, found: found.as_ref(), text: &asked.q };
    page(HttpResponse::Ok(), frame, &drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanned_address_is_read_wherever_it_was_printed() {
        for (text, code) in [
            ("https://zheng.example/items/11999900MB000003530057", Some("11999900MB000003530057")),
            ("http://10.0.0.1:8080/items/119?lang=en", Some("119")),
            ("https://zheng.example/items/119/#list", Some("119")),
            ("https://zheng.example/items/", None),
            ("https://zheng.example/v/ABCD", None),
            ("11999900MB000003530057", None),
            ("spjy", None),
        ] {
            assert_eq!(scanned(text), code, "{text}");
        }
    }
}
