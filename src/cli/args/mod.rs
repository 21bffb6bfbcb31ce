//! The command line as typed; one file a command.

mod access;
mod archive;
mod assistance;
mod audit;
mod backup;
mod bench;
mod client;
mod compare;
mod config;
mod conformance;
mod connector;
mod count;
mod doctor;
mod fsck;
mod import;
mod inspect;
mod item;
mod key;
mod license;
mod license_type;
mod log;
mod order;
mod organization;
mod pki;
mod receipt;
mod seal;
mod seal_life;
mod serve;
mod sign;
mod staff;
mod status;
mod trust;
mod verify;
mod witness;

pub(crate) use access::AccessTyped;
pub(crate) use archive::{
    ArchiveCommand, ArchiveRestoreTyped, ArchiveTyped, ArchiveVerifyTyped, PackageTyped,
};
pub(crate) use assistance::{
    AssistanceAnswerTyped, AssistanceCommand, AssistanceCommon, AssistanceListTyped,
    AssistanceNamedTyped, AssistanceTyped,
};
pub(crate) use audit::{AuditCommand, AuditTyped, ExportTyped, NoncesTyped, SealEffectsTyped};
pub(crate) use backup::{BackupTyped, RestoreTyped};
pub(crate) use bench::{Ask, BenchTyped};
pub(crate) use client::{
    AssertionTyped, ClientAddTyped, ClientCommand, ClientNamedTyped, ClientTyped, ProofTyped,
    SignRequestTyped,
};
pub(crate) use compare::CompareTyped;
pub(crate) use config::{ConfigCommand, ConfigTyped};
pub(crate) use conformance::ConformanceTyped;
pub(crate) use connector::ConnectorTyped;
pub(crate) use count::{CountCommand, CountTyped};
pub(crate) use doctor::DoctorTyped;
pub(crate) use fsck::FsckTyped;
pub(crate) use import::ImportTyped;
pub(crate) use inspect::InspectTyped;
pub(crate) use item::{
    ItemCommand, ItemExportTyped, ItemImportTyped, ItemListTyped, ItemNamedTyped, ItemTyped,
};
pub(crate) use key::{KeyCommand, KeyTyped, KindTyped, OwnerTyped};
pub(crate) use license::{
    ActTyped, BulkTyped, HistoryTyped, IssueTyped, LicenseArchiveTyped, LicenseCommand,
    LicenseTyped, ListTyped, MadeTyped, MoveTyped, ShowTyped, SucceedTyped, TraceTyped, WhyTyped,
};
pub(crate) use license_type::{
    TypeCommand, TypeExportTyped, TypeFileTyped, TypeImportTyped, TypeNamedTyped, TypeTyped,
};
pub(crate) use log::{LogCommand, LogKeysTyped, LogProofTyped, LogTyped, LogVerifyTyped};
pub(crate) use order::{OrderCommand, OrderRuleTyped, OrderSignTyped, OrderTyped, RuleTyped};
pub(crate) use organization::{OrganizationAddTyped, OrganizationCommand, OrganizationTyped};
pub(crate) use pki::PkiTyped;
pub(crate) use receipt::{ReceiptCommand, ReceiptKeysTyped, ReceiptTyped, ReceiptVerifyTyped};
pub(crate) use seal::{Form, LevelTyped, SealDocumentTyped, SealTyped};
pub(crate) use seal_life::{
    ChangeTyped, DecideTyped, ProposeTyped, SealCommand, SealKeyTyped, SealRequestTyped, StepTyped,
    TermsTyped, WhoTyped,
};
pub(crate) use serve::ServeTyped;
pub(crate) use sign::{
    SignCommand, SignCompleteTyped, SignHowTyped, SignPrepareTyped, SignServiceTyped, SignTyped,
    SignWholeTyped,
};
pub(crate) use staff::{StaffAddTyped, StaffCommand, StaffNamedTyped, StaffTyped};
pub(crate) use status::StatusTyped;
pub(crate) use trust::{TrustCommand, TrustTyped};
pub(crate) use verify::VerifyTyped;
pub(crate) use witness::WitnessTyped;

use super::words::Language;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use verify::moment;

