//! People of an organization who sign in.

use std::fmt;
use std::str::FromStr;

use time::{Duration, OffsetDateTime};

use super::Roles;
use crate::id::{OrganizationId, StaffId};
use crate::word::words;

/// Wrong guesses in a row after which an account rests.
const GUESSES_MAX: u32 = 5;
/// How long it rests: some 500 guesses a day against a password that is not in any list.
const RESTS: Duration = Duration::minutes(15);
/// How long a first password, which another person knows, opens the way to an own one.
const FIRST_PASSWORD_LASTS: Duration = Duration::days(7);

/// The name with which somebody signs in: 2 to 64 small letters, digits, and `.`, `-`, `_`, `@`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login(String);

/// The text is no name to sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name to sign in with has 2 to 64 letters a to z, digits, and . - _ @")]
pub struct BadLogin;

impl FromStr for Login {
    type Err = BadLogin;

    /// Capital letters mean small ones.
    fn from_str(text: &str) -> Result<Self, BadLogin> {
        let text = text.trim().to_ascii_lowercase();
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
        let right = (2..=64).contains(&text.len()) && text.chars().all(known);
        right.then_some(Self(text)).ok_or(BadLogin)
    }
}

impl fmt::Display for Login {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Login {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

words! { "staff status";
    /// Whether somebody may sign in.
    pub enum StaffStatus {
        /// Has a first password, and no own one yet.
        Invited = "invited",
        /// May.
        Active = "active",
        /// Left, or was shut out.
        Closed = "closed",
    }
}

/// Somebody who signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct Staff {
    /// The id.
    pub id: StaffId,
    /// The organization for which the person acts.
    pub organization: OrganizationId,
    /// The name to sign in with.
    pub login: Login,
    /// The person's name.
    pub name: String,
    /// What the person may do.
    pub roles: Roles,
    /// Whether the person may sign in.
    pub status: StaffStatus,
    /// What is kept of the password (a PHC string).
    pub password: String,
    /// When the password was set.
    pub password_at: OffsetDateTime,
    /// The secret of one-time codes, as custody wrapped it; none before the person has set it up.
    pub one_time: Option<Vec<u8>>,
    /// The time step of the newest code that was taken: none is taken twice.
    pub one_time_step: u64,
    /// Wrong guesses since the last right one.
    pub guesses: u32,
    /// Nobody signs in before this.
    pub rests_until: Option<OffsetDateTime>,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Grows by one with every change.
    pub version: u32,
}

impl fmt::Debug for Staff {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, roles, status, version, .. } = self;
        write!(out, "Staff({id}, {roles}, {status}, version {version})")
    }
}

/// Why nobody signs in with this account now. For the log: who tries is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginRefused {
    /// It is closed.
    #[error("the account is closed")]
    Closed,
    /// Too many wrong guesses.
    #[error("the account rests after wrong guesses")]
    Rests,
    /// Its first password is too old.
    #[error("the first password is too old")]
    TooOld,
}

impl Staff {
    /// Whether one may try to sign in.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, at: OffsetDateTime) -> Result<(), LoginRefused> {
        if self.status == StaffStatus::Closed {
            return Err(LoginRefused::Closed);
        }
        if self.rests_until.is_some_and(|until| at < until) {
            return Err(LoginRefused::Rests);
        }
        let first = self.status == StaffStatus::Invited;
        if first && at > self.password_at + FIRST_PASSWORD_LASTS {
            return Err(LoginRefused::TooOld);
        }
        Ok(())
    }

    /// Counts a wrong password or code; true when the account rests because of it.
    pub fn guessed_wrong(&mut self, at: OffsetDateTime) -> bool {
        self.guesses += 1;
        let rests = self.guesses >= GUESSES_MAX;
        if rests {
            self.guesses = 0;
            self.rests_until = Some(at + RESTS);
        }
        rests
    }

    /// Notes that the person signed in with the code of this time step.
    ///
    /// # Errors
    /// The code was taken before, or a later one was.
    pub fn signed_in(&mut self, step: u64) -> Result<(), CodeUsed> {
        if step <= self.one_time_step {
            return Err(CodeUsed);
        }
        self.one_time_step = step;
        self.guesses = 0;
        self.rests_until = None;
        Ok(())
    }

    /// Makes the account what it was at first: with a password that somebody else knows.
    pub fn reset(&mut self, password: String, at: OffsetDateTime) {
        (self.password, self.password_at) = (password, at);
        (self.status, self.one_time) = (StaffStatus::Invited, None);
        (self.guesses, self.rests_until) = (0, None);
    }
}

/// A one-time code was taken before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code was used")]
pub struct CodeUsed;

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn staff() -> Staff {
        Staff {
            id: StaffId::mint(NOON, [1; 10]),
            organization: OrganizationId::mint(NOON, [2; 10]),
            login: "clerk.one".parse().unwrap(),
            name: "样例经办人".into(),
            roles: "clerk".parse().unwrap(),
            status: StaffStatus::Active,
            password: "$argon2id$".into(),
            password_at: NOON,
            one_time: Some(vec![1]),
            one_time_step: 7,
            guesses: 0,
            rests_until: None,
            created_at: NOON,
            version: 1,
        }
    }

    #[test]
    fn five_wrong_guesses_and_it_rests() {
        let mut one = staff();
        for guess in 1..=5 {
            assert_eq!(one.admits(NOON), Ok(()));
            assert_eq!(one.guessed_wrong(NOON), guess == 5);
        }
        assert_eq!(one.admits(NOON + RESTS - Duration::SECOND), Err(LoginRefused::Rests));
        assert_eq!(one.admits(NOON + RESTS), Ok(()));
        one.signed_in(8).unwrap();
        assert_eq!((one.guesses, one.rests_until), (0, None));
    }

    #[test]
    fn a_code_is_taken_once() {
        let mut one = staff();
        assert_eq!(one.signed_in(7), Err(CodeUsed));
        assert_eq!(one.signed_in(8), Ok(()));
        assert_eq!(one.signed_in(8), Err(CodeUsed));
    }

    #[test]
    fn a_first_password_is_for_a_week() {
        let mut one = staff();
        one.reset("$argon2id$2".into(), NOON);
        assert_eq!((one.status, &one.one_time), (StaffStatus::Invited, &None));
        assert_eq!(one.admits(NOON + FIRST_PASSWORD_LASTS), Ok(()));
        let later = NOON + FIRST_PASSWORD_LASTS + Duration::SECOND;
        assert_eq!(one.admits(later), Err(LoginRefused::TooOld));
        let closed = Staff { status: StaffStatus::Closed, ..staff() };
        assert_eq!(closed.admits(NOON), Err(LoginRefused::Closed));
        assert!(!format!("{closed:?}").contains("argon2id"));
    }

    #[test]
    fn names_to_sign_in_with() {
        for (text, right) in [
            ("clerk", Some("clerk")),
            (" Li.Lei@example ", Some("li.lei@example")),
            ("a", None),
            ("李雷", None),
            ("a b", None),
            ("", None),
        ] {
            let read = text.parse::<Login>();
            assert_eq!(read.as_ref().map(Login::as_str).ok(), right, "{text}");
        }
        assert!("a".repeat(65).parse::<Login>().is_err());
    }
}
