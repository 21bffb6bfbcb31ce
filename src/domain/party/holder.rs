//! Holders of licenses and the codes that name them.

use crate::canonical;
use crate::identifier::{BadIdentifier, CitizenId, UnifiedCode};
use crate::mask;
use crate::word::words;

words! { "holder code type";
    /// What kind of code names a holder (GB/T 36903 Annex A).
    pub enum HolderCodeType {
        /// 统一社会信用代码
        UnifiedCode = "001",
        /// 其他法人与其他组织有效证件代码
        OtherOrganization = "099",
        /// 公民身份号码
        CitizenId = "111",
        /// 中国人民解放军军官证编号
        ArmyOfficer = "114",
        /// 中国人民武装警察部队警官证编号
        ArmedPoliceOfficer = "115",
        /// 中国人民解放军士兵证编号
        ArmySoldier = "118",
        /// 中国人民武装警察部队士兵证编号
        ArmedPoliceSoldier = "119",
        /// 中国人民解放军文职人员证编号
        ArmyCivilian = "120",
        /// 中国人民武装警察部队文职人员证编号
        ArmedPoliceCivilian = "122",
        /// 外交护照护照号
        DiplomaticPassport = "411",
        /// 公务护照护照号
        ServicePassport = "412",
        /// 公务普通护照护照号
        PublicAffairsPassport = "413",
        /// 普通护照护照号
        OrdinaryPassport = "414",
        /// 台湾居民来往大陆通行证号码
        TaiwanPermit = "511",
        /// 港澳居民来往内地通行证号码
        HongKongMacaoPermit = "516",
        /// 其他自然人有效证件号码
        OtherPerson = "999",
    }
}

impl HolderCodeType {
    /// Whether the holder is a natural person, whose name and code are personal data.
    #[must_use]
    pub fn is_person(self) -> bool {
        !matches!(self, Self::UnifiedCode | Self::OtherOrganization)
    }

    /// The name of the type in the standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnifiedCode => "统一社会信用代码",
            Self::OtherOrganization => "其他法人与其他组织有效证件代码",
            Self::CitizenId => "公民身份号码",
            Self::ArmyOfficer => "中国人民解放军军官证编号",
            Self::ArmedPoliceOfficer => "中国人民武装警察部队警官证编号",
            Self::ArmySoldier => "中国人民解放军士兵证编号",
            Self::ArmedPoliceSoldier => "中国人民武装警察部队士兵证编号",
            Self::ArmyCivilian => "中国人民解放军文职人员证编号",
            Self::ArmedPoliceCivilian => "中国人民武装警察部队文职人员证编号",
            Self::DiplomaticPassport => "外交护照护照号",
            Self::ServicePassport => "公务护照护照号",
            Self::PublicAffairsPassport => "公务普通护照护照号",
            Self::OrdinaryPassport => "普通护照护照号",
            Self::TaiwanPermit => "台湾居民来往大陆通行证号码",
            Self::HongKongMacaoPermit => "港澳居民来往内地通行证号码",
            Self::OtherPerson => "其他自然人有效证件号码",
        }
    }
}

/// Who holds a license.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    name: String,
    code_type: HolderCodeType,
    code: String,
}

impl Holder {
    /// A holder; a unified code and a citizen number must be right.
    ///
    /// # Errors
    /// When the code is not of its type.
    pub fn new(
        name: impl Into<String>,
        code_type: HolderCodeType,
        code: &str,
    ) -> Result<Self, BadIdentifier> {
        let code = match code_type {
            HolderCodeType::UnifiedCode => code.parse::<UnifiedCode>()?.as_str().to_owned(),
            HolderCodeType::CitizenId => code.parse::<CitizenId>()?.as_str().to_owned(),
            _ => code.to_owned(),
        };
        Ok(Self { name: name.into(), code_type, code })
    }

    /// The name as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of code it is.
    #[must_use]
    pub fn code_type(&self) -> HolderCodeType {
        self.code_type
    }

    /// The code in clear.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The key under which the name is searched.
    #[must_use]
    pub fn name_key(&self) -> String {
        canonical::search_key(&self.name)
    }

    /// The name for anyone's eyes: an organization's whole, a person's masked.
    #[must_use]
    pub fn masked_name(&self) -> String {
        if self.code_type.is_person() { mask::person_name(&self.name) } else { self.name.clone() }
    }

    /// The code for anyone's eyes: an organization's whole, a person's masked.
    #[must_use]
    pub fn masked_code(&self) -> String {
        if self.code_type.is_person() { mask::code(&self.code) } else { self.code.clone() }
    }
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Holder({} {})", self.masked_name(), self.masked_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_masked_and_organizations_are_not() {
        let person = Holder::new("张三", HolderCodeType::CitizenId, "11010519491231002x").unwrap();
        assert_eq!(person.code(), "11010519491231002X");
        assert_eq!(person.masked_name(), "张*");
        assert_eq!(format!("{person:?}"), "Holder(张* 110***********002X)");
        let body =
            Holder::new("示例（东区）公司", HolderCodeType::UnifiedCode, "11100000000013338W")
                .unwrap();
        assert_eq!(body.masked_name(), "示例（东区）公司");
        assert_eq!(body.masked_code(), "11100000000013338W");
        assert_eq!(body.name_key(), "示例(东区)公司");
    }

    #[test]
    fn a_code_must_be_of_its_type() {
        assert!(Holder::new("张三", HolderCodeType::CitizenId, "110105194912310021").is_err());
        assert!(Holder::new("张三", HolderCodeType::OrdinaryPassport, "E12345678").is_ok());
    }

    #[test]
    fn the_table_of_the_standard() {
        let test = "holder::the_table_of_the_standard";
        let Some(path) = crate::shared::shared(test, "samples/tables/holder_types.csv") else {
            return;
        };
        let table = std::fs::read_to_string(path).unwrap();
        let rows: Vec<_> = table.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
        let ours: Vec<_> =
            HolderCodeType::ALL.iter().map(|kind| (kind.as_str(), kind.name())).collect();
        assert_eq!(ours, rows);
    }
}
