//! The seeds of a containment: named by a person, or found by the hunt and the assessment.
//!
//! It must not follow links: the closure does.

use std::collections::BTreeSet;

use stanch_core::Plan;
use stanch_core::arn::{PrincipalArn, PrincipalKind};
use stanch_core::assessment::{Assessment, FindingVerdict};
use stanch_core::verdict::{Confidence, Story};

use super::{PlanError, Seed, Situation};
use crate::account::Account;

/// The seeds of a containment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Containment {
    /// Named by a person: one that is not known is an error.
    pub named: BTreeSet<Seed>,
    /// Found by the hunt and the assessment: one that can't be planned for is left out and reported.
    pub found: BTreeSet<Seed>,
    /// Requested actions, in the order of the request.
    pub requested: Vec<Seed>,
}

impl Containment {
    /// Returns whether there is nothing to contain.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.named.is_empty() && self.found.is_empty() && self.requested.is_empty()
    }

    /// Returns the plan, and the errors of the found seeds that were left out of it.
    ///
    /// # Errors
    /// When nothing is named, or something that a person named can't be planned for.
    pub fn plan(&self, situation: &Situation<'_>) -> Result<(Plan, Vec<PlanError>), PlanError> {
        let mut found: BTreeSet<&Seed> = self.found.difference(&self.named).collect();
        let mut left_out = Vec::new();
        loop {
            let seeds = self
                .named
                .iter()
                .chain(found.iter().copied())
                .chain(&self.requested);
            let seeds: Vec<Seed> = seeds.cloned().collect();
            let error = match super::plan(situation, &seeds) {
                Ok(plan) => return Ok((plan, left_out)),
                Err(error) => error,
            };
            let named = error.seed().map(str::to_owned);
            let count = found.len();
            found.retain(|seed| Some(seed.to_string()) != named);
            if found.len() == count {
                return Err(error);
            }
            left_out.push(error);
        }
    }
}

/// Returns every identity that the hunt holds for compromised, every suspect of the assessment, and every malicious finding.
///
/// A user is not among them if only its access key was used: the key leads to its user, and a legitimate user loses only what was
/// stolen. What the assessment was told to be a vendor or known to be good has no malicious finding, so it is not among them
/// either.
#[must_use]
pub fn compromised(stories: &[Story], assessment: &Assessment, account: &Account) -> BTreeSet<Seed> {
    let keys = stories.iter().flat_map(|story| &story.access_keys);
    let keys: BTreeSet<&str> = keys.map(String::as_str).collect();
    let listed = account.items("iam", "ListAccessKeys", "AccessKeyMetadata[]");
    let owners: BTreeSet<&str> = listed
        .into_iter()
        .filter(|key| keys.contains(key.text("AccessKeyId")))
        .map(|key| key.text("UserName"))
        .collect();
    let suspects = assessment.suspects.iter().map(|suspect| &suspect.principal);
    let principals = stories.iter().flat_map(|story| &story.principals).chain(suspects);
    let is_led_to = |arn: &str| {
        let parts = PrincipalArn::parse(arn).filter(|parts| parts.kind == PrincipalKind::User);
        parts.is_some_and(|parts| owners.contains(parts.name))
    };
    let principals = principals
        .map(|principal| principal.key.as_str())
        .filter(|arn| !is_led_to(arn))
        .filter_map(of_principal);
    let findings = assessment.findings.iter();
    let malicious = findings.filter(|finding| finding.verdict == FindingVerdict::Malicious);
    let findings = malicious.map(|finding| Seed::Finding(finding.id.clone()));
    let keys = keys.iter().filter_map(|key| of_key(key));
    keys.chain(principals).chain(findings).collect()
}

/// Returns the seeds with which to begin, of every story of medium or high confidence: the long-term keys, without them the users, and
/// without those the sessions. All else follows from them by exact links.
#[must_use]
pub fn first_seeds(stories: &[Story]) -> Vec<Seed> {
    let sure = stories
        .iter()
        .filter(|story| story.confidence >= Confidence::Medium);
    let seeds: BTreeSet<Seed> = sure.flat_map(of_story).collect();
    seeds.into_iter().collect()
}

