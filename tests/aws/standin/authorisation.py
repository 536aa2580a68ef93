"""May this caller do this? Identity policies, boundaries, session policies, SCPs, trust and bucket policies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends

from . import resources
from .additions import buckets
from .call import Call
from .identities import Identities
from .policy import Context, Verdict, judge, judge_principal
from .principals import Principal
from .reply import AwsError
from .services import by_signing_name

ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})
# Actions that IAM names differently from the operation.
RENAMED = {
    "s3:ListBuckets": "s3:ListAllMyBuckets", "s3:ListObjects": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket", "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject", "s3:ListObjectVersions": "s3:ListBucketVersions", "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration", "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration", "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification", "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock", "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "lambda:Invoke": "lambda:InvokeFunction",
}
PREFIXES = {"opensearch": "es", "elb": "elasticloadbalancing", "elbv2": "elasticloadbalancing", "cloudwatch": "cloudwatch", "stepfunctions": "states",
            "sesv2": "ses", "s3control": "s3", "apigatewayv2": "apigateway", "emr": "elasticmapreduce", "efs": "elasticfilesystem"}


def action_of(call: Call) -> str:
    prefix = PREFIXES.get(call.service) or next(
        (signing for signing, services in by_signing_name().items() if call.service in services), call.service)
    if prefix == "apigateway":  # the one service whose actions are the HTTP methods
        return f"apigateway:{call.environ['REQUEST_METHOD']}"
    action = f"{prefix}:{call.name}"
    return RENAMED.get(action, action)


def _context(call: Call, who: Principal | None) -> Context:
    context: Context = {
        "aws:RequestedRegion": call.region, "aws:CurrentTime": datetime.now(UTC).isoformat(), "aws:EpochTime": datetime.now(UTC).timestamp(),
        "aws:SourceIp": call.environ.get("HTTP_X_FORWARDED_FOR", call.environ.get("REMOTE_ADDR", "127.0.0.1")),
        "aws:SecureTransport": "false", "aws:UserAgent": call.environ.get("HTTP_USER_AGENT", ""), "aws:ViaAWSService": "false"}
    if who:
        context |= {"aws:PrincipalArn": who.role_arn or who.arn, "aws:PrincipalAccount": who.account, "aws:userid": who.unique_id,
                    "aws:PrincipalType": who.kind}
        if who.kind == "IAMUser":
            context["aws:username"] = who.name
        if who.issued:
            context["aws:TokenIssueTime"] = who.issued.isoformat()
            context["aws:MultiFactorAuthPresent"] = str(who.mfa).lower()
        if who.directory_user:
            context["identitystore:userId"] = who.directory_user
    if "ExternalId" in call.parameters:
        context["sts:ExternalId"] = call.parameters["ExternalId"]
    if "RoleSessionName" in call.parameters:
        context["sts:RoleSessionName"] = call.parameters["RoleSessionName"]
    return context


def control_policies_enabled(backend: Any) -> bool:
    kinds = [kind for unit in backend.ou for kind in getattr(unit, "policy_types", [])]
    return {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"} in kinds


def control_policies(account: str, partition: str) -> list[list[Any]]:
    """The SCPs that hold for an account, level by level; none for a management account."""
    for master, partitions in list(organizations_backends.items()):
        backend = partitions[partition]
        member = next((item for item in backend.accounts if item.id == account), None)
        if not backend.org or member is None or account == master or not control_policies_enabled(backend):
            continue
        levels, node = [], member
        while node is not None:
            attached = [policy.content for policy in node.attached_policies if policy.type == "SERVICE_CONTROL_POLICY"]
            if attached:
                levels.append(attached)
            node = next((unit for unit in backend.ou if unit.id == getattr(node, "parent_id", None)), None)
        return levels
    return []


def _identity(who: Principal, action: str, resource: str, context: Context, lenient: bool) -> Verdict:
    """What the caller's own policies say within every limit set around them."""
    limits = [[who.boundary]] if who.boundary else []
    limits += [[policy] for policy in who.session_policies] + control_policies(who.account, "aws")
    verdicts = [judge(documents, action, resource, context, lenient) for documents in [who.policies, *limits]]
    if Verdict.DENY in verdicts:
        return Verdict.DENY
    return Verdict.ALLOW if all(verdict is Verdict.ALLOW for verdict in verdicts) else Verdict.NONE


def _own_names(who: Principal) -> set[str]:
    return {who.arn, *([who.role_arn] if who.role_arn else [])}


def _account_names(who: Principal, partition: str) -> set[str]:
    return {who.account, f"arn:{partition}:iam::{who.account}:root"}


