//! Arguments of verbs that send read-only requests to AWS.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CaseOption;
use crate::requests::{Access, CollectRequest};

/// Credentials, region and endpoint.
#[derive(Debug, Clone, Args, Default)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AccessArguments {
    /// Profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region [default: of the environment or the profile; collect, hunt --live, watch: all] (repeatable)
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<String>,
    /// Assume this role first
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// The external id that the role's trust policy requires
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub(crate) external_id: Option<String>,
    /// Serial number or ARN of the MFA device that the role or the account requires
    #[arg(long, value_name = "SERIAL")]
    pub(crate) mfa_serial: Option<String>,
    /// The code of the MFA device [default: asked at the terminal]
    #[arg(long, value_name = "CODE", requires = "mfa_serial")]
    pub(crate) mfa_code: Option<String>,
    /// Send every request to this URL instead of AWS
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
    /// FIPS endpoints only
    #[arg(long)]
    pub(crate) fips: bool,
    /// Dual-stack endpoints
    #[arg(long)]
    pub(crate) dual_stack: bool,
}

impl AccessArguments {
    /// Returns what was asked for.
    pub(crate) fn meant(&self) -> Access {
        Access {
            profile: self.profile.clone(),
            regions: self.regions.clone(),
            role_arn: self.role_arn.clone(),
            external_id: self.external_id.clone(),
            mfa_serial: self.mfa_serial.clone(),
            mfa_code: self.mfa_code.clone(),
            endpoint_url: self.endpoint_url.clone(),
            fips: self.fips,
            dual_stack: self.dual_stack,
        }
    }
}

/// Show the identity of these credentials: principal, account, source, expiry, and whether it is compromised
///
/// Sends one request to STS. With a hunted case it also looks the identity up among the compromised ones: if it is there,
/// stop, and use credentials that the attacker can't have.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch whoami
  stanch whoami --profile ir-admin --case incident

Exit codes:
  0    known, and not compromised as far as the case knows
  1    compromised according to the case
  2    wrong usage; nothing was done
  3    AWS did not say
  7    failed: no credentials, the network, or the case can't be read")]
pub(crate) struct WhoamiArguments {
    #[command(flatten)]
    pub(crate) access: AccessArguments,
    /// The case in which to look the identity up [default: incident, if it was hunted]
    #[arg(long, value_name = "DIR", env = "STANCH_CASE", hide_env_values = true)]
    pub(crate) case: Option<PathBuf>,
}

/// Send one read-only request: any operation of any service that lists, describes or gets
///
/// Prints the reply as JSON as the AWS CLI does, all pages joined, secrets redacted. Operations that change anything are
/// refused: those need a plan.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch call iam list-users
  stanch call ec2 DescribeInstances --region eu-west-1
  stanch call s3 GetBucketPolicy --params '{\"Bucket\": \"harbor-trail-logs\"}'

Exit codes:
  0    answered
  2    wrong usage, or an operation that changes something; nothing was done
  3    not known: denied, throttled or unreadable
  7    failed: an error of AWS or of the network, or it does not exist")]
pub(crate) struct CallArguments {
    /// The service, as the AWS CLI names it
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

/// Download the account's configuration (read only) into the case, as a snapshot
///
/// Asks every enabled region for everything that an attacker may have created or changed, far below AWS's rate limits.
/// Secrets are redacted before anything is written to disk. What was denied, throttled or not asked is listed, never taken
/// for "nothing there". An interrupted run continues.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch collect
  stanch collect --case incident --account 111122223333 --role-name Responder
  stanch collect --only iam-users,lambda --region eu-west-1

Exit codes:
  0    everything that was asked is known
  2    wrong usage; nothing was done
  3    part of the account is not known
  7    failed: no credentials, the network, or the case can't be written
  130  interrupted; the same command continues")]
pub(crate) struct CollectArguments {
    #[command(flatten)]
    pub(crate) case: CaseOption,
    /// Accounts to collect through --role-name [default: the account of the credentials] (repeatable)
    #[arg(long = "account", value_name = "ID", requires = "role_name")]
    pub(crate) accounts: Vec<String>,
    /// Every active account of the organization, through --role-name
    #[arg(long, requires = "role_name", conflicts_with = "accounts")]
    pub(crate) org: bool,
    /// The role to assume in each account
    #[arg(long, value_name = "NAME")]
    pub(crate) role_name: Option<String>,
    /// Only these collectors, separated by commas (a wrong name lists them)
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Every operation of every service that lists or describes, and what their replies lead to
    #[arg(long, conflicts_with = "only")]
    pub(crate) everything: bool,
    /// Send no further request after this many minutes
    #[arg(long, value_name = "MINUTES")]
    pub(crate) time_budget: Option<u32>,
    /// Start a new snapshot even if an interrupted one can be continued
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Don't ask before --everything starts
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

impl CollectArguments {
    /// Returns what was asked for.
    pub(crate) fn request(self) -> CollectRequest {
        CollectRequest {
            case: self.case.dir().to_owned(),
            accounts: self.accounts,
            org: self.org,
            role_name: self.role_name,
            only: self.only,
            everything: self.everything,
            time_budget: self.time_budget,
            fresh: self.fresh,
            yes: self.yes,
            access: self.access.meant(),
        }
    }
}

/// Print the least-privilege IAM policy that a verb needs
///
/// With --check, asks IAM which of these actions the identity in use lacks.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  stanch permissions collect > policy.json
  stanch permissions collect --format terraform
  stanch permissions collect --check

Exit codes:
  0    printed, or everything is allowed
  2    wrong usage; nothing was done
  3    something is not allowed, or IAM did not say
  7    failed: no credentials or the network")]
pub(crate) struct PermissionsArguments {
    /// The verb
    #[arg(value_enum, value_name = "VERB")]
    pub(crate) verb: PermittedVerb,
    /// Format of the policy
    #[arg(long, value_enum, default_value = "json", conflicts_with = "json")]
    pub(crate) format: PolicyFormat,
    /// Ask which actions the identity in use lacks (iam:SimulatePrincipalPolicy)
    #[arg(long, conflicts_with = "format")]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

/// Verbs that send requests to AWS.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PermittedVerb {
    /// stanch collect
    Collect,
    /// stanch whoami
    Whoami,
    /// stanch hunt --live, and stanch hunt s3://…
    Hunt,
}

/// Formats of a policy.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// IAM policy documents
    Json,
    /// Terraform resources
    Terraform,
    /// A CloudFormation template
    Cloudformation,
}
