//! Sending what is owed, attempt by attempt.

use super::secret_name;
use crate::clockwork::random;
use crate::{App, AppError};
use domain::sealing::KeyPurpose;
use domain::webhook::{Answered, Trouble};
use gateway::webhook::{Secret, SendError, signed_content, v1, v1s};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use storage::{Claimed, Tried};

/// Attempts at a time: they wait for others most of the time.
const SENDERS: usize = 16;

/// Senders at work, and who finds out what else is owed; what they have under way is finished when this
/// is dropped.
pub struct Deliveries {
    app: App,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Deliveries {
    fn drop(&mut self) {
        self.app.outbox.close();
        for thread in self.threads.drain(..) {
            // They catch their panics, so a thread ends only by closing.
            let _ = thread.join();
        }
    }
}

/// What came of an attempt.
struct Attempt {
    answered: Answered,
    status: Option<u16>,
    trouble: Option<Trouble>,
}

impl App {
    /// Sends what is owed until the answer is dropped; what a crash left first.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn deliver(&self) -> std::io::Result<Deliveries> {
        self.outbox.open();
        let mut deliveries = Deliveries { app: self.clone(), threads: Vec::new() };
        for number in 0..SENDERS {
            let app = self.clone();
            let sender = std::thread::Builder::new().name(format!("send-{number}"));
            deliveries.threads.push(sender.spawn(move || app.send())?);
        }
        let (app, teller) = (self.clone(), std::thread::Builder::new().name("relied".to_owned()));
        deliveries.threads.push(teller.spawn(move || app.tell_relied())?);
        Ok(deliveries)
    }

    fn send(&self) {
        while let Some(claimed) = self.next_delivery(SENDERS) {
            let attempt = catch_unwind(AssertUnwindSafe(|| self.attempt(&claimed)));
            if let Ok(attempt) = attempt
                && let Err(error) = self.settle(&claimed, &attempt)
            {
                // Its lease runs out, and it is sent again.
                tracing::error!(%error, event = %claimed.delivery.event, "an attempt was not kept");
            }
            self.outbox.ended(claimed.endpoint.id);
        }
    }

    fn attempt(&self, claimed: &Claimed) -> Attempt {
        let at = self.clock.now();
        let (id, seconds) = (claimed.delivery.event.to_string(), at.unix_timestamp());
        let content = signed_content(&id, seconds, claimed.body.as_bytes());
        let signatures = match self.signatures(claimed, &content) {
            Ok(signatures) => signatures,
            Err(error) => {
                tracing::error!(%error, event = %id, "a delivery could not be signed");
                return Attempt {
                    answered: Answered::Refused,
                    status: None,
                    trouble: Some(Trouble::Signing),
                };
            }
        };
        let headers = [
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", &seconds.to_string()),
            ("webhook-signature", &signatures),
        ];
        let (url, body) = (&claimed.endpoint.url, claimed.body.as_bytes());
        let silent = || SendError::Timeout;
        match fault::at("webhook", silent, || self.sender.post(url, &headers, body, at)) {
            Ok(answer) => Attempt {
                answered: answer.answered,
                status: Some(answer.status),
                trouble: match answer.status {
                    200..=299 => None,
                    300..=399 => Some(Trouble::Redirect),
                    _ => Some(Trouble::Status),
                },
            },
            Err(error) => {
                Attempt { answered: Answered::Silent, status: None, trouble: Some(error.trouble()) }
            }
        }
    }

    /// By the secret, by the one before it while that counts, and by the service's own key.
    fn signatures(&self, claimed: &Claimed, content: &[u8]) -> Result<String, AppError> {
        let endpoint = &claimed.endpoint;
        let old = endpoint.old_secret.as_ref().filter(|old| old.until > self.clock.now());
        let wrapped = [Some(&endpoint.secret), old.map(|old| &old.wrapped)];
        let mut all = Vec::new();
        for wrapped in wrapped.into_iter().flatten() {
            let bytes = self.custody.unwrap(&secret_name(endpoint.id), wrapped)?;
            all.push(v1(&Secret::from_bytes(bytes), content));
        }
        let duty = format!("delivery of event {}", claimed.delivery.event);
        let key = self.service_key(KeyPurpose::Webhook)?;
        all.push(v1s(&self.sign_as_service(&key, content, &duty)?));
        Ok(all.join(" "))
    }

    fn settle(&self, claimed: &Claimed, attempt: &Attempt) -> Result<(), AppError> {
        let Attempt { answered, status, trouble } = *attempt;
        let (at, chance) = (self.clock.now(), u16::from_ne_bytes(random()?));
        tracing::info!(
            event = %claimed.delivery.event, endpoint = %claimed.endpoint.id,
            attempt = claimed.delivery.attempts + 1, status, trouble = trouble.map(Trouble::as_str),
            "webhook"
        );
        Ok(self.store.delivery_tried(&Tried { claimed, answered, status, trouble, at, chance })?)
    }
}
