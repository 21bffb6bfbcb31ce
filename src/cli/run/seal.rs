//! `yinzheng seal`.

use super::{absent, caller, open, read, write_new};
use crate::cli::args::SealTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::{Place, SealRequest};

/// Seals one PDF and writes the sealed one.
pub(super) fn run(typed: SealTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    absent(&typed.output)?;
    let document = read(&typed.file, config.limits.file_bytes_max)?;
    let place = place(&typed);
    let app = open(config, typed.data)?;
    let caller = caller(&app, typed.organization.as_deref(), Some(&typed.seal))?;
    let request = SealRequest {
        document,
        seal: typed.seal,
        form: typed.form.into(),
        level: typed.level.map(Into::into),
        place,
        riding: typed.riding,
    };
    let sealed = app.seal_document(&caller, request)?;
    write_new(&typed.output, &sealed.bytes)?;
    output.line(format_args!("{} {}", output.words().written, typed.output.display()));
    Ok(Exit::Success)
}

/// The place that was typed; the parser has seen to it that page, x and y come together.
fn place(typed: &SealTyped) -> Place {
    match (&typed.keyword, typed.page, typed.x, typed.y) {
        (Some(text), ..) => Place::Keyword(text.clone()),
        (None, Some(page), Some(x_mm), Some(y_mm)) => Place::At { page: page as usize, x_mm, y_mm },
        _ => Place::Default,
    }
}
