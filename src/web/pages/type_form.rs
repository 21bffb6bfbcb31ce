//! The definition of a license type as a form: every part of the document stands in exactly one
//! input, so that nothing is lost that the form does not know.

use crate::form::Form;
use app::{FieldRule, NumberPattern};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Fields and elements of one form; beyond them the document itself is imported.
const ROWS_MAX: usize = 200;

/// One field of the type as it is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FieldTyped {
    pub(crate) key: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) sensitivity: String,
    pub(crate) role: String,
    /// The rule of a number, in [`NumberPattern`]'s notation.
    pub(crate) rule: String,
    pub(crate) printed: bool,
    /// What else belongs to the kind, JSON.
    pub(crate) more: String,
}

/// One element of the layout as it is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ElementTyped {
    pub(crate) kind: String,
    /// Its numbers by name: `x`, `y`, `width`, `height`, `size`.
    pub(crate) numbers: Vec<(&'static str, String)>,
    /// The text of a text box.
    pub(crate) text: Option<String>,
    /// What else it has, JSON.
    pub(crate) more: String,
}

/// A definition as it is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Typed {
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) holder_kind: String,
    pub(crate) category: String,
    pub(crate) validity: String,
    pub(crate) years: String,
    pub(crate) fields: Vec<FieldTyped>,
    pub(crate) elements: Vec<ElementTyped>,
    /// One rule across fields a line.
    pub(crate) rules: String,
    pub(crate) page: String,
    pub(crate) styles: String,
}

/// What is wrong, by the id of its input.
pub(crate) type Wrong = BTreeMap<String, String>;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// JSON for people to read; nothing when there is nothing.
fn shown(rest: Map<String, Value>) -> String {
    if rest.is_empty() {
        return String::new();
    }
    serde_json::to_string_pretty(&rest).unwrap_or_default()
}

/// A number as it is typed: 12, not 12.0.
fn number(value: Option<&Value>) -> String {
    value.and_then(Value::as_f64).map_or_else(String::new, |number| number.to_string())
}

/// What a JSON text holds besides known members.
fn rest(typed: &str, id: &str, wrong: &mut Wrong) -> Map<String, Value> {
    if typed.trim().is_empty() {
        return Map::new();
    }
    match serde_json::from_str(typed) {
        Ok(Value::Object(rest)) => rest,
        Ok(_) => {
            wrong.insert(id.to_owned(), "a JSON object is needed: {…}".to_owned());
            Map::new()
        }
        Err(error) => {
            wrong.insert(id.to_owned(), error.to_string());
            Map::new()
        }
    }
}

impl FieldTyped {
    fn of(value: &Value) -> Self {
        let mut more = value.as_object().cloned().unwrap_or_default();
        let mut take = |name: &str| more.remove(name).unwrap_or_default();
        let pattern = serde_json::from_value::<NumberPattern>(take("pattern"));
        let name = take("name");
        Self {
            key: text(&take("key")),
            zh: text(&name["zh"]),
            en: text(&name["en"]),
            kind: text(&take("kind")),
            required: take("required") == true,
            sensitivity: text(&take("sensitivity")),
            role: text(&take("role")),
            rule: pattern.map_or_else(|_| String::new(), |pattern| pattern.to_string()),
            printed: take("printed") != false,
            more: shown(more),
        }
    }

    fn read(form: &Form, place: usize) -> Self {
        let text = |name: &str| form.text(&format!("f{place}_{name}")).trim().to_owned();
        Self {
            key: text("key"),
            zh: text("zh"),
            en: text("en"),
            kind: text("kind"),
            required: text("required") == "on",
            sensitivity: text("sensitivity"),
            role: text("role"),
            rule: text("rule"),
            printed: text("printed") == "on",
            more: text("more"),
        }
    }

