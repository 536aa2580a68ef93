"""Sessions of users: moto answers with constant credentials that nobody can use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends

from ..call import Call
from ..principals import UserSession
from ..reply import AwsError
from ..state import State
from .common import identifier, secret


def _user(call: Call) -> str:
    for user in iam_backends[call.account][call.partition].users.values():
        if any(key.access_key_id == call.access_key for key in user.access_keys):
            return str(user.name)
    raise AwsError("AccessDenied", "only a user can ask for a session of a user", 403)


def _open(state: State, call: Call, federated: str | None) -> UserSession:
    now = datetime.now(UTC)
    seconds = int(call.parameters.get("DurationSeconds") or 43_200)
    policy = call.parameters.get("Policy")
    session = UserSession(
        call.account, call.partition, _user(call), identifier("ASIA"), secret(), "FwoGZXIvYXdzE" + secret(200), now, now + timedelta(seconds=seconds),
        federated, [policy] if policy else [], mfa="TokenCode" in call.parameters)
    state.sessions.users[session.access_key] = session
    return session


def _credentials(session: UserSession) -> dict[str, Any]:
    return {"AccessKeyId": session.access_key, "SecretAccessKey": session.secret, "SessionToken": session.token, "Expiration": session.expires}


def get_session_token(state: State, call: Call) -> dict[str, Any]:
    return {"Credentials": _credentials(_open(state, call, None))}


def get_federation_token(state: State, call: Call) -> dict[str, Any]:
    name = call.parameters["Name"]
    session = _open(state, call, name)
    user = {"FederatedUserId": f"{call.account}:{name}", "Arn": f"arn:{call.partition}:sts::{call.account}:federated-user/{name}"}
    return {"Credentials": _credentials(session), "FederatedUser": user, "PackedPolicySize": 6}


def get_caller_identity(state: State, call: Call) -> dict[str, Any] | None:
    """Only for sessions that moto does not know; `None` leaves the answer to moto."""
    session = state.sessions.users.get(call.access_key or "")
    if session is None:
        return None
    user = iam_backends[session.account][session.partition].users[session.user_name]
    if session.federated_name:
        arn = f"arn:{session.partition}:sts::{session.account}:federated-user/{session.federated_name}"
        return {"UserId": f"{session.account}:{session.federated_name}", "Account": session.account, "Arn": arn}
    return {"UserId": user.id, "Account": session.account, "Arn": user.arn}


OPERATIONS = {"GetSessionToken": get_session_token, "GetFederationToken": get_federation_token, "GetCallerIdentity": get_caller_identity}
