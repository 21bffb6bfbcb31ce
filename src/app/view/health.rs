//! How the service is.

use serde::Serialize;

/// How the service is, part by part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HealthView {
    /// When it was looked at.
    pub as_of: String,
    /// The worst light of all: `good`, `unknown`, `attention` or `bad`.
    pub light: &'static str,
    /// The parts.
    pub parts: Vec<HealthPartView>,
}

/// How one part is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HealthPartView {
    /// Such as `register` or `backup`.
    pub part: &'static str,
    /// `good`, `unknown`, `attention` or `bad`.
    pub light: &'static str,
    /// Stable code of the state, such as `certificate_30_days`.
    pub code: &'static str,
    /// The state and what to do, in Chinese.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
}
