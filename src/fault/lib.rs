//! Places where a test makes the service fail. They are named, and there are none in a release:
//! whatever is built without debug assertions runs each step as if nothing stood around it.
//!
//! A test names a folder in the environment as `FAULT_AT`. A file there that is called like a place
//! arms it, and holds the word of a [`Fault`]. Whoever comes by next takes the file away, so that a
//! fault happens once, also to a service that is started again.

#[cfg(debug_assertions)]
mod armed;

/// True when places can be armed.
pub const ARE_THERE: bool = cfg!(debug_assertions);

/// What happens at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process ends just before the step.
    DiesBefore,
    /// The process ends just after the step.
    DiesAfter,
    /// The step is not done, and an error says so.
    NotDone,
    /// The step is done, and an error says that it was not.
    ReplyLost,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::DiesBefore, Self::DiesAfter, Self::NotDone, Self::ReplyLost];

    /// The word that arms a place with it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DiesBefore => "dies before",
            Self::DiesAfter => "dies after",
            Self::NotDone => "not done",
            Self::ReplyLost => "reply lost",
        }
    }

    /// Whether the process ends.
    #[must_use]
    pub fn is_deadly(self) -> bool {
        matches!(self, Self::DiesBefore | Self::DiesAfter)
    }
}

/// Runs a step that a test may have armed under this name; `error` is what a fault makes of it.
///
/// # Errors
/// Those of the step, and `error` when the place is armed with one.
#[cfg(debug_assertions)]
pub fn at<T, E>(
    place: &str,
    error: impl FnOnce() -> E,
    step: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    match armed::take(place) {
        None => step(),
        Some(Fault::DiesBefore) => std::process::abort(),
        Some(Fault::DiesAfter) => {
            step()?;
            std::process::abort()
        }
        Some(Fault::NotDone) => Err(error()),
        Some(Fault::ReplyLost) => {
            step()?;
            Err(error())
        }
    }
}

/// Runs a step.
///
/// # Errors
/// Those of the step.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn at<T, E>(
    _: &str,
    _: impl FnOnce() -> E,
    step: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    step()
}
