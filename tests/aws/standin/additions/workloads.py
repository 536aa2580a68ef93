"""Lists over things that moto keeps but cannot list: function URLs, SSM associations and instances, exports, capacity providers. Training jobs that run."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.ec2.models import ec2_backends
from moto.ecs.models import ecs_backends
from moto.sagemaker.models import sagemaker_backends

from ..call import Call
from ..reply import AwsError
from ..state import State
from .common import MADE_AT, hexadecimal, take


def function_urls(state: State, call: Call) -> dict[str, Any]:
    function = lambda_backends[call.account][call.region].get_function(call.parameters["FunctionName"])
    configs = [function.url_config.to_dict()] if function.url_config else []
    return {"FunctionUrlConfigs": [{**config, "InvokeMode": config.get("InvokeMode") or "BUFFERED"} for config in configs]}


def managed_instances(state: State, call: Call) -> dict[str, Any]:
    """Every running instance with a profile counts as managed."""
    backend = ec2_backends[call.account][call.region]
    found = []
    for reservation in backend.reservations.values():
        for instance in reservation.instances:
            if getattr(instance, "iam_profile", None) or getattr(instance, "iam_instance_profile", None):
                found.append({"InstanceId": instance.id, "PingStatus": "Online", "PlatformType": "Linux", "PlatformName": "Amazon Linux",
                              "AgentVersion": "3.3.0.0", "ResourceType": "EC2Instance", "IPAddress": instance.private_ip})
    return {"InstanceInformationList": found}


def create_association(state: State, call: Call) -> dict[str, Any]:
    key = hexadecimal(32)
    dashed = f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
    members = ("Name", "Targets", "ScheduleExpression", "AssociationName", "Parameters", "DocumentVersion")
    kept = {member: call.parameters[member] for member in members if member in call.parameters}
    description = {**kept, "AssociationId": dashed, "AssociationVersion": "1", "Date": MADE_AT, "Overview": {"Status": "Pending"}}
    state.shelf(call.account, call.region, "associations")[dashed] = description
    return {"AssociationDescription": description}


def list_associations(state: State, call: Call) -> dict[str, Any]:
    members = ("Name", "AssociationId", "AssociationVersion", "Targets", "Overview", "ScheduleExpression", "AssociationName", "DocumentVersion")
    shelf = state.shelf(call.account, call.region, "associations")
    return {"Associations": [{member: item[member] for member in members if member in item} for item in shelf.values()]}


def describe_association(state: State, call: Call) -> dict[str, Any]:
    shelf = state.shelf(call.account, call.region, "associations")
    return {"AssociationDescription": take(shelf, call.parameters.get("AssociationId", ""), "AssociationDoesNotExist", "association")}


def create_activation(state: State, call: Call) -> dict[str, Any]:
    key = hexadecimal(32)
    dashed, code = f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}", hexadecimal(20)
    state.shelf(call.account, call.region, "activations")[dashed] = {
        "ActivationId": dashed, "IamRole": call.parameters["IamRole"], "RegistrationLimit": call.parameters.get("RegistrationLimit", 1),
        "RegistrationsCount": 0, "Expired": False, "CreatedDate": MADE_AT, "DefaultInstanceName": call.parameters.get("DefaultInstanceName", "")}
    return {"ActivationId": dashed, "ActivationCode": code}


def service_setting(state: State, call: Call) -> dict[str, Any]:
    setting = call.parameters["SettingId"]
    value = state.shelf(call.account, call.region, "ssm-settings").get(setting, "false")
    return {"ServiceSetting": {"SettingId": setting, "SettingValue": value, "Status": "Default", "LastModifiedDate": MADE_AT,
                               "LastModifiedUser": "System", "ARN": f"arn:{call.partition}:ssm:{call.region}:{call.account}:servicesetting{setting}"}}


def training_begins(state: State, call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """A job runs until it is stopped; moto's are completed as they are made."""
    job = sagemaker_backends[call.account][call.region].training_jobs[call.parameters["TrainingJobName"]]
    job.training_job_status, job.secondary_status = "InProgress", "Training"
    return value


def stop_training(state: State, call: Call) -> dict[str, Any]:
    name = call.parameters["TrainingJobName"]
    job = sagemaker_backends[call.account][call.region].training_jobs.get(name)
    if job is None:
        raise AwsError("ValidationException", "Requested resource not found.")
    if job.training_job_status != "InProgress":
        raise AwsError("ValidationException", f"The request was rejected because the training job is in status {job.training_job_status}.")
    job.training_job_status = job.secondary_status = "Stopped"
    return {}


def all_exports(state: State, call: Call) -> dict[str, Any] | None:
    """Of every table, which moto fails on; those of one table are moto's to list."""
    if call.parameters.get("TableArn"):
        return None
    exports = dynamodb_backends[call.account][call.region].table_exports.values()
    return {"ExportSummaries": [{"ExportArn": export.arn, "ExportStatus": export.status, "ExportType": export.export_type} for export in exports]}


def all_capacity_providers(state: State, call: Call) -> dict[str, Any] | None:
    """All of them when none is named, which moto fails on; AWS's own two are left out, as moto knows none."""
    if call.parameters.get("capacityProviders"):
        return None
    backend = ecs_backends[call.account][call.region]
    return {"capacityProviders": list(backend.capacity_providers.values()), "failures": []}


OPERATIONS: dict[tuple[str, str], Any] = {
    ("lambda", "ListFunctionUrlConfigs"): function_urls,
    ("ssm", "DescribeInstanceInformation"): managed_instances, ("ssm", "CreateAssociation"): create_association,
    ("ssm", "ListAssociations"): list_associations, ("ssm", "DescribeAssociation"): describe_association,
    ("ssm", "CreateActivation"): create_activation,
    ("ssm", "DescribeActivations"): lambda state, call: {"ActivationList": list(state.shelf(call.account, call.region, "activations").values())},
    ("ssm", "DescribeSessions"): lambda state, call: {"Sessions": []},
    ("ssm", "GetServiceSetting"): service_setting,
    ("sagemaker", "StopTrainingJob"): stop_training,
    ("dynamodb", "ListExports"): all_exports, ("ecs", "DescribeCapacityProviders"): all_capacity_providers,
}
AMENDMENTS: dict[tuple[str, str], Any] = {("sagemaker", "CreateTrainingJob"): training_begins}
