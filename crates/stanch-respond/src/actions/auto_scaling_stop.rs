//! Stops an EC2 Auto Scaling group from launching instances.
//!
//! Scaling to 0 ends the spending, but it terminates the instances: memory, instance store and volumes that are deleted with them
//! are lost. By default the processes of the group are suspended instead. `Terminate` is among them: with only `Launch` suspended,
//! the group keeps terminating instances that look unhealthy, and an isolated instance does.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::compute::{call, listed, one_of};
use super::parts::{blank, text};
use crate::about::{About, Listing, Parameter, Stage, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct AutoScalingStop;

static ABOUT: About = About {
    name: "auto-scaling-stop",
    does: "Stop an EC2 Auto Scaling group from launching instances.",
    targets: &["auto-scaling-group"],
    parameters: &[Parameter::optional(
        "how",
        "`suspend` suspends its processes (default); `zero` sets its size to 0 and terminates its instances",
    )],
    notes: "Suspending keeps the running instances, and they keep costing: the plan stops or isolates them separately. Scaling \
            to 0 terminates them. After undo the group does at once what it could not do in the meantime.",
    answers: &[
        by_call("autoscaling", "CreateAutoScalingGroup"),
        by_check("costly-compute", "auto-scaling-group"),
    ],
    listing: Some(&Listing::new(
        ("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups[]"),
        "AutoScalingGroupARN",
        "AutoScalingGroupName",
    )),
    stage: Stage::Parent,
    steps: &["13"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/understand-how-suspending-processes-affects-other-processes.html",
        "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html",
    ],
    ..About::EMPTY
};

/// Processes that launch, terminate or check instances.
const PROCESSES: [&str; 8] = [
    "AZRebalance",
    "AlarmNotification",
    "HealthCheck",
    "InstanceRefresh",
    "Launch",
    "ReplaceUnhealthy",
    "ScheduledActions",
    "Terminate",
];

/// Members for the size of a group.
const SIZES: [&str; 3] = ["DesiredCapacity", "MaxSize", "MinSize"];

impl Action for AutoScalingStop {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        match request.values("how").first().map_or("suspend", String::as_str) {
            "suspend" => Ok(suspend(request)),
            "zero" => Ok(zero(request, account)),
            other => Err(Unplannable::new(format!(
                "how is {}: it must be suspend or zero",
                stanch_core::text::shown(other, 40)
            ))),
        }
    }
}

fn read(request: &ActionRequest, name: &str) -> Read {
    let names = [("AutoScalingGroupNames", one_of(&request.target.name))];
    Read::new(
        name,
        call(request, "autoscaling", "DescribeAutoScalingGroups", names),
    )
}

fn there() -> Expectation {
    let name = Path::of("AutoScalingGroups[].AutoScalingGroupName");
    Expectation::new("group", name, Test::Present)
}

fn suspend(request: &ActionRequest) -> Change {
    let group = request.target.name.as_str();
    let set = |operation: &str, processes: &[&str]| {
        let params = [
            ("AutoScalingGroupName", text(group)),
            ("ScalingProcesses", Param::literal(json!(processes))),
        ];
        Write::new(call(request, "autoscaling", operation, params))
    };
    let suspended = || Path::of("AutoScalingGroups[].SuspendedProcesses[].ProcessName");
    let resume = |process: &&str| {
        let lacked = Expectation::new("group", suspended(), Test::Lacks(json!(process)));
        set("ResumeProcesses", &[process]).when(lacked)
    };
    let includes =
        |process: &&str| Expectation::new("group-after", suspended(), Test::Includes(json!(process)));
    Change {
        before: vec![read(request, "group")],
        requires: vec![there()],
        writes: vec![set("SuspendProcesses", &PROCESSES)],
        after: vec![read(request, "group-after")],
        verified_by: PROCESSES.iter().map(includes).collect(),
        undo: PROCESSES.iter().map(resume).collect(),
        restores: vec![Restored::new("group", suspended())],
        ..blank(
            &ABOUT,
            request,
            Wave::Spending,
            format!(
                "Suspend Auto Scaling group {group}: it launches and terminates no instances; running instances are kept"
            ),
        )
    }
}

fn zero(request: &ActionRequest, account: &Account) -> Change {
    let group = request.target.name.as_str();
    let set = |sizes: [(&str, Param); 3]| {
        let [desired, most, least] = sizes;
        let params = [("AutoScalingGroupName", text(group)), desired, most, least];
        Write::new(call(request, "autoscaling", "UpdateAutoScalingGroup", params))
    };
    let size = |name: &'static str| Path::of("AutoScalingGroups[]").then(name);
    let zero = Param::literal(0);
    let machines = machines(request, account);
    let mut requires = vec![there()];
    if machines == Some(0) {
        let instances = Path::of("AutoScalingGroups[].Instances[]");
        requires.push(Expectation::new("group", instances, Test::Absent));
    }
    let loses = (machines != Some(0)).then(|| {
        let number = machines.map_or_else(|| "number unknown".to_owned(), |number| number.to_string());
        format!(
            "memory, instance store and volumes deleted on termination of the instances of Auto Scaling group {group} ({number}); \
             suspending the group keeps them"
        )
    });
    let reversibility = match &loses {
        None => Reversibility::Exact,
        Some(_) => Reversibility::Partial {
            remains: "the terminated instances are replaced by new ones".to_owned(),
        },
    };
    Change {
        before: vec![read(request, "group")],
        requires,
        writes: vec![set(SIZES.map(|name| (name, zero.clone())))],
        after: vec![read(request, "group-after")],
        verified_by: SIZES
            .map(|name| Expectation::new("group-after", size(name), Test::Is(json!(0))))
            .to_vec(),
        undo: vec![set(SIZES.map(|name| (name, Param::reply("group", size(name)))))],
        restores: SIZES.map(|name| Restored::new("group", size(name))).to_vec(),
        reversibility,
        loses,
        ..blank(
            &ABOUT,
            request,
            Wave::Spending,
            format!("Set Auto Scaling group {group} to 0 instances, which terminates its instances"),
        )
    }
}

