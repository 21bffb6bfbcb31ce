//! People of a service, as their browsers know it.

use super::http::{Answer, Request};
use super::service::demo;
use app::App;
use app::demo::PersonSummary;
use rustls::ClientConfig;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::{LazyLock, Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// A browser with the cookie of a session.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
    tls: Option<Arc<ClientConfig>>,
}

/// What a form sends.
pub fn encoded(fields: &[(&str, &str)]) -> String {
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
        Self::at(demo().address)
    }

    /// The same at another service.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), headers: Vec::new(), tls: None }
    }

    /// The same with another header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// The same over TLS.
    pub fn over(self, tls: Arc<ClientConfig>) -> Self {
        Self { tls: Some(tls), ..self }
    }

    fn ask(&self, method: &'static str, path: &str) -> Request {
        let request = self.request(method, path);
        let request = request.header("Accept", "text/html").header("Accept-Language", "zh");
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    /// Whatever else a program sends with the cookie.
    pub fn request(&self, method: &'static str, path: &str) -> Request {
        let request = Request::new(self.address, method, path).over(self.tls.clone());
        request.header("Cookie", &self.cookie())
    }

    /// What it keeps, as it sends it.
    pub fn cookie(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// A page.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// A page that may leave something with the browser.
    pub fn visit(&mut self, path: &str) -> Answer {
        let answer = self.get(path);
        self.remember(&answer);
        answer
    }

    fn remember(&mut self, answer: &Answer) {
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        for (_, cookie) in set {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap_or_default();
            match value {
                "" => drop(self.cookies.remove(name)),
                value => self.keep(name, value),
            }
        }
    }

    /// Puts something into the browser.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// What the browser keeps under a name.
    pub fn kept(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// A form as it stands, without what pages of a session add.
    pub fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self
            .ask("POST", path)
            .body("application/x-www-form-urlencoded", encoded(fields))
            .send();
        self.remember(&answer);
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
pub fn invite(app: &App, login: &str, role: &str) -> String {
    invite_to("示例市行政审批服务局", app, login, role)
}

/// A new account of an organization, made at the machine; its first password.
pub fn invite_to(organization: &str, app: &App, login: &str, role: &str) -> String {
    let caller = app.console(organization).expect("an organization");
    let organization = caller.organization().expect("an organization").to_string();
    let (login, name, roles) = (login.to_owned(), "样例人员".to_owned(), vec![role.to_owned()]);
    let new = app::AccountRequest { organization, login, name, roles };
    app.account_add(&caller, &new).expect("made").password.to_string()
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

/// Signs in for the first time; the browser and the secret of the device.
pub fn set_up(mut browser: Browser, first: &str, login: &str, own: &str) -> (Browser, String) {
    let signed = browser.post_bare("/sign-in", &[("login", login), ("password", first)]);
    assert_eq!(signed.expect(303).header("location"), Some("/sign-in/setup"));
    let page = text(&browser.get("/sign-in/setup").expect(200));
    assert!(page.contains("<svg class=\"code\""), "a code for the camera");
    let secret = between(&page, "<code class=\"secret\">", "<").expect("a secret");
    // The step is not skipped, and not done by halves.
    assert_eq!(browser.get("/work").status, 303);
    let code = code_of(&secret, 0);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for (password, repeated, code, said) in [
        ("short", "short", code.as_str(), "要有 12 到 128 个字"),
        ("passwordpassword", "passwordpassword", &code, "容易被猜到"),
        (first, first, &code, "不能与初始密码相同"),
        (own, "another", &code, "两次输入的密码不一样"),
        (own, own, wrong, "动态口令不正确"),
    ] {
        let fields = [("password", password), ("repeated", repeated), ("code", code)];
        let refused = text(&browser.post_bare("/sign-in/setup", &fields).expect(400));
        assert!(refused.contains(said), "{said}");
        assert!(refused.contains(&secret), "the same secret still");
    }
    // The one of now: what went before took its time.
    let code = code_of(&secret, 0);
    let fields = [("password", own), ("repeated", own), ("code", code.as_str())];
    let done = browser.post_bare("/sign-in/setup", &fields).expect(303);
    assert_eq!(done.header("location"), Some("/work"));
    let kept = done.header("set-cookie").unwrap_or_default();
    assert!(kept.contains("HttpOnly") && kept.contains("SameSite=Lax"), "{kept}");
    (browser, secret)
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
