//! Words of the pages about service items.

use super::frame::Frame;
use super::show::Sign;
use super::words::words;

words! {
    find_title: "办事要带什么", "What do I need?";
    find_about: "查一个事项需要哪些材料，哪些可以免交。无需登录。", "See what a service asks for, and what may be left out. No account needed.";
    find_label: "事项名称、拼音首字母或编码", "Name, first letters of pinyin, or code";
    find_help: "例如：食品经营许可证，或 spjy", "Such as: food business, or spjy";
    find: "查找", "Search";
    nothing: "没有找到这样的事项。换几个字再试。", "No such service. Try other words.";
    more: "更多", "More";
    item: "事项", "Service";
    department: "办理部门", "Handled by";
    materials: "材料", "Materials";
    handling: "办理方式", "Handled";
    handling_direct: "直办", "At once, on the spot";
    handling_accepted: "受理", "Taken in here";
    handling_online: "网办", "Online";
    handling_entrusted: "委托受理", "Taken in for another office";
    days: "承诺时限", "Promised within";
    days_unit: "个工作日", "working days";
    who: "服务对象", "For";
    person: "个人", "people";
    organization: "企业和单位", "companies and bodies";
    example: "示例", "Sample";
    example_help: "材料清单为示例，不是任何部门的真实要求。", "The list is a sample, and not what any real office asks for.";
    situation: "您的情形", "Your situation";
    situation_help: "回答后，清单只留下您需要的。", "Once answered, only what applies to you is listed.";
    situation_submit: "查看所需材料", "Show what is needed";
    list: "所需材料", "What is needed";
    list_none: "这个事项不需要提交材料。", "Nothing is asked for.";
    count_of: "份材料", "materials";
    count_spared: "，最多可免交", ", of which may be left out at best";
    count_unit: "份", " ";
    count_note: "能否免交，以窗口按您本人证照核验的结果为准。", "Whether it may be left out is decided at the window, by your own licenses.";
    unsure: "视情形", "Depends on the answers";
    print: "打印", "Print";
    back_to_items: "查找其他事项", "Look for another service";
    sign: "事项二维码", "Code of this service";
    sign_help: "手机扫码打开本页；综合窗口用扫码枪扫描，即可加入这个事项。", "Opens this page on a phone; at the window a hand scanner adds the service to the case.";
    form_original: "原件", "original";
    form_copy: "复印件", "copy";
    form_either: "原件或复印件", "original or copy";
    issued_by: "核发", "issued by";
    word_waived: "免交", "Left out";
    word_waivable: "可免交", "May be left out";
    word_commitment: "可承诺", "By promise";
    word_deferrable: "可后补", "May come later";
    word_assistance: "可协查", "We ask for it";
    word_required: "需提交", "To be handed in";
    word_optional: "可不交", "Optional";
    word_not_applicable: "不需要", "Not needed";
    text_license: "有在有效期内的电子证照即可免交：", "Not needed with a valid electronic ";
    text_data: "由窗口联网核验，通常不用提交。", "Checked online at the window; usually not handed in.";
    text_covered: "由其他材料代替，不用单独提交。", "Another material covers it.";
    text_cancelled: "已取消，不再要求。", "Not asked for any more.";
    text_commitment: "可以书面承诺代替。", "A written promise may stand in its place.";
    text_assistance: "由系统请有关部门协查，不必自己去开。", "The office that has it is asked by the service.";
    text_deferrable: "可以先受理、后补交，天数不超过", "May be handed in later, within days:";
    text_within: "时限（天）：", "Days:";
    text_required: "请准备好后提交。", "Please bring it.";
    text_optional: "有则提交，没有不影响办理。", "Bring it if there is one.";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }

    /// How an item is handled, in a word.
    pub(crate) fn handled(&self, word: &str) -> &'static str {
        match word {
            "direct" => self.handling_direct,
            "accepted" => self.handling_accepted,
            "online" => self.handling_online,
            _ => self.handling_entrusted,
        }
    }

    /// In which form a material is handed in.
    pub(crate) fn form(&self, word: &str) -> &'static str {
        match word {
            "original" => self.form_original,
            "copy" => self.form_copy,
            _ => self.form_either,
        }
    }

    /// Who may apply.
    pub(crate) fn applicant(&self, kind: &str) -> &'static str {
        if kind == "person" { self.person } else { self.organization }
    }

    /// What becomes of a material: shape, colour and word. `decided` for a verdict, otherwise for the
    /// best that may come of it.
    pub(crate) fn sign(&self, ground: &str, decided: bool) -> Sign {
        let (tone, shape, word) = match ground {
            "cancelled" | "waived_by_license" | "waived_by_material" | "waived_by_data"
            | "covered_by_other" => {
                let sure = decided || ["cancelled", "covered_by_other"].contains(&ground);
                ("valid", "tick", if sure { self.word_waived } else { self.word_waivable })
            }
            "by_commitment" => ("valid", "pen", self.word_commitment),
            "deferrable" => ("unknown", "clock", self.word_deferrable),
            "pending_assistance" => ("unknown", "swap", self.word_assistance),
            "optional" => ("quiet", "dash", self.word_optional),
            "not_applicable" => ("quiet", "dash", self.word_not_applicable),
            _ => ("needed", "paper", self.word_required),
        };
        Sign { tone, shape, word }
    }

    /// What the best that may become of a material means.
    pub(crate) fn best(&self, ground: &str) -> &'static str {
        match ground {
            "waived_by_license" => self.text_license,
            "waived_by_data" => self.text_data,
            "covered_by_other" => self.text_covered,
            "cancelled" => self.text_cancelled,
            "by_commitment" => self.text_commitment,
            "pending_assistance" => self.text_assistance,
            "deferrable" => self.text_deferrable,
            "optional" => self.text_optional,
            _ => self.text_required,
        }
    }
}
