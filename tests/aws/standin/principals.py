"""Who signed: IAM users' keys, role sessions and user sessions, with their policies, out of moto's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from .reply import AwsError


@dataclass
class Principal:
    """A caller, with everything that decides what the caller may do."""

    account: str
    arn: str
    kind: str
    unique_id: str
    name: str
    access_key: str
    secret: str
    token: str | None = None
    policies: list[Any] = field(default_factory=list)
    boundary: str | None = None
    session_policies: list[Any] = field(default_factory=list)
    issued: datetime | None = None
    expires: datetime | None = None
    role_arn: str | None = None
    mfa: bool = False


@dataclass
class UserSession:
    """GetSessionToken and GetFederationToken, which moto answers with constants."""

    account: str
    partition: str
    user_name: str
    access_key: str
    secret: str
    token: str
    issued: datetime
    expires: datetime
    federated_name: str | None = None
    session_policies: list[Any] = field(default_factory=list)
    mfa: bool = False


class Sessions:
    """Sessions of this stand-in, and when moto's own were issued (moto keeps only when they end)."""

    def __init__(self) -> None:
        self.users: dict[str, UserSession] = {}
        self.issued: dict[str, datetime] = {}

    def note_new_roles(self) -> None:
        now = datetime.now(UTC)
        for partitions in list(sts_backends.values()):
            for backend in list(partitions.values()):
                for role in backend.assumed_roles:
                    self.issued.setdefault(role.access_key_id, now)

    def clear(self) -> None:
        self.users.clear()
        self.issued.clear()


def _managed(policy: Any) -> str:
    return next(version.document for version in policy.versions if version.is_default)


def _boundary(backend: Any, owner: Any) -> str | None:
    """The boundary's document; a boundary whose policy is gone allows nothing."""
    stated = getattr(owner, "permissions_boundary", None)
    arn = getattr(owner, "permissions_boundary_arn", None) or (stated or {}).get("PermissionsBoundaryArn")
    if not arn:
        return None
    policy = backend.managed_policies.get(arn)
    return _managed(policy) if policy else '{"Statement": []}'


def _user_policies(backend: Any, user: Any) -> list[Any]:
    found = [*user.policies.values(), *map(_managed, user.managed_policies.values())]
    for group in backend.get_groups_for_user(user.name):
        found += [*group.policies.values(), *map(_managed, group.managed_policies.values())]
    return found


def _from_user(backend: Any, account: str, user: Any, access_key: str, secret: str) -> Principal:
    return Principal(account, user.arn, "IAMUser", user.id, user.name, access_key, secret,
                     policies=_user_policies(backend, user), boundary=_boundary(backend, user))


def _from_role(backend: Any, account: str, session: Any, issued: datetime | None) -> Principal:
    role = backend.get_role_by_arn(session.role_arn)
    policies = [*role.policies.values(), *map(_managed, role.managed_policies.values())]
    return Principal(
        account, session.arn, "AssumedRole", session.user_id, session.arn.split("assumed-role/")[1], session.access_key_id,
        session.secret_access_key, session.session_token, policies, _boundary(backend, role),
        [session.policy] if session.policy else [], issued, session.expiration.replace(tzinfo=UTC), session.role_arn)


def _from_user_session(session: UserSession) -> Principal:
    backend = iam_backends[session.account][session.partition]
    who = _from_user(backend, session.account, backend.users[session.user_name], session.access_key, session.secret)
    who.token, who.issued, who.expires, who.mfa = session.token, session.issued, session.expires, session.mfa
    who.session_policies = session.session_policies
    if session.federated_name:
        who.kind, who.name = "FederatedUser", session.federated_name
        who.arn = f"arn:{session.partition}:sts::{session.account}:federated-user/{session.federated_name}"
    return who


def find(access_key: str, sessions: Sessions, active_only: bool = True) -> Principal | None:
    """The holder of an access key. Inactive keys and keys of what was deleted belong to nobody."""
    if access_key in sessions.users:
        session = sessions.users[access_key]
        exists = session.user_name in iam_backends[session.account][session.partition].users
        return _from_user_session(session) if exists else None
    for account, partitions in list(iam_backends.items()):
        for backend in list(partitions.values()):
            for user in list(backend.users.values()):
                for key in user.access_keys:
                    if key.access_key_id == access_key and (key.status == "Active" or not active_only):
                        return _from_user(backend, account, user, access_key, key.secret_access_key)
    for account, partitions in list(sts_backends.items()):
        for partition, backend in list(partitions.items()):
            for role in list(backend.assumed_roles):
                if role.access_key_id == access_key:
                    try:
                        return _from_role(iam_backends[account][partition], account, role, sessions.issued.get(access_key))
                    except Exception:  # the role is gone, and its sessions with it
                        return None
    return None


def check_token(who: Principal, token: str | None) -> None:
    if (who.token or None) != (token or None):
        raise AwsError("InvalidClientTokenId", "the security token included in the request is invalid", 403)
    if who.expires and who.expires < datetime.now(UTC):
        raise AwsError("ExpiredToken", "the security token included in the request is expired", 403)