/// Returns the number of instances of the group, if it was read.
fn machines(request: &ActionRequest, account: &Account) -> Option<usize> {
    let place = ("autoscaling", "DescribeAutoScalingGroups", "AutoScalingGroups[]");
    let group = listed(request, account, place, "AutoScalingGroupName")?;
    let listed = group.value.get("Instances").and_then(Value::as_array);
    Some(listed.map_or(0, Vec::len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, answered, request, told};

    fn group() -> ActionRequest {
        request("auto-scaling-group", "web")
    }

    fn with(instances: &Value) -> Account {
        let body = json!({"AutoScalingGroups": [{"AutoScalingGroupName": "web", "Instances": instances}]});
        account([answered(
            "autoscaling",
            "DescribeAutoScalingGroups",
            Value::Null,
            body,
        )])
    }

    #[test]
    fn machines_are_kept_and_only_what_was_not_suspended_is_resumed() {
        insta::assert_snapshot!(told(&AutoScalingStop, &group(), &account([])), @r#"
        Spending: Suspend Auto Scaling group web: it launches and terminates no instances; running instances are kept
        before group: eu-west-1 autoscaling DescribeAutoScalingGroups {AutoScalingGroupNames: ["web"]}
        requires group.AutoScalingGroups[].AutoScalingGroupName "present"
        write eu-west-1 autoscaling SuspendProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["AZRebalance","AlarmNotification","HealthCheck","InstanceRefresh","Launch","ReplaceUnhealthy","ScheduledActions","Terminate"]}
        after group-after: eu-west-1 autoscaling DescribeAutoScalingGroups {AutoScalingGroupNames: ["web"]}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"AZRebalance"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"AlarmNotification"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"HealthCheck"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"InstanceRefresh"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"Launch"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"ReplaceUnhealthy"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"ScheduledActions"}
        holds group-after.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"includes":"Terminate"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["AZRebalance"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"AZRebalance"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["AlarmNotification"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"AlarmNotification"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["HealthCheck"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"HealthCheck"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["InstanceRefresh"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"InstanceRefresh"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["Launch"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"Launch"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["ReplaceUnhealthy"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"ReplaceUnhealthy"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["ScheduledActions"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"ScheduledActions"}
        undo eu-west-1 autoscaling ResumeProcesses {AutoScalingGroupName: "web", ScalingProcesses: ["Terminate"]} when group.AutoScalingGroups[].SuspendedProcesses[].ProcessName {"lacks":"Terminate"}
        restores group.AutoScalingGroups[].SuspendedProcesses[].ProcessName
        exact
        "#);
    }

    #[test]
    fn scaling_to_zero_says_what_is_lost() {
        let zero = group().with("how", ["zero".to_owned()]);
        insta::assert_snapshot!(told(&AutoScalingStop, &zero, &with(&json!([{"InstanceId": "i-1"}]))), @r#"
        Spending: Set Auto Scaling group web to 0 instances, which terminates its instances
        before group: eu-west-1 autoscaling DescribeAutoScalingGroups {AutoScalingGroupNames: ["web"]}
        requires group.AutoScalingGroups[].AutoScalingGroupName "present"
        write eu-west-1 autoscaling UpdateAutoScalingGroup {AutoScalingGroupName: "web", DesiredCapacity: 0, MaxSize: 0, MinSize: 0}
        after group-after: eu-west-1 autoscaling DescribeAutoScalingGroups {AutoScalingGroupNames: ["web"]}
        holds group-after.AutoScalingGroups[].DesiredCapacity {"is":0}
        holds group-after.AutoScalingGroups[].MaxSize {"is":0}
        holds group-after.AutoScalingGroups[].MinSize {"is":0}
        undo eu-west-1 autoscaling UpdateAutoScalingGroup {AutoScalingGroupName: "web", DesiredCapacity: <One group.AutoScalingGroups[].DesiredCapacity>, MaxSize: <One group.AutoScalingGroups[].MaxSize>, MinSize: <One group.AutoScalingGroups[].MinSize>}
        restores group.AutoScalingGroups[].DesiredCapacity
        restores group.AutoScalingGroups[].MaxSize
        restores group.AutoScalingGroups[].MinSize
        partial: the terminated instances are replaced by new ones
        loses memory, instance store and volumes deleted on termination of the instances of Auto Scaling group web (1); suspending the group keeps them
        "#);
    }

    #[test]
    fn an_empty_group_loses_nothing_if_it_is_still_empty_then() {
        let zero = group().with("how", ["zero".to_owned()]);
        let told = told(&AutoScalingStop, &zero, &with(&json!([])));
        assert!(
            told.contains("Instances[] \"absent\"") && told.contains("\nexact\n") && !told.contains("loses")
        );
    }

    #[test]
    fn a_group_of_which_nothing_is_known_may_lose_machines() {
        let zero = group().with("how", ["zero".to_owned()]);
        assert!(
            told(&AutoScalingStop, &zero, &account([]))
                .contains("\nloses memory, instance store and volumes")
        );
        let other = group().with("how", ["delete".to_owned()]);
        assert!(told(&AutoScalingStop, &other, &account([])).starts_with("not planned"));
    }
}
