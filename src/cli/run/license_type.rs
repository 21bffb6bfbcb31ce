//! `yinzheng type`.

use super::{open, read};
use crate::cli::args::{
    TypeCommand, TypeExportTyped, TypeFileTyped, TypeImportTyped, TypeNamedTyped,
};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::TypeFindingView;
use app::{App, AppError, Caller};

/// No catalogue document is larger.
const DOCUMENT_BYTES_MAX: usize = 512 * 1024;

/// Carries out what was typed.
pub(super) fn run(command: TypeCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        TypeCommand::List(data) => {
            for one in open(config, data)?.license_types() {
                let (code, version, name) = (one.code, one.version, one.name);
                output.line(format_args!("{code}  {version:>3}  {:<9}  {name}", one.status));
            }
            Ok(Exit::Success)
        }
        TypeCommand::Show(typed) => show(&typed.code, &open(config, typed.data)?, output),
        TypeCommand::Check(typed) => check(typed, config, output),
        TypeCommand::Export(typed) => export(typed, config, output),
        TypeCommand::Import(typed) => import(typed, config, output),
        TypeCommand::Publish(typed) => publish(typed, config, output),
    }
}

fn show(code: &str, app: &App, output: &Output) -> Result<Exit, Failure> {
    let one = app.license_type(code)?;
    output.line(format_args!("{}  {}", one.code, output.pick(&one.name, &one.name_en)));
    for field in &one.fields {
        let need = if field.required { "required" } else { "" };
        output.line(format_args!(
            "  {:<24}  {:<10}  {:<7}  {:<8}  {}",
            field.key, field.kind, field.sensitivity, need, field.name
        ));
    }
    for version in app.type_versions(code)? {
        let (number, at, digest) = (version.version, version.published_at, version.digest);
        output.line(format_args!("{number:>3}  {at}  sm3:{digest}"));
    }
    match app.type_draft(&app.type_console(code)?, code) {
        Ok(draft) => {
            let (version, at) = (draft.version, draft.changed_at);
            output.line(format_args!("{version:>3}  {at}  {}", output.pick("草稿", "draft")));
            say(&draft.findings, output);
        }
        Err(AppError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Exit::Success)
}

fn say(findings: &[TypeFindingView], output: &Output) {
    for one in findings {
        let text = output.pick(&one.text_zh, &one.text_en);
        output.line(format_args!("  {}: {} {}: {text}", one.severity, one.code, one.pointer));
    }
}

/// Whoever sits at the machine; a register without organizations has nobody to act for.
fn check(typed: TypeFileTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let document = read(&typed.file, DOCUMENT_BYTES_MAX)?;
    let app = open(config, typed.data)?;
    let caller = anyone(&app)?;
    let findings = app.type_check(&caller, &document)?;
    say(&findings, output);
    let grave = findings.iter().any(|one| one.severity == "error");
    Ok(if grave { Exit::Failed } else { Exit::Success })
}

fn anyone(app: &App) -> Result<Caller, Failure> {
    Ok(app.consoles()?.into_iter().next().ok_or(AppError::NotFound)?)
}

fn export(typed: TypeExportTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let version = match typed.number {
        Some(version) => version,
        None => app.license_type(&typed.code)?.version,
    };
    let found = app.type_document(&typed.code, version)?;
    match &typed.out {
        Some(path) => super::write_new(path, found.json.as_bytes())?,
        None => output.line(found.json),
    }
    Ok(Exit::Success)
}

fn import(typed: TypeImportTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let document = read(&typed.file, DOCUMENT_BYTES_MAX)?;
    let app = open(config, typed.data)?;
    let (code, published) = app.type_named(&document)?;
    let caller = match app.type_console(&code) {
        Err(AppError::NotFound) => anyone(&app)?,
        other => other?,
    };
    if published {
        output
            .note(output.pick("该版本已经发布，内容相同。", "This version is published already."));
        return Ok(Exit::Success);
    }
    let before = match app.type_draft(&caller, &code) {
        Ok(draft) => Some(draft.revision),
        Err(AppError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let draft = app.type_draft_put(&caller, &code, &document, before)?;
    say(&draft.findings, output);
    if typed.publish {
        let made = app.type_publish(&caller, &code, draft.revision)?;
        output.line(format_args!("{}  {}  {}", made.code, made.version, made.name));
    }
    if let Some(name) = &typed.keeper
        && let Some(keeper) = app.console(name)?.organization()
    {
        app.type_give(&code, keeper)?;
    }
    Ok(Exit::Success)
}

fn publish(typed: TypeNamedTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let caller = app.type_console(&typed.code)?;
    let draft = app.type_draft(&caller, &typed.code)?;
    say(&draft.findings, output);
    let made = app.type_publish(&caller, &typed.code, draft.revision)?;
    output.line(format_args!("{}  {}  {}", made.code, made.version, made.name));
    Ok(Exit::Success)
}
