//! Service items as rows of a table: one row for each material, the item's own cells in its first.

use super::item::{Handling, ServiceItem};
use super::key::Key;
use super::material::{Grade, Material, MaterialForm, MaterialSource, Necessity};
use crate::catalogue::{HolderKind, Names};
use crate::digest::Sm3;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// What a column holds: its Chinese head, and the English one.
const COLUMNS: [(&str, &str); 18] = [
    ("事项编码", "code"),
    ("事项名称", "name"),
    ("事项英文名称", "name_en"),
    ("办理部门", "department"),
    ("办理方式", "handling"),
    ("服务对象", "applicants"),
    ("可代办", "agents"),
    ("承诺时限", "days"),
    ("材料标识", "material"),
    ("材料名称", "material_name"),
    ("材料英文名称", "material_name_en"),
    ("材料来源", "source"),
    ("核发机构", "issuer"),
    ("信任等级", "grade"),
    ("必要性", "necessity"),
    ("材料形式", "form"),
    ("份数", "copies"),
    ("示例", "example"),
];
/// Those of the item itself.
const OF_ITEM: [&str; 9] = [
    "code",
    "name",
    "name_en",
    "department",
    "handling",
    "applicants",
    "agents",
    "days",
    "example",
];
const NEEDED: [&str; 4] = ["code", "name", "department", "handling"];

const HANDLINGS: [(&str, &str, Handling); 4] = [
    ("直办", "direct", Handling::Direct),
    ("受理", "accepted", Handling::Accepted),
    ("网办", "online", Handling::Online),
    ("委托受理", "entrusted", Handling::Entrusted),
];
const APPLICANTS: [(&str, &str, HolderKind); 2] =
    [("自然人", "person", HolderKind::Person), ("法人", "organization", HolderKind::Organization)];
const SOURCES: [(&str, &str, MaterialSource); 3] = [
    ("政府部门核发", "issued", MaterialSource::Issued),
    ("申请表格", "form", MaterialSource::Form),
    ("申请人自备", "self_made", MaterialSource::SelfMade),
];
const GRADES: [(&str, &str, Grade); 4] =
    [("A", "A", Grade::A), ("B", "B", Grade::B), ("C", "C", Grade::C), ("D", "D", Grade::D)];
const NECESSITIES: [(&str, &str, Necessity); 2] =
    [("必要", "required", Necessity::Required), ("非必要", "optional", Necessity::Optional)];
const FORMS: [(&str, &str, MaterialForm); 3] = [
    ("原件", "original", MaterialForm::Original),
    ("复印件", "copy", MaterialForm::Copy),
    ("原件或复印件", "either", MaterialForm::Either),
];
const YES_NO: [(&str, &str, bool); 2] = [("是", "yes", true), ("否", "no", false)];

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Its number in the file; of a list in JSON the place, from 1.
    pub row: u32,
    /// The column, or the JSON pointer.
    pub place: String,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// A table that cannot be read as items at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTable {
    /// A column has no meaning.
    #[error("column “{0}” has no meaning; the columns are: {all}", all = heads().join(", "))]
    Unknown(String),
    /// A column is there twice.
    #[error("column “{0}” is there twice")]
    Twice(String),
    /// A column is missing.
    #[error("column “{0}” is needed")]
    Missing(&'static str),
    /// It has more items than are read at once.
    #[error("at most {0} items at once")]
    TooLarge(usize),
}

/// The heads of a table of items.
#[must_use]
pub fn heads() -> Vec<String> {
    COLUMNS.iter().map(|(zh, _)| (*zh).to_owned()).collect()
}

/// The rows of a table, as items.
#[derive(Debug, Default)]
pub struct ReadTable {
    /// Items of whose rows all are right, each with the number of its first.
    pub items: Vec<(u32, ServiceItem)>,
    /// What is wrong with the others.
    pub problems: Vec<RowProblem>,
}

#[derive(Clone, Copy)]
struct Row<'t> {
    number: u32,
    columns: &'t [&'static str],
    cells: &'t [String],
}

