//! `stanch permissions`: the smallest IAM policy that a verb needs, and what of it the identity in use lacks.

use std::collections::{BTreeMap, BTreeSet};

use stanch_collect::allowed::{self, Allowed, Refusal};
use stanch_collect::{collectors, order, permissions, regions};
use stanch_core::Answer;
use stanch_core::arn::partition_of;
use stanch_core::text::shown;

use super::{Session, no_identity};
use crate::arguments::{PermissionsArguments, PermittedVerb, PolicyFormat};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// What `--live` and `s3://…` take. Objects encrypted with a key of one's own take the key as well
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
    let session = Session::open(&arguments.access)?;
    let caller = session
        .runtime
        .block_on(session.client.caller(session.any_region()))
        .map_err(|error| no_identity(&error.message))?;
    let home = regions::home_region(partition_of(&caller.arn));
    let asked = allowed::allowed(&session.client, &home, &caller.arn, actions);
    match session.runtime.block_on(asked) {
        Ok(Allowed::Root) => {
            console.say("The root user: no IAM policy binds it. A service control policy of the organisation may.\nNext: respond with a role instead; root keys belong deleted.");
            Ok(Exit::Nothing)
        }
        Ok(Allowed::But(refused)) => tell(&caller.arn, actions.len(), &refused, console),
        Err(answer) => Ok(unknown(&answer, console)),
    }
}

fn unknown(answer: &Answer, console: &Console) -> Exit {
    let message = answer.message.as_deref().unwrap_or("no reason was given");
    console.failure(&Failure::new(
        format!(
            "what this identity may see is not known ({}): {message}",
            answer.outcome
        ),
        "allow iam:SimulatePrincipalPolicy and iam:GetRole, or collect and look at what is denied",
    ));
    Exit::Incomplete
}

fn tell(
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
        writeln!(out, "{}: {allowed} of {of} actions allowed", shown(arn, 300))?;
        for (service, actions) in &services {
            writeln!(out, "  {service}")?;
            for (name, refusal) in actions {
                let why = match refusal {
                    Refusal::NotAllowed => "not allowed by any policy",
                    Refusal::Denied => "denied by a policy",
                    Refusal::Organization => "denied by the organisation",
                };
                writeln!(out, "    {:<50} {why}", shown(name, 100))?;
            }
        }
        Ok(())
    })?;
    let limits = "Session policies and policies of resources are not in this: they may deny more.";
    if refused.is_empty() {
        console.say(limits);
        return Ok(Exit::Nothing);
    }
    console.say(&format!(
        "What these would show stays unknown. {limits}\nNext: stanch permissions collect prints the policy that allows them"
    ));
    Ok(Exit::Incomplete)
}
