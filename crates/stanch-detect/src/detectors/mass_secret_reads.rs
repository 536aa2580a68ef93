//! Many different secrets or decrypted parameters read within minutes.
//!
//! A program reads its own few secrets again and again; whoever collects secrets reads many, each for the first
//! time. Reads are counted apart for each client of a principal, because a stolen key keeps its owner's habits
//! but not its owner's client.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use stanch_core::event::Event;
use stanch_core::finding::{DetectionAbout, Fact};
use stanch_core::principal::Principal;
use stanch_core::{Severity, Tactic, Timestamp};

use super::support::first_use::Moment;
use super::support::{
    About, Capped, Evidence, FirstUse, HOUR, MINUTE, Principals, caller, principals, slot_of, window, words,
};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;
use crate::sample::Sample;

/// The stretch in which reads are counted.
const WINDOW: i64 = 10 * MINUTE;
/// Different secrets that are worth a word: most programs have fewer.
const SECRETS: usize = 5;
/// Different secrets from which it is a harvest (Elastic's threshold).
const HARVEST: usize = 20;
/// A read this soon after the same client wrote the secret is a deployment that checks its own work.
const OWN_WORK: i64 = HOUR;
/// Clients remembered per principal.
const CLIENT_CAP: usize = 32;
/// Secrets remembered per client.
const SECRET_CAP: usize = 2_048;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MassSecretReads;

/// Reads and writes of secrets by principal and client.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct SecretState {
    principals: Principals<Capped<Client>>,
    evidence: Evidence,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Client {
    reads: Capped<FirstUse>,
    written: Capped<FirstUse>,
    /// Lists of secrets that it asked for.
    lists: FirstUse,
}

impl Client {
    fn merge(&mut self, other: Self) {
        self.reads.merge(other.reads, SECRET_CAP, FirstUse::merge);
        self.written.merge(other.written, SECRET_CAP, FirstUse::merge);
        self.lists.merge(other.lists);
    }
}

impl Detector for MassSecretReads {
    type State = SecretState;

