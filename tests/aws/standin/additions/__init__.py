"""Operations that moto lacks or gets wrong, each a function from call to reply as boto3 would return it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..call import Call
from ..state import State
from . import account, ec2, guardduty, iam, logging, mail, organizations, sts, stores, workloads

Operation = Callable[[State, Call], dict[str, Any]]
Amendment = Callable[[State, Call, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[tuple[str, str], Operation] = {
    (service, name): function
    for service, module in (("iam", iam), ("sts", sts), ("account", account), ("ec2", ec2), ("guardduty", guardduty))
    for name, function in module.OPERATIONS.items()
} | logging.OPERATIONS | mail.OPERATIONS | workloads.OPERATIONS | stores.OPERATIONS

# Applied to moto's own answer.
AMENDMENTS: dict[tuple[str, str], Amendment] = {("iam", name): function for name, function in iam.AMENDMENTS.items()} | organizations.AMENDMENTS
