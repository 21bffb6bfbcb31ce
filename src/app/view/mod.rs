//! Answers as JSON: one set of types for the API, the pages and `--json` of the command line.
//!
//! Times are RFC 3339 with offset +08:00, dates `YYYY-MM-DD`, digests lower-case hex.

mod catalogue;
mod doctor;
pub(crate) mod fsck;
mod key;
mod license;
mod log;
mod people;
mod receipt;
pub(crate) mod report;
pub(crate) mod time;
mod trust_list;
mod verification;
mod webhook;

pub use catalogue::{FieldView, LicenseTypeView};
pub use doctor::{DiagnosisView, FindingView};
pub use fsck::{FsckView, InvariantView};
pub use key::KeyView;
pub(crate) use license::state;
pub use license::{LicenseView, PublicCheckView, RenditionView, SealView};
pub use log::{
    LogConsistencyView, LogKeyView, LogLeafView, LogOpeningView, LogProofView, LogSizeView,
};
pub use people::{OrganizationView, StaffView, TrailEventView, TrailView};
pub use receipt::{
    ReceiptCheckView, ReceiptInputView, ReceiptServiceView, ReceiptSignatureView, ReceiptView,
    ServiceKeyView,
};
pub use trust_list::{TrustEntryView, TrustListView};
pub use verification::{
    AdviceView, AskedView, CertificateView, CheckView, FaceView, FileView, RegisterView,
    RevocationDataView, SealFactsView, SignatureView, VerificationView,
};
pub use webhook::{
    DeliveryView, EventView, LicenseEventView, SecretText, TestEventView, WebhookEndpointView,
};
