//! How long a signature can be proven.

use crate::word::words;

words! { "level";
    /// What stands beside a signature so that it can still be judged later (ETSI EN 319 142-1, 6):
    /// each level has all of those before it.
    pub enum Level {
        /// The signature alone; its time is the one its signer claims.
        B = "b",
        /// A time stamp proves when it was there.
        T = "t",
        /// The certificates and revocation lists of that time are in the document.
        Lt = "lt",
        /// A time stamp over the whole document protects all of it.
        Lta = "lta",
    }
}
