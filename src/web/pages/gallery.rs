//! Every state of every page from made-up answers: a test renders them all, and writes them to
//! the folder in `YZ_GALLERY`, to be looked at in a browser.

mod assistance;
mod batches;
mod clients;
mod items;
mod library;
mod licenses;
mod mappings;
mod marked_copies;
mod notices;
mod orders;
mod oversight;
mod quality;
mod seals;
mod targets;
mod types;
mod undertakings;
mod workbench;

use super::accounts::{AccountPage, AccountsPage, InvitedPage, Typed};
use super::certificates::{CertificatesPage, Said};
use super::code::CodePage;
use super::docs::{DocsPage, TypesPage, reference};
use super::frame::{Frame, Reader, Way};
use super::home::Home;
use super::log::LogPage;
use super::me::{MePage, SignedOutPage};
use super::organizations::OrganizationsPage;
use super::problem::ProblemPage;
use super::result::ResultPage;
use super::sign_in::{self, SetupPage, SignInPage};
use super::style_guide::StyleGuide;
use super::test_identity::TestIdentityPage;
use super::trail::{Asked, TrailPage};
use super::work::WorkPage;
use crate::language::Language;
use crate::problem::{PROBLEM_CODES, Problem};
use app::demo::DemoAccount;
use app::view::{
    AdviceView, CertificateView, CheckView, FaceView, FileView, LogKeyView, LogWitnessView,
    MarkView, OrganizationView, PublicCheckView, RegisterView, SealFactsView, ServiceKeyView,
    SignatureView, StaffCertificateView, StaffView, TrailEventView, TrailView, VerificationView,
};
use app::{
    AuthorizeRequest, CitizenView, OrganizationRequest, ProviderView, SealDuty, SetupOffer,
    TestPerson,
};
use askama::Template;

fn check(name: &str, result: &str, code: Option<&str>, zh: &str, en: &str) -> CheckView {
    CheckView {
        check: name.to_owned(),
        result: result.to_owned(),
        code: code.map(str::to_owned),
        step: None,
        detail: code.map(|_| "object 12 0, 2026-03-02T09:15:04+08:00".to_owned()),
        text_zh: zh.to_owned(),
        text_en: en.to_owned(),
    }
}

fn log_keys() -> Vec<LogKeyView> {
    let key = |suite: &str, kind: &str| LogKeyView {
        key: ServiceKeyView {
            key: "5c".repeat(32),
            suite: suite.to_owned(),
            state: "active".to_owned(),
            pem: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n".to_owned(),
        },
        note_key: format!("zheng.example/v1/log+abababab+{kind}"),
    };
    vec![key("SM2-SM3", "/3NtMi1zbTM="), key("ED25519", "Aes=")]
}

fn log_witnesses() -> Vec<LogWitnessView> {
    let at = "2026-03-02T09:15:04+08:00".to_owned();
    vec![LogWitnessView { name: "audit.example/<餐饮>".to_owned(), at }]
}

fn face(state: &str) -> FaceView {
    let text = str::to_owned;
    FaceView {
        type_code: text("11100000000013338W032"),
        type_name: text("食品经营许可证"),
        number: text("JY13601050012345"),
        issuer: text("示例市市场监督管理局"),
        holder_name: text("示例市青禾<餐饮>有限公司"),
        issued_on: Some(text("2024-05-02")),
        valid_from: Some(text("2024-05-02")),
        valid_to: Some(text("2029-05-01")),
        state: text(state),
        state_since: (state != "ISSUED").then(|| text("2026-01-15T10:00:00+08:00")),
    }
}

fn certificate(subject: &str) -> CertificateView {
    CertificateView {
        subject: subject.to_owned(),
        issuer: "CN=示例测试根 CA, O=示例".to_owned(),
        serial: "4f2c0a17".to_owned(),
        not_before: "2024-01-01T00:00:00+08:00".to_owned(),
        not_after: "2029-01-01T00:00:00+08:00".to_owned(),
        sha256: "ab".repeat(32),
    }
}

fn pass(name: &str, zh: &str, en: &str) -> CheckView {
    check(name, "pass", None, &format!("{zh}：通过。"), &format!("{en}: passed."))
}

fn file_checks() -> Vec<CheckView> {
    vec![
        pass("file_format", "文件格式", "File format"),
        pass("signed", "已签章", "Signed"),
        pass("document_structure", "文件结构", "Structure of the document"),
        pass("status", "登记状态", "State in the register"),
    ]
}

