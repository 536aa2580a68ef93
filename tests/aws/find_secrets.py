#!/usr/bin/env python3
"""Look for planted secrets in everything a run left behind, in every form they may have taken.

    python tests/aws/find_secrets.py --truth truth.json CASE LOG…     exit 1 and name file and form when one is found
    python tests/aws/find_secrets.py --self-test                      plant one in each form and container, fail unless all are found
"""

from __future__ import annotations

import argparse
import base64
import bz2
import gzip
import html
import io
import json
import lzma
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pyarrow
import pyarrow.parquet
import zstandard

SHORTEST = 6
DEEPEST = 6


def base64_forms(value: bytes) -> Iterator[tuple[str, bytes]]:
    """As it looks inside a longer encoded text, at each of the three alignments, without what the neighbours decide."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + value)
        first = (0, 2, 3)[shift]
        last = len(whole) - (0, 3, 2)[(shift + len(value)) % 3]
        inner = whole[first:last]
        yield f"base64, alignment {shift}", inner
        if (safe := inner.replace(b"+", b"-").replace(b"/", b"_")) != inner:
            yield f"base64 for URLs, alignment {shift}", safe


def json_forms(text: str) -> Iterator[tuple[str, str]]:
    ascii_only, wide = json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]
    for name, form in (("ASCII", ascii_only), ("UTF-8", wide)):
        yield f"JSON, {name}", form
        yield f"JSON, {name}, slashes escaped", form.replace("/", "\\/")
        yield f"JSON, {name}, safe for HTML", form.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").replace("'", "\\u0027")
        yield f"JSON within JSON, {name}", json.dumps(form, ensure_ascii=name == "ASCII")[1:-1]
        yield f"JSON within JSON within JSON, {name}", json.dumps(json.dumps(form, ensure_ascii=False)[1:-1], ensure_ascii=False)[1:-1]
    units = text.encode("utf-16-be").hex()
    every = [units[place:place + 4] for place in range(0, len(units), 4)]
    yield "JSON, every character as \\uXXXX", "".join(f"\\u{unit}" for unit in every)
    yield "JSON, every character as \\uXXXX, capitals", "".join(f"\\u{unit.upper()}" for unit in every)


def url_forms(text: str) -> Iterator[tuple[str, str]]:
    for name, form in (("all", quote(text, safe="")), ("slashes kept", quote(text, safe="/")), ("form", quote_plus(text)), ("like encodeURIComponent", quote(text, safe="!~*'()"))):
        yield f"URL-escaped, {name}", form
        yield f"URL-escaped, {name}, small letters", _small(form)
        yield f"URL-escaped twice, {name}", quote(form, safe="")


def _small(form: str) -> str:
    pieces = form.split("%")
    return "%".join([pieces[0], *(piece[:2].lower() + piece[2:] for piece in pieces[1:])])


def forms(secret: str) -> dict[bytes, str]:
    """Every form as bytes, with its name; the first name of equal forms stays."""
    plain = secret.encode()
    found: dict[bytes, str] = {plain: "plain"}
    for name, text in [*json_forms(secret), *url_forms(secret), ("HTML", html.escape(secret)), ("HTML, quotes kept", html.escape(secret, quote=False)),
                       ("hex", plain.hex()), ("hex, capitals", plain.hex().upper())]:
        found.setdefault(text.encode(), name)
    for name, value in base64_forms(plain):
        if len(value) >= SHORTEST:
            found.setdefault(value, name)
    for encoding in ("utf-16-le", "utf-16-be"):
        found.setdefault(secret.encode(encoding), encoding)
    return found


def _flat(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(key)
            yield from _flat(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, bytes):
        yield value
    elif value is not None:
        yield str(value).encode("utf-8", "surrogateescape")


def _columns(batches: Any) -> Iterator[tuple[str, bytes]]:
    for batch in batches:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            yield f"column {name}", b"\0".join(_flat(column.to_pylist()))


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is packed in these bytes; nothing when they are no container."""
    if data[:2] == b"\x1f\x8b":
        yield "gzip", gzip.decompress(data)
    elif data[:4] == b"\x28\xb5\x2f\xfd":
        yield "zstd", zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()
    elif data[:3] == b"BZh":
        yield "bzip2", bz2.decompress(data)
    elif data[:6] == b"\xfd7zXZ\0":
        yield "xz", lzma.decompress(data)
    elif data[:4] == b"PK\3\4":
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            for name in file.namelist():
                yield name, file.read(name)
    elif data[:4] == b"PAR1" and data[-4:] == b"PAR1":
        yield from _columns(pyarrow.parquet.ParquetFile(io.BytesIO(data)).iter_batches())
    elif data[:6] == b"ARROW1":
        yield from _columns(pyarrow.ipc.open_file(io.BytesIO(data)).get_batch(i) for i in range(pyarrow.ipc.open_file(io.BytesIO(data)).num_record_batches))
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as file:
            for member in file:
                if member.isfile():
                    yield member.name, file.extractfile(member).read()


