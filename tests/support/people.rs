//! People of a service, as their browsers know it.

use super::http::Answer;
use super::service::{Service, demo};
use app::demo::PersonSummary;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// A browser with the cookie of a session.
#[derive(Clone)]
pub struct Browser {
    service: &'static Service,
    cookie: String,
}

/// What a form sends.
fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let one = |byte: u8| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        text.bytes().map(one).collect::<String>()
    };
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", escape(value)));
    fields.collect::<Vec<_>>().join("&")
}

impl Browser {
    /// A browser that knows nothing.
    pub fn nobody() -> Self {
        Self { service: demo(), cookie: String::new() }
    }

    /// A page.
    pub fn get(&self, path: &str) -> Answer {
        let request = self.service.request("GET", path).header("Accept", "text/html");
        request.header("Cookie", &self.cookie).header("Accept-Language", "zh").send()
    }

    /// A form as it stands, without what pages of a session add.
    pub fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.service.request("POST", path).header("Accept", "text/html");
        let request = request.header("Cookie", &self.cookie).header("Accept-Language", "zh");
        let answer = request.body("application/x-www-form-urlencoded", encoded(fields)).send();
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        answer
    }

    /// A form of a page of the session.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = text(&self.get("/work"));
        let token = between(&page, "name=\"form_token\" value=\"", "\"").unwrap_or_default();
        let own = [("form_token", token.as_str())];
        self.post_bare(path, &[&own, fields].concat())
    }

    /// Somebody of the demo, signed in; once for all tests, because a code counts once.
    pub fn of(login: &str) -> Self {
        static OPEN: LazyLock<Mutex<BTreeMap<String, Browser>>> = LazyLock::new(Mutex::default);
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let browser = open.entry(login.to_owned()).or_insert_with(|| {
            let mut browser = Self::nobody();
            let one = person(login);
            let password = [("login", login), ("password", one.password.as_str())];
            browser.post_bare("/sign-in", &password).expect(303);
            let code = one.code(OffsetDateTime::now_utc());
            let answer = browser.post_bare("/sign-in/code", &[("code", &code)]).expect(303);
            assert_eq!(answer.header("location"), Some("/work"));
            browser
        });
        browser.clone()
    }
}

/// A new account of the platform, made at the machine; its first password.
pub fn invite(login: &str, role: &str) -> String {
    let service = demo();
    let caller = service.app.console("示例市行政审批服务局").expect("the platform");
    let organization = caller.organization().expect("an organization").to_string();
    let (login, name, roles) = (login.to_owned(), "样例管理员".to_owned(), vec![role.to_owned()]);
    let new = app::AccountRequest { organization, login, name, roles };
    service.app.account_add(&caller, &new).expect("made").password.to_string()
}

/// The unified social credit code that begins so, with its check character.
pub fn credit_code(begins: &str) -> String {
    let mut last = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    let code = last.find_map(|last| {
        let code = format!("{begins}{last}");
        code.parse::<domain::identifier::UnifiedCode>().ok()
    });
    code.expect("one of them fits").to_string()
}

/// Somebody of the demo.
pub fn person(login: &str) -> &'static PersonSummary {
    let mut people = demo().summary.people.iter();
    people.find(|one| one.login == login).expect("somebody of the demo")
}

/// The code that a device with this secret, as a page shows it, makes so many steps from now.
pub fn code_of(secret: &str, steps: i32) -> String {
    let mut bits = 0u128;
    let (mut bytes, mut held) = (Vec::new(), 0);
    for letter in secret.bytes().filter(|byte| *byte != b' ') {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|one| *one == letter);
        bits = (bits << 5 | value.expect("base 32") as u128) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    let one_time = hex::encode(bytes);
    let (login, roles, password) = (String::new(), Vec::new(), String::new());
    let device = PersonSummary { login, roles, password, one_time };
    device.code(OffsetDateTime::now_utc() + Duration::seconds(30) * steps)
}

/// A page as text.
pub fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("text")
}

/// What stands between two texts, the first time.
pub fn between(page: &str, before: &str, after: &str) -> Option<String> {
    let rest = page.split_once(before)?.1;
    Some(rest.split_once(after)?.0.to_owned())
}
