//! Every endpoint: in the published document, and closed to those who may not call it.

use crate::support::service::demo;
use crate::support::snapshot;
use web::census::{ENDPOINTS, Permission};

#[test]
fn the_openapi_document_is_published_as_it_is_served() {
    let served = String::from_utf8(demo().at("/openapi.json").expect(200).body).expect("text");
    snapshot::compare("schema/openapi.json", &format!("{}\n", served.trim_end()));
}

#[test]
fn every_documented_endpoint_is_in_the_document_and_no_other() {
    let document = demo().at("/openapi.json").expect(200).json();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let mut published: Vec<String> = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let methods = operations.as_object().expect("operations").keys();
        published.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    published.sort();
    let documented = ENDPOINTS.iter().filter(|endpoint| endpoint.documented);
    let mut served: Vec<_> = documented.map(|e| format!("{} {}", e.method, e.path)).collect();
    served.sort();
    assert_eq!(published, served);
}

#[test]
fn nobody_passes_without_rights() {
    let wrong = ["Bearer yz_unknown", "Bearer ", "Basic eDp5", "Bearer \u{5370}", "yz_"];
    for endpoint in ENDPOINTS {
        let path = endpoint.path.replace("{id}", "0").replace("{code}", "0").replace("{name}", "0");
        let path = path.replace("{event}", "0");
        let method = match endpoint.method.as_str() {
            "POST" => "POST",
            "DELETE" => "DELETE",
            _ => "GET",
        };
        let request = demo().request(method, &path);
        match endpoint.permission {
            Permission::Department => {
                let answer = request.send().expect(401);
                assert_eq!(answer.header("content-type"), Some("application/problem+json"));
                assert_eq!(answer.json()["code"], "token_missing", "{method} {path}");
                for key in wrong {
                    request.clone().header("Authorization", key).send().expect(401);
                }
            }
            Permission::Anyone => {
                let status = request.send().status;
                assert!(![401, 403, 500].contains(&status), "{method} {path}: {status}");
            }
        }
    }
}

#[test]
fn every_answer_carries_the_security_headers() {
    for path in ["/", "/docs", "/v1/license-types", "/v1/seals", "/absent", "/healthz"] {
        let answer = demo().at(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(
            policy.contains("default-src 'none'") || policy.contains("default-src 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(answer.header("referrer-policy").is_some(), "{path}");
    }
}
