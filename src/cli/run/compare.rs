//! `yinzheng compare`.

use super::read;
use crate::cli::args::CompareTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use app::view::{ComparedPairView, ComparedView};
use app::{CompareAsked, PairAsked, RenamedAsked, compare_pairs};
use formats::sheet::{SheetLimits, read_csv};

/// What a request of the service may have.
const FILE_BYTES_MAX: usize = 4 << 20;
const COLUMNS: [&str; 4] = ["name", "kind", "ours", "theirs"];
/// Pairs that are compared at once.
const PAIRS: usize = 300;
/// What a table of pairs may cost: none is larger than its file.
const LIMITS: SheetLimits = SheetLimits {
    rows_max: 20_001,
    columns_max: COLUMNS.len(),
    cells_max: 20_001 * COLUMNS.len(),
    cell_bytes_max: 8 * 1024,
    total_bytes_max: FILE_BYTES_MAX,
};

/// Compares the pairs of one file.
pub(super) fn run(typed: &CompareTyped, output: &Output) -> Result<Exit, Failure> {
    let bytes = read(&typed.file, FILE_BYTES_MAX)?;
    let text =
        String::from_utf8(bytes).map_err(|_| Failure::Usage("the file is not UTF-8".to_owned()))?;
    let mut asked = match text.trim_start().starts_with('{') {
        true => serde_json::from_str(&text)
            .map_err(|cause| Failure::Usage(format!("{}: {cause}", typed.file.display())))?,
        false => table(&text)?,
    };
    for renamed in &typed.renamed {
        let Some((from, to)) = renamed.split_once('=') else {
            return Err(Failure::Usage(format!("--renamed FROM=TO: {renamed}")));
        };
        asked.renamed.push(RenamedAsked { from: from.to_owned(), to: to.to_owned() });
    }
    let mut worst = Exit::Success;
    for pairs in asked.pairs.chunks(PAIRS) {
        let part = CompareAsked { pairs: pairs.to_vec(), renamed: asked.renamed.clone() };
        let compared = compare_pairs(&part)?;
        worst = worse(worst, &compared);
        if typed.json {
            compared.results.iter().for_each(|one| output.json_line(one));
        } else {
            compared.results.iter().for_each(|one| shown(one, output));
        }
    }
    Ok(worst)
}

/// The pairs of a table; its first row names the columns, in any order.
fn table(text: &str) -> Result<CompareAsked, Failure> {
    let text = text.trim_start_matches('\u{FEFF}');
    let rows = read_csv(text, &LIMITS).map_err(|cause| Failure::Usage(cause.to_string()))?;
    let mut rows = rows.into_iter();
    let head = rows.next().map(|row| row.cells).unwrap_or_default();
    let place = |name: &str| head.iter().position(|cell| cell.trim() == name);
    let places: Vec<usize> = COLUMNS.iter().filter_map(|name| place(name)).collect();
    let [name, kind, ours, theirs] = places[..] else {
        return Err(Failure::Usage(format!("the first row names {}", COLUMNS.join(", "))));
    };
    let pair = |cells: &[String]| {
        let cell = |place: usize| cells.get(place).cloned().unwrap_or_default();
        PairAsked {
            name: cell(name),
            kind: cell(kind).trim().to_owned(),
            ours: cell(ours),
            theirs: cell(theirs),
        }
    };
    let pairs = rows.map(|row| pair(&row.cells)).collect();
    Ok(CompareAsked { pairs, renamed: Vec::new() })
}

/// As of `verify`: what is different decides before what nobody can tell.
fn worse(worst: Exit, compared: &ComparedView) -> Exit {
    let any = |answer: &str| compared.counts.get(answer).is_some_and(|count| *count > 0);
    match worst {
        Exit::Failed => Exit::Failed,
        _ if any("different") => Exit::Failed,
        _ if any("unclear") => Exit::Indeterminate,
        worst => worst,
    }
}

fn shown(one: &ComparedPairView, output: &Output) {
    output.line(format_args!("{:<10}  {}", one.answer, one.name));
    for reason in &one.reasons {
        let text = output.pick(&reason.text, &reason.text_en);
        output
            .line(format_args!("  {:<24}  {}/{}  {text}", reason.code, reason.ours, reason.theirs));
    }
}
