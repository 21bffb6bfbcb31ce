//! `yinzheng connector`: the reference connector.

use super::read;
use super::serve::told_to_end;
use crate::cli::args::ConnectorTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use app::{ConnectorList, ReferenceConnector};
use std::net::TcpListener;
use std::path::Path;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

/// A list of a million people.
const LIST_BYTES_MAX: usize = 256 << 20;
const AUTHORIZATION_BYTES: std::ops::RangeInclusive<usize> = 16..=4096;

/// Answers from a list until it is told to stop.
pub(super) fn run(typed: &ConnectorTyped, output: &Output) -> Result<Exit, Failure> {
    let list = ConnectorList::read(&read(&typed.list, LIST_BYTES_MAX)?);
    let usage = |problem: String| Failure::Usage(format!("{}: {problem}", typed.list.display()));
    let list = list.map_err(usage)?;
    let answers = list.len();
    let connector = ReferenceConnector::new(list, authorization(&typed.authorization_file)?);
    let serve = |cause: std::io::Error| Failure::Serve(cause.to_string());
    let listener = TcpListener::bind(typed.listen).map_err(serve)?;
    Runtime::new().map_err(serve)?.block_on(async {
        let end = told_to_end().map_err(serve)?;
        let bound = |address| {
            output.line(format_args!("{} http://{address}/  ({answers})", output.words().serving));
        };
        web::serve_connector(listener, connector, bound, end).await.map_err(serve)
    })?;
    Ok(Exit::Success)
}

/// What is in the file; long enough not to be guessed.
fn authorization(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = Zeroizing::new(read(file, *AUTHORIZATION_BYTES.end())?);
    let text = std::str::from_utf8(&bytes).map(str::trim).unwrap_or_default();
    if !AUTHORIZATION_BYTES.contains(&text.len()) || text.chars().any(char::is_control) {
        let problem = "one line of 16 to 4096 characters is needed";
        return Err(Failure::Usage(format!("{}: {problem}", file.display())));
    }
    Ok(Zeroizing::new(text.to_owned()))
}
