//! Verbs that send read-only requests to AWS, and the session they share.

pub(crate) mod call;
pub(crate) mod collect;
pub(crate) mod permissions;
pub(crate) mod whoami;

use stanch_aws::client::{Access, Client, Reach, SignIn};
use stanch_core::Answer;
use stanch_core::text::shown;
use tokio::runtime::Runtime;

use crate::error::Failure;
use crate::output;
use crate::requests::Access as Credentials;

/// Set to anything but nothing, it keeps every request of the program on this machine. For tests and demonstrations.
const LOOPBACK_ONLY: &str = "STANCH_LOOPBACK_ONLY";

/// The region asked for what has no region, when nobody names one.
const HOME: &str = "us-east-1";

/// A client and what it runs on.
pub(crate) struct Session {
    pub(crate) runtime: Runtime,
    pub(crate) client: Client,
    /// The first region named, if any was.
    region: Option<String>,
}

impl Session {
    pub(crate) fn open(access: &Credentials) -> Result<Self, Failure> {
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
        let with_code = access.mfa_serial.is_some();
        let wanted = Access {
            profile: access.profile.clone(),
            region: access.regions.first().cloned(),
            // With a code the role is assumed by a call of its own, below.
            role_arn: access.role_arn.clone().filter(|_| !with_code),
            external_id: access.external_id.clone(),
            use_fips: access.fips.then_some(true),
            use_dual_stack: access.dual_stack.then_some(true),
            endpoint_url: access.endpoint_url.clone(),
        };
        let mut client = runtime.block_on(Client::new(&wanted, reach())).map_err(|error| {
            Failure::because(
                "the service models can't be read",
                &error,
                "install Stanch again; please report it",
            )
        })?;
        if let Some(serial) = &access.mfa_serial {
            let sign_in = sign_in(access, serial)?;
            let signed_in = runtime.block_on(client.sign_in(&sign_in, HOME));
            signed_in.map_err(|answer| refused(&answer))?;
        }
        let region = client.region();
        Ok(Self {
            runtime,
            client,
            region,
        })
    }

    /// The region to ask where any will do.
    pub(crate) fn any_region(&self) -> &str {
        self.region.as_deref().unwrap_or(HOME)
    }
}

fn sign_in(access: &Credentials, serial: &str) -> Result<SignIn, Failure> {
    let code = match &access.mfa_code {
        Some(code) => code.clone(),
        None => output::ask(
            &format!("Code of {}: ", shown(serial, 200)),
            "the code of the MFA device is required",
            "--mfa-code",
        )?,
    };
    Ok(SignIn {
        mfa_serial: serial.to_owned(),
        mfa_code: code,
        role_arn: access.role_arn.clone(),
        external_id: access.external_id.clone(),
    })
}

fn refused(answer: &Answer) -> Failure {
    let message = answer.message.as_deref().unwrap_or("no reason was given");
    Failure::new(
        format!(
            "signing in with the MFA code failed ({}): {message}",
            answer.outcome
        ),
        "wait for the next code, check --mfa-serial and --role-arn, and run it again",
    )
}

fn reach() -> Reach {
    match std::env::var_os(LOOPBACK_ONLY) {
        Some(value) if !value.is_empty() => Reach::Loopback,
        _ => Reach::Anywhere,
    }
}

/// A failure for credentials that are missing or that AWS refuses.
pub(crate) fn no_identity(reason: &str) -> Failure {
    let next = "log in (aws sso login), name a --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; then check: \
                stanch whoami";
    Failure::new(format!("no usable AWS credentials: {}", shown(reason, 600)), next)
}
