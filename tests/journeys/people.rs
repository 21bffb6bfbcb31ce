//! People sign in, and do what their role allows and nothing else.

use crate::support::people::{Browser, between, code_of, credit_code, person, set_up, text};
use crate::support::service::demo;
use time::OffsetDateTime;
use web::census::{ENDPOINTS, Permission};

const PEOPLE: [&str; 6] = ["clerk", "keeper", "approver", "security", "system", "auditor"];

fn may(login: &str, permission: Permission) -> bool {
    let own = &person(login).roles;
    permission.roles().iter().any(|role| own.contains(&role.as_str().to_owned()))
}

#[test]
fn every_page_opens_for_its_roles_and_no_other() {
    let mut asked = 0;
    for endpoint in ENDPOINTS.iter().filter(|one| one.permission.is_of_people()) {
        let (path, post) = (endpoint.path, endpoint.method == "POST");
        if path == "/sign-out" {
            continue;
        }
        let path = path.replace("{code}", "119999000000000198003");
        let path = path.replace("{id}", "01890000-0000-7000-8000-000000000000");
        for login in PEOPLE {
            let mut browser = Browser::of(login);
            let answer = if post { browser.post(&path, &[]) } else { browser.get(&path) };
            let allowed = may(login, endpoint.permission);
            assert_eq!(answer.status == 403, !allowed, "{login} {path}: {}", answer.status);
            assert!(![401, 500].contains(&answer.status), "{login} {path}: {}", answer.status);
            asked += 1;
        }
        // Without a session, and with one of nobody.
        let mut nobody = Browser::nobody();
        let answer = if post { nobody.post_bare(&path, &[]) } else { nobody.get(&path) };
        assert_eq!((answer.status, answer.header("location")), (303, Some("/sign-in")), "{path}");
        // A form of a stranger's page.
        if post {
            let refused = Browser::of("security").post_bare(&path, &[("form_token", "0")]);
            assert_eq!(refused.status, 403, "{path}");
            assert!(text(&refused).contains("表单不是从本系统的页面提交的"), "{path}");
        }
    }
    assert!(asked > 50, "{asked}");
}

