//! What a signature covers, and the text that was signed (RFC 9421, clauses 2 and 4).

use super::{CONTEXT, Refused, is_nonce, key_name, within_window};
use formats::structured_field::{Bare, Item, Member, Parameters, dictionary};
use std::collections::BTreeSet;
use time::OffsetDateTime;

/// The head of a request as its signature sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `POST`.
    pub method: String,
    /// `https` or `http`.
    pub scheme: String,
    /// Host and port as the client knows them.
    pub authority: String,
    /// The path as it was sent.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: Option<String>,
    /// Header lines in their order; names in small letters.
    pub headers: Vec<(String, String)>,
    /// Whether a body follows.
    pub has_body: bool,
}

impl Request {
    /// The values of a header, one after the other (RFC 9421, clause 2.1).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let own = self.headers.iter().filter(|(key, _)| key == name);
        let values: Vec<&str> = own.map(|(_, value)| value.trim_matches([' ', '\t'])).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// Host and port in the one form: small letters, without the port that is usual.
    pub(super) fn plain_authority(&self) -> String {
        let authority = self.authority.to_ascii_lowercase();
        let usual = if self.scheme == "https" { ":443" } else { ":80" };
        authority.strip_suffix(usual).map_or(authority.clone(), str::to_owned)
    }

    /// Path and query, as the line of the request has them.
    #[must_use]
    pub fn target(&self) -> String {
        let query = self.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
        format!("{}{query}", self.path())
    }

    fn path(&self) -> &str {
        if self.path.is_empty() { "/" } else { &self.path }
    }

    fn component(&self, name: &str) -> Option<String> {
        Some(match name {
            "@method" => self.method.clone(),
            "@scheme" => self.scheme.to_ascii_lowercase(),
            "@authority" => self.plain_authority(),
            "@path" => self.path().to_owned(),
            "@query" => format!("?{}", self.query.as_deref().unwrap_or_default()),
            "@request-target" => self.target(),
            "@target-uri" => {
                let scheme = self.scheme.to_ascii_lowercase();
                format!("{scheme}://{}{}", self.plain_authority(), self.target())
            }
            _ if name.starts_with('@') => return None,
            name => return self.header(name),
        })
    }
}

/// A signature of a request as it was read: nobody has checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    components: Vec<String>,
    parameters: Parameters,
    signature: Vec<u8>,
}

impl Signed {
    /// The signature of a request, if it has one.
    ///
    /// # Errors
    /// The headers are not of their form, or there are several signatures.
    pub fn read(request: &Request) -> Result<Option<Self>, Refused> {
        let headers = (request.header("signature-input"), request.header("signature"));
        let (input, signature) = match headers {
            (None, None) => return Ok(None),
            (Some(input), Some(signature)) => (input, signature),
            _ => return Err(Refused::Form("send both Signature-Input and Signature")),
        };
        let field = |header| move |cause| Refused::Field { header, cause };
        let mut inputs = dictionary(&input).map_err(field("Signature-Input"))?;
        let signatures = dictionary(&signature).map_err(field("Signature"))?;
        let one = Refused::Form("send one signature, under one name in both headers");
        let Some((label, Member::List(items, parameters))) = inputs.pop() else { return Err(one) };
        let bytes = match &signatures[..] {
            [(name, Member::Item(Item { bare: Bare::Bytes(bytes), .. }))] if *name == label => {
                bytes
            }
            _ => return Err(one),
        };
        if !inputs.is_empty() {
            return Err(one);
        }
        let components = items.into_iter().map(component).collect::<Result<Vec<_>, _>>()?;
        let distinct: BTreeSet<&String> = components.iter().collect();
        if distinct.len() != components.len() {
            return Err(Refused::Form("a component is covered twice"));
        }
        Ok(Some(Self { signature: bytes.clone(), components, parameters }))
    }

    /// Of these parts; for whoever signs.
    pub(super) fn new(components: Vec<String>, parameters: Parameters) -> Self {
        Self { components, parameters, signature: Vec::new() }
    }

