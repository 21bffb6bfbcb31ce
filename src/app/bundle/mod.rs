//! Proof bundles (证明包): everything that a decision about exemption hangs on, as one file that
//! anyone checks without the service.
//!
//! A bundle is a package of one form ([`crate::package`]): the decision as it was recorded, and for each
//! license that it relied on the receipt of its verification, the proof of the log and a marked copy.
//! Its parts name each other, so none can be taken from another bundle, whoever signs.

mod check;
mod parts;
#[cfg(test)]
mod tests;

pub use check::{BundleKeys, CheckedBundle, check, is_bundle};
pub use formats::package::BYTES_MAX;
pub use parts::BundlePart;

use crate::package::Manifest;
use crate::view::{ArchiveFileView, BundleManifestView};

/// The decision, first in the file.
pub(crate) const DECISION: &str = "decision.json";
/// For whoever finds the bundle.
pub(crate) const README: &str = "README.txt";
/// In the folder of a license: the receipt of its verification.
pub(crate) const RECEIPT: &str = "receipt.json";
/// In the folder of a license: the proof of the log.
pub(crate) const PROOF: &str = "log-proof.json";
/// In the folder of a license: its marked copy.
pub(crate) const COPY: &str = "copy.pdf";

/// What stands in the bundle for whoever finds it.
pub(crate) const WORDS: &str = "证明包（免提交决定）/ Proof bundle of a decision about exemption\n\
    \n\
    decision.json                  决定：逐项结果与理由代码 / the verdicts and their reasons\n\
    licenses/NNN/receipt.json      核验回执 / the receipt of the license's verification\n\
    licenses/NNN/log-proof.json    存证证明与检查点 / proof of the log with its checkpoint\n\
    licenses/NNN/copy.pdf          加注件 / the marked copy\n\
    manifest.json                  各文件摘要（SM3、SHA-256），由服务签名 / digests, signed\n\
    \n\
    yinzheng verify FILE --trust FOLDER\n";

/// The folder of a license, by its place in the manifest.
pub(crate) fn folder(place: usize) -> String {
    format!("licenses/{:03}", place + 1)
}

impl Manifest for BundleManifestView {
    const TYPE: &'static str = "yinzheng/proof-bundle/1";

    fn files(&self) -> &[ArchiveFileView] {
        &self.files
    }

    fn beside(&self) -> Option<&'static str> {
        None
    }
}