fn passed() -> Vec<CheckView> {
    vec![
        pass("integrity", "内容完整", "Content unchanged"),
        pass("signature", "签名", "Signature"),
        pass("seal_signature", "印章", "Seal"),
        pass("signer_in_seal", "签章人授权", "Sealer named in the seal"),
        pass("certificate_path", "签章人证书", "Certificate of the sealer"),
        check(
            "timestamp",
            "skipped",
            Some("timestamp_missing"),
            "没有时间戳，签名时间为签名人自述。",
            "There is no time stamp.",
        ),
        pass("validity_now", "现在有效", "Valid now"),
    ]
}

fn signature(outcome: &str, checks: Vec<CheckView>) -> SignatureView {
    SignatureView {
        outcome: outcome.to_owned(),
        field: Some("YZ-Seal-1".to_owned()),
        form: "sm2_seal".to_owned(),
        suite: Some("SM2-SM3".to_owned()),
        signer: Some(certificate("CN=示例市市场监督管理局")),
        seal: Some(SealFactsView {
            name: "示例市市场监督管理局".to_owned(),
            code: "36010000000001".to_owned(),
            version: 4,
            maker: Some(certificate("CN=示例制章中心")),
            not_before: "2024-01-01T00:00:00+08:00".to_owned(),
            not_after: "2029-01-01T00:00:00+08:00".to_owned(),
        }),
        claimed_time: Some("2024-05-02T09:00:00+08:00".to_owned()),
        proven_time: None,
        valid_at_signing: "VALID".to_owned(),
        valid_now: outcome.to_owned(),
        covers_whole_file: Some(true),
        checks,
    }
}