    fn about(&self) -> DetectionAbout {
        About {
            id: "mass-secret-reads",
            title: "Many different secrets read within ten minutes",
            severity: Severity::Medium,
            tactics: &[Tactic::CredentialAccess],
            techniques: &["T1555.006"],
            why: "Secrets and parameters hold the passwords of databases, partners and other accounts. Whoever reads \
                  many of them at once, each for the first time, collects them, and what they open is lost too.",
            false_positives: &[
                "A service that loads all its settings when it starts",
                "A backup or migration of secrets that somebody ordered",
            ],
            next: &[
                "Change the value of every secret that was read, the most powerful first",
                "Ask the owner of the identity whether it should read these",
                "Look at the systems the secrets open for sign-ins since then",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Names(&[
            "BatchGetSecretValue",
            "CreateSecret",
            "DescribeParameters",
            "GetParameter",
            "GetParameters",
            "GetParametersByPath",
            "GetSecretValue",
            "ListSecrets",
            "PutParameter",
            "PutSecretValue",
        ])
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if !caller::is_call_by_someone(event) {
            return;
        }
        let agent = caller::agent_family(&event.user_agent);
        let key = principals::key(observation);
        let client = state.principals.of(observation).slot(agent, CLIENT_CAP);
        match event.base_name() {
            "ListSecrets" | "DescribeParameters" => {
                client.lists.add(observation);
            }
            "CreateSecret" | "PutSecretValue" | "PutParameter" => {
                for name in names(event, &["name", "secretId"]) {
                    client.written.slot(short_name(name), SECRET_CAP).add(observation);
                }
            }
            _ if is_plain_parameter(event) => {}
            _ => {
                let mut note = |name: &str| {
                    let read = client.reads.slot(name, SECRET_CAP);
                    if read.is_first(observation) {
                        let slot = slot_of(&[key, agent, name]);
                        state.evidence.add(slot, FirstUse::FIRST, observation);
                    }
                    read.add(observation);
                };
                let read = names(event, &["secretId", "name", "names", "secretIdList", "path"]);
                for name in &read {
                    note(short_name(name));
                }
                if read.is_empty() && event.name == "BatchGetSecretValue" {
                    note("all that a filter matched");
                }
            }
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.principals.merge(from.principals, |into, from| {
            into.merge(from, CLIENT_CAP, Client::merge);
        });
        into.evidence.merge(from.evidence, FirstUse::FIRST);
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let evidence = state.evidence;
        state
            .principals
            .into_sorted()
            .filter_map(|(principal, clients)| {
                let mut harvests: Vec<Harvest> = clients
                    .into_sorted(CLIENT_CAP)
                    .into_iter()
                    .filter_map(|(agent, client)| harvest(&agent, client))
                    .collect();
                harvests.sort_by_key(|harvest| (std::cmp::Reverse(harvest.secrets.len()), harvest.first));
                tell(principal, &harvests, &evidence, context)
            })
            .collect()
    }
}

/// A parameter read without its decryption is no secret.
fn is_plain_parameter(event: &Event<'_>) -> bool {
    let decrypted = match event.request().get("withDecryption") {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    event.service() == "ssm" && !decrypted
}

/// What a request names, one or many.
fn names<'e>(event: &'e Event<'_>, members: &[&str]) -> Vec<&'e str> {
    let request = event.request();
    let mut names = Vec::new();
    for member in members {
        match request.get(*member) {
            Some(Value::String(name)) => names.push(name.as_str()),
            Some(Value::Array(many)) => names.extend(many.iter().filter_map(Value::as_str)),
            _ => {}
        }
    }
    names
}

/// A secret's name without the account and region of its ARN. The six random characters that an ARN ends in are
/// dropped too, so that both ways of naming it agree.
fn short_name(name: &str) -> &str {
    let Some((_, secret)) = name.split_once(":secret:") else {
        return name;
    };
    match secret.rsplit_once('-') {
        Some((plain, random)) if random.len() == 6 => plain,
        _ => secret,
    }
}

struct Harvest {
    agent: String,
    secrets: Vec<String>,
    refused: usize,
    /// The events of the first reads: one may read several secrets.
    events: BTreeSet<Moment>,
    refused_events: usize,
    listed: bool,
    first: Timestamp,
    last: Timestamp,
}

/// The most secrets that this client read for the first time within the window, its own work left out.
fn harvest(agent: &str, client: Client) -> Option<Harvest> {
    let own = |name: &str, read: &FirstUse| {
        let written = client.written.get(name);
        written.is_some_and(|written| (0..=OWN_WORK).contains(&read.first().since(written.first())))
    };
    let lists = client.lists;
    let mut reads: Vec<(Box<str>, FirstUse)> = client
        .reads
        .into_sorted(SECRET_CAP)
        .into_iter()
        .filter(|(name, read)| !own(name, read))
        .collect();
    reads.sort_by_key(|(_, read)| read.first_moment());
    let moments: Vec<Timestamp> = reads.iter().map(|(_, read)| read.first()).collect();
    let burst = reads.get(window::busiest(&moments, WINDOW))?;
    let returning = burst.iter().filter(|(_, read)| read.came_back()).count();
    let by_filter = burst
        .iter()
        .any(|(name, _)| &**name == "all that a filter matched");
    if (burst.len() < SECRETS && !by_filter) || returning * 2 >= burst.len() {
        return None;
    }
    let (first, last) = (burst.first()?.1.first(), burst.last()?.1.first());
    let refused = || {
        burst
            .iter()
            .map(|(_, read)| read)
            .filter(|read| read.succeeded == 0)
    };
    Some(Harvest {
        agent: agent.to_owned(),
        secrets: burst.iter().map(|(name, _)| name.to_string()).collect(),
        refused: refused().count(),
        events: burst.iter().map(|(_, read)| read.first_moment()).collect(),
        refused_events: refused()
            .map(FirstUse::first_moment)
            .collect::<BTreeSet<_>>()
            .len(),
        listed: (first.plus_millis(-WINDOW)..=last).contains(&lists.first()),
        first,
        last,
    })
}

impl Harvest {
    fn severity(&self, principal: &Principal) -> Severity {
        let served = self.secrets.len() - self.refused;
        if served >= HARVEST {
            Severity::High
        } else if caller::has_habits(principal) || self.listed || self.refused > 0 {
            Severity::Medium
        } else {
            // A role that loads a handful of secrets once is mostly a service that starts.
            Severity::Low
        }
    }

    fn summary(&self, principal: &Principal) -> String {
        let refused = if self.refused > 0 {
            format!(" {} of them refused.", self.refused)
        } else {
            String::new()
        };
        let listed = if self.listed {
            " It had listed them just before."
        } else {
            ""
        };
        let client = caller::named_agent(&self.agent);
        if self.secrets.len() == 1 {
            return format!(
                "{} asked for all secrets that a filter matches at once, with {client}; how many came is not logged.{refused}{listed}",
                principal.name
            );
        }
        format!(
            "{} read {} for the first time within {}, with {client}: {}.{refused}{listed}",
            principal.name,
            words::count(self.secrets.len(), "different secret"),
            words::between(self.first, self.last),
            words::list(&self.secrets, 4),
        )
    }
}

/// One finding of all harvests of a principal, the largest first.
fn tell(
    principal: Principal,
    harvests: &[Harvest],
    evidence: &Evidence,
    context: &JudgeContext<'_>,
) -> Option<Found> {
    let largest = harvests.first()?;
    let severity = harvests
        .iter()
        .map(|harvest| harvest.severity(&principal))
        .max()?;
    let span = (
        harvests.iter().map(|harvest| harvest.first).min()?,
        harvests.iter().map(|harvest| harvest.last).max()?,
    );
    let count: usize = harvests.iter().map(|harvest| harvest.secrets.len()).sum();
    let events: usize = harvests.iter().map(|harvest| harvest.events.len()).sum();
    let refused: usize = harvests.iter().map(|harvest| harvest.refused_events).sum();
    let beside = if harvests.len() > 1 {
        let more = count - largest.secrets.len();
        format!(" With other clients it read {} more.", words::number(more as u64))
    } else {
        String::new()
    };
    let names: Vec<&String> = harvests.iter().flat_map(|harvest| &harvest.secrets).collect();
    let clients: Vec<&String> = harvests.iter().map(|harvest| &harvest.agent).collect();
    let records = harvests.iter().map(|harvest| {
        let slots = harvest
            .secrets
            .iter()
            .map(|name| slot_of(&[&principal.key, &harvest.agent, name]));
        evidence.sample(slots, (harvest.first, harvest.last), context.cited_limit)
    });
    let mut sample = Sample::default();
    for cited in records {
        sample.merge(cited, context.cited_limit);
    }
    Some(Found {
        severity,
        first: span.0,
        last: span.1,
        count: events as u64,
        succeeded: (events - refused) as u64,
        summary: format!("{}{beside}", largest.summary(&principal)),
        facts: vec![
            Fact::new("secrets", &words::list(&names, 12)),
            Fact::new("clients", &words::list(&clients, 4)),
            Fact::new(
                "listed before",
                if harvests.iter().any(|harvest| harvest.listed) {
                    "yes"
                } else {
                    "no"
                },
            ),
        ],
        sample,
        principal,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn reads(times: usize) -> Vec<Call> {
        series(
            &call("2026-03-06T14:00:00Z", "GetSecretValue").to("secretsmanager"),
            times,
            5,
            |call, index| call.request(json!({"secretId": format!("prod/db-{index:02}")})),
        )
    }

    #[test]
    fn a_harvest_is_high_and_a_handful_medium() {
        let found = judged(MassSecretReads, &reads(25));
        assert_eq!((found[0].severity, found[0].count), (Severity::High, 25));
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy read 25 different secrets for the first time within 2 minutes, with Boto3: prod/db-00, prod/db-01, prod/db-02, prod/db-03 and 21 more.");
        assert_eq!(judged(MassSecretReads, &reads(6))[0].severity, Severity::Medium);
        assert!(judged(MassSecretReads, &reads(4)).is_empty());
    }

    #[test]
    fn the_same_secret_by_name_and_arn_is_one() {
        let mut calls = reads(4);
        calls.push(reads(1)[0].clone().later(60).request(json!({
            "secretId": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-00-AbCdEf"
        })));
        assert!(judged(MassSecretReads, &calls).is_empty());
    }

    #[test]
    fn a_deployment_that_checks_what_it_wrote_is_left_out() {
        let mut calls: Vec<Call> = reads(20)
            .into_iter()
            .map(|call| call.agent("APN/1.0 HashiCorp/1.0 Terraform/1.9"))
            .collect();
        let writes = series(
            &call("2026-03-06T13:59:50Z", "CreateSecret"),
            20,
            5,
            |call, index| {
                call.request(json!({"name": format!("prod/db-{index:02}")}))
                    .agent("APN/1.0 HashiCorp/1.0 Terraform/1.9")
            },
        );
        calls.extend(writes);
        assert!(judged(MassSecretReads, &calls).is_empty());
        calls.extend(
            reads(20)
                .into_iter()
                .map(|call| call.later(60).agent("aws-cli/2.15")),
        );
        assert_eq!(judged(MassSecretReads, &calls)[0].severity, Severity::High);
    }

    #[test]
    fn daily_readers_are_left_out_and_a_starting_service_is_low() {
        let daily: Vec<Call> = (0..3)
            .flat_map(|day| reads(20).into_iter().map(move |call| call.later(day * 86_400)))
            .collect();
        assert!(judged(MassSecretReads, &daily).is_empty());
        let start = |calls: Vec<Call>| -> Vec<Call> {
            calls
                .into_iter()
                .map(|call| call.by_role("web", "task"))
                .collect()
        };
        assert_eq!(
            judged(MassSecretReads, &start(reads(8)))[0].severity,
            Severity::Low
        );
        let mut swept = start(reads(8));
        swept.push(call("2026-03-06T13:58:00Z", "ListSecrets").by_role("web", "task"));
        assert_eq!(judged(MassSecretReads, &swept)[0].severity, Severity::Medium);
    }

    #[test]
    fn only_decrypted_parameters_count() {
        let parameters = |decrypted: Value| {
            series(
                &call("2026-03-06T14:00:00Z", "GetParameters").to("ssm"),
                2,
                5,
                |call, index| {
                    let names: Vec<String> =
                        (0..10).map(|number| format!("/prod/{index}/{number}")).collect();
                    call.request(json!({"names": names, "withDecryption": decrypted.clone()}))
                },
            )
        };
        let found = judged(MassSecretReads, &parameters(json!(true)));
        assert_eq!(found[0].count, 2);
        assert!(found[0].summary.contains("20 different secrets"));
        assert_eq!(judged(MassSecretReads, &parameters(json!("true")))[0].count, 2);
        assert!(judged(MassSecretReads, &parameters(json!(false))).is_empty());
    }

    #[test]
    fn one_batch_by_filter_may_be_any_number() {
        let batch = call("2026-03-06T14:00:00Z", "BatchGetSecretValue")
            .to("secretsmanager")
            .request(json!({"filters": [{"key": "tag-key", "values": ["env"]}]}));
        let found = judged(MassSecretReads, &[batch]);
        assert_eq!(found[0].severity, Severity::Medium);
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy asked for all secrets that a filter matches at once, with Boto3; how many came is not logged.");
    }

    #[test]
    fn services_are_left_out() {
        let calls: Vec<Call> = reads(25).into_iter().map(|call| call.by_service("ecs")).collect();
        assert!(judged(MassSecretReads, &calls).is_empty());
    }
}
