//! The playbook over made-up facts: what is done, what waits, what comes next.

use std::collections::BTreeSet;

use serde_json::json;
use stanch_core::plan::PlanDigest;
use stanch_core::{Answer, CallOutcome, Timestamp};

use super::guided::{ALL, Place};
use super::*;

fn place() -> Place {
    Place {
        account: "111122223333".into(),
        partition: "aws".to_owned(),
        home: "us-east-1".into(),
        opened_at: Timestamp(1_772_719_331_000),
    }
}

fn read() -> Facts {
    let pulled = |id: &str| {
        Some(Pulled {
            id: id.to_owned(),
            is_finished: true,
        })
    };
    Facts {
        account: Some("111122223333".into()),
        snapshot: pulled("s"),
        events: pulled("e"),
        hunt: Some(HuntFacts {
            is_finished: true,
            takeovers: 1,
            principals: vec!["user mallory".to_owned()],
            ..HuntFacts::default()
        }),
        ..Facts::default()
    }
}

fn plan() -> PlanFacts {
    PlanFacts {
        digest: PlanDigest("ab".repeat(32)),
        steps: 2,
        actions: BTreeSet::from(["user-deny".to_owned(), "access-key-deactivate".to_owned()]),
        snapshot: "s".to_owned(),
    }
}

fn run(is_finished: bool, missed: u32) -> RunFacts {
    RunFacts {
        id: "r".to_owned(),
        plan: plan().digest,
        is_finished,
        missed,
        times: 1,
        at: Timestamp(1_772_719_391_000),
        is_reverted: false,
    }
}

fn act(facts: &Facts) -> Act {
    state(facts).next.act
}

fn status(facts: &Facts, id: &str) -> StepStatus {
    let progress = state(facts);
    let mut steps = progress.phases.iter().flat_map(|phase| &phase.steps);
    steps.find(|step| step.id == id).unwrap().status
}

#[test]
fn keys_are_cut_before_root_is_asked_for_and_a_watch_comes_at_once() {
    let mut facts = Facts::default();
    assert_eq!(act(&facts), Act::Hunt);
    facts.hunt = read().hunt;
    assert_eq!(act(&facts), Act::Collect);
    facts = read();
    assert_eq!(act(&facts), Act::Contain);
    facts.plans = vec![plan()];
    let short = plan().digest.short().to_owned();
    assert_eq!(act(&facts), Act::Apply { plan: short.clone() });
    facts.runs = vec![run(true, 1)];
    assert_eq!(act(&facts), Act::Apply { plan: short }, "one step was missed");
    let again = RunFacts {
        times: 2,
        ..run(true, 1)
    };
    facts.runs = vec![again];
    assert_eq!(
        act(&facts),
        Act::Watch,
        "missed again: watching does not wait for it"
    );
    facts.runs = vec![run(true, 0)];
    assert_eq!(act(&facts), Act::Watch);
    facts.watched = Some(Timestamp(1));
    assert_eq!(act(&facts), Act::Guide { id: "root-mailbox" });
    facts.later.insert("root-mailbox".to_owned());
    assert_eq!(act(&facts), Act::Guide { id: "root-password" });
}

#[test]
fn root_among_the_hostile_comes_before_the_watch() {
    let mut facts = read();
    facts.plans = vec![plan()];
    facts.runs = vec![run(true, 0)];
    if let Some(hunt) = &mut facts.hunt {
        hunt.is_root_in_it = true;
    }
    assert_eq!(act(&facts), Act::Guide { id: "root-held" });
}

#[test]
fn without_a_takeover_the_account_is_judged_before_anything_is_planned() {
    let mut facts = read();
    facts.hunt = Some(HuntFacts {
        is_finished: true,
        ..HuntFacts::default()
    });
    assert_eq!(act(&facts), Act::Assess);
    facts.assessed = Some("s".to_owned());
    assert_eq!(act(&facts), Act::Contain);
}

#[test]
fn a_step_is_done_only_when_what_was_planned_holds_and_people_vouched() {
    let mut facts = read();
    facts.plans = vec![plan()];
    assert_eq!(status(&facts, "2"), StepStatus::Next);
    facts.runs = vec![run(true, 2)];
    assert_eq!(status(&facts, "2"), StepStatus::Next, "two steps were missed");
    facts.runs = vec![run(true, 0)];
    assert_eq!(status(&facts, "2"), StepStatus::Done);
    assert_eq!(status(&facts, "13"), StepStatus::NotPlanned);
    assert_eq!(status(&facts, "4"), StepStatus::Waits);
    let attestation = Attestation {
        by: "ann".to_owned(),
        at: Timestamp(2),
        text: String::new(),
    };
    facts.attested.insert("root-mfa".to_owned(), attestation);
    assert_eq!(status(&facts, "4"), StepStatus::Done);
}

