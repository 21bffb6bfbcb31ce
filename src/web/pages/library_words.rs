//! Words of the material library.

use super::frame::Frame;
use super::words::words;

words! {
    title: "材料库", "Material library";
    about: "凭办件号查询群众、企业已存的材料，核对原件，不再重复收取。", "Find for a case what people and companies have handed in before, and compare it with the original.";
    own_title: "我的材料", "My materials";
    own_about: "存一次，以后办事不用再交。谁用过、用在哪件事，这里都看得到；随时可以删除。", "Keep a document once and do not bring it again. You see who used it and for what, and may erase it at any time.";
    own_back: "返回我的主页", "Back to my page";
    add: "存入材料", "Add a document";
    name: "材料名称", "What it is";
    name_help: "照办事指南上的叫法填写，例如“租赁合同”。", "As the list of the service calls it, such as 租赁合同.";
    source: "材料来源", "Where it comes from";
    source_copy: "别人出具的，我存的是复印件或照片", "Somebody else issued it; this is a copy or a photo";
    source_self: "我自己写的，由我负责", "I made it and vouch for it";
    valid_to: "有效期至", "May be used until";
    valid_to_help: "没有期限就不填。", "Leave empty if it has no end.";
    file: "文件", "File";
    file_help: "PDF 或照片（JPEG、PNG）。照片会重新生成，拍摄地点等信息不会保存。", "A PDF, or a photo (JPEG, PNG). Photos are written anew: where they were taken is not kept.";
    keep: "存入", "Keep it";
    none_own: "还没有材料。存入第一份，下次办事就能直接用。", "Nothing yet. What you add here serves the next time.";
    grade_a: "A 级 · 部门出具", "A · from the issuer";
    grade_b: "B 级 · 已核对原件", "B · compared with the original";
    grade_c: "C 级 · 未核对原件", "C · not compared yet";
    grade_d: "D 级 · 本人负责", "D · vouched for by the holder";
    handed_in: "存入时间", "Added";
    at_window: "由窗口存入：", "at the window: ";
    by_holder: "本人存入", "by the holder";
    checked: "核对原件", "Compared";
    no_end: "长期", "no end";
    over: "已过期", "over";
    erased: "已删除", "erased";
    erased_at: "删除时间", "Erased";
    pages: "页", "pages";
    download: "下载", "Download";
    used: "使用记录", "Who used it";
    times: "次", "times";
    never: "还没有人用过。", "Nobody used it yet.";
    relied: "办件采用", "relied on";
    looked: "查看文件", "looked at";
    item: "事项", "Service";
    erase: "删除", "Erase";
    erase_about: "文件会立即删除，不能恢复；已经办结的事不受影响。使用记录会保留，供您查看。", "The file is erased at once and cannot be brought back; what was decided stays. The record of its uses is kept for you.";
    erase_now: "确认删除", "Erase it now";
    find: "查询", "Find";
    holder: "身份证号或统一社会信用代码", "Citizen number or social credit code";
    holder_help: "只用于这次查询，不会出现在网址里。", "Used for this look alone; it never stands in an address.";
    case_no: "办件号", "Case number";
    case_help: "依法依职能查询，查询会记入访问日志，持有人可以看到使用记录。", "You look by function for this case; the look is written down, and the holder sees each use.";
    item_code: "事项编码", "Code of the service";
    found: "查到的材料", "What was found";
    none: "材料库里没有可用的材料，请照常收取。", "Nothing usable is in the library; please take it as usual.";
    open_file: "查看文件", "Open the file";
    check: "已核对原件", "I compared it with the original";
    window: "窗口", "Window";
    check_about: "核对后等级升为 B，记录核对人、窗口和时间。自己收取的材料不能自己核对。", "It gets grade B, with who, where and when. Nobody checks what they brought.";
    was_checked: "已记录核对，等级为 B 级。", "The check is recorded; the grade is B.";
    wrong_name: "请填写材料名称，最多100个字。", "Say what it is, in 100 characters at most.";
    wrong_day: "日期不对，或者已经过去。", "The day is not one, or is over.";
    wrong_code: "号码不正确，请核对后重填。", "The number is not right; please look again.";
    wrong_case: "请填写办件号。", "Say for which case.";
    wrong_window: "请填写窗口，例如“3号窗口”。", "Say which window.";
    problem_kind: "只能存 PDF、JPEG 或 PNG 文件。请另存为 PDF，或者拍照上传。", "Only PDF, JPEG and PNG are kept. Save it as PDF, or send a photo.";
    problem_mismatch: "文件内容与文件名不符。请用原来的文件名重新选择。", "The file is not what its name says. Choose it under its own name.";
    problem_mixed: "文件里夹带了别的文件。请打印成新的 PDF，或者拍照上传。", "There is another file inside. Print it to a new PDF, or send a photo.";
    problem_encrypted: "文件有密码。请取消密码后再存。", "The file has a password. Save it without one.";
    problem_active: "文件里有脚本、链接动作或附件。请打印成新的 PDF，或者拍照上传。", "The file has scripts, actions or attachments. Print it to a new PDF, or send a photo.";
    problem_damaged: "文件打不开或不完整。请重新保存，或者拍照上传。", "The file is damaged. Save it anew, or send a photo.";
    problem_involved: "文件太大或太复杂。请减少页数，或者把照片改小一些。", "The file is too large or too involved. Send fewer pages or a smaller photo.";
    problem_full: "材料太多了。请先删除不用的材料。", "There are too many documents. Erase some first.";
    problem_self_check: "自己收取的材料，请由其他人员核对。", "Somebody else compares what you brought.";
    problem_state: "材料已核对、已删除或已过期，请重新查询。", "It was checked or erased, or is over; look again.";
    problem_grade: "本人自制的材料没有原件，不需要核对。", "What the holder made has no original.";
}

impl Words {
    /// In the language of a page.
    pub(crate) fn of(frame: &Frame) -> &'static Self {
        if frame.zh() { &ZH } else { &EN }
    }
}
