#!/usr/bin/env python3
"""`contain`, `apply` and `undo` from end to end, in a compromised account of the strict stand-in. `make respond` runs it.

    python tests/aws/test_respond.py [STANCH] [CLASS …]     or STANCH=path in the environment; default: target/debug/stanch

STANCH_KILLS says how often a run is killed at most, STANCH_KILL_SECONDS how long that may take.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import shutil
import sys
import tempfile
import time
import unittest
from datetime import datetime
from pathlib import Path
from typing import Any

from standin.loopback import forget_aws_environment

forget_aws_environment()

import state  # noqa: E402
from account import control  # noqa: E402
from attacked import attacked  # noqa: E402
from responding import (  # noqa: E402
    ACCOUNT, Responding, bash, journal, outcomes, run_lines, sent_too_often, undo_code, without_privileges)
from story.account import HOME, MINING, OPT_IN_MINING, REGIONS, allow, document, role  # noqa: E402
from test_standin import DENY_ALL  # noqa: E402

STOLEN = ["aws-support-svc", "breakglass-session", "ci-deploy", "ses-mailer-2"]
HONEST = ["alice.admin", "bob.dev", "responder", "ses-mailer"]
STATED = {"partial", "none"}
USAGE, NOT_ALL_APPLIED, REFUSED, FAILED = 2, 5, 6, 7
KILLS, KILL_SECONDS = int(os.environ.get("STANCH_KILLS", "200")), float(os.environ.get("STANCH_KILL_SECONDS", "45"))
# What a stated remainder lets differ after an undo: a line of the state by its beginning and the target's name, and in it these members.
REMAINDERS: dict[str, tuple[str, frozenset[str]]] = {
    "lambda-url-remove": ("lambda/{name}/function_url_config", frozenset({"FunctionUrl"})),
    "mfa-device-deactivate": ("iam/mfa_devices/", frozenset({"SerialNumber", "UserName", "EnableDate", ""})),
    "kms-grant-revoke": ("kms/", frozenset({"GrantId", "Name"})),
    "instance-stop": ("ec2/instance/{name}", frozenset({"State", "Code", "Name"})),
    "spot-request-cancel": ("ec2/spot_instance_requests/{name}", frozenset({"State", "Status", "Code", "Message"})),
    "ecs-service-zero": ("ecs/", frozenset({""})),
    "instance-snapshot": ("ec2/snapshot/", frozenset({""})),
}


def program() -> Path:
    return Path(os.environ["STANCH"]).resolve()


def ground(late: float = 0.0) -> Responding:
    """An account of its own with a responder in it, to the end of all tests."""
    stack = contextlib.ExitStack()
    unittest.addModuleCleanup(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stanch-respond-")))
    account = stack.enter_context(attacked(folder, late=late))
    found = Responding(account, account.program(program(), folder / "home"), folder / "case")
    found.open()
    return found


@functools.cache
def whole() -> Responding:
    """The whole story in all its regions and with its event history: one for all tests that need it."""
    found = ground()
    found.look(list(REGIONS))
    return found


@functools.cache
def identities() -> Responding:
    """The identities of the story alone, and one more, with a plan for one of them."""
    found = ground()
    found.account.caller("alice.admin")("iam").create_user(UserName="leaver")
    found.look([HOME], "caller,iam-account,iam-users", hunt=False)
    assert found.contain("--user", "ci-deploy").code in (0, 3)
    return found


def members(was: Any, now: Any, name: str = "") -> set[str]:
    """The names of what differs within."""
    if was == now:
        return set()
    if isinstance(was, dict) and isinstance(now, dict):
        return {each for key in {*was, *now} for each in members(was.get(key), now.get(key), key)}
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return {each for one, other in zip(was, now, strict=True) for each in members(one, other, name)}
    return {name}


def told(found: dict[str, tuple[Any, Any]]) -> dict[str, list[str]]:
    """The differences in short, for whoever reads why a test failed."""
    return {line: sorted(members(was, now)) for line, (was, now) in found.items()}


def by_stale_steps(found: dict[str, tuple[Any, Any]], case: Path, plan: dict[str, Any]) -> set[str]:
    """The differences that come of steps that were not sent since what they change has another id, or is gone: so an undo before has left it."""
    stale = {step for step, line in outcomes(case).items() if line["state"] in ("stale", "already-so")}
    of = [json.dumps(step) for step in plan["steps"] if step["number"] in stale and step["deed"]["reversibility"]["undo"] in STATED]
    return {line for line in found if any(line.rsplit("/", 1)[-1] in step for step in of)}


def by_name(found: state.Lines) -> state.Lines:
    """The isolation groups that a run makes are told by name and network: made again after an undo, they have other ids."""
    names = {each["GroupId"]: f"{each['GroupName']} in {each['VpcId']}" for line, each in found.items()
             if "/ec2/security_groups/" in line and str(each.get("GroupName", "")).startswith("network-baseline-")}
    text = json.dumps(found, default=str)
    for group, name in names.items():
        text = text.replace(group, name)
    return {line: state.normal(each) for line, each in json.loads(text).items()}


def is_address(line: str, target: dict[str, Any], was: Any, now: Any) -> bool:
    """Whether only the public address of an interface of a machine differs: a machine that was stopped gets another one."""
    if not line.startswith(f"{target['region']}/ec2/network_interfaces/") or not isinstance(now, dict):
        return False
    return now.get("Attachment", {}).get("InstanceId") == target["name"] and members(was, now) <= {"PublicDnsName", "PublicIp"}


def unexplained(found: dict[str, tuple[Any, Any]], plan: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The differences that no step of the plan has said would remain."""
    def explains(step: dict[str, Any], line: str, was: Any, now: Any) -> bool:
        deed, target = step["deed"], step["deed"]["target"]
        if deed["reversibility"]["undo"] not in STATED or not deed["reversibility"]["remains"] or deed["action"] not in REMAINDERS:
            return False
        if deed["action"] == "instance-stop" and is_address(line, target, was, now):
            return True
        begins, may_differ = REMAINDERS[deed["action"]]
        return line.startswith(f"{target['region']}/{begins.format(name=target['name'])}") and members(was, now) <= may_differ

    return {line: (was, now) for line, (was, now) in found.items() if not any(explains(step, line, was, now) for step in plan["steps"])}