/// 印证: issues, seals, stores and verifies electronic licenses.
#[derive(Debug, Parser)]
#[command(name = "yinzheng", version, about, propagate_version = true, max_term_width = 100)]
pub(crate) struct Typed {
    /// Language of messages; by default that of the locale.
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub(crate) lang: Option<Language>,
    /// Configuration file; by default YZ_CONFIG, else yinzheng.toml here, if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an invented office with sealed licenses, and serve it: a quick look at everything.
    Demo(ServeTyped),
    /// Serve the API and the pages.
    Serve(ServeTyped),
    /// Say of each file whether it is genuine and valid; needs no server and no network.
    Verify(VerifyTyped),
    /// Seal any PDF with a seal of this service; ask for seals, make and end them.
    Seal(SealTyped),
    /// Sign a PDF with a key of one's own, instead of by hand: the service prepares and completes.
    Sign(Box<SignTyped>),
    /// Show what is in a file: revisions, signatures, seals, messages, certificates.
    Inspect(InspectTyped),
    /// Say why a file fails, here or elsewhere, and how to cure it; needs no server and no network.
    Doctor(DoctorTyped),
    /// Check receipts of verifications, and show the key that signs them.
    Receipt(ReceiptTyped),
    /// Issue, show and list licenses.
    License(LicenseTyped),
    /// Show, check, export, import and publish license types.
    Type(TypeTyped),
    /// Show, import and export service items: what offices do, and what they ask for.
    Item(ItemTyped),
    /// List, show and answer what departments ask each other about materials of a case.
    Assistance(AssistanceTyped),
    /// Say of pairs of values whether they are the same, and why not; needs no server and no network.
    Compare(CompareTyped),
    /// Check archive packages, and take licenses out of them; needs no server and no network.
    Archive(ArchiveTyped),
    /// Issue many licenses of one type from a file of rows: all of them are checked first.
    Import(ImportTyped),
    /// Say how many licenses were issued, and compare it with what is here.
    Count(CountTyped),
    /// Answer from a list whether what a material would show is so: the reference connector.
    Connector(ConnectorTyped),
    /// Sign what is approved, and say which seals need that.
    Order(OrderTyped),
    /// Make keys, on a token too, have them certified, and give them to a seal.
    Key(KeyTyped),
    /// Prove what was issued by the log, and check such proofs and whole logs; checking needs no
    /// server.
    Log(LogTyped),
    /// Look at the log of another machine, and sign that it only ever grew.
    Witness(WitnessTyped),
    /// Make, show and check signed trust lists: who may vouch for what.
    Trust(TrustTyped),
    /// Register and list the bodies that issue and verify here.
    Organization(OrganizationTyped),
    /// Make, list and close the accounts of people who sign in.
    Staff(StaffTyped),
    /// Register, list and close systems that call the service, and sign as one of them.
    Client(ClientTyped),
    /// Look through what the service keeps for what should not be.
    Audit(AuditTyped),
    /// Check everything that is kept against everything else: register, files, ledger, log.
    Fsck(FsckTyped),
    /// Say how each part is: disk, clock, trust data, certificates, log, events, backup.
    Status(StatusTyped),
    /// Copy everything that is kept, while the service runs.
    Backup(BackupTyped),
    /// Put a backup into an empty data folder, and check it.
    Restore(RestoreTyped),
    /// Measure a service on this machine: throughput, waiting times, and that nothing is lost.
    Bench(BenchTyped),
    /// Try a deployment with 20 cases that every client has to tell apart; nothing is issued.
    Conformance(ConformanceTyped),
    /// Make the test PKI, the same every time for the same keys; its keys are public.
    Pki(PkiTyped),
    /// Look at the configuration.
    Config(ConfigTyped),
    /// Print every check code, problem code and exit code.
    Codes,
    /// Print the OpenAPI document.
    Openapi,
    /// Examine files for the service that started this: jobs on standard input, answers on
    /// standard output, and nothing else within reach.
    #[command(hide = true)]
    Worker(WorkerTyped),
}

/// What a worker process is told.
#[derive(Debug, Args)]
pub(crate) struct WorkerTyped {
    /// Bytes of memory that it may address.
    pub(crate) address_bytes: u64,
}

/// Where the service keeps its data.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataTyped {
    /// Folder of the database, the sealed files and the keys.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// Whom to believe.
#[derive(Debug, Args)]
pub(crate) struct AnchorsTyped {
    /// Folder of trust anchors, CRLs and OCSP answers, or a signed trust list; by default the
    /// configured one.
    #[arg(long, value_name = "PATH")]
    pub(crate) trust: Option<PathBuf>,
    /// Certificate or public key (PEM) of the one who signs trust lists.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust_signer: Option<PathBuf>,
}
