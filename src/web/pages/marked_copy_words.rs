//! Words of the page that traces marked copies.

use super::frame::Frame;
use super::words::words;

words! {
    title: "加注件溯源", "Trace a marked copy";
    about: "查一份加注件为谁、为哪件事制作，现在是否仍有效。由证照的颁发部门和使用部门查询。", "For whom and for which case a marked copy was made, and whether it still stands. For the department that issued the license, and the one that used it.";
    id: "加注件编号", "Number of the copy";
    id_help: "印在加注件上的 32 位字符，空格不影响。", "The 32 characters that are printed on the copy; blanks do not matter.";
    look: "查询", "Look it up";
    file: "或者上传加注件", "Or upload the copy";
    file_help: "PDF 文件。系统读取文件内的编号，并与登记的文件比对。", "The PDF. The number inside is read, and the file compared with the one that was made.";
    upload: "上传查询", "Upload";
    none: "没有查到。编号或文件不是加注件，或与本部门无关。", "Nothing was found. It is no marked copy, or none that concerns this department.";
    stands: "仍有效", "It still stands";
    over: "已过使用期限", "Past its last day";
    changed: "证照已变更，不再有效", "The license changed; it does not stand any more";
    same: "上传的文件与制作时一致。", "The uploaded file is the one that was made.";
    differs: "上传的文件带有这个编号，但与制作的文件不一致，请勿采信。", "The uploaded file carries this number and is not the one that was made: do not rely on it.";
    result: "查询结果", "What was found";
    consumer: "使用部门", "Made for";
    case_no: "办件号", "Case";
    items: "事项", "Services";
    made_at: "制作时间", "Made at";
    until: "使用期限", "May be used until";
    license: "证照", "License";
    state: "证照状态", "State of the license";
    decision: "决定编号", "Decision";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }
}
