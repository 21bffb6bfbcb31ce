//! Archive packages (归档包): a license with everything that is needed to verify it when neither this
//! service nor any authority is there any more.
//!
//! A package is a ZIP of one form ([`formats::package`]). Its manifest lists every file by SM3 and
//! SHA-256, and is signed as receipts are, by the service's key for what it says of verifications; a
//! time stamp lies beside it. That key has no end: whoever verifies believes it, or does not. So a
//! package is judged at the moment at which it was made. The authority of its stamp may have ended
//! since; it must have been good then, and nobody without the service's key could have used it later.

mod check;
mod make;
mod needed;
#[cfg(test)]
mod tests;

pub use crate::package::PackageFault;
pub use check::{ArchiveKeys, ArchiveStanding, CheckedArchive, TimeProof, check};

pub use formats::package::BYTES_MAX;

use crate::package::Manifest;
use crate::view::{ArchiveFileView, ArchiveManifestView};

/// The license file, as it was issued.
const LICENSE: &str = "license.pdf";
/// What the license says, for programs.
const METADATA_JSON: &str = "metadata.json";
/// The same in XML.
const METADATA_XML: &str = "metadata.xml";
/// The service's own verification.
const REPORT: &str = "verification.json";
/// Proof of the log.
const PROOF: &str = "log-proof.json";
/// For whoever finds the package.
const README: &str = "README.txt";
/// Who was believed: a trust list, or anchors.
const TRUST_LIST: &str = "trust/trust-list.json";
/// Certificates that were believed.
const ANCHORS: &str = "trust/anchors/";
/// Certificates that help to build paths.
const BETWEEN: &str = "trust/intermediates/";
/// Revocation lists (`.crl`) and answers of responders (`.ocsp`).
const REVOCATION: &str = "trust/revocation/";
/// The time stamp over the manifest.
const STAMP: &str = "manifest.tst";

impl Manifest for ArchiveManifestView {
    const TYPE: &'static str = "yinzheng/license-archive/1";

    fn files(&self) -> &[ArchiveFileView] {
        &self.files
    }

    fn beside(&self) -> Option<&'static str> {
        self.time_stamp.then_some(STAMP)
    }
}