class Contained(unittest.TestCase):
    """Who can call before and after, and that nothing is written before somebody approves."""

    def test_the_stolen_are_cut_off_and_the_honest_go_on(self) -> None:
        found = whole()
        account = found.account
        self.assertEqual(account.able(True), STOLEN, "every stolen credential can call before")
        self.assertEqual(account.able(False), HONEST)
        benign = account.caller("alice.admin")("sts").get_session_token()["Credentials"]
        account.credentials["alice-session"] = {**benign, "hostile": False}
        type(self).before = account.state()
        account.forget_requests()
        planned = found.contain("--all")
        self.assertEqual(account.writes(), [], "planning writes nothing")
        linted = found.run("plan", "lint", "--case", str(found.case))
        refusals = [line for line in (linted.stdout + linted.stderr).splitlines() if "REFUSED" in line]
        self.assertIn((planned.code, refusals), ((0, []), (3, [])), f"the plan is refused: {planned.stderr[-2000:]}")
        shown = found.run("plan", "show", found.digest, "--case", str(found.case), "--format", "json")
        self.assertEqual(shown.code, 0, shown.stderr)
        dry = found.run(*found.approved(), "--dry-run")
        self.assertEqual((dry.code, account.writes()), (0, []), f"a dry run writes nothing: {dry.stderr}")
        type(self).fresh = found.copy("fresh")
        applied = found.run(*found.approved())
        type(self).after, type(self).code = account.state(), applied.code
        self.assertEqual(account.able(True), [], "a stolen credential can call after the containment")
        self.assertEqual(account.able(False), sorted([*HONEST, "alice-session"]), "an honest credential was cut off")
        anew = account.caller("alice.admin")("sts").assume_role(RoleArn=role("breakglass"), RoleSessionName="anew")["Credentials"]
        account.credentials["breakglass-anew"] = {**anew, "hostile": False}
        self.assertTrue(account.calls("breakglass-anew"), "break-glass opens a session and it can call")
        missed = {step: line for step, line in outcomes(found.case).items() if line["state"] not in ("done", "already-so", "not-needed")}
        self.assertEqual((applied.code, missed), (0, {}), "not all of the plan was carried out")

    def test_what_spends_is_stopped_and_stays_stopped(self) -> None:
        account = whole().account
        responder = account.caller("responder")
        not_fixed = {each["what"]: each["why"] for each in whole().plan()["left_alone"]}
        for _ in range(2):
            for region in (MINING, OPT_IN_MINING):
                running = responder("ec2", region).describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["pending", "running"]}])["Reservations"]
                honest = {item["identifier"] for item in account.truth["items"] if item["kind"] == "instance" and not item["malicious"]}
                # AWS stops no Spot Instance whose request is cancelled: the plan must say that it keeps running.
                spot = {each["InstanceId"] for item in running for each in item["Instances"] if each.get("InstanceLifecycle") == "spot"}
                spot = {each for each in spot if "KEEPS RUNNING" in not_fixed.get(each, "")}
                left = {each["InstanceId"] for item in running for each in item["Instances"]} - honest - spot
                self.assertEqual(left, set(), f"{region}: miners run, or their parents brought them back")
            requests = responder("ec2", MINING).describe_spot_instance_requests()["SpotInstanceRequests"]
            self.assertEqual({each["State"] for each in requests} - {"cancelled", "closed"}, set(), "a spot request is open")
            ecs = responder("ecs", MINING)
            services = ecs.describe_services(cluster="burst", services=["worker"])["services"]
            self.assertEqual([each["desiredCount"] for each in services], [0], "a service of 50 tasks runs")
            time.sleep(2)


