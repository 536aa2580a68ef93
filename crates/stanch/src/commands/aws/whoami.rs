//! `stanch whoami`: the identity of the credentials in use, and whether it is compromised.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use stanch_aws::client::{Caller, CredentialsSeen};
use stanch_core::arn::{PrincipalArn, PrincipalKind, SessionArn, partition_of};
use stanch_core::text::shown;
use stanch_core::{Analysis, CallOutcome, Timestamp};

use super::Session;
use crate::arguments::WhoamiArguments;
use crate::clock::SystemClock;
use crate::commands::report;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{self, Console};
use crate::requests;
use stanch_core::ports::Clock as _;

/// The identity, as it is printed.
#[derive(Debug, Serialize)]
struct Identity {
    arn: String,
    account: String,
    user_id: String,
    partition: String,
    access_key_id: String,
    chain: String,
    temporary: bool,
    expires: Option<String>,
    expires_in_seconds: Option<i64>,
    region: Option<String>,
    endpoint: Option<String>,
    clock_ahead_seconds: Option<i64>,
    mfa: &'static str,
    suspect: Suspicion,
}

/// Result of looking the identity up in the logs.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Suspicion {
    /// No case was named.
    NotLookedUp,
    /// The case's report does not name it.
    NotNamed,
    /// It is named, and as what.
    Suspect(String),
}

/// Asks STS and tells.
pub(crate) fn run(arguments: &WhoamiArguments, console: &Console) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.access.meant())?;
    let seen = session
        .runtime
        .block_on(session.client.credentials())
        .map_err(|reason| session.no_identity(None, &reason))?;
    let now = SystemClock::new(None).now();
    if !console.json {
        // What is known here is told before AWS is asked: it helps most when AWS does not answer.
        output::data(|out| write_known_here(&seen, &session, now, out))?;
    }
    let asked = session
        .runtime
        .block_on(session.client.caller(session.any_region()));
    let caller = match asked {
        Ok(caller) => caller,
        Err(error) => {
            let failure = session.no_identity(error.code.as_deref(), &error.message);
            console.failure(&failure);
            return Ok(if error.outcome == CallOutcome::Failed {
                Exit::Failed
            } else {
                Exit::Incomplete
            });
        }
    };
    let suspect = match (&arguments.case, requests::default_case()) {
        (Some(case), _) => suspicion(&report::of_case(case)?, &caller, &seen),
        // A case that nobody named need not have been hunted.
        (None, Some(case)) => report::of_case(&case).map_or(Suspicion::NotLookedUp, |analysis| {
            suspicion(&analysis, &caller, &seen)
        }),
        (None, None) => Suspicion::NotLookedUp,
    };
    let identity = Identity::new(caller, seen, &session, now, suspect);
    output::data(|out| {
        if console.json {
            serde_json::to_writer_pretty(&mut *out, &identity)?;
            writeln!(out)
        } else {
            identity.write(out)
        }
    })?;
    if let Suspicion::Suspect(_) = identity.suspect {
        console
            .say("Stop using these credentials: the attacker may have them, too, and may see what you do.");
        return Ok(Exit::Findings);
    }
    console.say(&identity.next(arguments.case.as_deref()));
    Ok(Exit::Nothing)
}

impl Identity {
    fn new(
        caller: Caller,
        seen: CredentialsSeen,
        session: &Session,
        now: Timestamp,
        suspect: Suspicion,
    ) -> Self {
        let partition = partition_of(&caller.arn).to_owned();
        let expires = seen
            .expires
            .map(|seconds| Timestamp(seconds.saturating_mul(1000)));
        Self {
            partition,
            arn: caller.arn,
            account: caller.account,
            user_id: caller.user_id,
            access_key_id: seen.access_key_id,
            chain: seen.provider,
            temporary: seen.temporary,
            expires_in_seconds: expires.map(|at| (at.0 - now.0) / 1000),
            expires: expires.map(|at| at.to_string()),
            region: session.region.clone(),
            endpoint: session.client.endpoint_url().map(str::to_owned),
            clock_ahead_seconds: caller.server_time.map(|server| (now.0 - server.0) / 1000),
            mfa: if seen.temporary {
                "unknown: AWS does not report how a session was created"
            } else {
                "no: a long-term key never has it"
            },
            suspect,
        }
    }

    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut line = |name: &str, value: &str| writeln!(out, "{name:<10}{}", shown(value, 400));
        line("Who", &self.arn)?;
        line("Id", &self.user_id)?;
        line(
            "Account",
            &format!("{} (partition {})", self.account, self.partition),
        )?;
        line("MFA", self.mfa)?;
        line("Clock", &self.clock())?;
        match &self.suspect {
            Suspicion::NotLookedUp => line("Suspect", "not looked up: name a hunted case with --case"),
            Suspicion::NotNamed => line("Suspect", "not in the case's report"),
            Suspicion::Suspect(why) => line("Suspect", &format!("YES: {why}")),
        }
    }

    /// AWS refuses signatures that are five minutes off.
    fn clock(&self) -> String {
        match self.clock_ahead_seconds {
            None => "not compared: the reply has no date".to_owned(),
            Some(ahead) if ahead.abs() <= 2 => "agrees with AWS".to_owned(),
            Some(ahead) if ahead > 0 => format!("{ahead} s ahead of AWS"),
            Some(ahead) => format!("{} s behind AWS", -ahead),
        }
    }

    fn next(&self, case: Option<&Path>) -> String {
        match case {
            Some(case) => format!("Next: stanch collect --case {}", case.display()),
            None => "Next: stanch case new incident && stanch collect --case incident".to_owned(),
        }
    }
}

