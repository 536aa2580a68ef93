#!/usr/bin/env python3
"""What `stanch assess` says of the seeded account, held against what is true of it.

    python tests/aws/test_assess.py STANCH [SEED…]     an account for each of the seeds, with other names and tricks; bars at the end

An item of the intruder counts as found when a finding that stands as hostile or suspicious names it, or names what it
belongs to. An honest item counts as wrongly accused when such a finding is on it and nothing of the intruder's explains it.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from standin.loopback import forget_aws_environment

forget_aws_environment()

from account import HERE, Program, raised, regions, seeded  # noqa: E402
from snapshot import lines, strings  # noqa: E402

# The story as it is told, and with names that give nothing away: whom a name accuses must be found without it.
PLAIN: dict[str, str] = {}
QUIET = {
    "666677778888": "222211113333", "aws-support-svc": "j.miller", "aws-support-billing": "acme-eu", "s3-readonly": "work2", "ops-readonly": "platform",
    "launch-wizard-1": "app-7", "OrganizationAuditRole": "etl-runner", "CostOptimizerHelper": "image-resizer", '="p3.16xlarge"': '="c6i.32xlarge"', '"InstanceType": "p3.16xlarge"': '"InstanceType": "c6i.32xlarge"',
    "acme-mirror-target": "acme-backup-eu", "respawn": "workers", "iam-watch": "nightly-2",
}
HURRIED = {
    "666677778888": "313131313131", "aws-support-svc": "backup ", "OrganizationAuditRole": "r1", "CostOptimizerHelper": "f1", "launch-wizard-1": "default2",
    "g4dn.xlarge": "p4d.24xlarge", "(22, 3389)": "(5900, 6379)", '"Days": 1': '"Days": 2', "PendingWindowInDays=7": "PendingWindowInDays=30",
}
SEEDS = ((42, PLAIN), (7, QUIET), (2026, HURRIED))
# Users whose keys the attacker has.
INTRUDERS = frozenset({"aws-support-svc", "ci-deploy"})
ACCUSED_AT_MOST = 0.05
JOINED_AT_LEAST = 0.95
# How often half of the log is taken away, another half each time.
HALVES = 5
# Seen in event history alone, which is no state of the account.
NO_STATE = frozenset({"session"})


def names(value: Any) -> set[str]:
    """Every text in it, and the last part of every ARN."""
    texts = set(strings(value))
    return texts | {text.rsplit(mark, 1)[-1] for text in texts for mark in "/:" if mark in text}


def said(finding: dict[str, Any]) -> set[str]:
    resource = finding["resource"]
    parts = [resource["id"], resource["name"], [fact["value"] for fact in finding.get("facts", [])], finding.get("exposure", {}).get("accounts", []),
             [value for handle in finding.get("handles", []) for name, value in handle.items() if name != "handle"], finding["summary"].split()]
    return names(parts)


# Parameters that choose what is told, not whom a thing belongs to.
CHOOSING = frozenset({"Scope", "OwnerIds", "Owners", "Filters", "AccountId", "RegionOptStatusContains", "resourceOwner", "MaxResults", "Attribute",
                      "AttributeNames", "PermissionType", "PolicyName", "VersionId", "logGroupNamePrefix"})
# Answers that tell what smaller ones do.
WHOLE = frozenset({"GetAccountAuthorizationDetails", "ListFunctionUrlConfigs", "ListFunctions", "ListUsers"})


def owners(item: dict[str, Any]) -> set[str]:
    return {text for text in names({name: value for name, value in item["parameters"].items() if name not in CHOOSING}) if len(text) > 2}


def tells(finding: dict[str, Any], item: dict[str, Any]) -> bool:
    """Whether a finding is about an item, in its region: by its own name, or by what it belongs to and the answer that shows it."""
    cited = {(same(evidence["service"]), evidence["operation"]) for evidence in finding["evidence"]}
    services = {service for service, _ in cited} or {same(finding["resource"]["kind"].split()[0])}
    if same(item["service"]) not in services or finding["resource"]["region"] != item["region"]:
        return False
    words = said(finding)
    if names(item["identifier"]) & words:
        return True
    is_member = item["identifier"].startswith('"')
    shown = (same(item["service"]), item["operation"]) in cited or any(operation in WHOLE for _, operation in cited) or not cited
    belongs = owners(item)
    return shown and bool(belongs & words if belongs else is_member)


def same(service: str) -> str:
    return {"sesv2": "ses", "s3control": "s3", "apigatewayv2": "apigateway", "states": "stepfunctions"}.get(service, service)


def score(assessment: dict[str, Any], truth: dict[str, Any], intruders: set[str]) -> dict[str, Any]:
    accusing = [finding for finding in assessment["findings"] if finding["verdict"] in ("malicious", "suspicious")]
    bad = [item for item in truth["items"] if item["malicious"] and item["kind"] not in NO_STATE]
    good = [item for item in truth["items"] if not item["malicious"]]
    missed = [item for item in bad if not any(tells(finding, item) for finding in accusing)]
    unexplained = [finding for finding in accusing if not any(tells(finding, item) for item in bad)]
    accused = [item for item in good if any(tells(finding, item) for finding in unexplained)]
    made = [finding for finding in accusing if finding["made_by"]["known"] == "event"]
    right = [finding for finding in made if finding["made_by"]["principal"]["key"].rsplit("/", 1)[-1] in intruders]
    return {"bad": bad, "good": good, "missed": missed, "accused": accused, "accusing": accusing, "made": made, "right": right, "unexplained": unexplained}


def told(endpoint: str, folder: Path, seed: int, other: dict[str, str]) -> dict[str, Any]:
    """Tells the story with other names, from a copy of it."""
    if not other:
        return seeded(endpoint, folder / "truth.json", "--seed", str(seed))
    copy = folder / "aws"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (copy / "story").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for name, instead in other.items():
            text = text.replace(name, instead)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-W", "ignore", str(copy / "seed.py"), "--endpoint", endpoint, "--out", str(folder / "truth.json"), "--no-check", "--seed", str(seed)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def moment(event: str) -> tuple[str, str]:
    record = json.loads(event)
    return record["eventName"], record["eventTime"]


def half_of_the_log(program: Program, case: Path, folder: Path, seed: int, part: int, whole: dict[str, Any]) -> list[str]:
    """With half of the events gone, nobody is named for what they told: those findings say that the maker is not known."""
    snapshots = [path.parent for path in sorted((case / "snapshots").glob("*/manifest.json"))]
    readings = [json.loads(line) for snapshot in snapshots for line in lines(snapshot)]
    bodies = [reading["body"] for reading in readings if reading["operation"] == "LookupEvents" and reading.get("body")]
    events = sorted({event["CloudTrailEvent"] for body in bodies for event in body.get("Events", [])})
    kept = random.Random(f"{seed} {part}").sample(events, len(events) // 2)
    (folder / "half").mkdir(exist_ok=True)
    (folder / "half" / "events.json").write_text('{"Records": [' + ",".join(kept) + "]}", encoding="utf-8")
    told = {moment(event) for event in kept}
    counts = Counter(map(moment, events))  # the stand-in tells seconds, and within one the same may happen twice
    account = next(snapshot for snapshot in snapshots if any(snapshot.glob("*/*/iam.jsonl")))
    ran = program.run("assess", str(account), "--case", str(folder / "none"), "--logs", str(folder / "half"), "--format", "json")
    if ran.code not in (1, 4):
        return [f"seed {seed}: with half of the log it ended with {ran.code}: {ran.stderr[-400:]}"]
    makers = {finding["id"]: finding["made_by"] for finding in whole["findings"]}
    failures, stayed, gone = [], 0, 0
    for finding in json.loads(ran.stdout)["findings"]:
        made, before = finding["made_by"], makers.get(finding["id"], {"known": "unknown"})
        place = f"seed {seed}, half of the log: {finding['check']} of {finding['resource']['name']}"
        if made["known"] == "event" and (made["name"], made["time"]) not in told:
            failures.append(f"{place} is said to come from {made['name']} at {made['time']}, which is not in it")
        if before["known"] == "event" and counts[before["name"], before["time"]] > 1:
            continue
        if before["known"] == "event" and (before["name"], before["time"]) in told:
            stayed += 1
            if made.get("event") != before["event"]:
                failures.append(f"{place} has another maker than with the whole of it")
        elif before["known"] == "event":
            gone += made["known"] == "unknown"
    print(f"seed {seed}: with half of the log ({len(kept)} events) {stayed} makers stay, {gone} are unknown")
    if not stayed or not gone:
        failures.append(f"seed {seed}: half of the log changed nothing, or everything")
    return failures


def one(program_path: Path, seed: int, other: dict[str, str], folder: Path) -> list[str]:
    with raised() as endpoint:
        truth = told(endpoint, folder, seed, other)
        program = Program(program_path, endpoint, folder / "home")
        case = program.case(folder / "case")
        places = regions(truth["regions"])
        program.run("collect", "--case", str(case), *places)
        program.run("hunt", "--live", "--case", str(case), *places)
    ran = program.run("assess", "--case", str(case), "--format", "json")
    blind = program.run("assess", "--case", str(case), "--no-logs", "--format", "json")
    failures = []
    if ran.code not in (1, 4):
        failures.append(f"seed {seed}: ended with {ran.code}: {ran.stderr[-400:]}")
        return failures
    scored = score(json.loads(ran.stdout), truth, {other.get(name, name) for name in INTRUDERS})
    found, total = len(scored["bad"]) - len(scored["missed"]), len(scored["bad"])
    accused, honest = len(scored["accused"]), len(scored["good"])
    joined = len(scored["right"]) / max(len(scored["made"]), 1)
    print(f"seed {seed}: {found} of {total} malicious found, {accused} of {honest} honest accused, "
          f"{len(scored['right'])} of {len(scored['made'])} joined events are the intruder's, of {len(scored['accusing'])} accusing findings")
    failures += [f"seed {seed}: not found: {item['id']} {item['service']} {item['region']} {item['identifier'][:80]}" for item in scored["missed"]]
    if accused > ACCUSED_AT_MOST * honest:
        failures += [f"seed {seed}: accused: {item['id']} {item['identifier']}" for item in scored["accused"]]
    if joined < JOINED_AT_LEAST:
        failures.append(f"seed {seed}: {joined:.0%} of the joined events are the intruder's")
    alone = json.loads(blind.stdout)
    if any(finding["made_by"]["known"] == "event" for finding in alone["findings"]):
        failures.append(f"seed {seed}: without logs, somebody is named as maker")
    unlogged = score(alone, truth, set())
    print(f"seed {seed}: from the snapshot alone {total - len(unlogged['missed'])} of {total} malicious, {len(unlogged['accused'])} of {honest} honest accused")
    if len(unlogged["accused"]) > ACCUSED_AT_MOST * honest:
        failures += [f"seed {seed}: accused from the snapshot alone: {item['id']}" for item in unlogged["accused"]]
    for part in range(HALVES):
        failures += half_of_the_log(program, case, folder, seed, part, json.loads(ran.stdout))
    page = program.run("assess", "--case", str(case))
    for word in ("Malicious", "Time-critical", "Left behind"):
        if word not in page.stdout:
            failures.append(f"seed {seed}: the page does not say {word}")
    for name, secret in truth["secrets"].items():
        if secret in ran.stdout or secret in page.stdout:
            failures.append(f"seed {seed}: {name} is in the output")
    return failures


def main() -> int:
    stanch = Path(sys.argv[1]).resolve()
    chosen = {int(seed) for seed in sys.argv[2:]}
    failures = []
    for seed, other in SEEDS:
        if chosen and seed not in chosen:
            continue
        with tempfile.TemporaryDirectory() as folder:
            failures += one(stanch, seed, other, Path(folder))
    for failure in failures:
        print(failure)
    print("all bars held" if not failures else f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