def _may_assume(call: Call, who: Principal, action: str, context: Context, identity: Verdict, identities: Identities) -> bool:
    """Trust that names the caller is enough within an account; trust in an account still needs its permission."""
    role_arn = call.parameters.get("RoleArn", "")
    parts = role_arn.split(":")
    role = identities.role(role_arn, call.partition) if len(parts) > 5 else None
    if role is None:  # AWS does not say so, it denies
        return False
    trust = role.trust
    direct = judge_principal(trust, "AWS", _own_names(who), action, role_arn, context)
    whole = judge_principal(trust, "AWS", _own_names(who) | _account_names(who, call.partition), action, role_arn, context)
    if Verdict.DENY in (direct, whole) or identity is Verdict.DENY or whole is not Verdict.ALLOW:
        return False
    if identity is Verdict.ALLOW:
        return True
    return direct is Verdict.ALLOW and parts[4] == who.account and not who.boundary


def _bucket_verdict(call: Call, who: Principal | None, action: str, resource: str, context: Context) -> Verdict:
    bucket = next((backends[call.partition].buckets.get(call.parameters.get("Bucket"))
                   for backends in list(s3_backends.values()) if call.parameters.get("Bucket") in backends[call.partition].buckets), None)
    if bucket is None or not bucket.policy:
        return Verdict.NONE
    names = _own_names(who) | _account_names(who, call.partition) if who else set()
    return judge_principal(bucket.policy, "AWS", names, action, resource, context)


def _session_may(who: Principal, action: str) -> bool:
    """Sessions of users may not call IAM without MFA, nor all of STS; those of federated users neither (IAM User Guide, "Compare AWS STS credentials")."""
    if who.kind == "FederatedUser":
        return not action.startswith(("iam:", "sts:"))
    if who.kind == "IAMUser" and who.token:
        return action == "sts:AssumeRole" or not action.startswith("sts:") and (who.mfa or not action.startswith("iam:"))
    return True


def _denied(who: Principal, action: str, resource: str, explicit: bool) -> AwsError:
    why = "with an explicit deny" if explicit else "because no identity-based policy allows the action"
    return AwsError("AccessDenied", f"User: {who.arn} is not authorized to perform: {action} on resource: {resource} {why}", 403)


def check(call: Call, who: Principal, identities: Identities) -> None:
    """Raises `AccessDenied`; the border of the application gives it the service's own name."""
    action, context = action_of(call), _context(call, who)
    if action in ALWAYS_ALLOWED:
        return
    if not _session_may(who, action):
        raise _denied(who, action, "*", False)
    known = resources.of_call(call, action.split(":")[0])
    lenient = not known and not resources.names_none(call)
    for resource in known or ["*"]:
        identity = _identity(who, action, resource, context, lenient)
        if action == "sts:AssumeRole":
            if not _may_assume(call, who, action, context, identity, identities):
                raise _denied(who, action, resource, identity is Verdict.DENY)
            continue
        bucket = _bucket_verdict(call, who, action, resource, context) if call.service == "s3" else Verdict.NONE
        if identity is Verdict.DENY or bucket is Verdict.DENY:
            raise _denied(who, action, resource, True)
        if Verdict.ALLOW not in (identity, bucket):
            raise _denied(who, action, resource, False)


def check_anonymous(call: Call) -> None:
    """Unsigned calls: those that need no signature, and what a bucket's policy or ACL opens to the world."""
    if call.operation is not None and (call.operation.auth_type == "none" or call.name in ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")):
        return
    if call.service != "s3":
        raise AwsError("MissingAuthenticationToken", "the request must contain a valid access key id", 403)
    action = action_of(call)
    known = resources.of_call(call, "s3") or ["*"]
    verdicts = [_bucket_verdict(call, None, action, resource, _context(call, None)) for resource in known]
    opened = all(v is Verdict.ALLOW for v in verdicts) and not _blocked(call, "restrict_public_buckets")
    if Verdict.DENY in verdicts or not (opened or _acl_opens(call) and not _blocked(call, "ignore_public_acls")):
        raise AwsError("AccessDenied", "Access Denied", 403)


def _blocked(call: Call, kind: str) -> bool:
    return buckets.blocks(call.parameters.get("Bucket", ""), call.partition, kind)


def _acl_opens(call: Call) -> bool:
    bucket = next((backends[call.partition].buckets[call.parameters["Bucket"]] for backends in list(s3_backends.values())
                   if call.parameters.get("Bucket") in backends[call.partition].buckets), None)
    if bucket is None or call.name not in ("GetObject", "HeadObject", "ListObjects", "ListObjectsV2"):
        return False
    if "Key" in call.parameters:
        stored = bucket.keys.get(call.parameters["Key"])
        acl = getattr(stored, "acl", None)
    else:
        acl = bucket.acl
    return bool(acl and acl.public_read)
