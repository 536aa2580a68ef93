//! `stanch contain`: plans how to contain compromised principals. It sends no change.

use std::path::Path;

use stanch_case::{Case, CaseView};
use stanch_core::plan::{Responder as PlanResponder, StepNumber};
use stanch_core::text::shown;
use stanch_core::{Plan, RegionName};
use stanch_respond::Account;
use stanch_respond::planner::{self, Containment, PlanError, Rates, Seed, Situation};

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
    let containment = containment(&request.seeds, &told, &request.case, &read.account)?;
    let chain = situation::chain(&responder, &view, &read.account, Some(&told.relative));
    let spared = exempt(request, &view, &read.account)?;
    let without = without(request, &view)?;
    let regions: Vec<RegionName> = request
        .access
        .regions
        .iter()
        .map(|name| name.as_str().into())
        .collect();
    let situation = Situation {
        verb: "contain",
        account: &read.account,
        responder: &PlanResponder {
            arn: responder.caller.arn.clone(),
            expires: responder.expires,
        },
        chain: &chain,
        break_glass: &spared,
        regions: &regions,
        without: &without,
        endpoint: responder.session.client.endpoint_url(),
        snapshot: &read.snapshot.manifest().id,
        state_at: read.at,
        made_at: situation::now(),
        harm_now,
        assessment: Some(&told.assessment),
        detections: &told.detections,
        who: &|asked| told.relative.of(asked),
        made: &|id| told.made.by(id),
        stories: &told.stories,
        rates: &Rates::default(),
    };
    let (made, left_out) = containment.plan(&situation).map_err(|error| refused(&error))?;
    for error in &left_out {
        console.say(&format!("Not in the plan: {}", shown(&error.to_string(), 400)));
    }
    drop(view);
    finish(request, made, &responder, &told, console)
}

/// Returns the steps to leave out; a number is that of a step of the plan that was made last.
fn without(request: &ContainRequest, view: &CaseView) -> Result<Vec<String>, Failure> {
    let named = request.without.iter().map(|step| {
        let Ok(number) = step.parse::<u32>() else {
            return Ok(step.clone());
        };
        let last = Kept::of(view, None)?;
        let found = last.plan.step(StepNumber(number)).ok_or_else(|| {
            Failure::new(
                format!(
                    "--without {number}: plan {} has no step {number}",
                    last.digest.short()
                ),
                "list its steps: stanch plan show",
            )
            .usage()
        })?;
        Ok(format!("{}:{}", found.change.action, found.change.target.id))
    });
    named.collect()
}

/// Keeps the plan and prints it.
fn finish(
    request: &ContainRequest,
    made: Plan,
    responder: &Responder,
    told: &Told<'_>,
    console: &Console,
) -> Result<Exit, Failure> {
    let kept = keep(&request.case, made)?;
    let complaints = lint::of(&kept, responder, &request.case)?;
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

/// Returns the principals that no step may touch, as the case and the command line name them.
///
/// # Errors
/// When a name of the command line is that of no user or role of the account.
fn exempt(request: &ContainRequest, view: &CaseView, account: &Account) -> Result<Vec<String>, Failure> {
    let mut exempt = situation::break_glass(view, account);
    for name in &request.exempt {
        let found = planner::principals(name, account);
        if !name.starts_with("arn:") && found.iter().all(|arn| arn == name) {
            return Err(Failure::new(
                format!("--exempt {}: the snapshot has no user and no role of this name", shown(name, 200)),
                "name it by its ARN, or collect the account's identities again: stanch collect --fresh --only iam-account",
            )
            .usage());
        }
        exempt.extend(found);
    }
    Ok(exempt)
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
        "Is the attack still active: spending, deleting, copying? (yes/no) ",
        "the order of the steps depends on whether the attack is still active",
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

/// Returns what to contain: what a person named, and with `--all` everything that is compromised.
fn containment(
    request: &requests::Seeds,
    told: &Told<'_>,
    case: &Path,
    account: &Account,
) -> Result<Containment, Failure> {
    let mut containment = Containment::default();
    let mut add = |words: &[String], seed: fn(String) -> Seed| {
        let seeds = words.iter().map(|word| seed(word.trim().to_owned()));
        containment.named.extend(seeds);
    };
    add(&request.keys, Seed::Key);
    add(&request.users, Seed::User);
    add(&request.roles, Seed::Role);
    add(&request.sessions, Seed::Session);
    add(&request.instances, Seed::Instance);
    add(&request.addresses, Seed::Ip);
    add(&request.findings, Seed::Finding);
    if request.all {
        let stories = report::of_case(case).map_or_else(|_| Vec::new(), |analysis| analysis.verdict.stories);
        containment.found = planner::compromised(&stories, &told.assessment, account);
    }
    containment.requested = request.acts.iter().cloned().map(Seed::Act).collect();
    if containment.is_empty() {
        return Err(Failure::new(
            "no compromised principals found in this case",
            "read logs first (stanch hunt LOGS, or --live), or name one: --key, --user, --role, --finding",
        ));
    }
    Ok(containment)
}
