//! Deletes an EC2 Fleet and keeps the instances that it launched.
//!
//! A fleet of type `instant` never launches again, and deleting it terminates its instances whatever is asked for: it is refused. A
//! failure for one fleet is not an error but part of the reply (`UnsuccessfulFleetDeletions`), so only the read afterwards counts.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Reversibility, Test, Wave, Write};

use super::compute::{call, listed, none_of, one_of};
use super::parts::blank;
use crate::about::{About, Stage, Undo, by_call};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct FleetDelete;

static ABOUT: About = About {
    name: "fleet-delete",
    does: "Delete an EC2 Fleet and keep its instances.",
    targets: &["ec2-fleet"],
    target_help: "id of the fleet",
    notes: "The instances keep costing: the plan isolates or stops them separately.",
    answers: &[by_call("ec2", "CreateFleet")],
    stage: Stage::Parent,
    undo: Undo::Impossible,
    sources: &["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html"],
    ..About::EMPTY
};

impl Action for FleetDelete {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let known = listed(request, account, ("ec2", "DescribeFleets", "Fleets[]"), "FleetId");
        if known.is_some_and(|fleet| fleet.text("Type") == "instant") {
            return Err(Unplannable::new(format!(
                "EC2 Fleet {id} is of type instant: it launches nothing again, and deleting it would terminate its instances"
            )));
        }
        let describe = || call(request, "ec2", "DescribeFleets", [("FleetIds", one_of(id))]);
        let instances = [("FleetId", Param::literal(id))];
        let delete = [
            ("FleetIds", one_of(id)),
            ("TerminateInstances", Param::literal(false)),
        ];
        let state = Path::of("Fleets[].FleetState");
        let instant = Expectation::new("fleet", Path::of("Fleets[].Type"), Test::Lacks(json!("instant")));
        Ok(Change {
            before: vec![
                Read::new("fleet", describe()),
                Read::new(
                    "instances",
                    call(request, "ec2", "DescribeFleetInstances", instances),
                ),
            ],
            requires: vec![Expectation::new("fleet", state.clone(), Test::Present), instant],
            writes: vec![Write::new(call(request, "ec2", "DeleteFleets", delete))],
            after: vec![Read::new("fleet-after", describe())],
            verified_by: none_of("fleet-after", &state, &["submitted", "active", "modifying"]),
            reversibility: Reversibility::None {
                remains: "a deleted fleet can't be restored; its request is saved as evidence".to_owned(),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Delete EC2 Fleet {id} and keep its running instances"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    #[test]
    fn a_fleet_is_deleted_without_its_machines() {
        insta::assert_snapshot!(told(&FleetDelete, &request("ec2-fleet", "fleet-1"), &account([])), @r#"
        Spending: Delete EC2 Fleet fleet-1 and keep its running instances
        before fleet: eu-west-1 ec2 DescribeFleets {FleetIds: ["fleet-1"]}
        before instances: eu-west-1 ec2 DescribeFleetInstances {FleetId: "fleet-1"}
        requires fleet.Fleets[].FleetState "present"
        requires fleet.Fleets[].Type {"lacks":"instant"}
        write eu-west-1 ec2 DeleteFleets {FleetIds: ["fleet-1"], TerminateInstances: false}
        after fleet-after: eu-west-1 ec2 DescribeFleets {FleetIds: ["fleet-1"]}
        holds fleet-after.Fleets[].FleetState "present"
        holds fleet-after.Fleets[].FleetState {"lacks":"submitted"}
        holds fleet-after.Fleets[].FleetState {"lacks":"active"}
        holds fleet-after.Fleets[].FleetState {"lacks":"modifying"}
        none: a deleted fleet can't be restored; its request is saved as evidence
        "#);
    }

    #[test]
    fn a_fleet_whose_machines_would_go_with_it_is_left_alone() {
        let body = json!({"Fleets": [{"FleetId": "fleet-1", "Type": "instant"}]});
        let account = account([answered("ec2", "DescribeFleets", Value::Null, body)]);
        insta::assert_snapshot!(told(&FleetDelete, &request("ec2-fleet", "fleet-1"), &account), @"not planned: EC2 Fleet fleet-1 is of type instant: it launches nothing again, and deleting it would terminate its instances");
    }
}
