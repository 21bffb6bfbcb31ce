//! The document as one revision shows it: objects by number, wherever they stand.

use super::PdfError;
use super::file::{File, Indirect};
use super::syntax::{Dictionary, Id, Lexer, Object, Parser, Token, Value, decode};
use super::xref::Entry;
use std::rc::Rc;

/// A decoded object stream (ISO 32000-2, 7.5.7).
#[derive(Debug)]
pub(crate) struct ObjectStream {
    pub(crate) data: Vec<u8>,
    /// Object numbers and where their values stand in `data`, ascending offsets.
    members: Vec<(u32, usize)>,
}

/// The document as one section and all before it show it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'f, 'a> {
    pub(crate) file: &'f File<'a>,
    pub(crate) first: usize,
}

impl<'f, 'a> View<'f, 'a> {
    pub(crate) fn trailer(&self) -> &'f Dictionary {
        &self.file.sections[self.first].trailer
    }

    /// The entry of an object number, and the section (counted from the newest) that has it.
    pub(crate) fn entry(&self, number: u32) -> Option<(Entry, usize)> {
        let file = self.file;
        if let [only] = &file.sections[..] {
            return only.entry(number).filter(|_| self.first == 0).map(|entry| (entry, 0));
        }
        let first = u32::try_from(self.first).ok()?;
        let at =
            file.index.partition_point(|&(known, section, _)| (known, section) < (number, first));
        let &(known, section, entry) = file.index.get(at)?;
        (known == number).then_some((entry, section as usize))
    }

    /// The object `id`; `None` when it is free or unknown, which means null (ISO 32000-2, 7.3.10).
    pub(crate) fn object(&self, id: Id) -> Result<Option<Rc<Indirect>>, PdfError> {
        self.object_within(id, 0)
    }

    fn object_within(&self, id: Id, depth: usize) -> Result<Option<Rc<Indirect>>, PdfError> {
        let Some((entry, section)) = self.entry(id.number) else { return Ok(None) };
        // What a section introduces is read as that section's revision showed it.
        let view = View { file: self.file, first: section };
        let object = match entry {
            Entry::Free => return Ok(None),
            Entry::InFile { generation, .. } if generation != id.generation => return Ok(None),
            Entry::InFile { offset, .. } => view.in_file(id, offset, depth)?,
            Entry::InStream { .. } if id.generation != 0 => return Ok(None),
            Entry::InStream { container, index } => view.in_stream(id, container, index, depth)?,
        };
        Ok(Some(object))
    }

    fn in_file(&self, id: Id, offset: usize, depth: usize) -> Result<Rc<Indirect>, PdfError> {
        if let Some(known) = self.file.objects.borrow().get(&(offset, 0)) {
            return Ok(Rc::clone(known));
        }
        let mut length = |length: Id| {
            // The length of a stream is never itself in need of one.
            let object = (depth < 2).then(|| self.object_within(length, depth + 1))?;
            object.ok()??.object.size()
        };
        let object = self.file.reading.indirect(offset, &mut length)?;
        if object.id != id {
            return Err(PdfError::Object { id, reason: "another object stands at its offset" });
        }
        let object = Rc::new(object);
        self.file.objects.borrow_mut().insert((offset, 0), Rc::clone(&object));
        Ok(object)
    }

    fn in_stream(
        &self,
        id: Id,
        container: u32,
        index: usize,
        depth: usize,
    ) -> Result<Rc<Indirect>, PdfError> {
        let wrong = |reason| PdfError::Object { id, reason };
        // An object stream is never inside an object stream (7.5.7).
        let Some((Entry::InFile { offset, generation }, _)) = self.entry(container) else {
            return Err(wrong("its object stream is missing"));
        };
        if depth > 2 {
            return Err(wrong("object streams depend on each other"));
        }
        let key = (offset, index + 1);
        if let Some(known) = self.file.objects.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let stream = self.container(Id { number: container, generation }, offset, depth + 1)?;
        let Some(&(number, start)) = stream.members.get(index) else {
            return Err(wrong("its object stream does not hold it"));
        };
        if number != id.number {
            return Err(wrong("its object stream holds another object in its place"));
        }
        let end = stream.members.get(index + 1).map_or(stream.data.len(), |(_, end)| *end);
        let mut parser = Parser::new(&stream.data[..end], start, &self.file.reading.budget);
        let object = parser.value()?;
        if parser.lexer.next()?.0 != Token::End {
            return Err(wrong("more than one value in its object stream"));
        }
        let span = object.span.clone();
        let object = Rc::new(Indirect { id, object, stream: None, span, container: Some(stream) });
        self.file.objects.borrow_mut().insert(key, Rc::clone(&object));
        Ok(object)
    }

    fn container(&self, id: Id, offset: usize, depth: usize) -> Result<Rc<ObjectStream>, PdfError> {
        if let Some(known) = self.file.containers.borrow().get(&offset) {
            return Ok(Rc::clone(known));
        }
        let object = self.in_file(id, offset, depth)?;
        let stream = self
            .decode_container(&object)?
            .ok_or(PdfError::Object { id, reason: "malformed object stream" })?;
        let stream = Rc::new(stream);
        self.file.containers.borrow_mut().insert(offset, Rc::clone(&stream));
        Ok(stream)
    }

    fn decode_container(&self, object: &Indirect) -> Result<Option<ObjectStream>, PdfError> {
        let entries = object.object.dictionary().filter(|entries| entries.is_type("ObjStm"));
        let Some(((entries, count), first)) = entries
            .zip(entries.and_then(|entries| entries.get("N")?.size()))
            .zip(entries.and_then(|entries| entries.get("First")?.size()))
        else {
            return Ok(None);
        };
        let Some(data) = self.stream_bytes(object, entries)? else { return Ok(None) };
        if first > data.len() || count > first {
            return Ok(None);
        }
        let mut members: Vec<(u32, usize)> = Vec::with_capacity(count);
        let mut lexer = Lexer::new(&data[..first], 0);
        for _ in 0..count {
            let (Token::Integer(number), Token::Integer(offset)) =
                (lexer.next()?.0, lexer.next()?.0)
            else {
                return Ok(None);
            };
            let offset = usize::try_from(offset).ok().and_then(|offset| offset.checked_add(first));
            let Some((number, offset)) = u32::try_from(number).ok().zip(offset) else {
                return Ok(None);
            };
            if offset > data.len() || members.last().is_some_and(|(_, last)| *last >= offset) {
                return Ok(None);
            }
            members.push((number, offset));
        }
        Ok(Some(ObjectStream { data, members }))
    }

    fn stream_bytes(
        &self,
        object: &Indirect,
        entries: &Dictionary,
    ) -> Result<Option<Vec<u8>>, PdfError> {
        let Some(data) = object.stream.clone() else { return Ok(None) };
        let reading = &self.file.reading;
        decode(entries, &reading.bytes[data.clone()], &reading.budget)
            .map(Some)
            .map_err(|error| reading.filter_error(data.start, error))
    }

    /// The decoded data of a stream object; `None` when it is not a stream.
    pub(crate) fn decoded(&self, object: &Indirect) -> Result<Option<Vec<u8>>, PdfError> {
        match object.object.dictionary() {
            Some(entries) => self.stream_bytes(object, entries),
            None => Ok(None),
        }
    }

    /// What `object` stands for: the value itself, or the value of the object it refers to.
    pub(crate) fn resolve(&self, object: &Object) -> Result<Resolved, PdfError> {
        let Value::Reference(first) = object.value else {
            return Ok(Resolved { indirect: None, direct: Some(object.clone()) });
        };
        let mut id = first;
        // A reference to a reference is legal; more than a few are a loop.
        for _ in 0..4 {
            let Some(indirect) = self.object(id)? else {
                return Ok(Resolved { indirect: None, direct: None });
            };
            match indirect.object.value {
                Value::Reference(next) => id = next,
                _ => return Ok(Resolved { indirect: Some(indirect), direct: None }),
            }
        }
        Err(PdfError::Object { id: first, reason: "references go round" })
    }

    /// The value of `key` in `entries`, followed through a reference.
    pub(crate) fn entry_of(
        &self,
        entries: &Dictionary,
        key: &str,
    ) -> Result<Option<Resolved>, PdfError> {
        let Some(object) = entries.get(key) else { return Ok(None) };
        Ok(Some(self.resolve(object)?).filter(|resolved| resolved.object().is_some()))
    }

    /// The catalog (ISO 32000-2, 7.7.2).
    pub(crate) fn catalog(&self) -> Result<Rc<Indirect>, PdfError> {
        let root = self.trailer().get("Root").and_then(Object::reference);
        let root = root.ok_or(PdfError::Structure("no /Root"))?;
        let catalog = self.object(root)?.ok_or(PdfError::Structure("no catalog"))?;
        match catalog.object.dictionary() {
            Some(entries) if entries.is_type("Catalog") => Ok(catalog),
            _ => Err(PdfError::Structure("no catalog")),
        }
    }
}

/// A value found through at most a few references.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The object that holds the value; `None` when it is direct.
    pub(crate) indirect: Option<Rc<Indirect>>,
    direct: Option<Object>,
}

impl Resolved {
    /// The value; `None` when a reference leads nowhere.
    pub(crate) fn object(&self) -> Option<&Object> {
        self.direct.as_ref().or_else(|| self.indirect.as_ref().map(|indirect| &indirect.object))
    }

    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        self.object().and_then(Object::dictionary)
    }

    pub(crate) fn array(&self) -> Option<&[Object]> {
        self.object().and_then(Object::array)
    }
}
