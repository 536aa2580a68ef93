//! Creates a monitor of AWS Cost Anomaly Detection for all services of the account.
//!
//! An account has at most one monitor for its services, and new accounts get one automatically: an existing one is enough.
//! `anomaly-subscription` sends its alerts by email.

use serde_json::json;
use stanch_core::plan::{CallTemplate, Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::blank;
use crate::about::About;
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct AnomalyMonitorCreate;

/// The name of the monitor.
const NAME: &str = "StanchSpending";

static ABOUT: About = About {
    name: "anomaly-monitor-create",
    does: "Create a Cost Anomaly Detection monitor for all services.",
    targets: &["account"],
    notes: "It evaluates spending about three times a day, on figures that are hours old, and needs ten days of history of a \
            service.",
    steps: &["5"],
    sources: &[
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalyMonitor.html",
        "https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html",
    ],
    ..About::EMPTY
};

impl Action for AnomalyMonitorCreate {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let call = |operation: &str, params: Param| CallTemplate::new(&account.home, "ce", operation, params);
        let read = |name| Read::new(name, call("GetAnomalyMonitors", Param::object([])));
        let services = || Path::of("AnomalyMonitors").only("MonitorDimension", "SERVICE");
        let monitor =
            json!({"MonitorName": NAME, "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"});
        let monitor = Param::object([("AnomalyMonitor", Param::Literal(monitor))]);
        let arn = Param::reply("monitors-after", services().then("MonitorArn"));
        let delete = call("DeleteAnomalyMonitor", Param::object([("MonitorArn", arn)]));
        let is_made = Expectation::new("monitors-after", services(), Test::Present);
        Ok(Change {
            before: vec![read("monitors")],
            requires: vec![Expectation::new("monitors", services(), Test::Absent)],
            writes: vec![Write::new(call("CreateAnomalyMonitor", monitor))],
            once: true,
            after: vec![read("monitors-after")],
            verified_by: vec![Expectation::new("monitors-after", services(), Test::Present)],
            undo: vec![
                Write::new(delete)
                    .when(is_made)
                    .fine_if("UnknownMonitorException"),
            ],
            restores: vec![Restored::new("monitors", services().then("MonitorArn"))],
            ..blank(
                &ABOUT,
                request,
                Wave::Watching,
                "Create a Cost Anomaly Detection monitor for all services".to_owned(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{change, request, told};

    #[test]
    fn one_monitor_over_all_services_is_made() {
        let change = change(
            "anomaly-monitor-create",
            &request("account", "111122223333", ""),
            Vec::new(),
        )
        .unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Create a Cost Anomaly Detection monitor for all services
        before monitors: us-east-1 ce:GetAnomalyMonitors ()
        requires monitors AnomalyMonitors[](MonitorDimension=SERVICE) Absent
        sends us-east-1 ce:CreateAnomalyMonitor (AnomalyMonitor={"MonitorName":"StanchSpending","MonitorType":"DIMENSIONAL","MonitorDimension":"SERVICE"})
        after monitors-after: us-east-1 ce:GetAnomalyMonitors ()
        holds monitors-after AnomalyMonitors[](MonitorDimension=SERVICE) Present
        undo us-east-1 ce:DeleteAnomalyMonitor (MonitorArn=<monitors-after AnomalyMonitors[](MonitorDimension=SERVICE).MonitorArn>) when monitors-after AnomalyMonitors[](MonitorDimension=SERVICE) Present fine if UnknownMonitorException
        restores monitors AnomalyMonitors[](MonitorDimension=SERVICE).MonitorArn
        "#);
    }
}
