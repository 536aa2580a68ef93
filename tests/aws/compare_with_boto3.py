#!/usr/bin/env python3
"""Compare what Stanch reads with what boto3 reads, operation by operation, on a seeded stand-in.

    python tests/aws/compare_with_boto3.py --stanch PATH [--endpoint URL] [--list operations.txt] [--jobs 4]

Without an endpoint it raises a stand-in of its own and tells it the story. `make boto3`, a part of `make test`, runs it so.

Each line of the list: service, operation, region, parameters as JSON (`{}` may be left out); `$name` in parameters is
filled from the answer of an earlier line that ends with `=> name: path.to[0].value`.
Stanch is run as `stanch call SERVICE OPERATION --region R --params JSON` with AWS_ENDPOINT_URL and made-up credentials.
What must differ is listed in REDACTED and DIFFERENT, and has to: a secret that is shown, and a difference that is gone, fail too.
A redacted value must have the length and the hash of what boto3 read.
Exit code: 0 all as it should be, 1 something differs or too little was compared, 2 boto3 itself got no answer.
"""

from __future__ import annotations

import argparse
import base64
import concurrent.futures
import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standin.loopback import forget_aws_environment, stay_on_loopback

LIST = Path(__file__).with_name("operations.txt")
SHOWN = 200
SECONDS = 120
ACCOUNT_WIDE_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
LEAST_OPERATIONS, LEAST_SERVICES = 295, 90
REDACTION = re.compile(r"\(redacted, (\d+) bytes, sha256 ([0-9a-f]{64})\)")
# Members that Stanch shows by length and hash alone: secrets, what may hold one, and what AWS's models call sensitive.
REDACTED = frozenset({
    "account GetContactInformation .ContactInformation.AddressLine1",
    "account GetContactInformation .ContactInformation.PostalCode",
    "cloudformation DescribeStacks .Stacks[].Parameters[].ParameterValue",
    "codebuild BatchGetProjects .projects[].environment.environmentVariables[].value",
    "ec2 DescribeInstanceAttribute .UserData.Value",
    "ec2 DescribeLaunchTemplateVersions .LaunchTemplateVersions[].LaunchTemplateData.UserData",
    "ecs DescribeTaskDefinition .taskDefinition.containerDefinitions[].environment[].value",
    "glue GetJob .Job.DefaultArguments.--password",
    "glue GetJobs .Jobs[].DefaultArguments.--password",
    "iam ListVirtualMFADevices .VirtualMFADevices[].Base32StringSeed",
    "iam ListVirtualMFADevices .VirtualMFADevices[].QRCodePNG",
    "lambda GetFunction .Configuration.Environment.Variables.STAGE",
    "lambda GetFunction .Configuration.Environment.Variables.STRIPE_API_KEY",
    "lambda GetFunctionConfiguration .Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER",
    "lambda GetFunctionConfiguration .Environment.Variables.C2_TOKEN",
    "lambda ListFunctions .Functions[].Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER",
    "lambda ListFunctions .Functions[].Environment.Variables.C2_TOKEN",
    "lambda ListFunctions .Functions[].Environment.Variables.STAGE",
    "lambda ListFunctions .Functions[].Environment.Variables.STRIPE_API_KEY",
    "lambda ListVersionsByFunction .Versions[].Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER",
    "lambda ListVersionsByFunction .Versions[].Environment.Variables.C2_TOKEN",
    "sns ListPhoneNumbersOptedOut .phoneNumbers[]",
})
# Where another answer is right, and why: what is told then must contain the text.
DIFFERENT = {
    "ec2 GetConsoleOutput": ("returns secrets", "what a machine prints may hold passwords"),
    "ssm GetParameterHistory": ("returns secrets", "the answer is the values"),
    "iam GenerateCredentialReport": ("changes the account", "the report is made by `collect`, which says so; `call` only reads"),
    "ssm GetDocument": (".Content: ", "a secret within a text of JSON: the text around it is written anew"),
    "s3 ListObjectsV2": (".Prefix: boto3 has it", "what was asked, told again; the paginators' extras that name it are boto3's own"),
    "s3 ListObjectVersions": (".Prefix: boto3 has it", "the same"),
    "s3 GetObject": (".ChecksumCRC32: boto3 has it", "boto3 asks for checksums of its own accord, to compare them; Stanch compares by hash"),
}


