"""Who signed: IAM users' keys, role sessions and user sessions, with their policies, out of moto's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.sts.models import sts_backends

from .identities import NOTHING, Identities, User
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
    directory_user: str | None = None


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
        self.directory_users: dict[str, str] = {}  # access key → Identity Center user

    def note_new_roles(self) -> None:
        now = datetime.now(UTC)
        for partitions in list(sts_backends.values()):
            for backend in list(partitions.values()):
                for role in backend.assumed_roles:
                    self.issued.setdefault(role.access_key_id, now)

    def clear(self) -> None:
        self.users.clear()
        self.issued.clear()
        self.directory_users.clear()


def _from_user(account: str, user: User, access_key: str, secret: str) -> Principal:
    return Principal(account, user.arn, "IAMUser", user.unique_id, user.name, access_key, secret, policies=list(user.policies), boundary=user.boundary)


def _from_role(identities: Identities, account: str, partition: str, session: Any, issued: datetime | None) -> Principal | None:
    """None when the role is gone, and its sessions with it."""
    role = identities.role(session.role_arn, partition)
    if role is None:
        return None
    return Principal(
        account, session.arn, "AssumedRole", f"{role.unique_id}:{session.session_name}", session.arn.split("assumed-role/")[1], session.access_key_id,
        session.secret_access_key, session.session_token, list(role.policies), role.boundary,
        [session.policy] if session.policy else [], issued, session.expiration.replace(tzinfo=UTC), session.role_arn)


def _from_user_session(identities: Identities, session: UserSession) -> Principal | None:
    user = identities.user(session.account, session.partition, session.user_name)
    if user is None:
        return None
    who = _from_user(session.account, user, session.access_key, session.secret)
    who.token, who.issued, who.expires, who.mfa = session.token, session.issued, session.expires, session.mfa
    who.session_policies = session.session_policies
    if session.federated_name:
        who.kind, who.name = "FederatedUser", session.federated_name
        who.arn = f"arn:{session.partition}:sts::{session.account}:federated-user/{session.federated_name}"
        who.session_policies = session.session_policies or [NOTHING]  # without a policy such a session may do nothing
    return who


def find(access_key: str, sessions: Sessions, identities: Identities, active_only: bool = True) -> Principal | None:
    """The holder of an access key. Inactive keys and keys of what was deleted belong to nobody."""
    if access_key in sessions.users:
        return _from_user_session(identities, sessions.users[access_key])
    holder = identities.key_holder(access_key)
    if holder:
        account, _, user = holder
        secret, status = next((secret, status) for key, secret, status in user.keys if key == access_key)
        return _from_user(account, user, access_key, secret) if status == "Active" or not active_only else None
    for account, partitions in list(sts_backends.items()):
        for partition, backend in list(partitions.items()):
            for session in list(backend.assumed_roles):
                if session.access_key_id == access_key:
                    who = _from_role(identities, account, partition, session, sessions.issued.get(access_key))
                    if who:
                        who.directory_user = sessions.directory_users.get(access_key)
                    return who
    return None


def account_of_session(access_key: str) -> str | None:
    """The account of a role's session, whether or not the role is there: without enforcement, nobody has to make it first."""
    for account, partitions in list(sts_backends.items()):
        for backend in list(partitions.values()):
            if any(session.access_key_id == access_key for session in list(backend.assumed_roles)):
                return account
    return None


def check_token(who: Principal, token: str | None) -> None:
    if (who.token or None) != (token or None):
        raise AwsError("InvalidClientTokenId", "the security token included in the request is invalid", 403)
    if who.expires and who.expires < datetime.now(UTC):
        raise AwsError("ExpiredToken", "the security token included in the request is expired", 403)
