//! Marked copies (加注件): a license shown for one purpose, to one body, until one day. The mark stands
//! on the face in words, and in the document's information for programs.

use crate::digest::Sm3;
use crate::exemption::Grade;
use crate::time::{CHINA, china_date};
use std::fmt;
use std::str::FromStr;
use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, time};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// How instants of a mark are written: GB/T 36903, fourteen figures, in China.
const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day][hour][minute][second]");

const ID: &str = "YZCopy";
const ORIGINAL: &str = "YZOriginal";
const ITEM: &str = "YZItem";
const CASE: &str = "YZCase";
const GRADE: &str = "YZGrade";
/// 证照标识.
const IDENTIFIER: &str = "ZZBS";
/// 加注件制作时间.
const MADE: &str = "JZJZZSJ";
/// 加注件制作者.
const MAKER: &str = "JZJZZZ";
/// 加注件制作事由.
const CAUSE: &str = "JZJZZSY";
/// 加注件有效期截止时间.
const UNTIL: &str = "JZJYXQJZSJ";

/// What tells one copy from all others: 128 random bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CopyId([u8; 16]);

/// The text is not the identifier of a copy: 32 hexadecimal digits in small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a marked copy is named by 32 hexadecimal digits in small letters")]
pub struct BadCopyId;

impl CopyId {
    /// A new one.
    #[must_use]
    pub fn mint(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// In groups of four, for paper.
    #[must_use]
    pub fn grouped(&self) -> String {
        self.0.chunks(2).map(hex::encode).collect::<Vec<_>>().join(" ")
    }
}

impl FromStr for CopyId {
    type Err = BadCopyId;

    fn from_str(text: &str) -> Result<Self, BadCopyId> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| BadCopyId)?;
        (hex::encode(bytes) == text).then_some(Self(bytes)).ok_or(BadCopyId)
    }
}

impl fmt::Display for CopyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for CopyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CopyId({self})")
    }
}

/// What a marked copy says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which copy it is.
    pub id: CopyId,
    /// The file of the license that it shows.
    pub original: Sm3,
    /// The license: its identifier by GB/T 36904.
    pub identifier: String,
    /// How far the origin of what it shows is trusted.
    pub grade: Grade,
    /// The body for which it was made.
    pub consumer: String,
    /// For which items, in words.
    pub item: String,
    /// For which case.
    pub case_no: String,
    /// The last day on which it may be used.
    pub until: Date,
    /// When it was made.
    pub made_at: OffsetDateTime,
}

/// A document says that it is a marked copy, and not of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mark of the copy cannot be read: {0}")]
pub struct BadMark(pub &'static str);

impl Mark {
    /// Names and texts for the information of the document.
    #[must_use]
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        let until = PrimitiveDateTime::new(self.until, time!(23:59:59)).assume_offset(CHINA);
        vec![
            (ID, self.id.to_string()),
            (ORIGINAL, self.original.to_string()),
            (IDENTIFIER, self.identifier.clone()),
            (GRADE, format!("{:?}", self.grade)),
            (ITEM, self.item.clone()),
            (CASE, self.case_no.clone()),
            (MADE, instant(self.made_at)),
            (MAKER, self.consumer.clone()),
            (CAUSE, format!("办理{}，办件号{}", self.item, self.case_no)),
            (UNTIL, instant(until)),
        ]
    }

    /// Reads the mark out of the information of a document; none of one that is no marked copy.
    ///
    /// # Errors
    /// It says that it is one, and lacks what belongs to that.
    pub fn read(entries: &[(String, String)]) -> Option<Result<Self, BadMark>> {
        let text = |name: &'static str| {
            let found = entries.iter().find(|(known, _)| known == name);
            found.map(|(_, text)| text.as_str()).ok_or(BadMark(name))
        };
        let id = text(ID).ok()?;
        let read = || {
            Ok(Self {
                id: id.parse().map_err(|_| BadMark(ID))?,
                original: text(ORIGINAL)?.parse().map_err(|_| BadMark(ORIGINAL))?,
                identifier: text(IDENTIFIER)?.to_owned(),
                grade: grade(text(GRADE)?)?,
                consumer: text(MAKER)?.to_owned(),
                item: text(ITEM)?.to_owned(),
                case_no: text(CASE)?.to_owned(),
                until: china_date(moment(text(UNTIL)?).ok_or(BadMark(UNTIL))?),
                made_at: moment(text(MADE)?).ok_or(BadMark(MADE))?,
            })
        };
        Some(read())
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn is_over(&self, at: OffsetDateTime) -> bool {
        china_date(at) > self.until
    }

    /// The note as it stands on the face (国办函〔2016〕108号).
    #[must_use]
    pub fn note(&self) -> String {
        let Self { consumer, item, case_no, until, .. } = self;
        let (year, month, day) = (until.year(), u8::from(until.month()), until.day());
        format!(
            "仅供〔{consumer}〕办理〔{item}〕使用，办件号{case_no}，有效期至{year}年{month}月{day}日。他用无效。"
        )
    }

    /// What its grade means, in the words of the same.
    #[must_use]
    pub fn grade_words(&self) -> &'static str {
        match self.grade {
            Grade::A => "可信等级 A：由主管机关制作并签章的电子证照，可直接使用。",
            Grade::B => "可信等级 B：经窗口与原件核对一致，有效期内可再次使用。",
            Grade::C => "可信等级 C：由申请人提供，使用前须核对原件。",
            Grade::D => "可信等级 D：由申请人自制，由其自行负责。",
        }
    }
}

