//! Pages of clients from made-up answers.

use super::super::clients::{ClientPage, ClientsPage, SecretPage, Typed};
use super::super::frame::Frame;
use app::App;
use app::view::{
    ClientView, ClientWebhookView, CredentialView, DeliveryView, LicenseTypeView, OrganizationView,
    WebhookEndpointView,
};
use askama::Template;

fn credential(kind: &str, state: &str) -> CredentialView {
    let at = "2026-03-02T09:15:04+08:00".to_owned();
    CredentialView {
        id: "01890000-0000-7000-8000-000000000003".to_owned(),
        kind: kind.to_owned(),
        key_id: format!("2026-{state}"),
        about: "P-256 <餐饮>".to_owned(),
        fingerprint: (kind == "key").then(|| "ab".repeat(32)),
        state: state.to_owned(),
        valid_from: at.clone(),
        valid_until: (state != "active").then(|| at.clone()),
        used_at: (state == "active").then_some(at),
    }
}

fn client(method: &str, status: &str) -> ClientView {
    let credentials = ["active", "future", "over", "revoked"].map(|state| credential("key", state));
    ClientView {
        id: "01890000-0000-7000-8000-000000000002".to_owned(),
        name: "permit-window".to_owned(),
        label: "样例<餐饮>审批系统".to_owned(),
        organization_id: "01890000-0000-7000-8000-000000000001".to_owned(),
        organization: "示例市市场监督管理局".to_owned(),
        method: method.to_owned(),
        scope: "license.issue license.read verify type:11100000000013338W011".to_owned(),
        addresses: vec!["10.1.2.0/24".to_owned()],
        requires_signed_requests: method == "signed_requests",
        status: status.to_owned(),
        valid_until: Some("2027-01-01T00:00:00+08:00".to_owned()),
        created_at: "2026-03-02T09:15:04+08:00".to_owned(),
        used_at: (status == "active").then(|| "2026-03-02T09:15:00+08:00".to_owned()),
        credentials: credentials.into(),
    }
}

fn delivery(state: &str) -> DeliveryView {
    DeliveryView {
        id: "01890000-0000-7000-8000-000000000005".to_owned(),
        r#type: "license.issued".to_owned(),
        state: state.to_owned(),
        attempts: 3,
        next_attempt_at: None,
        last_attempt_at: None,
        last_status: Some(500),
        trouble: (state == "dead").then(|| "status".to_owned()),
        created_at: "2026-03-02T09:15:04+08:00".to_owned(),
    }
}

fn webhook(state: &str) -> ClientWebhookView {
    let endpoint = WebhookEndpointView {
        id: "01890000-0000-7000-8000-000000000004".to_owned(),
        url: "https://hooks.example.gov.cn/<餐饮>".to_owned(),
        events: vec!["license.issued".to_owned()],
        state: state.to_owned(),
        failures: 0,
        paused_until: None,
        old_secret_until: None,
        sm2_public_key: String::new(),
        secret: None,
        created_at: "2026-03-02T09:15:04+08:00".to_owned(),
    };
    ClientWebhookView {
        endpoint,
        deliveries: ["delivered", "pending", "dead"].map(delivery).into(),
    }
}

/// The pages, with every state that they show.
pub(super) fn pages(
    frame: &Frame,
    organizations: &[OrganizationView],
    types: &[LicenseTypeView],
) -> Vec<(&'static str, askama::Result<String>)> {
    let methods = ["private_key_jwt", "tls_client_auth", "signed_requests", "client_secret"];
    let clients = methods.map(|method| client(method, "active"));
    let service = "https://zheng.example";
    let one = |client: &ClientView, webhooks: &[ClientWebhookView]| {
        ClientPage { frame, client, webhooks, service, error: None }.render()
    };
    let list = |clients: &[ClientView], error| {
        ClientsPage {
            frame,
            clients,
            organizations,
            permissions: App::client_permissions().iter().map(|one| one.as_str()).collect(),
            types,
            methods: &methods,
            error,
            typed: &Typed::default(),
        }
        .render()
    };
    vec![
        ("clients", list(&clients, Some(frame.words.problem_scope))),
        ("clients-none", list(&[], None)),
        ("client", one(&clients[0], &["enabled", "disabled"].map(webhook))),
        ("client-tls", one(&clients[1], &[])),
        ("client-signed", one(&clients[2], &[])),
        ("client-secret-method", one(&clients[3], &[])),
        ("client-over", one(&client("private_key_jwt", "over"), &[])),
        ("client-closed", one(&client("private_key_jwt", "closed"), &[])),
        ("client-secret", SecretPage { frame, client: &clients[0], secret: "0123abcd" }.render()),
    ]
}
