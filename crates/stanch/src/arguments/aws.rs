//! What can be typed of verbs that speak to AWS.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Who calls, and where to.
#[derive(Debug, Clone, Args, Default)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AccessArguments {
    /// Profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region [default: that of the environment or the profile]; repeatable for `collect`
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<String>,
    /// Assume this role first
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub(crate) external_id: Option<String>,
    /// Serial number or ARN of the MFA device that the role or the account asks for
    #[arg(long, value_name = "SERIAL")]
    pub(crate) mfa_serial: Option<String>,
    /// The device's code [default: asked at the terminal]
    #[arg(long, value_name = "CODE", requires = "mfa_serial")]
    pub(crate) mfa_code: Option<String>,
    /// Send everything here instead of to AWS
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// FIPS endpoints only
    #[arg(long)]
    pub(crate) fips: bool,
    /// Dual-stack endpoints
    #[arg(long)]
    pub(crate) dual_stack: bool,
}

/// Say who these credentials are: principal, account, how they were found, until when
///
/// Asks STS once and changes nothing. With --case it also says whether the logs hunted there hold this identity for
/// taken over: then stop, and use credentials that the intruder can't have.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 known, 1 known and suspect, 2 usage or error, 3 AWS did not tell")]
pub(crate) struct WhoamiArguments {
    #[command(flatten)]
    pub(crate) access: AccessArguments,
    /// Look this identity up among those found hostile in a case
    #[arg(long, value_name = "DIR")]
    pub(crate) case: Option<PathBuf>,
    /// JSON instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Ask AWS one question: any operation of any service that only reads
///
/// Prints the reply as the AWS command line does, all pages joined, with secrets taken out. What changes anything is
/// refused: that takes a plan.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch call iam list-users
  stanch call ec2 DescribeInstances --region eu-west-1
  stanch call s3 GetBucketPolicy --params '{\"Bucket\": \"logs\"}'

Exit codes: 0 answered, 2 usage, error, or AWS says that there is no such thing,
3 not known: denied, throttled, unreadable")]
pub(crate) struct CallArguments {
    /// The service, as the AWS command line calls it
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// The operation: ListUsers or list-users
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: String,
    /// Parameters as a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) params: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Bring the account home: everything an intruder may have made or changed, as a snapshot in the case
///
/// Asks all regions that the account has, reads only, and stays far below the rates that production needs. Secrets are
/// taken out before anything reaches the disk. What was denied, throttled or not asked is listed, never taken for
/// "nothing there". Interrupted, it goes on where it was.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch collect --case incident
  stanch collect --case incident --account 111122223333 --role-name Responder
  stanch collect --case incident --only iam-users,lambda --region eu-west-1

Exit codes: 0 all known, 2 usage or error, 3 something is not known, 130 interrupted")]
pub(crate) struct CollectArguments {
    /// The case to keep the snapshot in
    #[arg(long, value_name = "DIR")]
    pub(crate) case: PathBuf,
    /// Accounts to collect through --role-name [default: that of the credentials]
    #[arg(long = "account", value_name = "ID", requires = "role_name")]
    pub(crate) accounts: Vec<String>,
    /// Every active account of the organisation, through --role-name
    #[arg(long, requires = "role_name", conflicts_with = "accounts")]
    pub(crate) org: bool,
    /// The role to assume in each account
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,
    /// Only these collectors, separated by commas (a wrong name lists them)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Every operation of every service that lists or describes, and what their answers lead to
    #[arg(long, conflicts_with = "only")]
    pub(crate) everything: bool,
    /// Send no further call after so many minutes
    #[arg(long, value_name = "MINUTES")]
    pub(crate) time_budget: Option<u32>,
    /// Begin anew even if an interrupted snapshot is there
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Don't ask before --everything begins
    #[arg(long)]
    pub(crate) yes: bool,
    /// The summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Print the smallest IAM policy that a verb needs
///
/// With --check it asks IAM instead what the identity in use may do, and names what it will not be able to see.
#[derive(Debug, Args)]
#[command(after_help = "\
For instance:
  stanch permissions collect > policy.json
  stanch permissions collect --format terraform
  stanch permissions collect --check

Exit codes: 0 printed, or all is allowed, 2 usage or error,
3 something is not allowed, or IAM did not tell")]
pub(crate) struct PermissionsArguments {
    /// The verb
    #[arg(value_enum, value_name = "VERB")]
    pub(crate) verb: PermittedVerb,
    /// In which form
    #[arg(long, value_enum, default_value = "json")]
    pub(crate) format: PolicyFormat,
    /// Ask what the identity in use will not be able to see (iam:SimulatePrincipalPolicy)
    #[arg(long, conflicts_with = "format")]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Verbs that speak to AWS.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PermittedVerb {
    /// stanch collect
    Collect,
    /// stanch whoami
    Whoami,
    /// stanch hunt --live, and stanch hunt s3://…
    Hunt,
}

/// Forms of a policy.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// IAM policy documents, one JSON document a line group
    Json,
    /// Terraform resources
    Terraform,
    /// A CloudFormation template
    Cloudformation,
}
