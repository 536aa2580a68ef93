//! Sends the alerts of AWS Cost Anomaly Detection by email, once a day.
//!
//! Emails are sent daily or weekly; immediate alerts need an SNS topic, which the attacker may read. The subscription belongs to
//! the monitor for services that exists when it is created.

use serde_json::{Value, json};
use stanch_core::plan::{
    CallTemplate, Change, Expectation, Form, Param, Path, Read, Restored, Test, Wave, Write,
};

use super::parts::{blank, text};
use crate::about::{About, Parameter};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct AnomalySubscription;

/// The name of the subscription.
const NAME: &str = "StanchSpending";

/// Smallest anomaly in US dollars that is reported by default.
const LEAST: &str = "10";

static ABOUT: About = About {
    name: "anomaly-subscription",
    does: "Send Cost Anomaly Detection alerts by email.",
    targets: &["account"],
    parameters: &[
        Parameter::required_list("email", "email addresses"),
        Parameter::optional(
            "amount",
            "smallest anomaly to report, in US dollars; 10 if not given",
        ),
    ],
    notes: "Needs a monitor (`anomaly-monitor-create`). Use an address that is not a mailbox of this account.",
    steps: &["5"],
    sources: &[
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_AnomalySubscription.html",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalySubscription.html",
    ],
    ..About::EMPTY
};

impl Action for AnomalySubscription {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        request.value("email")?;
        let least = request.values("amount").first().map_or(LEAST, String::as_str);
        let call = |operation: &str, params: Param| CallTemplate::new(&account.home, "ce", operation, params);
        let ask = |name, operation| Read::new(name, call(operation, Param::object([])));
        let monitors = || {
            Path::of("AnomalyMonitors")
                .only("MonitorDimension", "SERVICE")
                .then("MonitorArn")
        };
        let ours = || {
            Path::of("AnomalySubscriptions")
                .only("SubscriptionName", NAME)
                .then("SubscriptionArn")
        };
        let of_monitors = Param::from_reply("monitors", monitors(), Form::All);
        let subscription = subscription(request.values("email"), least, of_monitors);
        let create = call(
            "CreateAnomalySubscription",
            Param::object([("AnomalySubscription", subscription)]),
        );
        let arn = Param::reply("subscriptions-after", ours());
        let delete = call(
            "DeleteAnomalySubscription",
            Param::object([("SubscriptionArn", arn)]),
        );
        let is_made = Expectation::new("subscriptions-after", ours(), Test::Present);
        Ok(Change {
            before: vec![
                ask("monitors", "GetAnomalyMonitors"),
                ask("subscriptions", "GetAnomalySubscriptions"),
            ],
            requires: vec![
                Expectation::new("monitors", monitors(), Test::Present),
                Expectation::new("subscriptions", ours(), Test::Absent),
            ],
            writes: vec![Write::new(create)],
            once: true,
            after: vec![ask("subscriptions-after", "GetAnomalySubscriptions")],
            verified_by: vec![Expectation::new("subscriptions-after", ours(), Test::Present)],
            undo: vec![
                Write::new(delete)
                    .when(is_made)
                    .fine_if("UnknownSubscriptionException"),
            ],
            restores: vec![Restored::new("subscriptions", ours())],
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                format!("Send cost anomalies of {least} US dollars or more by email"),
            )
        })
    }
}

/// Returns the subscription: one email a day to these addresses about costs above normal.
fn subscription(addresses: &[String], least: &str, monitors: Param) -> Param {
    let subscribers: Vec<Value> = addresses
        .iter()
        .map(|address| json!({"Type": "EMAIL", "Address": address}))
        .collect();
    let threshold = json!({"Dimensions": {
        "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": [least],
    }});
    Param::object([
        ("SubscriptionName", text(NAME)),
        ("Frequency", text("DAILY")),
        ("MonitorArnList", monitors),
        ("Subscribers", Param::literal(subscribers)),
        ("ThresholdExpression", Param::Literal(threshold)),
    ])
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told, words};

    #[test]
    fn the_monitor_is_taken_from_what_is_there() {
        let request = request("account", "111122223333", "").with("email", words(&["watch@example.com"]));
        insta::assert_snapshot!(told(&change("anomaly-subscription", &request, Vec::new()).unwrap()), @r#"
        Send cost anomalies of 10 US dollars or more by email
        before monitors: us-east-1 ce:GetAnomalyMonitors ()
        before subscriptions: us-east-1 ce:GetAnomalySubscriptions ()
        requires monitors AnomalyMonitors[](MonitorDimension=SERVICE).MonitorArn Present
        requires subscriptions AnomalySubscriptions[](SubscriptionName=StanchSpending).SubscriptionArn Absent
        sends us-east-1 ce:CreateAnomalySubscription (AnomalySubscription=(Frequency="DAILY", MonitorArnList=<all monitors AnomalyMonitors[](MonitorDimension=SERVICE).MonitorArn>, Subscribers=[{"Type":"EMAIL","Address":"watch@example.com"}], SubscriptionName="StanchSpending", ThresholdExpression={"Dimensions":{"Key":"ANOMALY_TOTAL_IMPACT_ABSOLUTE","MatchOptions":["GREATER_THAN_OR_EQUAL"],"Values":["10"]}}))
        after subscriptions-after: us-east-1 ce:GetAnomalySubscriptions ()
        holds subscriptions-after AnomalySubscriptions[](SubscriptionName=StanchSpending).SubscriptionArn Present
        undo us-east-1 ce:DeleteAnomalySubscription (SubscriptionArn=<subscriptions-after AnomalySubscriptions[](SubscriptionName=StanchSpending).SubscriptionArn>) when subscriptions-after AnomalySubscriptions[](SubscriptionName=StanchSpending).SubscriptionArn Present fine if UnknownSubscriptionException
        restores subscriptions AnomalySubscriptions[](SubscriptionName=StanchSpending).SubscriptionArn
        "#);
    }

    #[test]
    fn nobody_to_tell_is_no_alert() {
        assert!(
            change(
                "anomaly-subscription",
                &request("account", "111122223333", ""),
                Vec::new()
            )
            .is_err()
        );
    }
}
