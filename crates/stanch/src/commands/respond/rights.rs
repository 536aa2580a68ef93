//! Rights of the responder to send the calls of a plan, as IAM's simulator reports them before anything is sent.
//!
//! It must not send a change.

use std::collections::{BTreeMap, BTreeSet};

use stanch_collect::actions::actions;
use stanch_collect::allowed::{self, Allowed, Refusal};
use stanch_collect::regions::home_region;
use stanch_core::Plan;
use stanch_core::plan::Step;
use stanch_core::text::shown;

use super::Responder;

/// See the module.
pub(super) struct Rights {
    refused: BTreeMap<String, Refusal>,
    unknown: Option<String>,
}

/// Asks IAM which calls of a plan the responder may send.
pub(super) fn of(plan: &Plan, responder: &Responder) -> Rights {
    let wanted: BTreeSet<String> = plan.steps.iter().flat_map(needed).collect();
    let home = home_region(responder.partition());
    let session = &responder.session;
    let asked = allowed::allowed(&session.client, &home, &responder.caller.arn, &wanted);
    match session.runtime.block_on(asked) {
        Ok(Allowed::Root) => Rights {
            refused: BTreeMap::new(),
            unknown: None,
        },
        Ok(Allowed::But(refused)) => Rights {
            refused,
            unknown: None,
        },
        Err(answer) => Rights {
            refused: BTreeMap::new(),
            unknown: Some(format!(
                "It is not known whether you may send these calls: iam SimulatePrincipalPolicy: {} ({}). Allow it, or apply and see \
                 what is denied: a denied step does not stop the others.",
                answer.outcome,
                shown(answer.message.as_deref().unwrap_or("no reason was given"), 200)
            )),
        },
    }
}

/// Returns the IAM actions that a step needs.
fn needed(step: &Step) -> Vec<String> {
    let calls = step.change.writes.iter().map(|write| &write.call);
    calls
        .flat_map(|call| actions(call.service.as_str(), call.operation.as_str()))
        .collect()
}

impl Rights {
    /// Returns what the responder lacks for a step, in a sentence without its full stop.
    pub(super) fn lacks(&self, step: &Step) -> Option<String> {
        self.among(&needed(step).into_iter().collect())
    }

    /// Returns which of some actions the responder lacks.
    fn among(&self, needed: &BTreeSet<String>) -> Option<String> {
        let lacks = needed.iter().filter_map(|action| {
            let (_, refusal) = self
                .refused
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(action))?;
            let why = match refusal {
                Refusal::NotAllowed => "no policy allows it",
                Refusal::Denied => "a policy denies it",
                Refusal::Organization => "a service control policy denies it",
            };
            Some(format!("{action} ({why})"))
        });
        let lacks: Vec<String> = lacks.collect();
        (!lacks.is_empty()).then(|| format!("AWS WILL REFUSE IT: you lack {}", lacks.join(", ")))
    }

    /// Returns why the rights are not known, in a sentence.
    pub(super) fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_lacks_the_actions_of_its_own_calls_alone() {
        let rights = Rights {
            refused: BTreeMap::from([
                ("iam:putuserpermissionsboundary".to_owned(), Refusal::Organization),
                ("iam:PutUserPolicy".to_owned(), Refusal::Denied),
            ]),
            unknown: None,
        };
        let among = |operation: &str| rights.among(&actions("iam", operation).into_iter().collect());
        assert_eq!(
            among("PutUserPermissionsBoundary").as_deref(),
            Some(
                "AWS WILL REFUSE IT: you lack iam:PutUserPermissionsBoundary (a service control policy denies it)"
            )
        );
        assert_eq!(among("AttachUserPolicy"), None);
    }
}
