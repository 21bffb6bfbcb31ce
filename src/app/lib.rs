//! Use cases: the only place where rules, formats, storage and the outside meet.
//!
//! [`App`] is the running service: a store, key custody, files, fonts, policy and clock, nothing
//! global. What people and programs see of an answer is in [`view`].

pub mod archive;
pub mod backup;
pub mod bundle;
pub mod demo;
pub mod doctor;
pub mod examiner;
pub mod inspect;
pub mod log;
pub mod offline;
pub mod pki;
pub mod receipt;
pub mod trust;
pub mod view;

mod access;
mod asking;
mod believed;
mod catalogue;
mod client_authorities;
mod clients;
mod clockwork;
mod collection;
mod compare;
mod connector_list;
mod error;
mod exemption;
mod forms;
mod fsck;
mod identity;
mod ingest;
mod issue;
mod items;
mod keys;
mod language;
mod lately;
mod library;
mod licenses;
mod lifecycle;
mod metadata;
mod nonces;
mod notices;
mod once;
mod open;
mod orders;
mod oversight;
mod package;
mod people;
mod place;
mod production;
mod quality;
mod request;
mod seal_document;
mod sealing;
mod seals;
mod service_key;
mod settings;
mod sharing;
mod signing;
mod targets;
mod tend;
mod timing;
mod undertakings;
mod verify;
mod webhooks;

pub use access::Presented;
pub use catalogue::{NewType, TypeDocument, TypePreview};
pub use client_authorities::{CertificateRefused, ClientCertificate};
pub use clients::{
    ClientChange, ClientProof, ClientRequest, CredentialMade, CredentialRequest, SignedCaller,
    Token, TokenAsked, TokenRefused, token_algorithms,
};
pub use collection::{CollectionQuery, CountAsked};
pub use compare::{CompareAsked, PairAsked, RenamedAsked, compare_pairs};
pub use connector_list::{ConnectorList, ReferenceConnector, is_connector_name};
pub use domain::access::{
    BadSessionToken, Caller, Role, Roles, SessionStage, SessionToken, network_of,
};
pub use domain::audit::{Count, Errand, OfficeHours, Vigilance};
pub use domain::catalogue::{FieldRule, NumberPattern};
pub use domain::exemption::{ExemptionPolicy, PolicyError};
pub use domain::ingest::{BatchEvent, RowState};
pub use domain::license::SuccessionKind;
pub use domain::notice::NoticeKind;
pub use domain::quality::Step as QualityStep;
pub use domain::request_signature::{BodyDigest, Request as SignedHead};
pub use domain::seal::{ApprovalRule, SealDuty, SealShape};
pub use domain::sealing::Level;
pub use domain::undertaking::UndertakingMove;
pub use error::{AppError, FieldProblem, chain};
pub(crate) use error::{id_of, refused};
pub use exemption::{
    AssistanceQuery, AssistanceSaid, ExemptionAsked, FormDocumentAsked, ItemAsked, PartyAsked,
    PrefillAsked, RelianceQuery,
};
pub use forms::{FiledForm, Forms};
pub use fsck::FsckRequest;
pub use gateway::custody::{CustodySettings, Place as KeyPlace, SdfSettings, TokenSettings};
pub use gateway::files::{BadFilePlace, FilePlace};
pub use gateway::random::SystemRandom;
pub use gateway::webhook::Sender as OutsideSender;
pub use identity::{
    AuthorizeRequest, Begun, CitizenView, ProviderView, Return, TestPerson, TestTokenRequest,
};
pub use ingest::{BatchWorker, IngestRequest, RowQuery};
pub use items::{FiledItem, ItemFormat, ItemQuery, ItemSign};
pub use language::Language;
pub use library::{CheckAsked, MaterialAsked, MaterialSearch, SentFile};
pub(crate) use licenses::parsed;
pub use lifecycle::{
    BulkAct, BulkChoice, BulkMoveRequest, LicenseMove, MoveRequest, Seen, SuccessionRequest, Typed,
};
pub use nonces::{NonceReport, NonceReuse};
pub use notices::{NoticeAsked, NoticeBulkAsked, NoticeQuery};
pub use once::Once;
pub use open::App;
pub use orders::{ApproverKeyRequest, LedgerQuery, Sealers, sign_manifest};
pub use oversight::{AccessAsked, AccessFormat, ExportFault, Exported, Queues, verify_export};
pub use people::{
    AccountRequest, Invited, OrganizationRequest, Person, SetupOffer, ShownCertificate, Started,
    TrailQuery, Visitor,
};
pub use quality::QualityQuery;
pub use request::{
    Document, IdempotencyKey, IssueRequest, LicenseQuery, NotReady, Page, Place, Readiness,
    SealForm, SealRequest, VerifyInput,
};
pub use seals::{
    SEAL_PICTURE_BYTES_MAX, SealAsked, SealLook, SealProposed, SealTermsAsked, moment,
    picture_bytes, picture_text,
};
pub use settings::{
    ConnectorSettings, ErrandRule, ProviderSettings, RegionSettings, Settings, SignInSettings,
    TimeStamps, WebhookSettings,
};
pub use signing::{
    CountersignAsked, SignatureSaid, SigningAsked, SigningPlace, SigningSummary, sign_prepared,
};
pub use storage::{BadLocation, Location};
pub use tend::Tended;
pub use undertakings::{UndertakingAsked, UndertakingQuery};
pub use verify::Keeping;
pub use webhooks::{Deliveries, EndpointRequest};

#[cfg(test)]
#[allow(unreachable_pub, dead_code, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/pdf.rs"]
mod pdf;
#[cfg(test)]
#[allow(unreachable_pub, dead_code, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/provider.rs"]
mod provider;
#[cfg(test)]
#[allow(unreachable_pub, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
#[cfg(test)]
mod tests;
