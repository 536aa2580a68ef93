"""Lambda: a reserved concurrency of nought that shows and stops, URLs and permissions that are there once or not at all."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.models import lambda_backends

from ..call import Call
from ..reply import AwsError
from ..state import State

# Members of AddPermission that AWS turns into conditions and moto leaves next to the statement.
CONDITIONS = {"FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"), "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl")}


def _function(call: Call) -> Any:
    """None when there is none: that is moto's to say."""
    try:
        return lambda_backends[call.account][call.region].get_function(call.parameters["FunctionName"])
    except Exception:  # moto raises its own errors for names and ARNs that lead nowhere
        return None


def check_url_absent(state: State, call: Call) -> None:
    function = _function(call)
    if function is not None and function.url_config:
        raise AwsError("ResourceConflictException", "Failed to create function url config. Error message: FunctionUrlConfig exists for this Lambda function", 409)


def check_url_present(state: State, call: Call) -> None:
    function = _function(call)
    if function is not None and not function.url_config:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404)


def change_url(state: State, call: Call) -> None:
    """moto leaves the mode as it is."""
    check_url_present(state, call)
    function = _function(call)
    if function is not None and "InvokeMode" in call.parameters:
        function.url_config.config["InvokeMode"] = call.parameters["InvokeMode"]


def check_statement_absent(state: State, call: Call) -> None:
    function, name = _function(call), call.parameters["StatementId"]
    if function is not None and any(statement.get("Sid") == name for statement in function.policy.statements):
        raise AwsError("ResourceConflictException", f"The statement id ({name}) provided already exists. Please provide a new statement id, or remove the existing statement.", 409)


def check_stopped(state: State, call: Call) -> None:
    function = _function(call)
    if function is not None and function.reserved_concurrency is not None and int(function.reserved_concurrency) == 0:
        raise AwsError("TooManyRequestsException", "Rate Exceeded.", 429)


def concurrency(state: State, call: Call) -> dict[str, Any] | None:
    function = _function(call)
    if function is None:
        return None
    return {} if function.reserved_concurrency is None else {"ReservedConcurrentExecutions": int(function.reserved_concurrency)}


def show_concurrency(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    reserved = _function(call).reserved_concurrency
    return value if reserved is None else {**value, "Concurrency": {"ReservedConcurrentExecutions": int(reserved)}}


def as_written(statement: dict[str, Any]) -> dict[str, Any]:
    """An account as principal is its root's ARN, and what narrows the grant is a condition."""
    shown = {name: item for name, item in statement.items() if name not in CONDITIONS}
    for member, (operator, key) in CONDITIONS.items():
        if member in statement:
            said = str(statement[member]).lower() if operator == "Bool" else statement[member]
            shown.setdefault("Condition", {}).setdefault(operator, {})[key] = said
    principal = shown.get("Principal")
    if isinstance(principal, str) and principal != "*":
        arn = f"arn:aws:iam::{principal}:root" if principal.isdigit() else principal
        shown["Principal"] = {"AWS": arn}
    return shown


def show_policy(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    policy = json.loads(value["Policy"])
    policy["Statement"] = [as_written(statement) for statement in policy["Statement"]]
    return {"Policy": json.dumps(policy), "RevisionId": value.get("RevisionId") or _function(call).policy.revision}


OPERATIONS: dict[tuple[str, str], Any] = {
    ("lambda", "CreateFunctionUrlConfig"): check_url_absent, ("lambda", "DeleteFunctionUrlConfig"): check_url_present,
    ("lambda", "UpdateFunctionUrlConfig"): change_url,
    ("lambda", "AddPermission"): check_statement_absent, ("lambda", "Invoke"): check_stopped, ("lambda", "GetFunctionConcurrency"): concurrency}
AMENDMENTS: dict[tuple[str, str], Any] = {("lambda", "GetFunction"): show_concurrency, ("lambda", "GetPolicy"): show_policy}
