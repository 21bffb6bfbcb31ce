//! The operators of a content stream that place text and pictures (ISO 32000-2, 9.4 and 8.8).

use super::Glyph;
use super::font::{Font, Known};
use crate::pdf::file::Indirect;
use crate::pdf::page::{Page, Rectangle};
use crate::pdf::syntax::{Dictionary, Id, Lexer, Object, Token, is_space};
use crate::pdf::view::View;
use crate::pdf::{Exhausted, PdfError};
use std::rc::Rc;

/// Nested graphics states; ISO 32000-1 Annex C allowed 28.
const STATES_MAX: usize = 256;
/// Forms within forms.
const FORMS_MAX: usize = 12;
/// Operators of all pages: a page of dense vector drawing has some hundred thousand, one of text 500.
const OPERATORS_MAX: usize = 10_000_000;
/// Operators read for a remark: a few pages, a tenth of a second.
const BRIEF_OPERATORS_MAX: usize = 1_000_000;
/// Characters of one page; a full one has 2,000.
const GLYPHS_MAX: usize = 100_000;
/// Malformed tokens after which a content stream is given up.
const ERRORS_MAX: usize = 32;
/// Operands kept before an operator; more belong to no text operator.
const OPERANDS_MAX: usize = 64;

/// `[a b c d e f]` as in ISO 32000-2, 8.3.3.
#[derive(Clone, Copy, Debug)]
struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `after`.
    fn then(self, after: Self) -> Self {
        let ([a, b, c, d, e, f], [ga, gb, gc, gd, ge, gf]) = (self.0, after.0);
        Self([
            a * ga + b * gc,
            a * gb + b * gd,
            c * ga + d * gc,
            c * gb + d * gd,
            e * ga + f * gc + ge,
            e * gb + f * gd + gf,
        ])
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    fn moved(self, x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

impl State {
    const START: Self = Self {
        ctm: Matrix::IDENTITY,
        font: None,
        size: 0.0,
        character_spacing: 0.0,
        word_spacing: 0.0,
        scale: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
}

/// What content shows.
#[derive(Debug, Default)]
pub(in crate::pdf) struct Shown {
    pub(in crate::pdf) glyphs: Vec<Glyph>,
    /// The boxes around pictures, in user space.
    pub(in crate::pdf) pictures: Vec<Rectangle>,
}

/// Pictures of one page that are kept.
const PICTURES_MAX: usize = 10_000;

/// For a look at a few pages.
pub(in crate::pdf) fn brief() -> Known {
    let mut known = Known::default();
    known.operators = OPERATORS_MAX - BRIEF_OPERATORS_MAX;
    known
}

/// Everything a page shows as text or picture.
pub(in crate::pdf) fn page(
    view: &View<'_, '_>,
    page: &Page,
    known: &mut Known,
) -> Result<Shown, PdfError> {
    let Some(entries) = page.dictionary() else { return Ok(Shown::default()) };
    let Some(contents) = view.entry_of(entries, "Contents")? else { return Ok(Shown::default()) };
    let mut content = Vec::new();
    let streams = match contents.array() {
        Some(items) => {
            items.iter().map(|item| view.resolve(item)).collect::<Result<Vec<_>, _>>()?
        }
        None => vec![contents],
    };
    for stream in streams.iter().filter_map(|stream| stream.indirect.as_ref()) {
        match view.decoded(stream) {
            Ok(data) => content.extend(data.unwrap_or_default()),
            Err(PdfError::Stream { .. }) => {}
            Err(error) => return Err(error),
        }
        content.push(b'\n');
    }
    let resources = page.resources.as_ref().map(|resources| view.resolve(resources)).transpose()?;
    let empty = Dictionary::default();
    let resources =
        resources.as_ref().and_then(|resources| resources.dictionary()).unwrap_or(&empty);
    let mut interpreter = Interpreter { view, known, shown: Shown::default(), forms: Vec::new() };
    interpreter.run(&content, resources, State::START)?;
    Ok(interpreter.shown)
}

/// Everything a form XObject shows by itself; `resources` are those of what draws it, for forms
/// without their own.
pub(in crate::pdf) fn form(
    view: &View<'_, '_>,
    form: &Indirect,
    resources: &Dictionary,
    known: &mut Known,
) -> Result<Shown, PdfError> {
    let mut interpreter = Interpreter { view, known, shown: Shown::default(), forms: Vec::new() };
    interpreter.draw_form(form, resources, &State::START)?;
    Ok(interpreter.shown)
}

struct Interpreter<'i, 'f, 'a> {
    view: &'i View<'f, 'a>,
    known: &'i mut Known,
    shown: Shown,
    /// The forms being drawn, so that none draws itself.
    forms: Vec<Id>,
}

/// What is in force while one content stream is read.
struct Run<'r> {
    resources: &'r Dictionary,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
}

/// An operand; of arrays, only those of `TJ` matter.
enum Operand {
    Number(f64),
    String(Vec<u8>),
    Name(String),
    Array(Vec<Operand>),
}

impl Operand {
    fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

impl Interpreter<'_, '_, '_> {
    fn run(
        &mut self,
        content: &[u8],
        resources: &Dictionary,
        state: State,
    ) -> Result<(), PdfError> {
        let mut run = Run {
            resources,
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        };
        let mut lexer = Lexer::new(content, 0);
        let mut operands: Vec<Operand> = Vec::new();
        let mut array: Option<Vec<Operand>> = None;
        let mut errors = 0;
        loop {
            let before = lexer.at();
            let operand = match lexer.next() {
                Err(_) => {
                    // Damaged content: what follows may still be text.
                    errors += 1;
                    if errors > ERRORS_MAX {
                        return Ok(());
                    }
                    lexer.seek(lexer.at().max(before + 1));
                    continue;
                }
                Ok((Token::End, _)) => return Ok(()),
                Ok((Token::ArrayOpen, _)) => {
                    array = Some(Vec::new());
                    continue;
                }
                Ok((Token::ArrayClose, _)) => match array.take() {
                    Some(items) => Operand::Array(items),
                    None => continue,
                },
                Ok((Token::Keyword(b"ID"), span)) => {
                    lexer.seek(end_of_inline_image(content, span.end));
                    operands.clear();
                    continue;
                }
                Ok((Token::Keyword(operator), _)) => {
                    self.known.operators += 1;
                    if self.known.operators > OPERATORS_MAX {
                        return Err(Exhausted::Visits.into());
                    }
                    self.operator(&mut run, operator, &operands)?;
                    operands.clear();
                    array = None;
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "coordinates are far below 2^53")]
                Ok((Token::Integer(value), _)) => Operand::Number(value as f64),
                Ok((Token::Real(value), _)) => Operand::Number(value),
                Ok((Token::String(bytes), _)) => Operand::String(bytes),
                Ok((Token::Name(name), _)) => Operand::Name(name.text()),
                Ok((Token::DictionaryOpen | Token::DictionaryClose, _)) => continue,
            };
            match &mut array {
                Some(items) => items.push(operand),
                None if operands.len() < OPERANDS_MAX => operands.push(operand),
                None => {}
            }
        }
    }

    fn operator(
        &mut self,
        run: &mut Run<'_>,
        operator: &[u8],
        operands: &[Operand],
    ) -> Result<(), PdfError> {
        let numbers: Vec<f64> = operands.iter().map_while(Operand::number).collect();
        match (operator, &numbers[..]) {
            (b"q", _) => {
                if run.saved.len() >= STATES_MAX {
                    return Err(Exhausted::Depth.into());
                }
                run.saved.push(run.state.clone());
            }
            (b"Q", _) => run.state = run.saved.pop().unwrap_or_else(|| run.state.clone()),
            (b"cm", &[a, b, c, d, e, f]) => {
                run.state.ctm = Matrix([a, b, c, d, e, f]).then(run.state.ctm);
            }
            (b"BT", _) => (run.text, run.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            (b"Tc", &[value]) => run.state.character_spacing = value,
            (b"Tw", &[value]) => run.state.word_spacing = value,
            (b"Tz", &[value]) => run.state.scale = value / 100.0,
            (b"TL", &[value]) => run.state.leading = value,
            (b"Ts", &[value]) => run.state.rise = value,
            (b"Tm", &[a, b, c, d, e, f]) => run.start_line(Matrix([a, b, c, d, e, f])),
            (b"Td", &[x, y]) => run.start_line(run.line.moved(x, y)),
            (b"TD", &[x, y]) => {
                run.state.leading = -y;
                run.start_line(run.line.moved(x, y));
            }
            (b"T*", _) => run.next_line(),
            (b"Tf", _) => self.select_font(run, operands)?,
            (b"Tj", _) => self.show_all(run, operands)?,
            (b"TJ", _) => self.show_all(run, operands)?,
            (b"'", _) => {
                run.next_line();
                self.show_all(run, operands)?;
            }
            (b"\"", &[word, character]) => {
                (run.state.word_spacing, run.state.character_spacing) = (word, character);
                run.next_line();
                self.show_all(run, &operands[2..])?;
            }
            (b"Do", _) => self.draw(run, operands)?,
            // An inline picture ends here; its data was passed over.
            (b"BI", _) => self.draw_picture(&run.state),
            _ => {}
        }
        Ok(())
    }

    fn select_font(&mut self, run: &mut Run<'_>, operands: &[Operand]) -> Result<(), PdfError> {
        let [Operand::Name(name), Operand::Number(size)] = operands else { return Ok(()) };
        run.state.size = *size;
        run.state.font = match self.resource(run, "Font", name)? {
            Some(font) => self.known.font(self.view, &font)?,
            None => None,
        };
        Ok(())
    }

    fn resource(
        &self,
        run: &Run<'_>,
        category: &str,
        name: &str,
    ) -> Result<Option<Object>, PdfError> {
        let category = self.view.entry_of(run.resources, category)?;
        Ok(category.and_then(|category| category.dictionary()?.get(name).cloned()))
    }

    fn show_all(&mut self, run: &mut Run<'_>, operands: &[Operand]) -> Result<(), PdfError> {
        for operand in operands {
            match operand {
                Operand::String(bytes) => self.show(run, bytes)?,
                Operand::Array(items) => self.show_all(run, items)?,
                // Thousandths of a unit of text space, to the left (9.4.3).
                Operand::Number(back) => {
                    let distance = -back / 1000.0 * run.state.size * run.state.scale;
                    run.text = run.text.moved(distance, 0.0);
                }
                Operand::Name(_) => {}
            }
        }
        Ok(())
    }

    fn show(&mut self, run: &mut Run<'_>, bytes: &[u8]) -> Result<(), PdfError> {
        let Some(font) = run.state.font.clone() else { return Ok(()) };
        let State { ctm, size, character_spacing, word_spacing, scale, rise, .. } = run.state;
        for code in font.codes(bytes) {
            if self.shown.glyphs.len() >= GLYPHS_MAX {
                return Err(Exhausted::Visits.into());
            }
            let space = if code.is_space() { word_spacing } else { 0.0 };
            let advance = (font.width(&code) * size + character_spacing + space) * scale;
            let visible = font.width(&code) * size * scale;
            let matrix = run.text.then(ctm);
            let at = |x: f64, y: f64| matrix.apply(x, y + rise);
            // The em box of a Chinese font; close enough for Latin ones.
            let corners = [
                at(0.0, -0.12 * size),
                at(visible, -0.12 * size),
                at(0.0, 0.88 * size),
                at(visible, 0.88 * size),
            ];
            let (start, end, up) = (at(0.0, 0.0), at(visible, 0.0), at(0.0, size));
            let finite = corners.iter().all(|(x, y)| x.is_finite() && y.is_finite());
            if let Some(text) = font.text(&code).filter(|_| finite) {
                let size = (up.0 - start.0).hypot(up.1 - start.1);
                self.shown.glyphs.push(Glyph {
                    text,
                    start,
                    end,
                    size,
                    bounds: Rectangle::around(&corners),
                });
            }
            run.text = run.text.moved(advance, 0.0);
        }
        Ok(())
    }

    /// An external object (8.8): a form is drawn, of a picture the place is kept.
    fn draw(&mut self, run: &Run<'_>, operands: &[Operand]) -> Result<(), PdfError> {
        let [Operand::Name(name)] = operands else { return Ok(()) };
        let Some(object) = self.resource(run, "XObject", name)? else { return Ok(()) };
        let Some(object) = self.view.resolve(&object)?.indirect else { return Ok(()) };
        let entries = object.object.dictionary();
        match entries.and_then(|entries| entries.get("Subtype")) {
            Some(kind) if kind.is_name("Form") => {
                self.draw_form(&object, run.resources, &run.state)
            }
            Some(kind) if kind.is_name("Image") => {
                self.draw_picture(&run.state);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A picture fills the unit square (8.9.5.1).
    fn draw_picture(&mut self, state: &State) {
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        let corners = corners.map(|(x, y)| state.ctm.apply(x, y));
        let finite = corners.iter().all(|(x, y)| x.is_finite() && y.is_finite());
        if finite && self.shown.pictures.len() < PICTURES_MAX {
            self.shown.pictures.push(Rectangle::around(&corners));
        }
    }

    /// A form XObject (8.10).
    fn draw_form(
        &mut self,
        form: &Indirect,
        resources: &Dictionary,
        state: &State,
    ) -> Result<(), PdfError> {
        let Some(entries) = form.object.dictionary() else { return Ok(()) };
        if self.forms.contains(&form.id) || self.forms.len() >= FORMS_MAX {
            return Ok(());
        }
        let content = self.known.form(self.view, form)?;
        let matrix = entries.get("Matrix").and_then(Object::array).unwrap_or_default();
        let matrix: Vec<f64> = matrix.iter().map_while(Object::number).collect();
        let matrix = <[f64; 6]>::try_from(matrix).map_or(Matrix::IDENTITY, Matrix);
        let own = self.view.entry_of(entries, "Resources")?;
        // A form without resources uses those of what draws it (7.8.3).
        let resources = own.as_ref().and_then(|own| own.dictionary()).unwrap_or(resources);
        let mut state = state.clone();
        state.ctm = matrix.then(state.ctm);
        self.forms.push(form.id);
        let outcome = self.run(&content, resources, state);
        self.forms.pop();
        outcome
    }
}

impl Run<'_> {
    fn start_line(&mut self, matrix: Matrix) {
        (self.text, self.line) = (matrix, matrix);
    }

    fn next_line(&mut self) {
        self.start_line(self.line.moved(0.0, -self.state.leading));
    }
}

/// Behind the `EI` that ends inline image data starting at `from` (8.9.7).
fn end_of_inline_image(content: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(found) =
        content.get(at..).and_then(|rest| rest.windows(2).position(|pair| pair == b"EI"))
    {
        let start = at + found;
        let before = start > from && is_space(content[start - 1]);
        let after = content.get(start + 2).is_none_or(|&byte| is_space(byte));
        if before && after {
            return start + 2;
        }
        at = start + 2;
    }
    content.len()
}
