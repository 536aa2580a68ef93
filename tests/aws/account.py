"""One stand-in with a compromised account in it, and the program run against it as a person would: a process, arguments, a case.

Only the environment that is given here reaches the program; nothing it does leaves this machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
# A way out of every kind that the AWS tools know: none may be taken.
AWAY = "203.0.113.1"


@dataclass(frozen=True)
class Ran:
    code: int
    stdout: str
    stderr: str


def control(endpoint: str, path: str, body: Any = None, method: str = "POST") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(endpoint + path, data=data, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.loads(answer.read() or b"null")


@contextlib.contextmanager
def raised(*arguments: str) -> Iterator[str]:
    """A strict stand-in; ends with this process at the latest."""
    process = subprocess.Popen([sys.executable, "-W", "ignore", str(HERE / "server.py"), "--strict", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["endpoint"]
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def seeded(endpoint: str, truth: Path, *arguments: str) -> dict[str, Any]:
    """Tells the story to the stand-in; what is true of it then."""
    command = [sys.executable, "-W", "ignore", str(HERE / "seed.py"), "--endpoint", endpoint, "--out", str(truth), "--no-check", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return json.loads(truth.read_text(encoding="utf-8"))


class Program:
    """`stanch` with the stand-in as its AWS."""

    def __init__(self, path: Path, endpoint: str, home: Path):
        self.path, self.endpoint, self.home = path, endpoint, home
        home.mkdir(parents=True, exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(("AWS_", "STANCH_")) and not name.lower().endswith("_proxy")}
        return kept | CREDENTIALS | {"AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                                     "HOME": str(self.home), "STANCH_LOOPBACK_ONLY": "1"} | more

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen([str(self.path), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment(**environment))

    def run(self, *arguments: str, **environment: str) -> Ran:
        process = self.start(*arguments, **environment)
        stdout, stderr = process.communicate()
        return Ran(process.returncode, stdout, stderr)

    def case(self, folder: Path, *arguments: str) -> Path:
        made = self.run("case", "new", str(folder), "--title", "Account", "--responder", "responder", "--no-break-glass", *arguments)
        assert made.code == 0, made.stderr
        return folder


def regions(names: list[str]) -> list[str]:
    """As arguments."""
    return [part for name in names for part in ("--region", name)]
