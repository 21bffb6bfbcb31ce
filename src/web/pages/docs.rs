//! The OpenAPI document as a page: no outside asset, no script.

use super::frame::Frame;
use super::page;
use crate::census::ENDPOINTS;
use crate::openapi;
use crate::problem::{PROBLEM_CODES, Problem, ProblemCode};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value;
use std::sync::LazyLock;

#[derive(Template)]
#[template(path = "docs.html")]
pub(crate) struct DocsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) reference: &'a Reference,
    pub(crate) problems: &'static [ProblemCode],
}

#[derive(Template)]
#[template(path = "docs_types.html")]
pub(crate) struct TypesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) reference: &'a Reference,
}

/// The document as the pages show it.
pub(crate) struct Reference {
    version: String,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

struct Group {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    anchor: String,
    text: String,
    key: bool,
    parameters: Vec<Member>,
    bodies: Vec<(String, Kind)>,
    answers: Vec<Answer>,
    examples: Vec<String>,
}

struct Answer {
    status: String,
    description: String,
    contents: Vec<(String, Kind)>,
}

struct Schema {
    name: String,
    description: String,
    members: Vec<Member>,
}

/// A parameter of an operation, or a member of a schema.
struct Member {
    name: String,
    place: String,
    required: bool,
    kind: Kind,
    description: String,
}

/// A type in words, with the schema that it leads to.
struct Kind {
    text: String,
    link: Option<String>,
}

/// Permission: anyone.
pub(crate) async fn show(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let template = DocsPage { frame: &frame, reference: reference(), problems: PROBLEM_CODES };
    page(HttpResponse::Ok(), &frame, &template)
}

/// Permission: anyone. What is sent and answered, apart from the endpoints: each page stays small.
pub(crate) async fn types(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    page(HttpResponse::Ok(), &frame, &TypesPage { frame: &frame, reference: reference() })
}

/// The document as the pages show it, made once.
pub(crate) fn reference() -> &'static Reference {
    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
        // We wrote this text ourselves; a document that is not JSON would show as an empty page.
        let document: Value = serde_json::from_str(&openapi::published().json).unwrap_or_default();
        Reference::of(&document)
    });
    &REFERENCE
}

impl Reference {
    fn of(document: &Value) -> Self {
        let tags = items(&document["tags"]);
        let group = |tag: &Value| Group {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            operations: operations(document, &tag["name"]),
        };
        let schemas = document["components"]["schemas"].as_object();
        let schema = |(name, schema): (&String, &Value)| Schema {
            name: name.clone(),
            description: described(schema),
            members: members(schema),
        };
        Self {
            version: text(&document["info"]["version"]),
            groups: tags.iter().map(group).collect(),
            schemas: schemas.into_iter().flatten().map(schema).collect(),
        }
    }
}

/// The operations of a tag, in the order of the census.
fn operations(document: &Value, tag: &Value) -> Vec<Operation> {
    let described = ENDPOINTS.iter().filter_map(|endpoint| {
        let method = endpoint.method.as_str();
        let operation = &document["paths"][endpoint.documented_path()][method.to_ascii_lowercase()];
        items(&operation["tags"])
            .contains(tag)
            .then(|| operation_of(method, endpoint.documented_path(), operation))
    });
    described.collect()
}

fn operation_of(method: &str, path: &str, operation: &Value) -> Operation {
    let parameter = |parameter: &Value| Member {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        kind: Kind::of(&parameter["schema"]),
        description: text(&parameter["description"]),
    };
    let answers = operation["responses"].as_object();
    let answer = |(status, answer): (&String, &Value)| Answer {
        status: status.clone(),
        description: text(&answer["description"]),
        contents: contents(&answer["content"]),
    };
    let key = items(&operation["security"]).iter().any(|way| way.get("key").is_some());
    let open = items(&operation["security"]).iter().any(|way| way == &serde_json::json!({}));
    let summary = [text(&operation["summary"]), text(&operation["description"])].join(" ");
    Operation {
        method: method.to_owned(),
        path: path.to_owned(),
        anchor: text(&operation["operationId"]),
        text: summary.trim().to_owned(),
        key: key && !open,
        parameters: items(&operation["parameters"]).iter().map(parameter).collect(),
        answers: answers.into_iter().flatten().map(answer).filter(Answer::is_own).collect(),
        examples: examples(method, path, key && !open),
        bodies: contents(&operation["requestBody"]["content"]),
    }
}