impl<'t> Row<'t> {
    fn cell(&self, column: &str) -> &'t str {
        let place = self.columns.iter().position(|one| *one == column);
        place.and_then(|place| self.cells.get(place)).map_or("", |cell| cell.trim())
    }

    fn problem(&self, column: &str, code: &'static str, message: impl Display) -> RowProblem {
        let head = COLUMNS.iter().find(|(_, name)| *name == column).map_or("", |(zh, _)| zh);
        let (row, message) = (self.number, message.to_string());
        RowProblem { row, place: head.to_owned(), code, message }
    }

    fn word<T: Copy>(
        &self,
        column: &str,
        words: &[(&str, &str, T)],
        usual: Option<T>,
    ) -> Result<T, RowProblem> {
        let text = self.cell(column);
        if text.is_empty()
            && let Some(usual) = usual
        {
            return Ok(usual);
        }
        let found = words.iter().find(|(zh, en, _)| *zh == text || *en == text);
        found.map(|(.., value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(zh, ..)| *zh).collect();
            self.problem(column, "unknown_word", format_args!("one of: {}", known.join(" ")))
        })
    }

    fn parsed<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, RowProblem> {
        let read = self.cell(column).parse::<T>();
        read.map_err(|error| self.problem(column, "bad_value", error))
    }

    fn maybe<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Option<T>, RowProblem> {
        if self.cell(column).is_empty() { Ok(None) } else { self.parsed(column).map(Some) }
    }

    fn names(&self, zh: &str, en: &str) -> Result<Names, RowProblem> {
        let (chinese, english) = (self.cell(zh), self.cell(en));
        if chinese.is_empty() {
            return Err(self.problem(zh, "required", "a name is needed"));
        }
        let english = if english.is_empty() { chinese } else { english };
        Ok(Names { zh: chinese.to_owned(), en: english.to_owned() })
    }

    fn applicants(&self) -> Result<Vec<HolderKind>, RowProblem> {
        let text = self.cell("applicants");
        if text.is_empty() {
            return Ok(vec![HolderKind::Person, HolderKind::Organization]);
        }
        let words = text.split(['、', ',', '，', ' ']).filter(|word| !word.is_empty());
        let kind = |word: &str| {
            let found = APPLICANTS.iter().find(|(zh, en, _)| *zh == word || *en == word);
            let unknown = || self.problem("applicants", "unknown_word", "自然人 or 法人, or both");
            found.map(|(.., kind)| *kind).ok_or_else(unknown)
        };
        words.map(kind).collect()
    }

    fn item(&self) -> Result<ServiceItem, RowProblem> {
        Ok(ServiceItem {
            code: self.parsed("code")?,
            version: 1,
            name: self.names("name", "name_en")?,
            department: self.parsed("department")?,
            handling: self.word("handling", &HANDLINGS, None)?,
            applicants: self.applicants()?,
            agents: self.word("agents", &YES_NO, Some(true))?,
            example: self.word("example", &YES_NO, Some(false))?,
            days: self.maybe("days")?,
            situations: Vec::new(),
            materials: Vec::new(),
            outputs: Vec::new(),
            form: Vec::new(),
        })
    }

    /// The material of the row; a row without one is of an item alone.
    fn material(&self) -> Result<Option<Material>, RowProblem> {
        let of_material = |column: &&&str| !OF_ITEM.contains(*column);
        if self.columns.iter().filter(of_material).all(|column| self.cell(column).is_empty()) {
            return Ok(None);
        }
        let name = self.names("material_name", "material_name_en")?;
        let source = self.word("source", &SOURCES, None)?;
        let usual = match source {
            MaterialSource::Issued => Grade::A,
            MaterialSource::Form | MaterialSource::SelfMade => Grade::D,
        };
        let issuer = self.cell("issuer");
        Ok(Some(Material {
            key: self.material_key(&name)?,
            source,
            issuer: (!issuer.is_empty()).then(|| issuer.to_owned()),
            grade: self.word("grade", &GRADES, Some(usual))?,
            necessity: self.word("necessity", &NECESSITIES, Some(Necessity::Required))?,
            when: None,
            form: self.word("form", &FORMS, Some(MaterialForm::Either))?,
            copies: self.maybe("copies")?.unwrap_or(1),
            note: None,
            waived_by: Vec::new(),
            data_check: None,
            covered_by: Vec::new(),
            cancelled: None,
            commitment: None,
            deferrable: None,
            assistance: None,
            name,
        }))
    }

    /// The key that is said, or one made of the name, so that another order of rows changes nothing.
    fn material_key(&self, name: &Names) -> Result<Key, RowProblem> {
        let said = self.cell("material");
        let made = || format!("m_{}", &Sm3::of(name.zh.as_bytes()).to_string()[..12]);
        let key = if said.is_empty() { made() } else { said.to_owned() };
        key.parse().map_err(|error| self.problem("material", "bad_value", error))
    }
}

fn columns(head: &[String]) -> Result<Vec<&'static str>, BadTable> {
    let mut columns: Vec<&'static str> = Vec::new();
    for name in head {
        let name = name.trim();
        let found = COLUMNS.iter().find(|(zh, en)| *zh == name || *en == name);
        let (_, column) = found.ok_or_else(|| BadTable::Unknown(name.to_owned()))?;
        if columns.contains(column) {
            return Err(BadTable::Twice(name.to_owned()));
        }
        columns.push(column);
    }
    match COLUMNS.iter().find(|(_, en)| NEEDED.contains(en) && !columns.contains(en)) {
        Some((zh, _)) => Err(BadTable::Missing(zh)),
        None => Ok(columns),
    }
}

