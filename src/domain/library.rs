//! The material library (材料库): materials of a person or a body that are no licenses, kept to be used
//! again. Its grade (国办函〔2016〕108号) follows from where a material comes from and who has looked at it;
//! like its end, it is computed and never stored.

use crate::audit::Actor;
use crate::canonical::search_key;
use crate::digest::Sha256;
use crate::exemption::{Grade, ItemCode, KeptFile, Material, MaterialSource};
use crate::id::{ExemptionDecisionId, LibraryMaterialId, OrganizationId};
use crate::word::words;
use time::{Date, OffsetDateTime};

words! { "library source";
    /// Where a material comes from.
    pub enum LibrarySource {
        /// A copy of something that somebody else made.
        Copy = "copy",
        /// Made by the holder.
        SelfMade = "self_made",
    }
}

/// Who handed a material in; for the holder who did it personally, no organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedIn {
    /// Who.
    pub by: Actor,
    /// At which department.
    pub organization: Option<OrganizationId>,
    /// Who sat at the screen, as the system says.
    pub operator: String,
    /// In which case; empty for none.
    pub case_no: String,
}

/// That a clerk compared a material with the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryCheck {
    /// Who.
    pub by: Actor,
    /// For which department.
    pub organization: OrganizationId,
    /// Who sat at the screen, as the system says.
    pub operator: String,
    /// At which window.
    pub window: String,
    /// In which case.
    pub case_no: String,
    /// When.
    pub at: OffsetDateTime,
}

/// That the holder had a material erased: the file is gone, the row stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryErasure {
    /// Who.
    pub by: Actor,
    /// At which department; none for the holder.
    pub organization: Option<OrganizationId>,
    /// When.
    pub at: OffsetDateTime,
}

/// One use of a material: once for a department, a case and an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryUse {
    /// The material.
    pub material: LibraryMaterialId,
    /// By which department.
    pub organization: OrganizationId,
    /// For which case.
    pub case_no: String,
    /// For which item; empty where none was named.
    pub item: String,
    /// The decision that relied on it; none of a file that was fetched.
    pub decision: Option<ExemptionDecisionId>,
    /// When.
    pub at: OffsetDateTime,
}

/// A material that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryMaterial {
    /// Its id.
    pub id: LibraryMaterialId,
    /// What is kept of the holder's code.
    pub holder: Sha256,
    /// What kind of material it is, as items call it.
    pub name: String,
    /// Where it comes from.
    pub source: LibrarySource,
    /// Who handed it in.
    pub handed: HandedIn,
    /// Media type of the file.
    pub media_type: String,
    /// Its pages.
    pub pages: u32,
    /// The file as it is kept.
    pub file: KeptFile,
    /// The file as it came; the same where nothing was written anew.
    pub original: KeptFile,
    /// The last day on which it may be used, if it has one.
    pub last_day: Option<Date>,
    /// When it was handed in.
    pub at: OffsetDateTime,
    /// Who compared it with the original.
    pub check: Option<LibraryCheck>,
    /// Since when it is erased.
    pub erased: Option<LibraryErasure>,
}

impl LibraryMaterial {
    /// How far its origin is trusted.
    #[must_use]
    pub fn grade(&self) -> Grade {
        match (self.source, &self.check) {
            (LibrarySource::SelfMade, _) => Grade::D,
            (LibrarySource::Copy, Some(_)) => Grade::B,
            (LibrarySource::Copy, None) => Grade::C,
        }
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.last_day.is_some_and(|last| last < today)
    }

    /// Whether this clerk handed it in: nobody checks what they brought themselves.
    #[must_use]
    pub fn was_handed_in_by(&self, by: &Actor, operator: &str) -> bool {
        self.handed.by == *by && (matches!(by, Actor::Staff(_)) || self.handed.operator == operator)
    }
}

/// A material of the library as a decision sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LibraryHeld {
    /// Its id.
    pub id: LibraryMaterialId,
    /// What kind of material it is.
    pub name: String,
    /// How far it is trusted.
    pub grade: Grade,
    /// Its last day, if it has one.
    pub last_day: Option<Date>,
    /// Whether it is erased.
    pub erased: bool,
}

impl From<&LibraryMaterial> for LibraryHeld {
    fn from(one: &LibraryMaterial) -> Self {
        Self {
            id: one.id,
            name: one.name.clone(),
            grade: one.grade(),
            last_day: one.last_day,
            erased: one.erased.is_some(),
        }
    }
}

impl LibraryHeld {
    /// Whether it may stand for a material that an item asks for: of the same name, there, not over, and
    /// of a grade that is accepted. What an office issues is never replaced by what the applicant made.
    #[must_use]
    pub fn stands_for(&self, material: &Material, today: Date) -> bool {
        let there = !self.erased && self.last_day.is_none_or(|last| last >= today);
        let graded = self.grade <= material.grade
            && !(self.grade == Grade::D && material.source == MaterialSource::Issued);
        there && graded && search_key(&self.name) == search_key(&material.name.zh)
    }
}

/// What a use says of the item: several are one text.
#[must_use]
pub fn items_text<'a>(items: impl Iterator<Item = &'a ItemCode>) -> String {
    items.map(ItemCode::as_str).collect::<Vec<_>>().join(" ")
}
