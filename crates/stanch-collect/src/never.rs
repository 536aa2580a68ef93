//! Operations that are never collected although they are called as if they only read, each with the reason.
//!
//! Reviewed by hand over all operations whose reply names something like a secret, a price or an effect. Whoever adds to the
//! collectors is held to the secrets in here by a test; the walk over every operation is held to all of it.

/// Why an operation is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It mints or returns secret values, or addresses that open what they name.
    Secret,
    /// It costs money by the call.
    Billed,
    /// It changes something.
    Changes,
    /// It reads the customer's content, or the same public list for everybody, without end.
    Bulk,
}

/// An operation that is left out.
#[derive(Debug, Clone, Copy)]
pub struct Never {
    /// The service, or `*` for any.
    pub service: &'static str,
    /// The operation; with a `*` at its end, all that begin so.
    pub operation: &'static str,
    /// Why.
    pub why: Why,
    /// The reason in words.
    pub reason: &'static str,
}

const fn secret(service: &'static str, operation: &'static str, reason: &'static str) -> Never {
    Never {
        service,
        operation,
        why: Why::Secret,
        reason,
    }
}

const fn billed(service: &'static str, operation: &'static str, reason: &'static str) -> Never {
    Never {
        service,
        operation,
        why: Why::Billed,
        reason,
    }
}

const fn changes(service: &'static str, operation: &'static str, reason: &'static str) -> Never {
    Never {
        service,
        operation,
        why: Why::Changes,
        reason,
    }
}

const fn bulk(service: &'static str, operation: &'static str, reason: &'static str) -> Never {
    Never {
        service,
        operation,
        why: Why::Bulk,
        reason,
    }
}

