//! Keys in custody.

use serde::Serialize;

/// A key in custody, as its operator sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// `RSA-2048`, `P-256`, `SM2`.
    pub kind: String,
    /// `active` or `retired`.
    pub state: String,
    /// Where it lives: `pkcs11:…`, `sdf:…`, or a file.
    pub custody: String,
    /// The subject of its certificate, when it has one.
    pub certificate: Option<String>,
}