fn grade(text: &str) -> Result<Grade, BadMark> {
    match text {
        "A" => Ok(Grade::A),
        "B" => Ok(Grade::B),
        "C" => Ok(Grade::C),
        "D" => Ok(Grade::D),
        _ => Err(BadMark(GRADE)),
    }
}

fn instant(at: OffsetDateTime) -> String {
    // A description of figures alone writes every instant.
    at.to_offset(CHINA).format(INSTANT).unwrap_or_default()
}

fn moment(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, INSTANT).ok().map(|read| read.assume_offset(CHINA))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::day;
    use ::time::macros::datetime;

    fn mark() -> Mark {
        Mark {
            id: CopyId::mint([0xa5; 16]),
            original: Sm3::of(b"file"),
            identifier: "1.2.156.3005.2.X.Y.Z.001.0".to_owned(),
            grade: Grade::A,
            consumer: "示例市行政审批服务局".to_owned(),
            item: "食品经营许可".to_owned(),
            case_no: "示办〔2026〕1号".to_owned(),
            until: day("2026-05-31").expect("a day"),
            made_at: datetime!(2026-03-02 09:30:15 +8),
        }
    }

    fn told(mark: &Mark) -> Vec<(String, String)> {
        mark.entries().into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    }

    #[test]
    fn what_it_says_is_read_back() {
        assert_eq!(Mark::read(&told(&mark())), Some(Ok(mark())));
        assert_eq!(Mark::read(&[("Title".to_owned(), "证".to_owned())]), None);
    }

    #[test]
    fn a_mark_without_a_part_is_none() {
        for (name, _) in mark().entries() {
            let mut entries = told(&mark());
            entries.retain(|(known, _)| known != name);
            let expected = match name {
                // Without it nothing says that it is a copy; what the cause says, others say too.
                ID => None,
                CAUSE => Some(Ok(mark())),
                name => Some(Err(BadMark(name))),
            };
            assert_eq!(Mark::read(&entries), expected, "{name}");
        }
        for (name, wrong) in
            [(ID, "A5"), (ORIGINAL, "x"), (GRADE, "E"), (UNTIL, "2026"), (MADE, "")]
        {
            let mut entries = told(&mark());
            let entry = entries.iter_mut().find(|(known, _)| known == name).expect("there");
            entry.1 = wrong.to_owned();
            assert_eq!(Mark::read(&entries), Some(Err(BadMark(name))), "{name}");
        }
    }

    #[test]
    fn it_is_over_when_its_last_day_in_china_is() {
        assert!(!mark().is_over(datetime!(2026-05-31 15:59:59 UTC)));
        assert!(mark().is_over(datetime!(2026-05-31 16:00 UTC)));
    }

    #[test]
    fn the_note_says_for_whom_for_what_and_until_when() {
        assert_eq!(
            mark().note(),
            "仅供〔示例市行政审批服务局〕办理〔食品经营许可〕使用，办件号示办〔2026〕1号，\
             有效期至2026年5月31日。他用无效。"
        );
        assert!(mark().grade_words().contains("可信等级 A"));
    }

    #[test]
    fn ids_are_small_hexadecimal_digits_and_nothing_else() {
        let id = CopyId::mint([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.grouped().len(), 39);
        for wrong in ["", "07", &"G".repeat(32), &"AB".repeat(16), &"07".repeat(17)] {
            assert_eq!(wrong.parse::<CopyId>(), Err(BadCopyId), "{wrong}");
        }
    }
}
