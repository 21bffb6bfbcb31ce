//! Forms of pages: read strictly, and only from pages of this service.

use crate::body::{self, Held, SMALL_BYTES_MAX};
use crate::multipart;
use crate::problem::Problem;
use crate::site::Site;
use actix_web::HttpRequest;
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use actix_web::web::{Payload, Query};
use app::SessionToken;

/// The name under which a form carries what only pages of its session know.
const FORM_TOKEN: &str = "form_token";

/// A form with long texts, such as certificates; a picture comes beside them.
const LARGE_BYTES_MAX: usize = 640 * 1024;
/// What a form has at most of fields that are chosen again and again.
const FIELDS_MAX: usize = 128;
pub(crate) const ENCODED: &str = "application/x-www-form-urlencoded";

/// What was typed into a form, and files that came with it.
pub(crate) struct Form {
    typed: Vec<(String, String)>,
    /// The name of the field, that of the file, the file.
    files: Vec<(String, String, Vec<u8>)>,
    /// What the files hold of the budget of all uploads.
    _held: Vec<Held>,
}

impl Form {
    /// A form of somebody who is signed in, from a page of that session.
    pub(crate) async fn of_session(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
        token: &SessionToken,
    ) -> Result<Self, Problem> {
        Self::of_anyone(site, request, payload).await?.sent(token)
    }

    /// A form of somebody who is signed in, with long texts or with files.
    pub(crate) async fn with_file(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
        token: &SessionToken,
    ) -> Result<Self, Problem> {
        Self::with_upload(site, request, payload, token, LARGE_BYTES_MAX).await
    }

    /// The same with files of so many bytes together.
    pub(crate) async fn with_upload(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
        token: &SessionToken,
        bytes_max: usize,
    ) -> Result<Self, Problem> {
        let form = match body::media_type(request).as_deref() {
            Some("multipart/form-data") => {
                Self::of_parts(site, request, payload, bytes_max).await?
            }
            _ => Self::encoded(site, request, payload, LARGE_BYTES_MAX).await?,
        };
        form.sent(token)
    }

    /// This form, when it is from a page of the session.
    fn sent(self, token: &SessionToken) -> Result<Self, Problem> {
        let sent = token.sent(self.text(FORM_TOKEN));
        sent.then_some(self).ok_or_else(|| Problem::new("form_refused"))
    }

    /// Parts of any name; what has the name of a file is one.
    async fn of_parts(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
        bytes_max: usize,
    ) -> Result<Self, Problem> {
        own(site, request)?;
        let parts = multipart::all(site, request, payload, (bytes_max, FIELDS_MAX)).await?;
        let (mut typed, mut files, mut all_held) = (Vec::new(), Vec::new(), Vec::new());
        for (name, file, upload) in parts {
            match file {
                Some(file) => {
                    let (bytes, held) = upload.into_parts();
                    files.push((name, file, bytes));
                    all_held.push(held);
                }
                None => typed.push((name, upload.text()?.to_owned())),
            }
        }
        Ok(Self { typed, files, _held: all_held })
    }

    /// A form of whoever is not signed in yet.
    pub(crate) async fn of_anyone(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<Self, Problem> {
        Self::encoded(site, request, payload, SMALL_BYTES_MAX).await
    }

    async fn encoded(
        site: &Site,
        request: &HttpRequest,
        payload: Payload,
        bytes_max: usize,
    ) -> Result<Self, Problem> {
        if body::media_type(request).as_deref() != Some(ENCODED) {
            return Err(body::unsupported(request, ENCODED));
        }
        own(site, request)?;
        let body = body::read(site, request, payload, bytes_max).await?;
        let pairs = Query::<Vec<(String, String)>>::from_query(body.text()?);
        let pairs = pairs.map_err(|_| Problem::malformed("the form cannot be read"))?;
        Ok(Self { typed: pairs.into_inner(), files: Vec::new(), _held: Vec::new() })
    }

    /// What was typed under this name; empty when nothing was.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.typed.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Everything that was typed, by name.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (String, String)> {
        self.typed.into_iter()
    }

    /// Everything that was typed under names that begin so, without that beginning.
    pub(crate) fn named(&self, beginning: &str) -> Vec<(String, String)> {
        let own = |(key, value): &(String, String)| {
            Some((key.strip_prefix(beginning)?.to_owned(), value.clone()))
        };
        self.typed.iter().filter_map(own).collect()
    }

    /// Everything that was chosen under this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.typed.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// The file that was sent under this name; empty when none was.
    pub(crate) fn file(&self, name: &str) -> &[u8] {
        self.files.iter().find(|(key, ..)| key == name).map_or(&[], |(.., bytes)| bytes)
    }

    /// What the file of this name was called; empty when none was sent.
    pub(crate) fn file_name(&self, name: &str) -> &str {
        self.files.iter().find(|(key, ..)| key == name).map_or("", |(_, file, _)| file)
    }
}

/// Refuses forms of pages of others.
fn own(site: &Site, request: &HttpRequest) -> Result<(), Problem> {
    let own = is_own(request.headers(), &site.app.settings().public_url);
    if own { Ok(()) } else { Err(Problem::new("form_refused")) }
}

/// Whether the browser says that the form came from a page of this service. One that says nothing
/// is old, or no browser.
fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |value: Option<&actix_web::http::header::HeaderValue>| {
        value.map(|value| value.to_str().unwrap_or("?").to_owned())
    };
    let from = text(headers.get("sec-fetch-site"));
    if from.is_some_and(|from| !matches!(from.as_str(), "same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text(headers.get(ORIGIN)) else { return true };
    let place =
        |url: &str| url.split_once("://").map(|(_, rest)| rest.trim_end_matches('/').to_owned());
    let own = [text(headers.get(HOST)), place(public_url)];
    place(&origin).is_some_and(|origin| own.contains(&Some(origin)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServerSettings;
    use actix_web::FromRequest;
    use actix_web::http::header::{HeaderName, HeaderValue};
    use actix_web::test::TestRequest;

    #[actix_web::test]
    async fn files_are_counted_as_long_as_their_form_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let app = app::App::open(app::Settings::in_folder(folder.path())).unwrap();
        let site = Site::new(app, ServerSettings::default()).unwrap();
        let free = site.uploads.available_permits();
        let body = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\
            x\r\n--b--\r\n";
        let request = TestRequest::post()
            .insert_header(("content-type", "multipart/form-data; boundary=b"))
            .set_payload(body);
        let (request, mut payload) = request.to_http_parts();
        let payload = Payload::from_request(&request, &mut payload).await.unwrap();
        let form = Form::of_parts(&site, &request, payload, 1000).await.unwrap();
        assert_eq!((form.file("file"), form.file_name("file")), (&b"x"[..], "a"));
        assert!(site.uploads.available_permits() < free);
        drop(form);
        assert_eq!(site.uploads.available_permits(), free);
    }

    #[test]
    fn forms_of_strangers_are_refused() {
        for (headers, own) in [
            (&[("host", "a.example")][..], true),
            (&[("host", "a.example"), ("origin", "https://a.example")], true),
            (&[("host", "a.example"), ("origin", "http://a.example:81")], false),
            (&[("host", "10.0.0.1"), ("origin", "https://zheng.example")], true),
            (&[("host", "a.example"), ("origin", "https://b.example")], false),
            (&[("host", "a.example"), ("origin", "null")], false),
            (&[("host", "a.example"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "a.example"), ("sec-fetch-site", "same-site")], false),
            (&[("host", "a.example"), ("sec-fetch-site", "same-origin")], true),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(is_own(&map, "https://zheng.example/"), own, "{headers:?}");
        }
    }
}
