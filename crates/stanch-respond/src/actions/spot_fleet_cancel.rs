//! Cancels a Spot Fleet request and keeps the instances that it launched.
//!
//! `TerminateInstances` is required, and the console terminates by default: here it is always false. A failure for one fleet is not an
//! error but part of the reply (`UnsuccessfulFleetRequests`), so only the read afterwards counts.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Reversibility, Test, Wave, Write};

use super::compute::{call, none_of, one_of};
use super::parts::blank;
use crate::about::{About, Stage, Undo, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SpotFleetCancel;

static ABOUT: About = About {
    name: "spot-fleet-cancel",
    does: "Cancel a Spot Fleet request and keep its instances.",
    targets: &["spot-fleet-request"],
    target_help: "id of the request",
    notes: "The instances keep costing: the plan isolates or stops them separately.",
    answers: &[by_call("ec2", "RequestSpotFleet")],
    stage: Stage::Parent,
    undo: Undo::Impossible,
    sources: &["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequests.html"],
    ..About::EMPTY
};

impl Action for SpotFleetCancel {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let describe = || {
            let ids = [("SpotFleetRequestIds", one_of(id))];
            call(request, "ec2", "DescribeSpotFleetRequests", ids)
        };
        let instances = [("SpotFleetRequestId", Param::literal(id))];
        let cancel = [
            ("SpotFleetRequestIds", one_of(id)),
            ("TerminateInstances", Param::literal(false)),
        ];
        let state = Path::of("SpotFleetRequestConfigs[].SpotFleetRequestState");
        let ends = Test::Lacks(json!("cancelled_terminating"));
        Ok(Change {
            before: vec![
                Read::new("fleet", describe()),
                Read::new(
                    "instances",
                    call(request, "ec2", "DescribeSpotFleetInstances", instances),
                ),
            ],
            requires: vec![
                Expectation::new("fleet", state.clone(), Test::Present),
                Expectation::new("fleet", state.clone(), ends),
            ],
            writes: vec![Write::new(call(
                request,
                "ec2",
                "CancelSpotFleetRequests",
                cancel,
            ))],
            after: vec![Read::new("fleet-after", describe())],
            verified_by: none_of("fleet-after", &state, &["submitted", "active", "modifying"]),
            reversibility: Reversibility::None {
                remains: "a cancelled Spot Fleet can't be restored; its request is saved as evidence"
                    .to_owned(),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Cancel Spot Fleet request {id} and keep its running instances"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_fleet_is_cancelled_without_its_machines() {
        let fleet = request("spot-fleet-request", "sfr-1");
        insta::assert_snapshot!(told(&SpotFleetCancel, &fleet, &account([])), @r#"
        Spending: Cancel Spot Fleet request sfr-1 and keep its running instances
        before fleet: eu-west-1 ec2 DescribeSpotFleetRequests {SpotFleetRequestIds: ["sfr-1"]}
        before instances: eu-west-1 ec2 DescribeSpotFleetInstances {SpotFleetRequestId: "sfr-1"}
        requires fleet.SpotFleetRequestConfigs[].SpotFleetRequestState "present"
        requires fleet.SpotFleetRequestConfigs[].SpotFleetRequestState {"lacks":"cancelled_terminating"}
        write eu-west-1 ec2 CancelSpotFleetRequests {SpotFleetRequestIds: ["sfr-1"], TerminateInstances: false}
        after fleet-after: eu-west-1 ec2 DescribeSpotFleetRequests {SpotFleetRequestIds: ["sfr-1"]}
        holds fleet-after.SpotFleetRequestConfigs[].SpotFleetRequestState "present"
        holds fleet-after.SpotFleetRequestConfigs[].SpotFleetRequestState {"lacks":"submitted"}
        holds fleet-after.SpotFleetRequestConfigs[].SpotFleetRequestState {"lacks":"active"}
        holds fleet-after.SpotFleetRequestConfigs[].SpotFleetRequestState {"lacks":"modifying"}
        none: a cancelled Spot Fleet can't be restored; its request is saved as evidence
        "#);
    }
}
