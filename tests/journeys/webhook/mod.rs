//! A department is told of its licenses: signed, thin, until its receiver has it.

mod assisted;
mod endpoints;
mod failing;
mod relied;
mod signed;

use super::restart::{Running, copy};
use crate::support::decision::{self, fresh_number};
use crate::support::http::{Answer, Request};
use crate::support::postgres;
use crate::support::receiver::Receiver;
use crate::support::service::{demo, empty_folder, free_address, key_of, settings};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The program serving a demo of its own, allowed to send to this machine.
struct Office {
    running: Option<Running>,
    address: SocketAddr,
    data: PathBuf,
    /// On a server nothing is copied: the demo is made in an empty database.
    database: Option<String>,
    /// `Authorization` of three departments.
    keys: [String; 3],
}

const DEPARTMENTS: [&str; 3] =
    ["示例市行政审批服务局", "示例市卫生健康委员会", "示例市市场监督管理局"];
const TO_THIS_MACHINE: [(&str, &str); 1] = [("YZ_WEBHOOKS_ALLOW", "127.0.0.0/8")];

impl Office {
    fn start(test: &str) -> Self {
        Self::start_with(test, &TO_THIS_MACHINE)
    }

    fn start_with(test: &str, environment: &[(&str, &str)]) -> Self {
        let (data, address) = (empty_folder(test), free_address());
        let database = postgres::is_wanted().then(|| postgres::database(test).expect("PostgreSQL"));
        let keys = match &database {
            None => {
                copy(&demo().made, &data);
                DEPARTMENTS.map(|name| key_of(&demo().summary, name))
            }
            Some(url) => {
                let database = Some(url.parse().expect("an address"));
                let settings = app::Settings { database, ..settings(&data, address) };
                let made = app::demo::prepare(&settings, &mut |_| {}).expect("the demo is made");
                DEPARTMENTS.map(|name| key_of(&made, name))
            }
        };
        let mut office = Self { running: None, address, data, database, keys };
        office.restart(environment);
        office
    }

    /// Ends the program hard, if it runs, and starts it again.
    fn restart(&mut self, environment: &[(&str, &str)]) {
        self.running = None;
        let mut environment = environment.to_vec();
        environment.extend(self.database.iter().map(|url| ("YZ_DATABASE", url.as_str())));
        self.running = Some(Running::start_among(&self.data, self.address, &environment));
    }

    fn kill(&mut self) {
        self.running = None;
    }

    fn request(&self, method: &'static str, path: &str) -> Request {
        self.request_as(0, method, path)
    }

    fn request_as(&self, department: usize, method: &'static str, path: &str) -> Request {
        Request::new(self.address, method, path).header("Authorization", &self.keys[department])
    }

    fn endpoint(&self, url: &str) -> Value {
        let body = json!({ "url": url });
        self.request("POST", "/v1/webhook-endpoints").json(&body).send().expect(201).json()
    }

    fn issue(&self) -> Value {
        self.try_issue(&fresh_number()).expect(201).json()
    }

    fn try_issue(&self, number: &str) -> Answer {
        self.request("POST", "/v1/licenses").json(&decision::request(number)).send()
    }

    /// `POST` of what is asked of an endpoint.
    fn ask(&self, endpoint: &Value, what: &str) -> Answer {
        let path = format!("{}{what}", path(endpoint));
        self.request("POST", &path).send()
    }

    /// What an endpoint is owed, newest first.
    fn deliveries(&self, endpoint: &Value) -> Vec<Value> {
        let path = format!("{}/deliveries?limit=200", path(endpoint));
        let page = self.request("GET", &path).send().expect(200).json();
        page["items"].as_array().expect("items").clone()
    }

    /// The newest delivery, once it is so.
    #[track_caller]
    fn wait(&self, endpoint: &Value, so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let newest = self.deliveries(endpoint).into_iter().next().unwrap_or_default();
            if so(&newest) {
                return newest;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it stays {newest:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn path(endpoint: &Value) -> String {
    format!("/v1/webhook-endpoints/{}", endpoint["id"].as_str().expect("an id"))
}

fn delivered(delivery: &Value) -> bool {
    delivery["state"] == "delivered"
}

/// The service lets go of what it had under way within its patience.
fn only(receiver: &Receiver) -> crate::support::receiver::Received {
    let mut all = receiver.wait(1);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}
