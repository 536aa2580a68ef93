#!/usr/bin/env python3
"""The intruder who does not give up: holds every stolen credential and keeps trying, until it is told to end.

    python tests/aws/hostile.py --endpoint URL --truth truth.json --out tries.jsonl [--seconds 60] [--every 0.5] [--strippers NAME NAME]

Every stolen key also opens sessions of its user, every credential assumes whatever role it may, and those sessions further roles; what
has ended is opened anew. With each, harmless calls are tried. `--out` gets a JSON line for whatever succeeded and for each change from
allowed to refused and back; the last line, which is printed too, is the summary (after `--seconds`, on SIGTERM, or when the starter is gone).

`--strippers` names two or more of the credentials: their users read each other's policies, boundaries and keys twice a second, and take
away every deny and switch on every key that was not so at the start. All of it stays on the stand-in: `loopback` sees to that.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from standin.loopback import forget_aws_environment, stay_on_loopback

forget_aws_environment()

from botocore.exceptions import BotoCoreError, ClientError  # noqa: E402
from story.account import INTRUDER, Caller, allow, document  # noqa: E402

ADDRESS = "203.0.113.66"
LONGEST_SECONDS = 3600.0
DEPTH = 3  # a stolen key, a role of it, a role of that
STRIP_SECONDS = 0.5
# What only somebody gets to hear who may not, or who is nobody.
REFUSALS = frozenset({
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId",
    "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidSignatureException", "ExpiredToken", "ExpiredTokenException", "RequestExpired"})
MAKING = threading.Lock()  # boto3 makes one client at a time

Call = tuple[str, Callable[[Caller], Any]]
# Each of another service: a credential that may do any of them can call. The letter goes out from an address that nobody has.
HARMLESS: tuple[Call, ...] = (
    ("ec2:DescribeAvailabilityZones", lambda who: client(who, "ec2").describe_availability_zones()),
    ("iam:ListAccountAliases", lambda who: client(who, "iam").list_account_aliases()),
    ("s3:ListBuckets", lambda who: client(who, "s3").list_buckets()),
    ("ses:SendEmail", lambda who: client(who, "ses").send_email(
        Source="nobody@nowhere.invalid", Destination={"ToAddresses": ["nobody@nowhere.invalid"]},
        Message={"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}})),
)


def client(who: Caller, service: str) -> Any:
    with MAKING:
        return who(service)


def outcome(call: Callable[[], Any]) -> tuple[str, str]:
    """`allowed` (also when the service then minds something else), `refused`, or `failed`: no answer, or too many of them. With the code."""
    try:
        call()
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        busy = code in ("Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown", "InternalFailure", "NotImplemented")
        return ("failed" if busy else "refused" if code in REFUSALS else "allowed"), code
    except BotoCoreError as error:
        return "failed", type(error).__name__
    return "allowed", "OK"


def can_call(who: Caller) -> list[str]:
    """The harmless calls that are allowed; none where the credential is cut off."""
    return [name for name, call in HARMLESS if outcome(lambda call=call: call(who))[0] == "allowed"]


@dataclass
class Held:
    """A credential and how it came: `ci-deploy`, `ci-deploy>session`, `ci-deploy>role/breakglass`."""

    label: str
    caller: Caller
    depth: int
    allowed: int = 0
    refused: int = 0
    failed: int = 0
    opened: int = 0
    first_allowed: str | None = None
    last_allowed: str | None = None
    last: str = ""
    turn: int = -1
    foreign: bool = False  # of the intruder's own account: nobody here can cut it off, only what it opens
    tried: dict[str, str] = field(default_factory=dict)

    @property
    def is_key(self) -> bool:
        return "SessionToken" not in self.caller.credentials

    def summary(self) -> dict[str, Any]:
        return {"access_key": self.caller.credentials["AccessKeyId"], "allowed": self.allowed, "refused": self.refused, "failed": self.failed,
                "opened": self.opened, "first_allowed": self.first_allowed, "last_allowed": self.last_allowed, "last": self.last}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Journal:
    def __init__(self, out: TextIO | None):
        self._out, self._lock = out, threading.Lock()

    def write(self, **entry: Any) -> None:
        if self._out is not None:
            with self._lock:
                self._out.write(json.dumps({"time": now(), **entry}) + "\n")
                self._out.flush()


class Hostile:
    """All that was stolen, and all that it opens."""

    def __init__(self, endpoint: str, credentials: dict[str, dict[str, Any]], roles: list[str], journal: Journal | None = None):
        self.endpoint, self.roles, self.journal = endpoint, list(dict.fromkeys(roles)), journal or Journal(None)
        self.held: dict[str, Held] = {}
        self._lock = threading.Lock()
        for name, credential in credentials.items():
            self._take(name, credential, 1)
            self.held[name].foreign = bool(credential.get("foreign"))

    def _take(self, label: str, credentials: dict[str, str], depth: int) -> None:
        """Opened anew, it keeps what is known of it."""
        caller = Caller(self.endpoint, credentials, ADDRESS)
        with self._lock:
            if label in self.held:
                self.held[label].caller = caller
            else:
                self.held[label] = Held(label, caller, depth)

    def _note(self, held: Held, call: str, result: tuple[str, str]) -> None:
        """Into the journal goes what is allowed, and what was allowed and is not any more."""
        what, code = result
        ended = what == "refused" and held.tried.get(call) == "allowed"
        if what != "failed":
            held.tried[call] = what
        if what == "allowed" or ended:
            self.journal.write(credential=held.label, access_key=held.caller.credentials["AccessKeyId"], call=call, outcome=what, code=code)

    def try_calls(self, held: Held) -> bool:
        """All of them: a credential that may do any of them can call."""
        results = [(name, outcome(lambda call=call: call(held.caller))) for name, call in HARMLESS]
        for name, result in results:
            self._note(held, name, result)
            setattr(held, result[0], getattr(held, result[0]) + 1)
        seen = {what for _, (what, _) in results}
        held.last = "allowed" if "allowed" in seen else "refused" if "refused" in seen else held.last
        if "allowed" in seen:
            held.last_allowed = now()
            held.first_allowed = held.first_allowed or held.last_allowed
        return "allowed" in seen

    def _open(self, held: Held, label: str, ask: Callable[[], dict[str, Any]], call: str) -> None:
        given: dict[str, str] = {}

        def opened() -> None:
            made = ask()["Credentials"]
            given.update({name: made[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")})

        self._note(held, call, outcome(opened))
        if given:
            held.opened += 1
            self._take(label, given, held.depth + 1)

    def _wanted(self, label: str) -> bool:
        """Not held yet, or held and no longer good for anything."""
        return label not in self.held or self.held[label].last == "refused"

    def juggle(self, held: Held, thorough: bool = False) -> None:
        sts = client(held.caller, "sts")
        if held.is_key and not held.foreign:
            for kind, ask in (("session", sts.get_session_token), ("federated", lambda: sts.get_federation_token(Name="guest", Policy=document(allow("*"))))):
                if self._wanted(f"{held.label}>{kind}"):
                    self._open(held, f"{held.label}>{kind}", ask, f"sts:{kind}")
        if held.depth >= DEPTH:
            return
        for arn in self.roles if thorough else self._roles_to_try(held):
            label = f"{held.label}>role/{arn.rsplit('/', 1)[-1]}"
            if self._wanted(label) and label.rsplit(">", 1)[-1] not in held.label.split(">"):
                self._open(held, label, lambda arn=arn: sts.assume_role(RoleArn=arn, RoleSessionName="work"), f"sts:AssumeRole {arn}")

    def _roles_to_try(self, held: Held) -> list[str]:
        """Those that opened before, and one other in turn."""
        if not self.roles:
            return []
        held.turn = (held.turn + 1) % len(self.roles)
        return [arn for number, arn in enumerate(self.roles) if number == held.turn or held.tried.get(f"sts:AssumeRole {arn}") == "allowed"]

    def attempt(self, held: Held, thorough: bool = False) -> None:
        if held.foreign or self.try_calls(held) or held.is_key:
            self.juggle(held, thorough)

    def round(self, pool: ThreadPoolExecutor, thorough: bool = False) -> None:
        """Everything once, if `thorough` with every role; what is opened on the way is tried in the next round."""
        with self._lock:
            holding = list(self.held.values())
        list(pool.map(lambda held: self.attempt(held, thorough), holding))

    def exhaust(self, pool: ThreadPoolExecutor) -> None:
        """As deep as chains go."""
        for _ in range(DEPTH):
            self.round(pool, thorough=True)

    def able(self) -> list[str]:
        """Tried now: the credentials that can call."""
        with self._lock:
            holding = list(self.held.values())
        return sorted(held.label for held in holding if not held.foreign and self.try_calls(held))

    def summary(self) -> dict[str, Any]:
        with self._lock:
            return {label: held.summary() for label, held in sorted(self.held.items()) if not held.foreign}


@dataclass(frozen=True)
class Bare:
    """A user as nobody has denied it anything yet."""

    inline: frozenset[str]
    attached: frozenset[str]
    boundary: str | None


def _read(iam: Any, user: str) -> Bare:
    boundary = iam.get_user(UserName=user)["User"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    attached = iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]
    return Bare(frozenset(iam.list_user_policies(UserName=user)["PolicyNames"]), frozenset(each["PolicyArn"] for each in attached), boundary)


class Stripper:
    """One of them: looks after all of them."""

    def __init__(self, name: str, caller: Caller, journal: Journal):
        self.name, self.iam, self.journal = name, client(caller, "iam"), journal
        self.user = client(caller, "sts").get_caller_identity()["Arn"].rsplit("/", 1)[-1]
        self.stripped, self.refused = 0, 0
        self.bare: dict[str, Bare] = {}

    def remember(self, users: list[str]) -> None:
        self.bare = {user: _read(self.iam, user) for user in users}

    def _denies(self, user: str) -> Iterator[tuple[str, Callable[[], Any]]]:
        """What has come on since, the read included, each with the call that takes it off."""
        iam, bare = self.iam, self.bare[user]
        for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
            if key["Status"] == "Inactive":
                yield "UpdateAccessKey", lambda key=key: iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Active")
        found = _read(iam, user)
        for name in sorted(found.inline - bare.inline):
            yield "DeleteUserPolicy", lambda name=name: iam.delete_user_policy(UserName=user, PolicyName=name)
        for arn in sorted(found.attached - bare.attached):
            yield "DetachUserPolicy", lambda arn=arn: iam.detach_user_policy(UserName=user, PolicyArn=arn)
        if found.boundary != bare.boundary:
            yield "DeleteUserPermissionsBoundary", lambda: iam.delete_user_permissions_boundary(UserName=user)

    def look_after(self, user: str) -> None:
        try:
            for name, strip in self._denies(user):
                what, code = outcome(strip)
                self.stripped += code == "OK"
                self.refused += what == "refused"
                self.journal.write(stripper=self.name, user=user, call=f"iam:{name}", outcome="stripped" if code == "OK" else what, code=code)
        except (ClientError, BotoCoreError):  # it may not even look
            self.refused += 1

    def once(self) -> None:
        for user in sorted(self.bare, key=lambda user: user == self.user):  # the others first
            self.look_after(user)


def stripping(endpoint: str, credentials: dict[str, dict[str, Any]], names: list[str], journal: Journal) -> list[Stripper]:
    found = [Stripper(name, Caller(endpoint, credentials[name], ADDRESS), journal) for name in names]
    for each in found:
        each.remember([other.user for other in found])
    return found


def own_key(endpoint: str) -> dict[str, Any]:
    """A key of the intruder's own account, which foreign trust lets in. To be made while the server does not enforce."""
    caller = Caller(endpoint)
    iam = client(caller, "iam")
    iam.meta.events.register("before-sign.iam.*", lambda request, **_: request.headers.__setitem__("x-moto-account-id", INTRUDER))
    iam.create_user(UserName="operator")
    iam.put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=document(allow("*")))
    return {**iam.create_access_key(UserName="operator")["AccessKey"], "hostile": True, "foreign": True}