def unpacked(label: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The bytes themselves, then all that is packed in them. A broken container is an error: it was not looked through."""
    yield label, data
    if depth < DEEPEST:
        for name, inner in _members(data):
            yield from unpacked(f"{label} » {name}", inner, depth + 1)


def files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        yield from sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]


def search(secrets: dict[str, str], paths: list[Path]) -> tuple[list[str], int]:
    """Findings (`name in file as form`) and the number of files looked through."""
    needles = {needle: (name, form) for name, secret in secrets.items() if len(secret) >= SHORTEST for needle, form in forms(secret).items()}
    findings, count = [], 0
    for path in files(paths):
        count += 1
        for name, form in {needles[needle] for needle in needles if needle in str(path).encode()}:
            findings.append(f"{name} in the name of {path} as {form}")
        for label, data in unpacked(str(path), path.read_bytes()):
            findings += [f"{name} in {label} as {form}" for needle, (name, form) in needles.items() if needle in data]
    return findings, count


def _containers(data: bytes) -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.txt", data)
    nested = io.BytesIO()
    table = pyarrow.table({"id": [1, 2], "raw": [b"nothing", data], "deep": [[{"a": None}], [{"a": data.decode("latin-1")}]]})
    pyarrow.parquet.write_table(table, nested, compression="zstd", use_dictionary=False, write_statistics=False)
    return {"txt": data, "gz": gzip.compress(data), "zst": zstandard.compress(data), "zip": packed.getvalue(), "parquet": nested.getvalue(),
            "gz.zst": zstandard.compress(gzip.compress(data)), "bz2": bz2.compress(data), "xz": lzma.compress(data)}


def self_test() -> int:
    secret = "Pl4nted!s3cret/+&\"<ü>~ 'x"
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "clean")
        empty.mkdir()
        for name, content in _containers(b"nothing to see, base64 QUJDREVGRw== %20 \\u0041").items():
            (empty / f"file.{name}").write_bytes(content)
        if search({"secret": secret}, [empty])[0]:
            missed.append("found something where nothing is")
        for number, (form, name) in enumerate(forms(secret).items()):
            for extension, content in _containers(b"before \n" + form + b"\n after").items():
                path = Path(folder, f"{number}.{extension}")
                path.write_bytes(content)
                if not search({"secret": secret}, [path])[0]:
                    missed.append(f"{name} in .{extension}")
        for shift in range(6):
            path = Path(folder, "shifted")
            path.write_bytes(base64.b64encode(b"x" * shift + secret.encode() + b"yz"))
            if not search({"secret": secret}, [path])[0]:
                missed.append(f"base64 after {shift} bytes")
    for line in missed:
        print("missed:", line)
    print(f"{len(forms(secret))} forms in 8 containers: {'all found' if not missed else f'{len(missed)} missed'}")
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("paths", nargs="*", type=Path)
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.truth or not arguments.paths:
        parser.error("name --truth and at least one path, or --self-test")
    secrets = json.loads(arguments.truth.read_text(encoding="utf-8"))["secrets"]
    short = sorted(name for name, value in secrets.items() if len(value) < SHORTEST)
    findings, count = search(secrets, arguments.paths)
    for line in findings:
        print(line)
    if short:
        print(f"too short to look for: {', '.join(short)}", file=sys.stderr)
    if not count:
        print("there was no file to look through", file=sys.stderr)
        return 2
    print(f"{len(secrets) - len(short)} secrets, {count} files: {len(findings)} found")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
