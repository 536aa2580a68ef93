//! Guided steps: their text, their checks, and whose word counts. It must not change anything in an account.

use std::fmt::Write as _;

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::json;
use stanch_case::{Case, ManualState};
use stanch_collect::{lookup, pages, regions};
use stanch_core::ports::Cloud as _;
use stanch_core::text::shown;
use stanch_core::{Call, CallOutcome, SourceId, Timestamp};
use stanch_respond::playbook::guided::{Guided, Place};
use stanch_respond::playbook::{Check, Checked, Facts, Proof, RootAct, judge_root, reply_holds};
use stanch_trail::{Limits, Origin, Reader, Source};

use super::super::{Responder, situation};
use super::Walk;
use super::screen::wrapped;
use crate::commands::aws::collect::accounts::{self, Targets};
use crate::error::Failure;
use crate::output;

/// Regions asked side by side.
const LANES: usize = 40;

impl Walk<'_> {
    /// Shows a guided step.
    pub(super) fn open(&self, guided: &Guided, facts: &Facts) -> Result<(), Failure> {
        let text = text(guided, facts, self.console.width);
        output::data(|out| out.write_all(text.as_bytes()))
    }

    /// Puts a guided step off.
    pub(super) fn put_off(&self, guided: &Guided) -> Result<(), Failure> {
        let now = situation::now();
        let mut case = Case::open(&self.arguments.case, now)?;
        let declarations = case.declarations();
        let by = declarations.responder("").unwrap_or("responder").to_owned();
        case.record_manual_step(guided.id, ManualState::Deferred, (&by, "deferred"), now)?;
        self.console.say(&format!("{}: deferred", guided.title));
        Ok(())
    }

    /// Checks a guided step as far as anything can, and takes down who says that it is done.
    pub(super) fn check(&self, guided: &Guided, facts: &Facts) -> Result<(), Failure> {
        let checked = self.checks(guided, facts)?;
        let mut text = String::new();
        let mut is_against = false;
        for (proof, checked) in &checked {
            let (word, says) = match (proof, checked) {
                (Proof::Shown, Checked::Holds(says)) => ("see ", says),
                (_, Checked::Holds(says)) => ("✓ yes", says),
                (Proof::Advised, Checked::DoesNot(says)) => ("! advised", says),
                (_, Checked::DoesNot(says)) => ("✗ no ", says),
                (_, Checked::Unknown(says)) => ("? not known", says),
            };
            is_against |= *proof == Proof::Needed && !matches!(checked, Checked::Holds(_));
            text.push_str(&wrapped(
                &format!("{word}  {}", shown(says, 900)),
                "  ",
                self.console.width,
            ));
        }
        if checked.is_empty() {
            text.push_str("  This can't be checked: confirm it with your name.\n");
        }
        output::data(|out| out.write_all(text.as_bytes()))?;
        let question = if is_against {
            "This is not proven. Your name, if you confirm it anyway (Enter: not done): "
        } else {
            "Your name, for the journal (Enter: not done): "
        };
        let by = self.keys.ask(question)?;
        if by.is_empty() {
            self.console.say("Nothing was recorded.");
            return Ok(());
        }
        let now = situation::now();
        let found = if text.trim().is_empty() {
            "this can't be checked"
        } else {
            text.trim()
        };
        Case::open(&self.arguments.case, now)?.record_manual_step(
            guided.id,
            ManualState::Done,
            (&by, found),
            now,
        )?;
        self.console.say(&format!(
            "{}: done, confirmed by {}",
            guided.title,
            shown(&by, 80)
        ));
        Ok(())
    }

    fn checks(&self, guided: &Guided, facts: &Facts) -> Result<Vec<(Proof, Checked)>, Failure> {
        let mut responder = Responder::open(&self.arguments.access.meant())?;
        let partition = responder.partition().to_owned();
        let place = Place {
            account: responder.caller.account.as_str().into(),
            home: regions::home_region(&partition),
            partition,
            opened_at: facts.opened_at,
        };
        let mut checked = Vec::new();
        for check in (guided.checks)(&place) {
            match check {
                Check::Reply {
                    call,
                    holds,
                    says,
                    proof,
                } => {
                    let session = &responder.session;
                    let answer = session.runtime.block_on(session.client.ask(&call));
                    let mut told = reply_holds(&answer, &holds, says);
                    if let (Proof::Shown, Checked::Holds(says)) = (proof, &mut told) {
                        let reply = if answer.outcome == CallOutcome::Ok {
                            answer.body.to_string()
                        } else {
                            "none".to_owned()
                        };
                        let _ = write!(says, "? {reply}");
                    }
                    checked.push((proof, told));
                }
                Check::Root { wanted, says } => {
                    let (acts, is_whole) = self.root_acts(&mut responder, facts.opened_at)?;
                    checked.push((Proof::Needed, judge_root(&acts, wanted, says, is_whole)));
                }
            }
        }
        Ok(checked)
    }

    /// Returns the calls of root since a moment, in every region; and whether every region could be read.
    fn root_acts(
        &self,
        responder: &mut Responder,
        since: Timestamp,
    ) -> Result<(Vec<RootAct>, bool), Failure> {
        let targets = Targets {
            accounts: &[],
            is_org: false,
            role_name: None,
            external_id: None,
            regions: &self.arguments.access.regions,
        };
        let scopes =
            accounts::scopes(&mut responder.session, &targets, &responder.caller, self.console)?.accounts;
        let regions = scopes.iter().flat_map(|scope| &scope.regions);
        let calls: Vec<Call> = regions
            .map(|region| Call {
                account: None,
                region: region.clone(),
                service: lookup::SERVICE.into(),
                operation: lookup::OPERATION.into(),
                params: json!({
                    "LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "root"}],
                    "StartTime": Timestamp::from_seconds(since.seconds()).to_string(),
                }),
            })
            .collect();
        let client = &responder.session.client;
        let answers = responder.session.runtime.block_on(async {
            let asked = stream::iter(calls.iter().map(|call| pages::ask(client, call)));
            asked.buffered(LANES).collect::<Vec<_>>().await
        });
        // Named regions are not all of them: then root's use elsewhere is not known.
        let mut is_whole = self.arguments.access.regions.is_empty();
        let mut acts = Vec::new();
        let mut reader = Reader::new(Limits::default());
        for answer in answers {
            is_whole &= answer.outcome == CallOutcome::Ok;
            let source = Source {
                id: SourceId(0),
                shown: "root".to_owned(),
                path: "root".into(),
                size: 0,
                origin: Origin::Elsewhere { modified: None },
            };
            let records = lookup::records_in(&answer.body);
            reader.read_bytes(&source, &records, &mut |event| acts.extend(RootAct::of(event)));
        }
        acts.sort();
        Ok((acts, is_whole))
    }
}

/// Returns the text of a guided step: why, what to click, what to watch for, a text to send.
fn text(guided: &Guided, facts: &Facts, width: usize) -> String {
    let mut text = format!("{}\n\n", guided.title);
    text.push_str(&wrapped(guided.why, "  ", width));
    text.push_str("\nDo\n");
    for (place, click) in guided.clicks.iter().enumerate() {
        text.push_str(&wrapped(&format!("{}. {click}", place + 1), "  ", width));
    }
    text.push_str("\nWatch for\n");
    for sign in guided.watch_for {
        text.push_str(&wrapped(&format!("- {sign}"), "  ", width));
    }
    if let Some(made) = guided.text {
        text.push_str("\nText\n\n");
        text.push_str(&made(facts));
    }
    text.push_str("\nSources\n");
    for source in guided.sources {
        let _ = writeln!(text, "  {source}");
    }
    let _ = writeln!(text, "\nThen: d {} checks it and records your name.", guided.id);
    text
}