def every(seconds: float, stop: threading.Event, act: Callable[[], Any]) -> None:
    """By the clock, whatever one turn takes."""
    due = time.monotonic()
    while not stop.is_set():
        act()
        due = max(due + seconds, time.monotonic())
        stop.wait(max(0.0, due - time.monotonic()))


def roles_of(truth: dict[str, Any]) -> list[str]:
    return [item["identifier"] for item in truth["items"] if item["kind"] == "role"]


def run(endpoint: str, truth: dict[str, Any], out: TextIO | None, seconds: float, interval: float, names: list[str], stop: threading.Event) -> dict[str, Any]:
    """Until `stop` or the time is up; the summary."""
    journal = Journal(out)
    stolen = {name: each for name, each in truth["credentials"].items() if each["hostile"]}
    hostile = Hostile(endpoint, stolen, roles_of(truth), journal)
    team = stripping(endpoint, truth["credentials"], names, journal)
    threads = [threading.Thread(target=every, args=(STRIP_SECONDS, stop, each.once), daemon=True) for each in team]
    for thread in threads:
        thread.start()
    parent, ends = os.getppid(), time.monotonic() + min(seconds, LONGEST_SECONDS)

    def turn() -> None:
        hostile.round(pool)
        if time.monotonic() >= ends or os.getppid() != parent:
            stop.set()

    with ThreadPoolExecutor(4) as pool:
        every(interval, stop, turn)
    for thread in threads:
        thread.join(5)
    return {"credentials": hostile.summary(), "strippers": {each.name: {"stripped": each.stripped, "refused": each.refused} for each in team}}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--truth", type=Path, required=True, help="written by seed.py")
    parser.add_argument("--out", type=Path, help="JSON lines")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=0.5, help="seconds from one round of tries to the next")
    parser.add_argument("--strippers", nargs="+", default=[], metavar="NAME", help="credentials of the truth whose users keep each other free")
    arguments = parser.parse_args()
    stay_on_loopback()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    truth = json.loads(arguments.truth.read_text(encoding="utf-8"))
    out = arguments.out.open("a", encoding="utf-8") if arguments.out else None
    summary = run(arguments.endpoint, truth, out, arguments.seconds, arguments.every, arguments.strippers, stop)
    Journal(out).write(summary=summary)
    json.dump(summary, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
