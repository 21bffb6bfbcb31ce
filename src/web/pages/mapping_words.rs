//! Words of the pages where offices say what may stand in the place of materials.

use super::frame::Frame;
use super::words::words;

words! {
    title: "事项与材料", "Services";
    about: "本单位事项的材料，各由什么证照或数据代替；哪些仍在收取本可免交的材料。", "What may stand in the place of materials of your services, and which still ask for papers that an office issued.";
    find: "事项名称、拼音首字母或编码", "Name, first letters of pinyin, or code";
    only: "只看", "Only";
    only_all: "全部", "All";
    only_drifted: "清单已变、待确认", "Changed, to be looked at";
    only_asking: "仍收取已核发的材料", "Still asking for issued papers";
    all_offices: "包括其他部门", "Of other departments too";
    show: "查看", "Show";
    none: "没有这样的事项。", "No such service.";
    item: "事项", "Service";
    version: "版本", "Version";
    state: "状态", "State";
    drifted: "清单已变", "Changed";
    drifted_help: "材料清单在建立免交规则之后变过。请看标记的材料，改好后确认。", "The list changed since it was mapped. Look at the marked materials, then confirm.";
    mapped: "已对应", "Mapped";
    asking: "仍收取", "Still asks for";
    issued_here: "本平台已签发", "issued here";
    import_title: "导入事项", "Import services";
    import_help: "表格（CSV、XLSX）每行一份材料，或 JSON 文档。有错误的行会逐条列出，其余照常导入。", "A table (CSV, XLSX) with a row for each material, or documents in JSON. What is wrong is told by row; the rest is imported.";
    import_file: "文件", "File";
    import_submit: "导入", "Import";
    import_check: "只检查，不导入", "Only check";
    import_done: "导入结果", "What came of it";
    import_same: "无变化", "As before";
    import_new: "新增", "New";
    import_changed: "有更新", "Changed";
    import_row: "行", "Row";
    import_problem: "问题", "Problem";
    import_unreadable: "文件读不出来，请对照说明检查。", "The file cannot be read; look at the help and try again.";
    editor_about: "每份材料可用什么代替。保存后成为事项的新版本，旧版本保留不变。", "What may stand in the place of each material. Saving makes the next version; earlier ones stay as they are.";
    other_office: "这个事项由其他部门办理，只能查看。", "Another department handles this service; you can only look.";
    confirm: "确认规则仍然适用", "It is right as it is";
    saved: "已保存。", "Saved.";
    stale: "事项刚被改过，请再看一遍。", "It was changed meanwhile: look again.";
    faults: "没有保存，请改正：", "Not saved. To be corrected:";
    source_issued: "政府部门核发", "Issued by an office";
    source_form: "申请表格", "Form";
    source_self_made: "申请人自备", "The applicant’s own";
    licenses: "可代替的证照", "Licenses in its place";
    licenses_help: "满足任意一组即可；同一组内的证照须同时具备。", "One group is enough; within a group all are needed.";
    group: "组", "Group";
    new_group: "再加一组", "Another group";
    license_type: "证照类型", "License type";
    holder: "持证人", "Holder";
    holder_applicant: "申请人", "Applicant";
    holder_agent: "代办人", "Agent";
    holder_spouse: "配偶", "Spouse";
    holder_child: "子女", "Child";
    holder_legal_representative: "法定代表人", "Legal representative";
    where_label: "条件（每行一条）", "Conditions, one a line";
    where_help: "例如：valid_until >= today+30；disability_grade in ('1', '2')", "Such as: valid_until >= today+30; disability_grade in ('1', '2')";
    connector: "联网核验", "Online check";
    connector_help: "接口名，例如 identity", "Name of the connector, such as identity";
    covered_by: "由其他材料代替", "Covered by others";
    covered_help: "材料标识，空格分隔；其他事项的产出写 output:证照类型编码", "Keys of materials; what another service gives as output:CODE";
    cancelled: "已取消", "Not asked for any more";
    commitment: "告知承诺", "Written promise";
    basis_help: "依据的文件", "By which document";
    assistance: "行政协助", "Another office is asked";
    assistance_help: "部门的统一社会信用代码", "Its social credit code";
    deferrable: "容缺后补", "May come later";
    days: "天数", "Days";
    save: "保存这份材料", "Save this material";
    more: "更多", "More";
    public_page: "查看公众页面", "The public page";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// Where a material comes from.
    pub(crate) fn source(&self, word: &str) -> &'static str {
        match word {
            "issued" => self.source_issued,
            "form" => self.source_form,
            _ => self.source_self_made,
        }
    }

    /// Who holds a license.
    pub(crate) fn holder(&self, word: &str) -> &'static str {
        match word {
            "agent" => self.holder_agent,
            "spouse" => self.holder_spouse,
            "child" => self.holder_child,
            "legal_representative" => self.holder_legal_representative,
            _ => self.holder_applicant,
        }
    }

    /// What may stand in the place of a material, in a word.
    pub(crate) fn ground(&self, word: &str) -> &'static str {
        match word {
            "waived_by" => self.licenses,
            "data_check" => self.connector,
            "covered_by" => self.covered_by,
            "cancelled" => self.cancelled,
            "commitment" => self.commitment,
            "assistance" => self.assistance,
            _ => self.deferrable,
        }
    }

    /// What became of an imported item.
    pub(crate) fn outcome(&self, word: &str) -> &'static str {
        match word {
            "new" => self.import_new,
            "changed" => self.import_changed,
            _ => self.import_same,
        }
    }
}
