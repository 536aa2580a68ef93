//! The known ways from some permissions to more, as data.
//!
//! Names such as `iam-005` are those of the catalogue at <https://pathfinding.cloud>, which describes each way; a plus stands
//! for its ways of two calls (`iam-014` to `iam-021`), of which the second becomes somebody. It must not know principals.

/// Identity whose policies a call changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grants {
    User,
    Role,
    Group,
    Policy,
}

/// Calls that give policies: to oneself, to one's group, or to somebody one can then become.
pub(crate) const GRANTS: [(&str, &str, Grants); 8] = [
    ("iam-007", "iam:PutUserPolicy", Grants::User),
    ("iam-008", "iam:AttachUserPolicy", Grants::User),
    ("iam-005", "iam:PutRolePolicy", Grants::Role),
    ("iam-009", "iam:AttachRolePolicy", Grants::Role),
    ("iam-011", "iam:PutGroupPolicy", Grants::Group),
    ("iam-010", "iam:AttachGroupPolicy", Grants::Group),
    ("iam-001", "iam:CreatePolicyVersion", Grants::Policy),
    (
        "set-default-policy-version",
        "iam:SetDefaultPolicyVersion",
        Grants::Policy,
    ),
];

/// Calls that open a user to whoever makes them.
pub(crate) const OPENS_USER: [(&str, &str); 3] = [
    ("iam-002", "iam:CreateAccessKey"),
    ("iam-004", "iam:CreateLoginProfile"),
    ("iam-006", "iam:UpdateLoginProfile"),
];

/// Takes on a role that trusts the caller.
pub(crate) const ASSUME: (&str, &str) = ("assume-role", "sts:AssumeRole");
/// Makes a role trust whom the caller wants.
pub(crate) const RETRUST: (&str, &str) = ("iam-012", "iam:UpdateAssumeRolePolicy");
/// Joins a group.
pub(crate) const JOIN: (&str, &str) = ("iam-013", "iam:AddUserToGroup");
/// Makes a new user with every permission and a key.
pub(crate) const NEW_USER: (&str, &[&str]) = (
    "new-user",
    &["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"],
);
/// Makes a new role with every permission that trusts its maker.
pub(crate) const NEW_ROLE: (&str, &[&str]) = ("new-role", &["iam:CreateRole", "iam:AttachRolePolicy"]);

/// Passes a role to something new that runs as it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) id: &'static str,
    /// The service that must be trusted by the role.
    pub(crate) service: &'static str,
    pub(crate) calls: &'static [&'static str],
}

const fn pass(id: &'static str, service: &'static str, calls: &'static [&'static str]) -> Pass {
    Pass { id, service, calls }
}

/// With `iam:PassRole` on the role.
pub(crate) const PASSES: [Pass; 24] = [
    pass("run-instances", "ec2.amazonaws.com", &["ec2:RunInstances"]),
    pass(
        "spot-instances",
        "ec2.amazonaws.com",
        &["ec2:RequestSpotInstances"],
    ),
    pass(
        "lambda-invoke",
        "lambda.amazonaws.com",
        &["lambda:CreateFunction", "lambda:InvokeFunction"],
    ),
    pass(
        "lambda-event-source",
        "lambda.amazonaws.com",
        &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
    ),
    pass(
        "lambda-permission",
        "lambda.amazonaws.com",
        &["lambda:CreateFunction", "lambda:AddPermission"],
    ),
    pass(
        "ecs-run",
        "ecs-tasks.amazonaws.com",
        &["ecs:RegisterTaskDefinition", "ecs:RunTask"],
    ),
    pass(
        "ecs-start",
        "ecs-tasks.amazonaws.com",
        &["ecs:RegisterTaskDefinition", "ecs:StartTask"],
    ),
    pass(
        "ecs-service",
        "ecs-tasks.amazonaws.com",
        &["ecs:RegisterTaskDefinition", "ecs:CreateService"],
    ),
    pass(
        "stack",
        "cloudformation.amazonaws.com",
        &["cloudformation:CreateStack"],
    ),
    pass(
        "stack-set",
        "cloudformation.amazonaws.com",
        &[
            "cloudformation:CreateStackSet",
            "cloudformation:CreateStackInstances",
        ],
    ),
    pass("glue-endpoint", "glue.amazonaws.com", &["glue:CreateDevEndpoint"]),
    pass(
        "glue-job",
        "glue.amazonaws.com",
        &["glue:CreateJob", "glue:StartJobRun"],
    ),
    pass(
        "glue-trigger",
        "glue.amazonaws.com",
        &["glue:CreateJob", "glue:CreateTrigger"],
    ),
    pass(
        "notebook",
        "sagemaker.amazonaws.com",
        &[
            "sagemaker:CreateNotebookInstance",
            "sagemaker:CreatePresignedNotebookInstanceUrl",
        ],
    ),
    pass(
        "training-job",
        "sagemaker.amazonaws.com",
        &["sagemaker:CreateTrainingJob"],
    ),
    pass(
        "processing-job",
        "sagemaker.amazonaws.com",
        &["sagemaker:CreateProcessingJob"],
    ),
    pass(
        "build",
        "codebuild.amazonaws.com",
        &["codebuild:CreateProject", "codebuild:StartBuild"],
    ),
    pass(
        "build-batch",
        "codebuild.amazonaws.com",
        &["codebuild:CreateProject", "codebuild:StartBuildBatch"],
    ),
    pass(
        "pipeline",
        "datapipeline.amazonaws.com",
        &[
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ],
    ),
    pass(
        "apprunner",
        "tasks.apprunner.amazonaws.com",
        &["apprunner:CreateService"],
    ),
    pass(
        "code-interpreter",
        "bedrock-agentcore.amazonaws.com",
        &[
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
    ),
    pass(
        "states",
        "states.amazonaws.com",
        &["states:CreateStateMachine", "states:StartExecution"],
    ),
    pass(
        "scheduler",
        "scheduler.amazonaws.com",
        &["scheduler:CreateSchedule"],
    ),
    pass(
        "batch",
        "ecs-tasks.amazonaws.com",
        &["batch:RegisterJobDefinition", "batch:SubmitJob"],
    ),
];

/// Gets into something that runs as a role already; no role needs to be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Enter {
    pub(crate) id: &'static str,
    /// The kind of the workload.
    pub(crate) kind: &'static str,
    pub(crate) calls: &'static [&'static str],
}

