//! Who looked at what is personal, by which way, and why.

use std::borrow::Cow;

use time::OffsetDateTime;

use super::chain::{Chained, Link};
use super::event::Actor;
use crate::id::{AccessId, LicenseId, OrganizationId};
use crate::word::words;

words! { "basis";
    /// What allows somebody to look.
    pub enum Basis {
        /// The organization has issued it.
        Issuer = "issuer",
        /// At the machine itself, for an organization.
        Console = "console",
        /// To see whether everything was done as it should be.
        Audit = "audit",
        /// An office, for an application that it decides about by law (依职能).
        Function = "function",
    }
}

words! { "kind of content";
    /// What of a license was shown.
    pub enum Fields {
        /// Every field of its content.
        Content = "content",
        /// The sealed file.
        File = "file",
    }
}

words! { "outcome";
    /// What became of it.
    pub enum Outcome {
        /// It was shown.
        Shown = "shown",
        /// There was nothing of the kind, which was told.
        Nothing = "nothing",
    }
}

/// Why and by which way somebody looks at what is personal. What was not said is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errand {
    /// The way, such as `GET /v1/licenses/{id}`.
    pub route: String,
    /// Roles of the person who signed in.
    pub roles: String,
    /// Who sits at the client's screen, as the client names them.
    pub operator: String,
    /// The role of the operator.
    pub operator_role: String,
    /// Code of the item (事项) for which it is needed.
    pub item: String,
    /// The case (办件) for which it is needed.
    pub case_no: String,
}

/// The text is none that a client may say of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "1 to 100 letters, digits, blanks and . _ - / : # @ ( ) 〔 〕 （ ） 【 】, a letter or digit first"
)]
pub struct NotSaid;

impl Errand {
    /// By this way, for no case.
    #[must_use]
    pub fn by(route: &str) -> Self {
        Self { route: route.to_owned(), ..Self::default() }
    }

    /// What a client may say: no signs that a spreadsheet or a terminal would take for a command.
    ///
    /// # Errors
    /// [`NotSaid`], which says what may be said.
    pub fn said(text: &str) -> Result<String, NotSaid> {
        const CHARACTERS_MAX: usize = 100;
        const SIGNS: &str = " ._-/:#@()〔〕（）【】[]";
        let text = text.trim();
        let first = |c: char| c.is_alphanumeric() || "〔（【([".contains(c);
        let right = text.chars().count() <= CHARACTERS_MAX
            && text.starts_with(first)
            && text.chars().all(|c| c.is_alphanumeric() || SIGNS.contains(c));
        right.then(|| text.to_owned()).ok_or(NotSaid)
    }
}

/// One look: a row of the access log before it has its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Its id.
    pub id: AccessId,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub actor: Actor,
    /// For which organization.
    pub organization: Option<OrganizationId>,
    /// Why, and by which way.
    pub errand: Errand,
    /// What allows it.
    pub basis: Basis,
    /// Whose: the licenses that were shown.
    pub licenses: Vec<LicenseId>,
    /// What of them.
    pub fields: Fields,
    /// What became of it.
    pub outcome: Outcome,
}

/// A row of the access log in its place.
pub type AccessRow = Chained<Access>;

impl Access {
    /// The licenses as one text, with blanks between.
    #[must_use]
    pub fn licenses_text(&self) -> String {
        let texts: Vec<String> = self.licenses.iter().map(ToString::to_string).collect();
        texts.join(" ")
    }
}

impl Link for Access {
    const LAYOUT: &'static [u8] = b"yinzheng access 1\0";

    fn at(&self) -> OffsetDateTime {
        self.at
    }

    fn moved(self, at: OffsetDateTime) -> Self {
        Self { at, ..self }
    }

    fn texts(&self) -> Vec<Cow<'_, str>> {
        let Errand { route, roles, operator, operator_role, item, case_no } = &self.errand;
        let organization = self.organization.map_or_else(String::new, |one| one.to_string());
        vec![
            self.id.to_string().into(),
            self.actor.to_string().into(),
            organization.into(),
            route.into(),
            roles.into(),
            operator.into(),
            operator_role.into(),
            item.into(),
            case_no.into(),
            self.basis.as_str().into(),
            self.licenses_text().into(),
            self.fields.as_str().into(),
            self.outcome.as_str().into(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::audit::{Broken, Head, verify};
    use crate::id::ApiKeyId;

    const NOW: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

    fn access(seed: u8) -> Access {
        Access {
            id: AccessId::mint(NOW, [seed; 10]),
            at: NOW,
            actor: Actor::ApiKey(ApiKeyId::mint(NOW, [1; 10])),
            organization: Some(OrganizationId::mint(NOW, [2; 10])),
            errand: Errand { case_no: "示2026-1".into(), ..Errand::by("GET /v1/licenses/{id}") },
            basis: Basis::Issuer,
            licenses: vec![LicenseId::mint(NOW, [3; 10]), LicenseId::mint(NOW, [4; 10])],
            fields: Fields::Content,
            outcome: Outcome::Shown,
        }
    }

    /// All single changes of one row that a hand on the database could make.
    fn change(row: &mut AccessRow, kind: u8) {
        let entry = &mut row.entry;
        let errand = &mut entry.errand;
        match kind {
            0 => entry.actor = Actor::Anonymous,
            1 => entry.organization = None,
            2 => errand.route.push('x'),
            3 => errand.roles.push('x'),
            4 => errand.operator.push('x'),
            5 => errand.operator_role.push('x'),
            6 => errand.item.push('x'),
            7 => errand.case_no.push('x'),
            8 => entry.basis = Basis::Console,
            9 => drop(entry.licenses.pop()),
            10 => entry.fields = Fields::File,
            11 => entry.outcome = Outcome::Nothing,
            12 => entry.at += time::Duration::MICROSECOND,
            13 => entry.id = AccessId::mint(NOW, [0xee; 10]),
            // Text that moves from one column to the next.
            _ => errand.operator = std::mem::take(&mut errand.case_no),
        }
    }

    proptest! {
        #[test]
        fn any_change_is_named(place in 0..4usize, kind in 0..15u8) {
            let mut head = Head::empty();
            let mut rows: Vec<_> = (0..4).map(|seed| head.append(access(seed))).collect();
            prop_assert_eq!(verify(&rows), Ok(head));
            change(&mut rows[place], kind);
            prop_assert_eq!(verify(&rows), Err(Broken { sequence: place as u64 + 1 }));
        }
    }

    #[test]
    fn what_may_be_said() {
        for (text, said) in [
            ("示食药〔2026〕12号", Ok("示食药〔2026〕12号")),
            (" A-12/3 ", Ok("A-12/3")),
            ("〔2026〕1", Ok("〔2026〕1")),
            ("", Err(NotSaid)),
            ("=1+1", Err(NotSaid)),
            ("-1", Err(NotSaid)),
            ("@x", Err(NotSaid)),
            ("a\r\nb", Err(NotSaid)),
            ("a\u{1b}[2J", Err(NotSaid)),
            ("a\"b", Err(NotSaid)),
            ("a,b", Err(NotSaid)),
            ("\u{202e}a", Err(NotSaid)),
        ] {
            assert_eq!(Errand::said(text).as_deref(), said.as_ref().map(|text| *text), "{text}");
        }
        assert_eq!(Errand::said(&"9".repeat(101)), Err(NotSaid));
    }
}
