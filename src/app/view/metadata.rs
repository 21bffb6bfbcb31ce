//! Items of a catalogue of license types (GB/T 36902-2018) and metadata of a license
//! (GB/T 36903-2018), as JSON and XML.
//!
//! The texts of both standards were not at hand: names and short names are those of running systems
//! that claim them, and an item of which no short name is known has none. The XML has names of its
//! own for the same reason.

use serde::Serialize;
use utoipa::ToSchema;

/// One item of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MetadataItemView {
    /// Name in the standard.
    #[schema(example = "证照编号")]
    pub name: &'static str,
    /// Short name in the standard, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ZZBH")]
    pub short_name: Option<&'static str>,
    /// Name of the column in tables of exchange platforms, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "certificate_number")]
    pub column: Option<&'static str>,
    /// The value.
    pub value: String,
}

/// A field of the license type beyond the items of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MetadataExtensionView {
    /// Key of the field in the license type.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The value as printed; rows of a table as JSON.
    pub value: String,
}

/// A license type as an item of a catalogue of license types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DirectoryItemView {
    /// The standard.
    pub standard: &'static str,
    /// Its items; those without a value are left out.
    pub items: Vec<MetadataItemView>,
}

/// The metadata of a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LicenseMetadataView {
    /// The standard.
    pub standard: &'static str,
    /// Its items; those without a value are left out.
    pub items: Vec<MetadataItemView>,
    /// The other fields of the license type.
    pub extensions: Vec<MetadataExtensionView>,
}

/// Names of an item: in the standard, its short name, its column.
pub(crate) type ItemNames = (&'static str, Option<&'static str>, Option<&'static str>);

/// The items that have a value.
pub(crate) fn items(all: impl IntoIterator<Item = (ItemNames, String)>) -> Vec<MetadataItemView> {
    let there = all.into_iter().filter(|(_, value)| !value.is_empty());
    let item =
        |((name, short_name, column), value)| MetadataItemView { name, short_name, column, value };
    there.map(item).collect()
}

impl DirectoryItemView {
    /// As XML, in UTF-8.
    #[must_use]
    pub fn to_xml(&self) -> String {
        document("directory-item", self.standard, &self.items, &[])
    }
}

impl LicenseMetadataView {
    /// As XML, in UTF-8.
    #[must_use]
    pub fn to_xml(&self) -> String {
        document("license-metadata", self.standard, &self.items, &self.extensions)
    }
}

fn document(
    root: &str,
    standard: &str,
    items: &[MetadataItemView],
    extensions: &[MetadataExtensionView],
) -> String {
    let attribute = |name: &str, value: Option<&str>| {
        value.map_or_else(String::new, |value| format!(" {name}=\"{}\"", escaped(value)))
    };
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}{}>\n",
        attribute("standard", Some(standard))
    );
    for item in items {
        xml.push_str(&format!(
            "  <item{}{}{}>{}</item>\n",
            attribute("name", Some(item.name)),
            attribute("short-name", item.short_name),
            attribute("column", item.column),
            escaped(&item.value)
        ));
    }
    for one in extensions {
        xml.push_str(&format!(
            "  <extension{}{}>{}</extension>\n",
            attribute("key", Some(&one.key)),
            attribute("name", Some(&one.name)),
            escaped(&one.value)
        ));
    }
    xml.push_str(&format!("</{root}>\n"));
    xml
}

/// Text for XML 1.0; contents hold no control characters but line ends.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_values() {
        let view = LicenseMetadataView {
            standard: "GB/T 36903-2018",
            items: items([
                (("证照编号", Some("ZZBH"), None), "A<1>&\"2\"".to_owned()),
                (("证照标识", Some("ZZBS"), None), String::new()),
            ]),
            extensions: vec![MetadataExtensionView {
                key: "scope".to_owned(),
                name: "范围".to_owned(),
                value: "一\n二</extension>".to_owned(),
            }],
        };
        assert_eq!(
            view.to_xml(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <license-metadata standard=\"GB/T 36903-2018\">\n  \
             <item name=\"证照编号\" short-name=\"ZZBH\">A&lt;1&gt;&amp;&quot;2&quot;</item>\n  \
             <extension key=\"scope\" name=\"范围\">一&#10;二&lt;/extension&gt;</extension>\n\
             </license-metadata>\n"
        );
    }
}
