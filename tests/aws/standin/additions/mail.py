"""SES: whether the account may send at all."""

from __future__ import annotations

from typing import Any

from ..call import Call
from ..state import State


def _sending(state: State, call: Call) -> dict[str, Any]:
    return state.shelf(call.account, call.region, "mail")


def _change(member: str) -> Any:
    def change(state: State, call: Call) -> dict[str, Any]:
        _sending(state, call)["enabled"] = bool(call.parameters.get(member, False))
        return {}

    return change


def account(state: State, call: Call) -> dict[str, Any]:
    return {"DedicatedIpAutoWarmupEnabled": False, "EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True,
            "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
            "SendingEnabled": _sending(state, call).get("enabled", True)}


OPERATIONS: dict[tuple[str, str], Any] = {
    ("ses", "GetAccountSendingEnabled"): lambda state, call: {"Enabled": _sending(state, call).get("enabled", True)},
    ("ses", "UpdateAccountSendingEnabled"): _change("Enabled"),
    ("sesv2", "GetAccount"): account,
    ("sesv2", "PutAccountSendingAttributes"): _change("SendingEnabled"),
}
