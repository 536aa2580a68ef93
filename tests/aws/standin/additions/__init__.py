"""Operations that moto lacks or gets wrong, each a function from call to reply as boto3 would return it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..call import Call
from ..state import State
from . import account, buckets, ec2, functions, guardduty, iam, iam_limits, identity_center, instances, logging, mail, organizations, respawn, sts, stores, support, watching, workloads

# None: nothing to say, moto answers (what only checks returns nothing else).
Operation = Callable[[State, Call], dict[str, Any] | None]
Amendment = Callable[[State, Call, dict[str, Any]], dict[str, Any]]

WHOLE = (buckets, functions, iam_limits, identity_center, instances, logging, mail, organizations, respawn, stores, support, watching, workloads)

OPERATIONS: dict[tuple[str, str], Operation] = {
    (service, name): function
    for service, module in (("iam", iam), ("sts", sts), ("account", account), ("ec2", ec2), ("guardduty", guardduty))
    for name, function in module.OPERATIONS.items()
} | {key: function for module in WHOLE for key, function in module.OPERATIONS.items()}

# Applied to moto's own answer.
AMENDMENTS: dict[tuple[str, str], Amendment] = {("iam", name): function for name, function in iam.AMENDMENTS.items()} | {
    key: function for module in WHOLE for key, function in getattr(module, "AMENDMENTS", {}).items()}
