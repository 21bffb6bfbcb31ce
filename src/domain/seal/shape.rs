//! What seals look like, by the sizes in use.

use crate::word::words;

words! { "seal shape";
    /// The outline of a seal.
    pub enum SealShape {
        /// Round, with a star, the name on the arc.
        Round = "round",
        /// Oval, without a star.
        Oval = "oval",
        /// Square, for an organization.
        Square = "square",
        /// Square and small, for a person's name.
        Personal = "personal",
    }
}

impl SealShape {
    /// Width and height in mm, the usual one first: round 40 for companies, 42 for government
    /// bodies and 45, oval 40 × 30 (invoices) and 30 × 20 (tax), personal 18 × 18 (the police
    /// register's rules for physical seals, and the sizes that electronic seals in use have).
    #[must_use]
    pub fn sizes_mm(self) -> &'static [(u16, u16)] {
        match self {
            Self::Round => &[(42, 42), (40, 40), (45, 45)],
            Self::Oval => &[(40, 30), (30, 20)],
            Self::Square => &[(40, 40), (30, 30)],
            Self::Personal => &[(18, 18), (20, 20)],
        }
    }
}
