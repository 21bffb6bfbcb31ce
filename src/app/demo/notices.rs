//! What the last department hands out in the case of the demo: a notice of each kind, and one that was
//! issued in error and withdrawn.

use super::named;
use crate::{App, AppError, Caller, NoticeAsked};
use domain::catalogue::{Sample, samples};
use domain::notice::NoticeKind;

pub(super) fn hand_out(app: &App, caller: &Caller, decision: &str) -> Result<(), AppError> {
    let samples = samples().map_err(|(name, cause)| {
        AppError::internal(format!("reading the samples of {name}"), cause)
    })?;
    for kind in NoticeKind::ALL {
        let of_kind = |sample: &&Sample| {
            sample.license_type.as_ref().and_then(NoticeKind::of_type) == Some(*kind)
        };
        let Some(sample) = samples.iter().find(of_kind) else { continue };
        let notice = asked(*kind, sample, decision);
        app.issue_notice(caller, Some(&named(&format!("demo-notice-{kind}"))?), &notice)?;
        if *kind == NoticeKind::Corrections {
            let number = Some("示行审补字〔2026〕30号".to_owned());
            let wrong = NoticeAsked { number, ..notice };
            let id = app.issue_notice(caller, Some(&named("demo-notice-wrong")?), &wrong)?.value.id;
            let reason = "样例：补正期限填写有误，已重新出具";
            app.withdraw_notice(caller, None, &id, (reason, None))?;
        }
    }
    Ok(())
}

/// As its sample; the one-time notice as the decision says.
fn asked(kind: NoticeKind, sample: &Sample, decision: &str) -> NoticeAsked {
    let mut fields = sample.content.clone();
    fields.remove("case_no");
    if kind == NoticeKind::OneTime {
        for key in ["materials", "waived", "due"] {
            fields.remove(key);
        }
    }
    let decision = Some(decision.to_owned());
    NoticeAsked { kind: kind.to_string(), decision, fields, ..NoticeAsked::default() }
}
