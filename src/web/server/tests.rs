//! The assembled server as clients see it. What needs issued licenses is tested at the root.

mod live;

use crate::census::{ENDPOINTS, Endpoint, Permission};
use crate::{AnonymousLimit, ServerSettings, Site, server};
use actix_web::body::MessageBody;
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{Bytes, Data};
use serde_json::Value;

/// An answer, read to its end.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {:?}", self.body))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn is_envelope(&self) -> bool {
        self.status >= 400 && self.json()["ack_code"] == "FAILURE"
    }

    /// The code of a problem that is well formed.
    #[track_caller]
    fn problem(&self) -> String {
        // Callers of the sharing interface read problems in its envelope.
        if let Some(errors) = self.json()["errors"].as_array().filter(|_| self.is_envelope()) {
            return errors[0]["code"].as_str().unwrap().to_owned();
        }
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["trace_id"], self.header("x-trace-id"));
        assert!(problem["type"].as_str().unwrap().ends_with(problem["code"].as_str().unwrap()));
        problem["code"].as_str().unwrap().to_owned()
    }
}

fn settings() -> ServerSettings {
    ServerSettings { file_bytes_max: 1024, ..ServerSettings::default() }
}

fn site(settings: ServerSettings) -> (Data<Site>, tempfile::TempDir) {
    let (app, folder) = app_with(settings.file_bytes_max);
    (Data::new(Site::new(app, settings).unwrap()), folder)
}

/// A service in an empty folder.
fn app_with(file_bytes_max: usize) -> (app::App, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let app = app::App::open(app::Settings {
        public_url: "https://zheng.example".to_owned(),
        sample_mark: true,
        file_bytes_max,
        ..app::Settings::in_folder(folder.path())
    });
    (app.unwrap(), folder)
}

async fn ask_with(settings: ServerSettings, requests: Vec<TestRequest>) -> Vec<Answer> {
    let (site, _folder) = site(settings);
    let service = init_service(server::build(site)).await;
    let mut answers = Vec::new();
    for request in requests {
        let peer = "192.0.2.7:40000".parse().unwrap();
        let response = call_service(&service, request.peer_addr(peer).to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.into_body().try_into_bytes().unwrap_or_default();
        answers.push(Answer { status, headers, body });
    }
    answers
}

async fn ask(request: TestRequest) -> Answer {
    ask_with(settings(), vec![request]).await.remove(0)
}

fn post(path: &str, media_type: &str, body: &str) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("content-type", media_type.to_owned()))
        .set_payload(body.to_owned())
}

fn multipart(path: &str, parts: &[(&str, &str)]) -> TestRequest {
    let mut body = String::new();
    for (head, content) in parts {
        body.push_str("--b\r\ncontent-disposition: form-data; ");
        body.push_str(&format!("{head}\r\n\r\n{content}\r\n"));
    }
    body.push_str("--b--\r\n");
    post(path, "multipart/form-data; boundary=b", &body)
}

/// A path of a pattern.
fn sample(pattern: &str) -> String {
    pattern
        .replace("{id}", "01890000-0000-7000-8000-000000000000")
        .replace("{code}", "ABCDEF")
        .replace("{name}", "yinzheng.css")
}

#[actix_web::test]
async fn every_endpoint_of_the_census_is_served_and_guarded() {
    let request = |endpoint: &Endpoint| {
        TestRequest::default().method(endpoint.method.clone()).uri(&sample(endpoint.path))
    };
    let answers = ask_with(settings(), ENDPOINTS.iter().map(request).collect()).await;
    for (endpoint, answer) in ENDPOINTS.iter().zip(answers) {
        let path = endpoint.path;
        let name = format!("{} {path}", endpoint.method);
        assert_ne!(answer.status, 405, "{name}");
        assert_eq!(answer.status == 401, endpoint.permission == Permission::Department, "{name}");
        if endpoint.permission.is_of_people() {
            assert_eq!((answer.status, answer.header("location")), (303, "/sign-in"), "{name}");
        }
        if answer.status == 401 {
            assert_eq!(answer.problem(), "token_missing", "{name}");
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{name}");
        }
        for (header, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(header), value, "{name}");
        }
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{name}");
        assert!(!answer.header("cache-control").is_empty(), "{name}");
    }
}

