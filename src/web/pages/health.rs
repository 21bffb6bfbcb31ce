//! How the service is. For system administrators, as a page and as JSON.

use super::frame::Frame;
use super::page;
use crate::negotiate::{HTML, JSON, choose};
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::http::header::VARY;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::Queues;
use app::view::{HealthPartView, HealthView};
use askama::Template;

#[derive(Template)]
#[template(path = "health.html")]
pub(crate) struct HealthPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) health: &'a HealthView,
}

impl HealthPage<'_> {
    /// A part in words.
    fn name(&self, part: &str) -> &'static str {
        let words = self.frame.words;
        match part {
            "register" => words.health_register,
            "disk" => words.health_disk,
            "clock" => words.health_clock,
            "queues" => words.health_queues,
            "workers" => words.health_workers,
            "trust" => words.health_trust,
            "certificates" => words.health_certificates,
            "time_stamps" => words.health_time_stamps,
            "log" => words.log_title,
            "witnesses" => words.health_witnesses,
            "events" => words.health_events,
            "backup" => words.health_backup,
            _ => words.health_restore,
        }
    }

    /// A light in a word.
    fn light(&self, light: &str) -> &'static str {
        let words = self.frame.words;
        match light {
            "good" => words.light_good,
            "attention" => words.light_attention,
            "bad" => words.light_bad,
            _ => words.light_unknown,
        }
    }

    /// The shape that goes with a light: never the colour alone.
    fn icon(&self, light: &str) -> &'static str {
        match light {
            "good" => "tick",
            "bad" => "cross",
            _ => "question",
        }
    }

    /// The colour that goes with a light.
    fn tone(&self, light: &str) -> &'static str {
        match light {
            "good" => "valid",
            "bad" => "invalid",
            "attention" => "unknown",
            _ => "quiet",
        }
    }

    fn text<'a>(&self, part: &'a HealthPartView) -> &'a str {
        self.frame.text(&part.text_zh, &part.text_en)
    }
}

/// Permission: system administrator.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let load = site.pool.load();
    let queues = Queues {
        running: load.running,
        waiting: load.waiting_department + load.waiting_public,
        most: site.settings.queue_max,
    };
    let health = site.read(move |app| app.health(&caller, Some(queues))).await?;
    if choose(request.headers(), &[HTML, JSON]) == Some(JSON) {
        return Ok(HttpResponse::Ok().insert_header((VARY, "Accept")).json(health));
    }
    let frame = &Frame::of_reader(&request, &signed_in);
    page(HttpResponse::Ok(), frame, &HealthPage { frame, health: &health })
}