class AfterContainment(unittest.TestCase):
    """What goes on from there, and says so where there is nothing to go on from."""

    def setUp(self) -> None:
        self.assertTrue(hasattr(Contained, "after"), "nothing was contained: name Contained before this class, and see why it failed")


class Watched(AfterContainment):
    """Refused calls prove that it holds, and whoever takes a deny away is seen."""

    def watch(self) -> tuple[int, dict[str, list[dict[str, Any]]]]:
        """A round: the exit code, and what was seen by its kind."""
        ran = whole().run("watch", "--case", str(whole().case), "--minutes", "0", "--every", "1", "--json")
        seen: dict[str, list[dict[str, Any]]] = {}
        for line in map(json.loads, ran.stdout.splitlines()):
            if line["kind"] == "sighting":
                seen.setdefault(line["sighting"], []).append(line)
        self.assertIn(ran.code, (0, 1, 3), ran.stderr)
        return ran.code, seen

    def test_refusals_prove_and_a_stripped_deny_alarms(self) -> None:
        account = whole().account
        key = account.credentials["breakglass-session"]["AccessKeyId"]
        self.assertEqual(account.calls("breakglass-session"), [])
        code, seen = self.watch()
        self.assertIn(key, {each.get("key") for each in seen.get("refused", [])}, "the refused calls of a stolen session are not seen")
        self.assertEqual((code == 1, seen.get("got-through", []), seen.get("stripped", [])), (False, [], []), "it alarms though all is quiet")
        of = {"RoleName": "breakglass", "PolicyName": "AWSRevokeOlderSessions"}
        iam = account.caller("alice.admin")("iam")
        kept = iam.get_role_policy(**of)["PolicyDocument"]
        iam.delete_role_policy(**of)
        try:
            code, seen = self.watch()
        finally:
            iam.put_role_policy(**of, PolicyDocument=json.dumps(kept))
        self.assertEqual(code, 1)
        self.assertIn("iam DeleteRolePolicy", {each["call"].replace(":", " ") for each in seen.get("stripped", [])}, "nobody saw that a deny was taken away")


