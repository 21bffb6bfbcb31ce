//! An identity provider that says what a test wants.

use domain::jwt::{Algorithm, Key, prepare};
use formats::algorithm::{KeyKind, PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};
use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Not secret; different with each call.
struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
            *byte = (self.0 >> 56) as u8;
        }
        Ok(())
    }
}

struct Said {
    key: PrivateKey,
    generation: u64,
    lies: Map<String, Value>,
    /// Given for the next code, once.
    token: Option<String>,
    asked: Vec<String>,
    /// What was sent for a code.
    form: String,
}

/// The provider.
pub struct Provider {
    /// Its issuer.
    pub issuer: String,
    said: Arc<Mutex<Said>>,
}

fn key(generation: u64) -> PrivateKey {
    PrivateKey::generate(&KeyKind::P256, &mut Counting(generation)).expect("a key")
}

impl Provider {
    /// Answers until the tests end.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let said = Said {
            key: key(1),
            generation: 1,
            lies: Map::new(),
            token: None,
            asked: Vec::new(),
            form: String::new(),
        };
        let said = Arc::new(Mutex::new(said));
        let own = Self { issuer: issuer.clone(), said: Arc::clone(&said) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever has heard enough goes.
                let _ = answer(stream, &issuer, &said);
            }
        });
        own
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says something else in its configuration.
    pub fn say(&self, name: &str, value: &Value) {
        self.said().lies.insert(name.to_owned(), value.clone());
    }

    /// Takes back what it said.
    pub fn say_the_truth(&self) {
        self.said().lies.clear();
    }

    /// Signs with another key from now on.
    pub fn rotate(&self) {
        let mut said = self.said();
        said.generation += 1;
        said.key = key(said.generation);
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.said().asked.iter().filter(|one| *one == path).count()
    }

    /// Gives this token for the next code.
    pub fn give(&self, token: String) {
        self.said().token = Some(token);
    }

    /// What was sent for the last code.
    pub fn form(&self) -> String {
        self.said().form.clone()
    }

    /// A token of these claims.
    pub fn signed(&self, claims: &Value) -> String {
        let said = self.said();
        let id = said.generation.to_string();
        signed(claims, &said.key, &id)
    }

    /// A token that names its key and is signed with another.
    pub fn forged(&self, claims: &Value) -> String {
        let id = self.said().generation.to_string();
        signed(claims, &key(999), &id)
    }

    /// The public key, of which every stranger could make a secret.
    pub fn public(&self) -> Vec<u8> {
        self.said().key.public_key().to_spki().to_vec()
    }
}

fn signed(claims: &Value, key: &PrivateKey, id: &str) -> String {
    let prepared = prepare(Algorithm::Es256, Some(id), claims.as_object().expect("claims"));
    let (suite, message) = (prepared.suite(), prepared.message());
    let signature = key.sign(suite, SM2_DEFAULT_ID, message, &mut Counting(5)).expect("signed");
    prepared.complete(&signature).expect("a token")
}

fn answer(mut stream: TcpStream, issuer: &str, said: &Mutex<Said>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    let (head, body) = loop {
        let len = stream.read(&mut part)?;
        request.extend_from_slice(&part[..len]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            let length = length.map_or(0, |length| length.parse().expect("a length"));
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        }
        if len == 0 {
            return Ok(());
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    said.asked.push(path.clone());
    let found = match path.as_str() {
        "/.well-known/openid-configuration" => {
            let mut own = json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize?tenant=a"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "end_session_endpoint": format!("{issuer}/leave"),
                "authorization_response_iss_parameter_supported": true,
            });
            own.as_object_mut().expect("an object").extend(said.lies.clone());
            Some(own)
        }
        "/keys" => {
            let key = Key::new(Some(said.generation.to_string()), said.key.public_key().clone());
            Some(json!({ "keys": [key.to_json()] }))
        }
        "/token" => {
            said.form = format!("{head}\r\n\r\n{body}");
            let token = said.token.take();
            token.map(|token| json!({"id_token": token, "token_type": "Bearer"}))
        }
        _ => None,
    };
    let (status, body) = match found {
        Some(found) => ("200 OK", found.to_string()),
        None => ("400 Bad Request", json!({"error": "invalid_grant"}).to_string()),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all((head + &body).as_bytes())
}
