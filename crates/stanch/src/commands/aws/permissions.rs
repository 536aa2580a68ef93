//! `stanch permissions`: the smallest IAM policy that a verb needs.

use std::collections::BTreeSet;

use stanch_collect::{collectors, order, permissions};

use crate::arguments::{PermissionsArguments, PermittedVerb, PolicyFormat};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};

/// Prints the policy.
pub(crate) fn run(arguments: &PermissionsArguments, console: &Console) -> Result<Exit, Failure> {
    let actions = match arguments.verb {
        PermittedVerb::Collect => {
            let roots = order::roots(collectors::ALL).map_err(|error| {
                Failure::because("the collectors can't be read", &error, "please report it")
            })?;
            permissions::needed(&roots)
        }
        PermittedVerb::Whoami => BTreeSet::from(["sts:GetCallerIdentity".to_owned()]),
    };
    let policies = permissions::policies(&actions);
    let name = match arguments.verb {
        PermittedVerb::Collect => "StanchCollect",
        PermittedVerb::Whoami => "StanchWhoami",
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
