//! How much work a path may cost.

/// The work left. One budget may serve several searches over one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Issuer candidates looked at. A file with 20 certificates of one name, all issuing each
    /// other, needs fewer; a made-up maze needs exponentially many.
    pub candidates: u32,
    /// Signatures verified: each costs up to 0.3 ms (SM2), so 100 stay below 50 ms. An honest
    /// path needs one per link.
    pub signatures: u32,
    /// Names compared with name constraints: about 20 ns each, so all of them stay below 10 ms.
    /// The richest honest certificates in hand need some hundreds.
    pub name_comparisons: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { candidates: 1_000, signatures: 100, name_comparisons: 250_000 }
    }
}

/// The budget ran out: neither yes nor no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the search was given up: too many {0}")]
pub struct Exhausted(pub &'static str);

fn spend(left: &mut u32, what: &'static str) -> Result<(), Exhausted> {
    *left = left.checked_sub(1).ok_or(Exhausted(what))?;
    Ok(())
}

impl Budget {
    pub(super) fn candidate(&mut self) -> Result<(), Exhausted> {
        spend(&mut self.candidates, "issuer candidates")
    }

    pub(in crate::x509) fn signature(&mut self) -> Result<(), Exhausted> {
        spend(&mut self.signatures, "signatures")
    }

    pub(super) fn name_comparison(&mut self) -> Result<(), Exhausted> {
        spend(&mut self.name_comparisons, "name comparisons")
    }
}
