//! Values from tokens, without recursion.

use super::object::{Dictionary, Id, Name, Object, Span, Value};
use super::{Lexer, SyntaxError, Token};
use crate::pdf::PdfError;
use crate::pdf::limits::{Budget, Exhausted};

/// Reads values from `bytes` under a budget.
pub(crate) struct Parser<'a, 'b> {
    pub(crate) lexer: Lexer<'a>,
    budget: &'b Budget,
}

struct Open {
    start: usize,
    dictionary: bool,
    items: Vec<Object>,
}

impl<'a, 'b> Parser<'a, 'b> {
    pub(crate) fn new(bytes: &'a [u8], at: usize, budget: &'b Budget) -> Self {
        Self { lexer: Lexer::new(bytes, at), budget }
    }

    /// One complete value.
    pub(crate) fn value(&mut self) -> Result<Object, PdfError> {
        let mut stack: Vec<Open> = Vec::new();
        loop {
            let (token, span) = self.lexer.next()?;
            self.budget.value()?;
            if let Token::String(bytes) = &token {
                self.budget.decoded(bytes.len())?;
            }
            let object = match token {
                Token::ArrayOpen | Token::DictionaryOpen => {
                    if stack.len() >= self.budget.depth_max {
                        return Err(Exhausted::Depth.into());
                    }
                    let dictionary = token == Token::DictionaryOpen;
                    stack.push(Open { start: span.start, dictionary, items: Vec::new() });
                    continue;
                }
                Token::ArrayClose | Token::DictionaryClose => {
                    let dictionary = token == Token::DictionaryClose;
                    let Some(open) = stack.pop().filter(|open| open.dictionary == dictionary)
                    else {
                        return Err(self.wrong(&span, "closing delimiter without its opening"));
                    };
                    self.close(open, span.end)?
                }
                Token::Keyword(b"R") => {
                    let items = stack.last_mut().map(|open| &mut open.items);
                    items
                        .and_then(|items| reference(items, span.end))
                        .ok_or_else(|| self.wrong(&span, "malformed reference"))?
                }
                Token::Integer(number) if stack.is_empty() => self.reference_or(number, span)?,
                other => Object { value: self.scalar(other, &span)?, span },
            };
            match stack.last_mut() {
                Some(open) => open.items.push(object),
                None => return Ok(object),
            }
        }
    }

    fn wrong(&self, span: &Span, reason: &'static str) -> PdfError {
        self.lexer.error(span.start, reason).into()
    }

    fn scalar(&self, token: Token<'a>, span: &Span) -> Result<Value, PdfError> {
        Ok(match token {
            Token::Integer(value) => Value::Integer(value),
            Token::Real(value) => Value::Real(value),
            Token::Name(name) => Value::Name(name),
            Token::String(bytes) => Value::String(bytes),
            Token::Keyword(b"true") => Value::Boolean(true),
            Token::Keyword(b"false") => Value::Boolean(false),
            Token::Keyword(b"null") => Value::Null,
            Token::End => return Err(self.wrong(span, "value cut short")),
            _ => return Err(self.wrong(span, "not a value")),
        })
    }

    fn close(&self, open: Open, end: usize) -> Result<Object, SyntaxError> {
        let span = open.start..end;
        if !open.dictionary {
            return Ok(Object { value: Value::Array(open.items), span });
        }
        let mut entries: Vec<(Name, Object)> = Vec::with_capacity(open.items.len() / 2);
        let mut items = open.items.into_iter();
        while let Some(key) = items.next() {
            let Value::Name(name) = key.value else {
                return Err(self.lexer.error(key.span.start, "key is not a name"));
            };
            let value = items
                .next()
                .ok_or_else(|| self.lexer.error(key.span.start, "key without a value"))?;
            entries.push((name, value));
        }
        Dictionary::new(entries)
            .map(|entries| Object { value: Value::Dictionary(entries), span })
            .map_err(|offset| self.lexer.error(offset, "key occurs twice"))
    }

    /// At the top level: `number`, unless `generation R` follows.
    fn reference_or(&mut self, number: i64, span: Span) -> Result<Object, PdfError> {
        let back = self.lexer.at();
        if let Ok((Token::Integer(generation), _)) = self.lexer.next()
            && let Ok((Token::Keyword(b"R"), end)) = self.lexer.next()
            && let Some(id) = id(number, generation)
        {
            return Ok(Object { value: Value::Reference(id), span: span.start..end.end });
        }
        self.lexer.seek(back);
        Ok(Object { value: Value::Integer(number), span })
    }
}

fn reference(items: &mut Vec<Object>, end: usize) -> Option<Object> {
    let generation = items.pop()?.integer()?;
    let number = items.pop()?;
    let id = id(number.integer()?, generation)?;
    Some(Object { value: Value::Reference(id), span: number.span.start..end })
}

fn id(number: i64, generation: i64) -> Option<Id> {
    let number = u32::try_from(number).ok().filter(|number| *number > 0)?;
    Some(Id { number, generation: u16::try_from(generation).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::Limits;

    fn parse(text: &str) -> Result<Object, PdfError> {
        Parser::new(text.as_bytes(), 0, &Budget::new(&Limits::default(), text.len())).value()
    }

    #[test]
    fn values_know_their_bytes() {
        let text = "<</A[1 2 0 R(x)]/B null /C<</D 1.5>>>>";
        let object = parse(text).expect(text);
        assert_eq!(object.span, 0..text.len());
        let entries = object.dictionary().expect("dictionary");
        let array = entries.get("A").and_then(Object::array).expect("array");
        assert_eq!(array[1].reference(), Some(Id { number: 2, generation: 0 }));
        assert_eq!(&text[array[1].span.clone()], "2 0 R");
        assert_eq!(entries.get("B"), None);
        assert_eq!(entries.span("B").map(|span| text[span].to_owned()), Some("null".into()));
    }

    #[test]
    fn refused() {
        for text in [
            "<</A 1/A 2>>",
            "<</A>>",
            "<<1 2>>",
            "[1 2",
            "[>>",
            "R",
            "[0 0 R]",
            "[1 R]",
            "]",
            "foo",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let deep = "[".repeat(50_000);
        assert_eq!(parse(&deep), Err(Exhausted::Depth.into()));
    }

    #[test]
    fn equality_is_of_meaning() {
        assert_eq!(parse("<</A 1/B 2>>"), parse("<< /B  2 /A 1 /C null >>"));
        assert_ne!(parse("<</A 1>>"), parse("<</A 1/B 2>>"));
        assert_ne!(parse("(a)"), parse("/a"));
    }
}
