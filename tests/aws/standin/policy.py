"""Policy documents judged as AWS judges them: statements, wildcards, conditions. Knows no account state."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

Statement = dict[str, Any]
Context = dict[str, Any]


class Verdict(Enum):
    ALLOW = "allowed"
    NONE = "implicitDeny"
    DENY = "explicitDeny"


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=10_000)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in text), re.DOTALL)


def like(pattern: str, value: str) -> bool:
    return _pattern(str(pattern)).fullmatch(value) is not None


def _instant(text: str) -> datetime:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _in_network(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda want, got: want == got,
    "StringEqualsIgnoreCase": lambda want, got: want.lower() == got.lower(),
    "StringLike": like,
    "ArnEquals": like,
    "ArnLike": like,
    "Bool": lambda want, got: want.lower() == got.lower(),
    "IpAddress": _in_network,
    "NumericEquals": lambda want, got: float(got) == float(want),
    "NumericLessThan": lambda want, got: float(got) < float(want),
    "NumericLessThanEquals": lambda want, got: float(got) <= float(want),
    "NumericGreaterThan": lambda want, got: float(got) > float(want),
    "NumericGreaterThanEquals": lambda want, got: float(got) >= float(want),
    "DateEquals": lambda want, got: _instant(got) == _instant(want),
    "DateLessThan": lambda want, got: _instant(got) < _instant(want),
    "DateLessThanEquals": lambda want, got: _instant(got) <= _instant(want),
    "DateGreaterThan": lambda want, got: _instant(got) > _instant(want),
    "DateGreaterThanEquals": lambda want, got: _instant(got) >= _instant(want),
}
NEGATIONS = {"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase", "StringNotLike": "StringLike",
             "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike", "NotIpAddress": "IpAddress",
             "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals"}


def _test(operator: str, wanted: list[Any], got: list[str] | None) -> bool:
    quantifier, _, base = operator.rpartition(":")
    optional = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base == "Null":
        return (got is None) == (str(wanted[0]).lower() == "true")
    if got is None:
        return optional or base in NEGATIONS or quantifier == "ForAllValues"
    comparison = COMPARISONS[NEGATIONS.get(base, base)]
    negated = base in NEGATIONS
    verdicts = [any(comparison(str(want), value) for want in wanted) != negated for value in got]
    return any(verdicts) if quantifier == "ForAnyValue" else all(verdicts)


def conditions_hold(condition: dict[str, dict[str, Any]], context: Context) -> bool:
    """Every operator and every key must hold. An operator that nobody knows raises `KeyError`."""
    lowered = {key.lower(): value for key, value in context.items()}
    for operator, pairs in condition.items():
        for key, wanted in pairs.items():
            value = lowered.get(key.lower())
            got = None if value is None else [str(item) for item in as_list(value)]
            variables = [_substitute(str(item), lowered) for item in as_list(wanted)]
            if not _test(operator, variables, got):
                return False
    return True


def _substitute(text: str, context: Context) -> str:
    return re.sub(r"\$\{([^}]+)\}", lambda found: str(context.get(found.group(1).lower(), found.group(0))), text)


def statements(document: Any) -> list[Statement]:
    """A document as text (URL-encoded or not) or as a dictionary."""
    if isinstance(document, bytes):
        document = document.decode()
    if isinstance(document, str):
        document = json.loads(unquote(document) if document.lstrip().startswith("%7B") else document)
    return as_list(document.get("Statement"))


def _names(patterns: Any, value: str, fold: bool = False) -> bool:
    folded = value.lower() if fold else value
    return any(like(pattern.lower() if fold else pattern, folded) for pattern in as_list(patterns))


def concerns(statement: Statement, action: str, resource: str, context: Context, lenient: bool = False) -> bool:
    """Whether a statement is about this call. `lenient`: the resource is not known, take an Allow's word for it."""
    if "NotAction" in statement:
        if _names(statement["NotAction"], action, fold=True):
            return False
    elif not _names(statement.get("Action"), action, fold=True):
        return False
    guess = lenient and resource == "*" and statement["Effect"] == "Allow"
    if "NotResource" in statement:
        if _names(statement["NotResource"], resource):
            return False
    elif "Resource" in statement and not guess and not _names(statement["Resource"], resource):
        return False
    return conditions_hold(statement.get("Condition") or {}, context)


def judge(documents: Iterable[Any], action: str, resource: str, context: Context, lenient: bool = False) -> Verdict:
    """One set of policies over one resource: an explicit deny wins, else any allow."""
    verdict = Verdict.NONE
    for document in documents:
        for statement in statements(document):
            if concerns(statement, action, resource, context, lenient):
                if statement["Effect"] == "Deny":
                    return Verdict.DENY
                verdict = Verdict.ALLOW
    return verdict


def judge_principal(document: Any, kind: str, names: set[str], action: str, resource: str, context: Context) -> Verdict:
    """A resource's own policy (trust, bucket, topic) for a caller known by any of `names` of that kind."""
    verdict = Verdict.NONE
    for statement in statements(document):
        if "NotPrincipal" in statement:
            listed = statement["NotPrincipal"]
            matches = not names & set(as_list(listed.get(kind)) if isinstance(listed, dict) else as_list(listed))
        else:
            listed = statement.get("Principal", {})
            matches = listed == "*" or bool(({*names, "*"}) & set(as_list(listed.get(kind)) if isinstance(listed, dict) else []))
        if matches and concerns(statement, action, resource, context):
            if statement["Effect"] == "Deny":
                return Verdict.DENY
            verdict = Verdict.ALLOW
    return verdict
