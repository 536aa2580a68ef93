//! Requires IMDSv2 for an EC2 instance, so that a forged request can't read the credentials of its role.
//!
//! Software that uses IMDSv1 loses its credentials at once. CloudWatch counts such requests (`MetadataNoToken`): unless the use is
//! known to be the attacker's, nothing is sent if the last day has any, or if nothing was counted, since that is not the same as
//! zero. The hop limit is not changed: with 1, containers on the instance can't use IMDSv2 either.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Impact, Param, Path, Read, Restored, Test, Wave, Write};

use super::compute::{call, one_of};
use super::parts::{blank, text};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceMetadataV2Require;

static ABOUT: About = About {
    name: "instance-metadata-v2-require",
    does: "Require IMDSv2 for an EC2 instance.",
    targets: &["ec2-instance"],
    parameters: &[Parameter::flag(
        "despite-use",
        "send it even if software on the instance uses IMDSv1",
    )],
    notes: "Prevents theft of credentials by server-side request forgery only: code that runs on the instance can use IMDSv2. \
            Credentials that were stolen stay valid.",
    steps: &["13"],
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-transition-to-version-2.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html",
    ],
    ..About::EMPTY
};

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Action for InstanceMetadataV2Require {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let describe = || call(request, "ec2", "DescribeInstances", [("InstanceIds", one_of(id))]);
        let set = |tokens: Param| {
            let params = [("InstanceId", text(id)), ("HttpTokens", tokens)];
            Write::new(call(request, "ec2", "ModifyInstanceMetadataOptions", params))
        };
        let tokens = || Path::of("Reservations[].Instances[].MetadataOptions.HttpTokens");
        let despite_use = !request.values("despite-use").is_empty();
        let mut requires = vec![Expectation::new("instance", tokens(), Test::Present)];
        if !despite_use {
            let sums = Path::of("Datapoints[].Sum");
            requires.push(Expectation::new("version-1", sums, Test::Each(json!(0.0))));
        }
        let in_use = despite_use.then(|| {
            Impact::in_use(format!(
                "software on instance {id} that uses IMDSv1 gets no credentials"
            ))
        });
        let blank = blank(
            &ABOUT,
            request,
            Wave::Exposure,
            format!("Require IMDSv2 for instance {id}"),
        );
        Ok(Change {
            impact: blank.impact.iter().cloned().chain(in_use).collect(),
            before: vec![
                Read::new("instance", describe()),
                Read::new(
                    "version-1",
                    call(request, "cloudwatch", "GetMetricStatistics", counted(id)),
                ),
            ],
            requires,
            writes: vec![set(text("required"))],
            after: vec![Read::new("instance-after", describe())],
            verified_by: vec![Expectation::new(
                "instance-after",
                tokens(),
                Test::Is(json!("required")),
            )],
            undo: vec![set(Param::reply("instance", tokens()))],
            restores: vec![Restored::new("instance", tokens())],
            ..blank
        })
    }
}

/// Parameters that ask for the hourly number of IMDSv1 requests in the last day.
fn counted(id: &str) -> [(&'static str, Param); 7] {
    [
        ("Namespace", text("AWS/EC2")),
        ("MetricName", text("MetadataNoToken")),
        (
            "Dimensions",
            Param::literal(json!([{"Name": "InstanceId", "Value": id}])),
        ),
        ("StartTime", Param::Cutoff { seconds: -DAY }),
        ("EndTime", Param::Cutoff { seconds: 0 }),
        ("Period", Param::literal(3_600)),
        ("Statistics", one_of("Sum")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn nothing_is_sent_where_the_old_way_is_in_use_or_nothing_is_known_of_it() {
        let instance = request("ec2-instance", "i-1");
        insta::assert_snapshot!(told(&InstanceMetadataV2Require, &instance, &account([])), @r#"
        Exposure: Require IMDSv2 for instance i-1
        before instance: eu-west-1 ec2 DescribeInstances {InstanceIds: ["i-1"]}
        before version-1: eu-west-1 cloudwatch GetMetricStatistics {Dimensions: [{"Name":"InstanceId","Value":"i-1"}], EndTime: <now +0 s>, MetricName: "MetadataNoToken", Namespace: "AWS/EC2", Period: 3600, StartTime: <now -86400 s>, Statistics: ["Sum"]}
        requires instance.Reservations[].Instances[].MetadataOptions.HttpTokens "present"
        requires version-1.Datapoints[].Sum {"each":0.0}
        write eu-west-1 ec2 ModifyInstanceMetadataOptions {HttpTokens: "required", InstanceId: "i-1"}
        after instance-after: eu-west-1 ec2 DescribeInstances {InstanceIds: ["i-1"]}
        holds instance-after.Reservations[].Instances[].MetadataOptions.HttpTokens {"is":"required"}
        undo eu-west-1 ec2 ModifyInstanceMetadataOptions {HttpTokens: <One instance.Reservations[].Instances[].MetadataOptions.HttpTokens>, InstanceId: "i-1"}
        restores instance.Reservations[].Instances[].MetadataOptions.HttpTokens
        exact
        "#);
        let counts = |body| {
            Expectation::new("version-1", Path::of("Datapoints[].Sum"), Test::Each(json!(0.0)))
                .is_met(Some(&body), stanch_core::Timestamp(0))
        };
        assert!(counts(json!({"Datapoints": [{"Sum": 0.0}, {"Sum": 0.0}]})));
        assert!(
            !counts(json!({"Datapoints": [{"Sum": 0.0}, {"Sum": 3.0}]}))
                && !counts(json!({"Datapoints": []}))
        );
    }

    #[test]
    fn whoever_sends_it_all_the_same_is_told_what_it_breaks() {
        let instance = request("ec2-instance", "i-1").with("despite-use", ["yes".to_owned()]);
        let change = InstanceMetadataV2Require.change(&instance, &account([])).unwrap();
        assert!(change.impact.len() == 1 && change.requires.len() == 1 && change.before.len() == 2);
    }
}
