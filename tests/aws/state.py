"""The state of the account, as far as containment changes it: one line for each thing, equal when nothing changed.

Read by boto3, not by the program under test. Documents are parsed and their lists sorted, times and counters left out, so that a
policy put back in other words of the same meaning is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from story.account import HOME, Caller

Lines = dict[str, Any]
# What tells when, how often or by which request, not what is.
VOLATILE = frozenset({
    "ResponseMetadata", "CreateDate", "UpdateDate", "PasswordLastUsed", "RoleLastUsed", "LastModified", "LastUpdateStatus", "RevisionId", "LastModifiedTime",
    "CreationDate", "CreationTime", "LastModificationDate", "LatestDeliveryTime", "LatestDeliveryAttemptTime", "StartLoggingTime", "StopLoggingTime", "TimeLoggingStarted",
    "TimeLoggingStopped", "AttachTime", "LaunchTime", "UsageOperationUpdateTime", "StateReason", "StateTransitionReason", "CreatedTime", "UpdatedAt", "AssociationId",
    "AttachmentCount", "PermissionsBoundaryUsageCount", "LastUpdatedTime", "createdAt", "updatedAt", "events", "deployments", "ReservationId", "LastModifiedBy",
    "LastModifiedDate", "ETag", "NextToken", "Marker", "IsTruncated", "AttachmentId", "LastStatus"})
DOCUMENTS = ("PolicyDocument", "AssumeRolePolicyDocument", "Document", "Policy", "Content", "InlinePolicy")
ABSENT = ("NoSuch", "NotFound", "DoesNotExist", "ResourceNotFound", "AWSOrganizationsNotInUse", "OwnershipControlsNotFound")


def normal(value: Any, name: str = "") -> Any:
    """The same for the same meaning: lists sorted, a list of one as the one, documents parsed."""
    if isinstance(value, str) and name in DOCUMENTS and value.lstrip().startswith("{"):
        return normal(json.loads(value))
    if isinstance(value, dict):
        return {key: normal(item, key) for key, item in sorted(value.items()) if key not in VOLATILE}
    if isinstance(value, list):
        items = sorted((normal(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True, default=str))
        return items[0] if len(items) == 1 and name in ("Action", "NotAction", "Resource", "NotResource", "AWS", "Service", "Federated") else items
    return value.isoformat() if isinstance(value, datetime) else value


def ask(client: Any, method: str, **parameters: Any) -> dict[str, Any]:
    """Every page of the reply; empty for what is not there or what the stand-in does not have."""
    try:
        if client.can_paginate(method):
            return client.get_paginator(method).paginate(**parameters).build_full_result()
        return getattr(client, method)(**parameters)
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        if code == "NotImplemented" or code.startswith(ABSENT) or code.endswith(("NotFound", "NotFoundException", "NotFoundError", "NotInUseException")):
            return {}
        raise


def identities(caller: Caller) -> Iterator[tuple[str, Any]]:
    iam = caller("iam")
    details = ask(iam, "get_account_authorization_details", Filter=["User", "Role", "Group", "LocalManagedPolicy"])
    for kind, name in (("UserDetailList", "UserName"), ("RoleDetailList", "RoleName"), ("GroupDetailList", "GroupName"), ("Policies", "PolicyName")):
        for each in details.get(kind, []):
            yield f"iam/{kind}/{each[name]}", each
    for user in (each["UserName"] for each in details["UserDetailList"]):
        for method, member in (("list_access_keys", "AccessKeyMetadata"), ("list_mfa_devices", "MFADevices"), ("list_ssh_public_keys", "SSHPublicKeys"),
                               ("list_signing_certificates", "Certificates"), ("list_service_specific_credentials", "ServiceSpecificCredentials")):
            yield f"iam/{method[5:]}/{user}", ask(iam, method, UserName=user).get(member)
        yield f"iam/login-profile/{user}", bool(ask(iam, "get_login_profile", UserName=user))
    for method in ("list_saml_providers", "list_open_id_connect_providers"):
        yield f"iam/{method[5:]}", ask(iam, method)


def organization(caller: Caller) -> Iterator[tuple[str, Any]]:
    client = caller("organizations")
    for policy in ask(client, "list_policies", Filter="SERVICE_CONTROL_POLICY").get("Policies", []):
        key = policy["Id"]
        yield f"organizations/policy/{policy['Name']}", ask(client, "describe_policy", PolicyId=key)
        yield f"organizations/targets/{policy['Name']}", ask(client, "list_targets_for_policy", PolicyId=key)


def buckets(caller: Caller) -> Iterator[tuple[str, Any]]:
    s3 = caller("s3")
    for name in (each["Name"] for each in ask(s3, "list_buckets").get("Buckets", [])):
        for method in ("get_public_access_block", "get_bucket_policy", "get_bucket_acl", "get_bucket_ownership_controls"):
            yield f"s3/{name}/{method[4:]}", ask(s3, method, Bucket=name)


def whole_account(caller: Caller, account: str) -> Iterator[tuple[str, Any]]:
    yield "s3control/public_access_block", ask(caller("s3control"), "get_public_access_block", AccountId=account)
    yield "budgets", ask(caller("budgets"), "describe_budgets", AccountId=account)
    for method in ("get_anomaly_monitors", "get_anomaly_subscriptions"):
        yield f"ce/{method[4:]}", ask(caller("ce"), method)


INSTANCE_ATTRIBUTES = ("disableApiTermination", "disableApiStop", "instanceInitiatedShutdownBehavior", "blockDeviceMapping")


def machines(caller: Caller, region: str) -> Iterator[tuple[str, Any]]:
    ec2 = caller("ec2", region)
    for each in (each for item in ask(ec2, "describe_instances").get("Reservations", []) for each in item["Instances"]):
        name = each["InstanceId"]
        yield f"ec2/instance/{name}", {member: each.get(member) for member in ("State", "SecurityGroups", "IamInstanceProfile", "MetadataOptions")}
        for attribute in INSTANCE_ATTRIBUTES if each["State"]["Name"] != "terminated" else ():
            yield f"ec2/instance/{name}/{attribute}", ask(ec2, "describe_instance_attribute", InstanceId=name, Attribute=attribute)
    for method, member, key in (("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"), ("describe_security_groups", "SecurityGroups", "GroupId"),
                                ("describe_network_acls", "NetworkAcls", "NetworkAclId"), ("describe_spot_instance_requests", "SpotInstanceRequests", "SpotInstanceRequestId"),
                                ("describe_spot_fleet_requests", "SpotFleetRequestConfigs", "SpotFleetRequestId"), ("describe_fleets", "Fleets", "FleetId")):
        for each in ask(ec2, method).get(member, []):
            yield f"ec2/{method[9:]}/{each[key]}", each
    for each in ask(ec2, "describe_snapshots", OwnerIds=["self"]).get("Snapshots", []):
        shared = ask(ec2, "describe_snapshot_attribute", SnapshotId=each["SnapshotId"], Attribute="createVolumePermission")
        yield f"ec2/snapshot/{each['SnapshotId']}", shared.get("CreateVolumePermissions")
    for each in ask(ec2, "describe_images", Owners=["self"]).get("Images", []):
        yield f"ec2/image/{each['ImageId']}", ask(ec2, "describe_image_attribute", ImageId=each["ImageId"], Attribute="launchPermission").get("LaunchPermissions")
    for each in ask(caller("autoscaling", region), "describe_auto_scaling_groups").get("AutoScalingGroups", []):
        yield f"autoscaling/{each['AutoScalingGroupName']}", {member: each.get(member) for member in ("MinSize", "MaxSize", "DesiredCapacity", "SuspendedProcesses")}


def functions(caller: Caller, region: str) -> Iterator[tuple[str, Any]]:
    client = caller("lambda", region)
    for name in (each["FunctionName"] for each in ask(client, "list_functions").get("Functions", [])):
        for method in ("get_function_concurrency", "get_function_url_config", "get_policy"):
            yield f"lambda/{name}/{method[4:]}", ask(client, method, FunctionName=name)
    yield "lambda/event_source_mappings", ask(client, "list_event_source_mappings")
    events = caller("events", region)
    for each in ask(events, "list_rules").get("Rules", []):
        yield f"events/{each['Name']}", each
        yield f"events/{each['Name']}/targets", ask(events, "list_targets_by_rule", Rule=each["Name"])
    scheduler = caller("scheduler", region)
    for each in ask(scheduler, "list_schedules").get("Schedules", []):
        yield f"scheduler/{each['Name']}", ask(scheduler, "get_schedule", Name=each["Name"], GroupName=each["GroupName"])


def services(caller: Caller, region: str) -> Iterator[tuple[str, Any]]:
    ecs, kms, trail, guardduty = (caller(name, region) for name in ("ecs", "kms", "cloudtrail", "guardduty"))
    for cluster in ask(ecs, "list_clusters").get("clusterArns", []):
        for arn in ask(ecs, "list_services", cluster=cluster).get("serviceArns", []):
            yield f"ecs/{arn}", ask(ecs, "describe_services", cluster=cluster, services=[arn])["services"][0]["desiredCount"]
    yield "batch/queues", [(each["jobQueueName"], each["state"]) for each in ask(caller("batch", region), "describe_job_queues").get("jobQueues", [])]
    notebooks = ask(caller("sagemaker", region), "list_notebook_instances").get("NotebookInstances", [])
    yield "sagemaker/notebooks", [(each["NotebookInstanceName"], each["NotebookInstanceStatus"]) for each in notebooks]
    for key in (each["KeyId"] for each in ask(kms, "list_keys").get("Keys", [])):
        yield f"kms/{key}", ask(kms, "describe_key", KeyId=key)["KeyMetadata"]["KeyState"]
        yield f"kms/{key}/grants", ask(kms, "list_grants", KeyId=key).get("Grants")
    for each in ask(trail, "describe_trails", includeShadowTrails=False).get("trailList", []):
        yield f"cloudtrail/{each['Name']}", each
        yield f"cloudtrail/{each['Name']}/logging", ask(trail, "get_trail_status", Name=each["Name"]).get("IsLogging")
        yield f"cloudtrail/{each['Name']}/selectors", ask(trail, "get_event_selectors", TrailName=each["Name"])
    for key in ask(guardduty, "list_detectors").get("DetectorIds", []):
        yield f"guardduty/{key}", ask(guardduty, "get_detector", DetectorId=key).get("Status")
    yield "rolesanywhere/anchors", ask(caller("rolesanywhere", region), "list_trust_anchors").get("trustAnchors")


GLOBAL: tuple[Callable[[Caller], Iterator[tuple[str, Any]]], ...] = (identities, organization, buckets)
REGIONAL: tuple[Callable[[Caller, str], Iterator[tuple[str, Any]]], ...] = (machines, functions, services)


def read(caller: Caller, regions: list[str]) -> Lines:
    """All of it; the caller must be allowed to read."""
    account = caller("sts").get_caller_identity()["Account"]
    found: Lines = {f"{HOME}/{name}": normal(value) for part in GLOBAL for name, value in part(caller)}
    found |= {f"{HOME}/{name}": normal(value) for name, value in whole_account(caller, account)}
    found |= {f"{region}/{name}": normal(value) for region in regions for part in REGIONAL for name, value in part(caller, region)}
    return {name: value for name, value in sorted(found.items()) if value not in ({}, [], None, "")}


def differences(before: Lines, after: Lines) -> dict[str, tuple[Any, Any]]:
    """What is not the same, with how it was and is; nothing when an undo undid everything."""
    return {name: (before.get(name), after.get(name)) for name in sorted({*before, *after}) if before.get(name) != after.get(name)}
