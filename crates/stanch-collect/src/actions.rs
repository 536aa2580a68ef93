//! Where an IAM action is not called like its operation: prefixes of services and exceptions, each with its source.
//!
//! It must not know what the actions are for.

/// Where the names come from: AWS's Service Authorization Reference, page "Actions, resources, and condition keys for …" of the
/// service. The exceptions of S3 and Budgets are also in the field's notes on least privilege.
pub const SOURCE: &str = "https://docs.aws.amazon.com/service-authorization/latest/reference/";

/// Services whose actions have another prefix than the model's name. Sorted.
#[rustfmt::skip]
const PREFIXES: &[(&str, &str)] = &[
    ("accessanalyzer", "access-analyzer"),
    ("amp", "aps"),
    ("apigatewayv2", "apigateway"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-agentcore-control", "bedrock-agentcore"),
    ("cloudhsmv2", "cloudhsm"),
    ("docdb", "rds"),
    ("efs", "elasticfilesystem"),
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("iot-data", "iot"),
    ("lexv2-models", "lex"),
    ("marketplace-agreement", "aws-marketplace"),
    ("marketplace-catalog", "aws-marketplace"),
    ("mwaa", "airflow"),
    ("neptune", "rds"),
    ("opensearch", "es"),
    ("opensearchserverless", "aoss"),
    ("pinpoint", "mobiletargeting"),
    ("pinpoint-sms-voice-v2", "sms-voice"),
    ("resourcegroupstaggingapi", "tag"),
    ("s3control", "s3"),
    ("service-quotas", "servicequotas"),
    ("servicecatalog-appregistry", "servicecatalog"),
    ("sesv2", "ses"),
    ("sso-admin", "sso"),
    ("stepfunctions", "states"),
    ("timestream-query", "timestream"),
    ("timestream-write", "timestream"),
];

/// An operation whose action has another name, or that needs more than one.
pub struct Exception {
    /// The service.
    pub service: &'static str,
    /// The operation; `*` for all of the service.
    pub operation: &'static str,
    /// The actions.
    pub actions: &'static [&'static str],
    /// The page of [`SOURCE`] that says so.
    pub source: &'static str,
}

const fn is(
    service: &'static str,
    operation: &'static str,
    actions: &'static [&'static str],
    source: &'static str,
) -> Exception {
    Exception {
        service,
        operation,
        actions,
        source,
    }
}

/// The exceptions among what is read.
#[rustfmt::skip]
pub const EXCEPTIONS: &[Exception] = &[
    is("apigateway", "*", &["apigateway:GET"], "list_amazonapigatewaymanagement.html"),
    is("apigatewayv2", "*", &["apigateway:GET"], "list_amazonapigatewaymanagementv2.html"),
    is("s3", "ListBuckets", &["s3:ListAllMyBuckets"], "list_amazons3.html"),
    is("s3", "ListObjectsV2", &["s3:ListBucket"], "list_amazons3.html"),
    is("s3", "HeadBucket", &["s3:ListBucket"], "list_amazons3.html"),
    is("s3", "ListObjectVersions", &["s3:ListBucketVersions"], "list_amazons3.html"),
    is("s3", "GetBucketEncryption", &["s3:GetEncryptionConfiguration"], "list_amazons3.html"),
    is("s3", "GetBucketLifecycleConfiguration", &["s3:GetLifecycleConfiguration"], "list_amazons3.html"),
    is("s3", "GetBucketReplication", &["s3:GetReplicationConfiguration"], "list_amazons3.html"),
    is("s3", "GetBucketNotificationConfiguration", &["s3:GetBucketNotification"], "list_amazons3.html"),
    is("s3", "GetBucketCors", &["s3:GetBucketCORS"], "list_amazons3.html"),
    is("s3", "GetBucketAccelerateConfiguration", &["s3:GetAccelerateConfiguration"], "list_amazons3.html"),
    is("s3", "GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"], "list_amazons3.html"),
    is("s3", "GetObjectLockConfiguration", &["s3:GetBucketObjectLockConfiguration"], "list_amazons3.html"),
    is("s3", "ListBucketInventoryConfigurations", &["s3:GetInventoryConfiguration"], "list_amazons3.html"),
    is("s3", "ListBucketAnalyticsConfigurations", &["s3:GetAnalyticsConfiguration"], "list_amazons3.html"),
    is("s3", "ListBucketMetricsConfigurations", &["s3:GetMetricsConfiguration"], "list_amazons3.html"),
    is("s3", "ListBucketIntelligentTieringConfigurations", &["s3:GetIntelligentTieringConfiguration"], "list_amazons3.html"),
    is("s3", "PutPublicAccessBlock", &["s3:PutBucketPublicAccessBlock"], "list_amazons3.html"),
    is("s3", "DeletePublicAccessBlock", &["s3:PutBucketPublicAccessBlock"], "list_amazons3.html"),
    is("s3", "PutBucketLifecycleConfiguration", &["s3:PutLifecycleConfiguration"], "list_amazons3.html"),
    is("s3", "DeleteBucketLifecycle", &["s3:PutLifecycleConfiguration"], "list_amazons3.html"),
    is("s3control", "PutPublicAccessBlock", &["s3:PutAccountPublicAccessBlock"], "list_amazons3.html"),
    is("s3control", "DeletePublicAccessBlock", &["s3:PutAccountPublicAccessBlock"], "list_amazons3.html"),
    is("s3control", "GetPublicAccessBlock", &["s3:GetAccountPublicAccessBlock"], "list_amazons3.html"),
    is("budgets", "DescribeBudgets", &["budgets:ViewBudget"], "list_awsbudgetservice.html"),
    is("budgets", "DescribeNotificationsForBudget", &["budgets:ViewBudget"], "list_awsbudgetservice.html"),
    is("bcm-data-exports", "ListExports", &["bcm-data-exports:ListExports", "cur:DescribeReportDefinitions"], "list_awsbillingandcostmanagementdataexports.html"),
];

/// The actions that an operation needs.
#[must_use]
pub fn actions(service: &str, operation: &str) -> Vec<String> {
    let exception = EXCEPTIONS.iter().find(|exception| {
        exception.service == service && (exception.operation == "*" || exception.operation == operation)
    });
    if let Some(exception) = exception {
        return exception
            .actions
            .iter()
            .map(|action| (*action).to_owned())
            .collect();
    }
    vec![format!("{}:{operation}", prefix(service))]
}

fn prefix(service: &str) -> &str {
    PREFIXES
        .binary_search_by_key(&service, |(name, _)| name)
        .map_or(service, |place| PREFIXES[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_where_they_differ() {
        let one = |service, operation| actions(service, operation).join(" ");
        assert_eq!(one("iam", "ListUsers"), "iam:ListUsers");
        assert_eq!(one("s3", "ListBuckets"), "s3:ListAllMyBuckets");
        assert_eq!(
            one("s3control", "GetPublicAccessBlock"),
            "s3:GetAccountPublicAccessBlock"
        );
        assert_eq!(one("s3", "GetPublicAccessBlock"), "s3:GetBucketPublicAccessBlock");
        assert_eq!(one("apigateway", "GetRestApis"), "apigateway:GET");
        assert_eq!(
            one("stepfunctions", "ListStateMachines"),
            "states:ListStateMachines"
        );
        assert_eq!(
            one("elbv2", "DescribeRules"),
            "elasticloadbalancing:DescribeRules"
        );
    }

    #[test]
    fn prefixes_are_sorted_for_the_search() {
        assert!(PREFIXES.is_sorted());
    }
}
