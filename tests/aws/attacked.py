"""An account under attack, a responder in it, and the means to look: who can call, what was written, what has changed.

For tests that run the program's verbs. Raise it, let the program act with `responder`, ask afterwards. Nothing in here acts for it.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hostile
import state
from account import HERE, Program, control, raised, seeded
from story.account import Caller, allow, document

DENIES = frozenset({"PutUserPolicy", "PutRolePolicy", "AttachUserPolicy", "AttachRolePolicy", "PutUserPermissionsBoundary", "PutRolePermissionsBoundary",
                    "UpdateAccessKey", "DeleteAccessKey", "UpdateAssumeRolePolicy"})


@dataclass
class Attacked:
    """`credentials`: by the names of the truth, those of the responder and the intruder's own among them."""

    endpoint: str
    truth: dict[str, Any]
    file: Path
    credentials: dict[str, dict[str, Any]]
    callers: dict[str, Caller] = field(default_factory=dict)

    def caller(self, name: str) -> Caller:
        return self.callers.setdefault(name, Caller(self.endpoint, self.credentials[name]))

    def calls(self, name: str) -> list[str]:
        """The harmless calls that this credential may do; none where it is cut off."""
        return hostile.can_call(self.caller(name))

    def able(self, hostile_ones: bool) -> list[str]:
        """The credentials of one side that can call at all; the intruder's own account is not ours to close."""
        names = [name for name, each in self.credentials.items() if bool(each["hostile"]) is hostile_ones and not each.get("foreign")]
        return sorted(name for name in names if self.calls(name))

    def state(self) -> state.Lines:
        return state.read(self.caller("responder"), self.truth["regions"])

    def forget_requests(self) -> None:
        control(self.endpoint, "/standin/requests", method="DELETE")

    def writes(self, by: str = "responder") -> list[dict[str, Any]]:
        """What this credential asked for that could change something, refused or not."""
        key = self.credentials[by]["AccessKeyId"]
        return [each for each in control(self.endpoint, "/standin/requests?writes", method="GET")["requests"] if each["access_key"] == key]

    def first_denies(self, by: str = "responder") -> dict[str, float]:
        """Seconds from the first write of all to the first that hits each user or role."""
        written, first = self.writes(by), {}
        for each in written:
            asked = json.loads(each["parameters"])
            name = asked.get("UserName") or asked.get("RoleName")
            if each["operation"] in DENIES and name and each.get("status") == 200:
                first.setdefault(name, round(each["epoch"] - written[0]["epoch"], 3))
        return first

    def environment(self, name: str = "responder") -> dict[str, str]:
        """For `Program.run`: act as this credential."""
        each = self.credentials[name]
        variables = {"AWS_ACCESS_KEY_ID": each["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": each["SecretAccessKey"]}
        return variables | ({"AWS_SESSION_TOKEN": each["SessionToken"]} if "SessionToken" in each else {})

    def program(self, path: Path, home: Path) -> Program:
        return Program(path, self.endpoint, home)

    @contextlib.contextmanager
    def under_fire(self, *strippers: str, seconds: float = 300.0) -> Iterator[dict[str, Any]]:
        """The hostile program beside what is done within; the summary is filled in at the end, its journal lies beside the truth."""
        journal, summary = self.file.with_name("tries.jsonl"), {}
        command = [sys.executable, "-W", "ignore", str(HERE / "hostile.py"), "--endpoint", self.endpoint, "--truth", str(self.file),
                   "--out", str(journal), "--seconds", str(seconds), *(["--strippers", *strippers] if strippers else [])]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            wait_until(lambda: journal.exists() and journal.stat().st_size > 0, 60.0)
            yield summary
        finally:
            process.send_signal(signal.SIGTERM)
            summary.update(json.loads(process.communicate(timeout=60)[0]))


def wait_until(holds: Any, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(0.05)


@contextlib.contextmanager
def attacked(folder: Path, *arguments: str, late: float = 0.0) -> Iterator[Attacked]:
    """Seeded, with enforcement on. The arguments are the server's. `late`: so many seconds later counts what IAM is told from then on;
    in the story itself keys are used the moment they are made."""
    with raised(*arguments) as endpoint:
        file = folder / "truth.json"
        truth = seeded(endpoint, file)
        iam = Caller(endpoint)("iam")
        iam.create_user(UserName="responder")
        iam.put_user_policy(UserName="responder", PolicyName="own", PolicyDocument=document(allow("*")))
        made = iam.create_access_key(UserName="responder")["AccessKey"]
        key = {name: made[name] for name in ("AccessKeyId", "SecretAccessKey")}
        own = hostile.own_key(endpoint)
        own.pop("CreateDate", None)
        truth["credentials"] |= {"responder": {**key, "hostile": False}, "own": own}
        file.write_text(json.dumps(truth, default=str), encoding="utf-8")
        control(endpoint, "/standin/propagation", late)
        control(endpoint, "/moto-api/reset-auth", 0)
        yield Attacked(endpoint, truth, file, truth["credentials"])