    /// `Signature-Input` without its label.
    pub(super) fn input(&self) -> String {
        let item = |name: &String| Item {
            bare: Bare::Text(name.clone()),
            parameters: Parameters::default(),
        };
        let items = self.components.iter().map(item).collect();
        Member::List(items, self.parameters.clone()).to_string()
    }

    /// The client and the name of its key (`keyid`).
    ///
    /// # Errors
    /// There is none of this form.
    pub fn key(&self) -> Result<(&str, &str), Refused> {
        let words = "keyid is the name of the client, a slash, and the name of its key";
        self.text("keyid").and_then(key_name).ok_or(Refused::Form(words))
    }

    /// The algorithm that it names, if it does.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.text("alg")
    }

    /// The signature itself.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.parameters.find(name) {
            Some(Bare::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn instant(&self, name: &str) -> Option<OffsetDateTime> {
        match self.parameters.find(name) {
            Some(Bare::Integer(seconds)) => OffsetDateTime::from_unix_timestamp(*seconds).ok(),
            _ => None,
        }
    }

    /// What is said once, and until when it must be remembered, of a signature that is of now.
    ///
    /// # Errors
    /// `created` or `nonce` is missing, or the time is another.
    pub fn once(&self, now: OffsetDateTime) -> Result<(&str, OffsetDateTime), Refused> {
        let created = self.instant("created").ok_or(Refused::Form("created is missing"))?;
        within_window(created, now)?;
        let ended = |end: OffsetDateTime| end <= now;
        if self.parameters.find("expires").is_some() && self.instant("expires").is_none_or(ended) {
            return Err(Refused::Window);
        }
        let words = "nonce is missing: 8 to 128 visible characters, new for each request";
        let nonce = self.text("nonce").filter(|text| is_nonce(text));
        let nonce = nonce.ok_or(Refused::Form(words))?;
        Ok((nonce, created + super::WINDOW + super::AHEAD))
    }

    /// Whether everything that must be signed is.
    ///
    /// # Errors
    /// What is missing.
    pub fn covers(&self, request: &Request) -> Result<(), Refused> {
        let has = |name: &str| self.components.iter().any(|one| one == name);
        let mut missing = Vec::new();
        let mut need = |there: bool, words: &'static str| {
            if !there {
                missing.push(words);
            }
        };
        need(has("@method"), "@method");
        let query = request.query.is_none() || has("@query");
        let apart = has("@authority") && ((has("@path") && query) || has("@request-target"));
        need(has("@target-uri") || apart, "@target-uri (or @authority, @path and @query)");
        need(!request.has_body || has("content-digest"), "content-digest");
        for name in CONTEXT {
            need(request.header(name).is_none() || has(name), name);
        }
        if missing.is_empty() { Ok(()) } else { Err(Refused::NotCovered(missing.join(", "))) }
    }

    /// The text that was signed (RFC 9421, clause 2.5).
    ///
    /// # Errors
    /// A component that the request does not have, or that is not read here.
    pub fn base(&self, request: &Request) -> Result<Vec<u8>, Refused> {
        let mut base = String::new();
        for name in &self.components {
            let value = request.component(name);
            let value = value.ok_or_else(|| Refused::Component(name.chars().take(60).collect()))?;
            base.push_str(&format!("\"{name}\": {value}\n"));
        }
        base.push_str(&format!("\"@signature-params\": {}", self.input()));
        Ok(base.into_bytes())
    }
}

/// Components with parameters (`;sf`, `;key`, `;req`, …) are for messages that others change on
/// their way.
fn component(item: Item) -> Result<String, Refused> {
    match item.bare {
        Bare::Text(name) if item.parameters.is_empty() && name == name.to_ascii_lowercase() => {
            Ok(name)
        }
        other => Err(Refused::Component(other.to_string().chars().take(60).collect())),
    }
}
