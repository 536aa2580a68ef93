//! Sets the desired count of an ECS service to 0.
//!
//! Application Auto Scaling would raise the count again at the next alarm or schedule, so it is suspended first, for this service
//! only. A service that runs one task on every instance (`DAEMON`) has no count to set.

use serde_json::json;
use stanch_core::plan::{
    CallTemplate, Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write,
};

use super::compute::{call, one_of};
use super::parts::{blank, text};
use crate::about::{About, Derived, Parameter, Stage, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct EcsServiceZero;

static ABOUT: About = About {
    name: "ecs-service-zero",
    does: "Set the desired count of an ECS service to 0.",
    targets: &["ecs-service"],
    target_help: "name of the service",
    parameters: &[Parameter::required("cluster", "name of its cluster")],
    notes: "Tasks that were started without the service (RunTask) keep running. Memory and task storage are lost when a task \
            stops: save what matters first (ECS Exec).",
    answers: &[
        by_call("ecs", "CreateService"),
        by_check("containers-many", "ecs-service"),
    ],
    derives: Some(Derived::Container {
        parameter: "cluster",
        or_second_name: true,
    }),
    stage: Stage::Parent,
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html",
        "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html",
    ],
    ..About::EMPTY
};

/// Members of the scaling of a service that are suspended.
const SUSPENDED: [&str; 3] = [
    "DynamicScalingInSuspended",
    "DynamicScalingOutSuspended",
    "ScheduledScalingSuspended",
];

/// Dimension by which a service is scaled.
const DIMENSION: &str = "ecs:service:DesiredCount";

impl Action for EcsServiceZero {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let (service, cluster) = (request.target.name.as_str(), request.value("cluster")?);
        let describe = || {
            let params = [("cluster", text(cluster)), ("services", one_of(service))];
            call(request, "ecs", "DescribeServices", params)
        };
        let count = |number| count(request, cluster, number);
        let resource = format!("service/{cluster}/{service}");
        let scaling = || scaling(request, &resource);
        let suspended = || Path::of("ScalableTargets[].SuspendedState");
        let scales = || Expectation::new("scaling", suspended(), Test::Present);
        let suspend = Param::object(SUSPENDED.map(|name| (name, Param::literal(true))));
        let number = || Path::of("services[].desiredCount");
        let no_daemon = Test::Lacks(json!("DAEMON"));
        let goes_on = |name: &&'static str| {
            Expectation::new("scaling-after", suspended().then(name), Test::Lacks(json!(false)))
        };
        let strategy = Path::of("services[].schedulingStrategy");
        Ok(Change {
            before: vec![Read::new("service", describe()), Read::new("scaling", scaling())],
            requires: vec![
                Expectation::new("service", number(), Test::Present),
                Expectation::new("service", strategy, no_daemon),
            ],
            writes: vec![
                register(request, &resource, suspend).when(scales()),
                count(Param::literal(0)),
            ],
            after: vec![
                Read::new("service-after", describe()),
                Read::new("scaling-after", scaling()),
            ],
            verified_by: std::iter::once(Expectation::new("service-after", number(), Test::Is(json!(0))))
                .chain(SUSPENDED.iter().map(goes_on))
                .collect(),
            undo: vec![
                count(Param::reply("service", number())),
                register(request, &resource, Param::reply("scaling", suspended())).when(scales()),
            ],
            restores: vec![
                Restored::new("service", number()),
                Restored::new("scaling", suspended()),
            ],
            reversibility: Reversibility::Partial {
                remains: "the service starts new tasks".to_owned(),
            },
            loses: Some(format!(
                "memory and task storage of the tasks of ECS service {service}"
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Set ECS service {service} of cluster {cluster} to 0 tasks"),
            )
        })
    }
}

fn scaling(request: &ActionRequest, resource: &str) -> CallTemplate {
    let params = [
        ("ServiceNamespace", text("ecs")),
        ("ResourceIds", one_of(resource)),
        ("ScalableDimension", text(DIMENSION)),
    ];
    call(
        request,
        "application-autoscaling",
        "DescribeScalableTargets",
        params,
    )
}

/// Registers the scalable target again, which changes only the members that are named.
fn register(request: &ActionRequest, resource: &str, suspended: Param) -> Write {
    let params = [
        ("ServiceNamespace", text("ecs")),
        ("ResourceId", text(resource)),
        ("ScalableDimension", text(DIMENSION)),
        ("SuspendedState", suspended),
    ];
    Write::new(call(
        request,
        "application-autoscaling",
        "RegisterScalableTarget",
        params,
    ))
}

/// Sets the number of tasks of a service.
fn count(request: &ActionRequest, cluster: &str, number: Param) -> Write {
    let params = [
        ("cluster", text(cluster)),
        ("service", text(&request.target.name)),
        ("desiredCount", number),
    ];
    Write::new(call(request, "ecs", "UpdateService", params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn what_would_raise_the_number_again_is_suspended_first() {
        let service = request("ecs-service", "miner").with("cluster", ["c".to_owned()]);
        insta::assert_snapshot!(told(&EcsServiceZero, &service, &account([])), @r#"
        Spending: Set ECS service miner of cluster c to 0 tasks
        before service: eu-west-1 ecs DescribeServices {cluster: "c", services: ["miner"]}
        before scaling: eu-west-1 application-autoscaling DescribeScalableTargets {ResourceIds: ["service/c/miner"], ScalableDimension: "ecs:service:DesiredCount", ServiceNamespace: "ecs"}
        requires service.services[].desiredCount "present"
        requires service.services[].schedulingStrategy {"lacks":"DAEMON"}
        write eu-west-1 application-autoscaling RegisterScalableTarget {ResourceId: "service/c/miner", ScalableDimension: "ecs:service:DesiredCount", ServiceNamespace: "ecs", SuspendedState: {DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true, ScheduledScalingSuspended: true}} when scaling.ScalableTargets[].SuspendedState "present"
        write eu-west-1 ecs UpdateService {cluster: "c", desiredCount: 0, service: "miner"}
        after service-after: eu-west-1 ecs DescribeServices {cluster: "c", services: ["miner"]}
        after scaling-after: eu-west-1 application-autoscaling DescribeScalableTargets {ResourceIds: ["service/c/miner"], ScalableDimension: "ecs:service:DesiredCount", ServiceNamespace: "ecs"}
        holds service-after.services[].desiredCount {"is":0}
        holds scaling-after.ScalableTargets[].SuspendedState.DynamicScalingInSuspended {"lacks":false}
        holds scaling-after.ScalableTargets[].SuspendedState.DynamicScalingOutSuspended {"lacks":false}
        holds scaling-after.ScalableTargets[].SuspendedState.ScheduledScalingSuspended {"lacks":false}
        undo eu-west-1 ecs UpdateService {cluster: "c", desiredCount: <One service.services[].desiredCount>, service: "miner"}
        undo eu-west-1 application-autoscaling RegisterScalableTarget {ResourceId: "service/c/miner", ScalableDimension: "ecs:service:DesiredCount", ServiceNamespace: "ecs", SuspendedState: <One scaling.ScalableTargets[].SuspendedState>} when scaling.ScalableTargets[].SuspendedState "present"
        restores service.services[].desiredCount
        restores scaling.ScalableTargets[].SuspendedState
        partial: the service starts new tasks
        loses memory and task storage of the tasks of ECS service miner
        "#);
    }

    #[test]
    fn a_service_without_its_cluster_is_not_planned() {
        insta::assert_snapshot!(told(&EcsServiceZero, &request("ecs-service", "miner"), &account([])), @"not planned: cluster is not given");
    }
}
