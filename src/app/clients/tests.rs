use super::*;
use crate::{Caller, OrganizationRequest, Presented, Settings};
use domain::access::Role;
use std::path::Path;

fn open(folder: &Path, production: bool, api_keys_in_production: bool) -> App {
    let settings = Settings::in_folder(folder);
    App::open(Settings { production, api_keys_in_production, ..settings }).expect("it opens")
}

fn founded(app: &App) -> Caller {
    let (name, code) = ("示例市档案馆".to_owned(), "11999900MB0000019D".to_owned());
    let new = OrganizationRequest { name, code, parent: String::new() };
    app.organization_found(&new).expect("registered");
    app.console("").expect("the only one")
}

fn new_client(caller: &Caller, method: &str) -> ClientRequest {
    ClientRequest {
        organization: caller.organization().expect("an organization").to_string(),
        name: "window".to_owned(),
        method: method.to_owned(),
        requires_signed_requests: false,
        change: ClientChange {
            label: "样例".to_owned(),
            scope: "verify".to_owned(),
            ..ClientChange::default()
        },
    }
}

#[test]
fn production_takes_neither_secrets_nor_keys_unless_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path(), false, false);
    let caller = founded(&app);
    let own = caller.organization().expect("an organization");
    let key = app.make_api_key(own, "样例", Role::Verifier).unwrap().to_string();
    let made = app.client_add(
        &caller,
        &new_client(&caller, "client_secret"),
        &CredentialRequest::default(),
    );
    let secret = made.unwrap().secret.expect("a secret");
    let asked = || TokenAsked {
        client: Some("window".to_owned()),
        proof: ClientProof::Secret(secret.clone()),
        address: None,
    };
    let presented = || Presented { token: key.clone(), certificate: None, address: None };
    app.token_issue(&asked(), "").expect("a token, for tests");
    app.authenticate(&presented()).expect("a key, for tests");
    drop(app);

    let app = open(folder.path(), true, false);
    let refused = app.token_issue(&asked(), "").unwrap_err();
    assert!(matches!(refused, TokenRefused::Protocol { code: "invalid_client", .. }), "{refused}");
    let refused = app.authenticate(&presented()).unwrap_err();
    let code = "api_key_in_production";
    assert!(matches!(refused, AppError::Unauthenticated { code: c } if c == code), "{refused}");
    let new = ClientRequest { name: "other".into(), ..new_client(&caller, "client_secret") };
    let refused = app.client_add(&caller, &new, &CredentialRequest::default()).unwrap_err();
    let code = "secret_in_production";
    assert!(matches!(refused, AppError::Refused { code: c, .. } if c == code), "{refused}");
    drop(app);
    let app = open(folder.path(), true, true);
    app.authenticate(&presented()).expect("it is configured so");
}

#[test]
fn a_closed_organization_has_no_clients_that_act() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path(), false, false);
    let caller = founded(&app);
    let new = OrganizationRequest {
        name: "示例局".to_owned(),
        code: "11999900MB00000278".to_owned(),
        parent: String::new(),
    };
    let other = app.organization_found(&new).unwrap();
    let new =
        ClientRequest { organization: other.id.clone(), ..new_client(&caller, "client_secret") };
    let secret = app.client_add(&caller, &new, &CredentialRequest::default()).unwrap().secret;
    let secret = secret.expect("a secret");
    let token = || {
        let (client, proof) = (Some("window".to_owned()), ClientProof::Secret(secret.clone()));
        app.token_issue(&TokenAsked { client, proof, address: None }, "")
    };
    let text = token().unwrap().text.to_string();
    let presented = Presented { token: text, certificate: None, address: None };
    app.token_bearer(&presented).expect("it may act");
    app.organization_close(&caller, &other.id).unwrap();
    assert!(token().is_err() && app.token_bearer(&presented).is_err());
}

#[test]
fn a_day_ends_in_china() {
    let end = until("2026-12-31").unwrap().unwrap();
    assert_eq!(end, time::macros::datetime!(2026-12-31 16:00 UTC));
    assert_eq!(until(" ").unwrap(), None);
    for bad in ["2026-02-30", "31.12.2026", "soon"] {
        assert!(until(bad).is_err(), "{bad}");
    }
}