    fn document(&self, place: usize, wrong: &mut Wrong) -> Value {
        let mut field = Map::from_iter([
            ("key".to_owned(), self.key.as_str().into()),
            ("name".to_owned(), json!({ "zh": self.zh, "en": self.en })),
            ("kind".to_owned(), self.kind.as_str().into()),
            ("required".to_owned(), self.required.into()),
            ("sensitivity".to_owned(), self.sensitivity.as_str().into()),
        ]);
        if !self.role.is_empty() {
            field.insert("role".to_owned(), self.role.as_str().into());
        }
        if !self.rule.is_empty() {
            match self.rule.parse::<NumberPattern>() {
                Ok(pattern) => {
                    // Segments are texts and numbers, which always serialize.
                    let pattern = serde_json::to_value(pattern).unwrap_or_default();
                    field.insert("pattern".to_owned(), pattern);
                }
                Err(error) => drop(wrong.insert(format!("f{place}_rule"), error.to_string())),
            }
        }
        if !self.printed {
            field.insert("printed".to_owned(), false.into());
        }
        field.extend(rest(&self.more, &format!("f{place}_more"), wrong));
        Value::Object(field)
    }
}

/// The numbers of an element by the member of the document that holds them.
const PLACES: [(&str, &[&str]); 3] =
    [("at", &["x", "y", "width", "height"]), ("center", &["x", "y"]), ("size", &["size"])];

impl ElementTyped {
    fn of(value: &Value) -> Self {
        let mut more = value.as_object().cloned().unwrap_or_default();
        let kind = text(&more.remove("kind").unwrap_or_default());
        let mut numbers = Vec::new();
        for (member, names) in PLACES {
            match more.remove(member) {
                Some(Value::Array(all)) => {
                    let typed = names.iter().zip(&all);
                    numbers.extend(typed.map(|(name, one)| (*name, number(Some(one)))));
                }
                Some(one) => numbers.push((names[0], number(Some(&one)))),
                None => {}
            }
        }
        let text = (kind == "text").then(|| text(&more.remove("text").unwrap_or_default()));
        Self { kind, numbers, text, more: shown(more) }
    }

    fn read(form: &Form, place: usize) -> Self {
        let text = |name: &str| form.text(&format!("e{place}_{name}")).to_owned();
        let kind = text("kind");
        let typed = |name: &&'static str| Some((*name, text(name))).filter(|(_, t)| !t.is_empty());
        let numbers = ["x", "y", "width", "height", "size"];
        Self {
            numbers: numbers.iter().filter_map(typed).collect(),
            text: (kind == "text").then(|| text("text").replace("\r\n", "\n")),
            more: text("more"),
            kind,
        }
    }

    fn document(&self, place: usize, wrong: &mut Wrong) -> Value {
        let mut element = Map::from_iter([("kind".to_owned(), self.kind.as_str().into())]);
        let mut value = |name: &str| -> Option<Value> {
            let (_, typed) = self.numbers.iter().find(|(known, _)| *known == name)?;
            let number: Result<f64, _> = typed.trim().parse();
            let number = number.ok().filter(|number| number.is_finite());
            if number.is_none() {
                let words = "a number of millimetres is needed".to_owned();
                wrong.insert(format!("e{place}_{name}"), words);
            }
            Some(json!(number.unwrap_or_default()))
        };
        let place_of = ["x", "y", "width", "height"].map(&mut value);
        let all: Vec<Value> = place_of.into_iter().flatten().collect();
        let member = if self.kind == "seal" { "center" } else { "at" };
        if !all.is_empty() {
            element.insert(member.to_owned(), all.into());
        }
        if let Some(size) = value("size") {
            element.insert("size".to_owned(), size);
        }
        if let Some(text) = &self.text {
            element.insert("text".to_owned(), text.as_str().into());
        }
        element.extend(rest(&self.more, &format!("e{place}_more"), wrong));
        Value::Object(element)
    }
}

