"""What the chapters share: clients by credential, the truth, and the secrets that are planted."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

ACCOUNT = "123456789012"
INTRUDER = "666677778888"  # in no organization of ours
VENDOR = "444455556666"  # known, trusted with an external id
HOME, SECOND, MINING = "us-east-1", "eu-west-1", "ap-southeast-2"
OPT_IN, OPT_IN_MINING = "me-south-1", "af-south-1"  # enabled by the account, enabled by the intruder
REGIONS = (HOME, SECOND, MINING, OPT_IN, OPT_IN_MINING)
BOOTSTRAP = {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
# Absent from plain moto; everything else must work there as here.
ABSENT = (ClientError, BotoCoreError, ResponseParserError)
MODELS = boto3.Session()  # one for all: reading the models is what takes the time


class Caller:
    """boto3 clients of one credential. Addresses look as the story has them, through the forwarding header."""

    def __init__(self, endpoint: str, credentials: dict[str, str] = BOOTSTRAP, address: str = "198.51.100.7"):
        self.endpoint, self.credentials, self.address = endpoint, credentials, address
        self._clients: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region: str = HOME) -> Any:
        if (service, region) not in self._clients:
            config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, user_agent_extra="story/1")
            client = MODELS.client(
                service, region_name=region, endpoint_url=self.endpoint, config=config, aws_access_key_id=self.credentials["AccessKeyId"],
                aws_secret_access_key=self.credentials["SecretAccessKey"], aws_session_token=self.credentials.get("SessionToken"))
            client.meta.events.register("before-sign.*.*", self._prepare)
            self._clients[service, region] = client
        return self._clients[service, region]

    def _prepare(self, request: Any, **_: Any) -> None:
        """S3 Control puts the account id before the host, which no loopback name has; the header says it as well."""
        request.headers["X-Forwarded-For"] = self.address
        request.url = request.url.replace(f"//{ACCOUNT}.", "//")


class Story:
    """The truth in the making."""

    def __init__(self, endpoint: str, reseed: Callable[[], None] = lambda: None):
        self.endpoint = endpoint
        self.reseed = reseed
        self.operator = Caller(endpoint)
        self.leaked = self.operator
        self.intruder = self.operator
        self.items: list[dict[str, Any]] = []
        self.secrets: dict[str, str] = {}
        self.credentials: dict[str, dict[str, Any]] = {}
        self.unsupported: list[str] = []
        self.kept: dict[str, str] = {}

    def play(self, *chapters: Callable[[Story], Any]) -> None:
        """Each chapter draws from its own seed: one moto operation that draws by chance must not move all that follows."""
        for chapter in chapters:
            self.reseed()
            chapter(self)

    def note(self, malicious: bool, kind: str, region: str, service: str, operation: str, identifier: str, **parameters: Any) -> str:
        """One item; `parameters` are what the read operation needs to show it."""
        number = sum(item["kind"] == kind for item in self.items) + 1
        self.items.append({
            "id": f"{kind}-{number}", "malicious": malicious, "region": region, "service": service, "kind": kind,
            "identifier": identifier, "operation": operation, "parameters": parameters})
        return identifier

    def bad(self, kind: str, region: str, service: str, operation: str, identifier: str, **parameters: Any) -> str:
        return self.note(True, kind, region, service, operation, identifier, **parameters)

    def good(self, kind: str, region: str, service: str, operation: str, identifier: str, **parameters: Any) -> str:
        return self.note(False, kind, region, service, operation, identifier, **parameters)

    def secret(self, name: str, value: str | None = None) -> str:
        """A value that must never reach a case: made up from its name, or given by the server."""
        self.secrets[name] = value or f"Pl4nted!{hashlib.sha256(name.encode()).hexdigest()[:28]}/+&\"<ü>"
        return self.secrets[name]

    def simple_secret(self, name: str) -> str:
        """For fields that allow letters and digits only."""
        return self.secret(name, f"Pl4nted{hashlib.sha256(name.encode()).hexdigest()[:28]}")

    def keep_key(self, name: str, key: dict[str, Any], hostile: bool) -> None:
        members = {member: key[member] for member in ("AccessKeyId", "SecretAccessKey", "SessionToken") if member in key}
        self.credentials[name] = {**members, "hostile": hostile}
        for member in ("SecretAccessKey", "SessionToken"):
            if member in key:
                self.secret(f"{name}:{member}", key[member])

    def optional(self, label: str, chapter: Callable[[], Any]) -> None:
        """For what plain moto lacks: told when it cannot be, never dropped in silence."""
        try:
            chapter()
        except ABSENT as error:
            self.unsupported.append(f"{label}: {str(error)[:120]}")

    def truth(self) -> dict[str, Any]:
        return {"account": ACCOUNT, "intruder_account": INTRUDER, "regions": list(REGIONS), "items": self.items,
                "secrets": self.secrets, "credentials": self.credentials, "unsupported": self.unsupported}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def grant(principal: Any, action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def trust(principal: dict[str, Any], action: str = "sts:AssumeRole", **more: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def archive(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(zipfile.ZipInfo("index.py", (2024, 1, 1, 0, 0, 0)), source)
    return buffer.getvalue()


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def jsonable(value: Any) -> str:
    return json.dumps(value, default=lambda item: item.isoformat() if isinstance(item, datetime) else str(item), ensure_ascii=False)
