//! `yinzheng license`: issue, renew, change, show, list.

use super::{absent, caller, callers, license_life, open, read, write_new};
use crate::cli::args::{IssueTyped, LicenseCommand, ListTyped, MadeTyped, ShowTyped, SucceedTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::LicenseView;
use app::{
    App, AppError, Caller, Errand, IssueRequest, LicenseMove, LicenseQuery, Once, Seen,
    SuccessionKind, SuccessionRequest,
};
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::Path;

/// How the access log names the command that shows a license.
const SHOW: &str = "yinzheng license show";
/// And those by which another license takes its place.
const SUCCEED: &str = "yinzheng license renew";

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
        LicenseCommand::Archive(typed) => super::archive::make(typed, config, output),
        LicenseCommand::Suspend(typed) => {
            license_life::act(LicenseMove::Suspend, (None, None), typed, config, output)
        }
        LicenseCommand::Resume(typed) => {
            license_life::act(LicenseMove::Resume, (None, None), typed, config, output)
        }
        LicenseCommand::Revoke(typed) => {
            let of_reason = (Some(typed.reason), typed.corrected);
            license_life::act(LicenseMove::Revoke, of_reason, typed.step, config, output)
        }
        LicenseCommand::Renew(typed) => {
            let confirmed = typed.confirmed;
            let asked =
                SuccessionRequest { confirmed, ..SuccessionRequest::of(SuccessionKind::Renewal) };
            succeed(asked, typed.step, config, output)
        }
        LicenseCommand::Renewal(typed) => license_life::renewal(typed, config, output),
        LicenseCommand::Change(typed) => {
            let parts = Some(typed.parts).filter(|parts| !parts.is_empty());
            let asked =
                SuccessionRequest { parts, ..SuccessionRequest::of(SuccessionKind::Change) };
            succeed(asked, typed.step, config, output)
        }
        LicenseCommand::Bulk(typed) => license_life::bulk(typed, config, output),
        LicenseCommand::Trace(typed) => license_life::trace(typed, config, output),
        LicenseCommand::History(typed) => license_life::history(typed, config, output),
    }
}

fn issue(typed: IssueTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let MadeTyped { document, seal, form, level, idempotency_key, output: file } = typed.made;
    file.as_deref().map_or(Ok(()), absent)?;
    let bytes_max = config.limits.file_bytes_max;
    let document = document.as_deref().map(|path| read(path, bytes_max)).transpose()?;
    let request = IssueRequest {
        fields: fields(typed.fields.as_deref(), typed.field, bytes_max)?,
        document,
        license_type: typed.license_type,
        seal,
        form: form.map(Into::into),
        level: level.map(Into::into),
        parts: typed.parts,
    };
    let json = typed.common.json;
    let app = open(config, typed.common.data)?;
    let organization = typed.common.organization.as_deref();
    let caller = caller(&app, organization, request.seal.as_deref())?;
    let issued = app.issue(&caller, idempotency_key.as_ref(), request)?;
    let file = file.as_deref().map(|path| (path, "yinzheng license issue"));
    made(&app, &caller, &issued, file, json, output)
}

/// Renews or changes.
fn succeed(
    asked: SuccessionRequest,
    typed: SucceedTyped,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    let MadeTyped { document, seal, form, level, idempotency_key, output: file } = typed.made;
    file.as_deref().map_or(Ok(()), absent)?;
    let bytes_max = config.limits.file_bytes_max;
    let request = SuccessionRequest {
        fields: fields(typed.fields.as_deref(), typed.field, bytes_max)?,
        document: document.as_deref().map(|path| read(path, bytes_max)).transpose()?,
        seal,
        form: form.map(Into::into),
        level: level.map(Into::into),
        legal_document: typed.decision,
        note: typed.note,
        ..asked
    };
    let json = typed.common.json;
    let app = open(config, typed.common.data)?;
    let errand = Errand::by(SUCCEED);
    let organization = typed.common.organization.as_deref();
    let (caller, issued) = license_life::of_owner(&app, organization, |caller| {
        let (key, asked) = (idempotency_key.as_ref(), request.clone());
        let done = app.license_succeed(caller, &errand, key, &typed.id, &Seen::Whatever, asked);
        Ok((caller.clone(), done?))
    })?;
    let file = file.as_deref().map(|path| (path, SUCCEED));
    made(&app, &caller, &issued, file, json, output)
}

/// Shows what was made, or that it waits.
fn made(
    app: &App,
    caller: &Caller,
    issued: &Once<LicenseView>,
    file: Option<(&Path, &str)>,
    json: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    let words = output.words();
    if !json {
        output.line(match &issued.value.order {
            Some(_) => words.waits,
            None if issued.replayed => words.replayed,
            None => words.issued,
        });
    }
    // What waits for a person has no file yet.
    let file = file.filter(|_| issued.value.order.is_none());
    shown(app, caller, &issued.value, file, json, output)
}

fn show(typed: ShowTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let json = typed.common.json;
    let app = open(config, typed.common.data)?;
    for caller in callers(&app, typed.common.organization.as_deref())? {
        match app.license(&caller, &Errand::by(SHOW), &typed.id) {
            Err(AppError::NotFound) => {}
            license => {
                let file = typed.output.as_deref().map(|path| (path, SHOW));
                return shown(&app, &caller, &license?, file, json, output);
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
        ending_within: typed.ending_within,
        limit: typed.limit.map(usize::from),
        cursor: typed.cursor,
        ..LicenseQuery::default()
    };
    let mut listed = Listed { items: Vec::new(), next_cursor: None };
    for caller in &callers {
        let page = app.licenses(caller, &Errand::by("yinzheng license list"), &query)?;
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

/// Shows a license and writes its sealed file where that was asked for, by which command.
fn shown(
    app: &App,
    caller: &Caller,
    license: &LicenseView,
    file: Option<(&Path, &str)>,
    json: bool,
    output: &Output,
) -> Result<Exit, Failure> {
    if let Some((file, route)) = file {
        write_new(file, &app.rendition(caller, &Errand::by(route), &license.id)?.bytes)?;
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
    for part in &license.parts {
        output.entry(
            words.part,
            format_args!("{} {} {}", part.license_id, part.state, part.type_name),
        );
    }
    output.entry(words.code, &license.code_url);
    if let Some((file, _)) = file {
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
