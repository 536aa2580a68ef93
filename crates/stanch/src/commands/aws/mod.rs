//! Verbs that speak to AWS, and the session they share.

pub(crate) mod call;
pub(crate) mod collect;
pub(crate) mod permissions;
pub(crate) mod whoami;

use stanch_aws::client::{Access, Client, Reach};
use stanch_core::text::shown;
use tokio::runtime::Runtime;

use crate::arguments::AccessArguments;
use crate::error::Failure;

/// Set to anything but nothing, it keeps every request of the program on this machine. For tests and demonstrations.
const LOOPBACK_ONLY: &str = "STANCH_LOOPBACK_ONLY";

/// The region asked for what has no region, when nobody names one.
const HOME: &str = "us-east-1";

/// A client and what it runs on.
struct Session {
    runtime: Runtime,
    client: Client,
    /// The first region named, if any was.
    region: Option<String>,
}

impl Session {
    fn open(access: &AccessArguments) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                Failure::because(
                    "the network can't be used",
                    &error,
                    "close other programs and run it again",
                )
            })?;
        let wanted = Access {
            profile: access.profile.clone(),
            region: access.regions.first().cloned(),
            role_arn: access.role_arn.clone(),
            external_id: access.external_id.clone(),
            use_fips: access.fips.then_some(true),
            use_dual_stack: access.dual_stack.then_some(true),
            endpoint_url: access.endpoint_url.clone(),
        };
        let client = runtime.block_on(Client::new(&wanted, reach())).map_err(|error| {
            Failure::because(
                "the service models can't be read",
                &error,
                "install Stanch anew; please report it",
            )
        })?;
        let region = client.region();
        Ok(Self {
            runtime,
            client,
            region,
        })
    }

    /// The region to ask where any will do.
    fn any_region(&self) -> &str {
        self.region.as_deref().unwrap_or(HOME)
    }
}

fn reach() -> Reach {
    match std::env::var_os(LOOPBACK_ONLY) {
        Some(value) if !value.is_empty() => Reach::Loopback,
        _ => Reach::Anywhere,
    }
}

/// A failure for credentials that are missing or that AWS refuses.
fn no_identity(reason: &str) -> Failure {
    let next = "log in (aws sso login), name a --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; stanch \
                whoami shows what is found";
    Failure::new(format!("no usable AWS credentials: {}", shown(reason, 600)), next)
}