/// Reads a table: rows of one code are one item, and repeat its cells or leave them empty.
///
/// # Errors
/// Heads that are no columns, more than `items_max` items; what is wrong with rows stands in the answer.
pub fn read_table<'t>(
    head: &[String],
    rows: impl IntoIterator<Item = (u32, &'t [String])>,
    items_max: usize,
) -> Result<ReadTable, BadTable> {
    let columns = columns(head)?;
    let mut open: Vec<(Row<'_>, Option<ServiceItem>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (number, cells) in rows {
        let row = Row { number, columns: &columns, cells };
        let (place, begun) = match places.get(row.cell("code")) {
            Some(place) => (*place, repeats(&open[*place].0, &row)),
            None if open.len() == items_max => return Err(BadTable::TooLarge(items_max)),
            None => {
                let (item, begun) = match row.item() {
                    Ok(item) => (Some(item), Ok(())),
                    Err(problem) => (None, Err(problem)),
                };
                places.insert(row.cell("code"), open.len());
                open.push((row, item));
                (open.len() - 1, begun)
            }
        };
        match begun.and_then(|()| row.material()) {
            Ok(material) => {
                if let Some(item) = &mut open[place].1 {
                    item.materials.extend(material);
                }
            }
            Err(problem) => {
                // An item with a wrong row is left out whole.
                open[place].1 = None;
                problems.push(problem);
            }
        }
    }
    Ok(finished(open, problems))
}

/// A later row of an item says the same of it as the first, or nothing.
fn repeats(first: &Row<'_>, row: &Row<'_>) -> Result<(), RowProblem> {
    let differs = |column: &&&str| {
        let cell = row.cell(column);
        !cell.is_empty() && cell != first.cell(column)
    };
    match OF_ITEM.iter().find(differs) {
        Some(column) => {
            let message = format!("row {} says otherwise of the item", first.number);
            Err(row.problem(column, "differs_from_first_row", message))
        }
        None => Ok(()),
    }
}

fn finished(open: Vec<(Row<'_>, Option<ServiceItem>)>, mut problems: Vec<RowProblem>) -> ReadTable {
    let mut items = Vec::new();
    for (row, item) in open {
        match item.map(|item| (item.check(), item)) {
            Some((Ok(()), item)) => items.push((row.number, item)),
            Some((Err(error), _)) => {
                problems.push(RowProblem {
                    row: row.number,
                    place: String::new(),
                    code: "not_a_service_item",
                    message: error.to_string(),
                });
            }
            None => {}
        }
    }
    problems.sort_by_key(|problem| problem.row);
    ReadTable { items, problems }
}

fn word<T: Copy + PartialEq>(words: &[(&'static str, &str, T)], value: T) -> String {
    words.iter().find(|(.., one)| *one == value).map_or("", |(zh, ..)| zh).to_owned()
}

/// An item as rows under [`heads`]. Questions, conditions, outputs and what may stand in a material's
/// place have no columns: the document has them.
#[must_use]
pub fn rows(item: &ServiceItem) -> Vec<Vec<String>> {
    let own = |column: &str| match column {
        "code" => item.code.to_string(),
        "name" => item.name.zh.clone(),
        "name_en" => item.name.en.clone(),
        "department" => item.department.to_string(),
        "handling" => word(&HANDLINGS, item.handling),
        "applicants" => {
            let words: Vec<String> =
                item.applicants.iter().map(|kind| word(&APPLICANTS, *kind)).collect();
            words.join("、")
        }
        "agents" => word(&YES_NO, item.agents),
        "days" => item.days.map(|days| days.to_string()).unwrap_or_default(),
        _ => word(&YES_NO, item.example),
    };
    let cell = |column: &str, material: Option<&Material>| match (column, material) {
        (column, _) if OF_ITEM.contains(&column) => own(column),
        (column, Some(material)) => material_cell(column, material),
        _ => String::new(),
    };
    let row = |material: Option<&Material>| {
        COLUMNS.iter().map(|(_, column)| cell(column, material)).collect::<Vec<String>>()
    };
    if item.materials.is_empty() {
        return vec![row(None)];
    }
    item.materials.iter().map(|material| row(Some(material))).collect()
}

fn material_cell(column: &str, material: &Material) -> String {
    match column {
        "material" => material.key.to_string(),
        "material_name" => material.name.zh.clone(),
        "material_name_en" => material.name.en.clone(),
        "source" => word(&SOURCES, material.source),
        "issuer" => material.issuer.clone().unwrap_or_default(),
        "grade" => word(&GRADES, material.grade),
        "necessity" => word(&NECESSITIES, material.necessity),
        "form" => word(&FORMS, material.form),
        _ => material.copies.to_string(),
    }
}

#[cfg(test)]
mod tests;
