"""Keeps the process on this machine: no credentials from outside, no connection but to loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any


def forget_aws_environment() -> None:
    """Real keys in the caller's shell must not be there to be used."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    )


def is_loopback(host: str) -> bool:
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not is_loopback(str(address[0])):
            raise PermissionError(f"the stand-in stays on loopback and does not connect to {address[0]}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        if host is not None and not is_loopback(host if isinstance(host, str) else host.decode()):
            raise socket.gaierror(socket.EAI_NONAME, f"the stand-in stays on loopback and does not resolve {host}")


def stay_on_loopback() -> None:
    """From here on every connection or name look-up that would leave the machine fails in this process."""
    sys.addaudithook(_refuse)
