//! `yinzheng sign`.

use super::{AccessTyped, DataTyped};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Sign a PDF with a key of one's own, instead of by hand: the service prepares and completes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct SignTyped {
    #[command(subcommand)]
    pub(crate) command: Option<SignCommand>,
    #[command(flatten)]
    pub(crate) whole: SignWholeTyped,
}

/// One half of a signature.
#[derive(Debug, Subcommand)]
pub(crate) enum SignCommand {
    /// Have a PDF prepared; what is to be signed, and with which token, goes into a file.
    Prepare(SignPrepareTyped),
    /// Bring the signature that was made elsewhere, and fetch the signed PDF.
    Complete(SignCompleteTyped),
}

/// Sign a PDF with a key in a file: prepared, signed here, completed.
#[derive(Debug, Args)]
pub(crate) struct SignWholeTyped {
    /// The PDF to sign.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) file: Option<PathBuf>,
    /// File with the signer's private key (PKCS#8, PEM); it is used here and goes nowhere.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) key: Option<PathBuf>,
    /// File with the signer's certificate and those above it (PEM).
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) certificate: Option<PathBuf>,
    /// The number of the case.
    #[arg(long, value_name = "NUMBER", required = true)]
    pub(crate) case_no: Option<String>,
    /// The signed PDF; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT", required = true)]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) how: SignHowTyped,
    #[command(flatten)]
    pub(crate) service: SignServiceTyped,
}

/// Have a PDF prepared.
#[derive(Debug, Args)]
pub(crate) struct SignPrepareTyped {
    /// The PDF to sign.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// File with the signer's certificate and those above it (PEM).
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: PathBuf,
    /// The number of the case.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) case_no: String,
    /// What is to be signed, as JSON with the token; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) how: SignHowTyped,
    #[command(flatten)]
    pub(crate) service: SignServiceTyped,
}

/// Bring a signature.
#[derive(Debug, Args)]
pub(crate) struct SignCompleteTyped {
    /// What `sign prepare` has written.
    #[arg(value_name = "REQUEST")]
    pub(crate) request: PathBuf,
    /// File with the signature value, as it is: DER or r‖s for SM2 and ECDSA, the block for RSA.
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: PathBuf,
    /// The signed PDF; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) service: SignServiceTyped,
}

/// For what, how, and where on the paper.
#[derive(Debug, Args)]
pub(crate) struct SignHowTyped {
    /// Code of the service item.
    #[arg(long, value_name = "CODE")]
    pub(crate) item: Option<String>,
    /// `rsa-pss-sha256` for an RSA key that is to sign so; what is usual for the key when absent.
    #[arg(long, value_name = "NAME")]
    pub(crate) algorithm: Option<String>,
    /// Sign in this empty signature field of the PDF.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["page", "x", "y"])]
    pub(crate) field: Option<String>,
    /// Page of the box, from 1; without a place it stands in the lower right of the last page.
    #[arg(long, value_name = "N", requires = "x", requires = "y")]
    pub(crate) page: Option<usize>,
    /// Left edge of the box in mm.
    #[arg(long, value_name = "MM", requires = "page", requires = "y")]
    pub(crate) x: Option<f64>,
    /// Upper edge of the box in mm, from the top.
    #[arg(long, value_name = "MM", requires = "page", requires = "x")]
    pub(crate) y: Option<f64>,
}

/// Which service prepares and completes.
#[derive(Debug, Args)]
pub(crate) struct SignServiceTyped {
    /// Address of a service elsewhere; without one that of the data folder.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessTyped,
    /// The organization that asks, when there are several here.
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    pub(crate) organization: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}
