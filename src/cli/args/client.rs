//! `yinzheng client`.

use super::DataTyped;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Systems that call the service.
#[derive(Debug, Args)]
pub(crate) struct ClientTyped {
    #[command(subcommand)]
    pub(crate) command: ClientCommand,
}

/// What to do with clients.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientCommand {
    /// Register a client with its key or certificate; a secret is made and shown, once.
    Add(ClientAddTyped),
    /// List clients.
    List(DataTyped),
    /// Show a client and what it proves itself with.
    Show(ClientNamedTyped),
    /// Give a client another key, certificate or secret; those before stay in force.
    Rotate(ClientRotateTyped),
    /// End a key, certificate or secret: now, or after a last day.
    Revoke(ClientRevokeTyped),
    /// Close a client: refused at once, and for good.
    Close(ClientNamedTyped),
    /// Print an assertion by which a client gets a token (`private_key_jwt`); needs no server.
    Assertion(AssertionTyped),
    /// Print the headers that sign a request; needs no server.
    SignRequest(SignRequestTyped),
}

/// What a client proves itself with.
#[derive(Debug, Args)]
pub(crate) struct ProofTyped {
    /// Public key (PEM or JWK) or certificate (PEM).
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Name of the key within the client; `kid` of a JWK, or a new one, by default.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) key_id: String,
    /// Last day of the key.
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) key_until: String,
}

/// Register a client.
#[derive(Debug, Args)]
pub(crate) struct ClientAddTyped {
    /// The organization, by id or social credit code.
    #[arg(long)]
    pub(crate) organization: String,
    /// Name of the client (client_id).
    #[arg(long)]
    pub(crate) name: String,
    /// What people call it.
    #[arg(long)]
    pub(crate) label: String,
    /// private_key_jwt, tls_client_auth, signed_requests, or client_secret for tests.
    #[arg(long)]
    pub(crate) method: String,
    /// Permissions, narrowed by type:CODE, department:ID and item:CODE, with blanks between.
    #[arg(long)]
    pub(crate) scope: String,
    /// Networks from which it calls, with blanks between; from anywhere by default.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) addresses: String,
    /// Last day of the client.
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub(crate) until: String,
    /// Refuse requests of the client that are not signed.
    #[arg(long)]
    pub(crate) signed_requests: bool,
    #[command(flatten)]
    pub(crate) proof: ProofTyped,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// One client.
#[derive(Debug, Args)]
pub(crate) struct ClientNamedTyped {
    /// Name of the client.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Give a client another credential.
#[derive(Debug, Args)]
pub(crate) struct ClientRotateTyped {
    /// Name of the client.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) proof: ProofTyped,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// End a credential of a client.
#[derive(Debug, Args)]
pub(crate) struct ClientRevokeTyped {
    /// Name of the client.
    pub(crate) name: String,
    /// Name of the key, certificate or secret.
    pub(crate) key_id: String,
    /// Its last day; now by default.
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub(crate) until: String,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Print an assertion.
#[derive(Debug, Args)]
pub(crate) struct AssertionTyped {
    /// Name of the client.
    pub(crate) name: String,
    /// Private key of the client, PEM (PKCS#8).
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Name of the key within the client.
    #[arg(long, value_name = "NAME")]
    pub(crate) key_id: Option<String>,
    /// Address of the service.
    #[arg(long, value_name = "URL")]
    pub(crate) audience: String,
}

/// Print the headers that sign a request.
#[derive(Debug, Args)]
pub(crate) struct SignRequestTyped {
    /// Name of the client.
    pub(crate) name: String,
    /// Method of the request.
    pub(crate) method: String,
    /// Its whole address.
    pub(crate) url: String,
    /// Private key of the client, PEM (PKCS#8), or its secret for --mac.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Name of the key within the client.
    #[arg(long, value_name = "NAME")]
    pub(crate) key_id: String,
    /// File with the body.
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,
    /// A header that is sent and signed, such as 'X-Case-No: 2026-7'.
    #[arg(long = "header", value_name = "HEADER")]
    pub(crate) headers: Vec<String>,
    /// The simple profile: hmac-sm3 or hmac-sha256.
    #[arg(long, value_name = "MAC")]
    pub(crate) mac: Option<String>,
}
