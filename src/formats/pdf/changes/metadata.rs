//! XMP metadata and the information dictionary: text about the document, which may be renewed.

use super::{ChangeKind, ChangeLevel, Step, catalog::is_plain};
use crate::pdf::PdfError;
use crate::pdf::file::Indirect;
use crate::pdf::syntax::Object;
use crate::pdf::view::View;

impl Step<'_, '_, '_> {
    pub(super) fn metadata(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), PdfError> {
        const PLACE: &str = "Root/Metadata";
        let (old_id, new_id) = (old.and_then(Object::reference), new.and_then(Object::reference));
        let Some(new_id) = new_id else {
            if old.is_some() || new.is_some() {
                self.reject(ChangeKind::MetadataMalformed, None, PLACE);
            }
            return Ok(());
        };
        if old_id == Some(new_id) && !self.differs(new_id)? {
            return Ok(());
        }
        let object = self.new.object(new_id)?;
        let sound = match &object {
            Some(object) => is_xmp(&self.new, object)?,
            None => false,
        };
        if !sound || !self.may_refer(old_id, Some(new_id)) {
            self.reject(ChangeKind::MetadataMalformed, Some(new_id), PLACE);
            return Ok(());
        }
        self.report(ChangeLevel::LtaUpdates, ChangeKind::Metadata, Some(new_id), PLACE);
        self.explain(new_id);
        match &object {
            // Such as an indirect length.
            Some(object) => self.account(&object.object),
            None => Ok(()),
        }
    }

    /// `/Info` of the trailer (14.3.3).
    pub(super) fn information(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), PdfError> {
        const PLACE: &str = "trailer/Info";
        let Some(new) = new else { return Ok(()) };
        let (old_id, new_id) = (old.and_then(Object::reference), new.reference());
        let unchanged =
            old == Some(new) && new_id.map_or(Ok(false), |id| self.differs(id)).is_ok_and(|d| !d);
        if unchanged {
            return Ok(());
        }
        let resolved = self.new.resolve(new)?;
        let plain = resolved.dictionary().is_some_and(|entries| {
            entries.iter().all(|(_, value)| {
                is_plain(value) && value.array().is_none() && value.dictionary().is_none()
            })
        });
        let stream = resolved.indirect.as_ref().is_some_and(|object| object.stream.is_some());
        if !plain || stream || !self.may_refer(old_id, new_id) {
            self.reject(ChangeKind::MetadataMalformed, new_id, PLACE);
            return Ok(());
        }
        self.report(ChangeLevel::LtaUpdates, ChangeKind::Information, new_id, PLACE);
        if let Some(id) = new_id {
            self.explain(id);
        }
        Ok(())
    }
}

/// A metadata stream (14.3.2) of well-balanced XML without a document type or entities of its own.
fn is_xmp(view: &View<'_, '_>, object: &Indirect) -> Result<bool, PdfError> {
    let typed = object.object.dictionary().is_some_and(|entries| {
        entries.is_type("Metadata")
            && entries.get("Subtype").is_some_and(|kind| kind.is_name("XML"))
    });
    if !typed {
        return Ok(false);
    }
    let text = view.decoded(object)?;
    Ok(text.is_some_and(|text| is_plain_xml(&text)))
}

/// Depth of elements in an XMP packet: below 20 in practice.
const XML_DEPTH_MAX: usize = 100;

/// Tags balance, there is no `<!DOCTYPE`, and no entity reference but the five of XML and numbers.
fn is_plain_xml(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut elements = 0_usize;
    while let Some(at) = rest.find('<') {
        if !plain_entities(&rest[..at]) {
            return false;
        }
        rest = &rest[at..];
        let (ends, kind) = if rest.starts_with("<!--") {
            ("-->", ' ')
        } else if rest.starts_with("<?") {
            ("?>", ' ')
        } else if rest.starts_with("<![CDATA[") {
            ("]]>", ' ')
        } else {
            (">", 'e')
        };
        let Some(end) = rest.find(ends) else { return false };
        let tag = &rest[1..end];
        rest = &rest[end + ends.len()..];
        if kind == ' ' {
            continue;
        }
        if tag.starts_with('!') || !plain_entities(tag) {
            return false;
        }
        elements += 1;
        let name =
            |tag: &'_ str| tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
        if let Some(closing) = tag.strip_prefix('/') {
            if open.pop() != Some(closing.trim_end()) {
                return false;
            }
        } else if !tag.ends_with('/') {
            if open.len() >= XML_DEPTH_MAX {
                return false;
            }
            open.push(&tag[..name(tag)]);
        }
    }
    open.is_empty() && elements > 0 && rest.chars().all(|c| c.is_whitespace() || c == '\0')
}

fn plain_entities(text: &str) -> bool {
    text.split('&').skip(1).all(|after| {
        ["lt;", "gt;", "amp;", "quot;", "apos;", "#"].iter().any(|entity| after.starts_with(entity))
    })
}

#[cfg(test)]
mod tests {
    use super::is_plain_xml;

    #[test]
    fn xml() {
        for (text, sound) in [
            (
                "<?xpacket begin=''?><x:xmpmeta a='1'><b/>t &amp; u<!-- <c> --></x:xmpmeta> <?xpacket end='w'?>",
                true,
            ),
            ("<a><b></a></b>", false),
            ("<a>", false),
            ("text", false),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", false),
            ("<a>&b;</a>", false),
            ("<a/>junk", false),
        ] {
            assert_eq!(is_plain_xml(text.as_bytes()), sound, "{text}");
        }
        assert!(!is_plain_xml("<a>".repeat(1000).as_bytes()));
    }
}
