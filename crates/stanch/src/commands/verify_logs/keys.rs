//! AWS's public keys: from files, or from CloudTrail in each region of the digests.

use serde_json::json;
use stanch_core::ports::Cloud as _;
use stanch_core::{Call, CallOutcome};
use stanch_integrity::Keyring;

use super::read::Read;
use crate::arguments::VerifyLogsArguments;
use crate::commands::aws::Session;
use crate::error::Failure;
use crate::output::Console;

/// Gathers the keys.
pub(super) fn keyring(
    arguments: &VerifyLogsArguments,
    read: &Read,
    console: &Console,
) -> Result<Keyring, Failure> {
    let mut keyring = Keyring::default();
    for path in &arguments.keys {
        keyring.add(&super::file(path)?).map_err(|error| {
            Failure::because(
                format!("{} can't be used", path.display()),
                &error,
                "write it with aws cloudtrail list-public-keys --region REGION --start-time TIME",
            )
            .usage()
        })?;
    }
    if let Some(session) = &read.session {
        fetch(session, read, &mut keyring, console);
    } else if arguments.fetch_keys {
        fetch(
            &Session::open(&arguments.access.meant())?,
            read,
            &mut keyring,
            console,
        );
    }
    Ok(keyring)
}

/// Requests the keys of each region. A refusal is printed: digests of that region are then not validated.
fn fetch(session: &Session, read: &Read, keyring: &mut Keyring, console: &Console) {
    for (region, (from, to)) in read.verifier.digest_times() {
        let call = Call {
            account: None,
            region: region.clone(),
            service: "cloudtrail".into(),
            operation: "ListPublicKeys".into(),
            params: json!({"StartTime": from.to_string(), "EndTime": to.to_string()}),
        };
        let answer = session.runtime.block_on(session.client.ask(&call));
        let is_added = keyring.add(answer.body.to_string().as_bytes()).is_ok();
        if answer.outcome != CallOutcome::Ok || !is_added {
            console.say(&format!(
                "No public keys of {region}: cloudtrail:ListPublicKeys ended as {}",
                answer.outcome.name()
            ));
        }
    }
}
