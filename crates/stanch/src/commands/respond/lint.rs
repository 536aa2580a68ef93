//! A plan held against who is about to carry it out, now.
//!
//! It must not send a change.

use std::path::Path;

use stanch_core::text::shown;
use stanch_respond::lint::{Complaint, LintContext, Weight, is_refused, lint};

use super::Responder;
use super::kept::{self, Kept};
use super::situation::{self, Read};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{Console, wrapped};

/// After so many hours a plan is old: the account has continued.
const HOURS: i64 = 24;

/// All that speaks against a plan.
pub(crate) fn of(kept: &Kept, responder: &Responder, case: &Path) -> Result<Vec<Complaint>, Failure> {
    let view = situation::case(case)?;
    let plan = &kept.plan;
    let snapshot = Path::new(&plan.snapshot);
    let read = Read::of(case, Some(snapshot), plan.account.as_str(), &plan.partition)?;
    let chain = situation::chain(responder, &view, &read.account, None);
    let break_glass = situation::break_glass(&view, &read.account);
    let declared_later = kept::declared_later(&view, &kept.digest)?;
    let administrators = read.administrators();
    let now = situation::now();
    let skew = responder
        .caller
        .server_time
        .map(|server| now.since(server) / 1000);
    let context = LintContext {
        now,
        account: &read.account,
        account_id: &responder.caller.account.as_str().into(),
        endpoint: responder.session.client.endpoint_url(),
        caller: &responder.caller.arn,
        chain: &chain,
        break_glass: &break_glass,
        declared_later: &declared_later,
        expires: responder.expires,
        skew_seconds: skew,
        administrators: administrators.as_deref(),
        digest: Some(&kept.digest),
        hours: HOURS,
    };
    Ok(lint(plan, &context))
}

/// One sentence for each complaint.
pub(crate) fn sentences(complaints: &[Complaint]) -> Vec<String> {
    let sentence = |complaint: &Complaint| {
        let word = match complaint.weight {
            Weight::Refuse => "REFUSED",
            Weight::Warn => "warning",
        };
        let step = complaint
            .step
            .map_or_else(String::new, |step| format!(", step {step}"));
        format!(
            "{word}{step} ({}): {} {}",
            complaint.rule,
            shown(&complaint.what, 400),
            shown(&complaint.next, 300)
        )
    };
    complaints.iter().map(sentence).collect()
}

/// Tells complaints; the exit code if the plan is refused.
pub(crate) fn refused(complaints: &[Complaint], console: &Console) -> Option<Exit> {
    for sentence in sentences(complaints) {
        console.say(wrapped(&sentence, "", "  ", console.width).trim_end());
    }
    if !is_refused(complaints) {
        return None;
    }
    console.failure(&Failure::new(
        "the linter refuses the plan; nothing was sent",
        "fix what the refusals say, then plan again: stanch contain",
    ));
    Some(Exit::Refused)
}
