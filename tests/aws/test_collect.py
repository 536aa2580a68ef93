#!/usr/bin/env python3
"""`stanch collect` from end to end, against the stand-in with a compromised account in it. `make account` runs it.

    python tests/aws/test_collect.py [STANCH]     or STANCH=path in the environment; default: target/debug/stanch
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
import unittest
from pathlib import Path

from standin.loopback import forget_aws_environment

forget_aws_environment()

import find_secrets  # noqa: E402
import ground_truth  # noqa: E402
import snapshot  # noqa: E402
from account import AWAY, Program, Ran, control, raised, regions, seeded  # noqa: E402

# What a snapshot does not hold, and why.
NOT_IN_A_SNAPSHOT = {"session-1": "the key of a session stands in event history alone, which is what the hunt reads"}
TWO = ["us-east-1", "eu-west-1"]
FAILED = 7
INCOMPLETE = 3  # the stand-in lacks much of AWS: what it lacks is not known
KILLS = 5


def setUpModule() -> None:
    """One stand-in, one complete snapshot; the tests look at both."""
    global program, endpoint, truth, work, whole, case
    folder = Path(unittest.enterModuleContext(tempfile.TemporaryDirectory(prefix="stanch-account-")))
    work = folder / "left-behind"
    endpoint = unittest.enterModuleContext(raised())
    truth = seeded(endpoint, folder / "truth.json")
    program = Program(Path(os.environ["STANCH"]).resolve(), endpoint, work / "home")
    case = program.case(work / "case")
    whole = collect("whole", case, *regions(truth["regions"]))


def collect(name: str, into: Path, *arguments: str, **environment: str) -> Ran:
    """Runs it and keeps what it said, for whoever looks for secrets."""
    began = time.monotonic()
    ran = program.run("collect", "--case", str(into), *arguments, **environment)
    keep(name, ran)
    print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return ran


def keep(name: str, ran: Ran) -> None:
    (work / f"{name}.stdout").write_text(ran.stdout, encoding="utf-8")
    (work / f"{name}.stderr").write_text(ran.stderr, encoding="utf-8")


class Complete(unittest.TestCase):
    """Everything that was seeded is in the snapshot, where it lies."""

    def test_every_item_of_the_truth_is_there(self) -> None:
        self.assertGreaterEqual(len(truth["items"]), 157)
        self.assertEqual(truth["unsupported"], [])
        missing = ground_truth.missing(truth["items"], snapshot.readings(snapshot.newest(case)))
        self.assertEqual({item["id"] for item in missing}, set(NOT_IN_A_SNAPSHOT), missing)

    def test_an_item_elsewhere_or_of_somebody_else_does_not_count(self) -> None:
        found = snapshot.readings(snapshot.newest(case))
        items = [item for item in truth["items"] if item["id"] not in NOT_IN_A_SNAPSHOT]
        moved = [{**item, "region": "ca-central-1"} for item in items]
        renamed = [{**item, "identifier": item["identifier"] + "-not"} for item in items]
        owned = [{**item, "parameters": {name: "nobody's" for name in item["parameters"]}} for item in items if item["parameters"].keys() - ground_truth.CHOOSING]
        for wrong in (moved, renamed, owned):
            self.assertTrue(wrong)
            self.assertEqual(ground_truth.missing(wrong, found), wrong)

    def test_what_the_stand_in_lacks_is_unknown(self) -> None:
        self.assertEqual(whole.code, INCOMPLETE, whole.stderr)
        self.assertIn("Not known:", whole.stdout)
        asked = {row["region"] for row in coverage(case)["rows"]}
        self.assertGreaterEqual(asked, set(truth["regions"]))

    def test_the_case_verifies(self) -> None:
        verified = program.run("case", "verify", str(case))
        self.assertEqual(verified.code, 0, verified.stdout + verified.stderr)

    def test_a_region_that_was_not_read_is_a_row_and_not_zero(self) -> None:
        into = program.case(work / "one-region")
        ran = collect("one-region", into, "--region", "us-east-1", "--only", "queues")
        self.assertEqual(ran.code, INCOMPLETE, ran.stdout + ran.stderr)
        self.assertIn("eu-west-1", {row.get("region") for row in coverage(into)["not_read"]})

    def test_complete_means_zero(self) -> None:
        into = program.case(work / "complete")
        ran = collect("complete", into, "--only", "queues")
        self.assertEqual(ran.code, 0, ran.stdout + ran.stderr)
        self.assertTrue(all(row["outcomes"].keys() <= {"ok", "does-not-exist"} for row in coverage(into)["rows"]))


def coverage(of: Path) -> dict:
    return json.loads((snapshot.newest(of) / "coverage.json").read_text(encoding="utf-8"))


class Sealed(unittest.TestCase):
    """Where the case names a recipient, every reply is there as it came, and nobody but the recipient can read it."""

    RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

    def test_every_reply_is_sealed(self) -> None:
        into = program.case(work / "sealed", "--seal-to", self.RECIPIENT)
        ran = collect("sealed", into, "--region", "us-east-1", "--only", "iam-users,ec2-instances,lambda")
        self.assertIn(ran.code, (0, INCOMPLETE), ran.stderr)
        folder = snapshot.newest(into)
        hashes = {sha256 for line in snapshot.lines(folder) for sha256 in json.loads(line)["sha256s"]}
        self.assertGreater(len(hashes), 20)
        sealed = {path.stem: path.read_bytes() for path in (folder / "sealed").glob("*/*.age")}
        self.assertEqual(hashes - sealed.keys(), set())
        self.assertTrue(all(content.startswith(b"age-encryption.org/v1\n-> X25519 ") for content in sealed.values()))
        self.assertEqual(program.run("case", "verify", str(into)).code, 0)
        self.assertIn(self.RECIPIENT, program.run("case", "show", str(into)).stdout)
        self.assertFalse((snapshot.newest(case) / "sealed").exists())

    def test_no_key_is_no_recipient(self) -> None:
        ran = program.run("case", "new", str(work / "unsealed"), "--responder", "r", "--no-break-glass", "--seal-to", "age1no")
        self.assertEqual(ran.code, 2, ran.stderr)
        self.assertFalse((work / "unsealed").exists())


class Denied(unittest.TestCase):
    """A service that refuses is unknown, in the table, in words and in the exit code."""

    def test_a_denied_service_is_named(self) -> None:
        control(endpoint, "/standin/denied", ["sns"])
        try:
            into = program.case(work / "denied")
            ran = collect("denied", into, *regions(TWO), "--only", "topics,queues")
        finally:
            control(endpoint, "/standin/denied", [])
        self.assertEqual(ran.code, INCOMPLETE, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"denied +sns: ")
        rows = [row for row in coverage(into)["rows"] if row["service"] == "sns"]
        refused = {(row["region"], row["operation"]) for row in rows if "denied" in row["outcomes"]}
        self.assertTrue({(region, "ListTopics") for region in TWO} <= refused, rows)
        self.assertFalse([row for row in rows if "ok" in row["outcomes"]])
        others = [row for row in coverage(into)["rows"] if row["service"] == "sqs"]
        self.assertTrue(others and all("denied" not in row["outcomes"] for row in others))


class Killed(unittest.TestCase):
    """Killed at any moment, the next run asks what is missing and no more, and the snapshot is the same."""

    few = [*regions(TWO), "--only", "iam-users,ec2-network,lambda,topics,queues,kms,logs,events"]

    def test_killed_again_and_again_it_comes_to_the_same(self) -> None:
        undisturbed = program.case(work / "undisturbed")
        control(endpoint, "/standin/requests", method="DELETE")
        collect("undisturbed", undisturbed, *self.few)
        calls = {reading.call for reading in snapshot.readings(snapshot.newest(undisturbed))}
        total = len(calls)
        self.assertEqual(calls - self.asked(), set(), "calls are not told apart, so none would be seen to be asked again")
        killed = program.case(work / "killed")
        moments = random.Random(20260306)
        known: dict[snapshot.Call, str] = {}
        for number in range(KILLS):
            self.assert_asks_what_is_missing(killed, known, f"killed-{number}", int(total * (number + moments.random()) / (KILLS + 1)))
            found = self.known(killed)
            self.assertGreaterEqual(found.keys(), known.keys())
            known = found
        self.assertGreater(len(known), total // 2, "the runs were killed too early to show anything")
        self.assert_asks_what_is_missing(killed, known, "killed-last", None)
        self.assertEqual(len(list((killed / "snapshots").glob("*/manifest.json"))), 1)
        self.maxDiff = 2000
        self.assertEqual(snapshot.content(snapshot.newest(killed)), snapshot.content(snapshot.newest(undisturbed)))

    def assert_asks_what_is_missing(self, into: Path, known: dict[snapshot.Call, str], name: str, lines: int | None) -> None:
        """One run, killed once so many readings are on the disk unless None; nothing it asks may be in `known`."""
        control(endpoint, "/standin/requests", method="DELETE")
        process = program.start("collect", "--case", str(into), *self.few)
        if lines is None:
            stdout, stderr = process.communicate()
            self.assertEqual(process.returncode, INCOMPLETE if "Not known" in stdout else 0, stderr)
            self.assertIn("Continuing snapshot", stderr)
        else:
            while process.poll() is None and (len(self.known(into)) < lines or not self.asked()):
                time.sleep(0.01)
            self.assertIsNone(process.poll(), "it ended before it could be killed")
            process.kill()
            stdout, stderr = process.communicate()
        keep(name, Ran(process.returncode, stdout, stderr))
        time.sleep(0.2)  # what was under way when it was killed
        asked = self.asked()
        self.assertTrue(asked)
        again = sorted(call for call in known if call in asked)
        self.assertEqual(again, [], f"{name} asked again for what was kept")

    def asked(self) -> set[snapshot.Call]:
        """What reached the stand-in since its list was emptied."""
        return {(each["region"], each["service"], each["operation"], each["parameters"])
                for each in control(endpoint, "/standin/requests", method="GET")["requests"]}

    def known(self, into: Path) -> dict[snapshot.Call, str]:
        """What is on the disk and need not be asked again."""
        try:
            kept = snapshot.committed(snapshot.newest(into))
        except ValueError:  # killed before there was a snapshot
            return {}
        return {reading.call: reading.outcome for reading in kept if reading.outcome not in ("throttled", "malformed", "failed", "skipped")}


class Everything(unittest.TestCase):
    """What the walk over every operation finds of the truth, beside what the collectors find in the same regions."""

    def test_it_finds_what_the_collectors_find(self) -> None:
        into = program.case(work / "everything")
        ran = collect("everything", into, "--everything", "--yes", *regions(TWO))
        self.assertEqual(ran.code, INCOMPLETE, ran.stderr)
        items = [item for item in truth["items"] if item["region"] in TWO and item["id"] not in NOT_IN_A_SNAPSHOT]
        self.assertEqual(ground_truth.missing(items, snapshot.readings(snapshot.newest(case))), [])
        self.assertEqual(ground_truth.missing(items, snapshot.readings(snapshot.newest(into))), [])


class Loopback(unittest.TestCase):
    """Whatever the environment names, nothing leaves this machine."""

    def test_no_way_out_is_taken(self) -> None:
        ways = {"AWS_ENDPOINT_URL": f"http://{AWAY}", "AWS_ENDPOINT_URL_STS": f"http://{AWAY}:8080", "HTTPS_PROXY": f"http://{AWAY}:3128",
                "HTTP_PROXY": f"http://{AWAY}:3128", "ALL_PROXY": f"http://{AWAY}:3128", "AWS_PROFILE": "production"}
        began = time.monotonic()
        ran = collect("away", case, "--region", "us-east-1", "--only", "topics", **ways)
        self.assertEqual(ran.code, FAILED, ran.stdout + ran.stderr)
        self.assertLess(time.monotonic() - began, 20, "it waited for somebody who does not answer")
        self.assertEqual(ran.stdout, "")


class Secrets(unittest.TestCase):
    """Runs last: none of the planted secrets is in anything that all the runs left behind."""

    def test_none_is_left_behind(self) -> None:
        self.assertGreaterEqual(len(truth["secrets"]), 35)
        findings, count = find_secrets.search(truth["secrets"], [work])
        self.assertEqual(findings, [])
        self.assertGreater(count, 100)

    def test_they_would_be_found(self) -> None:
        """In the place where they would be: within a line of the snapshot, in the journal, in what was printed."""
        self.assertEqual(find_secrets.self_test(), 0)
        name, secret = next(iter(truth["secrets"].items()))
        for path in (next(snapshot.newest(case).glob("*/*/iam.jsonl")), work / "whole.stdout"):
            planted = work.parent / f"planted-{path.name}"
            planted.write_text(path.read_text(encoding="utf-8") + json.dumps({"body": {"x": json.dumps({"y": secret})}}) + "\n", encoding="utf-8")
            self.assertTrue(find_secrets.search({name: secret}, [planted])[0], path)


ORDER = (Complete, Sealed, Denied, Killed, Everything, Loopback, Secrets)


def load_tests(loader: unittest.TestLoader, tests: unittest.TestSuite, pattern: str | None) -> unittest.TestSuite:
    return unittest.TestSuite(loader.loadTestsFromTestCase(each) for each in ORDER)


if __name__ == "__main__":
    if len(sys.argv) > 1 and Path(sys.argv[1]).is_file():
        os.environ["STANCH"] = sys.argv.pop(1)
    os.environ.setdefault("STANCH", "target/debug/stanch")
    if not Path(os.environ["STANCH"]).is_file():
        sys.exit(f"there is no program {os.environ['STANCH']}: name one as the first argument, or run make account")
    unittest.main()
