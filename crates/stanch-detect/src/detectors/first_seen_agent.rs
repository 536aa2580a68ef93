//! A long-term key or person that always used the same clients and then another one.
//!
//! The client's name is the caller's own claim: a change of it is a hint, its absence proves nothing.

use stanch_core::finding::DetectionAbout;
use stanch_core::{Severity, Tactic};

use super::support::first_seen::{FirstSeen, Telling};
use super::support::{About, Bounded as _, caller};
use crate::detector::{Detector, Found, Interest, JudgeContext};
use crate::observation::Observation;

/// See the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FirstSeenAgent;

impl Detector for FirstSeenAgent {
    type State = FirstSeen;

    fn about(&self) -> DetectionAbout {
        About {
            id: "first-seen-agent",
            title: "Identity used with a client it never used before",
            severity: Severity::Informational,
            tactics: &[Tactic::InitialAccess],
            techniques: &["T1078.004"],
            why: "A key that only ever belonged to a program, and is suddenly used with a command line or another \
                  tool, may have been copied out of that program. The name of a client is easily forged, so this \
                  only counts together with other signs.",
            false_positives: &[
                "A developer who tries another tool",
                "An upgrade that renamed the client",
            ],
            next: &[
                "Look whether the network changed at the same moment",
                "List what was done with the new client",
            ],
        }
        .build()
    }

    fn interest(&self) -> Interest {
        Interest::Every
    }

    fn observe(&self, state: &mut Self::State, observation: &Observation<'_, '_>) {
        let event = observation.event;
        if observation.is_call_by_someone() && !event.user_agent.is_empty() {
            let family = caller::agent_family(&event.user_agent);
            state.observe(observation, observation.numbers.family, family);
        }
    }

    fn merge(&self, into: &mut Self::State, from: Self::State, _cited_limit: usize) {
        into.merge(from);
    }

    fn overflowed(&self, state: &Self::State) -> bool {
        state.overflowed()
    }

    fn judge(&self, state: Self::State, context: &JudgeContext<'_>) -> Vec<Found> {
        let telling = Telling {
            noun: "client",
            verb: "used",
            then: "With this client",
            quiet: Severity::Informational,
            sensitive: Severity::Low,
        };
        let (newcomers, evidence) = state.newcomers(|agent| Some(agent.to_owned()));
        newcomers
            .into_iter()
            .map(|newcomer| newcomer.tell(&telling, |group| group.name.clone(), &evidence, context))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::contract::{Call, call, judged, series};
    use super::*;

    fn habit() -> Vec<Call> {
        series(
            &call("2026-03-01T08:00:00Z", "DescribeInstances"),
            40,
            3 * 3_600,
            |call, index| call.agent(&format!("APN/1.0 HashiCorp/1.0 Terraform/1.{index}")),
        )
    }

    #[test]
    fn another_client_is_told_but_never_grave() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "CreateUser").agent("aws-cli/2.15.0 Python/3.11"));
        let found = judged(FirstSeenAgent, &calls);
        assert_eq!(found[0].severity, Severity::Low);
        insta::assert_snapshot!(found[0].summary, @"user ci-deploy used the client aws-cli, not seen for it in the 5 days before (38 events). With this client it made sensitive calls: CreateUser.");
    }

    #[test]
    fn another_version_of_the_same_client_is_nothing_new() {
        let mut calls = habit();
        calls.push(call("2026-03-06T14:05:00Z", "CreateUser").agent("APN/1.0 HashiCorp/1.0 Terraform/2.0"));
        calls.push(call("2026-03-06T14:06:00Z", "CreateUser").agent(""));
        assert!(judged(FirstSeenAgent, &calls).is_empty());
    }
}
