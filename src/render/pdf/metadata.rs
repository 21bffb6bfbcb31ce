//! What a document says about itself: the information dictionary and the same as XMP (ISO 19005-2,
//! 6.6).

use super::About;
use super::file::{File, Number, Stream};
use formats::pdf::text_string;
use time::{OffsetDateTime, UtcOffset};

const PRODUCER: &str = "yinzheng";

/// Writes both; the number of the dictionary.
pub(super) fn written(about: &About<'_>, metadata: Number, id: &str, file: &mut File) -> Number {
    let created = about.created.to_offset(UtcOffset::UTC);
    let info = file.number();
    let subject = about
        .identifier
        .map_or_else(String::new, |identifier| format!(" /Subject {}", text_string(identifier)));
    let (title, author) = (text_string(&about.title), text_string(about.issuer));
    let date = digits(created);
    let more = about.more.iter().map(|(name, text)| format!(" /{name} {}", text_string(text)));
    let more: String = more.collect();
    file.object(
        info,
        format_args!(
            "<< /Title {title}{subject} /Author {author} /Creator ({PRODUCER}) \
             /Producer ({PRODUCER}) /CreationDate (D:{date}Z) /ModDate (D:{date}Z){more} >>"
        ),
    );
    // Not compressed, so that programs find it that know nothing of PDF.
    let entries = "/Type /Metadata /Subtype /XML".to_owned();
    file.stream(metadata, &Stream { entries, data: packet(about, created, id).into_bytes() });
    info
}

fn digits(at: OffsetDateTime) -> String {
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    format!("{year:04}{month:02}{day:02}{:02}{:02}{:02}", at.hour(), at.minute(), at.second())
}

fn packet(about: &About<'_>, at: OffsetDateTime, id: &str) -> String {
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let date = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let one = |name: &str, text: &str| {
        let text = escaped(text);
        format!(
            "<{name}><rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt></{name}>"
        )
    };
    let archive = if about.archive {
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"
    } else {
        ""
    };
    let description = about.identifier.map(|text| one("dc:description", text)).unwrap_or_default();
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
         {archive}<dc:format>application/pdf</dc:format>{}{description}\
         <dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\
         <dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>\
         <xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><pdf:Producer>{PRODUCER}</pdf:Producer>\
         <xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>\
         <xmpMM:DocumentID>urn:yinzheng:{id}</xmpMM:DocumentID>\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
        one("dc:title", &about.title),
        escaped(about.issuer),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
