"""Parents bring their instances back: Auto Scaling groups, persistent spot requests, fleets that maintain a capacity.

Whoever stops a child before its parent sees another one come up at once (AWS takes a minute). A suspended `Launch` launches
nothing, a suspended `HealthCheck`, `ReplaceUnhealthy` or `Terminate` leaves a stopped instance alone, and a cancelled parent keeps what runs.
"""

from __future__ import annotations

import io
from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from ..call import Call
from ..reply import AwsError
from ..state import State

PROCESSES = ("AZRebalance", "AddToLoadBalancer", "AlarmNotification", "HealthCheck", "InstanceRefresh", "Launch", "ReplaceUnhealthy", "ScheduledActions", "Terminate")
REPLACING = frozenset({"HealthCheck", "ReplaceUnhealthy", "Terminate"})


def _suspended(group: Any) -> set[str]:
    return {process["ProcessName"] for process in group.suspended_processes}


def _correct_moto() -> None:
    """A suspended Launch launches nothing; scaling in is not stopped by termination protection (EC2 Auto Scaling User Guide, "Instance scale-in protection")."""
    launch, size = FakeAutoScalingGroup.replace_autoscaling_group_instances, FakeAutoScalingGroup.set_desired_capacity

    def launch_unless_suspended(self: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
        if "Launch" not in _suspended(self):
            launch(self, count_needed, propagated_tags)

    def size_whatever_is_protected(self: Any, new_capacity: int | None) -> None:
        shielded = [state.instance for state in self.instance_states if state.instance.disable_api_termination]
        for instance in shielded:
            instance.disable_api_termination = False
        try:
            size(self, new_capacity)
        finally:
            for instance in shielded:
                instance.disable_api_termination = True

    FakeAutoScalingGroup.replace_autoscaling_group_instances = launch_unless_suspended
    FakeAutoScalingGroup.set_desired_capacity = size_whatever_is_protected


_correct_moto()


def _group(call: Call) -> Any:
    groups, name = autoscaling_backends[call.account][call.region].autoscaling_groups, call.parameters["AutoScalingGroupName"]
    if name not in groups:
        raise AwsError("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup {name} not found")
    return groups[name]


def suspend(state: State, call: Call) -> dict[str, Any]:
    group = _group(call)
    group.suspended_processes = sorted(_suspended(group) | set(call.parameters.get("ScalingProcesses") or PROCESSES))
    return {}


def resume(state: State, call: Call) -> dict[str, Any]:
    group = _group(call)
    group.suspended_processes = sorted(_suspended(group) - set(call.parameters.get("ScalingProcesses") or PROCESSES))
    group.set_desired_capacity(group.desired_capacity)
    return {}


def leave_standby(state: State, call: Call) -> None:
    """Only what is on standby can leave it; moto raises the wanted number whatever the instance's state."""
    standing = {item.instance.id for item in _group(call).instance_states if item.lifecycle_state == "Standby"}
    for name in call.parameters.get("InstanceIds", []):
        if name not in standing:
            raise AwsError("ValidationError", f"The instance {name} is not in Standby.")


def _replace_stopped(call: Call, stopped: set[str]) -> None:
    """To a group an instance that stopped is unhealthy: it is terminated and another one launched."""
    ec2, scaling = ec2_backends[call.account][call.region], autoscaling_backends[call.account][call.region]
    for group in list(scaling.autoscaling_groups.values()):
        sick = [item.instance for item in group.active_instances() if item.instance.id in stopped]
        if not sick or _suspended(group) & REPLACING:
            continue
        for instance in sick:
            instance.disable_api_termination = False
        ec2.terminate_instances([instance.id for instance in sick])
        scaling.notify_terminate_instances([instance.id for instance in sick])
        elbv2_backends[call.account][call.region].notify_terminate_instances([instance.id for instance in sick])


def _refill(ec2: Any) -> None:
    for request in list(ec2.spot_instance_requests.values()):
        if request.type == "persistent" and request.state == "active" and not request.spot_fleet_id and request.instance.state == "terminated":
            request.instance = request.launch_instance()
    for fleet in [*ec2.spot_fleet_requests.values(), *ec2.fleets.values()]:
        missing = fleet.target_capacity - len(fleet.spot_requests) - len(getattr(fleet, "on_demand_instances", ()))
        if fleet.state != "active" or getattr(fleet, "fleet_type", "maintain") != "maintain" or missing <= 0:
            continue
        if hasattr(fleet, "create_on_demand_requests") and fleet.target_capacity_specification.get("DefaultTargetCapacityType") != "spot":
            fleet.create_on_demand_requests(missing)
        else:
            fleet.create_spot_requests(missing)


def after_stop(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    _replace_stopped(call, set(call.parameters["InstanceIds"]))
    return value


def after_terminate(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    _refill(ec2_backends[call.account][call.region])
    return value


def cancel_spot(state: State, call: Call) -> dict[str, Any]:
    """The request is kept and says that its instance runs on; moto forgets it."""
    kept = ec2_backends[call.account][call.region].spot_instance_requests
    asked = call.parameters["SpotInstanceRequestIds"]
    for key in asked:
        if key not in kept:
            raise AwsError("InvalidSpotInstanceRequestID.NotFound", f"The spot instance request ID '{key}' does not exist")
    for key in asked:
        kept[key].state = "cancelled"
        running = kept[key].instance.state not in ("terminated", "stopped")
        kept[key]._status_code = "request-canceled-and-instance-running" if running else "canceled-before-fulfillment"
    return {"CancelledSpotInstanceRequests": [{"SpotInstanceRequestId": key, "State": "cancelled"} for key in asked]}


def show_fleet_state(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """What runs on is not said to be terminating."""
    for shown in value.get("SuccessfulFleetRequests", []):
        shown["CurrentSpotFleetRequestState"] = "cancelled_terminating" if call.parameters.get("TerminateInstances") else "cancelled_running"
    return value


def default_strategy(state: State, call: Call) -> None:
    """moto fails without a strategy, which is optional."""
    if "AllocationStrategy" not in call.parameters["SpotFleetRequestConfig"]:
        body = call.body + b"&SpotFleetRequestConfig.AllocationStrategy=lowestPrice"
        call.environ["wsgi.input"], call.environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))


OPERATIONS: dict[tuple[str, str], Any] = {
    ("autoscaling", "SuspendProcesses"): suspend, ("autoscaling", "ResumeProcesses"): resume,
    ("autoscaling", "ExitStandby"): leave_standby,
    ("ec2", "CancelSpotInstanceRequests"): cancel_spot, ("ec2", "RequestSpotFleet"): default_strategy}
AMENDMENTS: dict[tuple[str, str], Any] = {("ec2", "StopInstances"): after_stop, ("ec2", "TerminateInstances"): after_terminate,
                                               ("ec2", "CancelSpotFleetRequests"): show_fleet_state}
