"""Whole kinds of resources that moto lacks, kept by one rule: create stores the request, list and get give it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..call import Call
from ..reply import AwsError
from ..state import State
from .common import MADE_AT, hexadecimal


@dataclass(frozen=True)
class Store:
    """One kind. `arn` may use {p} {r} {a} {id} {name}; `single`/`many` are the reply members (many may be a list of ids)."""

    service: str
    create: str
    listing: str
    many: str
    name: str
    arn: str
    arn_member: str
    single: str | None = None
    get: str | None = None
    get_by: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    ids_only: bool = False
    within: str | None = None


STORES = (
    Store("rolesanywhere", "CreateTrustAnchor", "ListTrustAnchors", "trustAnchors", "name", "arn:{p}:rolesanywhere:{r}:{a}:trust-anchor/{id}",
          "trustAnchorArn", "trustAnchor", "GetTrustAnchor", "trustAnchorId", {"trustAnchorId": "{id}", "enabled": True, "createdAt": MADE_AT, "updatedAt": MADE_AT}),
    Store("rolesanywhere", "CreateProfile", "ListProfiles", "profiles", "name", "arn:{p}:rolesanywhere:{r}:{a}:profile/{id}",
          "profileArn", "profile", "GetProfile", "profileId", {"profileId": "{id}", "enabled": True, "createdAt": MADE_AT, "updatedAt": MADE_AT}),
    Store("accessanalyzer", "CreateAnalyzer", "ListAnalyzers", "analyzers", "analyzerName", "arn:{p}:access-analyzer:{r}:{a}:analyzer/{name}", "arn",
          None, None, None, {"name": "{name}", "createdAt": MADE_AT, "status": "ACTIVE", "type": "ACCOUNT"}),
    Store("apprunner", "CreateService", "ListServices", "ServiceSummaryList", "ServiceName", "arn:{p}:apprunner:{r}:{a}:service/{name}/{id}", "ServiceArn",
          "Service", "DescribeService", "ServiceArn",
          {"ServiceId": "{id}", "CreatedAt": MADE_AT, "UpdatedAt": MADE_AT, "Status": "RUNNING", "ServiceUrl": "{id}.{r}.awsapprunner.com"}),
    Store("amplify", "CreateApp", "ListApps", "apps", "name", "arn:{p}:amplify:{r}:{a}:apps/{id}", "appArn", "app", "GetApp", "appId",
          {"appId": "{id}", "createTime": MADE_AT, "updateTime": MADE_AT, "defaultDomain": "{id}.amplifyapp.com", "description": "", "repository": "",
           "platform": "WEB", "environmentVariables": {}, "enableBranchAutoBuild": False, "enableBasicAuth": False}),
    Store("lightsail", "CreateInstances", "GetInstances", "instances", "instanceNames", "arn:{p}:lightsail:{r}:{a}:Instance/{id}", "arn",
          None, "GetInstance", "instanceName", {"name": "{name}", "createdAt": MADE_AT, "state": {"code": 16, "name": "running"}, "resourceType": "Instance"}),
    Store("eks", "CreateAccessEntry", "ListAccessEntries", "accessEntries", "principalArn", "arn:{p}:eks:{r}:{a}:access-entry/{id}", "accessEntryArn",
          "accessEntry", "DescribeAccessEntry", "principalArn", {"createdAt": MADE_AT, "modifiedAt": MADE_AT, "type": "STANDARD"}, True, "clusterName"),
    Store("eks", "CreatePodIdentityAssociation", "ListPodIdentityAssociations", "associations", "serviceAccount",
          "arn:{p}:eks:{r}:{a}:podidentityassociation/{id}", "associationArn", "association", None, None,
          {"associationId": "a-{id}", "createdAt": MADE_AT, "modifiedAt": MADE_AT}, False, "clusterName"),
    Store("detective", "CreateGraph", "ListGraphs", "GraphList", "GraphArn", "arn:{p}:detective:{r}:{a}:graph:{id}", "Arn", extra={"CreatedTime": MADE_AT}),
    Store("ce", "CreateAnomalyMonitor", "GetAnomalyMonitors", "AnomalyMonitors", "MonitorArn", "arn:{p}:ce::{a}:anomalymonitor/{id}", "MonitorArn"),
    Store("ce", "CreateAnomalySubscription", "GetAnomalySubscriptions", "AnomalySubscriptions", "SubscriptionArn", "arn:{p}:ce::{a}:anomalysubscription/{id}",
          "SubscriptionArn", extra={"AccountId": "{a}"}),
    Store("sagemaker", "CreateNotebookInstanceLifecycleConfig", "ListNotebookInstanceLifecycleConfigs", "NotebookInstanceLifecycleConfigs",
          "NotebookInstanceLifecycleConfigName", "arn:{p}:sagemaker:{r}:{a}:notebook-instance-lifecycle-config/{name}",
          "NotebookInstanceLifecycleConfigArn", None, "DescribeNotebookInstanceLifecycleConfig", "NotebookInstanceLifecycleConfigName",
          {"CreationTime": MADE_AT, "LastModifiedTime": MADE_AT}),
    Store("codebuild", "ImportSourceCredentials", "ListSourceCredentials", "sourceCredentialsInfos", "serverType",
          "arn:{p}:codebuild:{r}:{a}:token/{name}", "arn"),
)
# Asked for so often that an answer "nothing" is worth having; each is what AWS says of an unused service.
EMPTY: dict[tuple[str, str], dict[str, Any]] = {
    ("accessanalyzer", "ListFindingsV2"): {"findings": []}, ("accessanalyzer", "ListFindings"): {"findings": []},
    ("rolesanywhere", "ListCrls"): {"crls": []}, ("rolesanywhere", "ListSubjects"): {"subjects": []},
    ("ce", "GetAnomalies"): {"Anomalies": []},
    ("savingsplans", "DescribeSavingsPlans"): {"savingsPlans": []},
    ("organizations", "ListHandshakesForOrganization"): {"Handshakes": []}, ("organizations", "ListHandshakesForAccount"): {"Handshakes": []},
    ("macie2", "ListFindings"): {"findingIds": []}, ("fms", "ListPolicies"): {"PolicyList": []}, ("securitylake", "ListDataLakes"): {"dataLakes": []},
    ("ecr-public", "DescribeRepositories"): {"repositories": []}, ("gamelift", "ListFleets"): {"FleetIds": []},
    ("appstream", "DescribeFleets"): {"Fleets": []}, ("imagebuilder", "ListImages"): {"imageVersionList": []},
    ("dlm", "GetLifecyclePolicies"): {"Policies": []}, ("bedrock", "ListProvisionedModelThroughputs"): {"provisionedModelSummaries": []},
    ("service-quotas", "ListRequestedServiceQuotaChangeHistory"): {"RequestedQuotas": []},
    ("securityhub", "GetEnabledStandards"): {"StandardsSubscriptions": []},
}


def _shelf(state: State, call: Call, store: Store) -> dict[str, Any]:
    inner = f"-{call.parameters.get(store.within)}" if store.within else ""
    return state.shelf(call.account, "" if store.service == "ce" else call.region, f"{store.service}-{store.create}{inner}")


def _made(call: Call, store: Store, name: str) -> tuple[str, dict[str, Any]]:
    key = hexadecimal(32)
    words = {"p": call.partition, "r": call.region, "a": call.account, "id": f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}", "name": name}
    filled = {member: value.format(**words) if isinstance(value, str) else value for member, value in store.extra.items()}
    given = dict(call.parameters)
    given = {**given, **given.pop("AnomalyMonitor", {}), **given.pop("AnomalySubscription", {})}
    given.pop("token", None)
    given.pop("clientToken", None)
    return words["id"], {**filled, **given, store.arn_member: store.arn.format(**words)}


def _create(store: Store) -> Any:
    def create(state: State, call: Call) -> dict[str, Any]:
        named = call.parameters.get(store.name, "")
        item: dict[str, Any] = {}
        for name in named if isinstance(named, list) else [named]:
            key, item = _made(call, store, name)
            _shelf(state, call, store)[name if store.ids_only else key] = item
        return {store.single: item} if store.single else {**item, "OperationId": "stand-in"}

    return create


def _list(store: Store) -> Any:
    def every(state: State, call: Call) -> dict[str, Any]:
        shelf = _shelf(state, call, store)
        return {store.many: sorted(shelf) if store.ids_only else [shelf[key] for key in sorted(shelf)]}

    return every


def _get(store: Store) -> Any:
    def get(state: State, call: Call) -> dict[str, Any]:
        wanted = call.parameters[store.get_by]
        for key, item in _shelf(state, call, store).items():
            if wanted in (key, item.get(store.get_by), item.get("name"), item.get(store.name)):
                return {store.single: item} if store.single else item
        raise AwsError("ResourceNotFoundException", f"there is no {wanted}", 404)

    return get


def _kept(state: State, call: Call, service: str, create: str, member: str) -> tuple[dict[str, Any], str]:
    """The shelf and the key of the item that the call names by id or ARN."""
    store = next(item for item in STORES if (item.service, item.create) == (service, create))
    shelf, wanted = _shelf(state, call, store), call.parameters[member]
    for key, item in shelf.items():
        if wanted in (key, item.get(store.arn_member)):
            return shelf, key
    raise AwsError("ResourceNotFoundException", f"there is no {wanted}", 404)


def _switch(create: str, single: str, member: str, enabled: bool) -> Any:
    """Roles Anywhere: an anchor or a profile is switched on or off."""
    def switch(state: State, call: Call) -> dict[str, Any]:
        shelf, key = _kept(state, call, "rolesanywhere", create, member)
        shelf[key]["enabled"] = enabled
        return {single: shelf[key]}

    return switch


def _delete(create: str, member: str, unknown: str) -> Any:
    """Cost Explorer: a monitor or a subscription is deleted."""
    def delete(state: State, call: Call) -> dict[str, Any]:
        try:
            shelf, key = _kept(state, call, "ce", create, member)
        except AwsError as error:
            raise AwsError(unknown, f"there is no {call.parameters[member]}") from error
        del shelf[key]
        return {}

    return delete


def _empty(value: dict[str, Any]) -> Any:
    return lambda state, call: value


OPERATIONS: dict[tuple[str, str], Any] = {key: _empty(value) for key, value in EMPTY.items()}
for _store in STORES:
    OPERATIONS[_store.service, _store.create] = _create(_store)
    OPERATIONS[_store.service, _store.listing] = _list(_store)
    if _store.get:
        OPERATIONS[_store.service, _store.get] = _get(_store)

for _verb, _enabled in (("Enable", True), ("Disable", False)):
    OPERATIONS["rolesanywhere", f"{_verb}TrustAnchor"] = _switch("CreateTrustAnchor", "trustAnchor", "trustAnchorId", _enabled)
    OPERATIONS["rolesanywhere", f"{_verb}Profile"] = _switch("CreateProfile", "profile", "profileId", _enabled)
OPERATIONS["ce", "DeleteAnomalyMonitor"] = _delete("CreateAnomalyMonitor", "MonitorArn", "UnknownMonitorException")
OPERATIONS["ce", "DeleteAnomalySubscription"] = _delete("CreateAnomalySubscription", "SubscriptionArn", "UnknownSubscriptionException")
