//! Users of whom an attacker holds some credentials: who is legitimate continues, who is in doubt is denied.

use serde_json::json;
use stanch_core::assessment::{FindingVerdict, MadeBy, MakingEvent};
use stanch_core::dossier::{Derivation, SubjectKind};
use stanch_core::{EventKey, Principal};

use super::sample_account::{
    HOUR, KEY, NOW, SampleAccount, arn, key_seed, left, reading, sentences, step, told,
};
use super::stolen;
use crate::planner::Seed;

const OTHER: &str = "AKIA0000000000000002";

/// Eve's key is stolen; another of hers is not.
fn half_stolen() -> SampleAccount {
    let mut world = stolen();
    world.key("eve", OTHER);
    let used = json!({"AccessKeyLastUsed": {"LastUsedDate": "2026-03-05T07:33:54.989420+00:00"}});
    for key in [KEY, OTHER] {
        let asked = json!({"AccessKeyId": key});
        world
            .readings
            .push(reading("iam", "GetAccessKeyLastUsed", asked, used.clone()));
    }
    world
}

#[test]
fn an_honest_users_other_key_goes_on() {
    let plan = half_stolen().plan(&key_seed());
    assert_eq!(
        told(&plan),
        [
            "user-sessions-revoke eve",
            "access-key-deactivate AKIA0000000000000001"
        ]
    );
    let revoke = step(&plan, "user-sessions-revoke", "eve");
    insta::assert_debug_snapshot!(sentences(&revoke.change.impact), @r#"
    [
        "Sessions opened with its other access key AKIA0000000000000002 must be requested again; the key itself keeps working (last used at 2026-03-05T07:33:54Z)",
        "People signed in to the console as this user must sign in again",
    ]
    "#);
    let key = step(&plan, "access-key-deactivate", KEY);
    assert_eq!(
        sentences(&key.change.impact),
        ["The access key was last used at 2026-03-05T07:33:54Z"],
        "no digits after the seconds"
    );
    assert!(
        plan.remaining_credentials
            .iter()
            .all(|remaining| remaining.denied_by == Some(revoke.number))
    );
}

#[test]
fn a_key_that_the_intruder_made_for_an_honest_user_is_turned_off_alone() {
    let mut world = stolen();
    let mailer = world.user("mailer", json!({}));
    world.key("mailer", "AKIA0000000000000005");
    world.key("mailer", OTHER);
    world.edge(
        KEY,
        SubjectKind::LongTermKey,
        OTHER,
        SubjectKind::LongTermKey,
        Derivation::Created,
    );
    let plan = world.plan(&key_seed());
    step(&plan, "user-sessions-revoke", "mailer");
    step(&plan, "access-key-deactivate", OTHER);
    assert!(!told(&plan).iter().any(|told| told == "user-deny mailer"
        || told == "user-deny-boundary mailer"
        || told.ends_with("AKIA0000000000000005")));
    step(&plan, "user-deny", "eve");
    assert!(plan.suspects.contains(&mailer));
}

#[test]
fn whoever_is_in_doubt_is_denied() {
    let is_denied = |world: &SampleAccount, seeds: &[Seed]| {
        let told = told(&world.plan(seeds));
        let [denied, revoked] =
            ["user-deny eve", "user-sessions-revoke eve"].map(|step| told.contains(&step.to_owned()));
        assert_ne!(denied, revoked, "{told:?}");
        denied
    };
    assert!(!is_denied(&half_stolen(), &key_seed()));
    let mut named = key_seed();
    named.push(Seed::User("eve".to_owned()));
    assert!(is_denied(&half_stolen(), &named));
    let mut both = key_seed();
    both.push(Seed::Key(OTHER.to_owned()));
    assert!(is_denied(&half_stolen(), &both));
    let mut world = half_stolen();
    world.made("iam", "UpdateLoginProfile", &["eve"], KEY);
    assert!(is_denied(&world, &key_seed()), "her password is the intruder's");
    let hostile = |key: &str, because: &[&str]| {
        let mut world = half_stolen();
        world.finding("x", "bucket", "b", FindingVerdict::Malicious);
        let event = MakingEvent {
            access_key: Some(key.to_owned()),
            ..MakingEvent::new(
                EventKey(9),
                "CreateBucket",
                NOW.plus_millis(-HOUR),
                Principal::from_key(&arn("user", "eve")),
            )
        };
        world.findings[0].made_by = MadeBy::Event(event);
        world.findings[0].because = because.iter().map(|&because| because.to_owned()).collect();
        world
    };
    assert!(is_denied(&hostile(OTHER, &[]), &key_seed()));
    assert!(
        !is_denied(&hostile(KEY, &[]), &key_seed()),
        "with what was stolen"
    );
    assert!(
        !is_denied(&hostile(OTHER, &["made by eve, who made x"]), &key_seed()),
        "hostile because of its maker says nothing of the maker"
    );
}

#[test]
fn honest_users_may_still_assume_the_roles_that_the_intruder_assumed() {
    let mut world = half_stolen();
    let role = world.role("web", json!({}));
    world.assumed(KEY, &role, "ASIA0000000000000002");
    let plan = world.plan(&key_seed());
    step(&plan, "role-sessions-revoke", "web");
    assert!(
        !told(&plan)
            .iter()
            .any(|told| told.starts_with("trust-policy-tighten"))
    );
    assert!(left(&plan, "web").is_empty());
}

#[test]
fn what_a_step_breaks_is_said_at_the_first_of_those_that_do_the_same() {
    let mut named = key_seed();
    named.push(Seed::User("eve".to_owned()));
    let plan = half_stolen().plan(&named);
    assert!(!step(&plan, "user-deny", "eve").change.impact.is_empty());
    for action in ["user-deny-attached", "user-deny-boundary"] {
        assert!(step(&plan, action, "eve").change.impact.is_empty(), "{action}");
    }
}

#[test]
fn the_same_reason_stands_once_with_all_its_evidence() {
    let mut named = key_seed();
    named.push(Seed::Ip("203.0.113.9".to_owned()));
    let mut world = stolen();
    world.used(KEY, NOW, "203.0.113.9");
    let plan = world.plan(&named);
    let key = step(&plan, "access-key-deactivate", KEY);
    let said = key.why.iter().filter(|why| why.text.starts_with("named as"));
    let said: Vec<usize> = said.map(|why| why.evidence.len()).collect();
    assert_eq!(said, [2]);
}
