//! `yinzheng seal request` and what follows: the life of a seal.

use super::DataTyped;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What to do with a seal itself. Each step is of one person; some are never of the same.
#[derive(Debug, Subcommand)]
pub(crate) enum SealCommand {
    /// List seals, from the day they were asked for.
    List {
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        who: WhoTyped,
    },
    /// Show a seal with its life, as JSON.
    Show {
        /// The seal.
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        who: WhoTyped,
    },
    /// Ask for a seal (申请).
    Request(Box<SealRequestTyped>),
    /// Approve that a seal is made (审核); not whoever asked for it.
    Approve(StepTyped),
    /// Refuse that a seal is made.
    Reject(StepTyped),
    /// Ask for a seal no more.
    Withdraw(StepTyped),
    /// Make the keys of an approved seal, in custody.
    Keys {
        /// Kind of the key for signatures that every PDF reader checks; the other is SM2.
        #[arg(long, value_name = "KIND", default_value = "p256")]
        kind: String,
        #[command(flatten)]
        step: StepTyped,
    },
    /// Write what an authority is asked to certify of a key (PKCS#10).
    KeyRequest {
        /// Which key.
        #[arg(long, value_enum)]
        key: SealKeyTyped,
        /// The request, PEM; an existing file is not overwritten.
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
        #[command(flatten)]
        step: StepTyped,
    },
    /// Keep the certificates of a key: its own first, then those above it, but for the root.
    KeyCertify {
        /// Which key.
        #[arg(long, value_enum)]
        key: SealKeyTyped,
        /// The certificates, PEM.
        #[arg(long, value_name = "FILE")]
        chain: PathBuf,
        #[command(flatten)]
        step: StepTyped,
    },
    /// Make an approved seal (制章), signed by the seal maker's key.
    Make(StepTyped),
    /// Put a seal on record (备案); not whoever made it.
    File {
        /// The number of the record.
        #[arg(long, value_name = "NUMBER")]
        number: String,
        #[command(flatten)]
        step: StepTyped,
    },
    /// Take a seal into use.
    Activate(StepTyped),
    /// Stop using a seal, at once; one person is enough.
    Suspend(StepTyped),
    /// Propose to use a seal again, to end it, or to use it otherwise; another person confirms.
    Propose(Box<ProposeTyped>),
    /// Confirm what another person proposed, and do it.
    Confirm(DecideTyped),
    /// Refuse what another person proposed, or take an own proposal back.
    Refuse(DecideTyped),
}

/// Who does it.
#[derive(Debug, Args)]
pub(crate) struct WhoTyped {
    /// Somebody with an account, whose password and one-time code stand on two lines of standard
    /// input; otherwise whoever sits at the machine.
    #[arg(long = "as", value_name = "ACCOUNT")]
    pub(crate) person: Option<String>,
    /// The organization, when there are several and nobody is named.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// One step with one seal.
#[derive(Debug, Args)]
pub(crate) struct StepTyped {
    /// The seal.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Why, on one line.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) who: WhoTyped,
}

/// Where a seal may stand, how often and when it may be used.
#[derive(Debug, Args)]
pub(crate) struct TermsTyped {
    /// A license type on which it may stand; on any when none is named.
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) types: Vec<String>,
    /// Uses within any sixty minutes.
    #[arg(long, value_name = "N", default_value = "")]
    pub(crate) per_hour: String,
    /// Uses within a day.
    #[arg(long, value_name = "N", default_value = "")]
    pub(crate) per_day: String,
    /// Hours of the day in China, such as 8-18.
    #[arg(long, value_name = "HOURS", default_value = "")]
    pub(crate) hours: String,
}

/// Ask for a seal.
#[derive(Debug, Args)]
pub(crate) struct SealRequestTyped {
    /// The name of the seal.
    #[arg(long)]
    pub(crate) name: String,
    /// What it is for: 01 legal name, 02 finance, 03 invoice, 04 contract, 05 legal
    /// representative, 06 official, 07 department, 08 branch, 99 other.
    #[arg(long, default_value = "99")]
    pub(crate) kind: String,
    /// Its code, when the platform gave one; otherwise the next free one.
    #[arg(long, default_value = "")]
    pub(crate) code: String,
    /// Its outline: round, oval, square, personal.
    #[arg(long, default_value = "round")]
    pub(crate) shape: String,
    /// What stands on the arc or in the square.
    #[arg(long, value_name = "TEXT", required_unless_present = "picture")]
    pub(crate) text: Option<String>,
    /// The line below, such as 电子证照专用章.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) line: String,
    /// A picture (PNG with a transparent ground) instead of a drawn one.
    #[arg(long, value_name = "FILE", requires = "size")]
    pub(crate) picture: Option<PathBuf>,
    /// Width and height in mm, such as 42x42; the usual one of the outline.
    #[arg(long, value_name = "MM")]
    pub(crate) size: Option<String>,
    #[command(flatten)]
    pub(crate) terms: TermsTyped,
    /// First day; today by default.
    #[arg(long, value_name = "DAY", default_value = "")]
    pub(crate) from: String,
    /// Last day.
    #[arg(long, value_name = "DAY")]
    pub(crate) until: String,
    /// The seal whose place it takes.
    #[arg(long, value_name = "ID", default_value = "")]
    pub(crate) replaces: String,
    /// Why, on one line.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) who: WhoTyped,
}

/// Propose a change of a seal.
#[derive(Debug, Args)]
pub(crate) struct ProposeTyped {
    /// What.
    #[arg(value_enum, value_name = "CHANGE")]
    pub(crate) change: ChangeTyped,
    #[command(flatten)]
    pub(crate) step: StepTyped,
    /// To revoke: key_compromise, misused, organization_changed, made_wrongly, no_longer_used.
    #[arg(long, value_name = "CLASS", default_value = "", required_if_eq("change", "revoke"))]
    pub(crate) class: String,
    /// To revoke for a compromised key: since when nothing sealed with it is believed.
    #[arg(long, value_name = "MOMENT", default_value = "")]
    pub(crate) since: String,
    #[command(flatten)]
    pub(crate) terms: TermsTyped,
}

/// Decide a proposal.
#[derive(Debug, Args)]
pub(crate) struct DecideTyped {
    /// The seal.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) who: WhoTyped,
}

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangeTyped {
    /// Use it again.
    Resume,
    /// End it for good.
    Revoke,
    /// Other license types, other limits.
    Terms,
}

/// Which key of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SealKeyTyped {
    /// Seal signatures.
    Sm2,
    /// Signatures that every PDF reader checks.
    Pades,
}