fn advice(code: &str, zh: &str, en: &str) -> AdviceView {
    AdviceView { code: code.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}

fn valid() -> VerificationView {
    VerificationView {
        id: Some("ver_0192f3c4".to_owned()),
        input: "file".to_owned(),
        outcome: "VALID".to_owned(),
        as_of: "2026-03-02T09:15:04+08:00".to_owned(),
        trust_list: "2026-03-01#41".to_owned(),
        file: Some(FileView {
            kind: "pdf".to_owned(),
            bytes: 183_204,
            sha256: "0123456789abcdef".repeat(4),
            sm3: "fedcba9876543210".repeat(4),
        }),
        copy: None,
        license: Some(face("ISSUED")),
        register: Some(RegisterView {
            issued_here: true,
            byte_identical: Some(true),
            state: Some("ISSUED".to_owned()),
            ..RegisterView::default()
        }),
        checks: file_checks(),
        signatures: vec![signature("VALID", passed())],
        revocation_data: Vec::new(),
        asked: Vec::new(),
        advice: advice("valid", "可以采信这份证照。", "You can rely on this license."),
    }
}

fn mark() -> MarkView {
    MarkView {
        id: "a5".repeat(16),
        identifier: "1.2.156.3005.2.X".to_owned(),
        original: "fedcba9876543210".repeat(4),
        grade: "A".to_owned(),
        consumer: "示例<餐饮>局".to_owned(),
        item: "食品<餐饮>经营".to_owned(),
        case_no: "YL<餐饮>".to_owned(),
        until: "2026-04-01".to_owned(),
        made_at: "2026-03-02T09:15:04+08:00".to_owned(),
    }
}

fn with(outcome: &str, worst: CheckView, advice: AdviceView) -> VerificationView {
    let others = passed().into_iter().filter(|check| check.check != worst.check);
    let signatures = vec![signature(outcome, [worst.clone()].into_iter().chain(others).collect())];
    VerificationView { outcome: outcome.to_owned(), signatures, advice, ..valid() }
}

/// The answers to look at, by name.
fn results() -> Vec<(&'static str, VerificationView)> {
    let altered = check(
        "integrity",
        "fail",
        Some("modified_after_seal"),
        "签章以后文件被改动过。",
        "The file was changed after it was sealed.",
    );
    let unreachable = check(
        "certificate_revocation",
        "unknown",
        Some("crl_unreachable"),
        "暂时查不到签章证书是否被吊销。",
        "Whether the sealer's certificate was revoked is not known now.",
    );
    let unread = check(
        "file_format",
        "unknown",
        Some("unsupported_format"),
        "这不是能核验的文件格式。",
        "This is not a file that can be verified.",
    );
    let unsealed = check(
        "signed",
        "unknown",
        Some("no_signature"),
        "文件里没有签章。",
        "There is no seal in the file.",
    );
    let ask = advice(
        "modified_after_seal",
        "请勿采信。请向颁发机构重新获取原件。",
        "Do not rely on it. Ask the issuer for the original.",
    );
    let retry = advice(
        "retry",
        "请稍后再试，或联系颁发机构人工核实。",
        "Try again later, or ask the issuer.",
    );
    let send = advice(
        "unsupported",
        "请上传证照的 PDF 原件，不要用截图或照片。",
        "Send the license's PDF itself, not a picture of it.",
    );
    let nothing = VerificationView { license: None, register: None, ..valid() };
    let foreign = RegisterView::default();
    let mut unknown_file = with("INDETERMINATE", unread.clone(), send.clone());
    if let Some(file) = &mut unknown_file.file {
        file.kind = "unknown".to_owned();
    }
    vec![
        ("valid", valid()),
        ("marked-copy", VerificationView { copy: Some(mark()), license: None, ..valid() }),
        ("altered", with("INVALID", altered, ask.clone())),
        (
            "unreachable",
            VerificationView {
                license: Some(face("ISSUED")),
                ..with("INDETERMINATE", unreachable, retry)
            },
        ),
        (
            "revoked",
            VerificationView {
                outcome: "INVALID".to_owned(),
                license: Some(face("REVOKED")),
                advice: ask.clone(),
                checks: vec![check(
                    "status",
                    "fail",
                    Some("revoked"),
                    "证照已于2026年1月15日注销。",
                    "The license was revoked on 15 January 2026.",
                )],
                ..valid()
            },
        ),
        (
            "suspended",
            VerificationView {
                outcome: "INVALID".to_owned(),
                license: Some(face("SUSPENDED")),
                advice: ask,
                checks: vec![check(
                    "status",
                    "fail",
                    Some("suspended"),
                    "证照已被暂扣。",
                    "The license is suspended.",
                )],
                ..valid()
            },
        ),
        (
            "unsupported",
            VerificationView {
                signatures: vec![],
                checks: vec![unread],
                license: None,
                register: None,
                ..unknown_file
            },
        ),
        (
            "unsealed",
            VerificationView {
                outcome: "INDETERMINATE".to_owned(),
                signatures: vec![],
                checks: vec![unsealed],
                advice: send,
                register: Some(foreign.clone()),
                ..nothing.clone()
            },
        ),
        ("foreign", VerificationView { register: Some(foreign), ..nothing }),
    ]
}

fn public_check(outcome: &str, state: &str, checks: Vec<CheckView>) -> PublicCheckView {
    PublicCheckView {
        outcome: outcome.to_owned(),
        as_of: "2026-03-02T09:15:04+08:00".to_owned(),
        license: face(state),
        checks,
        signatures: vec![signature(outcome, passed())],
        sha256: "0123456789abcdef".repeat(4),
        sm3: "fedcba9876543210".repeat(4),
    }
}

fn pages(language: Language, large: bool) -> Vec<(String, String)> {
    let mut frame = Frame::new(language, large);
    frame.sample = large;
    let frame = frame;
    let mut pages: Vec<(String, String)> = Vec::new();
    let mut add =
        |name: &str, html: askama::Result<String>| pages.push((name.to_owned(), html.unwrap()));
    let home = |error| Home { frame: &frame, limit_mib: 50, error, text: "" };
    add("home", home(None).render());
    let note = "zheng.example/v1/log\n1234\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n\n— zheng.example/v1/log q6urqw==\n";
    let keys = log_keys();
    add("log", LogPage::of(&frame, Some(note), &keys, &log_witnesses()).render());
    add("log-empty", LogPage::of(&frame, None, &[], &[]).render());
    add("home-error", home(Some(frame.words.problem_input)).render());
    for (name, view) in results() {
        add(&format!("result-{name}"), ResultPage::of(&view, &frame).render());
    }
    let expired = vec![check(
        "validity_period",
        "fail",
        Some("expired"),
        "证照已过期。",
        "The license has expired.",
    )];
    for (name, view) in [
        ("code-valid", public_check("VALID", "ISSUED", file_checks())),
        ("code-expired", public_check("INVALID", "EXPIRED", expired)),
    ] {
        add(name, CodePage::of(&view, &frame).render());
    }
    for code in ["not_found", "rate_limited", "internal_error"] {
        let problem = Problem::new(code);
        let page = ProblemPage {
            frame: &frame,
            status: problem.status.as_u16(),
            title: problem.title(language),
            next: super::problem::next(&problem, true, &frame),
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
        };
        add(&format!("problem-{code}"), page.render());
    }
    for (name, html) in people(&frame) {
        add(name, html);
    }
    let docs = DocsPage { frame: &frame, reference: reference(), problems: PROBLEM_CODES };
    add("docs", docs.render());
    add("docs-types", TypesPage { frame: &frame, reference: reference() }.render());
    pages
}

/// A frame as somebody who is signed in has it.
fn signed_in(frame: &Frame) -> Frame {
    let words = frame.words;
    let way = |address, name, about, here| Way { address, name, about, here };
    let ways = vec![
        way("/work", words.work_title, words.work_about, false),
        way("/organizations", words.organizations_title, words.organizations_about, false),
        way("/accounts", words.accounts_title, words.accounts_about, true),
    ];
    let (name, form_token) = ("样例<餐饮>安全管理员".to_owned(), "0123".to_owned());
    let mut own = Frame::new(frame.language, frame.large);
    (own.sample, own.reader) = (frame.sample, Some(Reader { name, form_token, ways }));
    own
}

fn account(status: &str, roles: &[&str]) -> StaffView {
    StaffView {
        id: "01890000-0000-7000-8000-000000000000".to_owned(),
        organization_id: "01890000-0000-7000-8000-000000000001".to_owned(),
        organization: "示例市市场监督管理局".to_owned(),
        login: "li.lei".to_owned(),
        name: "样例<餐饮>经办人".to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        status: status.to_owned(),
        rests_until: (status == "active").then(|| "2026-03-02T09:30:00+08:00".to_owned()),
        created_at: "2026-03-02T09:15:04+08:00".to_owned(),
    }
}

fn organization(name: &str, status: &str) -> OrganizationView {
    OrganizationView {
        id: "01890000-0000-7000-8000-000000000001".to_owned(),
        code: "11999900MB0000019D".to_owned(),
        name: name.to_owned(),
        division: "999900".to_owned(),
        level: "prefectural",
        parent: (status == "closed").then(|| "示例市<餐饮>人民政府".to_owned()),
        status: status.to_owned(),
        created_at: "2026-03-02T09:15:04+08:00".to_owned(),
    }
}

fn trail() -> TrailView {
    let event = |sequence, action: &str, who: Option<&str>| TrailEventView {
        sequence,
        at: "2026-03-02T09:15:04+08:00".to_owned(),
        actor: "service:approval-policy".to_owned(),
        who: who.map(str::to_owned),
        action: action.to_owned(),
        subject_kind: "license".to_owned(),
        subject_id: "01890000-0000-7000-8000-000000000000".to_owned(),
        detail: vec!["form=both".to_owned(), "seal=<餐饮>".to_owned()],
    };
    let events = vec![event(12, "license.issue", None), event(11, "staff.add", Some("security"))];
    TrailView { events, next: Some(11) }
}

/// Pages of people who sign in.
fn people(public: &Frame) -> Vec<(&'static str, askama::Result<String>)> {
    let frame = &signed_in(public);
    let words = frame.words;
    let roles = || app::Role::ALL.iter().copied().filter(|role| role.is_of_people()).collect();
    let accounts = [account("active", &["clerk", "seal_keeper"]), account("invited", &["auditor"])];
    let both = [organization("示例市市场监督管理局", "active"), organization("示例局", "closed")];
    let typed = Typed::default();
    let blank =
        OrganizationRequest { name: "<餐饮>".into(), code: "1".into(), parent: "".into() };
    let demo = DemoAccount {
        login: "clerk".into(),
        roles: vec!["clerk".into()],
        password: "abcd-efgh-ijkm-npqr".into(),
        code: "012345".into(),
    };
    let offer = SetupOffer {
        login: "li.lei".into(),
        secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned().into(),
        picture: "<svg class=\"code\" viewBox=\"0 0 9 9\"></svg>".to_owned().into(),
    };
    let asked = Asked { actor: "<餐饮>".to_owned(), ..Asked::default() };
    let failed = Some(words.sign_in_failed);
    let sign_in = SignInPage {
        frame: public,
        error: failed,
        login: "<餐饮>",
        shown: Some("<餐饮>".to_owned()),
        refused: None,
        providers: vec![ProviderView {
            id: "province".to_owned(),
            name_zh: "<餐饮>".to_owned(),
            name_en: "<餐饮>".to_owned(),
            is_test: true,
        }],
        accounts: vec![demo],
    };
    let certificate = |in_force, withdrawn| StaffCertificateView {
        fingerprint: "0123456789abcdef".repeat(4),
        subject: "<餐饮>".to_owned(),
        until: "2027-03-02T12:00:00Z".to_owned(),
        added_at: "2026-03-02T12:00:00Z".to_owned(),
        in_force,
        withdrawn,
    };
    let certificates =
        [certificate(true, false), certificate(false, true), certificate(false, false)];
    let account = &accounts[0];
    let list = AccountsPage {
        frame,
        accounts: &accounts,
        organizations: &both,
        roles: roles(),
        error: Some(words.problem_roles_apart),
        typed: &typed,
    };
    let organizations =
        OrganizationsPage { frame, organizations: &both, error: None, typed: &blank };
    let trail = TrailPage {
        frame,
        trail: &trail(),
        asked: &asked,
        error: None,
        whole: Some(12),
        older: Some("/trail?before=11".to_owned()),
    };
    let types = [];
    let mut pages = orders::pages(frame);
    pages.extend(licenses::pages(frame));
    pages.extend(clients::pages(frame, &both, &types));
    pages.extend(batches::pages(frame));
    pages.extend(oversight::pages(frame));
    pages.extend([
        ("sign-in", sign_in.render()),
        ("sign-in-code", sign_in::CodePage { frame: public, error: failed }.render()),
        ("sign-in-setup", SetupPage { frame: public, error: None, offer: &offer }.render()),
        (
            "work",
            WorkPage {
                frame,
                name: "样例经办人",
                organization: "示例局",
                roles: vec![words.role_clerk],
                seals: &[seals::task()],
                waiting: Some(3),
                alerts: Some(3),
            }
            .render(),
        ),
        ("accounts", list.render()),
        (
            "account",
            AccountPage {
                frame,
                account,
                certificates: &certificates,
                by_certificate: true,
                roles: roles(),
                error: None,
            }
            .render(),
        ),
        (
            "me",
            MePage {
                frame: public,
                citizen: &CitizenView {
                    name: "样**".to_owned(),
                    provider_zh: "<餐饮>".to_owned(),
                    provider_en: "<餐饮>".to_owned(),
                    since: "2026-03-02T12:00:00Z".to_owned(),
                },
                form_token: "<餐饮>".to_owned(),
            }
            .render(),
        ),
        (
            "signed-out",
            SignedOutPage { frame: public, elsewhere: Some("https://<餐饮>/".to_owned()) }.render(),
        ),
        (
            "test-identity",
            TestIdentityPage {
                frame: public,
                people: &[TestPerson { name: "<餐饮>", number: None, level: "high" }],
                asked: &AuthorizeRequest { state: "<餐饮>".to_owned(), ..Default::default() },
            }
            .render(),
        ),
        (
            "certificates",
            CertificatesPage {
                frame,
                certificates: &certificates,
                shown: Some("<餐饮>".to_owned()),
                error: Some(Said { words: words.certificate_taken, code: "certificate_taken" }),
            }
            .render(),
        ),
        ("invited", InvitedPage { frame, account, password: "abcd-efgh-ijkm-npqr" }.render()),
        ("organizations", organizations.render()),
        ("trail", trail.render()),
        ("seals", seals::all(frame)),
        ("seals-none", seals::none(frame)),
        ("seal-new", seals::new(frame)),
        ("seal-requested", seals::one(frame, "REQUESTED", &[SealDuty::Approve])),
        ("seal-approved", seals::one(frame, "APPROVED", &[SealDuty::Make])),
        ("seal-active", seals::one(frame, "ACTIVE", &[SealDuty::Suspend, SealDuty::Propose])),
        ("seal-suspended", seals::one(frame, "SUSPENDED", &[SealDuty::Propose, SealDuty::Confirm])),
        ("quality", quality::page(frame, true)),
        ("quality-none", quality::page(frame, false)),
        ("items", items::list(frame, true)),
        ("items-none", items::list(frame, false)),
        ("item", items::one(frame, true)),
        ("item-none", items::one(frame, false)),
        ("workbench", workbench::search(frame, true)),
        ("workbench-none", workbench::search(frame, false)),
        ("workbench-case", workbench::case(frame, false)),
        ("workbench-case-wrong", workbench::case(frame, true)),
        ("workbench-decision", workbench::decision(frame, true)),
        ("workbench-decision-again", workbench::decision(frame, false)),
        ("notices", notices::list(frame, true)),
        ("notices-none", notices::list(frame, false)),
        ("notice-issued", notices::one(frame, "ISSUED")),
        ("notice-revoked", notices::one(frame, "REVOKED")),
        ("notice-new", notices::new(frame, false)),
        ("notice-new-wrong", notices::new(frame, true)),
        ("undertakings", undertakings::list(frame, true)),
        ("undertakings-none", undertakings::list(frame, false)),
        ("assistance", assistance::list(frame, true)),
        ("assistance-none", assistance::list(frame, false)),
        ("assistance-open", assistance::one(frame, "open", None)),
        ("assistance-overdue", assistance::one(frame, "overdue", None)),
        ("assistance-answered", assistance::one(frame, "answered", Some("denied"))),
        ("marked-copies", marked_copies::page(frame, None)),
        ("marked-copies-none", marked_copies::page(frame, Some(""))),
        ("marked-copies-stands", marked_copies::page(frame, Some("stands"))),
        ("marked-copies-over", marked_copies::page(frame, Some("over"))),
        ("marked-copies-changed", marked_copies::page(frame, Some("license_changed"))),
        ("materials", library::window(frame, None)),
        ("materials-none", library::window(frame, Some(false))),
        ("materials-found", library::window(frame, Some(true))),
        ("my-materials", library::own(public, true)),
        ("my-materials-none", library::own(public, false)),
        ("service-items", mappings::list(frame, true)),
        ("service-items-none", mappings::list(frame, false)),
        ("mapping", mappings::editor(frame, true)),
        ("mapping-other", mappings::editor(frame, false)),
        ("targets", targets::all(frame)),
        ("target", targets::one(frame, true)),
        ("target-none", targets::one(frame, false)),
        ("types", types::list(frame)),
        ("type-own", types::one(frame, true, "in_use")),
        ("type-other", types::one(frame, false, "withdrawn")),
        ("type-edit", types::edit(frame, false)),
        ("type-edit-wrong", types::edit(frame, true)),
        ("style-guide", StyleGuide { frame: public }.render()),
    ]);
    pages
}

#[test]
fn every_state_renders_whole_and_escaped() {
    let folder = std::env::var_os("YZ_GALLERY").map(std::path::PathBuf::from);
    for (suffix, language, large) in
        [("zh", Language::Zh, false), ("en", Language::En, false), ("large", Language::Zh, true)]
    {
        for (name, html) in pages(language, large) {
            assert!(html.trim_end().ends_with("</html>"), "{name} ends early");
            assert!(!html.contains("<餐饮>"), "{name} shows markup of a value");
            assert!(!html.contains(" style="), "{name}: the content policy blocks inline styles");
            assert_eq!(html.matches("<h1").count(), 1, "{name} has one main heading");
            if let Some(folder) = &folder {
                std::fs::write(folder.join(format!("{name}.{suffix}.html")), html).unwrap();
            }
        }
    }
}

#[test]
fn outcomes_differ_in_shape_word_and_colour() {
    let frame = Frame::new(Language::Zh, false);
    let results = results();
    let html = |name: &str| {
        let (_, view) = results.iter().find(|(known, _)| *known == name).unwrap();
        ResultPage::of(view, &frame).render().unwrap()
    };
    for (name, class, word, words) in [
        ("valid", "verdict valid", "有效", "由示例市市场监督管理局颁发给"),
        ("marked-copy", "verdict valid", "加注件，不是证照原件", "有效期至2026年4月1日"),
        ("altered", "verdict invalid", "无效", "签章以后文件被改动过。"),
        ("unreachable", "verdict unknown", "无法确认", "这不代表证照是伪造的。"),
        ("unsealed", "verdict unknown", "未签章", "文件里没有签章。"),
        ("unsupported", "verdict unknown", "不支持的文件", "请上传证照的 PDF 原件"),
        ("revoked", "verdict invalid", "已注销", "2026年1月15日"),
    ] {
        let html = html(name);
        for text in [class, word, words] {
            assert!(html.contains(text), "{name} lacks {text}");
        }
    }
}

#[test]
fn the_first_load_is_small() {
    let style = include_bytes!("../assets/yinzheng.css").len();
    let script = include_bytes!("../assets/yinzheng.js").len();
    let mark = include_bytes!("../assets/mark.svg").len();
    for (name, html) in pages(Language::Zh, false) {
        let total = html.len() + style + script + mark;
        // The reference of the whole interface grows with it; nobody opens it at a window.
        let limit = if name.starts_with("docs") { 256 } else { 100 };
        assert!(total <= limit * 1024, "{name}: {total} bytes");
    }
}
