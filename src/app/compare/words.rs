//! Differences in words, for whoever looks at them.

use crate::language::Words;
use domain::compare::Reason;

/// The words of a reason in Chinese and English.
pub(super) fn of(reason: Reason) -> Words {
    match reason {
        Reason::FullWidth => ("全角与半角不同。", "Full-width and half-width forms."),
        Reason::Space => ("空格不同。", "Spaces differ."),
        Reason::InvisibleCharacter => ("含有不可见字符。", "Characters without ink."),
        Reason::Bracket => ("括号形式不同。", "Brackets of another shape."),
        Reason::Dash => ("横线长短不同。", "Dashes of another length."),
        Reason::MiddleDot => ("间隔点的写法不同。", "The dot between names has another shape."),
        Reason::DotLeftOut => {
            ("一方省略了姓名间隔点。", "One side leaves the dot between names out.")
        }
        Reason::Apostrophe => ("撇号形式不同。", "Apostrophes of another shape."),
        Reason::LetterCase => ("字母大小写不同。", "Capitals and small letters."),
        Reason::CodeForm => ("同一字的编码不同。", "The same character by two codes."),
        Reason::CompatibilityIdeograph => {
            ("一方为兼容汉字，是同一个字。", "A compatibility ideograph of the same character.")
        }
        Reason::VariationSelector => {
            ("一方带字形选择符，是同一个字。", "A variation selector: the same character.")
        }
        Reason::TraditionalOrVariant => {
            ("简体、繁体或异体写法不同。", "Simplified, traditional or variant forms.")
        }
        Reason::FamilyNameFirst => {
            ("姓与名的先后不同。", "The family name stands first on one side.")
        }
        Reason::DateWriting => ("日期写法不同，是同一天。", "The same day, written otherwise."),
        Reason::LongTermWriting => ("都表示长期。", "Both say: without an end."),
        Reason::NumberWriting => {
            ("数字写法不同，数值相同。", "The same number, written otherwise.")
        }
        Reason::ChineseNumeral => ("一方用中文数字。", "Chinese numerals on one side."),
        Reason::UnitWriting => ("单位写法不同。", "The unit is written otherwise."),
        Reason::YuanLeftOut => ("一方省略了单位“元”。", "One side leaves the unit 元 out."),
        Reason::OldCitizenId => {
            ("15位旧号码与18位号码对应。", "The old number of 15 digits and its number of 18.")
        }
        Reason::RegionLeftOut => {
            ("一方省略了上级行政区划。", "One side leaves a larger region out.")
        }
        Reason::RegionShort => ("行政区划用了简称。", "A region by its short name."),
        Reason::RegionRenamed => ("行政区划已更名。", "The region was renamed."),
        Reason::UnitDash => ("门牌单位之间多一横线。", "A dash between units of the house number."),
        Reason::CourtyardWord => ("“号院”与“号”写法不同。", "号院 on one side, 号 on the other."),
        reason if reason < Reason::LooksAlike => unclear(reason),
        reason => different(reason),
    }
}

/// What leaves it open.
fn unclear(reason: Reason) -> Words {
    match reason {
        Reason::ValueMissing => ("一方没有内容，无法比对。", "One side says nothing."),
        Reason::UnreadableCharacter => (
            "含有占位符或系统自造字，无法比对。",
            "A placeholder or a private code stands for a character.",
        ),
        Reason::AmbiguousTraditional => (
            "简化字对应不止一个字，作姓名可能是两人。",
            "The simplified form is a name of its own too: they may be two people.",
        ),
        Reason::NameVariant => (
            "曾为异体，现作人名可为两个字，请核对。",
            "Once variants, today two characters of names.",
        ),
        Reason::DotMoved => ("间隔点的位置不同。", "The dot stands elsewhere."),
        Reason::WordBreak => {
            ("一方分词，一方连写。", "One side parts the words, the other does not.")
        }
        Reason::NameOrder => {
            ("词相同而先后不同，不知何者为姓。", "The same words in another order.")
        }
        Reason::InitialOnly => ("一方只有首字母。", "One side has an initial only."),
        Reason::OtherScript => ("一方为外文字母。", "One side is in Latin letters."),
        Reason::RegionMissing => {
            ("一方没有写明所在的行政区划。", "One side does not say in which region.")
        }
        Reason::UnitWords => (
            "门牌数字相同，一方没有写明单位。",
            "The same house numbers, one side without their units.",
        ),
        Reason::PartialDate => ("一方日期不完整。", "One side is no whole date."),
        Reason::TwoDigitYear => ("年份只有两位。", "The year has two digits."),
        Reason::DayOrder => ("不知日与月的先后。", "Day and month may be either way round."),
        Reason::NotADate => ("不能读作日期。", "It cannot be read as a date."),
        Reason::NotANumber => ("不能读作数字。", "It cannot be read as a number."),
        Reason::UnitUnknown => (
            "单位不同，不知如何换算。",
            "Two units, and how many of one make the other is not known.",
        ),
        _ => ("一方没有单位。", "One side has no unit."),
    }
}

/// What makes two values of it.
fn different(reason: Reason) -> Words {
    match reason {
        Reason::LooksAlike => {
            ("字形相近，不是同一个字。", "They look alike and are two characters.")
        }
        Reason::OnlyInOurs => ("此处仅本方有内容。", "Something stands on our side alone."),
        Reason::OnlyInTheirs => ("此处仅对方有内容。", "Something stands on the other side alone."),
        Reason::DateDiffers => ("不是同一天。", "Another day."),
        Reason::NumberDiffers => ("数值不同。", "Another number."),
        Reason::UnitDiffers => ("单位不同。", "Another unit."),
        Reason::RegionDiffers => ("行政区划不同。", "Another region."),
        _ => ("文字不同。", "Other characters."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_reason_has_words_of_its_own_in_both_languages() {
        let all = |pick: fn(Words) -> &'static str| -> BTreeSet<&str> {
            Reason::ALL.iter().map(|reason| pick(of(*reason))).collect()
        };
        assert_eq!(all(|words| words.0).len(), Reason::ALL.len());
        assert_eq!(all(|words| words.1).len(), Reason::ALL.len());
    }
}