const fn enter(id: &'static str, kind: &'static str, calls: &'static [&'static str]) -> Enter {
    Enter { id, kind, calls }
}

/// On the workload itself.
pub(crate) const ENTERS: [Enter; 16] = [
    enter("lambda-code", "lambda", &["lambda:UpdateFunctionCode"]),
    enter("lambda-layer", "lambda", &["lambda:UpdateFunctionConfiguration"]),
    enter("ssm-session", "ec2", &["ssm:StartSession"]),
    enter("ssm-command", "ec2", &["ssm:SendCommand"]),
    enter("ec2-connect", "ec2", &["ec2-instance-connect:SendSSHPublicKey"]),
    enter(
        "ec2-user-data",
        "ec2",
        &[
            "ec2:ModifyInstanceAttribute",
            "ec2:StopInstances",
            "ec2:StartInstances",
        ],
    ),
    enter(
        "launch-template",
        "launch-template",
        &["ec2:CreateLaunchTemplateVersion"],
    ),
    enter(
        "cloudformation-update",
        "cloudformation",
        &["cloudformation:UpdateStack"],
    ),
    enter(
        "cloudformation-change-set",
        "cloudformation",
        &[
            "cloudformation:CreateChangeSet",
            "cloudformation:ExecuteChangeSet",
        ],
    ),
    enter("codebuild-start", "codebuild", &["codebuild:StartBuild"]),
    enter(
        "codebuild-start-batch",
        "codebuild",
        &["codebuild:StartBuildBatch"],
    ),
    enter("glue-endpoint-key", "glue-endpoint", &["glue:UpdateDevEndpoint"]),
    enter(
        "glue-update-job",
        "glue-job",
        &["glue:UpdateJob", "glue:StartJobRun"],
    ),
    enter(
        "sagemaker-url",
        "notebook",
        &["sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    enter(
        "sagemaker-lifecycle",
        "notebook",
        &[
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:UpdateNotebookInstance",
        ],
    ),
    enter("apprunner-update", "apprunner", &["apprunner:UpdateService"]),
];

/// A kind of workload that runs as a role, and the reply that lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkloadKind {
    /// Short name of the kind.
    pub kind: &'static str,
    /// Service that lists it.
    pub service: &'static str,
    /// Operation that lists it.
    pub operation: &'static str,
    /// The list in the reply.
    pub list: &'static str,
    /// The member with the ARN or the name.
    pub name: &'static str,
    /// The member with the role, or with its instance profile.
    pub role: &'static str,
    /// The part of the ARN between account and name.
    middle: &'static str,
}

impl WorkloadKind {
    /// Returns the ARN of a workload that the reply names without one.
    #[must_use]
    pub fn arn(&self, name: &str, region: &str, account: &str) -> String {
        format!(
            "arn:aws:{}:{region}:{account}:{}{name}",
            self.service, self.middle
        )
    }
}

/// Every kind of workload that runs as a role.
pub const WORKLOADS: [WorkloadKind; 8] = [
    WorkloadKind {
        kind: "lambda",
        service: "lambda",
        operation: "ListFunctions",
        list: "Functions",
        name: "FunctionArn",
        role: "Role",
        middle: "",
    },
    WorkloadKind {
        kind: "ec2",
        service: "ec2",
        operation: "DescribeInstances",
        list: "Reservations.Instances",
        name: "InstanceId",
        role: "IamInstanceProfile.Arn",
        middle: "instance/",
    },
    WorkloadKind {
        kind: "codebuild",
        service: "codebuild",
        operation: "BatchGetProjects",
        list: "projects",
        name: "arn",
        role: "serviceRole",
        middle: "",
    },
    WorkloadKind {
        kind: "cloudformation",
        service: "cloudformation",
        operation: "DescribeStacks",
        list: "Stacks",
        name: "StackId",
        role: "RoleARN",
        middle: "",
    },
    WorkloadKind {
        kind: "glue-endpoint",
        service: "glue",
        operation: "GetDevEndpoints",
        list: "DevEndpoints",
        name: "EndpointName",
        role: "RoleArn",
        middle: "devEndpoint/",
    },
    WorkloadKind {
        kind: "glue-job",
        service: "glue",
        operation: "GetJobs",
        list: "Jobs",
        name: "Name",
        role: "Role",
        middle: "job/",
    },
    WorkloadKind {
        kind: "notebook",
        service: "sagemaker",
        operation: "DescribeNotebookInstance",
        list: "",
        name: "NotebookInstanceArn",
        role: "RoleArn",
        middle: "",
    },
    WorkloadKind {
        kind: "apprunner",
        service: "apprunner",
        operation: "DescribeService",
        list: "Service",
        name: "ServiceArn",
        role: "InstanceConfiguration.InstanceRoleArn",
        middle: "",
    },
];
