//! Enables GuardDuty in a region: enables a suspended detector, or creates one.
//!
//! GuardDuty analyses events from now on, never past ones. Unused regions count as well: attackers start instances there. Undo
//! suspends and never deletes: deleting a detector deletes its findings.

use serde_json::Value;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::parts::{blank, near, text};
use crate::about::{About, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct GuarddutyEnable;

static ABOUT: About = About {
    name: "guardduty-enable",
    does: "Enable GuardDuty in a region.",
    targets: &["region"],
    target_help: "name of the region",
    notes: "GuardDuty costs by the volume of events. Suppression rules and trusted IP lists that the attacker made stay: check \
            them. Where an administrator account manages GuardDuty, only that account can enable it again.",
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html",
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html",
        "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html",
    ],
    ..About::EMPTY
};

impl Action for GuarddutyEnable {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let region = &request.target.region;
        let mut replies = account.readings("guardduty", "ListDetectors");
        let listed = replies.find(|reply| &reply.region == region && reply.outcome.is_known());
        let listed = listed
            .ok_or_else(|| Unplannable::new(format!("GuardDuty detectors of {region} were not collected")))?;
        let found = Path::of("DetectorIds[]");
        let found = found.find(&listed.body);
        Ok(match found.first().and_then(|id| id.as_str()) {
            Some(detector) => enabled(request, detector),
            None => made(request, account),
        })
    }
}

/// Enables the existing detector.
fn enabled(request: &ActionRequest, detector: &str) -> Change {
    let set = |on: bool| {
        let params = [("DetectorId", text(detector)), ("Enable", Param::literal(on))];
        Write::new(near(&request.target, "guardduty", "UpdateDetector", params))
    };
    let read = |name| {
        let call = near(
            &request.target,
            "guardduty",
            "GetDetector",
            [("DetectorId", text(detector))],
        );
        Read::new(name, call)
    };
    let is =
        |read: &str, status: &str| Expectation::new(read, Path::of("Status"), Test::Is(Value::from(status)));
    Change {
        before: vec![read("detector")],
        requires: vec![Expectation::new("detector", Path::of("Status"), Test::Present)],
        writes: vec![set(true)],
        after: vec![read("detector-after")],
        verified_by: vec![is("detector-after", "ENABLED")],
        undo: vec![set(false).when(is("detector", "DISABLED"))],
        restores: vec![Restored::new("detector", Path::of("Status"))],
        ..blank(
            &ABOUT,
            request,
            Wave::Watching,
            format!(
                "Enable the suspended GuardDuty detector in {}",
                request.target.region
            ),
        )
    }
}

/// Creates a detector. The token makes the call idempotent, and a region has at most one.
fn made(request: &ActionRequest, account: &Account) -> Change {
    let read = |name| Read::new(name, near(&request.target, "guardduty", "ListDetectors", []));
    let ids = || Path::of("DetectorIds[]");
    let create = [
        ("Enable", Param::literal(true)),
        ("FindingPublishingFrequency", text("FIFTEEN_MINUTES")),
        (
            "ClientToken",
            text(&format!("stanch-{}-{}", account.id, request.target.region)),
        ),
    ];
    let suspend = [
        ("DetectorId", Param::reply("detectors-after", ids())),
        ("Enable", Param::literal(false)),
    ];
    let suspend = Write::new(near(&request.target, "guardduty", "UpdateDetector", suspend));
    let is_made = Expectation::new("detectors-after", ids(), Test::Present);
    Change {
        before: vec![read("detectors")],
        requires: vec![Expectation::new("detectors", ids(), Test::Absent)],
        writes: vec![Write::new(near(
            &request.target,
            "guardduty",
            "CreateDetector",
            create,
        ))],
        after: vec![read("detectors-after")],
        verified_by: vec![Expectation::new("detectors-after", ids(), Test::Present)],
        undo: vec![suspend.when(is_made)],
        reversibility: Reversibility::Partial {
            remains: "the GuardDuty detector stays, suspended, with its findings".to_owned(),
        },
        ..blank(
            &ABOUT,
            request,
            Wave::Watching,
            format!("Create a GuardDuty detector in {}", request.target.region),
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told};

    fn detectors(ids: &[&str]) -> stanch_core::Reading {
        reply("guardduty:ListDetectors", json!({}), json!({"DetectorIds": ids}))
    }

    #[test]
    fn a_suspended_detector_is_enabled() {
        let request = request("region", "eu-west-1", "");
        let change = change("guardduty-enable", &request, vec![detectors(&["d1"])]).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Enable the suspended GuardDuty detector in eu-west-1
        before detector: eu-west-1 guardduty:GetDetector (DetectorId="d1")
        requires detector Status Present
        sends eu-west-1 guardduty:UpdateDetector (DetectorId="d1", Enable=true)
        after detector-after: eu-west-1 guardduty:GetDetector (DetectorId="d1")
        holds detector-after Status Is(String("ENABLED"))
        undo eu-west-1 guardduty:UpdateDetector (DetectorId="d1", Enable=false) when detector Status Is(String("DISABLED"))
        restores detector Status
        "#);
    }

    #[test]
    fn where_there_is_none_one_is_made() {
        let request = request("region", "eu-west-1", "");
        let made = change("guardduty-enable", &request, vec![detectors(&[])]).unwrap();
        insta::assert_snapshot!(told(&made), @r#"
        Create a GuardDuty detector in eu-west-1
        before detectors: eu-west-1 guardduty:ListDetectors ()
        requires detectors DetectorIds[] Absent
        sends eu-west-1 guardduty:CreateDetector (ClientToken="stanch-111122223333-eu-west-1", Enable=true, FindingPublishingFrequency="FIFTEEN_MINUTES")
        after detectors-after: eu-west-1 guardduty:ListDetectors ()
        holds detectors-after DetectorIds[] Present
        undo eu-west-1 guardduty:UpdateDetector (DetectorId=<detectors-after DetectorIds[]>, Enable=false) when detectors-after DetectorIds[] Present
        "#);
        assert!(change("guardduty-enable", &request, Vec::new()).is_err());
    }
}
