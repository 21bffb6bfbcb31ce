//! The document of an undertaking, from its template in `schema/undertakings/`: drawn as forms are, with a
//! line at its end for the signature.

use crate::{App, AppError};
use domain::time::{china_date, day_text};
use domain::undertaking::UndertakingKind;
use render::{FormSheet, RenderError, SheetCell, SheetMark, SheetSection, form_pdf};
use serde::Deserialize;
use time::{Date, OffsetDateTime};

const COMMITMENT: &str = include_str!("../../../schema/undertakings/commitment.json");
const DEFERRAL: &str = include_str!("../../../schema/undertakings/deferral.json");

/// The words of a kind; `{item}`, `{material}`, `{due}` and `{office}` stand in them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    title: String,
    promise: String,
    note: String,
}

/// What a document says.
pub(super) struct Paper<'a> {
    pub(super) kind: UndertakingKind,
    pub(super) party: &'a str,
    pub(super) item: &'a str,
    pub(super) material: &'a str,
    pub(super) case_no: &'a str,
    pub(super) office: &'a str,
    pub(super) due: Date,
    pub(super) now: OffsetDateTime,
}

impl Paper<'_> {
    fn template(&self) -> Result<Template, serde_json::Error> {
        serde_json::from_str(match self.kind {
            UndertakingKind::Commitment => COMMITMENT,
            UndertakingKind::Deferral => DEFERRAL,
        })
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{due}", &in_words(self.due))
            .replace("{office}", self.office)
            .replace("{item}", self.item)
            .replace("{material}", self.material)
    }
}

impl App {
    pub(super) fn undertaking_paper(&self, paper: &Paper<'_>) -> Result<Vec<u8>, AppError> {
        let template = paper.template().map_err(|cause| {
            AppError::internal(format!("reading the template of a {}", paper.kind), cause)
        })?;
        let promise = paper.filled(&template.promise);
        let due = in_words(paper.due);
        let rows = [
            ("承诺人", paper.party),
            ("承诺对象", paper.office),
            ("办理事项", paper.item),
            ("承诺材料", paper.material),
            ("履行期限", &due),
            ("承诺内容", &promise),
        ];
        let cell = |(label, value): (&str, &str)| SheetCell {
            key: "party".to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            mark: SheetMark::Empty,
            source: String::new(),
            wide: true,
        };
        let cells = rows.map(cell).into();
        let sections = [SheetSection { title: "承诺事项".to_owned(), cells }];
        let about =
            format!("办件号 {}　出具日期 {}", paper.case_no, day_text(china_date(paper.now)));
        let sheet = FormSheet {
            fonts: &self.fonts,
            title: &template.title,
            about: &about,
            sections: &sections,
            note: Some(&paper.filled(&template.note)),
            issuer: paper.office,
            sample_mark: self.settings.sample_mark,
            created: paper.now,
        };
        form_pdf(&sheet).map_err(undrawn)
    }
}

fn in_words(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), u8::from(day.month()), day.day())
}

/// What cannot be printed is the name, or the number of the case that the decision has: everything else
/// is the register's.
fn undrawn(error: RenderError) -> AppError {
    let pointer = match (error.field(), &error) {
        (Some(_), _) => "/party",
        (None, RenderError::MissingCharacter { .. }) => "/decision_id",
        _ => return AppError::internal("drawing an undertaking".to_owned(), error),
    };
    super::problem(pointer, "unprintable_character", &error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn each_kind_has_a_template_whose_places_are_all_filled() {
        for kind in UndertakingKind::ALL {
            let paper = Paper {
                kind: *kind,
                party: "示例市青禾食品有限公司",
                item: "食品经营许可",
                material: "租赁合同",
                case_no: "示免1",
                office: "示例市行政审批服务局",
                due: date!(2026 - 12 - 24),
                now: datetime!(2026-03-02 08:00 UTC),
            };
            let template = paper.template().expect("a template");
            for text in [&template.promise, &template.note] {
                let filled = paper.filled(text);
                assert!(!filled.contains('{'), "{kind}: {filled}");
            }
            for said in ["食品经营许可", "租赁合同", "2026年12月24日"] {
                assert!(paper.filled(&template.promise).contains(said), "{kind}: {said}");
            }
        }
    }
}
