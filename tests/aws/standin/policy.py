"""Policy documents judged as AWS judges them: statements, wildcards, conditions. Knows no account state."""

from __future__ import annotations

import ipaddress
import json
import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
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


# Wildcards that came out of a variable: letters of no text.
LITERAL = {"*": "\ue000", "?": "\ue001"}
MEANT = {literal: wildcard for wildcard, literal in LITERAL.items()}


@lru_cache(maxsize=10_000)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(MEANT.get(c, c)) for c in text), re.DOTALL)


def like(pattern: str, value: str) -> bool:
    return _pattern(str(pattern)).fullmatch(value) is not None


def arn_like(pattern: str, value: str, complete: bool = False) -> bool:
    """Part by part; `complete`: what is missing at the end stands for anything, as in the resources of a statement."""
    if not pattern.startswith("arn:"):
        return like(pattern, value)
    wanted, got = pattern.split(":", 5), value.split(":", 5)
    if len(got) < 6 or (len(wanted) < 6 and not complete):
        return False
    return all(like(part, found) for part, found in zip(wanted, got))


def _ordered(read: Callable[[str], Any], test: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    """What cannot be read as a number or a moment fits nothing."""
    def compare(want: str, got: str) -> bool:
        try:
            return test(read(got), read(want))
        except ValueError:
            return False
    return compare


def _instant(text: str) -> datetime:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _in_network(network: str, address: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda want, got: want == got,
    "StringEqualsIgnoreCase": lambda want, got: want.lower() == got.lower(),
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": lambda want, got: want.lower() == got.lower(),
    "BinaryEquals": lambda want, got: want == got,
    "IpAddress": _in_network,
    "NumericEquals": _ordered(float, operator.eq),
    "NumericLessThan": _ordered(float, operator.lt),
    "NumericLessThanEquals": _ordered(float, operator.le),
    "NumericGreaterThan": _ordered(float, operator.gt),
    "NumericGreaterThanEquals": _ordered(float, operator.ge),
    "DateEquals": _ordered(_instant, operator.eq),
    "DateLessThan": _ordered(_instant, operator.lt),
    "DateLessThanEquals": _ordered(_instant, operator.le),
    "DateGreaterThan": _ordered(_instant, operator.gt),
    "DateGreaterThanEquals": _ordered(_instant, operator.ge),
}
NEGATIONS = {"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase", "StringNotLike": "StringLike",
             "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike", "NotIpAddress": "IpAddress",
             "NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals"}


def _test(name: str, wanted: list[str | None], got: list[str] | None) -> bool:
    quantifier, _, base = name.rpartition(":")
    optional = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    if base == "Null":
        return ("true" if got is None else "false") in [str(want).lower() for want in wanted]
    if not got:
        return quantifier == "ForAllValues" or optional or (base in NEGATIONS and quantifier != "ForAnyValue")
    comparison = COMPARISONS[NEGATIONS.get(base, base)]
    negated = base in NEGATIONS
    verdicts = [any(want is not None and comparison(want, value) for want in wanted) != negated for value in got]
    return any(verdicts) if quantifier == "ForAnyValue" else all(verdicts)


def conditions_hold(condition: dict[str, dict[str, Any]], context: Context, variables: bool = True) -> bool:
    """Every operator and every key must hold. An operator that nobody knows raises `KeyError`."""
    lowered = {key.lower(): value for key, value in context.items()}
    for name, pairs in condition.items():
        fills = variables and name.rpartition(":")[2].startswith(("String", "Arn"))
        escapes = name.rpartition(":")[2].startswith(("StringLike", "StringNotLike", "Arn"))
        for key, wanted in pairs.items():
            value = lowered.get(key.lower())
            got = None if value is None else [str(item) for item in as_list(value)]
            texts = [str(item).lower() if isinstance(item, bool) else str(item) for item in as_list(wanted)]
            if not _test(name, [_filled(text, lowered, escapes) if fills else text for text in texts], got):
                return False
    return True


def _filled(text: str, lowered: Context, escapes: bool) -> str | None:
    """A pattern with the values of its variables, whose wildcards are none; `None` when one has no value."""
    missing = False

    def fill(found: re.Match[str]) -> str:
        nonlocal missing
        key, _, default = found.group(1).partition(",")
        value = key if key in ("*", "?", "$") else lowered.get(key.strip().lower(), default.strip().strip("'") or None)
        missing |= value is None
        return re.sub(r"[*?]", lambda wildcard: LITERAL[wildcard.group()], str(value)) if escapes else str(value)

    filled = re.sub(r"\$\{([^}]+)\}", fill, text)
    return None if missing else filled


def statements(document: Any) -> list[Statement]:
    """A document as text (URL-encoded or not) or as a dictionary."""
    return as_list(read(document).get("Statement"))


def read(document: Any) -> dict[str, Any]:
    if isinstance(document, bytes):
        document = document.decode()
    if isinstance(document, str):
        document = json.loads(unquote(document) if document.lstrip().startswith("%7B") else document)
    return dict(document)


def has_variables(document: Any) -> bool:
    """Before that version, `${…}` is text."""
    return read(document).get("Version") == "2012-10-17"


def _names_action(patterns: Any, action: str) -> bool:
    return any(like(pattern.lower(), action.lower()) for pattern in as_list(patterns))


def _names_resource(patterns: Any, resource: str, context: Context, variables: bool) -> bool:
    lowered = {key.lower(): value for key, value in context.items()}
    filled = [_filled(pattern, lowered, True) if variables else pattern for pattern in as_list(patterns)]
    return any(pattern is not None and arn_like(pattern, resource, complete=True) for pattern in filled)


def concerns(statement: Statement, action: str, resource: str, context: Context, lenient: bool = False, variables: bool = True) -> bool:
    """Whether a statement is about this call. `lenient`: the resource is not known, take an Allow's word for it."""
    if "NotAction" in statement:
        if _names_action(statement["NotAction"], action):
            return False
    elif not _names_action(statement.get("Action"), action):
        return False
    guess = lenient and resource == "*" and statement["Effect"] == "Allow"
    if "NotResource" in statement:
        if _names_resource(statement["NotResource"], resource, context, variables):
            return False
    elif "Resource" in statement and not guess and not _names_resource(statement["Resource"], resource, context, variables):
        return False
    return conditions_hold(statement.get("Condition") or {}, context, variables)


def judge(documents: Iterable[Any], action: str, resource: str, context: Context, lenient: bool = False) -> Verdict:
    """One set of policies over one resource: an explicit deny wins, else any allow."""
    verdict = Verdict.NONE
    for document in documents:
        variables = has_variables(document)
        for statement in statements(document):
            if concerns(statement, action, resource, context, lenient, variables):
                if statement["Effect"] == "Deny":
                    return Verdict.DENY
                verdict = Verdict.ALLOW
    return verdict


class Named(Enum):
    """By which name a resource's policy means the caller."""

    ITSELF = "the user, the session, everybody"
    ISSUER = "the role of the session, the user who federated"
    ACCOUNT = "the account, which may pass the permission on"


@dataclass(frozen=True)
class Names:
    """What a resource's policy may call the caller. `bounded`: a boundary is set, so that no `NotPrincipal` exempts from a Deny."""

    itself: frozenset[str] = frozenset()
    issuer: frozenset[str] = frozenset()
    account: frozenset[str] = frozenset()
    bounded: bool = False

    def find(self, listed: set[str]) -> list[Named]:
        pairs = ((Named.ITSELF, self.itself), (Named.ISSUER, self.issuer), (Named.ACCOUNT, self.account))
        return [named for named, names in pairs if names & listed]


def _named(statement: Statement, kind: str, names: Names) -> Named | None:
    exempts = "NotPrincipal" in statement
    listed = statement.get("NotPrincipal" if exempts else "Principal", {})
    given = {"*"} if listed == "*" else set(as_list(listed.get(kind))) if isinstance(listed, dict) else set()
    if exempts:
        found = names.find(given)
        whole = Named.ITSELF in found and all(named in found for named, known in ((Named.ISSUER, names.issuer), (Named.ACCOUNT, names.account)) if known)
        return None if whole and not (names.bounded and statement["Effect"] == "Deny") else Named.ITSELF
    return Named.ITSELF if "*" in given else next(iter(names.find(given)), None)


def judge_resource(document: Any, kind: str, names: Names, action: str, resource: str, context: Context) -> tuple[bool, set[Named]]:
    """A resource's own policy (trust, bucket): whether it denies, and by which names it allows."""
    denies, allows, variables = False, set(), has_variables(document)
    for statement in statements(document):
        named = _named(statement, kind, names)
        if named is not None and concerns(statement, action, resource, context, variables=variables):
            if statement["Effect"] == "Deny":
                denies = True
            else:
                allows.add(named)
    return denies, allows
