#!/usr/bin/env python3
"""The hostile program, on the stand-in: it can call before containment and cannot after; strippers win unless somebody keeps at it.

`make standin` runs them after those of `test_standin.py`. The containment here is done by hand, call by call.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hostile
import seed as seeder
from story.account import ACCOUNT, Caller, document, role, trust
from test_standin import DENY_ALL, Strict, allow, post, running

HERE = Path(__file__).parent
DENY = "arn:aws:iam::aws:policy/AWSDenyAll"


def revoke(cut: datetime) -> str:
    return document(DENY_ALL | {"Condition": {"DateLessThan": {"aws:TokenIssueTime": cut.isoformat()}}})


def contain(iam: Any, keys: dict[str, dict[str, Any]]) -> None:
    """Everything that the story's intruder holds, and what lets it in again."""
    for user in ("ci-deploy", "aws-support-svc"):
        iam.put_user_policy(UserName=user, PolicyName="contained", PolicyDocument=document(DENY_ALL))
        iam.update_access_key(UserName=user, AccessKeyId=keys[user]["AccessKeyId"], Status="Inactive")
    iam.update_access_key(UserName="ses-mailer", AccessKeyId=keys["ses-mailer-2"]["AccessKeyId"], Status="Inactive")
    alice = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice.admin"})
    iam.update_assume_role_policy(RoleName="breakglass", PolicyDocument=alice)
    iam.update_assume_role_policy(RoleName="billing", PolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
    iam.put_role_policy(RoleName="OrganizationAuditRole", PolicyName="contained", PolicyDocument=document(DENY_ALL))
    cut = datetime.now(UTC) + timedelta(seconds=1)
    for name in ("breakglass", "billing"):
        iam.put_role_policy(RoleName=name, PolicyName="contained", PolicyDocument=revoke(cut))
    iam.put_user_policy(UserName="ses-mailer", PolicyName="contained", PolicyDocument=revoke(cut))


class Story(unittest.TestCase):
    """Every stolen credential of the seeded account, and those of the honest."""

    def test_what_was_stolen_works_before_and_not_after(self) -> None:
        with running("--strict") as endpoint, ThreadPoolExecutor(4) as pool:
            truth = seeder.seed(endpoint)
            keys = truth["credentials"]
            stolen = {name: each for name, each in keys.items() if each["hostile"]} | {"own": hostile.own_key(endpoint)}
            post(endpoint, "/moto-api/reset-auth", b"0")
            intruder = hostile.Hostile(endpoint, stolen, hostile.roles_of(truth))
            intruder.exhaust(pool)
            before = intruder.able()
            for label in ("ci-deploy", "aws-support-svc", "ses-mailer-2", "breakglass-session", "ci-deploy>session", "ci-deploy>federated", "ses-mailer-2>session",
                          "aws-support-svc>role/breakglass", "own>role/OrganizationAuditRole", "aws-support-svc>session>role/breakglass"):
                self.assertIn(label, before)
            alice, mailer = Caller(endpoint, keys["alice.admin"]), Caller(endpoint, keys["ses-mailer"])
            contain(alice("iam"), keys)
            time.sleep(1.1)
            intruder.exhaust(pool)
            self.assertEqual(intruder.able(), [])
            self.assertTrue(all(each["last"] != "allowed" for each in intruder.summary().values()))
            honest = Caller(endpoint, alice("sts").assume_role(RoleArn=role("breakglass"), RoleSessionName="responder")["Credentials"])
            self.assertEqual([bool(hostile.can_call(who)) for who in (alice, honest, mailer)], [True, True, True])


class Strippers(Strict):
    """Two administrators who free each other; everything that IAM is told counts three seconds later."""

    late = 3.0
    arguments = ("--propagation", str(late))
    seconds = 0.4

    def setUp(self) -> None:
        super().setUp()
        self.keys = {name: self.user(name, allow("*")).credentials for name in ("one", "two", "responder")}
        time.sleep(self.late + 0.1)
        self.enforce()
        self.iam = Caller(self.endpoint, self.keys["responder"])("iam")
        self.intruder = hostile.Hostile(self.endpoint, {name: self.keys[name] for name in ("one", "two")}, [])
        self.team = hostile.stripping(self.endpoint, self.keys, ["one", "two"], hostile.Journal(None))
        stop = threading.Event()
        threads = [threading.Thread(target=hostile.every, args=(self.seconds, stop, each.once), daemon=True) for each in self.team]

        def end() -> None:
            stop.set()
            for thread in threads:
                thread.join(5)

        self.addCleanup(end)
        for thread in threads:
            thread.start()

    def deny(self, name: str) -> None:
        """All three at once, where they are not in place."""
        iam, key = self.iam, self.keys[name]["AccessKeyId"]
        if "contained" not in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.put_user_policy(UserName=name, PolicyName="contained", PolicyDocument=document(DENY_ALL))
        if any(each["Status"] == "Active" for each in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]):
            iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
        if "PermissionsBoundary" not in iam.get_user(UserName=name)["User"]:
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=DENY)

    def quiet(self, act: Callable[[], Any], limit: float) -> bool:
        """Whether, with `act` done over and over, both were cut off for twice the delay on end before the limit."""
        began = since = time.monotonic()
        while time.monotonic() - began < limit:
            act()
            if self.intruder.able():
                since = time.monotonic()
            elif time.monotonic() - since > 2 * self.late:
                return True
        return False

    def deny_both(self) -> None:
        for name in ("one", "two"):
            self.deny(name)

    def test_who_denies_once_loses(self) -> None:
        self.assertEqual(self.intruder.able(), ["one", "two"])
        self.deny_both()
        self.assertFalse(self.quiet(lambda: time.sleep(0.1), 4 * self.late))
        self.assertEqual(self.intruder.able(), ["one", "two"])
        self.assertGreaterEqual(sum(each.stripped for each in self.team), 6)
        shown = self.iam.get_user(UserName="one")["User"], self.iam.list_user_policies(UserName="one")["PolicyNames"]
        self.assertTrue("PermissionsBoundary" not in shown[0] and shown[1] == ["own"])

    def test_who_keeps_denying_wins(self) -> None:
        self.assertEqual(self.intruder.able(), ["one", "two"])
        self.assertTrue(self.quiet(self.deny_both, 90.0))
        refused = sum(each.refused for each in self.team)
        time.sleep(3.0)
        self.assertEqual(self.intruder.able(), [])
        self.assertGreater(sum(each.refused for each in self.team), refused, "they still try")


