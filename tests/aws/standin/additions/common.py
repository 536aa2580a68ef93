"""Small helpers of the additions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.moto_api._internal import mock_random

from ..reply import AwsError

# One moment for everything made up, so that two seeded servers give the same bytes.
MADE_AT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def identifier(prefix: str, length: int = 16) -> str:
    return prefix + "".join(mock_random.choice(ALPHABET) for _ in range(length))


def secret(length: int = 40) -> str:
    return str(mock_random.get_random_string(length=length, include_digits=True))


def hexadecimal(length: int) -> str:
    return str(mock_random.get_random_hex(length=length))


def take(shelf: dict[str, Any], key: str, code: str = "ResourceNotFoundException", what: str = "resource") -> Any:
    if key not in shelf:
        raise AwsError(code, f"there is no {what} {key}", 404)
    return shelf[key]
