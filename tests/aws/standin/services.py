"""Which services botocore knows, found by the name they sign with."""

from __future__ import annotations

import functools
import gzip
import re
from collections import defaultdict
from pathlib import Path

import botocore
from moto.backends import list_of_moto_modules

DATA = Path(botocore.__file__).parent / "data"
# Where one signing name stands for several services, the one asked for most comes first.
PREFERRED = {"es": "opensearch", "ses": "sesv2", "rds": "rds", "bedrock": "bedrock", "s3": "s3control"}
MODULE_EXCEPTIONS = {"lambda": "awslambda", "es": "es", "opensearch": "opensearch", "ses": "ses"}


def _head(service: Path) -> str:
    """The metadata at the front of the newest model: reading all of every model would take long."""
    newest = sorted(folder for folder in service.iterdir() if folder.is_dir())[-1]
    with gzip.open(newest / "service-2.json.gz", "rt", encoding="utf-8") as file:
        return file.read(2500)


@functools.cache
def by_signing_name() -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for service in sorted(DATA.iterdir()):
        if not service.is_dir() or not any(service.glob("*/service-2.json.gz")):
            continue
        head = _head(service)
        signing = re.search(r'"signingName"\s*:\s*"([^"]+)"', head) or re.search(r'"endpointPrefix"\s*:\s*"([^"]+)"', head)
        if signing:
            names[signing.group(1).lower()].append(service.name)
    for signing_name, services in names.items():
        first = PREFERRED.get(signing_name)
        services.sort(key=lambda name: (name != first, name))
    return names


@functools.cache
def moto_has(service: str) -> bool:
    """Whether moto holds a backend for this botocore service name."""
    modules = set(list_of_moto_modules())
    plain = service.replace("-", "")
    return bool({MODULE_EXCEPTIONS.get(service, service), plain, f"aws{plain}"} & modules)
