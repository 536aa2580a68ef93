//! Creates a CloudTrail trail for all regions, with log file validation, that delivers to a bucket of its own.
//!
//! It does not log until `trail-start`. An existing trail of this name, whoever created it, is refused: it may deliver elsewhere. The first
//! copy of management events is free, further copies are not.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, text};
use crate::about::{About, Parameter, Stage};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct TrailCreate;

static ABOUT: About = About {
    name: "trail-create",
    does: "Create a CloudTrail trail for all regions.",
    targets: &["trail"],
    target_help: "name of the new trail",
    parameters: &[Parameter::required("bucket", "S3 bucket that it delivers to")],
    notes: "Needs its bucket (`trail-bucket-create`), and `trail-start` afterwards. A region can have five trails.",
    stage: Stage::Creator,
    steps: &["6"],
    sources: &[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html",
    ],
    ..About::EMPTY
};

impl Action for TrailCreate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let (trail, bucket) = (request.target.name.as_str(), request.value("bucket")?);
        let named = |operation: &str| near(&request.target, "cloudtrail", operation, [("Name", text(trail))]);
        let params = [
            ("Name", text(trail)),
            ("S3BucketName", text(bucket)),
            ("IsMultiRegionTrail", Param::literal(true)),
            ("IncludeGlobalServiceEvents", Param::literal(true)),
            ("EnableLogFileValidation", Param::literal(true)),
        ];
        let is = |path: &'static str, value| Expectation::new("trail-after", Path::of(path), Test::Is(value));
        let create = near(&request.target, "cloudtrail", "CreateTrail", params);
        Ok(Change {
            before: vec![Read::new("trail", named("GetTrail"))],
            requires: vec![Expectation::new("trail", Path::of("Trail"), Test::Absent)],
            writes: vec![Write::new(create).fine_if("TrailAlreadyExistsException")],
            after: vec![Read::new("trail-after", named("GetTrail"))],
            verified_by: vec![
                is("Trail.S3BucketName", json!(bucket)),
                is("Trail.IsMultiRegionTrail", json!(true)),
                is("Trail.IncludeGlobalServiceEvents", json!(true)),
                is("Trail.LogFileValidationEnabled", json!(true)),
            ],
            undo: vec![Write::new(named("DeleteTrail")).fine_if("TrailNotFoundException")],
            restores: vec![Restored::new("trail", Path::of("Trail"))],
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!("Create CloudTrail trail {trail} for all regions, which delivers to bucket {bucket}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told, words};

    #[test]
    fn it_records_all_regions_and_signs() {
        let request = request("trail", "watch", "").with("bucket", words(&["logs-1"]));
        insta::assert_snapshot!(told(&change("trail-create", &request, Vec::new()).unwrap()), @r#"
        Create CloudTrail trail watch for all regions, which delivers to bucket logs-1
        before trail: eu-west-1 cloudtrail:GetTrail (Name="watch")
        requires trail Trail Absent
        sends eu-west-1 cloudtrail:CreateTrail (EnableLogFileValidation=true, IncludeGlobalServiceEvents=true, IsMultiRegionTrail=true, Name="watch", S3BucketName="logs-1") fine if TrailAlreadyExistsException
        after trail-after: eu-west-1 cloudtrail:GetTrail (Name="watch")
        holds trail-after Trail.S3BucketName Is(String("logs-1"))
        holds trail-after Trail.IsMultiRegionTrail Is(Bool(true))
        holds trail-after Trail.IncludeGlobalServiceEvents Is(Bool(true))
        holds trail-after Trail.LogFileValidationEnabled Is(Bool(true))
        undo eu-west-1 cloudtrail:DeleteTrail (Name="watch") fine if TrailNotFoundException
        restores trail Trail
        "#);
    }
}