impl Typed {
    /// A definition, to be changed.
    pub(crate) fn of(document: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let validity = &document["validity"];
        let layout = &document["layout"];
        Self {
            zh: text(&document["name"]["zh"]),
            en: text(&document["name"]["en"]),
            holder_kind: text(&document["holder_kind"]),
            category: text(&document["category"]),
            validity: text(&validity["kind"]),
            years: number(validity.get("years")),
            fields: list(&document["fields"]).iter().map(FieldTyped::of).collect(),
            rules: list(&document["rules"]).iter().map(text).collect::<Vec<_>>().join("\n"),
            elements: list(&layout["elements"]).iter().map(ElementTyped::of).collect(),
            page: shown(layout["page"].as_object().cloned().unwrap_or_default()),
            styles: shown(layout["styles"].as_object().cloned().unwrap_or_default()),
        }
    }

    /// What was typed, after what the button says is done to its rows.
    pub(crate) fn read(form: &Form) -> Self {
        let count = |name: &str| form.text(name).parse().unwrap_or(0).min(ROWS_MAX);
        let text = |name: &str| form.text(name).trim().to_owned();
        let mut typed = Self {
            zh: text("zh"),
            en: text("en"),
            holder_kind: text("holder_kind"),
            category: text("category"),
            validity: text("validity"),
            years: text("years"),
            fields: (0..count("fields")).map(|place| FieldTyped::read(form, place)).collect(),
            elements: (0..count("elements")).map(|place| ElementTyped::read(form, place)).collect(),
            rules: text("rules"),
            page: text("page"),
            styles: text("styles"),
        };
        typed.arrange(form.text("act"));
        typed
    }

    /// Adds, moves and removes rows: `field-add`, `field-up-3`, `field-drop-3`, `element-add-text`,
    /// `element-drop-3`.
    fn arrange(&mut self, act: &str) {
        let at = |prefix: &str| act.strip_prefix(prefix)?.parse::<usize>().ok();
        if act == "field-add" && self.fields.len() < ROWS_MAX {
            let (kind, sensitivity) = ("text".to_owned(), "masked".to_owned());
            self.fields.push(FieldTyped { kind, sensitivity, printed: true, ..Default::default() });
        } else if let Some(place) = at("field-up-").filter(|place| *place < self.fields.len()) {
            self.fields.swap(place, place.saturating_sub(1));
        } else if let Some(place) = at("field-drop-").filter(|place| *place < self.fields.len()) {
            self.fields.remove(place);
        } else if let Some(place) = at("element-drop-").filter(|at| *at < self.elements.len()) {
            self.elements.remove(place);
        } else if let Some(kind) = act.strip_prefix("element-add-")
            && self.elements.len() < ROWS_MAX
        {
            self.elements.extend(new_element(kind).as_ref().map(ElementTyped::of));
        }
    }

    /// The document with what was typed; `base` is what the form does not show: the code, the
    /// authority, the version.
    pub(crate) fn document(&self, base: &Value) -> Result<Value, Wrong> {
        let mut wrong = Wrong::new();
        let mut validity = json!({ "kind": self.validity });
        if self.validity == "years" {
            match self.years.parse::<u16>() {
                Ok(years) => validity["years"] = years.into(),
                Err(_) => {
                    wrong.insert("years".to_owned(), "a whole number of years".to_owned());
                }
            }
        }
        let fields = self.fields.iter().enumerate();
        let fields: Value = fields.map(|(at, field)| field.document(at, &mut wrong)).collect();
        let elements = self.elements.iter().enumerate();
        let elements: Value = elements.map(|(at, one)| one.document(at, &mut wrong)).collect();
        let mut document = base.clone();
        document["name"] = json!({ "zh": self.zh, "en": self.en });
        document["holder_kind"] = self.holder_kind.as_str().into();
        document["category"] = self.category.as_str().into();
        document["validity"] = validity;
        document["fields"] = fields;
        let rules = self.rules.lines().map(str::trim).filter(|line| !line.is_empty());
        let rules: Vec<&str> = rules.collect();
        if let Some(Err(bad)) =
            rules.iter().map(|rule| rule.parse::<FieldRule>()).find(Result::is_err)
        {
            wrong.insert("rules".to_owned(), bad.to_string());
        }
        if let Some(document) = document.as_object_mut() {
            document.remove("rules");
            if !rules.is_empty() {
                document.insert("rules".to_owned(), rules.into());
            }
        }
        document["layout"] = json!({
            "page": rest(&self.page, "page", &mut wrong),
            "styles": rest(&self.styles, "styles", &mut wrong),
            "elements": elements,
        });
        if wrong.is_empty() { Ok(document) } else { Err(wrong) }
    }
}

