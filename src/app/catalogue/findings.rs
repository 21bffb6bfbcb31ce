//! What a definition of a license type is tried for before it is published.

use super::preview::context;
use crate::App;
use crate::view::TypeFindingView;
use domain::catalogue::{
    Area, Content, Element, Field, FieldKind, HolderKind, LicenseType, Point, Role, Sensitivity,
    invented_rows, invented_text,
};
use render::{RenderContext, RenderError, license_fits};
use serde_json::{Map, Value as Json};

/// Characters of names that common fonts do not have.
const RARE: &str = "喆堃玥㛃𬴂";
/// Choices of one field that are tried; more are of the same kind.
const CHOICES_MAX: usize = 50;

impl App {
    /// Everything that was found; what is grave keeps the type from being published.
    pub(crate) fn type_findings(&self, license_type: &LicenseType) -> Vec<TypeFindingView> {
        let issuer = license_type.defining_authority().name.clone();
        let trial = Trial {
            license_type,
            context: context(self, &issuer),
            usual: license_type.invented_content(),
        };
        let mut found = Vec::new();
        match trial.fits(None) {
            Err(error) => found.push(trial.of_usual(&error)),
            // What does not fit already is not tried with more.
            Ok(()) => license_type.fields().iter().for_each(|one| trial.field(one, &mut found)),
        }
        places(license_type, &mut found);
        openness(license_type, &mut found);
        found
    }
}

/// Whether it keeps a type from being published.
pub(super) fn is_grave(finding: &TypeFindingView) -> bool {
    finding.severity == "error"
}

fn finding(
    code: &'static str,
    grave: bool,
    pointer: String,
    (zh, en): (String, String),
) -> TypeFindingView {
    TypeFindingView {
        code,
        severity: if grave { "error" } else { "warning" },
        pointer,
        text_zh: zh,
        text_en: en,
    }
}

struct Trial<'a> {
    license_type: &'a LicenseType,
    context: RenderContext<'a>,
    usual: Map<String, Json>,
}

/// How what is counted is called.
type Unit = (&'static str, &'static str);

impl Trial<'_> {
    /// Whether the usual content fits, with one value changed.
    fn fits(&self, changed: Option<(&Field, Json)>) -> Result<(), RenderError> {
        let mut json = self.usual.clone();
        if let Some((field, value)) = changed {
            json.insert(field.key.clone(), value);
        }
        match Content::check(self.license_type, &json) {
            Ok(content) => license_fits(self.license_type, &content, &self.context),
            // A value that the type itself refuses needs no room.
            Err(_) => Ok(()),
        }
    }

    /// Where a field stands in the document.
    fn pointer(&self, key: &str) -> String {
        let place = self.license_type.fields().iter().position(|field| field.key == key);
        place.map_or_else(String::new, |place| format!("/fields/{place}"))
    }

    fn of_usual(&self, error: &RenderError) -> TypeFindingView {
        let pointer = error.field().map_or_else(String::new, |key| self.pointer(key));
        let field = error.field().and_then(|key| self.license_type.field(key));
        let name = field.map_or("版面文字", |field| field.name.zh.as_str());
        let zh = match error {
            RenderError::Overflow { .. } => {
                format!("“{name}”放不进版面上的位置：请放大位置或缩小最小字号。")
            }
            RenderError::MissingCharacter { character, .. } => {
                let code = u32::from(*character);
                format!("“{name}”中的“{character}”（U+{code:04X}）没有字体可以打印。")
            }
            _ => format!("“{name}”不能绘制：请检查版面。"),
        };
        finding(error.code(), true, pointer, (zh, error.to_string()))
    }

    fn field(&self, field: &Field, found: &mut Vec<TypeFindingView>) {
        if !field.printed {
            return;
        }
        let name = &field.name.zh;
        match &field.kind {
            FieldKind::Text { length_max } | FieldKind::LongText { length_max }
                if field.pattern.is_none() =>
            {
                let text = |count| invented_text(name, count).into();
                found.extend(self.longest(field, *length_max, ("字", "characters"), &text));
                found.extend(self.rare(field));
            }
            FieldKind::Table { columns, rows_max } => {
                let rows = |count| invented_rows(columns, count);
                found.extend(self.longest(field, *rows_max, ("行", "rows"), &rows));
            }
            FieldKind::Choice { choices } => {
                let values = choices.iter().take(CHOICES_MAX).map(|one| one.value.as_str());
                let mut errors =
                    values.filter_map(|value| self.fits(Some((field, value.into()))).err());
                found.extend(errors.next().map(|error| self.of_usual(&error)));
            }
            _ => {}
        }
    }

    /// Whether as much as the type allows fits, and how much does.
    fn longest(
        &self,
        field: &Field,
        allowed: usize,
        (zh_unit, en_unit): Unit,
        value: &dyn Fn(usize) -> Json,
    ) -> Option<TypeFindingView> {
        let fits = |count| self.fits(Some((field, value(count)))).is_ok();
        if fits(allowed) {
            return None;
        }
        let (mut fit, mut too_many) = (0, allowed);
        while too_many - fit > 1 {
            let middle = fit + (too_many - fit) / 2;
            *(if fits(middle) { &mut fit } else { &mut too_many }) = middle;
        }
        let (zh, en) = (&field.name.zh, &field.name.en);
        let zh = format!(
            "“{zh}”允许 {allowed} {zh_unit}，版面约放得下 {fit} {zh_unit}：更长的内容不能制证。"
        );
        let en = format!(
            "{en}: {allowed} {en_unit} are allowed, and about {fit} find room; longer ones cannot \
             be issued"
        );
        Some(finding("longest_overflows", false, self.pointer(&field.key), (zh, en)))
    }

    /// Whether rare characters of names can be printed.
    fn rare(&self, field: &Field) -> Option<TypeFindingView> {
        let Err(RenderError::MissingCharacter { character, .. }) =
            self.fits(Some((field, RARE.into())))
        else {
            return None;
        };
        let (zh, en, code) = (&field.name.zh, &field.name.en, u32::from(character));
        let zh = format!("“{zh}”用的字体没有生僻字“{character}”（U+{code:04X}）。");
        let en = format!("{en}: no font has the rare character U+{code:04X}");
        Some(finding("rare_character", false, self.pointer(&field.key), (zh, en)))
    }
}

