//! `stanch contain`: plans how to contain compromised principals. It sends no change.

use std::collections::BTreeSet;
use std::path::Path;

use stanch_case::Case;
use stanch_core::Plan;
use stanch_core::arn::{PrincipalArn, PrincipalKind};
use stanch_core::assessment::FindingVerdict;
use stanch_core::plan::Responder as PlanResponder;
use stanch_core::text::shown;
use stanch_respond::Account;
use stanch_respond::planner::{self, PlanError, Rates, Seed, Situation};

use super::kept::Kept;
use super::situation::{self, Read, Told};
use super::{Responder, lint, plan};
use crate::arguments::PlanFormat;
use crate::commands::report;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};
use crate::requests::{self, ContainRequest, yes_or_no};

/// Plans.
pub(crate) fn run(request: &ContainRequest, console: &Console) -> Result<Exit, Failure> {
    let view = situation::case(&request.case)?;
    let responder = Responder::open(&request.access)?;
    let (account, partition) = (responder.caller.account.as_str(), responder.partition());
    let read = Read::of(&request.case, request.snapshot.as_deref(), account, partition)?;
    let harm_now = harm_now(request.harm_now)?;
    let told = Told::of(&request.case, &request.logs, &read.snapshot, console)?;
    let seeds = Seeds::of(&request.seeds, &told, &request.case, &read.account)?;
    let chain = situation::chain(&responder, &view, &read.account, Some(&told.relative));
    let mut spared = situation::break_glass(&view, &read.account);
    spared.extend(
        request
            .exempt
            .iter()
            .flat_map(|name| situation::principals(name, &read.account)),
    );
    let situation = Situation {
        verb: "contain",
        account: &read.account,
        responder: &PlanResponder {
            arn: responder.caller.arn.clone(),
            expires: responder.expires,
        },
        chain: &chain,
        break_glass: &spared,
        endpoint: responder.session.client.endpoint_url(),
        snapshot: &read.snapshot.manifest().id,
        state_at: read.at,
        made_at: situation::now(),
        harm_now,
        assessment: Some(&told.assessment),
        detections: &told.detections,
        who: &|asked| told.relative.of(asked),
        rates: &Rates::default(),
    };
    let made = planned(&situation, seeds, console)?;
    drop(view);
    let kept = keep(&request.case, made)?;
    let complaints = lint::of(&kept, &responder, &request.case)?;
    let format = if console.json {
        PlanFormat::Json
    } else {
        PlanFormat::Text
    };
    let sentences = lint::sentences(&complaints);
    plan::write(
        &kept,
        format,
        &sentences,
        &request.case.display().to_string(),
        console,
    )?;
    if stanch_respond::lint::is_refused(&complaints) {
        return Ok(Exit::Refused);
    }
    let is_whole = told.assessment.is_complete() && told.problems + told.relative.problems() == 0;
    Ok(if is_whole { Exit::Nothing } else { Exit::Incomplete })
}

fn keep(case: &Path, plan: Plan) -> Result<Kept, Failure> {
    let canonical = plan
        .canonical()
        .map_err(|error| Failure::because("the plan can't be written", &error, "please report it"))?;
    let now = situation::now();
    let digest = Case::open(case, now)?.keep_plan(canonical.as_bytes(), now)?;
    Ok(Kept { digest, plan })
}

fn refused(error: &PlanError) -> Failure {
    Failure::new(
        error.to_string(),
        "look it up: stanch who ID; list users: stanch call iam list-users",
    )
}

/// Asked once: it decides the order.
fn harm_now(given: Option<bool>) -> Result<bool, Failure> {
    if let Some(given) = given {
        return Ok(given);
    }
    let answer = output::ask(
        "Is the attack going on now: spending, deleting, copying? (yes/no) ",
        "the order of the steps depends on whether the attack is going on",
        "--harm-now yes or --harm-now no",
    )?;
    yes_or_no(&answer).map_err(|_| {
        Failure::new(
            "the answer was neither yes nor no",
            "add --harm-now yes or --harm-now no",
        )
        .usage()
    })
}

/// Principals, findings and actions that the plan starts from.
struct Seeds {
    /// As a person named them: one that is not known is an error.
    named: BTreeSet<Seed>,
    /// As logs and account have them: one that can't be planned for is reported and left out.
    found: BTreeSet<Seed>,
    /// In the order of asking.
    acts: Vec<Seed>,
}