/// An element to begin with.
fn new_element(kind: &str) -> Option<Value> {
    Some(match kind {
        "text" => {
            json!({ "kind": "text", "at": [20, 20, 80, 8], "text": "文字", "style": "value" })
        }
        "line" => json!({
            "kind": "line", "from": [20, 40], "to": [190, 40], "thickness": 0.3, "color": "#1A1A1A"
        }),
        "code" => json!({ "kind": "code", "at": [20, 240], "size": 28 }),
        "seal" => json!({ "kind": "seal", "center": [150, 245], "size": 42 }),
        _ => return None,
    })
}

/// The input of a place in the document, by its JSON pointer.
pub(crate) fn input_of(pointer: &str) -> String {
    let mut parts = pointer.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some("fields"), Some(place), _) => format!("f{place}_key"),
        (Some("layout"), Some("elements"), Some(place)) => format!("e{place}_more"),
        (Some("layout"), Some("elements"), None) => "elements-head".to_owned(),
        (Some("layout"), Some("styles"), _) => "styles".to_owned(),
        (Some("layout"), Some("page"), _) => "page".to_owned(),
        (Some("fields"), None, _) => "fields-head".to_owned(),
        (Some(name @ ("validity" | "holder_kind" | "category" | "rules")), ..) => name.to_owned(),
        _ => "zh".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents() -> Vec<Value> {
        let types = domain::catalogue::built_in().expect("the built-in types");
        types.iter().map(|one| serde_json::to_value(one).expect("JSON")).collect()
    }

    #[test]
    fn nothing_is_lost_between_document_and_form() {
        for document in documents() {
            let typed = Typed::of(&document);
            let again = typed.document(&document).expect("nothing is wrong");
            let text = again.to_string();
            let read = domain::catalogue::LicenseType::read(text.as_bytes()).expect("a type");
            assert_eq!(serde_json::to_value(&read).expect("JSON"), document);
        }
    }

    #[test]
    fn what_is_typed_wrong_is_said_at_its_input() {
        let document = documents().remove(0);
        let mut typed = Typed::of(&document);
        typed.fields[0].rule = "JY".to_owned();
        typed.fields[1].more = "[]".to_owned();
        typed.elements[0].numbers[0].1 = "twelve".to_owned();
        typed.validity = "years".to_owned();
        typed.years = "many".to_owned();
        let wrong = typed.document(&document).expect_err("four inputs");
        let ids: Vec<&str> = wrong.keys().map(String::as_str).collect();
        assert_eq!(ids, ["e0_x", "f0_rule", "f1_more", "years"]);
    }

    #[test]
    fn rows_are_added_moved_and_removed() {
        let mut typed = Typed::of(&documents().remove(0));
        let (fields, elements) = (typed.fields.len(), typed.elements.len());
        let second = typed.fields[1].key.clone();
        typed.arrange("field-up-1");
        assert_eq!(typed.fields[0].key, second);
        for act in ["field-up-0", "field-up-900", "field-drop-900", "element-drop-900", "nonsense"]
        {
            typed.arrange(act);
        }
        typed.arrange("field-drop-0");
        typed.arrange("field-add");
        typed.arrange("element-add-seal");
        typed.arrange("element-add-nonsense");
        assert_eq!((typed.fields.len(), typed.elements.len()), (fields, elements + 1));
        assert_eq!(typed.fields[fields - 1].sensitivity, "masked");
    }

    #[test]
    fn places_have_inputs() {
        for (pointer, input) in [
            ("/fields/3", "f3_key"),
            ("/fields", "fields-head"),
            ("/layout/elements/12", "e12_more"),
            ("/layout/styles/title", "styles"),
            ("/validity", "validity"),
            ("", "zh"),
        ] {
            assert_eq!(input_of(pointer), input);
        }
    }
}
