//! Words of the pages about targets.

use super::frame::Frame;
use super::words::words;

words! {
    title: "指标", "Targets";
    about: "证照配置、归集、电子印章、四免与减材料的进展；每个数字旁边写明怎么算、谁没算进去。", "How far licenses, seals and exemptions have come; beside each figure how it is computed and what is left out.";
    days: "按日统计的范围", "Counted by day";
    goal: "目标", "Goal";
    reached: "达标", "Reached";
    behind: "未达标", "Below the goal";
    missing: "缺分母", "Denominator missing";
    missing_help: "没有申报数就没有分母，不按 100% 计。", "Without a declared count there is no denominator; that is not 100 %.";
    rows_counted: "计入", "Counted";
    rows_excluded: "不计入", "Left out";
    rows_missing: "缺分母", "No denominator";
    median: "入库用时中位数（天）", "Days until stored, in the middle";
    fields: "自动填写的表单项", "Fields filled from licenses";
    trend: "近十二周", "The last twelve weeks";
    trend_none: "还没有两天的数据。", "Not two days yet.";
    laggards: "最需推进的部门", "Furthest behind";
    department: "部门", "Department";
    drill: "查看明细", "What it is made of";
    back: "全部指标", "All targets";
    table: "下载 CSV", "Download CSV";
    name: "名称", "Name";
    count: "分子 / 分母", "Part / whole";
    why: "说明", "Why";
    left_out: "不计入", "Left out";
    none: "没有可统计的内容。", "Nothing to count.";
    license_mapping: "证照配置率", "Items with a license in place of a paper";
    license_mapping_help: "分子：至少有一份材料可用一年内签发过的证照代替的事项；分母：材料中有政府部门核发文件的事项。", "Items of which a license type issued within a year stands in the place of a paper, of all items that ask for a paper of an office.";
    new_collection: "新增归集率", "Newly issued and stored";
    new_collection_help: "分子：颁发后一天内加盖电子印章并入库的证照；分母：发证部门申报的签发数（近三十天）。", "Licenses sealed and stored a day after issue at the latest, of those that departments declare to have issued in the last thirty days.";
    seal_coverage: "电子印章覆盖率", "Departments with a seal";
    seal_coverage_help: "分子：今天至少有一枚可用电子印章的部门；分母：登记的在册部门。", "Departments with a seal that can be used today, of all that are registered and active.";
    free_items: "四免事项占比", "Items free of paper, filling, stamp and signature";
    free_items_help: "分子：本地计入的各项“免”都做到的事项；分母：全部事项。", "Items that keep every freedom that counts here, of all items.";
    materials_saved: "减材料数", "Materials left out";
    materials_saved_help: "分子：近三十天判定为免交的材料；分母：这些办件涉及的全部材料。", "Materials left out in decisions of the last thirty days, of all that they were about.";
    timely_storing: "入库及时率", "Stored in time";
    timely_storing_help: "分子：近三十天入库、颁发后一天内入库的证照；分母：同期检查过的证照。没有颁发日期的不算及时。", "Licenses stored a day after issue at the latest, of those stored in the last thirty days and examined; without a day of issue it is not in time.";
    faults: "差错率", "Faults";
    faults_help: "分子：近三十天入库的证照中未更正的差错；分母：同期检查过的证照，按千分比。", "Faults not corrected, of a thousand licenses stored in the last thirty days and examined.";
    nothing_issued: "不要政府部门核发的文件", "Asks for no paper of an office";
    nothing_stored: "没有可检查的内容", "Nothing to look at";
    not_mapped: "没有可代替的证照类型", "No license type stands in its place";
    not_live: "对应证照一年内没有签发", "None of the license type was issued within a year";
    no_seal: "没有电子印章", "No seal";
    seal_not_usable: "印章今天不可用", "Its seal cannot be used today";
    hands_in: "仍需提交核发材料", "A paper of an office is handed in";
    fills_in: "仍需填写已有信息", "Known fields are filled in";
    stamped: "结果仍盖实物章", "Stamped on paper";
    signed_by_hand: "仍需手写签名", "Signed by hand";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// The name of a target, and how it is computed.
    fn both(&self, target: &str) -> (&'static str, &'static str) {
        match target {
            "license_mapping" => (self.license_mapping, self.license_mapping_help),
            "new_collection" => (self.new_collection, self.new_collection_help),
            "seal_coverage" => (self.seal_coverage, self.seal_coverage_help),
            "free_items" => (self.free_items, self.free_items_help),
            "materials_saved" => (self.materials_saved, self.materials_saved_help),
            "timely_storing" => (self.timely_storing, self.timely_storing_help),
            _ => (self.faults, self.faults_help),
        }
    }

    /// Its name.
    pub(crate) fn name_of(&self, target: &str) -> &'static str {
        self.both(target).0
    }

    /// How it is computed.
    pub(crate) fn definition(&self, target: &str) -> &'static str {
        self.both(target).1
    }

    /// Why a row is left out, or not reached.
    pub(crate) fn reason(&self, why: &str) -> &'static str {
        match why {
            "nothing_issued" => self.nothing_issued,
            "denominator_missing" => self.missing,
            "nothing_stored" => self.nothing_stored,
            "not_mapped" => self.not_mapped,
            "not_live" => self.not_live,
            "no_seal" => self.no_seal,
            "seal_not_usable" => self.seal_not_usable,
            "hands_in" => self.hands_in,
            "fills_in" => self.fills_in,
            "stamped" => self.stamped,
            _ => self.signed_by_hand,
        }
    }

    /// The sign of a unit.
    pub(crate) fn unit(&self, unit: &str) -> &'static str {
        if unit == "per_thousand" { "‰" } else { "%" }
    }
}