impl Seeds {
    fn of(
        request: &requests::Seeds,
        told: &Told<'_>,
        case: &Path,
        account: &Account,
    ) -> Result<Self, Failure> {
        let mut named = BTreeSet::new();
        let mut add = |words: &[String], seed: fn(String) -> Seed| {
            named.extend(words.iter().map(|word| seed(word.trim().to_owned())));
        };
        add(&request.keys, Seed::Key);
        add(&request.users, Seed::User);
        add(&request.roles, Seed::Role);
        add(&request.sessions, Seed::Session);
        add(&request.instances, Seed::Instance);
        add(&request.addresses, Seed::Ip);
        add(&request.findings, Seed::Finding);
        let mut found = BTreeSet::new();
        if request.all {
            found.extend(everybody(told, case, account));
        }
        found.retain(|seed| !named.contains(seed));
        let acts: Vec<Seed> = request.acts.iter().cloned().map(Seed::Act).collect();
        if named.is_empty() && found.is_empty() && acts.is_empty() {
            return Err(Failure::new(
                "no compromised principals found in this case",
                "read logs first (stanch hunt LOGS, or --live), or name one: --key, --user, --role, --finding",
            ));
        }
        Ok(Self { named, found, acts })
    }

    fn all(&self) -> Vec<Seed> {
        let all = self.named.iter().chain(&self.found).chain(&self.acts);
        all.cloned().collect()
    }
}

/// Plans; what was found and can't be planned for is reported, one after the other.
fn planned(situation: &Situation<'_>, mut seeds: Seeds, console: &Console) -> Result<Plan, Failure> {
    loop {
        let error = match planner::plan(situation, &seeds.all()) {
            Ok(plan) => return Ok(plan),
            Err(error) => error,
        };
        let named = error.seed().map(str::to_owned);
        let count = seeds.found.len();
        seeds.found.retain(|seed| Some(seed.to_string()) != named);
        if seeds.found.len() == count {
            return Err(refused(&error));
        }
        console.say(&format!("Not in the plan: {}", shown(&error.to_string(), 400)));
    }
}

/// Whom the hunt holds for taken over, and what the assessment holds for hostile. A user of whom a key was used is not named
/// itself: the key leads to its user, and of an honest one the planner takes only what was stolen.
fn everybody(told: &Told<'_>, case: &Path, account: &Account) -> Vec<Seed> {
    let mut seeds = Vec::new();
    let stories = report::of_case(case).map_or_else(|_| Vec::new(), |analysis| analysis.verdict.stories);
    let keys: BTreeSet<&str> = stories
        .iter()
        .flat_map(|story| story.access_keys.iter().map(String::as_str))
        .collect();
    let of_keys = account.items("iam", "ListAccessKeys", "AccessKeyMetadata[]");
    let led_to: BTreeSet<&str> = of_keys
        .into_iter()
        .filter(|key| keys.contains(key.text("AccessKeyId")))
        .map(|key| key.text("UserName"))
        .collect();
    seeds.extend(keys.iter().filter_map(|key| of_key(key)));
    let suspects = told.assessment.suspects.iter().map(|suspect| &suspect.principal);
    let principals = stories.iter().flat_map(|story| &story.principals).chain(suspects);
    let unled = principals.filter(|principal| {
        let user = principal.key.split_once(":user/").map(|(_, path)| path);
        let name = user.and_then(|path| path.rsplit('/').next());
        name.is_none_or(|name| !led_to.contains(name))
    });
    seeds.extend(unled.filter_map(|principal| of_principal(&principal.key)));
    let findings = told.assessment.findings.iter();
    let hostile = findings.filter(|finding| finding.verdict == FindingVerdict::Malicious);
    seeds.extend(hostile.map(|finding| Seed::Finding(finding.id.clone())));
    seeds
}

fn of_principal(arn: &str) -> Option<Seed> {
    let principal = PrincipalArn::parse(arn)?;
    match principal.kind {
        PrincipalKind::User => Some(Seed::User(arn.to_owned())),
        PrincipalKind::Role if principal.session.is_empty() => Some(Seed::Role(arn.to_owned())),
        PrincipalKind::Role => Some(Seed::Session(arn.to_owned())),
        PrincipalKind::Root | PrincipalKind::FederatedUser => None,
    }
}

/// Returns the seed of an access key. Not every logged key is one: requests with made-up credentials are logged as they came.
fn of_key(key: &str) -> Option<Seed> {
    if key.starts_with("ASIA") {
        Some(Seed::Session(key.to_owned()))
    } else if key.starts_with("AKIA") {
        Some(Seed::Key(key.to_owned()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_not_planned_for() {
        assert_eq!(of_key("testing"), None);
        assert_eq!(
            of_key("AKIAQNZGKIQY56JQ7WML"),
            Some(Seed::Key("AKIAQNZGKIQY56JQ7WML".to_owned()))
        );
    }
}
