//! The systems of the demo: one that signs tokens with its key, one that signs each request. Their
//! keys lie in the folder of the demo; one with a certificate needs TLS, which the demo has not.

use super::{unwritable, write};
use crate::{App, AppError, Caller, ClientChange, ClientRequest, CredentialRequest, SystemRandom};
use domain::id::OrganizationId;
use formats::algorithm::{KeyKind, PrivateKey};
use formats::x509::to_pem;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A system of the demo. These are keys to invented data only.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ClientSummary {
    /// Its `client_id`.
    pub name: String,
    /// How it proves who it is.
    pub method: String,
    /// File with its private key (PEM) or its secret.
    pub key: PathBuf,
    /// Name of the key.
    pub key_id: String,
}

const SCOPE: &str = "catalogue.read license.issue license.read license.status verify";
const KEY_ID: &str = "1";

/// Registers the systems, which act for a department.
pub(super) fn register(
    app: &App,
    folder: &Path,
    department: OrganizationId,
) -> Result<Vec<ClientSummary>, AppError> {
    let folder = folder.join("clients");
    std::fs::create_dir_all(&folder).map_err(|cause| unwritable(&folder, cause))?;
    let failed = |cause| AppError::internal("making a key of the demo".to_owned(), cause);
    let key = PrivateKey::generate(&KeyKind::P256, &mut SystemRandom)
        .map_err(|cause: formats::algorithm::SignError| failed(Box::new(cause)))?;
    let public = to_pem("PUBLIC KEY", key.public_key().to_spki());
    let signs_tokens = to_pem("PRIVATE KEY", &key.to_pkcs8());
    let caller = Caller::Console { organization: department };
    let mut clients = Vec::new();
    for (name, label, method, material, file, own) in [
        (
            "sample-approval",
            "样例审批系统",
            "private_key_jwt",
            public,
            "approval.pem",
            Some(signs_tokens),
        ),
        ("sample-window", "样例窗口系统", "signed_requests", String::new(), "window.secret", None),
    ] {
        let new = ClientRequest {
            organization: department.to_string(),
            name: name.to_owned(),
            method: method.to_owned(),
            requires_signed_requests: false,
            change: ClientChange {
                label: label.to_owned(),
                scope: SCOPE.to_owned(),
                ..ClientChange::default()
            },
        };
        let key_id = KEY_ID.to_owned();
        let first = CredentialRequest { material, key_id, valid_until: String::new() };
        let made = app.client_add(&caller, &new, &first)?;
        let secret = own.or_else(|| made.secret.map(|secret| secret.to_string()));
        let path = folder.join(file);
        write(&path, secret.unwrap_or_default().as_bytes())?;
        let (name, method) = (name.to_owned(), method.to_owned());
        clients.push(ClientSummary { name, method, key: path, key_id: KEY_ID.to_owned() });
    }
    Ok(clients)
}
