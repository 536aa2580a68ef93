"""May this caller do this? Identity policies, boundaries, session policies, SCPs, trust and bucket policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends

from . import resources
from .additions import buckets
from .call import Call
from .identities import Identities
from .policy import Context, Named, Names, Verdict, judge, judge_resource
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
                    "aws:PrincipalType": "User" if who.kind == "IAMUser" else who.kind}
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


@dataclass(frozen=True)
class Own:
    """What goes with the caller: its policies, and the limits around them. Within an account, limits of an organization hold for
    everything, a boundary and session policies only for what the resource does not grant to the caller itself."""

    denies: bool
    identity: bool
    limits: bool
    organization: bool

    @property
    def allows(self) -> bool:
        return self.identity and self.limits


def _own(who: Principal, action: str, resource: str, context: Context, lenient: bool) -> Own:
    limits = [[who.boundary]] if who.boundary else []
    if who.session_policies:
        limits.append(who.session_policies)
    identity = judge(who.policies, action, resource, context, lenient)
    around = [judge(documents, action, resource, context, lenient) for documents in limits]
    if who.kind == "FederatedUser" and not who.session_policies:
        around.append(Verdict.NONE)
    levels = [judge(documents, action, resource, context, lenient) for documents in control_policies(who.account, "aws")]
    return Own(Verdict.DENY in (identity, *around, *levels), identity is Verdict.ALLOW,
               all(verdict is Verdict.ALLOW for verdict in around), all(verdict is Verdict.ALLOW for verdict in levels))


def _names(who: Principal, partition: str) -> Names:
    issuer = {who.role_arn} if who.role_arn else set()
    if who.kind == "FederatedUser":
        issuer = {iam_backends[who.account][partition].users[_user_of(who)].arn}
    return Names(frozenset({who.arn}), frozenset(issuer), frozenset({who.account, f"arn:{partition}:iam::{who.account}:root"}), bool(who.boundary))


def _user_of(who: Principal) -> str:
    """The user who federated: its id comes before the name of the session."""
    unique = who.unique_id.split(":")[0]
    return next(user.name for partitions in [iam_backends[who.account]] for backend in partitions.values() for user in backend.users.values()
                if user.id == unique)


def _granted(own: Own, allows: set[Named], same_account: bool, gate: bool) -> bool:
    """The union within an account, the intersection across accounts; a gate (a trust policy) must allow in any case."""
    if not own.organization:
        return False
    if not same_account:
        return own.allows and bool(allows)
    named = Named.ITSELF in allows or (Named.ISSUER in allows and own.limits)
    return named or (own.allows and (Named.ACCOUNT in allows or not gate))


def _trust(call: Call, who: Principal, action: str, context: Context, identities: Identities) -> tuple[bool, set[Named], str]:
    role_arn = call.parameters.get("RoleArn", "")
    parts = role_arn.split(":")
    role = identities.role(role_arn, call.partition) if len(parts) > 5 else None
    if role is None:  # AWS does not say so, it denies
        return False, set(), ""
    return *judge_resource(role.trust, "AWS", _names(who, call.partition), action, role_arn, context), parts[4]


def _bucket(call: Call, names: Names, action: str, resource: str, context: Context, account: str) -> tuple[bool, set[Named], str]:
    """What the bucket's policy says, and whose the bucket is."""
    name = call.parameters.get("Bucket")
    found = next(((owner, backends[call.partition].buckets[name]) for owner, backends in list(s3_backends.items())
                  if name in backends[call.partition].buckets), None)
    if found is None:
        return False, set(), account
    owner, bucket = found
    if not bucket.policy:
        return False, set(), owner
    return *judge_resource(bucket.policy, "AWS", names, action, resource, context), owner


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
        own = _own(who, action, resource, context, lenient)
        gate = action == "sts:AssumeRole"
        denies, allows, owner = False, set(), who.account
        if gate:
            denies, allows, owner = _trust(call, who, action, context, identities)
        elif call.service == "s3":
            denies, allows, owner = _bucket(call, _names(who, call.partition), action, resource, context, who.account)
        if own.denies or denies:
            raise _denied(who, action, resource, True)
        if not _granted(own, allows, owner == who.account, gate):
            raise _denied(who, action, resource, False)


def check_anonymous(call: Call) -> None:
    """Unsigned calls: those that need no signature, and what a bucket's policy or ACL opens to the world."""
    if call.operation is not None and (call.operation.auth_type == "none" or call.name in ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")):
        return
    if call.service != "s3":
        raise AwsError("MissingAuthenticationToken", "the request must contain a valid access key id", 403)
    action = action_of(call)
    known = resources.of_call(call, "s3") or ["*"]
    said = [_bucket(call, Names(), action, resource, _context(call, None), "") for resource in known]
    opened = all(Named.ITSELF in allows for _, allows, _ in said) and not _blocked(call, "restrict_public_buckets")
    if any(denies for denies, _, _ in said) or not (opened or _acl_opens(call) and not _blocked(call, "ignore_public_acls")):
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
