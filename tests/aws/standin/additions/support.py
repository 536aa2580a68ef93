"""AWS Support: severities, services, cases with what was said in them. Accounts without a support plan are a fixture's business."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ..call import Call
from ..reply import AwsError
from ..state import State
from .common import hexadecimal

SEVERITIES = {"low": "Low", "normal": "Normal", "high": "High", "urgent": "Urgent", "critical": "Critical"}
SERVICES = {
    "customer-account": ("Account", {"account-assistance": "Account Assistance", "security": "Security", "other-account-issues": "Other Account Issues"}),
    "billing": ("Billing", {"billing-inquiry": "Billing Inquiry", "dispute-a-charge": "Dispute a Charge"}),
    "security": ("Security", {"compromised-account": "Compromised Account", "abuse-report": "Abuse Report"}),
}


def _cases(state: State, call: Call) -> dict[str, Any]:
    return state.shelf(call.account, "", "support-cases")


def _case(state: State, call: Call) -> dict[str, Any]:
    kept, key = _cases(state, call), call.parameters.get("caseId", "")
    if key not in kept:
        raise AwsError("CaseIdNotFound", f"Unable to locate case for: {key}")
    return kept[key]


def _said(call: Call, key: str) -> dict[str, Any]:
    return {"caseId": key, "body": call.parameters.get("communicationBody", ""), "submittedBy": f"{call.account} <root@acme.example>",
            "timeCreated": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")}


def create(state: State, call: Call) -> dict[str, Any]:
    given = call.parameters
    service = given.get("serviceCode", "customer-account")
    if given.get("severityCode", "low") not in SEVERITIES:
        raise AwsError("ValidationException", f"Invalid severity code: {given['severityCode']}")
    key = f"case-{call.account}-muen-2026-{hexadecimal(16)}"
    _cases(state, call)[key] = {
        "caseId": key, "displayId": str(int(hexadecimal(8), 16)), "subject": given["subject"], "status": "opened", "serviceCode": service,
        "categoryCode": given.get("categoryCode", "other"), "severityCode": given.get("severityCode", "low"), "submittedBy": "root@acme.example",
        "timeCreated": _said(call, key)["timeCreated"], "ccEmailAddresses": given.get("ccEmailAddresses", []), "language": given.get("language", "en"),
        "communications": [_said(call, key)]}
    return {"caseId": key}


def describe(state: State, call: Call) -> dict[str, Any]:
    wanted, resolved, talk = call.parameters.get("caseIdList"), call.parameters.get("includeResolvedCases"), call.parameters.get("includeCommunications", True)
    shown = []
    for key, case in _cases(state, call).items():
        if (wanted and key not in wanted) or (case["status"] == "resolved" and not resolved):
            continue
        said = list(reversed(case["communications"]))[:5]
        shown.append({name: item for name, item in case.items() if name != "communications"} | ({"recentCommunications": {"communications": said}} if talk else {}))
    return {"cases": shown}


def add_communication(state: State, call: Call) -> dict[str, Any]:
    case = _case(state, call)
    case["communications"].append(_said(call, case["caseId"]))
    return {"result": True}


def communications(state: State, call: Call) -> dict[str, Any]:
    return {"communications": list(reversed(_case(state, call)["communications"]))}


def resolve(state: State, call: Call) -> dict[str, Any]:
    case = _case(state, call)
    before, case["status"] = case["status"], "resolved"
    return {"initialCaseStatus": before, "finalCaseStatus": "resolved"}


def severities(state: State, call: Call) -> dict[str, Any]:
    return {"severityLevels": [{"code": code, "name": name} for code, name in SEVERITIES.items()]}


def services(state: State, call: Call) -> dict[str, Any]:
    wanted = call.parameters.get("serviceCodeList")
    return {"services": [{"code": code, "name": name, "categories": [{"code": each, "name": title} for each, title in categories.items()]}
                         for code, (name, categories) in SERVICES.items() if not wanted or code in wanted]}


OPERATIONS: dict[tuple[str, str], Any] = {("support", name): function for name, function in {
    "CreateCase": create, "DescribeCases": describe, "AddCommunicationToCase": add_communication, "DescribeCommunications": communications,
    "ResolveCase": resolve, "DescribeSeverityLevels": severities, "DescribeServices": services}.items()}