class Undone(AfterContainment):
    """Taken back, the account is what it was but for what the plan said would remain."""

    def test_only_stated_remainders_differ(self) -> None:
        found = whole()
        undone = found.undo()
        differs = state.differences(Contained.before, found.account.state())
        failed = {step: line for step, line in outcomes(found.case).items() if line["state"] == "undo-failed"}
        self.assertEqual((undone.code, failed), (undo_code(found.case), {}), undone.stderr)
        self.assertEqual(told(unexplained(differs, found.plan())), {}, "the undo left what no step of the plan says would remain")
        self.assertEqual(found.account.able(True), STOLEN, "what was undone can call again, as the undo says")
        again = found.undo()
        self.assertEqual(again.code, 0, again.stderr)
        self.assertEqual(told(unexplained(state.differences(Contained.before, found.account.state()), found.plan())), {}, "undone twice is not undone once")

    def test_a_difference_that_no_step_states_is_seen(self) -> None:
        name = "us-east-1/iam/UserDetailList/bob.dev"
        self.assertEqual(list(unexplained({name: ({"UserPolicyList": []}, None)}, whole().plan())), [name])


class Killed(AfterContainment):
    """Killed again and again, the same command comes to the same end and sends nothing twice."""

    def test_it_comes_to_the_same_and_sends_nothing_twice(self) -> None:
        found, case = whole(), Contained.fresh
        found.account.forget_requests()
        moments, kills = random.Random(20261128), 0
        ends = time.monotonic() + KILL_SECONDS
        while kills < KILLS and time.monotonic() < ends and found.killed(case, moments.randint(1, 60)):
            kills += 1
        last = found.run(*found.approved(case))
        written, differs = found.account.writes(), state.differences(by_name(Contained.after), by_name(found.account.state()))
        begun = sum(line["line"] == "begun" for line in run_lines(case))
        print(f"killed {kills} times, {begun} of the runs had begun", file=sys.stderr)
        self.assertGreaterEqual(kills, 8, "too few kills to show anything")
        self.assertEqual(last.code, Contained.code, f"the killed run ended otherwise than the other: {last.stderr[-2000:]}")
        self.assertEqual(sent_too_often(case, written), [], "an IAM change was sent again though it had been carried out")
        stale = by_stale_steps(differs, case, found.plan())
        # A cut-off is of the moment at which it was sent.
        differs = {line: each for line, each in differs.items() if line not in stale and members(*each) != {"aws:TokenIssueTime"}}
        self.assertEqual(told(unexplained(differs, found.plan())), {}, "the killed run came to another end")
        self.assertEqual(found.account.able(True), [])
        verified = found.run("case", "verify", str(case))
        self.assertEqual(verified.code, 0, verified.stdout + verified.stderr)
        undone = found.undo(case)
        self.assertEqual(undone.code, undo_code(case), undone.stderr[-2000:])
        left = state.differences(Contained.before, found.account.state())
        self.assertEqual(told(unexplained(left, found.plan())), {}, "a run that was killed is not taken back in full")


class Tampered(AfterContainment):
    """A byte that was changed is found, wherever it is."""

    def test_a_changed_byte_is_found(self) -> None:
        found = whole()
        case = found.copy("tampered")
        chance = random.Random(20261128)
        snapshots = sorted(path for path in (case / "snapshots").rglob("*.jsonl") if path.stat().st_size and path.parent != case / "snapshots")
        parts = sorted((case / "events").glob("*.parquet"))
        files = [case / "journal.jsonl"] * 4 + [case / "plans" / f"{found.digest}.json"] * 3 + chance.sample(snapshots, 3) + parts[:1]
        for path in files:
            kept = path.read_bytes()
            place = chance.randrange(len(kept))
            path.write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1:])
            verified = found.run("case", "verify", str(case))
            path.write_bytes(kept)
            self.assertNotEqual(verified.code, 0, f"{path.relative_to(case)}: the change of byte {place} was not found")
        self.assertEqual(found.run("case", "verify", str(case)).code, 0, "put back, all is well")