class Process(Strict):
    """As a program: until it is told to end, or the time is up."""

    def start(self, folder: Path, seconds: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "ignore", str(HERE / "hostile.py"), "--endpoint", self.endpoint, "--truth", str(folder / "truth.json"),
                   "--out", str(folder / "tries.jsonl"), "--seconds", str(seconds), "--every", "0.2", "--strippers", "bad", "worse"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def test_it_tells_what_it_could_do(self) -> None:
        keys = {name: {**self.user(name, allow("*")).credentials, "hostile": name != "good"} for name in ("bad", "worse", "good")}
        for each in keys.values():
            each.pop("CreateDate", None)
        arn = self.role("r", trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
        truth = {"credentials": keys, "items": [{"kind": "role", "identifier": arn}]}
        self.enforce()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
            process = self.start(folder, 60)
            time.sleep(4)
            Caller(self.endpoint, keys["good"])("iam").update_access_key(UserName="worse", AccessKeyId=keys["worse"]["AccessKeyId"], Status="Inactive")
            time.sleep(2)
            process.send_signal(signal.SIGTERM)
            summary = json.loads(process.communicate(timeout=15)[0])
            lines = [json.loads(line) for line in (folder / "tries.jsonl").read_text(encoding="utf-8").splitlines()]
            self.assertEqual((process.returncode, lines[-1]["summary"]), (0, summary))
            self.assertLessEqual({"bad", "worse", "bad>session", "bad>role/r"}, set(summary["credentials"]))
            self.assertNotIn("good", summary["credentials"])
            self.assertEqual(summary["credentials"]["bad>role/r"]["last"], "allowed")
            self.assertTrue(any(line.get("call") == "iam:UpdateAccessKey" and line["outcome"] == "stripped" for line in lines))
            self.assertEqual({line["call"] for line in lines if line.get("credential") == "bad"} >= {name for name, _ in hostile.HARMLESS}, True)
            began = time.monotonic()
            self.assertIn("bad", json.loads(self.start(folder, 1).communicate(timeout=15)[0])["credentials"])
            self.assertLess(time.monotonic() - began, 12)


if __name__ == "__main__":
    unittest.main()