#[test]
fn no_session_opens_what_needs_a_key() {
    let browser = Browser::of("clerk");
    for path in ["/v1/licenses", "/v1/seals"] {
        assert_eq!(browser.get(path).status, 406, "it is no page");
        let request = demo().request("GET", path).header("Cookie", "session=0");
        request.send().expect(401);
    }
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_alike() {
    let said = |login: &str, password: &str| {
        let fields = [("login", login), ("password", password)];
        let answer = Browser::nobody().post_bare("/sign-in", &fields).expect(401);
        assert!(answer.header("set-cookie").is_none(), "{login}");
        text(&answer).replace(login, "")
    };
    let unknown = said("nobody-here", "correct horse battery");
    assert!(unknown.contains("账号、密码或动态口令不正确"));
    // The codes of the demo's accounts change; the test service shows none.
    assert_eq!(said("system", "correct horse battery"), unknown);
    assert_eq!(said("no name at all", ""), unknown);
}

/// A new account of a clerk who keeps seals; its first password.
fn invite(login: &str) -> String {
    invite_as(login, "", ["clerk", "seal_keeper"])
}

/// A new account with two roles, of the first organization whose name has this text; its first
/// password.
pub(super) fn invite_as(login: &str, of: &str, roles: [&str; 2]) -> String {
    let mut security = Browser::of("security");
    let page = text(&security.get("/accounts"));
    let mut offered = page.split("<option value=\"").skip(1);
    let offered = offered.find(|one| one.contains(of)).expect("an organization");
    let organization = offered.split('"').next().expect("its id").to_owned();
    let fields = [
        ("organization", organization.as_str()),
        ("login", login),
        ("name", "样例<b>新人</b>"),
        ("role", roles[0]),
        ("role", roles[1]),
    ];
    let made = text(&security.post("/accounts", &fields).expect(200));
    assert!(made.contains("样例&#60;b&#62;新人"), "shown as it was typed");
    let again = text(&security.post("/accounts", &fields).expect(400));
    assert!(again.contains("已经有人用了") && again.contains("<details class=\"card\" open>"));
    between(&made, "<code class=\"secret\">", "<").expect("a first password")
}

/// The account's own page.
fn account(login: &str) -> String {
    let page = text(&Browser::of("security").get("/accounts"));
    let row = page.split("<tr>").find(|row| row.contains(&format!("<code>{login}</code>")));
    between(row.expect("its row"), "href=\"", "\"").expect("its page")
}

/// What was done to the account of this page.
fn trail(account: &str) -> String {
    let id = account.rsplit('/').next().expect("its id");
    let trail = Browser::of("auditor").get(&format!("/trail?subject=staff+{id}"));
    text(&trail.expect(200))
}

#[test]
fn a_new_account_is_set_up_and_signs_in_with_two_things() {
    let login = "new.clerk";
    let first = invite(login);
    let own = "松下问童子言师采药去只在此山中";
    let (mut browser, secret) = set_up(Browser::nobody(), &first, login, own);
    let work = text(&browser.get("/work").expect(200));
    assert!(work.contains("经办人") && work.contains("印章管理员"));
    browser.post("/sign-out", &[]).expect(303);
    assert_eq!(browser.get("/work").status, 303, "signed out");

    // The first password is of no use any more; a password alone is none.
    let tried = Browser::nobody().post_bare("/sign-in", &[("login", login), ("password", &first)]);
    tried.expect(401);
    let mut browser = Browser::nobody();
    browser.post_bare("/sign-in", &[("login", login), ("password", own)]).expect(303);
    assert_eq!(browser.get("/work").status, 303, "half signed in is not signed in");
    assert_eq!(browser.get("/sign-in/setup").status, 303);
    // The next one: that of now may have been taken.
    let code = code_of(&secret, 1);
    let stolen = browser.clone();
    let opened = browser.post_bare("/sign-in/code", &[("code", &code)]).expect(303);
    assert_eq!(opened.header("location"), Some("/work"));
    browser.get("/work").expect(200);
    // Neither the session of the step before nor the code counts twice.
    assert_eq!(stolen.clone().post_bare("/sign-in/code", &[("code", &code)]).status, 303);
    assert_eq!(stolen.get("/work").status, 303);
    let mut second = Browser::nobody();
    second.post_bare("/sign-in", &[("login", login), ("password", own)]).expect(303);
    second.post_bare("/sign-in/code", &[("code", &code)]).expect(401);

    // A change of roles ends what was open.
    let place = account(login);
    let mut security = Browser::of("security");
    let refused =
        security.post(&format!("{place}:roles"), &[("role", "auditor"), ("role", "clerk")]);
    assert!(text(&refused.expect(400)).contains("三员不能兼任其他角色"));
    security.post(&format!("{place}:roles"), &[("role", "clerk")]).expect(303);
    assert_eq!(browser.get("/work").status, 303);
    let reset = text(&security.post(&format!("{place}:reset"), &[]).expect(200));
    assert!(between(&reset, "<code class=\"secret\">", "<").is_some());
    security.post(&format!("{place}:close"), &[]).expect(303);
    assert!(text(&security.get(&place)).contains("已停用"));

    // All of it is in the trail, which does not say what was typed.
    let trail = trail(&place);
    for action in ["staff.add", "staff.roles", "staff.reset", "staff.close"] {
        assert!(trail.contains(action), "{action}");
    }
    assert!(!trail.contains(&first) && !trail.contains(own));
    let whole = text(&Browser::of("auditor").get("/trail?check=1").expect(200));
    assert!(whole.contains("整条链完好"));
}

#[test]
fn five_wrong_guesses_and_the_account_rests() {
    let login = "often.guessed";
    let first = invite(login);
    let own = "明月几时有把酒问青天不知天上";
    let (_, secret) = set_up(Browser::nobody(), &first, login, own);
    // The setup had a wrong code, which is no guess: the secret was on the page.
    for _ in 0..5 {
        Browser::nobody()
            .post_bare("/sign-in", &[("login", login), ("password", "wrong wrong wrong")])
            .expect(401);
    }
    let right = Browser::nobody().post_bare("/sign-in", &[("login", login), ("password", own)]);
    right.expect(401);
    assert!(text(&Browser::of("security").get(&account(login))).contains("暂停登录至"));
    drop(secret);
    assert!(trail(&account(login)).contains("session.guess"));
}

#[test]
fn nobody_changes_the_own_account() {
    let place = account("security");
    for action in ["roles", "reset", "close"] {
        let answer =
            Browser::of("security").post(&format!("{place}:{action}"), &[("role", "clerk")]);
        assert!(text(&answer.expect(400)).contains("不能改动自己的账号"), "{action}");
    }
}

#[test]
fn an_organization_is_registered_and_closed_with_its_people() {
    let mut security = Browser::of("security");
    let code = credit_code("11999900MB0000097");
    let wrong = if code.ends_with('0') { "11999900MB00000971" } else { "11999900MB00000970" };
    let add = |security: &mut Browser, code: &str| {
        let fields = [("name", "示例市档案馆"), ("code", code), ("parent", "")];
        security.post("/organizations", &fields)
    };
    let refused = text(&add(&mut security, wrong).expect(400));
    assert!(refused.contains("统一社会信用代码不正确"));
    add(&mut security, &code).expect(303);
    assert!(text(&add(&mut security, &code).expect(400)).contains("已经登记"));
    let page = text(&security.get("/organizations"));
    let row = page.split("<tr>").find(|row| row.contains(&code)).expect("its row");
    let close = between(row, "action=\"", "\"").expect("its form");
    security.post(&close, &[]).expect(303);
    let page = text(&security.get("/organizations"));
    let row = page.split("<tr>").find(|row| row.contains(&code)).expect("its row");
    assert!(row.contains("已停用"));
}

#[test]
fn the_demo_tells_its_codes_only_in_the_demo() {
    let code = person("clerk").code(OffsetDateTime::now_utc());
    let page = text(&Browser::nobody().get("/sign-in").expect(200));
    assert!(!page.contains(&code) && !page.contains(&person("clerk").password));
}
