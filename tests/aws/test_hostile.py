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
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hostile
import seed as seeder
from attacked import wait_until
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
    """Two administrators who free each other. What IAM is told counts when the test says so: turn by turn, as the four seconds of AWS pass."""

    arguments = ("--propagation", "3600")

    def setUp(self) -> None:
        super().setUp()
        self.keys = {name: self.user(name, allow("*")).credentials for name in ("one", "two", "responder")}
        self.settle()
        self.enforce()
        self.iam = Caller(self.endpoint, self.keys["responder"])("iam")
        self.intruder = hostile.Hostile(self.endpoint, {name: self.keys[name] for name in ("one", "two")}, [])
        self.team = hostile.stripping(self.endpoint, self.keys, ["one", "two"], hostile.Journal(None))
        self.assertEqual(self.intruder.able(), ["one", "two"])

    def settle(self) -> None:
        post(self.endpoint, "/standin/settle")

    def strip(self) -> int:
        """A turn of both; how much they took off."""
        before = sum(each.stripped for each in self.team)
        for each in self.team:
            each.once()
        return sum(each.stripped for each in self.team) - before

    def deny(self, name: str) -> None:
        """All three at once, where they are not in place."""
        iam, key = self.iam, self.keys[name]["AccessKeyId"]
        if "contained" not in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.put_user_policy(UserName=name, PolicyName="contained", PolicyDocument=document(DENY_ALL))
        if any(each["Status"] == "Active" for each in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]):
            iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
        if "PermissionsBoundary" not in iam.get_user(UserName=name)["User"]:
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=DENY)

    def deny_both(self) -> None:
        for name in ("one", "two"):
            self.deny(name)

    def test_who_denies_once_loses(self) -> None:
        self.deny_both()
        self.assertEqual(self.strip(), 6, "for each a policy, a boundary, a key")
        self.settle()
        self.assertEqual(self.intruder.able(), ["one", "two"])
        shown = self.iam.get_user(UserName="one")["User"], self.iam.list_user_policies(UserName="one")["PolicyNames"]
        self.assertTrue("PermissionsBoundary" not in shown[0] and shown[1] == ["own"])

    def test_who_denies_one_of_them_loses(self) -> None:
        self.deny("one")
        self.settle()
        self.assertEqual(self.intruder.able(), ["two"])
        self.strip()
        self.settle()
        self.assertEqual(self.intruder.able(), ["one", "two"])

    def test_who_keeps_denying_wins(self) -> None:
        for _ in range(3):
            self.deny_both()
            self.assertGreater(self.strip(), 0)
        self.deny_both()
        self.settle()
        self.assertEqual(self.strip(), 0)
        self.settle()
        self.assertEqual(self.intruder.able(), [])
        self.assertTrue(all(each.refused for each in self.team), "they tried")


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
            process, tries = self.start(folder, 120), folder / "tries.jsonl"

            def says(*words: str) -> bool:
                return tries.exists() and any(all(word in line for word in words) for line in tries.read_text(encoding="utf-8").splitlines())

            wait_until(lambda: says('"bad>role/r"', '"ec2:DescribeAvailabilityZones"') and says('"worse>session"'), 90)
            Caller(self.endpoint, keys["good"])("iam").update_access_key(UserName="worse", AccessKeyId=keys["worse"]["AccessKeyId"], Status="Inactive")
            wait_until(lambda: says("iam:UpdateAccessKey", '"stripped"'), 60)
            process.send_signal(signal.SIGTERM)
            summary = json.loads(process.communicate(timeout=60)[0])
            lines = [json.loads(line) for line in tries.read_text(encoding="utf-8").splitlines()]
            self.assertEqual((process.returncode, lines[-1]["summary"]), (0, summary))
            self.assertLessEqual({"bad", "worse", "bad>session", "bad>role/r"}, set(summary["credentials"]))
            self.assertNotIn("good", summary["credentials"])
            self.assertEqual(summary["credentials"]["bad>role/r"]["last"], "allowed")
            self.assertEqual({line["call"] for line in lines if line.get("credential") == "bad"} >= {name for name, _ in hostile.HARMLESS}, True)
            self.assertIn("bad", json.loads(self.start(folder, 0.5).communicate(timeout=60)[0])["credentials"], "it ends by itself")


if __name__ == "__main__":
    unittest.main()
