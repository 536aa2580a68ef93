//! AWS services as people name them, and the services whose names are unique across regions.
//!
//! One row for each service that a check reads, by the one name that `stanch-aws-facts` gives it. It must not know checks.

use stanch_aws_facts::services::canonical;

/// Service.
struct Service {
    /// Id of its API model.
    id: &'static str,
    /// Name as AWS's console and documentation print it, then features of it that stand for it in a title.
    names: &'static [&'static str],
    /// True where one resource exists once for all regions, so that the same name in another region is the same resource.
    /// S3 counts: bucket names are unique across regions.
    is_global: bool,
}

const fn regional(id: &'static str, names: &'static [&'static str]) -> Service {
    Service {
        id,
        names,
        is_global: false,
    }
}

const fn global(id: &'static str, names: &'static [&'static str]) -> Service {
    Service {
        id,
        names,
        is_global: true,
    }
}

const SERVICES: [Service; 59] = [
    global("account", &["AWS account", "AWS Region"]),
    regional("accessanalyzer", &["IAM Access Analyzer", "Access Analyzer"]),
    regional("acm-pca", &["AWS Private CA"]),
    regional("apigateway", &["API Gateway"]),
    regional("apprunner", &["App Runner"]),
    regional("autoscaling", &["Auto Scaling"]),
    regional("backup", &["AWS Backup"]),
    regional("batch", &["AWS Batch"]),
    regional("bedrock", &["Bedrock"]),
    regional("bedrock-agentcore-control", &["Bedrock"]),
    global("ce", &["Cost Explorer", "Cost Anomaly Detection"]),
    global("cloudfront", &["CloudFront"]),
    regional("cloudformation", &["CloudFormation"]),
    regional("cloudtrail", &["CloudTrail"]),
    regional("cloudwatch", &["CloudWatch"]),
    regional("codebuild", &["CodeBuild"]),
    regional("cognito-identity", &["Cognito"]),
    regional("config", &["AWS Config"]),
    regional("dynamodb", &["DynamoDB"]),
    regional("ec2", &["EC2", "VPC", "EBS"]),
    regional("ecr", &["ECR"]),
    regional("ecs", &["ECS"]),
    regional("efs", &["EFS"]),
    regional("eks", &["EKS"]),
    regional("events", &["EventBridge"]),
    regional("pipes", &["EventBridge Pipes", "EventBridge"]),
    regional("scheduler", &["EventBridge Scheduler", "EventBridge"]),
    regional("glue", &["Glue"]),
    regional("guardduty", &["GuardDuty"]),
    global("budgets", &["AWS Budgets"]),
    global("globalaccelerator", &["Global Accelerator"]),
    global("iam", &["IAM", "root user"]),
    regional("sso-admin", &["IAM Identity Center"]),
    regional("rolesanywhere", &["IAM Roles Anywhere"]),
    regional("inspector2", &["Inspector"]),
    regional("kms", &["KMS"]),
    regional("lambda", &["Lambda"]),
    regional("lightsail", &["Lightsail"]),
    regional("logs", &["CloudWatch Logs"]),
    regional("macie2", &["Macie"]),
    global("marketplace-agreement", &["AWS Marketplace"]),
    global("organizations", &["AWS Organizations"]),
    regional("ram", &["AWS RAM"]),
    regional("rds", &["RDS"]),
    regional("redshift", &["Redshift"]),
    global("route53domains", &["Route 53"]),
    global("route53", &["Route 53"]),
    regional("route53resolver", &["Route 53 Resolver"]),
    global("s3", &["S3"]),
    regional("sagemaker", &["SageMaker"]),
    global("savingsplans", &["Savings Plans"]),
    regional("secretsmanager", &["Secrets Manager"]),
    regional("securityhub", &["Security Hub"]),
    regional("service-quotas", &["Service Quotas"]),
    regional("ses", &["SES"]),
    regional("sns", &["SNS"]),
    regional("sqs", &["SQS"]),
    regional("ssm", &["SSM", "Systems Manager"]),
    regional("stepfunctions", &["Step Functions"]),
];

fn service(id: &str) -> Option<&'static Service> {
    let id = canonical(id);
    SERVICES.iter().find(|service| service.id == id)
}

/// Returns true if names of the service's resources are unique across regions.
pub(super) fn is_global(id: &str) -> bool {
    service(id).is_some_and(|service| service.is_global)
}

/// Returns the service's name for people; the id where the service is not in the table.
pub(super) fn name(id: &'static str) -> &'static str {
    service(id).map_or(id, |service| service.names[0])
}

/// Returns the names of a service and of its features that a title may use.
#[cfg(test)]
pub(super) fn names(id: &str) -> &'static [&'static str] {
    service(id).map_or(&[], |service| service.names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_has_one_row_under_its_one_name() {
        let mut ids: Vec<&str> = SERVICES.iter().map(|service| service.id).collect();
        assert!(ids.iter().all(|id| canonical(id) == *id));
        ids.sort_unstable();
        assert!(ids.windows(2).all(|two| two[0] != two[1]));
    }

    #[test]
    fn bucket_and_user_names_are_unique_across_regions_and_queue_names_are_not() {
        assert!(is_global("s3control") && is_global("iam"));
        assert!(!is_global("sqs") && !is_global("unheard-of"));
        assert_eq!((name("sesv2"), name("unheard-of")), ("SES", "unheard-of"));
    }
}
