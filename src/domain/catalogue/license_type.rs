//! A kind of license.

use super::field::{Field, Names, Role};
use super::layout::Layout;
use super::rule::FieldRule;
use crate::identifier::LicenseTypeCode;
use serde::{Deserialize, Serialize};

/// Whether a type code is the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeStatus {
    /// Given by the defining authority.
    Official,
    /// Ours, until the published code is known: under an invented authority of division 999900.
    Placeholder,
}

/// Who holds a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HolderKind {
    /// Natural persons.
    Person,
    /// Legal persons and other organizations.
    Organization,
}

impl HolderKind {
    /// The word of the catalogue document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
        }
    }
}

/// What kind of paper a license is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 证照执照.
    License,
    /// 证明文件.
    Proof,
    /// 批文批复.
    Approval,
    /// 鉴定报告.
    Appraisal,
    /// 办事结果.
    Outcome,
}

/// The authority that defines a type.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DefiningAuthority {
    /// Its name.
    pub name: String,
    /// Its social credit code.
    pub code: String,
}

/// How long a license is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Validity {
    /// Until something happens to it.
    LongTerm,
    /// As its content says.
    Stated,
    /// So many years from the day of issue or from the first day of validity.
    Years {
        /// How many.
        years: u16,
    },
}

/// A kind of license: what it says and how it is drawn. Read with [`LicenseType::read`], so that
/// every value of this type is consistent.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LicenseType {
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub(super) schema: Option<String>,
    #[serde(with = "crate::as_text")]
    pub(super) code: LicenseTypeCode,
    pub(super) code_status: CodeStatus,
    pub(super) version: u32,
    pub(super) name: Names,
    pub(super) holder_kind: HolderKind,
    pub(super) defining_authority: DefiningAuthority,
    pub(super) category: Category,
    pub(super) validity: Validity,
    pub(super) fields: Vec<Field>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) rules: Vec<FieldRule>,
    pub(super) layout: Layout,
}

impl LicenseType {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> LicenseTypeCode {
        self.code
    }

    /// Whether the code is the published one.
    #[must_use]
    pub fn code_status(&self) -> CodeStatus {
        self.code_status
    }

    /// Version of this definition, from 1.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &Names {
        &self.name
    }

    /// Who holds licenses of it.
    #[must_use]
    pub fn holder_kind(&self) -> HolderKind {
        self.holder_kind
    }

    /// Who defined it.
    #[must_use]
    pub fn defining_authority(&self) -> &DefiningAuthority {
        &self.defining_authority
    }

    /// What kind of paper it is.
    #[must_use]
    pub fn category(&self) -> Category {
        self.category
    }

    /// How long its licenses are valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// Its fields in order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What holds across its fields; licenses that do not keep them are told of, not refused.
    #[must_use]
    pub fn rules(&self) -> &[FieldRule] {
        &self.rules
    }

    /// The field with this key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The fields with this role.
    pub fn fields_of(&self, role: Role) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.role == Some(role))
    }

    /// How it is drawn.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }
}