class BadInput(unittest.TestCase):
    """What happened and what to do next, on standard error; the right exit code; nothing is lost or sent."""

    def setUp(self) -> None:
        self.ground = identities()
        self.case = self.ground.copy(f"bad-{self.id().rsplit('.', 1)[-1]}")
        self.ground.account.forget_requests()

    def tearDown(self) -> None:
        shutil.rmtree(self.case)

    def assert_refused(self, ran: Any, code: int, *words: str, next_too: bool = True) -> None:
        self.assertEqual(ran.code, code, ran.stdout[-1500:] + ran.stderr[-1500:])
        for word in (*words, *(["next"] if next_too else [])):
            self.assertIn(word, ran.stderr)
        self.assertNotIn("panicked", ran.stderr)
        self.assertEqual(self.ground.account.writes(), [], "something was sent")

    def planned(self, *suspects: str) -> list[str]:
        """The command that carries out a plan of its own."""
        kept = self.ground.digest
        made = self.ground.contain(*suspects, case=self.case)
        self.assertIn(made.code, (0, 3), made.stderr)
        digest, self.ground.digest = self.ground.digest, kept
        return self.ground.approved(self.case, digest)

    def whole_case(self) -> None:
        verified = self.ground.run("case", "verify", str(self.case))
        self.assertEqual(verified.code, 0, verified.stdout + verified.stderr)

    def test_a_key_that_nobody_has(self) -> None:
        self.assert_refused(self.ground.contain("--key", "AKIAQQQQQQQQQQQQQQQQ", case=self.case), FAILED, "AKIAQQQQQQQQQQQQQQQQ")

    def test_no_key_at_all(self) -> None:
        self.assert_refused(self.ground.contain("--key", "ci-deploy", case=self.case), FAILED, "ci-deploy")

    def test_a_key_of_another_account(self) -> None:
        key = self.ground.account.credentials["own"]["AccessKeyId"]
        self.assert_refused(self.ground.contain("--key", key, case=self.case), FAILED, key)

    def test_credentials_of_another_account(self) -> None:
        apply = self.planned("--user", "ci-deploy")
        other = self.ground.account.environment("own")
        self.assert_refused(self.ground.run(*apply, **other), FAILED, ACCOUNT)

    def test_another_account_is_typed(self) -> None:
        apply = self.planned("--user", "ci-deploy")
        apply[apply.index("--account") + 1] = "123456789013"
        self.assert_refused(self.ground.run(*apply), USAGE, "123456789013")

    def test_another_server(self) -> None:
        apply = self.planned("--user", "ci-deploy")
        other = self.ground.account.endpoint.replace("127.0.0.1", "localhost")
        self.assert_refused(self.ground.run(*apply, AWS_ENDPOINT_URL=other), FAILED, other)

    def test_a_user_that_has_gone(self) -> None:
        apply = self.planned("--user", "leaver")
        iam = self.ground.account.caller("responder")("iam")
        iam.delete_user(UserName="leaver")
        try:
            ran = self.ground.run(*apply)
            self.assertEqual(ran.code, NOT_ALL_APPLIED, ran.stdout + ran.stderr)
            self.assertFalse([each for each in self.ground.account.writes() if each["operation"] != "DeleteUser" and each.get("status") == 200], "something was written")
            self.assertIn("leaver", ran.stdout + ran.stderr)
            self.assertNotIn("panicked", ran.stderr)
            self.whole_case()
        finally:
            iam.create_user(UserName="leaver")

    def test_a_plan_that_was_edited(self) -> None:
        apply = self.planned("--user", "ci-deploy")
        file = self.case / "plans" / f"{apply[1]}.json"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("ci-deploy", "bob.dev"), encoding="utf-8")
        self.assert_refused(self.ground.run(*apply), FAILED, "plan")
        self.assertNotEqual(self.ground.run("case", "verify", str(self.case)).code, 0)

    def test_a_vendor_that_is_declared_after_the_plan(self) -> None:
        apply = self.planned("--user", "ci-deploy")
        declared = self.ground.run("case", "vendors", "add", "210987654321", "Auditor", "--reason", "contract of the owner", "--case", str(self.case))
        self.assertEqual(declared.code, 0, declared.stderr)
        self.assert_refused(self.ground.run(*apply), REFUSED, "210987654321", "plan again")
        withdrawn = self.ground.run("case", "vendors", "remove", "210987654321", "--reason", "a mistake", "--case", str(self.case))
        self.assertEqual(withdrawn.code, 0, withdrawn.stderr)
        self.assertEqual(self.ground.run(*apply, "--dry-run").code, 0)

    def test_a_digest_that_is_not_the_plans(self) -> None:
        apply = self.planned("--user", "ci-deploy")
        apply[apply.index("--approve") + 1] = "0" * 64
        self.assert_refused(self.ground.run(*apply), USAGE, "0" * 64)

    def test_a_case_that_is_newer(self) -> None:
        file = self.case / "case.json"
        case = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(case | {"format_version": 99}), encoding="utf-8")
        self.assert_refused(self.ground.run(*self.ground.approved(self.case)), FAILED, "99")

    def test_a_case_that_can_not_be_written(self) -> None:
        front = without_privileges()
        if front is None:
            self.skipTest("file permissions do not hold for root here, and there is no setpriv")
        apply = self.planned("--user", "ci-deploy")
        folders = [path for path in (self.case, *self.case.rglob("*"))]
        modes = {path: path.stat().st_mode for path in folders}
        for path in folders:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            ran = bash("true", [*front, str(self.ground.program.path), *apply], self.ground.program.environment(**self.ground.environment()))
        finally:
            for path, mode in modes.items():
                path.chmod(mode)
        self.assert_refused(ran, FAILED)
        self.whole_case()

    def test_a_disk_that_fills_up_in_the_middle(self) -> None:
        """A limit on the size of a file is what everybody can set: the journal takes some lines more, then none."""
        apply = self.planned("--user", "leaver")
        room = (self.case / "journal.jsonl").stat().st_size // 1024 + 3
        ran = bash(f"trap '' XFSZ; ulimit -f {room}", [str(self.ground.program.path), *apply], self.ground.program.environment(**self.ground.environment()))
        self.assertEqual(ran.code, FAILED, ran.stdout + ran.stderr)
        self.assertIn("next", ran.stderr)
        self.assertNotIn("panicked", ran.stderr)
        self.goes_on(apply)

    def test_credentials_that_expire_in_the_middle(self) -> None:
        apply = self.planned("--user", "leaver")
        error = {"code": "ExpiredToken", "message": "The security token included in the request is expired", "status": 403}
        names = ("PutUserPolicy", "AttachUserPolicy", "PutUserPermissionsBoundary", "UpdateAccessKey")
        control(self.ground.account.endpoint, "/fixtures", [{"service": "iam", "operation": name, "error": error} for name in names])
        try:
            ran = self.ground.run(*apply)
        finally:
            control(self.ground.account.endpoint, "/fixtures", method="DELETE")
        self.assertEqual(ran.code, FAILED, ran.stdout + ran.stderr)
        self.assertIn("sign in again", ran.stderr)
        self.goes_on(apply)

    def goes_on(self, apply: list[str]) -> None:
        """The same command finishes what was begun, and it can be taken back."""
        self.assertEqual(self.ground.run(*apply).code, 0, "the same command does not go on")
        iam = self.ground.account.caller("responder")("iam")
        self.assertNotEqual(iam.list_user_policies(UserName="leaver")["PolicyNames"], [])
        undone = self.ground.run("undo", apply[1], "--case", str(self.case), "--account", ACCOUNT, "--reason", "the proof is over")
        self.assertEqual(undone.code, 0, undone.stdout + undone.stderr)
        self.assertEqual(iam.list_user_policies(UserName="leaver")["PolicyNames"], [])
        self.whole_case()


