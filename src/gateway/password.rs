//! Passwords: what is kept of them, and which are refused.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use zeroize::Zeroizing;

/// Long enough that guesses over the network, five in a quarter of an hour, never get there.
const CHARACTERS_MIN: usize = 12;
/// A sentence fits; more would only keep the processor busy.
const CHARACTERS_MAX: usize = 128;
/// Letters and digits that nobody takes for another: no 0, O, 1, l, I.
const ALPHABET: &[u8; 57] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// What long passwords are made of that everybody tries first.
const COMMON: [&str; 12] = [
    "password", "passw0rd", "qwerty", "123456", "abcdef", "letmein", "welcome", "admin",
    "iloveyou", "asdfgh", "woaini", "yinzheng",
];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Too few characters, or too many.
    #[error("a password has 12 to 128 characters")]
    Length,
    /// What anybody would try first.
    #[error("the password is easily guessed")]
    Guessed,
}

/// Whether a password may be somebody's, who signs in as `login`.
///
/// # Errors
/// Why not.
pub fn accept(password: &str, login: &str) -> Result<(), PasswordRefused> {
    let length = password.chars().count();
    if !(CHARACTERS_MIN..=CHARACTERS_MAX).contains(&length) {
        return Err(PasswordRefused::Length);
    }
    let small = Zeroizing::new(password.to_lowercase());
    let rest = Zeroizing::new(
        COMMON.iter().fold(small.replace(login, ""), |rest, common| rest.replace(common, "")),
    );
    let mut kinds: Vec<char> = rest.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    // What is left besides the well-known parts must be worth guessing.
    let (many, varied) = (rest.chars().count() >= CHARACTERS_MIN / 2, kinds.len() >= 5);
    (many && varied).then_some(()).ok_or(PasswordRefused::Guessed)
}

/// What is kept of a password: Argon2id with a salt of its own (19 MiB, two passes), as a PHC
/// string.
///
/// # Errors
/// When the system has no chance to give.
pub fn keep(password: &str) -> Result<String, password_hash::Error> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Whether this password is the one of which `kept` was kept.
#[must_use]
pub fn fits(password: &str, kept: &str) -> bool {
    if password.len() > CHARACTERS_MAX * 4 {
        return false;
    }
    let kept = PasswordHash::new(kept);
    kept.is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

/// Takes as long as [`fits`], for a name that nobody has: who asks must not see the difference.
pub fn pretend(password: &str) {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| keep("nobody's").unwrap_or_default());
    let _ = fits(password, &NOBODYS);
}

/// A first password of these random bytes, in groups that can be read aloud: some 93 bits.
#[must_use]
pub fn first(random: &[u8; 16]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(19));
    for (place, byte) in random.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_what_was_kept_of_it_alone() {
        let kept = keep("松下问童子言师采药去也").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(fits("松下问童子言师采药去也", &kept));
        assert_ne!(keep("松下问童子言师采药去也").unwrap(), kept, "another salt");
        for wrong in ["", "松下问童子", &"a".repeat(600)] {
            assert!(!fits(wrong, &kept), "{wrong}");
        }
        assert!(!fits("anything", "not a hash") && !fits("", ""));
        pretend("anything");
    }

    #[test]
    fn what_anybody_would_guess_is_refused() {
        for (password, expected) in [
            ("correct horse battery", Ok(())),
            ("云深不知处只在此山中又何处", Ok(())),
            ("short", Err(PasswordRefused::Length)),
            (&"long".repeat(40), Err(PasswordRefused::Length)),
            ("passwordpassword", Err(PasswordRefused::Guessed)),
            ("Password123456!", Err(PasswordRefused::Guessed)),
            ("aaaaaaaaaaaaaaaa", Err(PasswordRefused::Guessed)),
            ("ababababababab", Err(PasswordRefused::Guessed)),
            ("clerk.oneclerk.one", Err(PasswordRefused::Guessed)),
        ] {
            assert_eq!(accept(password, "clerk.one"), expected, "{password}");
        }
    }

    #[test]
    fn a_first_password_is_accepted_and_readable() {
        let first = first(&[0, 1, 2, 3, 50, 51, 52, 53, 99, 98, 97, 96, 255, 254, 253, 252]);
        assert_eq!(first.len(), 19);
        assert_eq!(accept(&first, "clerk"), Ok(()));
        assert!(!first.contains(['0', 'O', '1', 'l', 'I']), "{}", *first);
    }
}