/// The list.
#[rustfmt::skip]
pub const NEVER: &[Never] = &[
    secret("secretsmanager", "GetSecretValue", "returns the secret"),
    secret("secretsmanager", "BatchGetSecretValue", "returns the secrets"),
    secret("secretsmanager", "GetRandomPassword", "makes a password"),
    secret("ssm", "GetParameter*", "returns values; by history and path too"),
    secret("ssm", "GetAccessToken", "mints credentials"),
    secret("ssm", "GetDeployablePatchSnapshotForInstance", "returns a signed address"),
    secret("sts", "GetSessionToken", "mints credentials"),
    secret("sts", "GetFederationToken", "mints credentials"),
    secret("sts", "GetWebIdentityToken", "mints a token"),
    secret("sts", "GetDelegatedAccessToken", "mints credentials"),
    secret("sso", "GetRoleCredentials", "mints credentials"),
    secret("sso", "*", "acts for a person with that person's token"),
    secret("ec2", "GetPasswordData", "returns the administrator's password, encrypted to the key pair"),
    secret("ec2", "GetConsole*", "console output of instances, passwords included; taken as evidence of one instance only"),
    secret("ec2", "ExportClientVpnClientConfiguration", "returns what a client signs in with"),
    secret("ec2", "GetVpnConnectionDeviceSampleConfiguration", "returns the pre-shared keys"),
    secret("ecr", "GetAuthorizationToken", "mints a token"),
    secret("ecr", "GetDownloadUrlForLayer", "returns a signed address"),
    secret("ecr-public", "GetAuthorizationToken", "mints a token"),
    secret("codeartifact", "GetAuthorizationToken", "mints a token"),
    secret("redshift", "GetClusterCredentials*", "mints a database password"),
    secret("redshift", "GetIdentityCenterAuthToken", "mints a token"),
    secret("redshift-serverless", "GetCredentials", "mints a database password"),
    secret("redshift-serverless", "GetIdentityCenterAuthToken", "mints a token"),
    secret("lakeformation", "GetTemporary*", "mints credentials"),
    secret("s3control", "GetDataAccess", "mints credentials"),
    secret("cognito-identity", "GetCredentialsForIdentity", "mints credentials"),
    secret("cognito-identity", "GetOpenIdToken*", "mints a token"),
    secret("cognito-idp", "GetTokensFromRefreshToken", "mints tokens"),
    secret("cognito-idp", "GetClientToken", "mints a token"),
    secret("cognito-idp", "GetDerivedToken", "mints a token"),
    secret("cognito-idp", "ListUserPoolClientSecrets", "returns client secrets"),
    secret("cognito-idp", "ListUserImportJobs", "returns signed addresses"),
    secret("lightsail", "GetInstanceAccessDetails", "returns a private key or password"),
    secret("lightsail", "GetRelationalDatabaseMasterUserPassword", "returns the password"),
    secret("lightsail", "DownloadDefaultKeyPair", "returns the private key"),
    secret("appsync", "ListApiKeys", "the id of a key is the key"),
    secret("apigateway", "GetApiKey", "returns the key's value; the list without values is collected"),
    secret("apigateway", "GetUsagePlanKey*", "returns key values"),
    secret("emr", "GetClusterSessionCredentials", "mints credentials"),
    secret("emr", "GetSessionEndpoint", "mints credentials"),
    secret("emr", "GetOnClusterAppUIPresignedURL", "returns a signed address"),
    secret("emr", "GetPersistentAppUIPresignedURL", "returns a signed address"),
    secret("emr-containers", "GetManagedEndpointSessionCredentials", "mints credentials"),
    secret("emr-serverless", "GetSessionEndpoint", "mints a token"),
    secret("emr-serverless", "GetDashboardForJobRun", "returns a signed address"),
    secret("glue", "GetSessionEndpoint", "mints a token"),
    secret("glue", "GetUnfiltered*", "mints access to data"),
    secret("athena", "GetSessionEndpoint", "mints a token"),
    secret("gamelift", "GetComputeA*", "mints credentials"),
    secret("gamelift", "GetInstanceAccess", "mints credentials"),
    secret("gamelift", "GetGameSessionLogUrl", "returns a signed address"),
    secret("datazone", "GetEnvironmentCredentials", "mints credentials"),
    secret("datazone", "GetConnection", "returns credentials"),
    secret("connect", "GetFederationToken", "mints credentials"),
    secret("connect", "GetAttachedFile", "returns a signed address"),
    secret("bedrock-agentcore", "Get*", "mints tokens and reads sessions"),
    secret("chime", "ListBots", "returns tokens"),
    secret("chime", "GetBot", "returns a token"),
    secret("chime-sdk-meetings", "*", "returns tokens to join meetings"),
    secret("ivs", "GetStreamKey", "returns the key"),
    secret("ivs", "BatchGetStreamKey", "returns the keys"),
    secret("ivs-realtime", "GetIngestConfiguration", "returns the key"),
    secret("kinesis-video-signaling", "GetIceServerConfig", "mints a password"),
    secret("storagegateway", "DescribeChapCredentials", "returns secrets"),
    secret("codepipeline", "GetJobDetails", "returns credentials"),
    secret("codepipeline", "GetThirdPartyJobDetails", "returns credentials"),
    secret("stepfunctions", "GetActivityTask", "returns a task's token, and takes the task"),
    secret("wickr", "*", "returns client secrets"),
    secret("pca-connector-scep", "GetChallengePassword", "returns the password"),
    secret("location", "DescribeKey", "returns the key"),
    secret("location", "ListKeys", "the key is in the list"),
    secret("acm", "GetAcmeExternalAccountBindingCredentials", "returns a key"),
    secret("interconnect", "GetConnection", "returns the activation key"),
    secret("invoicing", "GetProcurementPortalPreference", "returns a shared secret"),
    secret("kms", "GetParametersForImport", "begins an import of key material"),
    secret("cloudwatchomni", "GetSpace*", "mints credentials"),
    secret("artifact", "Get*", "returns signed addresses"),
    secret("auditmanager", "GetAssessmentReportUrl", "returns a signed address"),
    secret("quicksight", "GetDashboardEmbedUrl", "returns an address that signs in"),
    secret("quicksight", "GetSessionEmbedUrl", "returns an address that signs in"),
    secret("security-ir", "GetCaseAttachment*", "returns signed addresses"),
    secret("support", "GetAttachment*", "returns signed addresses"),
    secret("taxsettings", "GetTaxRegistrationDocument", "returns a signed address"),
    secret("amplify", "GetArtifactUrl", "returns a signed address"),
    secret("auditmanager", "GetEvidenceFileUploadUrl", "returns a signed address"),
    secret("datazone", "GetIamPortalLoginUrl", "returns an address that signs in"),
    secret("ec2", "DescribeIpamExternalResourceVerificationTokens", "returns tokens"),
    secret("ec2", "GetInstanceUefiData", "returns a machine's key store"),
    secret("evs", "GetDepotUrl", "returns an address with its token"),
    secret("iot", "GetRegistrationCode", "returns what registers an authority"),
    secret("iot-managed-integrations", "GetManagedThing", "returns a device's key"),
    secret("kinesis-video-archived-media", "*", "mints addresses of streams, and reads them"),
    secret("lexv2-models", "GetTestExecutionArtifactsUrl", "returns a signed address"),
    secret("license-manager", "GetAccessToken", "mints a token"),
    secret("m2", "GetSignedBluinsightsUrl", "returns a signed address"),
    secret("route53globalresolver", "GetAccessToken", "returns tokens"),
    secret("snowball", "GetJob*", "returns what unlocks a device"),
    secret("codecatalyst", "*", "acts for a person with that person's token"),
    secret("signin", "*", "mints tokens"),
    secret("sso-oidc", "*", "mints tokens"),
    secret("eks-auth", "*", "mints credentials"),
    billed("ce", "*", "one US cent a call; the collector of costs asks what is needed"),
    billed("comprehend", "*", "priced by the request"),
    billed("rekognition", "Get*", "priced by the job"),
    billed("textract", "*", "priced by the page"),
    billed("translate", "Get*", "priced by the character"),
    billed("location", "Get*", "priced by the request"),
    billed("geo-*", "*", "priced by the request"),
    billed("pricing", "*", "the price list of everybody, a million items"),
    billed("timestream-query", "*", "priced by what is scanned"),
    billed("cloudwatch", "GetMetric*", "priced by the metric"),
    billed("bedrock-agent-runtime", "*", "runs a model"),
    billed("bedrock-runtime", "*", "runs a model"),
    billed("sagemaker-runtime", "*", "runs a model"),
    billed("sagemaker-geospatial", "*", "priced by the request"),
    billed("macie2", "GetSensitiveDataOccurrences", "priced, and returns the sensitive data itself"),
    billed("kendra", "*", "priced by the query"),
    changes("iam", "GetHumanReadableSummary", "writes a summary when there is none"),
    changes("sqs", "ReceiveMessage", "takes the message"),
    changes("ssm", "GetInventory*", "reads inventories of all instances; a summary is collected"),
    changes("dynamodbstreams", "GetRecords", "moves along a stream"),
    changes("kinesis", "GetRecords", "moves along a stream and uses up its rate"),
    changes("kinesis", "GetShardIterator", "opens a place in a stream"),
    changes("swf", "*", "asking for tasks takes them"),
    changes("lambda", "GetDurableExecution*", "reads inputs and results of runs"),
    changes("cognito-sync", "*", "reads people's data"),
    changes("iot-data", "*", "reads devices' state"),
    changes("iot-jobs-data", "*", "asking for jobs takes them"),
    changes("workmailmessageflow", "*", "reads mail"),
    changes("waf", "GetChangeToken", "begins a change"),
    changes("waf-regional", "GetChangeToken", "begins a change"),
    bulk("iotsitewise", "GetAssetPropertyValue*", "measurements"),
    bulk("mailmanager", "GetArchiveMessage*", "the content of mail"),
    bulk("ec2", "DescribeSpotPriceHistory", "prices for everybody, without end"),
    bulk("ec2", "DescribeReservedInstancesOfferings", "offers for everybody"),
    bulk("ec2", "DescribeHostReservationOfferings", "offers for everybody"),
    bulk("ec2", "DescribeInstanceType*", "a list for everybody"),
    bulk("ec2", "DescribeImages", "all public images when no owner is named; own ones are collected"),
    bulk("ec2", "DescribeSnapshots", "all public snapshots when no owner is named; own ones are collected"),
    bulk("ec2", "DescribeFpgaImages", "all public ones when no owner is named; own ones are collected"),
    bulk("ec2", "DescribeVpcEndpointServices", "a list for everybody"),
    bulk("rds", "DescribeDBEngineVersions", "a list for everybody"),
    bulk("rds", "DescribeReservedDBInstancesOfferings", "offers for everybody"),
    bulk("neptune", "DescribeDBEngineVersions", "a list for everybody"),
    bulk("docdb", "DescribeDBEngineVersions", "a list for everybody"),
    bulk("elasticache", "DescribeReservedCacheNodesOfferings", "offers for everybody"),
    bulk("redshift", "DescribeReservedNodeOfferings", "offers for everybody"),
    bulk("opensearch", "DescribeReservedInstanceOfferings", "offers for everybody"),
    bulk("medialive", "ListOfferings", "offers for everybody"),
    bulk("savingsplans", "DescribeSavingsPlansOffering*", "offers for everybody"),
    bulk("iam", "ListPolicies", "AWS's own policies too; own ones are collected"),
    bulk("ssm", "ListDocuments", "AWS's own documents too; own ones are collected"),
    bulk("ssm", "DescribePatch*", "patches for everybody"),
    bulk("ssm", "DescribeAvailablePatches", "patches for everybody"),
    bulk("cloudformation", "ListTypes", "public types for everybody; own ones are collected"),
    bulk("cloudtrail", "LookupEvents", "events are read by the hunt, at its own pace"),
    bulk("config", "GetResourceConfigHistory", "the history of everything"),
    bulk("logs", "FilterLogEvents", "the content of logs"),
    bulk("logs", "GetLogEvents", "the content of logs"),
    bulk("s3", "GetObject*", "the customer's content"),
    bulk("s3", "ListObject*", "a million objects; read where logs lie"),
    bulk("ebs", "*", "the content of disks"),
    bulk("imagebuilder", "ListImages", "AWS's own images too"),
    bulk("serverlessrepo", "*", "applications of everybody"),
    bulk("dataexchange", "*", "products of everybody"),
    bulk("marketplace-catalog", "*", "a catalogue for everybody"),
    bulk("marketplace-discovery", "*", "a catalogue for everybody"),
    bulk("wellarchitected", "GetLens*", "texts for everybody"),
    bulk("controlcatalog", "*", "a catalogue for everybody"),
    bulk("polly", "*", "voices for everybody"),
    bulk("mturk", "*", "work of others"),
];