#[actix_web::test]
async fn other_methods_are_refused_with_those_that_are_served() {
    let request = |endpoint: &Endpoint| {
        let request = TestRequest::default().method(Method::PATCH).uri(&sample(endpoint.path));
        request.insert_header(("accept", "application/json"))
    };
    let answers = ask_with(settings(), ENDPOINTS.iter().map(request).collect()).await;
    for (endpoint, answer) in ENDPOINTS.iter().zip(answers) {
        assert_eq!((answer.status, &*answer.problem()), (405, "method_not_allowed"));
        let allow: Vec<_> = answer.header("allow").split(", ").collect();
        assert!(allow.contains(&endpoint.method.as_str()), "{}: {allow:?}", endpoint.path);
    }
    let head = ask(TestRequest::default().method(Method::HEAD).uri("/healthz")).await;
    assert_eq!(head.status, 200);
}

#[actix_web::test]
async fn unknown_addresses_are_problems_for_programs_and_pages_for_people() {
    let cases = [
        ("/v1/nothing", "text/html", "application/problem+json"),
        ("/v1", "*/*", "application/problem+json"),
        ("/nothing", "*/*", "text/html; charset=utf-8"),
        ("/nothing", "application/json", "application/problem+json"),
        ("/v1/licenses/", "*/*", "application/problem+json"),
        ("/%ff%fe/../..", "text/html", "text/html; charset=utf-8"),
        ("/assets/..%2fserver.rs", "*/*", "text/html; charset=utf-8"),
    ];
    let request = |(path, accept, _): &(&str, &'static str, _)| {
        TestRequest::get().uri(path).insert_header(("accept", *accept))
    };
    let answers = ask_with(settings(), cases.iter().map(request).collect()).await;
    for ((path, _, media_type), answer) in cases.into_iter().zip(answers) {
        assert_eq!((answer.status, answer.header("content-type")), (404, media_type), "{path}");
    }
}

#[actix_web::test]
async fn titles_are_chinese_unless_english_is_asked_for() {
    let chinese = ask(TestRequest::get().uri("/v1/nothing")).await.json();
    assert_eq!(chinese["title"], "未找到");
    let english = TestRequest::get().uri("/v1/nothing").insert_header(("accept-language", "en"));
    assert_eq!(ask(english).await.json()["title"], "Not found");
}

#[actix_web::test]
async fn what_cannot_be_answered_as_accepted_is_406() {
    let request = TestRequest::get().uri("/v1/license-types");
    let answer = ask(request.insert_header(("accept", "application/xml"))).await;
    assert_eq!((answer.status, &*answer.problem()), (406, "not_acceptable"));
}

#[actix_web::test]
async fn verification_requests_are_read_strictly() {
    let path = "/v1/verifications";
    let json = |body: &str| post(path, "application/json", body);
    let file = "name=\"file\"; filename=\"a.pdf\"";
    let large = "x".repeat(1025);
    let endless = "[".repeat(9000);
    let cases = vec![
        (json("{}"), 400, "ambiguous_input"),
        (json("{\"code\": \"A\", \"license_id\": \"B\"}"), 400, "ambiguous_input"),
        (json("{\"code\": null}"), 400, "ambiguous_input"),
        (json("{\"code\": \"A\", \"at\": \"2026-01-01\"}"), 400, "malformed_request"),
        (json("{\"code\": 1}"), 400, "malformed_request"),
        (json("{\"cod\": \"A\"}"), 400, "malformed_request"),
        (json("{\"code\": \"A\", \"code\": \"A\"}"), 400, "malformed_request"),
        (json("\u{feff}{\"code\": \"A\"}"), 400, "malformed_request"),
        (json(""), 400, "malformed_request"),
        (json(&endless), 413, "file_too_large"),
        (post(path, "application/pdf", "%PDF"), 415, "unsupported_media_type"),
        (post(path, "multipart/form-data", "x"), 400, "malformed_request"),
        (post(path, "multipart/form-data; boundary=b", "--b\r\n"), 400, "malformed_request"),
        (multipart(path, &[]), 400, "ambiguous_input"),
        (multipart(path, &[(file, "x"), ("name=\"code\"", "A")]), 400, "ambiguous_input"),
        (multipart(path, &[(file, "x"), (file, "x")]), 400, "malformed_request"),
        (multipart(path, &[(file, "x"), ("name=\"other\"", "x")]), 400, "malformed_request"),
        (multipart(path, &[(file, "x"), ("name=\"at\"", "yesterday")]), 400, "malformed_request"),
        (multipart(path, &[(file, &large)]), 413, "file_too_large"),
        (json("{}").uri("/v1/verifications?code=A"), 400, "unsupported_parameter"),
        (json("{}").insert_header(("authorization", "Bearer no")), 401, "token_invalid"),
    ];
    let (requests, expected): (Vec<_>, Vec<_>) =
        cases.into_iter().map(|(request, status, code)| (request, (status, code))).unzip();
    let answers = ask_with(settings(), requests).await;
    for (answer, (status, code)) in answers.into_iter().zip(expected) {
        let seen = answer.problem();
        assert_eq!(answer.status, status, "{}", answer.json());
        assert_eq!(seen, code, "{}", answer.json());
    }
}

