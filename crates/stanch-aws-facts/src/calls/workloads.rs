//! Calls of Auto Scaling, ECS, EventBridge and other services that run workloads: workloads.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Loss};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::creates("autoscaling", "CreateAutoScalingGroup", "Auto Scaling group")
        .request("autoScalingGroupName")
        .undone_by(&["DeleteAutoScalingGroup"]),
    CallFact::deletes("autoscaling", "DeleteAutoScalingGroup", "Auto Scaling group").loses(Loss::Workload),
    CallFact::creates("cloudformation", "CreateStack", "stack")
        .request("stackName")
        .undone_by(&["DeleteStack"]),
    CallFact::deletes("cloudformation", "DeleteStack", "stack").loses(Loss::Workload),
    CallFact::creates("ecs", "CreateCluster", "cluster")
        .request("clusterName")
        .undone_by(&["DeleteCluster"]),
    CallFact::creates("ecs", "CreateService", "ECS service")
        .request("serviceName")
        .undone_by(&["DeleteService"]),
    CallFact::deletes("ecs", "DeleteCluster", "cluster").loses(Loss::Workload),
    CallFact::deletes("ecs", "DeleteService", "ECS service").loses(Loss::Workload),
    CallFact::creates("eks", "CreateCluster", "cluster")
        .request("name")
        .undone_by(&["DeleteCluster"]),
    CallFact::deletes("eks", "DeleteCluster", "cluster")
        .request("name")
        .loses(Loss::Workload),
    CallFact::creates("elasticloadbalancing", "CreateLoadBalancer", "load balancer")
        .request("name")
        .undone_by(&["DeleteLoadBalancer"]),
    CallFact::creates("elasticloadbalancing", "CreateTargetGroup", "target group")
        .request("name")
        .undone_by(&["DeleteTargetGroup"]),
    CallFact::deletes("elasticloadbalancing", "DeleteLoadBalancer", "load balancer").loses(Loss::Plumbing),
    CallFact::deletes("elasticloadbalancing", "DeleteTargetGroup", "target group").loses(Loss::Plumbing),
    CallFact::creates("events", "PutRule", "EventBridge rule")
        .request("name")
        .undone_by(&["DeleteRule"]),
    CallFact::creates("rolesanywhere", "CreateTrustAnchor", "trust anchor")
        .request("name")
        .undone_by(&["DeleteTrustAnchor"]),
];
