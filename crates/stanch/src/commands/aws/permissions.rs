//! `stanch permissions`: the smallest IAM policy that a verb needs, and what of it the identity in use lacks.

use std::collections::{BTreeMap, BTreeSet};

use stanch_collect::allowed::{self, Allowed, Refusal};
use stanch_collect::{collectors, order, permissions, regions};
use stanch_core::Answer;
use stanch_core::arn::partition_of;
use stanch_core::text::shown;

use super::Session;
use crate::arguments::{PermissionsArguments, PermittedVerb, PolicyFormat};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Actions that `--live` and `s3://…` need. Objects encrypted with a customer key need the key as well
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html>).
const HUNT: [&str; 8] = [
    "account:ListRegions",
    "cloudtrail:LookupEvents",
    "ec2:DescribeRegions",
    "kms:Decrypt",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
    "sts:GetCallerIdentity",
];

/// Prints the policy, or what of it is lacking.
pub(crate) fn run(arguments: &PermissionsArguments, console: &Console) -> Result<Exit, Failure> {
    let actions = needed(arguments.verb)?;
    if arguments.check {
        return check(arguments, &actions, console);
    }
    let policies = permissions::policies(&actions);
    let name = match arguments.verb {
        PermittedVerb::Collect => "StanchCollect",
        PermittedVerb::Whoami => "StanchWhoami",
        PermittedVerb::Hunt => "StanchHunt",
    };
    output::data(|out| match arguments.format {
        PolicyFormat::Json => {
            for policy in &policies {
                serde_json::to_writer_pretty(&mut *out, policy)?;
                writeln!(out)?;
            }
            Ok(())
        }
        PolicyFormat::Terraform => out.write_all(permissions::terraform(&policies, name).as_bytes()),
        PolicyFormat::Cloudformation => {
            serde_json::to_writer_pretty(&mut *out, &permissions::cloudformation(&policies, name))?;
            writeln!(out)
        }
    })?;
    if policies.len() > 1 {
        console.say(&format!(
            "{} actions in {} policies, because a managed policy holds 6,144 characters: attach all of them.",
            actions.len(),
            policies.len()
        ));
    }
    Ok(Exit::Nothing)
}

fn needed(verb: PermittedVerb) -> Result<BTreeSet<String>, Failure> {
    let few = |actions: &[&str]| actions.iter().map(|action| (*action).to_owned()).collect();
    match verb {
        PermittedVerb::Whoami => return Ok(few(&["sts:GetCallerIdentity"])),
        PermittedVerb::Hunt => return Ok(few(&HUNT)),
        PermittedVerb::Collect => {}
    }
    let roots = order::roots(collectors::ALL)
        .map_err(|error| Failure::because("the collectors can't be read", &error, "please report it"))?;
    Ok(permissions::needed(&roots))
}

/// Asks IAM what the identity in use may not do, and tells it.
fn check(
    arguments: &PermissionsArguments,
    actions: &BTreeSet<String>,
    console: &Console,
) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.access.meant())?;
    let caller = session
        .runtime
        .block_on(session.client.caller(session.any_region()))
        .map_err(|error| session.no_identity(error.code.as_deref(), &error.message))?;
    let home = regions::home_region(partition_of(&caller.arn));
    let asked = allowed::allowed(&session.client, &home, &caller.arn, actions);
    match session.runtime.block_on(asked) {
        Ok(Allowed::Root) => {
            console.say("This is the root user: IAM policies do not limit it, a service control policy may.\nNext: use a role instead, and delete the root access keys");
            Ok(Exit::Nothing)
        }
        Ok(Allowed::But(refused)) => print(&caller.arn, actions.len(), &refused, console),
        Err(answer) => Ok(unknown(&answer, console)),
    }
}

fn unknown(answer: &Answer, console: &Console) -> Exit {
    let message = answer.message.as_deref().unwrap_or("no reason was given");
    console.failure(&Failure::new(
        format!(
            "the permissions of this identity are not known ({}): {message}",
            answer.outcome
        ),
        "allow iam:SimulatePrincipalPolicy and iam:GetRole, or run stanch collect and see what is denied",
    ));
    Exit::Incomplete
}

fn print(
    arn: &str,
    of: usize,
    refused: &BTreeMap<String, Refusal>,
    console: &Console,
) -> Result<Exit, Failure> {
    let mut services: BTreeMap<&str, Vec<(&str, Refusal)>> = BTreeMap::new();
    for (action, refusal) in refused {
        let (service, name) = action.split_once(':').unwrap_or((action, ""));
        services.entry(service).or_default().push((name, *refusal));
    }
    output::data(|out| {
        let allowed = of - refused.len().min(of);
        if console.json {
            let lacking: BTreeMap<&str, &str> = refused
                .iter()
                .map(|(action, refusal)| (action.as_str(), why(*refusal)))
                .collect();
            let value = serde_json::json!({"arn": arn, "allowed": allowed, "of": of, "not_allowed": lacking});
            serde_json::to_writer_pretty(&mut *out, &value)?;
            return writeln!(out);
        }
        writeln!(out, "{}: {allowed} of {of} actions allowed", shown(arn, 300))?;
        for (service, actions) in &services {
            writeln!(out, "  {service}")?;
            for (name, refusal) in actions {
                writeln!(out, "    {:<50} {}", shown(name, 100), why(*refusal))?;
            }
        }
        Ok(())
    })?;
    let limits = "Session policies and resource policies are not included: they may deny more.";
    if refused.is_empty() {
        console.say(limits);
        return Ok(Exit::Nothing);
    }
    console.say(&format!(
        "What these would show stays unknown. {limits}\nNext: stanch permissions collect    prints the policy that allows them"
    ));
    Ok(Exit::Incomplete)
}

const fn why(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotAllowed => "not allowed by any policy",
        Refusal::Denied => "denied by a policy",
        Refusal::Organization => "denied by an organization policy",
    }
}
