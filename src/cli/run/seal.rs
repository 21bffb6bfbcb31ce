//! `yinzheng seal`.

use super::{absent, caller, open, read, seal_life, write_new};
use crate::cli::args::{SealDocumentTyped, SealTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::{Place, SealRequest};

/// Seals a document, or does something with a seal itself.
pub(super) fn run(typed: SealTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    match typed.command {
        Some(command) => seal_life::run(command, config, output),
        None => seal(typed.document, config, output),
    }
}

/// Seals one PDF and writes the sealed one.
fn seal(typed: SealDocumentTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let place = place(&typed);
    // The parser has seen to it that all three are there.
    let (Some(file), Some(seal), Some(to)) = (typed.file, typed.seal, typed.output) else {
        return Err(Failure::Usage("name a PDF, a seal and where the sealed one goes".to_owned()));
    };
    absent(&to)?;
    let document = read(&file, config.limits.file_bytes_max)?;
    let app = open(config, typed.data)?;
    let caller = caller(&app, typed.organization.as_deref(), Some(&seal))?;
    let request = SealRequest {
        document,
        seal,
        form: typed.form.into(),
        level: typed.level.map(Into::into),
        place,
        riding: typed.riding,
    };
    let sealed = app.seal_document(&caller, request)?;
    write_new(&to, &sealed.bytes)?;
    output.line(format_args!("{} {}", output.words().written, to.display()));
    Ok(Exit::Success)
}

/// The place that was typed; the parser has seen to it that page, x and y come together.
fn place(typed: &SealDocumentTyped) -> Place {
    match (&typed.keyword, typed.page, typed.x, typed.y) {
        (Some(text), ..) => Place::Keyword(text.clone()),
        (None, Some(page), Some(x_mm), Some(y_mm)) => Place::At { page: page as usize, x_mm, y_mm },
        _ => Place::Default,
    }
}