/// Places of seal and code.
fn places(license_type: &LicenseType, found: &mut Vec<TypeFindingView>) {
    let square = |x: f32, y: f32, side: f32| Area { x, y, width: side, height: side };
    let elements = &license_type.layout().elements;
    let code = elements.iter().find_map(|element| match element {
        Element::Code(one) => Some(square(one.at.x, one.at.y, one.size)),
        _ => None,
    });
    let Some(code) = code else {
        let zh = "版面没有二维码：持证人不能扫码亮证，纸面不能扫码核验。".to_owned();
        let en = "there is no place for the code: nobody can verify by scanning".to_owned();
        found.push(finding("no_code", false, "/layout/elements".to_owned(), (zh, en)));
        return;
    };
    for (place, element) in elements.iter().enumerate() {
        let Element::Seal(seal) = element else { continue };
        let Point { x, y } = seal.center;
        let half = seal.size / 2.0;
        if overlap(&square(x - half, y - half, seal.size), &code) {
            let zh = "印章压住了二维码，扫码会失败：请移开其中一个。".to_owned();
            let en = "the seal covers the code, which cannot be scanned then".to_owned();
            let pointer = format!("/layout/elements/{place}");
            found.push(finding("seal_over_code", true, pointer, (zh, en)));
        }
    }
}

fn overlap(one: &Area, other: &Area) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

/// What of people anyone may see, and what is not held to a form.
fn openness(license_type: &LicenseType, found: &mut Vec<TypeFindingView>) {
    for (place, field) in license_type.fields().iter().enumerate() {
        let pointer = || format!("/fields/{place}");
        let of_person = field.kind == FieldKind::CitizenId
            || (license_type.holder_kind() == HolderKind::Person
                && matches!(field.role, Some(Role::HolderName | Role::HolderCode)));
        if of_person && field.sensitivity == Sensitivity::Public {
            let zh = format!("“{}”是个人信息，却对任何人公开。", field.name.zh);
            let en = format!("{} is personal, and open to anyone", field.name.en);
            found.push(finding("personal_in_public", true, pointer(), (zh, en)));
        }
        if field.role == Some(Role::LicenseNumber) && field.pattern.is_none() {
            let zh = "证照编号没有编号规则：任何写法都会被接受。".to_owned();
            let en = "the license number follows no rule: anything is accepted".to_owned();
            found.push(finding("no_number_rule", false, pointer(), (zh, en)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use serde_json::json;
    use std::sync::LazyLock;

    static CARD: LazyLock<Json> = LazyLock::new(|| {
        let text = include_str!("../../../schema/catalogue/small_catering_license.json");
        serde_json::from_str(text).expect("a type")
    });

    #[track_caller]
    fn check(app: &App, spoil: impl Fn(&mut Json), code: &str, severity: &str, pointer: &str) {
        let mut document = CARD.clone();
        spoil(&mut document);
        let document = serde_json::to_vec(&document).expect("JSON");
        let license_type = LicenseType::read(&document).expect("a type");
        let found = app.type_findings(&license_type);
        let named = found
            .iter()
            .any(|one| one.code == code && one.severity == severity && one.pointer == pointer);
        assert!(named, "{code} at {pointer}: {found:?}");
    }

    #[test]
    fn what_would_go_wrong_is_named_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let app = App::open(Settings::in_folder(folder.path())).expect("open");
        let document = serde_json::to_vec(&*CARD).expect("JSON");
        let usual = app.type_findings(&LicenseType::read(&document).expect("a type"));
        assert!(!usual.iter().any(is_grave), "{usual:?}");
        let narrow = |t: &mut Json| t["layout"]["elements"][1]["at"] = json!([32, 70, 5, 7]);
        check(&app, narrow, "overflow", "error", "/fields/0");
        let long = |t: &mut Json| t["fields"][6]["length_max"] = json!(4000);
        check(&app, long, "longest_overflows", "warning", "/fields/6");
        let rare = |t: &mut Json| t["layout"]["elements"][0]["text"] = json!("许可\u{2A6D6}");
        check(&app, rare, "missing_character", "error", "");
        let over = |t: &mut Json| t["layout"]["elements"][8]["center"] = json!([50, 239]);
        check(&app, over, "seal_over_code", "error", "/layout/elements/8");
        let bare = |t: &mut Json| drop(t["fields"][0].as_object_mut().map(|f| f.remove("pattern")));
        check(&app, bare, "no_number_rule", "warning", "/fields/0");
        let person = |t: &mut Json| t["holder_kind"] = json!("person");
        check(&app, person, "personal_in_public", "error", "/fields/1");
        let no_code =
            |t: &mut Json| drop(t["layout"]["elements"].as_array_mut().map(|e| e.remove(4)));
        check(&app, no_code, "no_code", "warning", "/layout/elements");
    }
}
