//! Answers as JSON: one set of types for the API, the pages and `--json` of the command line.
//!
//! Times are RFC 3339 with offset +08:00, dates `YYYY-MM-DD`, digests lower-case hex.

mod archive;
mod assistance;
mod bundle;
mod catalogue;
mod change;
mod client;
mod collection;
mod compare;
mod doctor;
mod exemption;
mod form;
pub(crate) mod fsck;
mod health;
mod ingest;
mod item;
mod key;
mod library;
mod license;
mod license_page;
mod lifecycle;
mod log;
pub(crate) mod metadata;
mod notice;
mod order;
mod oversight;
mod people;
mod quality;
mod receipt;
mod region;
pub(crate) mod report;
mod sandbox;
mod seal;
mod signing;
mod target;
pub(crate) mod time;
mod trust_list;
mod undertaking;
mod verification;
mod webhook;

pub use archive::{ArchiveFileView, ArchiveManifestView};
pub use assistance::{AssistanceEventView, AssistanceRequestView, DecidedAssistanceView};
pub use bundle::{
    BundleManifestView, BundledLicenseView, CopiedItemView, MarkView, MarkedCopyView,
};
pub use catalogue::{
    FieldView, LicenseTypeView, TypeDraftView, TypeFindingView, TypeRowView, TypeVersionView,
};
pub use change::{ChangeView, ChangesView};
pub use client::{ClientView, ClientWebhookView, CredentialView};
pub use collection::{CollectionView, CollectionsView, NumberGapView};
pub use compare::{ComparedPairView, ComparedReasonView, ComparedView};
pub use doctor::{DiagnosisView, FindingView};
pub use exemption::{
    ApplicantView, AskerView, DecidedEvidenceView, DecidedItemView, DecidedMaterialView,
    ExemptionDecisionView, FilledFieldView, RelianceEventView, ReliedLicenseView,
};
pub use form::{
    FieldComparedView, FieldSourceView, FormRowView, FormsView, PrefillView, PrefilledFieldView,
};
pub use fsck::{FsckView, InvariantView};
pub use health::{HealthPartView, HealthView};
pub use ingest::{
    IngestBatchView, IngestEventView, IngestProblemCountView, IngestProblemView, IngestRowView,
    IngestRowsView,
};
pub use item::{
    AskedPaperView, ChoiceView, EvidenceTyped, ImportedItemView, ItemEditorView, ItemImportView,
    ItemNeedsView, ItemProblemView, MappedMaterialView, MappingTyped, NeedView, QuestionView,
    ServiceItemRowView, ServiceItemView, ServiceItemsView, TitleView,
};
pub(crate) use item::{asked_source, item_handling};
pub use key::KeyView;
pub use library::{LibraryMaterialView, MaterialCheckView, MaterialUseView};
pub use license::{
    LicenseHistoryView, LicenseMoveView, LicensePartView, LicenseStatusView, LicenseView,
    PublicCheckView, RenditionView, StatusEntryView,
};
pub(crate) use license::{state, tag};
pub use license_page::{
    LicenseFieldView, LicenseLeafView, LicensePageView, LicenseSealView, LicenseVersionView,
    RelianceView,
};
pub use lifecycle::{
    BulkMoveRowView, BulkMoveView, LicenseEndingView, LicenseRenewalView, PartEventView,
    RenewalEvidenceView, RenewalFieldView, RenewalNeedView,
};
pub use log::{
    LogConsistencyView, LogKeyView, LogLeafView, LogOpeningView, LogProofView, LogSizeView,
    LogWitnessView,
};
pub use metadata::{
    DirectoryItemView, LicenseMetadataView, MetadataExtensionView, MetadataItemView,
};
pub use notice::{NoticeBulkView, NoticeFormView, NoticeRowView, NoticeView};
pub use order::{
    ApproverKeyView, LedgerEntryView, LedgerUseView, LedgerView, LicenseOrderView,
    ManifestProgressView, ManifestView, OrdersView, WaitingOrderView,
};
pub use oversight::{AccessLookView, AccessView, AlertView, AlertsView, SealEffectsView};
pub use people::{OrganizationView, StaffCertificateView, StaffView, TrailEventView, TrailView};
pub use quality::{QualityFindingView, QualityScoreView, QualityView, QualityWeekView};
pub use receipt::{
    ReceiptCheckView, ReceiptInputView, ReceiptServiceView, ReceiptSignatureView, ReceiptView,
    ServiceKeyView,
};
pub use region::RegionAnswerView;
pub use sandbox::{SandboxLicenseView, SandboxView};
pub use seal::{
    SealCertificateView, SealEntryView, SealKeyView, SealLifeView, SealLimitsView,
    SealProposalView, SealRevocationView, SealTaskView, SealView,
};
pub use signing::{CountersignedView, PreparedSigningView, SignedFileView, SigningRequestView};
pub use target::{TargetDayView, TargetDepartmentView, TargetRowView, TargetView, TargetsView};
pub use trust_list::{TrustEntryView, TrustListView};
pub use undertaking::{UndertakingEventView, UndertakingView};
pub(crate) use verification::outcome_of;
pub use verification::{
    AdviceView, AskedView, CertificateView, CheckView, FaceView, FileView, RegisterView,
    RevocationDataView, SealFactsView, SignatureView, VerificationView,
};
pub use webhook::{
    DeliveryView, EventView, LicenseEventView, SecretText, TestEventView, WebhookEndpointView,
};