#[test]
fn the_key_scan_is_open_until_it_was_made_in_full() {
    let mut facts = read();
    assert_eq!(status(&facts, "11a"), StepStatus::Open);
    facts.keys_scanned = Some(false);
    assert_eq!(status(&facts, "11a"), StepStatus::Runs);
    facts.keys_scanned = Some(true);
    assert_eq!(status(&facts, "11a"), StepStatus::Done);
}

#[test]
fn what_is_not_built_says_so_whatever_was_done() {
    for id in ["14", "16"] {
        assert_eq!(status(&read(), id), StepStatus::NotBuilt);
    }
    let progress = state(&read());
    let unsaid = progress
        .phases
        .iter()
        .flat_map(|phase| &phase.steps)
        .filter(|step| step.how.contains(&How::NotBuilt) && step.lacks.is_none());
    assert_eq!(unsaid.count(), 0);
}

#[test]
fn steps_guided_steps_and_actions_name_each_other_rightly() {
    let known: BTreeSet<&str> = ALL.iter().map(|guided| guided.id).collect();
    assert_eq!(known.len(), ALL.len());
    let of = |id| ALL.iter().position(|guided| guided.id == id);
    assert!(
        of("root-mailbox") < of("root-password"),
        "the password can be reset through the mailbox"
    );
    let steps = || PHASES.iter().flat_map(|phase| phase.steps);
    let named: BTreeSet<&str> = steps().flat_map(|step| step.guided).copied().collect();
    assert_eq!(known, named);
    for guided in ALL {
        let step = steps().find(|step| step.id == guided.step).unwrap();
        assert!(step.guided.contains(&guided.id), "{}", guided.id);
        assert!(!guided.clicks.is_empty() && !guided.sources.is_empty());
        let text = [guided.why, guided.title].concat() + &guided.clicks.concat();
        assert!(!text.contains('!') && !text.contains("+1"), "{}", guided.id);
    }
    for action in crate::actions::ALL {
        for id in action.about().steps {
            assert!(
                steps().any(|step| step.id == *id),
                "{}: {id}",
                action.about().name
            );
        }
    }
}

#[test]
fn a_check_that_could_not_be_made_proves_nothing() {
    let checks = (super::guided::about("root-mfa").unwrap().checks)(&place());
    let Some(Check::Reply { holds, says, .. }) = checks.first() else {
        unreachable!("the first check asks for the summary");
    };
    let answer = |is: u64| Answer::ok(json!({"SummaryMap": {"AccountMFAEnabled": is}}));
    assert!(matches!(reply_holds(&answer(1), holds, says), Checked::Holds(_)));
    assert!(matches!(
        reply_holds(&answer(0), holds, says),
        Checked::DoesNot(_)
    ));
    let denied = Answer::refused(CallOutcome::Denied, Some("AccessDenied"), None);
    assert!(matches!(reply_holds(&denied, holds, says), Checked::Unknown(_)));
}

#[test]
fn a_changed_root_password_counts_only_if_nobody_else_is_root_after_it() {
    let act = |at: i64, name: &str, address: &str| RootAct {
        at: Timestamp(at),
        name: name.to_owned(),
        address: address.to_owned(),
    };
    let wanted = ["PasswordUpdated"];
    let judged = |acts: &[RootAct], whole| judge_root(acts, &wanted, "changed", whole);
    assert!(matches!(judged(&[], true), Checked::DoesNot(_)));
    assert!(matches!(judged(&[], false), Checked::Unknown(_)));
    let mut acts = vec![
        act(1, "ConsoleLogin", "203.0.113.9"),
        act(2, "PasswordUpdated", "198.51.100.7"),
    ];
    assert!(matches!(judged(&acts, true), Checked::Holds(_)));
    assert!(matches!(judged(&acts, false), Checked::Unknown(_)));
    acts.push(act(3, "ConsoleLogin", "203.0.113.9"));
    assert!(matches!(judged(&acts, false), Checked::DoesNot(_)));
}

#[test]
fn the_text_for_support_holds_facts_and_no_phone_number() {
    let mut facts = read();
    facts.runs = vec![run(true, 0)];
    let text = super::guided::about("support-case").unwrap().text.unwrap()(&facts);
    insta::assert_snapshot!(text, @r"
    Subject: Compromised account, unauthorised use

    Our account 111122223333 is compromised.
    Identities that were used: user mallory.
    We cut them off by 2026-03-05T14:03:11Z: keys inactive, identities denied, sessions revoked.

    Please:
    - tell us what you see of unauthorised use, in every region;
    - involve the Customer Incident Response Team;
    - put limits on new resources in regions that we do not use;
    - keep the account from being suspended while we respond;
    - note the charges since then as disputed; a list with evidence follows.
    ");
}
