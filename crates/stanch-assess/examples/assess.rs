//! Time that assessing many resources of many types takes: `cargo run --release -p stanch-assess --example assess 10000`.
//!
//! The things are made up, each with an answer of its own, as a collected account holds them; half of them were changed by
//! an event that is joined.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Instant;

use serde_json::{Value, json};
use stanch_assess::{Assessor, Known, LoggedChanges};
use stanch_core::{CallOutcome, Event, EventKey, Identity, Reading, Timestamp};

const STRANGER: &str = "999988887777";

/// A kind: the call that shows it, the parameter that names it, and what is answered for thing `@`.
const KINDS: [(&str, &str, &str, &str); 44] = [
    ("iam", "ListUsers", "", r#"{"Users":[{"UserName":"@"}]}"#),
    (
        "iam",
        "ListAccessKeys",
        "UserName",
        r#"{"AccessKeyMetadata":[{"UserName":"@","AccessKeyId":"AKIA@","Status":"Active","CreateDate":"2026-03-01T00:00:00Z"}]}"#,
    ),
    (
        "iam",
        "GetLoginProfile",
        "UserName",
        r#"{"LoginProfile":{"UserName":"@"}}"#,
    ),
    (
        "iam",
        "ListSigningCertificates",
        "UserName",
        r#"{"Certificates":[{"UserName":"@","CertificateId":"c@"}]}"#,
    ),
    (
        "iam",
        "ListSAMLProviders",
        "",
        r#"{"SAMLProviderList":[{"Arn":"arn:aws:iam::111122223333:saml-provider/@"}]}"#,
    ),
    (
        "iam",
        "GetAccountAuthorizationDetails",
        "",
        r#"{"RoleDetailList":[{"RoleName":"@","Arn":"arn:aws:iam::111122223333:role/@","AssumeRolePolicyDocument":POLICY}],"UserDetailList":[{"UserName":"@","Arn":"arn:aws:iam::111122223333:user/@"}],"Policies":[{"PolicyName":"p@","Arn":"arn:aws:iam::111122223333:policy/p@","PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":true,"Document":POLICY}]}]}"#,
    ),
    ("s3", "GetBucketPolicy", "Bucket", r#"{"Policy":POLICY}"#),
    (
        "s3",
        "GetBucketNotificationConfiguration",
        "Bucket",
        r#"{"QueueConfigurations":[{"QueueArn":"arn:aws:sqs:us-east-1:OTHER:@"}]}"#,
    ),
    (
        "s3",
        "GetBucketLifecycleConfiguration",
        "Bucket",
        r#"{"Rules":[{"ID":"@","Status":"Enabled","Expiration":{"Days":1}}]}"#,
    ),
    ("s3", "GetBucketVersioning", "Bucket", r#"{"Status":"Suspended"}"#),
    ("s3", "ListBuckets", "", r#"{"Buckets":[{"Name":"@"}]}"#),
    (
        "kms",
        "DescribeKey",
        "KeyId",
        r#"{"KeyMetadata":{"KeyId":"@","Arn":"arn:aws:kms:us-east-1:111122223333:key/@","KeyManager":"CUSTOMER","KeyState":"PendingDeletion","DeletionDate":"2026-03-14T00:00:00Z"}}"#,
    ),
    ("kms", "GetKeyPolicy", "KeyId", r#"{"Policy":POLICY}"#),
    (
        "kms",
        "ListGrants",
        "KeyId",
        r#"{"Grants":[{"GrantId":"g@","KeyId":"@","GranteePrincipal":"arn:aws:iam::OTHER:root"}]}"#,
    ),
    (
        "lambda",
        "ListFunctions",
        "",
        r#"{"Functions":[{"FunctionName":"@","FunctionArn":"arn:aws:lambda:us-east-1:111122223333:function:@","Environment":{"Variables":{"AWS_LAMBDA_EXEC_WRAPPER":"x"}}}]}"#,
    ),
    ("lambda", "GetPolicy", "FunctionName", r#"{"Policy":POLICY}"#),
    (
        "lambda",
        "ListFunctionUrlConfigs",
        "FunctionName",
        r#"{"FunctionUrlConfigs":[{"FunctionArn":"arn:@","FunctionUrl":"https://@","AuthType":"NONE"}]}"#,
    ),
    (
        "lambda",
        "ListEventSourceMappings",
        "",
        r#"{"EventSourceMappings":[{"UUID":"@","FunctionArn":"arn:@","EventSourceArn":"arn:aws:sqs:us-east-1:OTHER:q"}]}"#,
    ),
    (
        "lambda",
        "ListAliases",
        "FunctionName",
        r#"{"Aliases":[{"AliasArn":"arn:@","Name":"@","RoutingConfig":{"AdditionalVersionWeights":{"2":0.1}}}]}"#,
    ),
    (
        "ec2",
        "DescribeInstances",
        "",
        r#"{"Reservations":[{"Instances":[{"InstanceId":"i-@","InstanceType":"p4d.24xlarge","State":{"Name":"running"},"VpcId":"vpc-@","LaunchTime":"2026-03-05T00:00:00Z","MetadataOptions":{"HttpTokens":"optional","HttpEndpoint":"enabled"}}]}]}"#,
    ),
    (
        "ec2",
        "DescribeSecurityGroups",
        "",
        r#"{"SecurityGroups":[{"GroupId":"sg-@","GroupName":"@","IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"0.0.0.0/0"}]}]}]}"#,
    ),
    (
        "ec2",
        "DescribeSnapshotAttribute",
        "SnapshotId",
        r#"{"SnapshotId":"snap-@","CreateVolumePermissions":[{"UserId":"OTHER"}]}"#,
    ),
    (
        "ec2",
        "DescribeImageAttribute",
        "ImageId",
        r#"{"ImageId":"ami-@","LaunchPermissions":[{"UserId":"OTHER"}]}"#,
    ),
    (
        "ec2",
        "DescribeLaunchTemplateVersions",
        "LaunchTemplateId",
        r#"{"LaunchTemplateVersions":[{"LaunchTemplateId":"lt-@","LaunchTemplateName":"@","LaunchTemplateData":{"InstanceType":"g5.xlarge"}}]}"#,
    ),
    (
        "ec2",
        "DescribeSpotFleetRequests",
        "",
        r#"{"SpotFleetRequestConfigs":[{"SpotFleetRequestId":"sfr-@","SpotFleetRequestState":"active","SpotFleetRequestConfig":{"TargetCapacity":50}}]}"#,
    ),
    (
        "ec2",
        "DescribeKeyPairs",
        "",
        r#"{"KeyPairs":[{"KeyPairId":"key-@","KeyName":"@","KeyType":"rsa","KeyFingerprint":"a:a:a:a:a:a:a:a:a:a:a:a:a:a:a:a"}]}"#,
    ),
    (
        "ec2",
        "DescribeVpcPeeringConnections",
        "",
        r#"{"VpcPeeringConnections":[{"VpcPeeringConnectionId":"pcx-@","Status":{"Code":"active"},"AccepterVpcInfo":{"OwnerId":"OTHER"}}]}"#,
    ),
    (
        "ec2",
        "DescribeVolumes",
        "",
        r#"{"Volumes":[{"VolumeId":"vol-@","CreateTime":"2026-03-05T00:00:00Z"}]}"#,
    ),
    (
        "rds",
        "DescribeDBSnapshotAttributes",
        "DBSnapshotIdentifier",
        r#"{"DBSnapshotAttributesResult":{"DBSnapshotIdentifier":"@","DBSnapshotAttributes":[{"AttributeName":"restore","AttributeValues":["OTHER"]}]}}"#,
    ),
    (
        "rds",
        "DescribeDBInstances",
        "",
        r#"{"DBInstances":[{"DBInstanceIdentifier":"@","PubliclyAccessible":true}]}"#,
    ),
    (
        "sqs",
        "GetQueueAttributes",
        "QueueUrl",
        r#"{"Attributes":{"Policy":POLICY,"QueueArn":"arn:aws:sqs:us-east-1:111122223333:@"}}"#,
    ),
    (
        "sns",
        "GetTopicAttributes",
        "TopicArn",
        r#"{"Attributes":{"Policy":POLICY,"TopicArn":"arn:aws:sns:us-east-1:111122223333:@"}}"#,
    ),
    (
        "sns",
        "ListSubscriptions",
        "",
        r#"{"Subscriptions":[{"SubscriptionArn":"arn:@","Endpoint":"arn:aws:sqs:us-east-1:OTHER:q"}]}"#,
    ),
    (
        "secretsmanager",
        "GetResourcePolicy",
        "SecretId",
        r#"{"ARN":"arn:@","Name":"@","ResourcePolicy":POLICY}"#,
    ),
    (
        "events",
        "ListRules",
        "",
        r#"{"Rules":[{"Name":"@","Arn":"arn:@","EventPattern":"{\"detail\":{\"eventName\":[\"DeleteUser\"]}}"}]}"#,
    ),
    (
        "events",
        "ListTargetsByRule",
        "Rule",
        r#"{"Targets":[{"Id":"1","Arn":"arn:aws:lambda:us-east-1:111122223333:function:@"}]}"#,
    ),
    (
        "scheduler",
        "GetSchedule",
        "Name",
        r#"{"Name":"@","Arn":"arn:@","Target":{"Arn":"arn:aws:scheduler:::aws-sdk:iam:createUser"}}"#,
    ),
    (
        "ssm",
        "DescribeActivations",
        "",
        r#"{"ActivationList":[{"ActivationId":"@","RegistrationLimit":5}]}"#,
    ),
    (
        "ssm",
        "ListAssociations",
        "",
        r#"{"Associations":[{"AssociationId":"@","Name":"AWS-RunShellScript","Targets":[{"Key":"InstanceIds","Values":["*"]}]}]}"#,
    ),
    (
        "codebuild",
        "BatchGetProjects",
        "names",
        r#"{"projects":[{"name":"@","arn":"arn:@","projectVisibility":"PUBLIC_READ"}]}"#,
    ),
    (
        "cloudformation",
        "DescribeStacks",
        "",
        r#"{"Stacks":[{"StackName":"@","StackId":"arn:@","Capabilities":["CAPABILITY_IAM"],"StackStatus":"CREATE_COMPLETE"}]}"#,
    ),
    (
        "guardduty",
        "GetFindings",
        "DetectorId",
        r#"{"Findings":[{"Id":"@","Type":"Recon:EC2/Portscan","Title":"t","Severity":5.0}]}"#,
    ),
    (
        "ecs",
        "DescribeTaskDefinition",
        "taskDefinition",
        r#"{"taskDefinition":{"taskDefinitionArn":"arn:@","family":"@","containerDefinitions":[{"image":"OTHER.dkr.ecr.us-east-1.amazonaws.com/x"}]}}"#,
    ),
    (
        "logs",
        "DescribeSubscriptionFilters",
        "logGroupName",
        r#"{"subscriptionFilters":[{"filterName":"@","logGroupName":"@","destinationArn":"arn:aws:logs:us-east-1:OTHER:destination:d"}]}"#,
    ),
];

const POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::OTHER:root"},"Action":"*","Resource":"*"}]}"#;

fn reading(number: usize) -> Option<Reading> {
    let (service, operation, named, body) = KINDS.get(number % KINDS.len())?;
    let name = format!("thing-{number:06}");
    let body = body
        .replace("POLICY", POLICY)
        .replace("OTHER", STRANGER)
        .replace('@', &name);
    let params = if named.is_empty() {
        Value::Null
    } else {
        json!({*named: name})
    };
    Some(Reading {
        account: "111122223333".into(),
        region: "us-east-1".into(),
        service: (*service).into(),
        operation: (*operation).into(),
        params,
        outcome: CallOutcome::Ok,
        code: None,
        message: None,
        items: 1,
        pages: 1,
        sha256s: Vec::new(),
        at: Timestamp::parse("2026-03-06T14:00:00Z")?,
        body: serde_json::from_str(&body).ok()?,
    })
}

/// An event that changed a thing.
fn logged(wanted: usize) -> LoggedChanges {
    let mut logged = LoggedChanges::default();
    for number in (0..wanted).step_by(2) {
        let Some((service, ..)) = KINDS.get(number % KINDS.len()) else {
            continue;
        };
        logged.observe(&Event {
            key: EventKey(number as u128 + 1),
            time: Timestamp::from_seconds(1_772_800_000 + number as i64 % 5_000),
            source: format!("{service}.amazonaws.com").into(),
            name: "UpdateThing".into(),
            account: "111122223333".into(),
            region: "us-east-1".into(),
            identity: Identity {
                arn: format!("arn:aws:iam::111122223333:user/u{}", number % 20).into(),
                ..Identity::default()
            },
            request_json: format!(r#"{{"name":"thing-{number:06}"}}"#).into(),
            ..Event::default()
        });
    }
    logged.finish();
    logged
}

/// The most memory that this process held, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or_default().to_owned()
}

fn main() -> std::io::Result<()> {
    let wanted: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let readings: Vec<Reading> = (0..wanted).filter_map(reading).collect();
    let logged = logged(wanted);
    let began = Instant::now();
    let mut assessor = Assessor::new(Known::default());
    for reading in &readings {
        assessor.observe(reading);
    }
    let assessment = assessor.assess(Some(&logged));
    let took = began.elapsed();
    let kinds: BTreeSet<&str> = assessment
        .findings
        .iter()
        .map(|finding| finding.resource.kind.as_str())
        .collect();
    writeln!(
        std::io::stdout(),
        "{} resources of {} types, {} changes: {:.2} s; {} findings on {} resource types by {} checks; {}",
        readings.len(),
        KINDS.len(),
        logged.changes.len(),
        took.as_secs_f64(),
        assessment.findings.len(),
        kinds.len(),
        assessment.checks_run,
        peak()
    )
}