/// Command lines to copy, one for each way to ask.
fn examples(method: &str, path: &str, key: bool) -> Vec<String> {
    let ways: &[&str] = match (method, path) {
        ("POST", "/v1/licenses") => &[
            "-H \"Idempotency-Key: 2026-0001\" --json @license.json",
            "-H \"Idempotency-Key: 2026-0002\" -F fields=@license.json -F document=@own.pdf",
        ],
        ("POST", "/v1/licenses:search") => &["--json '{\"number\": \"JY13601050012345\"}'"],
        ("POST", "/v1/verifications") => {
            &["-F file=@license.pdf", "--json '{\"code\": \"the code printed on it\"}'"]
        }
        ("GET", "/v1/licenses/{id}/renditions/original") => &["-OJ"],
        ("PUT", _) => &["-X PUT -H \"If-Match: $TAG\" --json @type.json"],
        ("GET", "/v1/exemption-decisions/{id}/bundle") => &["-OJ"],
        ("GET", "/v1/exemption-decisions/{id}/copies/{license}") => &["-OJ"],
        ("POST", "/v1/assistance-requests/{id}:answer") => {
            &["--json '{\"outcome\": \"confirmed\", \"statement\": \"经核对登记记录\"}'"]
        }
        ("POST", "/v1/signing-requests") => &["-F fields=@signer.json -F document=@form.pdf"],
        ("POST", "/v1/signing-requests/{id}:complete") => {
            &["--json '{\"token\": \"that of the answer\", \"signature\": \"in base64\"}'"]
        }
        ("POST", "/v1/signing-requests/{id}:countersign") => &["--json '{\"seal\": \"its name\"}'"],
        ("POST", "/v1/signing-requests/{id}:cancel") => &["-X POST"],
        ("GET", "/v1/signing-requests/{id}/document") => &["-OJ"],
        ("POST", "/v1/form-documents") => {
            &["-OJ -H \"Content-Type: application/json\" -d @form.json"]
        }
        ("POST", "/v1/notices") => &["-H \"Idempotency-Key: 2026-0003\" --json @notice.json"],
        ("POST", "/v1/notices:bulk-issue") => {
            &["-H \"Idempotency-Key: 2026-0004\" --json @notices.json"]
        }
        ("GET", "/v1/notices/{id}/document") => &["-OJ"],
        ("POST", "/v1/notices/{id}:withdraw") => &["--json '{\"reason\": \"why\"}'"],
        ("POST", "/v1/notices/{id}:replace") => {
            &["--json '{\"fields\": {\"due\": \"2026-04-30\"}, \"reason\": \"why\"}'"]
        }
        ("POST", "/v1/undertakings") => {
            &["--json '{\"decision_id\": \"its id\", \"material\": \"its key\"}'"]
        }
        ("GET", "/v1/undertakings/{id}/document") => &["-OJ"],
        ("POST", "/v1/undertakings/{id}:sign") => {
            &["--json '{\"signing_request_id\": \"its id\"}'"]
        }
        ("POST", "/v1/undertakings/{id}:fulfil" | "/v1/undertakings/{id}:breach") => {
            &["--json '{\"reason\": \"经实地核查\"}'"]
        }
        ("POST", "/v1/compare") => &["--json @pairs.json"],
        // --json would ask for JSON.
        ("POST", "/v1/archive-packages") => {
            &["-OJ -H \"Content-Type: application/json\" -d '{\"license_id\": \"its id\"}'"]
        }
        ("GET", "/v/{code}") => &["-H \"Accept: application/json\""],
        _ => &[""],
    };
    let command = |way: &&str| {
        let key = if key { " -H \"Authorization: Bearer $YZ_KEY\"" } else { "" };
        let space = if way.is_empty() { "" } else { " " };
        format!("curl{key}{space}{way} \"$YZ_URL{path}\"")
    };
    ways.iter().map(command).collect()
}

fn contents(content: &Value) -> Vec<(String, Kind)> {
    let content = content.as_object().into_iter().flatten();
    content.map(|(name, value)| (name.clone(), Kind::of(&value["schema"]))).collect()
}

fn members(schema: &Value) -> Vec<Member> {
    let required = items(&schema["required"]);
    let properties = schema["properties"].as_object().into_iter().flatten();
    let member = |(name, value): (&String, &Value)| Member {
        name: name.clone(),
        place: String::new(),
        required: required.iter().any(|entry| entry == name),
        kind: Kind::of(value),
        description: described(value),
    };
    properties.map(member).collect()
}

/// The description of a schema, or of the one it leads to.
fn described(schema: &Value) -> String {
    let own = text(&schema["description"]);
    let listed = items(&schema["enum"]);
    if listed.is_empty() {
        return own;
    }
    let values = listed.iter().map(text).collect::<Vec<_>>().join(" | ");
    format!("{own} ({values})").trim().to_owned()
}

impl Answer {
    /// Whether it says more than what the head of the page says of every endpoint: that errors are
    /// problems.
    fn is_own(&self) -> bool {
        let problem = |(media, _): &(String, Kind)| media == "application/problem+json";
        let only = !self.contents.is_empty() && self.contents.iter().all(problem);
        !(only && self.description.is_empty())
    }
}

impl Kind {
    fn of(schema: &Value) -> Self {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
            return Self { text: name.clone(), link: Some(name) };
        }
        let either = items(&schema["oneOf"]).iter().chain(items(&schema["anyOf"]));
        if let Some(some) = either.into_iter().find(|one| one["type"] != "null") {
            return Self::of(some);
        }
        if schema["type"] == "array" {
            let inner = Self::of(&schema["items"]);
            return Self { text: format!("{}[]", inner.text), link: inner.link };
        }
        let named = match &schema["type"] {
            Value::Array(types) => types.iter().find(|one| *one != "null").map(text),
            Value::String(name) => Some(name.clone()),
            _ => None,
        };
        Self { text: named.unwrap_or_else(|| "any".to_owned()), link: None }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_endpoint_and_linked_schema_is_on_the_page() {
        let reference = reference();
        let operations: Vec<_> = reference.groups.iter().flat_map(|g| &g.operations).collect();
        let documented = ENDPOINTS.iter().filter(|endpoint| endpoint.documented);
        assert_eq!(operations.len(), documented.count());
        let links = operations.iter().flat_map(|operation| {
            let answers = operation.answers.iter().flat_map(|answer| &answer.contents);
            operation.bodies.iter().chain(answers).filter_map(|(_, kind)| kind.link.as_ref())
        });
        let members = reference.schemas.iter().flat_map(|schema| &schema.members);
        let mut seen = 0;
        for link in links.chain(members.filter_map(|member| member.kind.link.as_ref())) {
            assert!(reference.schemas.iter().any(|schema| schema.name == *link), "{link}");
            seen += 1;
        }
        assert!(seen > 20, "{seen} links");
    }
}