fn of_story(story: &Story) -> Vec<Seed> {
    let keys = || story.access_keys.iter().filter_map(|key| of_key(key));
    let long_term: Vec<Seed> = keys().filter(|seed| matches!(seed, Seed::Key(_))).collect();
    if !long_term.is_empty() {
        return long_term;
    }
    let principals = story.principals.iter();
    let of_principals = principals.filter_map(|principal| of_principal(&principal.key));
    let users: Vec<Seed> = of_principals
        .filter(|seed| matches!(seed, Seed::User(_)))
        .collect();
    if users.is_empty() { keys().collect() } else { users }
}

fn of_principal(arn: &str) -> Option<Seed> {
    let parts = PrincipalArn::parse(arn)?;
    match parts.kind {
        PrincipalKind::User => Some(Seed::User(arn.to_owned())),
        PrincipalKind::Role if !parts.session.is_empty() => Some(Seed::Session(arn.to_owned())),
        PrincipalKind::Role => Some(Seed::Role(arn.to_owned())),
        PrincipalKind::Root | PrincipalKind::FederatedUser => None,
    }
}

/// Returns the seed of an access key id. Requests with invented credentials are logged as they came, so that not every text in
/// the place of a key is one.
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
    use serde_json::json;

    use super::*;
    use crate::testing::{account, reply, story};

    #[test]
    fn a_response_begins_with_the_long_term_keys_or_what_there_is_instead() {
        let user = "arn:aws:iam::111122223333:user/eve";
        let session = "arn:aws:sts::111122223333:assumed-role/web/i-1";
        let of =
            |story: Story| -> Vec<String> { first_seeds(&[story]).iter().map(ToString::to_string).collect() };
        let key = "AKIA0000000000000001";
        assert_eq!(
            of(story(&[user, session], &[key, "ASIA0000000000000002"])),
            ["--key AKIA0000000000000001"]
        );
        assert_eq!(
            of(story(&[user], &["ASIA0000000000000002"])),
            [format!("--user {user}")]
        );
        assert_eq!(
            of(story(&[session], &["ASIA0000000000000002"])),
            ["--session ASIA0000000000000002"]
        );
        let unsure = Story {
            confidence: Confidence::Low,
            ..story(&[user], &[key])
        };
        assert_eq!(of(unsure), [""; 0], "what may be an owner's work is not named");
    }

    fn assessment() -> Assessment {
        Assessment {
            schema_version: Assessment::SCHEMA_VERSION,
            accounts: Vec::new(),
            checks_run: 0,
            readings: 0,
            logs_begin: None,
            findings: Vec::new(),
            suspects: Vec::new(),
            traces: Vec::new(),
            not_judged: Vec::new(),
        }
    }

    #[test]
    fn a_key_stands_for_its_user_and_what_is_no_key_is_left_out() {
        let keys = json!({"AccessKeyMetadata": [{"UserName": "eve", "AccessKeyId": "AKIA0000000000000001"}]});
        let account = account(vec![reply(
            "iam:ListAccessKeys",
            json!({"UserName": "eve"}),
            keys,
        )]);
        let stories = [story(
            &[
                "arn:aws:iam::111122223333:user/ops/eve",
                "arn:aws:iam::111122223333:user/mallory",
                "arn:aws:iam::111122223333:role/web",
                "arn:aws:sts::111122223333:assumed-role/web/s",
                "arn:aws:iam::111122223333:root",
                "lambda.amazonaws.com",
            ],
            &["AKIA0000000000000001", "ASIA0000000000000001", "testing"],
        )];
        let seeds = compromised(&stories, &assessment(), &account);
        let seeds: Vec<String> = seeds.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(seeds.join("\n"), @r"
        --key AKIA0000000000000001
        --user arn:aws:iam::111122223333:user/mallory
        --role arn:aws:iam::111122223333:role/web
        --session ASIA0000000000000001
        --session arn:aws:sts::111122223333:assumed-role/web/s
        ");
    }
}
