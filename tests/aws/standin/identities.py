"""What of an IAM user or role decides whether its calls are allowed, and since when.

Reads of IAM show a write at once. Authorisation follows `delay` seconds later, as IAM is eventually consistent: until then an
identity counts as it was before the write. Knows moto's IAM state and no request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends

NOTHING = '{"Statement": []}'


@dataclass(frozen=True)
class User:
    """`keys`: id, secret, status. `boundary` is the document, not the ARN."""

    name: str
    arn: str
    unique_id: str
    keys: tuple[tuple[str, str, str], ...]
    policies: tuple[Any, ...]
    boundary: Any


@dataclass(frozen=True)
class Role:
    name: str
    arn: str
    unique_id: str
    policies: tuple[Any, ...]
    boundary: Any
    trust: Any


def managed(policy: Any) -> Any:
    """The document of the version in force."""
    return next(version.document for version in policy.versions if version.is_default)


def boundary_of(backend: Any, owner: Any) -> Any:
    """The boundary's document; a boundary whose policy is gone allows nothing."""
    stated = getattr(owner, "permissions_boundary", None)
    arn = getattr(owner, "permissions_boundary_arn", None) or (stated or {}).get("PermissionsBoundaryArn")
    if not arn:
        return None
    policy = backend.managed_policies.get(arn)
    return managed(policy) if policy else NOTHING


def _documents(owner: Any) -> list[Any]:
    return [*owner.policies.values(), *map(managed, owner.managed_policies.values())]


def read_user(backend: Any, name: str) -> User | None:
    user = backend.users.get(name)
    if user is None:
        return None
    policies = _documents(user)
    for group in list(backend.groups.values()):
        if user in group.users:
            policies += _documents(group)
    keys = tuple((key.access_key_id, key.secret_access_key, key.status) for key in user.access_keys)
    return User(name, user.arn, user.id, keys, tuple(policies), boundary_of(backend, user))


def read_role(backend: Any, name: str) -> Role | None:
    role = next((role for role in list(backend.roles.values()) if role.name == name), None)
    if role is None:
        return None
    return Role(name, role.arn, role.id, tuple(_documents(role)), boundary_of(backend, role), role.assume_role_policy_document)


Key = tuple[str, str, str, str]  # account, partition, kind, name
READERS: dict[str, Callable[[Any, str], Any]] = {"user": read_user, "role": read_role}


def read(key: Key) -> Any:
    account, partition, kind, name = key
    return READERS[kind](iam_backends[account][partition], name)


class Identities:
    """Identities as authorisation sees them: now, or before the writes of the last `delay` seconds."""

    def __init__(self, delay: float = 0.0):
        self.delay = delay
        self._before: dict[Key, list[tuple[float, Any]]] = {}
        self._lock = threading.Lock()

    def clear(self) -> None:
        with self._lock:
            self._before.clear()

    def settle(self) -> None:
        """Everything written so far counts from now on."""
        self.clear()

    def touched(self, account: str, partition: str, parameters: dict[str, Any]) -> dict[Key, Any]:
        """What a write is about to change, as it is before it; nothing where there is no delay."""
        if not self.delay:
            return {}
        backend = iam_backends[account][partition]
        names = [(kind, parameters[member]) for kind, member in (("user", "UserName"), ("role", "RoleName")) if parameters.get(member)]
        if not names:  # a group or a managed policy: whoever has it
            names = [("user", name) for name in list(backend.users)] + [("role", role.name) for role in list(backend.roles.values())]
        return {(account, partition, kind, name): read((account, partition, kind, name)) for kind, name in names}

    def written(self, before: dict[Key, Any]) -> None:
        """The write was made; only what it changed is kept."""
        now = time.monotonic()
        with self._lock:
            for key, facts in before.items():
                if facts != read(key):
                    self._before.setdefault(key, []).append((now, facts))

    def _in_force(self, key: Key) -> Any:
        """The state before the oldest write that has not taken effect, else the present one."""
        with self._lock:
            waiting = self._before.get(key)
            if waiting:
                horizon = time.monotonic() - self.delay
                waiting[:] = [entry for entry in waiting if entry[0] > horizon]
                if waiting:
                    return waiting[0][1]
                del self._before[key]
        return read(key)

    def user(self, account: str, partition: str, name: str) -> User | None:
        return self._in_force((account, partition, "user", name))

    def role(self, arn: str, partition: str) -> Role | None:
        account, name = arn.split(":")[4], arn.rsplit("/", 1)[-1]
        found = self._in_force((account, partition, "role", name))
        return found if found and found.arn == arn else None

    def key_holder(self, access_key: str) -> tuple[str, str, User] | None:
        """Account, partition and user of a long-term key."""
        for account, partitions in list(iam_backends.items()):
            for partition, backend in list(partitions.items()):
                for user in list(backend.users.values()):
                    if any(key.access_key_id == access_key for key in user.access_keys):
                        held = self.user(account, partition, user.name)
                        return (account, partition, held) if held and any(key[0] == access_key for key in held.keys) else None
        with self._lock:
            waiting = [key for key in self._before if key[2] == "user"]
        for account, partition, _, name in waiting:  # deleted a moment ago
            held = self.user(account, partition, name)
            if held and any(key[0] == access_key for key in held.keys):
                return account, partition, held
        return None