/// Why an operation is left out, if it is.
#[must_use]
pub fn never(service: &str, operation: &str) -> Option<&'static Never> {
    NEVER
        .iter()
        .find(|never| fits(never.service, service) && fits(never.operation, operation))
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |start| name.starts_with(start))
}

/// Cost of one call, in millionths of a US dollar; 0 for almost all.
#[must_use]
pub const fn price(service: &str) -> u64 {
    // Cost Explorer: $0.01 per request (AWS Cost Management pricing page).
    match service.as_bytes() {
        b"ce" => 10_000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_returns_secrets_is_never_asked() {
        for (service, operation) in [
            ("secretsmanager", "GetSecretValue"),
            ("ssm", "GetParametersByPath"),
            ("ec2", "GetPasswordData"),
            ("sts", "GetSessionToken"),
        ] {
            assert_eq!(
                never(service, operation).map(|never| never.why),
                Some(Why::Secret)
            );
        }
        assert!(never("secretsmanager", "ListSecrets").is_none());
        assert!(never("apigateway", "GetApiKeys").is_none());
    }

    #[test]
    fn every_entry_has_a_reason_and_stands_once() {
        let mut seen = std::collections::BTreeSet::new();
        for entry in NEVER {
            assert!(!entry.reason.is_empty());
            assert!(
                seen.insert((entry.service, entry.operation)),
                "{} twice",
                entry.operation
            );
        }
    }
}
