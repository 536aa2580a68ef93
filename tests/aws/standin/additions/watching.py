"""What watches and what pays: trails, detectors, keys about to be deleted, budgets. moto lets pass what AWS refuses here."""

from __future__ import annotations

from typing import Any

from moto.budgets.models import budgets_backends
from moto.cloudtrail.models import cloudtrail_backends
from moto.guardduty.models import guardduty_backends
from moto.kms.models import kms_backends

from ..call import Call
from ..policy import Named, Names, judge_resource
from ..reply import AwsError
from ..state import State
from .buckets import holder

TRAIL_SERVICE = Names(itself=frozenset({"cloudtrail.amazonaws.com"}))
EVERY_EVENT = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}


def _trails(call: Call) -> list[tuple[str, Any]]:
    return [(region, trail) for region, backend in list(cloudtrail_backends[call.account].items()) for trail in list(backend.trails.values())]


def _may_deliver(call: Call, bucket: Any, name: str, prefix: str) -> bool:
    """The bucket's policy as CloudTrail asks for it (CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail")."""
    if not bucket.policy:
        return False
    context = {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": f"arn:{call.partition}:cloudtrail:{call.region}:{call.account}:trail/{name}",
               "aws:SourceAccount": call.account}
    root = f"arn:{call.partition}:s3:::{bucket.name}"
    key = f"{root}/{prefix.strip('/') + '/' if prefix else ''}AWSLogs/{call.account}/CloudTrail/x"
    asked = (("s3:GetBucketAcl", root), ("s3:PutObject", key))
    judged = [judge_resource(bucket.policy, "Service", TRAIL_SERVICE, action, resource, context) for action, resource in asked]
    return all(Named.ITSELF in allows and not denies for denies, allows in judged)


def _check_bucket(call: Call, name: str) -> None:
    asked = call.parameters.get("S3BucketName")
    _, bucket = holder(asked, call.partition) if asked else (None, None)
    if bucket is not None and not _may_deliver(call, bucket, name, call.parameters.get("S3KeyPrefix") or ""):
        raise AwsError("InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {asked}")


def check_new_trail(state: State, call: Call) -> None:
    name = call.parameters["Name"]
    if any(region == call.region and trail.trail_name == name for region, trail in _trails(call)):
        raise AwsError("TrailAlreadyExistsException", f"Trail {name} already exists for customer: {call.account}")
    _check_bucket(call, name)


def _check_home(call: Call) -> None:
    """A trail of all regions is changed where it was made."""
    asked = call.parameters.get("Name") or call.parameters.get("TrailName") or ""
    homes = [region for region, trail in _trails(call) if asked in (trail.trail_name, trail.arn)]
    if homes and call.region not in homes:
        raise AwsError("InvalidHomeRegionException", f"The trail {asked} was created in {homes[0]} and can only be changed from there.")


def check_home(state: State, call: Call) -> None:
    _check_home(call)


def check_trail_change(state: State, call: Call) -> None:
    _check_home(call)
    _check_bucket(call, call.parameters["Name"].rsplit("/", 1)[-1])


def one_kind_of_selectors(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """Plain selectors put an end to advanced ones; moto keeps both."""
    asked = call.parameters["TrailName"]
    for _, trail in _trails(call):
        if asked in (trail.trail_name, trail.arn) and call.parameters.get("EventSelectors"):
            trail.advanced_event_selectors = []
    return value


def default_selectors(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    if not value.get("EventSelectors") and not value.get("AdvancedEventSelectors"):
        value["EventSelectors"] = [dict(EVERY_EVENT)]
    return {name: item for name, item in value.items() if item or name == "TrailARN"}


def check_detector_absent(state: State, call: Call) -> None:
    if guardduty_backends[call.account][call.region].detectors:
        raise AwsError("BadRequestException", "The request is rejected because a detector already exists for the current account.")


def check_pending_deletion(state: State, call: Call) -> None:
    name = call.parameters["KeyId"].rsplit("/", 1)[-1]
    key = kms_backends[call.account][call.region].keys.get(name)
    if key is not None and key.key_state != "PendingDeletion":
        raise AwsError("KMSInvalidStateException", f"{key.arn} is not pending deletion.")


def key_policy(state: State, call: Call) -> dict[str, Any] | None:
    """A key has one policy, named `default`, which need not be said."""
    key = kms_backends[call.account][call.region].keys.get(call.parameters["KeyId"].rsplit("/", 1)[-1])
    return {"Policy": key.policy, "PolicyName": "default"} if key is not None and "PolicyName" not in call.parameters else None


def subscribers(state: State, call: Call) -> dict[str, Any]:
    budget = budgets_backends[call.account][call.partition].budgets[call.parameters["AccountId"]].get(call.parameters["BudgetName"])
    asked = call.parameters["Notification"]
    for notification in budget.notifications if budget else []:
        if all(notification.details.get(member) == asked[member] for member in ("NotificationType", "ComparisonOperator", "Threshold")):
            return {"Subscribers": list(notification.subscribers)}
    raise AwsError("NotFoundException", "Unable to get the notification or the budget")


def check_budget(state: State, call: Call) -> None:
    """moto fails where the budget is not there."""
    if call.parameters["BudgetName"] not in budgets_backends[call.account][call.partition].budgets[call.parameters["AccountId"]]:
        raise AwsError("NotFoundException", "Unable to get notifications, as the budget does not exist")


OPERATIONS: dict[tuple[str, str], Any] = {
    ("cloudtrail", "CreateTrail"): check_new_trail, ("cloudtrail", "UpdateTrail"): check_trail_change,
    ("guardduty", "CreateDetector"): check_detector_absent, ("kms", "CancelKeyDeletion"): check_pending_deletion, ("kms", "GetKeyPolicy"): key_policy,
    ("budgets", "DescribeSubscribersForNotification"): subscribers, ("budgets", "DescribeNotificationsForBudget"): check_budget,
} | {("cloudtrail", name): check_home for name in ("StartLogging", "StopLogging", "PutEventSelectors", "DeleteTrail", "PutInsightSelectors")}
AMENDMENTS: dict[tuple[str, str], Any] = {
    ("cloudtrail", "PutEventSelectors"): one_kind_of_selectors, ("cloudtrail", "GetEventSelectors"): default_selectors}
