"""S3: blocks of public access refuse what they block, and owner-enforced buckets have no ACLs. moto keeps both and heeds neither."""

from __future__ import annotations

from typing import Any

from moto.s3.models import s3_backends
from moto.s3control.models import s3control_backends

from ..call import Call
from ..policy import as_list, statements
from ..reply import AwsError
from ..state import State

# With one of these a grant to everybody is not public (S3 User Guide, "The meaning of 'public'").
NARROWING = frozenset({"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:principalorgid",
                       "aws:principalarn", "aws:principalaccount", "aws:userid", "s3:dataaccesspointarn", "s3:dataaccesspointaccount"})
PUBLIC_ACLS = ("public-read", "public-read-write", "authenticated-read")
PUBLIC_GROUPS = ("groups/global/AllUsers", "groups/global/AuthenticatedUsers")
GRANTS = ("GrantRead", "GrantWrite", "GrantReadACP", "GrantWriteACP", "GrantFullControl")


def holder(name: str, partition: str) -> tuple[str, Any] | tuple[None, None]:
    """Account and bucket of a name."""
    for account, partitions in list(s3_backends.items()):
        if name in partitions[partition].buckets:
            return account, partitions[partition].buckets[name]
    return None, None


def blocks(name: str, partition: str, kind: str) -> bool:
    """Whether the bucket or its account has this block: `block_public_acls` and its like."""
    account, bucket = holder(name, partition)
    if bucket is None:
        return False
    of_account = s3control_backends[account][partition].public_access_block
    return any(getattr(block, kind, False) for block in (bucket.public_access_block, of_account) if block)


def is_public(policy: Any) -> bool:
    for statement in statements(policy):
        principal = statement.get("Principal")
        everybody = principal == "*" or isinstance(principal, dict) and "*" in as_list(principal.get("AWS"))
        keys = {key.lower() for pairs in (statement.get("Condition") or {}).values() for key in pairs}
        if statement.get("Effect") == "Allow" and everybody and not keys & NARROWING:
            return True
    return False


def check_policy(state: State, call: Call) -> None:
    text = call.parameters.get("Policy") or call.body
    if blocks(call.parameters["Bucket"], call.partition, "block_public_policy") and is_public(text):
        raise AwsError("AccessDenied", "User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting", 403)


def _opens(parameters: dict[str, Any]) -> bool:
    grants = (parameters.get("AccessControlPolicy") or {}).get("Grants") or []
    uris = [str((grant.get("Grantee") or {}).get("URI", "")) for grant in grants] + [str(parameters.get(member, "")) for member in GRANTS]
    return parameters.get("ACL") in PUBLIC_ACLS or any(group in uri for uri in uris for group in PUBLIC_GROUPS)


def check_acl(state: State, call: Call) -> None:
    _, bucket = holder(call.parameters["Bucket"], call.partition)
    enforced = bucket is not None and "BucketOwnerEnforced" in str(bucket.ownership_rule)
    if enforced and call.parameters.get("ACL") not in ("private", "bucket-owner-full-control"):
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")
    if blocks(call.parameters["Bucket"], call.partition, "block_public_acls") and _opens(call.parameters):
        raise AwsError("AccessDenied", "Access Denied", 403)


OPERATIONS: dict[tuple[str, str], Any] = {
    ("s3", "PutBucketPolicy"): check_policy, ("s3", "PutBucketAcl"): check_acl, ("s3", "PutObjectAcl"): check_acl}
