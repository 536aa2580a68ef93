//! Starts logging of a CloudTrail trail.
//!
//! Events from while it was stopped are not in its files and never will be: event history has the management events of 90 days. A trail that
//! logs does not necessarily deliver: its bucket, the bucket policy and the KMS key may be broken too (`LatestDeliveryError` of its status).

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, text};
use crate::about::{About, Listing, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrailStart;

static ABOUT: About = About {
    name: "trail-start",
    does: "Start logging of a CloudTrail trail.",
    targets: &["trail"],
    notes: "Sent to the home region of the trail. A trail of the organization can only be started from its management account or a \
            delegated administrator. A new trail does not log until it is started.",
    answers: &[
        by_call("cloudtrail", "PutEventSelectors"),
        by_call("cloudtrail", "StopLogging"),
        by_call("cloudtrail", "UpdateTrail"),
        by_check("trail-blinded", "trail"),
    ],
    listing: Some(
        &Listing::new(
            ("cloudtrail", "DescribeTrails", "trailList[]"),
            "TrailARN",
            "Name",
        )
        .region_in("HomeRegion"),
    ),
    steps: &["6"],
    sources: &[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html",
    ],
    ..About::EMPTY
};

impl Action for TrailStart {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let trail = request.target.id.as_str();
        let of_trail =
            |operation: &str| near(&request.target, "cloudtrail", operation, [("Name", text(trail))]);
        let logs = || Path::of("IsLogging");
        let stopped = Expectation::new("status", logs(), Test::IsNot(json!(true)));
        Ok(Change {
            before: vec![Read::new("status", of_trail("GetTrailStatus"))],
            writes: vec![Write::new(of_trail("StartLogging"))],
            after: vec![Read::new("status-after", of_trail("GetTrailStatus"))],
            verified_by: vec![Expectation::new("status-after", logs(), Test::Is(json!(true)))],
            undo: vec![Write::new(of_trail("StopLogging")).when(stopped)],
            restores: vec![Restored::new("status", logs())],
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!("Start logging of CloudTrail trail {}", request.target.name),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told};

    #[test]
    fn it_is_stopped_again_only_if_it_was() {
        let change = change("trail-start", &request("trail", "arn:t", "t"), Vec::new()).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Start logging of CloudTrail trail t
        before status: eu-west-1 cloudtrail:GetTrailStatus (Name="arn:t")
        sends eu-west-1 cloudtrail:StartLogging (Name="arn:t")
        after status-after: eu-west-1 cloudtrail:GetTrailStatus (Name="arn:t")
        holds status-after IsLogging Is(Bool(true))
        undo eu-west-1 cloudtrail:StopLogging (Name="arn:t") when status IsLogging IsNot(Bool(true))
        restores status IsLogging
        "#);
    }
}