class UnderFire(unittest.TestCase):
    """Two administrators in the intruder's hands take back every deny twice a second, and IAM is four seconds late."""

    STRIPPERS = ("aws-support-svc", "ci-deploy")

    def test_who_denies_once_loses_and_who_goes_on_wins(self) -> None:
        found = ground(late=4.0)
        account, folder = found.account, found.account.file.parent
        found.look([HOME], "account,caller,iam-account,iam-federation,iam-users")
        self.assertIn(found.contain("--all").code, (0, 3))
        with account.under_fire(*self.STRIPPERS) as summary:
            self.deny_once(account)
            time.sleep(7)
            self.assertLessEqual(set(self.STRIPPERS), set(account.able(True)), "denied once, they must be free again: else nobody strips")
            applied = found.run(*found.approved())
            moment = time.time() + 5  # by now IAM is late no more
            time.sleep(10)
        fought = [line for line in run_lines(found.case) if line["line"] == "fought"]
        print(f"strippers: {summary['strippers']}; fought lines: {len(fought)}", file=sys.stderr)
        self.assertEqual({label for label, each in summary["credentials"].items() if each["last"] == "allowed"}, set(), "a hostile credential can still call")
        # The attacker's own account may continue to open sessions of a role that trusts it: they are denied everything, so none of them shows here.
        late = [line for line in self.tries(folder) if line.get("outcome") == "allowed" and line.get("credential") != "own" and when(line["time"]) > moment]
        lost = {step: line for step, line in outcomes(found.case).items() if line["state"] in ("failed", "fought")}
        calls = sorted({(line.get("credential") or line["stripper"], line["call"]) for line in late})
        keys = [each for name in self.STRIPPERS for each in account.caller("responder")("iam").list_access_keys(UserName=name)["AccessKeyMetadata"]]
        self.assertEqual((calls, lost), ([], {}), f"a hostile call succeeded to the end; keys: {[(each['AccessKeyId'], each['Status']) for each in keys]}")
        self.assertEqual(account.able(True), [])
        self.assertTrue(all(each["stripped"] and each["refused"] for each in summary["strippers"].values()), summary["strippers"])
        self.assertTrue(fought, "the journal does not show that somebody fought")
        self.assertIn("sent-again", applied.stdout, "the output does not show that somebody fought")
        self.assertLessEqual({"responder", "alice.admin"}, set(account.able(False)))

    def deny_once(self, account: Any) -> None:
        iam = account.caller("responder")("iam")
        for name in self.STRIPPERS:
            iam.put_user_policy(UserName=name, PolicyName="once", PolicyDocument=document(DENY_ALL))
            iam.update_access_key(UserName=name, AccessKeyId=account.credentials[name]["AccessKeyId"], Status="Inactive")
            iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary="arn:aws:iam::aws:policy/AWSDenyAll")

    def tries(self, folder: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (folder / "tries.jsonl").read_text(encoding="utf-8").splitlines()]