fn suspicion(analysis: &Analysis, caller: &Caller, seen: &CredentialsSeen) -> Suspicion {
    // A session's ARN names the role by its name alone; what the logs group by is the session issuer.
    let role = role_of(&caller.arn);
    for story in &analysis.verdict.stories {
        if story.access_keys.contains(&seen.access_key_id) {
            return Suspicion::Suspect(format!(
                "key {} was used by the attacker since {}",
                seen.access_key_id, story.since
            ));
        }
        let named = story.principals.iter().find(|principal| {
            principal.key == caller.arn
                || role
                    .as_ref()
                    .is_some_and(|(account, name)| is_role(&principal.key, account, name))
        });
        if let Some(principal) = named {
            return Suspicion::Suspect(format!("{} is compromised since {}", principal.key, story.since));
        }
    }
    Suspicion::NotNamed
}

/// Writes the part that needs no reply from AWS.
fn write_known_here(
    seen: &CredentialsSeen,
    session: &Session,
    now: Timestamp,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut line = |name: &str, value: &str| writeln!(out, "{name:<10}{}", shown(value, 400));
    line("Key", &format!("{}, from {}", seen.access_key_id, seen.provider))?;
    line("Expires", &until(seen, now))?;
    line(
        "Region",
        session
            .region
            .as_deref()
            .unwrap_or("none set: name one with --region"),
    )?;
    match session.client.endpoint_url() {
        Some(url) => line("Endpoint", &format!("{url}: NOT AWS")),
        None => line("Endpoint", "AWS"),
    }
}

fn until(seen: &CredentialsSeen, now: Timestamp) -> String {
    let Some(seconds) = seen.expires else {
        return if seen.temporary {
            "not known: the credential source does not say".to_owned()
        } else {
            "never (long-term key)".to_owned()
        };
    };
    let at = Timestamp(seconds.saturating_mul(1000));
    match (at.0 - now.0) / 60_000 {
        left if at.0 > now.0 => format!("{at}, in {left} min"),
        _ => format!("{at}: expired"),
    }
}

/// Account and role name of a session `…:assumed-role/NAME/SESSION`.
fn role_of(arn: &str) -> Option<(String, String)> {
    let session = SessionArn::parse(arn)?;
    Some((session.account.to_owned(), session.role.to_owned()))
}

/// Returns whether an ARN is that of a role, whatever its path: a session's ARN leaves the path out.
fn is_role(arn: &str, account: &str, name: &str) -> bool {
    PrincipalArn::parse(arn).is_some_and(|role| {
        role.kind == PrincipalKind::Role
            && role.session.is_empty()
            && role.account == account
            && role.name == name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_belongs_to_its_role_and_to_no_other() {
        let (account, name) = role_of("arn:aws:sts::123456789012:assumed-role/Admin/alice").unwrap();
        assert_eq!(role_of("arn:aws:iam::123456789012:user/alice"), None);
        let is = |arn| is_role(arn, &account, &name);
        assert!(is("arn:aws:iam::123456789012:role/Admin"));
        assert!(is("arn:aws:iam::123456789012:role/team/a/Admin"));
        assert!(!is("arn:aws:iam::123456789012:role/AdminOfTea"));
        assert!(!is("arn:aws:iam::123456789012:role/NotAdmin"));
        assert!(!is("arn:aws:iam::999999999999:role/Admin"));
        assert!(!is("arn:aws:iam::123456789012:user/Admin"));
    }
}