@dataclass
class Case:
    line: int
    service: str
    operation: str
    region: str
    parameters: dict[str, Any]
    binding: tuple[str, str] | None = None
    differences: list[str] = field(default_factory=list)
    redacted: set[str] = field(default_factory=set)
    unanswered: str | None = None

    @property
    def title(self) -> str:
        return f"{self.name} {self.region}"

    @property
    def name(self) -> str:
        return f"{self.service} {self.operation}"


def read_list(path: Path) -> list[Case]:
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        line, _, binding = line.partition("=>")
        service, operation, region, *rest = line.split(None, 3)
        name, _, query = binding.partition(":")
        bound = (name.strip(), query.strip()) if binding else None
        cases.append(Case(number, service, operation, region, json.loads(rest[0]) if rest else {}, bound))
    return cases


def fill(value: Any, names: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: fill(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, names) for item in value]
    return names[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def as_printed(value: Any) -> Any:
    """A reply of boto3 as the AWS CLI prints it: times with offset, bytes as base64."""
    if isinstance(value, dict):
        return {str(key): as_printed(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, (list, tuple)):
        return [as_printed(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return as_printed(value.read()) if hasattr(value, "read") else value


def instant(text: Any) -> datetime | None:
    """The same moment may be written with another offset, with or without a fraction of zero."""
    if not isinstance(text, str) or len(text) < 19 or text[4:5] != "-" or text[10:11] != "T":
        return None
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)  # botocore adds no zone where the server's text has none: it is UTC


def hides(expected: Any, got: Any) -> bool:
    """Whether `got` stands for exactly this text."""
    shown = REDACTION.fullmatch(got) if isinstance(got, str) else None
    if shown is None or not isinstance(expected, str):
        return False
    value = expected.encode()
    return (str(len(value)), hashlib.sha256(value).hexdigest()) == shown.groups()


def differences(expected: Any, got: Any, place: str = "") -> list[str]:
    if isinstance(expected, dict) and isinstance(got, dict):
        found = [f"{place}.{key}: boto3 has it, stanch not" for key in expected.keys() - got.keys()]
        found += [f"{place}.{key}: stanch has it, boto3 not" for key in got.keys() - expected.keys()]
        for key in sorted(expected.keys() & got.keys()):
            found += differences(expected[key], got[key], f"{place}.{key}")
        return sorted(found)
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return [f"{place}: {len(expected)} items in boto3, {len(got)} in stanch"]
        return [line for number, pair in enumerate(zip(expected, got, strict=True)) for line in differences(*pair, f"{place}[{number}]")]
    if hides(expected, got):
        return [f"{place}: redacted"]
    same_kind = isinstance(expected, bool) == isinstance(got, bool)
    if same_kind and expected == got:
        return []
    moments = instant(expected), instant(got)
    if None not in moments and moments[0] == moments[1]:
        return []
    return [f"{place}: {json.dumps(expected)[:SHOWN]} in boto3, {json.dumps(got)[:SHOWN]} in stanch"]


class Boto:
    """The reference."""

    def __init__(self, endpoint: str):
        from story.account import Caller

        self._caller = Caller(endpoint)

    def read(self, case: Case) -> Any:
        client = self._caller(case.service, case.region)
        method = next(name for name, operation in client.meta.method_to_api_mapping.items() if operation == case.operation)
        if client.can_paginate(method):
            whole = client.get_paginator(method).paginate(**case.parameters).build_full_result()
            return as_printed({key: value for key, value in whole.items() if value is not None})  # null: no page had it
        return as_printed(getattr(client, method)(**case.parameters))


def ask(stanch: str, endpoint: str, case: Case) -> tuple[Any, str]:
    """Stanch's reply, or why there is none."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment |= {"AWS_ENDPOINT_URL": endpoint, "AWS_EC2_METADATA_DISABLED": "true", "TZ": "UTC", **ACCOUNT_WIDE_KEYS}
    command = [stanch, "call", case.service, case.operation, "--region", case.region, "--params", json.dumps(case.parameters)]
    try:
        run = subprocess.run(command, capture_output=True, env=environment, timeout=SECONDS, check=False, text=True)
    except subprocess.TimeoutExpired:
        return None, f"no end after {SECONDS} s"
    if run.returncode:
        return None, f"exit code {run.returncode}: {run.stderr.strip()[-SHOWN:]}"
    try:
        return json.loads(run.stdout), ""
    except ValueError as error:
        return None, f"not JSON: {error}"


def volatile(before: Any, after: Any) -> bool:
    """moto makes some values anew on every read; asked twice, boto3 shows which."""
    return bool(differences(before, after))


def compare(boto: Boto, stanch: str, endpoint: str, case: Case, expected: Any) -> None:
    got, failure = ask(stanch, endpoint, case)
    if failure:
        case.differences = [failure]
        return
    case.differences = differences(expected, got)
    if case.differences and volatile(expected, again := boto.read(case)):
        moving = {line.split(":")[0] for line in differences(expected, again)}
        case.differences = [line for line in case.differences if line.split(":")[0] not in moving]
    hidden = [line for line in case.differences if line.endswith(": redacted")]
    case.redacted = {f"{case.name} {re.sub(r'[[][0-9]+[]]', '[]', line.removesuffix(': redacted'))}" for line in hidden}
    case.differences = [line for line in case.differences if line not in hidden]


def unexpected(cases: list[Case]) -> list[str]:
    """What is not as the two lists above say, either way."""
    found = [f"{case.title}: {line}" for case in cases for line in case.differences if DIFFERENT.get(case.name, ("\0",))[0] not in line]
    differing = {case.name for case in cases if case.differences}
    found += [f"{name}: listed as different, and is equal" for name in sorted(DIFFERENT.keys() - differing)]
    redacted = {member for case in cases for member in case.redacted}
    found += [f"{member}: redacted, and not listed" for member in sorted(redacted - REDACTED)]
    return found + [f"{member}: listed as redacted, and shown" for member in sorted(REDACTED - redacted)]


def reference(boto: Boto, cases: list[Case]) -> dict[int, Any]:
    """boto3's replies in the order of the list, since later lines use what earlier ones found."""
    import jmespath

    names: dict[str, Any] = {}
    replies: dict[int, Any] = {}
    for case in cases:
        try:
            case.parameters = fill(case.parameters, names)
            replies[case.line] = boto.read(case)
        except Exception as error:
            case.unanswered = f"{type(error).__name__}: {str(error)[:SHOWN]}"
            continue
        if case.binding:
            found = jmespath.search(case.binding[1], replies[case.line])
            if found is None:
                case.unanswered = f"nothing at {case.binding[1]}"
            names[case.binding[0]] = found
    return replies


def report(cases: list[Case], compared: bool) -> int:
    unanswered = [case for case in cases if case.unanswered]
    for case in unanswered:
        print(f"{case.title:60} boto3 got no answer: {case.unanswered}")
    answered = [case for case in cases if not case.unanswered]
    operations, services = {case.name for case in answered}, {case.service for case in answered}
    wrong = unexpected(answered) if compared else []
    for line in wrong:
        print(line)
    if len(operations) < LEAST_OPERATIONS or len(services) < LEAST_SERVICES:
        wrong.append(f"only {len(operations)} operations over {len(services)} services; {LEAST_OPERATIONS} over {LEAST_SERVICES} were reviewed")
        print(wrong[-1])
    differing, hiding = sum(bool(case.differences) for case in answered), sum(bool(case.redacted) for case in answered)
    print(f"{len(operations)} operations over {len(services)} services: {len(answered) - differing - hiding} questions with equal answers, "
          f"{hiding} equal but for redacted members, {differing} differ, {len(wrong)} of all this unexpected, {len(unanswered)} unanswered")
    return 2 if unanswered else 1 if wrong else 0


@contextlib.contextmanager
def stand_in(endpoint: str | None) -> Iterator[str]:
    if endpoint:
        yield endpoint
        return
    from account import raised, seeded

    with raised() as own, tempfile.TemporaryDirectory() as folder:
        seeded(own, Path(folder) / "truth.json")
        yield own


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", help="of a stand-in that runs; without it, one is raised and seeded")
    parser.add_argument("--stanch", required=True, help="path of the program, or `none` to see only whether every operation answers")
    parser.add_argument("--list", type=Path, default=LIST)
    parser.add_argument("--jobs", type=int, default=4)
    arguments = parser.parse_args()
    forget_aws_environment()
    stay_on_loopback()
    cases = read_list(arguments.list)
    with stand_in(arguments.endpoint) as endpoint:
        boto = Boto(endpoint)
        replies = reference(boto, cases)
        if arguments.stanch != "none":
            with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
                list(pool.map(lambda case: compare(boto, arguments.stanch, endpoint, case, replies[case.line]),
                              [case for case in cases if not case.unanswered]))
    return report(cases, arguments.stanch != "none")


if __name__ == "__main__":
    sys.exit(main())
