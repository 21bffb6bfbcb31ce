//! License types as data: what a license of a type says, and how it is drawn.
//!
//! A type is one JSON document ([`LicenseType::read`]); its content is checked against it
//! ([`Content::check`]). Adding a type needs no code: the documents of `schema/catalogue/` are
//! built in, and a department adds its own beside them. Their JSON is the published form.

mod built_in;
mod characters;
mod content;
mod field;
mod field_document;
mod invented;
mod layout;
mod layout_check;
mod license_type;
mod number;
mod number_text;
mod print;
mod reading;
mod rule;
mod template;
mod value;

pub use built_in::{Sample, built_in, samples};
pub use content::{Content, FieldError};
pub use field::{Choice, Column, Field, FieldKind, MoneyFormat, Names, Role, Sensitivity};
pub use invented::{invented_rows, invented_text};
pub use layout::{
    Align, Area, Block, Border, BorderStyle, Cell, Closing, Code, Color, Element, FieldRow, Fields,
    Flow, Font, Grid, GridRow, Ground, Layout, Line, PageLayout, Photo, Point, SealPlace, Table,
    TableColumn, TextBox, TextStyle, VerticalAlign, Wrap,
};
pub use license_type::{
    Category, CodeStatus, DefiningAuthority, HolderKind, LicenseType, Validity,
};
pub use number::{NumberPattern, Segment};
pub use number_text::BadPattern;
pub use reading::CatalogueError;
pub use rule::{BadRule, FieldRule, Kept};
pub(crate) use rule::{Side, Sort, Worth};
pub use template::{Format, Given, Part, Template};
pub use value::{Period, Photograph, PhotographKind, Row, Value};