def when(time_of: str) -> float:
    return datetime.fromisoformat(time_of).timestamp()


class Asked(unittest.TestCase):
    """What no finding leads to is asked for by name: logging, GuardDuty and an alarm on spending, and given back again."""

    def test_a_trail_guardduty_and_a_budget(self) -> None:
        found = ground()
        account = found.account
        found.look([HOME, MINING], "account,caller,cloudtrail,guardduty,iam-account,s3,s3-control", hunt=False)
        ask = account.caller("responder")
        trails, budgets, guardduty = ask("cloudtrail"), ask("budgets"), ask("guardduty", MINING)
        self.assertEqual(guardduty.list_detectors()["DetectorIds"], [])

        def things() -> set[str]:
            kept = budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"]
            return {trail["Name"] for trail in trails.describe_trails()["trailList"]} | {budget["BudgetName"] for budget in kept}

        before = things()
        asked = ("trail-bucket-create:the-new-logs,trail=everything", "trail-create:everything,bucket=the-new-logs", "trail-start:everything",
                 f"guardduty-enable:{MINING}", "budget-create,email=owner@example.com,amount=100")
        planned = found.contain(*(part for each in asked for part in ("--act", each)))
        self.assertIn(planned.code, (0, 3), planned.stderr)
        rehearsed = found.run("apply", found.digest, "--case", str(found.case), "--dry-run", "--json")
        self.assertEqual([json.loads(line)["step"] for line in rehearsed.stdout.splitlines()], [1, 2, 3, 4, 5], rehearsed.stderr)
        self.assertEqual(account.writes(), [], "neither planning nor a dry run sends a change")
        applied = found.run(*found.approved())
        self.assertEqual(applied.code, 0, applied.stdout + applied.stderr)
        self.assertTrue(trails.get_trail_status(Name="everything")["IsLogging"])
        self.assertTrue(trails.get_trail(Name="everything")["Trail"]["IsMultiRegionTrail"])
        detector = guardduty.list_detectors()["DetectorIds"][0]
        self.assertEqual(guardduty.get_detector(DetectorId=detector)["Status"], "ENABLED")
        self.assertEqual(len(things() - before), 2, "a trail and a budget")
        undone = found.undo()
        self.assertEqual(undone.code, undo_code(found.case), undone.stdout + undone.stderr)
        self.assertEqual(json.loads(undone.stdout.splitlines()[0])["drift"], [])
        self.assertEqual(things(), before)
        self.assertEqual(guardduty.get_detector(DetectorId=detector)["Status"], "DISABLED", "with a detector its findings would be lost")


