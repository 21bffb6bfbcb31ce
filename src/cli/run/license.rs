//! `yinzheng license`.

use super::{absent, caller, callers, open, read, write_new};
use crate::cli::args::{IssueTyped, LicenseCommand, ListTyped, ShowTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::LicenseView;
use app::{App, AppError, Caller, IssueRequest, LicenseQuery};
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::Path;

/// Issues, shows or lists.
pub(super) fn run(
    command: LicenseCommand,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        LicenseCommand::Issue(typed) => issue(typed, config, output),
        LicenseCommand::Show(typed) => show(typed, config, output),
        LicenseCommand::List(typed) => list(typed, config, output),
    }
}

fn issue(typed: IssueTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    typed.output.as_deref().map_or(Ok(()), absent)?;
    let bytes_max = config.limits.file_bytes_max;
    let document = typed.document.as_deref().map(|path| read(path, bytes_max)).transpose()?;
    let request = IssueRequest {
        fields: fields(typed.fields.as_deref(), typed.field, bytes_max)?,
        document,
        license_type: typed.license_type,
        seal: typed.seal,
        form: typed.form.map(Into::into),
        level: typed.level.map(Into::into),
    };
    let json = typed.common.json;
    let app = open(config, typed.common.data)?;
    let organization = typed.common.organization.as_deref();
    let caller = caller(&app, organization, request.seal.as_deref())?;
    let issued = app.issue(&caller, typed.idempotency_key.as_ref(), request)?;
    let words = output.words();
    if !json {
        output.line(if issued.replayed { words.replayed } else { words.issued });
    }
    shown(&app, &caller, &issued.value, typed.output.as_deref(), json, output)
}

fn show(typed: ShowTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let json = typed.common.json;
    let app = open(config, typed.common.data)?;
    for caller in callers(&app, typed.common.organization.as_deref())? {
        match app.license(&caller, &typed.id) {
            Err(AppError::NotFound) => {}
            license => {
                return shown(&app, &caller, &license?, typed.output.as_deref(), json, output);
            }
        }
    }
    Err(AppError::NotFound.into())
}

/// A page of licenses as JSON.
#[derive(Serialize)]
struct Listed {
    items: Vec<LicenseView>,
    next_cursor: Option<String>,
}

fn list(typed: ListTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let json = typed.common.json;
    let app = open(config, typed.common.data)?;
    let callers = callers(&app, typed.common.organization.as_deref())?;
    let query = LicenseQuery {
        license_type: typed.license_type,
        number: typed.number,
        holder: typed.holder,
        limit: typed.limit.map(usize::from),
        cursor: typed.cursor,
    };
    let mut listed = Listed { items: Vec::new(), next_cursor: None };
    for caller in &callers {
        let page = app.licenses(caller, &query)?;
        listed.items.extend(page.items);
        match page.next_cursor {
            Some(_) if callers.len() > 1 => output.note(output.words().more_by_organization),
            cursor => listed.next_cursor = cursor,
        }
    }
    if json {
        output.json(&listed);
        return Ok(Exit::Success);
    }
    show_list(&listed, output);
    Ok(Exit::Success)
}

fn show_list(listed: &Listed, output: &Output) {
    if listed.items.is_empty() {
        output.note(output.words().no_licenses);
    }
    for license in &listed.items {
        let LicenseView { id, state, type_name, number, holder_name, .. } = license;
        output.line(format_args!("{id}  {state:<9}  {type_name}  {number}  {holder_name}"));
    }
    if let Some(cursor) = &listed.next_cursor {
        output.note(format_args!("{} {cursor}", output.words().more));
    }
}

/// Shows a license and writes its sealed file where that was asked for.
fn shown(
    app: &App,
    caller: &Caller,
    license: &LicenseView,
    file: Option<&Path>,
    json: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    if let Some(file) = file {
        write_new(file, &app.rendition(caller, &license.id)?.bytes)?;
    }
    if json {
        output.json(license);
        return Ok(Exit::Success);
    }
    let words = output.words();
    output.entry("id", &license.id);
    output.entry(words.identifier, &license.identifier);
    output.entry(words.license_type, &license.type_name);
    output.entry(words.number, &license.number);
    output.entry(words.holder, &license.holder_name);
    output.entry(words.organization, &license.issuer);
    output.entry(words.state, &license.state);
    output.entry(words.valid_until, license.valid_to.as_deref().unwrap_or(words.unlimited));
    output.entry(words.code, &license.code_url);
    if let Some(file) = file {
        output.entry(words.file, file.display());
    }
    Ok(Exit::Success)
}

/// The fields of the file, then those typed one by one.
fn fields(
    file: Option<&Path>,
    typed: Vec<(String, String)>,
    bytes_max: usize,
) -> Result<Map<String, Value>, Failure> {
    let mut fields = match file {
        None => Map::new(),
        Some(path) => serde_json::from_slice(&read(path, bytes_max)?).map_err(|reason| {
            Failure::Usage(format!("{}: not a JSON object of fields: {reason}", path.display()))
        })?,
    };
    fields.extend(typed.into_iter().map(|(key, value)| (key, Value::String(value))));
    Ok(fields)
}
