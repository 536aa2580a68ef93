"""A responder in an attacked account: the verbs in their order, and what they leave in the case.

Nothing in here acts but the program; what it did is read from its journal and from the stand-in's record.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from account import Program, Ran, regions
from attacked import Attacked

ACCOUNT = "123456789012"
# What the story touches and containment needs: the rest of the walk costs minutes and changes no plan.
COLLECTORS = ("account,auto-scaling,batch,caller,cloudtrail,ec2-images,ec2-instances,ec2-network,ec2-spot,ecs,events,guardduty,iam-account,iam-federation,iam-users,"
              "identity-center,kms,lambda,organization,relational-databases,roles-anywhere,s3,s3-control,schedules")
SECOND_PERSON = "the second person"


@dataclass
class Responding:
    """`responder` of the account, with a case. `digest` is that of the last plan."""

    account: Attacked
    program: Program
    case: Path
    digest: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        return self.account.environment("responder") | more

    def run(self, *arguments: str, **environment: str) -> Ran:
        began = time.monotonic()
        ran = self.program.run(*arguments, **self.environment(**environment))
        print(f"{' '.join(arguments[:2])[:40]}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        return ran

    def open(self) -> None:
        ran = self.run("case", "new", str(self.case), "--title", "Account", "--responder", "responder", "--break-glass", f"arn:aws:iam::{ACCOUNT}:user/alice.admin")
        assert ran.code == 0, ran.stderr

    def look(self, names: list[str], collectors: str = COLLECTORS, hunt: bool = True) -> None:
        """The account and its event history, into the case."""
        ran = self.run("collect", "--case", str(self.case), "--only", collectors, *regions(names))
        assert ran.code in (0, 3), ran.stderr
        if hunt:
            ran = self.run("hunt", "--live", "--case", str(self.case), *regions(names))
            assert ran.code in (1, 4), ran.stderr

    def contain(self, *suspects: str, case: Path | None = None) -> Ran:
        case = case or self.case
        ran = self.run("contain", "--case", str(case), "--harm-now", "yes", "--json", *suspects)
        plans = [each["body"]["file"]["path"] for each in journal(case) if each["kind"] == "plan-kept"]
        self.digest = Path(plans[-1]).stem if plans else ""
        return ran

    def plan(self) -> dict[str, Any]:
        return json.loads((self.case / "plans" / f"{self.digest}.json").read_text(encoding="utf-8"))

    def approved(self, case: Path | None = None, digest: str | None = None) -> list[str]:
        """`apply` as machines say it."""
        digest = digest or self.digest
        return ["apply", digest, "--case", str(case or self.case), "--approve", digest, "--account", ACCOUNT, "--second", SECOND_PERSON, "--json"]

    def undo(self, case: Path | None = None) -> Ran:
        return self.run("undo", self.digest, "--case", str(case or self.case), "--account", ACCOUNT, "--reason", "the proof is over", "--json")

    def copy(self, name: str) -> Path:
        """The case as it is now, to go on with beside it."""
        target = self.case.with_name(name)
        shutil.copytree(self.case, target)
        return target

    @contextlib.contextmanager
    def applying(self, case: Path | None = None) -> Iterator[subprocess.Popen[str]]:
        """Applies beside what is done within, and is killed at the end of it, if it still runs. What it says is read, or it would wait."""
        process = self.program.start(*self.approved(case), **self.environment())
        reader = threading.Thread(target=process.communicate, daemon=True)
        reader.start()
        try:
            yield process
        finally:
            process.kill()
            reader.join()

    def killed(self, case: Path, lines: int, patience: float = 4.0) -> bool:
        """Applies, and kills it so many lines into its part of the journal; false when it ended before."""
        before = (case / "journal.jsonl").stat().st_size
        ends: float | None = None
        with self.applying(case) as process:
            while process.poll() is None:
                with (case / "journal.jsonl").open("rb") as file:
                    file.seek(before)
                    grown = file.read().count(b"\n")
                ends = ends or (time.monotonic() + patience if grown else None)
                if grown >= lines or (ends and time.monotonic() > ends):
                    break
                time.sleep(0.002)
        return process.returncode == -signal.SIGKILL


def journal(case: Path) -> list[dict[str, Any]]:
    """Whole lines alone: the last one of a run that was killed may be a piece."""
    found = []
    for line in (case / "journal.jsonl").read_bytes().split(b"\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def run_lines(case: Path) -> Iterator[dict[str, Any]]:
    return (each["body"]["line"] for each in journal(case) if each["kind"] == "run")


def outcomes(case: Path) -> dict[int, dict[str, Any]]:
    """How each step stands at the end."""
    return {line["step"]: line for line in run_lines(case) if line["line"] == "ended"}


def undo_code(case: Path) -> int:
    """What undo ends with: 5 when a step of the run can't be undone, 0 otherwise."""
    return 5 if any(line["state"] == "kept" for line in outcomes(case).values()) else 0


def called(service: str, operation: str, parameters: dict[str, Any]) -> str:
    """A change by what it hits: documents with a time in them differ each time they are sent."""
    return json.dumps([service, operation, {name: value for name, value in sorted(parameters.items()) if name != "PolicyDocument"}])


def sent_too_often(case: Path, writes: list[dict[str, Any]]) -> list[str]:
    """IAM changes that were carried out more often than the steps of the plan have them, those sent anew on purpose aside."""
    allowed: Counter[str] = Counter()
    seen: set[tuple[int, int]] = set()
    for line in run_lines(case):
        if line["line"] == "intended" and line["call"]["service"] == "iam":
            place = (line["step"], line["write"])
            if line["stage"] == "again" or place not in seen:
                allowed[called("iam", line["call"]["operation"], line["call"]["params"])] += 1
            seen.add(place)
    done = Counter(called("iam", each["operation"], json.loads(each["parameters"])) for each in writes if each["service"] == "iam" and each.get("status") == 200)
    return sorted(f"{name}: {count} times, {allowed[name]} planned" for name, count in done.items() if count > allowed[name])


def bash(script: str, command: list[str], environment: dict[str, str]) -> Ran:
    """The command in a shell that first limits it."""
    process = subprocess.run(["bash", "-c", f"{script}; exec \"$@\"", "bash", *command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return Ran(process.returncode, process.stdout, process.stderr)


def without_privileges() -> list[str] | None:
    """In front of a command: file permissions hold for it, though we be root. None where that can't be had."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if shutil.which("setpriv") else None