class Speed(unittest.TestCase):
    """Two hundred identities behind a limit of 15 writes per second."""

    COUNT, RATE = 200, 15.0

    def test_the_limit_is_used(self) -> None:
        found = ground()
        account = found.account
        names = [f"u{number:03}" for number in range(self.COUNT)]
        iam = account.caller("responder")("iam")
        for name in names:
            iam.create_user(UserName=name)
            iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=document(allow("ec2:*")))
        found.look([HOME], "caller,iam-account", hunt=False)  # what IAM tells of all users at once: asking for each takes minutes
        planned = found.contain(*(part for name in names for part in ("--user", name)))
        self.assertIn(planned.code, (0, 3), planned.stderr[-2000:])
        control(account.endpoint, "/standin/write-rate", self.RATE)
        account.forget_requests()
        with found.applying() as process:
            ends = time.monotonic() + 60
            while time.monotonic() < ends and process.poll() is None and not set(names) <= set(account.first_denies()):
                time.sleep(2)  # asking takes the stand-in's time
        self.judge(account, names)

    def judge(self, account: Any, names: list[str]) -> None:
        denies = sorted(account.first_denies().items(), key=lambda each: each[1])
        self.assertEqual(sorted(name for name, _ in denies), names, "not every identity was denied")
        last = denies[-1][1]
        written = account.writes()
        carried_out = sum(each.get("status") == 200 and each["epoch"] - written[0]["epoch"] <= last for each in written)
        least = max(0.0, carried_out - self.RATE) / self.RATE
        print(f"first 20 identities denied within {denies[19][1]:.2f} s, all {len(names)} within {last:.1f} s: {carried_out} writes until then, "
              f"for which the limit needs {least:.1f} s; {len(written) - carried_out} refused", file=sys.stderr)
        self.assertLessEqual(denies[19][1], 2.0, "the first denies are late")
        self.assertLessEqual(last, least * 1.2, "the limit is not used")


ORDER = (Contained, Watched, Undone, Killed, Tampered, BadInput, UnderFire, Asked, Speed)


def load_tests(loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None) -> unittest.TestSuite:
    return unittest.TestSuite(loader.loadTestsFromTestCase(each) for each in ORDER)


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).is_file():
        os.environ["STANCH"] = sys.argv.pop(1)
    os.environ.setdefault("STANCH", "target/debug/stanch")
    if not Path(os.environ["STANCH"]).is_file():
        sys.exit(f"there is no program {os.environ['STANCH']}: name one as the first argument, or run make respond")
    unittest.main()
