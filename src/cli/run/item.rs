//! `yinzheng item`.

use super::{callers, open, read};
use crate::cli::args::{
    ItemCommand, ItemExportTyped, ItemImportTyped, ItemListTyped, ItemNamedTyped,
};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::{AppError, ItemFormat, ItemQuery};

/// What an import takes at most.
const FILE_BYTES_MAX: usize = 8 << 20;
/// Rows that are read at once.
const PAGE: usize = 200;

/// Carries out what was typed.
pub(super) fn run(command: ItemCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        ItemCommand::List(typed) => list(typed, config, output),
        ItemCommand::Show(typed) => show(typed, config, output),
        ItemCommand::Import(typed) => import(typed, config, output),
        ItemCommand::Export(typed) => export(typed, config, output),
    }
}

fn list(typed: ItemListTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let mut query = ItemQuery {
        text: typed.text.unwrap_or_default(),
        drifted: typed.drifted,
        still_asking: typed.still_asking,
        limit: Some(PAGE),
        ..ItemQuery::default()
    };
    loop {
        let page = app.service_items(&query)?;
        for one in page.items {
            let name = output.pick(&one.name, &one.name_en);
            output.line(format_args!(
                "{}  {:>3}  {:<9}  {name}",
                one.code, one.version, one.handling
            ));
            for paper in one.still_asked.iter().filter(|_| typed.still_asking) {
                let issued = paper.license_type.as_deref().unwrap_or("-");
                let name = output.pick(&paper.name, &paper.name_en);
                output.line(format_args!("  {:<20}  {issued:<21}  {name}", paper.key));
            }
        }
        match page.next_cursor {
            Some(next) => query.after = Some(next),
            None => return Ok(Exit::Success),
        }
    }
}

fn show(typed: ItemNamedTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let one = app.service_item_view(&typed.code)?;
    output.line(format_args!(
        "{}  {}  {}",
        one.code,
        one.version,
        output.pick(&one.name, &one.name_en)
    ));
    output.line(format_args!("  sm3:{}  {}", one.digest, one.published_at));
    let filed = app.service_item(&typed.code, Some(one.version))?;
    for material in &filed.item.materials {
        let name = output.pick(&material.name.zh, &material.name.en);
        let changed = one.changed.iter().any(|key| *key == material.key.as_str());
        let mark = if changed { "*" } else { " " };
        let grounds = material.parts_said().collect::<Vec<_>>().join(" ");
        output.line(format_args!(" {mark}{:<20}  {grounds:<32}  {name}", material.key.as_str()));
    }
    Ok(Exit::Success)
}

fn import(typed: ItemImportTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let bytes = read(&typed.file, FILE_BYTES_MAX)?;
    let app = open(config, typed.data)?;
    let caller = callers(&app, None)?.into_iter().next().ok_or(AppError::NotFound)?;
    let made = app.items_import(&caller, &bytes, typed.check)?;
    for one in &made.items {
        output.line(format_args!(
            "{}  {:>3}  {:<7}  {}",
            one.code, one.version, one.outcome, one.name
        ));
    }
    for one in &made.problems {
        output.note(format_args!("{}: {} {}: {}", one.row, one.code, one.place, one.message));
    }
    Ok(if made.problems.is_empty() { Exit::Success } else { Exit::Failed })
}

fn export(typed: ItemExportTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let format = if typed.csv { ItemFormat::Csv } else { ItemFormat::Json };
    let bytes = app.items_export(format)?;
    match &typed.out {
        Some(path) => super::write_new(path, &bytes)?,
        None => output.document(&String::from_utf8_lossy(&bytes)),
    }
    Ok(Exit::Success)
}
