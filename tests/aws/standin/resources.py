"""The ARNs that a call is about, as far as its parameters tell; moto's own enforcement knows none but S3's."""

from __future__ import annotations

from typing import Any

from .call import Call

# Parameter → ARN template, by the service's IAM prefix. Lists of names give one ARN each.
TEMPLATES: dict[str, dict[str, str]] = {
    "iam": {"UserName": "arn:{p}:iam::{a}:user/{v}", "RoleName": "arn:{p}:iam::{a}:role/{v}", "GroupName": "arn:{p}:iam::{a}:group/{v}",
            "PolicyName": "arn:{p}:iam::{a}:policy/{v}", "InstanceProfileName": "arn:{p}:iam::{a}:instance-profile/{v}"},
    "ec2": {"InstanceId": "arn:{p}:ec2:{r}:{a}:instance/{v}", "InstanceIds": "arn:{p}:ec2:{r}:{a}:instance/{v}",
            "SnapshotId": "arn:{p}:ec2:{r}::snapshot/{v}", "ImageId": "arn:{p}:ec2:{r}::image/{v}", "GroupId": "arn:{p}:ec2:{r}:{a}:security-group/{v}",
            "VolumeId": "arn:{p}:ec2:{r}:{a}:volume/{v}", "KeyName": "arn:{p}:ec2:{r}:{a}:key-pair/{v}"},
    "lambda": {"FunctionName": "arn:{p}:lambda:{r}:{a}:function:{v}"},
    "sns": {"Name": "arn:{p}:sns:{r}:{a}:{v}"},
    "sqs": {"QueueName": "arn:{p}:sqs:{r}:{a}:{v}", "QueueUrl": "arn:{p}:sqs:{r}:{a}:{last}"},
    "secretsmanager": {"SecretId": "arn:{p}:secretsmanager:{r}:{a}:secret:{v}-", "Name": "arn:{p}:secretsmanager:{r}:{a}:secret:{v}-"},
    "ssm": {"Name": "arn:{p}:ssm:{r}:{a}:parameter/{bare}", "Names": "arn:{p}:ssm:{r}:{a}:parameter/{bare}"},
    "kms": {"KeyId": "arn:{p}:kms:{r}:{a}:key/{v}"},
    "dynamodb": {"TableName": "arn:{p}:dynamodb:{r}:{a}:table/{v}"},
    "cloudtrail": {"Name": "arn:{p}:cloudtrail:{r}:{a}:trail/{v}", "TrailName": "arn:{p}:cloudtrail:{r}:{a}:trail/{v}"},
    "logs": {"logGroupName": "arn:{p}:logs:{r}:{a}:log-group:{v}"},
    "events": {"Rule": "arn:{p}:events:{r}:{a}:rule/{v}", "Name": "arn:{p}:events:{r}:{a}:rule/{v}"},
    "rds": {"DBInstanceIdentifier": "arn:{p}:rds:{r}:{a}:db:{v}", "DBSnapshotIdentifier": "arn:{p}:rds:{r}:{a}:snapshot:{v}"},
    "ecs": {"cluster": "arn:{p}:ecs:{r}:{a}:cluster/{v}", "clusterName": "arn:{p}:ecs:{r}:{a}:cluster/{v}"},
    "eks": {"name": "arn:{p}:eks:{r}:{a}:cluster/{v}", "clusterName": "arn:{p}:eks:{r}:{a}:cluster/{v}"},
}
# Members whose ARN is somebody the call mentions, not what it acts upon.
MENTIONED = frozenset({"Role", "RoleArn", "roleArn", "PolicyArn", "PermissionsBoundary", "taskRoleArn", "executionRoleArn", "ServiceRole"})
UNNAMED = ("List", "Describe", "Lookup")


def _s3(parameters: dict[str, Any], partition: str) -> list[str]:
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    if not bucket:
        return []
    return [f"arn:{partition}:s3:::{bucket}/{key}" if key else f"arn:{partition}:s3:::{bucket}"]


def _filled(template: str, value: str, call: Call) -> str:
    return template.format(p=call.partition, a=call.account, r=call.region, v=value, last=value.rsplit("/", 1)[-1], bare=value.lstrip("/"))


def of_call(call: Call, prefix: str) -> list[str]:
    """The resources of a call; empty when they are not known."""
    if prefix == "s3":
        return _s3(call.parameters, call.partition)
    if prefix == "sts":
        return [call.parameters["RoleArn"]] if "RoleArn" in call.parameters else []
    found: list[str] = []
    for name, value in call.parameters.items():
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str):
                continue
            if item.startswith("arn:"):
                if name not in MENTIONED or (prefix == "iam" and name == "PolicyArn" and "UserName" not in call.parameters and "RoleName" not in call.parameters):
                    found.append(item)
            elif name in TEMPLATES.get(prefix, {}):
                found.append(_filled(TEMPLATES[prefix][name], item, call))
    return list(dict.fromkeys(found))


def names_none(call: Call) -> bool:
    """Calls that list: their resource is `*`, so an Allow for one ARN does not cover them."""
    return call.name.startswith(UNNAMED)
