//! `yinzheng assistance`.

use super::{caller, open};
use crate::cli::args::{
    AssistanceAnswerTyped, AssistanceCommand, AssistanceCommon, AssistanceListTyped,
    AssistanceNamedTyped,
};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::AssistanceRequestView;
use app::{App, AssistanceQuery, AssistanceSaid, Caller, Errand};

/// How the access log names the command that shows whom a request is about.
const SHOW: &str = "yinzheng assistance show";
/// Requests that are read at once.
const PAGE: usize = 200;

/// Lists, shows or answers.
pub(super) fn run(
    command: AssistanceCommand,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        AssistanceCommand::List(typed) => list(typed, config, output),
        AssistanceCommand::Show(typed) => show(typed, config, output),
        AssistanceCommand::Answer(typed) => answer(typed, config, output),
    }
}

/// The service, for whom, and whether the answer is JSON.
fn opened(common: AssistanceCommon, config: Config) -> Result<(App, Caller, bool), Failure> {
    let app = open(config, common.data)?;
    let caller = caller(&app, common.organization.as_deref(), None)?;
    Ok((app, caller, common.json))
}

fn list(typed: AssistanceListTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let (app, caller, json) = opened(typed.common, config)?;
    let side = if typed.asking { "asking" } else { "asked" };
    let mut query = AssistanceQuery {
        side: Some(side.to_owned()),
        state: typed.state,
        limit: Some(PAGE),
        cursor: None,
    };
    let mut all = Vec::new();
    loop {
        let page = app.assistance_requests(&caller, &query)?;
        all.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    if json {
        output.json(&all);
        return Ok(Exit::Success);
    }
    for one in &all {
        let other = if typed.asking { &one.asked } else { &one.asking };
        let word = one.outcome.as_deref().unwrap_or(&one.state);
        output.line(format_args!(
            "{}  {word:<9}  {}  {}  {other}  {}  {}",
            one.id, one.due, one.case_no, one.applicant.name, one.material_name
        ));
    }
    Ok(Exit::Success)
}

fn show(typed: AssistanceNamedTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let (app, caller, json) = opened(typed.common, config)?;
    let one = app.assistance_request(&caller, &Errand::by(SHOW), &typed.id)?;
    told(&one, json, output);
    Ok(Exit::Success)
}

fn answer(typed: AssistanceAnswerTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let (app, caller, json) = opened(typed.common, config)?;
    let said = AssistanceSaid {
        outcome: typed.outcome,
        statement: typed.statement,
        document_number: typed.document,
        valid_until: typed.until,
    };
    told(&app.answer_assistance(&caller, None, &typed.id, &said)?.value, json, output);
    Ok(Exit::Success)
}

fn told(one: &AssistanceRequestView, json: bool, output: &Output) {
    if json {
        return output.json(one);
    }
    output.line(format_args!("{}  {}  {}", one.id, one.state, one.due));
    output.line(format_args!("  {} -> {}", one.asking, one.asked));
    let code = one.applicant_code.as_deref().unwrap_or_default();
    output.line(format_args!("  {}  {}  {code}", one.case_no, one.applicant.name));
    output.line(format_args!("  {}", one.question));
    if let (Some(outcome), Some(statement)) = (&one.outcome, &one.statement) {
        let until = one.holds_until.as_deref().unwrap_or("-");
        output.line(format_args!("  {outcome}  {until}  {statement}"));
    }
}
