//! Requests of an external caller, who belongs neither to the account nor to its organization, and what such a request says
//! of itself.
//!
//! Keys that tell who somebody is or where they come from are an external principal's; keys that whoever asks may
//! choose
//! (a referrer, a prefix) keep nobody out. It must not know what is asked for.

use std::collections::BTreeSet;

use super::access::Grade;
use super::context::{Caller, Context, account_of};
use super::document::Policy;
use super::evaluate::Decision;

/// An address that stands for anywhere: of the range for measuring devices, which nobody lets in on purpose (RFC 2544).
const ANYWHERE: &str = "198.18.77.77";
/// Number of external names taken from one policy.
const NAMES_LIMIT: usize = 200;

/// Keys that only say who asks or whence, which an external principal's request lacks.
const OF_OTHERS: [&str; 19] = [
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:VpcSourceIp",
    "aws:SourceInstanceARN",
    "s3:DataAccessPointArn",
    "s3:DataAccessPointAccount",
];

/// Keys whose value whoever asks chooses, in lower case
/// (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>).
const CHOSEN: [&str; 12] = [
    "aws:referer",
    "aws:useragent",
    "aws:requestedregion",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "s3:authtype",
    "s3:signatureversion",
    "s3:tlsversion",
    "s3:x-amz-acl",
    "s3:x-amz-content-sha256",
    "s3:x-amz-server-side-encryption",
];

fn anywhere() -> Context {
    let here = Context::open()
        .with("aws:SourceIp", ANYWHERE)
        .with("aws:SecureTransport", "true")
        .with("aws:PrincipalIsAWSService", "false")
        .with("aws:ViaAWSService", "false");
    OF_OTHERS.iter().fold(here, |context, key| context.without(key))
}

/// Nobody: a request that is not signed.
pub(crate) fn nobody() -> (Caller, Context) {
    let unsigned = [
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:SourceAccount",
        "aws:SourceOwner",
        "aws:userid",
        "aws:username",
    ];
    let context = unsigned
        .iter()
        .fold(anywhere(), |context, key| context.without(key));
    (
        Caller::anonymous(),
        context.with("aws:PrincipalType", "Anonymous"),
    )
}

/// Somebody of an external account, who has every permission there.
pub(crate) fn foreigner(caller: Caller) -> (Caller, Context) {
    let arn = caller.issuer.clone().unwrap_or_else(|| caller.arn.clone());
    let context = anywhere()
        .with("aws:PrincipalArn", &arn)
        .with("aws:PrincipalAccount", &caller.account)
        .with("aws:SourceAccount", &caller.account)
        .with("aws:SourceOwner", &caller.account);
    (caller, context)
}

/// Those of an account whom a policy may mean, each with a name that it uses: the root user, and every ARN of the account
/// among its principals and the values of its conditions, wildcards filled.
pub(crate) fn foreigners_of(policy: &Policy, account: &str) -> Vec<Caller> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for statement in &policy.statements {
        let named = statement.principals.iter().map(|(_, name)| name);
        let compared = statement
            .conditions
            .iter()
            .flat_map(|condition| &condition.values);
        for name in named.chain(compared) {
            if names.len() < NAMES_LIMIT && name.starts_with("arn:") && account_of(name) == account {
                names.insert(name.replace(['*', '?'], "x"));
            }
        }
    }
    let mut callers = vec![Caller::root(account, "aws")];
    callers.extend(names.iter().map(|name| {
        if name.contains(":role/") {
            Caller::session(name, "")
        } else {
            Caller::user(name)
        }
    }));
    callers
}

/// Confidence that a decision grants external access, and what else it depends on.
pub(crate) fn graded(decision: Decision) -> (Grade, Vec<String>) {
    match decision {
        Decision::Allowed => (Grade::Certain, Vec::new()),
        Decision::Unknown { why } => {
            let open: Vec<String> = why
                .into_iter()
                .filter(|key| !CHOSEN.contains(&key.as_str()))
                .collect();
            let grade = if open.is_empty() {
                Grade::Certain
            } else {
                Grade::Possible
            };
            (grade, open)
        }
        Decision::ImplicitlyDenied | Decision::ExplicitlyDenied => (Grade::No, Vec::new()),
    }
}
