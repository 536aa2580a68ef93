//! Cancels a Spot Instance request and keeps the instance that it launched.
//!
//! A persistent request launches a new instance whenever one ends, so it is cancelled before its instance is stopped or terminated. For a
//! request whose instance is stopped nothing is sent: cancelling would terminate it.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Reversibility, Test, Wave, Write};

use super::compute::{call, none_of, one_of};
use super::parts::blank;
use crate::about::{About, Listing, Stage, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct SpotRequestCancel;

static ABOUT: About = About {
    name: "spot-request-cancel",
    does: "Cancel a Spot Instance request and keep its instance.",
    targets: &["spot-instance-request"],
    target_help: "id of the request (sir-…)",
    notes: "An instance whose request was cancelled can't be stopped and started any more, only terminated: create its snapshots and \
            isolate it.",
    answers: &[
        by_call("ec2", "RequestSpotInstances"),
        by_check("costly-compute", "spot-request"),
    ],
    listing: Some(
        &Listing::new(
            ("ec2", "DescribeSpotInstanceRequests", "SpotInstanceRequests[]"),
            "SpotInstanceRequestId",
            "SpotInstanceRequestId",
        )
        .also("InstanceId"),
    ),
    stage: Stage::Parent,
    undo: Undo::Impossible,
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html",
    ],
    ..About::EMPTY
};

impl Action for SpotRequestCancel {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        if !id.starts_with("sir-") {
            return Err(Unplannable::new(format!(
                "{id} is not the id of a Spot Instance request (sir-…)"
            )));
        }
        let of = |operation: &str| {
            call(
                request,
                "ec2",
                operation,
                [("SpotInstanceRequestIds", one_of(id))],
            )
        };
        let state = Path::of("SpotInstanceRequests[].State");
        let disabled = Test::Lacks(json!("disabled"));
        Ok(Change {
            before: vec![Read::new("request", of("DescribeSpotInstanceRequests"))],
            requires: vec![
                Expectation::new("request", state.clone(), Test::Present),
                Expectation::new("request", state.clone(), disabled),
            ],
            writes: vec![Write::new(of("CancelSpotInstanceRequests"))],
            after: vec![Read::new("request-after", of("DescribeSpotInstanceRequests"))],
            verified_by: none_of("request-after", &state, &["open", "active", "disabled"]),
            reversibility: Reversibility::None {
                remains: "a cancelled Spot request can't be restored; its settings are saved as evidence"
                    .to_owned(),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Cancel Spot Instance request {id} and keep its running instance"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_request_is_cancelled_and_no_machine_is_named() {
        let request = request("spot-instance-request", "sir-1");
        insta::assert_snapshot!(told(&SpotRequestCancel, &request, &account([])), @r#"
        Spending: Cancel Spot Instance request sir-1 and keep its running instance
        before request: eu-west-1 ec2 DescribeSpotInstanceRequests {SpotInstanceRequestIds: ["sir-1"]}
        requires request.SpotInstanceRequests[].State "present"
        requires request.SpotInstanceRequests[].State {"lacks":"disabled"}
        write eu-west-1 ec2 CancelSpotInstanceRequests {SpotInstanceRequestIds: ["sir-1"]}
        after request-after: eu-west-1 ec2 DescribeSpotInstanceRequests {SpotInstanceRequestIds: ["sir-1"]}
        holds request-after.SpotInstanceRequests[].State "present"
        holds request-after.SpotInstanceRequests[].State {"lacks":"open"}
        holds request-after.SpotInstanceRequests[].State {"lacks":"active"}
        holds request-after.SpotInstanceRequests[].State {"lacks":"disabled"}
        none: a cancelled Spot request can't be restored; its settings are saved as evidence
        "#);
    }
}