#[actix_web::test]
async fn a_declared_length_over_the_limit_is_refused_before_the_body() {
    let request = post("/v1/verifications", "multipart/form-data; boundary=b", "");
    let answer = ask(request.insert_header(("content-length", "99999999999"))).await;
    assert_eq!((answer.status, &*answer.problem()), (413, "file_too_large"));
}

#[actix_web::test]
async fn anonymous_verification_is_limited_by_address() {
    let limit = AnonymousLimit { burst: 2, per_minute: 1 };
    let settings = ServerSettings { anonymous: limit, ..settings() };
    let one = || post("/v1/verifications", "application/json", "{}");
    let answers = ask_with(settings, vec![one(), one(), one()]).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [400, 400, 429]);
    assert_eq!(answers[2].problem(), "rate_limited");
    assert_eq!(answers[2].header("retry-after"), "60");
}

#[actix_web::test]
async fn uploads_beyond_the_memory_budget_wait_outside() {
    let settings =
        ServerSettings { upload_bytes_total_max: 0, file_bytes_max: 60_000, ..settings() };
    let file = "x".repeat(40_000);
    let request = multipart("/v1/verifications", &[("name=\"file\"", &file)]);
    let answer = ask_with(settings, vec![request]).await.remove(0);
    assert_eq!((answer.status, &*answer.problem()), (503, "overloaded"));
    assert_eq!(answer.json()["retryable"], true);
    assert_eq!(answer.header("retry-after"), "2");
}

#[actix_web::test]
async fn the_form_asks_again_for_what_is_missing() {
    let empty_file = ("name=\"file\"; filename=\"\"", "");
    let cases = [
        (vec![], 400),
        (vec![empty_file, ("name=\"code\"", "  ")], 400),
        (vec![("name=\"file\"", "x"), ("name=\"code\"", "ABC")], 400),
        (vec![empty_file, ("name=\"code\"", " https://zheng.example/v/AB CD ")], 303),
    ];
    let requests = cases.iter().map(|(parts, _)| multipart("/verify", parts)).collect();
    let answers = ask_with(settings(), requests).await;
    for ((parts, status), answer) in cases.into_iter().zip(answers) {
        assert_eq!(answer.status, status, "{parts:?}");
        if status == 303 {
            assert_eq!(answer.header("location"), "/v/ABCD");
        } else {
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(page.contains("role=\"alert\""), "{page}");
        }
    }
}

#[actix_web::test]
async fn metrics_name_patterns_and_never_paths() {
    let long = format!("/v/{}", "A".repeat(40));
    let requests =
        ["/healthz", &long, "/secret-path", "/v1/licenses/310101199001011234", "/metrics"];
    let requests = requests.map(|path| TestRequest::get().uri(path)).into();
    let answers = ask_with(settings(), requests).await;
    let text = String::from_utf8(answers.last().unwrap().body.to_vec()).unwrap();
    for expected in [
        "route=\"/healthz\",method=\"GET\",status=\"200\"",
        "route=\"/v/{code}\"",
        "route=\"unknown\"",
        "route=\"/v1/licenses/{id}\",method=\"GET\",status=\"401\"",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    assert!(!text.contains("310101") && !text.contains("secret") && !text.contains("AAAA"));
}

#[actix_web::test]
async fn assets_are_kept_and_known_again() {
    let first = ask(TestRequest::get().uri("/assets/yinzheng.css")).await;
    assert_eq!((first.status, first.header("content-type")), (200, "text/css; charset=utf-8"));
    let tag = first.header("etag").to_owned();
    let again = TestRequest::get().uri("/assets/yinzheng.css");
    assert_eq!(ask(again.insert_header(("if-none-match", tag.clone()))).await.status, 304);
    let address = format!("/assets/yinzheng.css?v={}", tag.trim_matches('"'));
    let kept = ask(TestRequest::get().uri(&address)).await;
    assert!(kept.header("cache-control").contains("immutable"));
}
