//! Verbs that send read-only requests to AWS, and the session they share.

pub(crate) mod call;
pub(crate) mod collect;
pub(crate) mod permissions;
pub(crate) mod whoami;

use stanch_aws::client::{Access, Client, OpenError, Reach, SetupError, SignIn, Way, Ways};
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
    /// Ways of the configuration to credentials.
    ways: Ways,
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
        let ways = runtime
            .block_on(Ways::read(access.profile.as_deref()))
            .map_err(|error| not_set_up(&error))?;
        let access = &with_device_of_profile(access, &ways);
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
        let mut client = runtime
            .block_on(Client::new(&wanted, reach()))
            .map_err(|error| match error {
                OpenError::Setup(error) => not_set_up(&error),
                OpenError::Models(error) => Failure::because(
                    "the service models can't be read",
                    &error,
                    "install Stanch again; please report it",
                ),
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
            ways,
        })
    }

    /// Returns the failure for credentials that are missing or that AWS refuses: the cause, and the remedy for the way in which
    /// these credentials are made.
    pub(crate) fn no_identity(&self, code: Option<&str>, reason: &str) -> Failure {
        let what = match code {
            Some(code) => format!(
                "no usable AWS credentials: {}: {}",
                shown(code, 80),
                shown(reason, 600)
            ),
            None => format!("no usable AWS credentials: {}", shown(reason, 600)),
        };
        Failure::new(what, self.remedy(code))
    }

    fn remedy(&self, code: Option<&str>) -> String {
        let profile = shown(&self.ways.profile, 100);
        match (code, &self.ways.way) {
            (Some("InvalidClientTokenId" | "UnrecognizedClientException"), Way::Keys) => {
                "the access key does not exist, is disabled, or is of another partition: for AWS GovCloud (US) name --region \
                 us-gov-west-1, for China --region cn-north-1; then check: stanch whoami"
                    .to_owned()
            }
            (Some("SignatureDoesNotMatch"), _) => {
                "check AWS_SECRET_ACCESS_KEY or the profile's secret, and the clock of this computer (timedatectl)".to_owned()
            }
            (_, Way::Sso) => format!("log in: aws sso login --profile {profile}; then check: stanch whoami --profile {profile}"),
            (_, Way::Login) => format!("log in: aws login --profile {profile}; then check: stanch whoami --profile {profile}"),
            (_, Way::Process) => {
                format!("run the command of credential_process of profile {profile} yourself and read what it prints")
            }
            (_, Way::Role { source: Some(source) }) => {
                let source = shown(source, 100);
                format!(
                    "check the source profile: stanch whoami --profile {source}; then the role_arn of profile {profile} and who \
                     its trust policy allows"
                )
            }
            (_, Way::Role { source: None }) => {
                format!("check role_arn and credential_source of profile {profile}, and who the trust policy of the role allows")
            }
            (Some("ExpiredToken" | "ExpiredTokenException"), Way::Keys) => {
                "the session ended: request new temporary credentials, set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and \
                 AWS_SESSION_TOKEN again; then check: stanch whoami"
                    .to_owned()
            }
            (_, Way::Keys) => "log in (aws sso login, aws login), name a --profile, or set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY; then check: stanch whoami"
                .to_owned(),
        }
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

/// A failure for a session that ended while requests were sent. What was answered is kept.
pub(crate) fn session_over(command: &str) -> Failure {
    Failure::new(
        "the session of these credentials is over; no further request was sent, and every reply until then is kept",
        format!("sign in again, then run the same command, which continues: {command}"),
    )
}

/// Returns the access with the MFA device of the profile's role, where the profile names one: the SDK assumes roles without a code.
fn with_device_of_profile(access: &Credentials, ways: &Ways) -> Credentials {
    match &ways.mfa {
        Some(role) if access.mfa_serial.is_none() && access.role_arn.is_none() => Credentials {
            profile: Some(role.source.clone()),
            mfa_serial: Some(role.serial.clone()),
            role_arn: Some(role.role_arn.clone()),
            external_id: role.external_id.clone(),
            ..access.clone()
        },
        _ => access.clone(),
    }
}

/// A failure for an AWS configuration that can't be used.
fn not_set_up(error: &SetupError) -> Failure {
    let next = match error {
        SetupError::NoProfile { known, .. } if known.is_empty() => {
            "there is no profile at all: make one (aws configure, aws configure sso), or set AWS_ACCESS_KEY_ID and \
             AWS_SECRET_ACCESS_KEY"
                .to_owned()
        }
        SetupError::NoProfile { known, .. } => {
            let names: Vec<String> = known.iter().take(20).map(|name| shown(name, 60)).collect();
            format!("choose among {}; the files are ~/.aws/config and ~/.aws/credentials", names.join(", "))
        }
        SetupError::Files(_) => "correct ~/.aws/config and ~/.aws/credentials, or set AWS_CONFIG_FILE".to_owned(),
        SetupError::Bundle { .. } => {
            "name a file with the certificates of your CA in PEM form (AWS_CA_BUNDLE, or ca_bundle of the profile), or unset it"
                .to_owned()
        }
    };
    Failure::new(shown(&error.to_string(), 400), next)
}
