//! The identity that Stanch calls AWS with: the credential chain of the AWS SDKs, then the options of the command line.
//!
//! Secrets stay inside the providers: nothing here shows or keeps one. It must not know what is called.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::transport::{self, Reach};
use super::ways::{SetupError, Ways};

/// Number of identities that are kept ready: one for each account of a large organisation.
const IDENTITIES: usize = 4096;
/// Duration of an assumed role's session. Role chaining allows one hour at most.
const SESSION: Duration = Duration::from_secs(3600);

/// What the command line says of who is to call.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Profile of the shared configuration files.
    pub profile: Option<String>,
    /// Region; else that of the chain.
    pub region: Option<String>,
    /// Role to assume with what the chain gives.
    pub role_arn: Option<String>,
    /// External id that the role asks for.
    pub external_id: Option<String>,
    /// FIPS endpoints.
    pub use_fips: Option<bool>,
    /// Dual-stack endpoints.
    pub use_dual_stack: Option<bool>,
    /// Endpoint for all services.
    pub endpoint_url: Option<String>,
}

/// The configuration that all calls start from.
///
/// # Errors
/// When the named profile does not exist, or the CA bundle can't be used.
pub(super) async fn load(access: &Access, reach: Reach) -> Result<SdkConfig, SetupError> {
    let ways = Ways::read(access.profile.as_deref()).await?;
    let http_client = transport::http_client(reach, transport::trust(&ways)?);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client.clone())
        .identity_cache(IdentityCache::lazy().max_partitions(IDENTITIES).build());
    if ways.is_named {
        loader = loader.profile_name(&ways.profile);
    }
    if access.profile.is_some() {
        let provider = of_profile(access, &ways.profile, http_client).await;
        loader = loader.credentials_provider(provider);
    }
    if let Some(region) = &access.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &access.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(fips) = access.use_fips {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = access.use_dual_stack {
        loader = loader.use_dual_stack(dual_stack);
    }
    let config = loader.load().await;
    Ok(match &access.role_arn {
        Some(role) => assumed(&config, role, access.external_id.as_deref()).await,
        None => config,
    })
}

/// Returns the credentials of the profile that the command line names. The SDK's chain asks the environment first; the AWS CLI
/// leaves the environment out when `--profile` is given, and so does this: then come the container and the instance.
async fn of_profile(
    access: &Access,
    profile: &str,
    http_client: SharedHttpClient,
) -> CredentialsProviderChain {
    let region = match &access.region {
        Some(region) => Some(Region::new(region.clone())),
        None => {
            // The region of the environment or the profile: an instance is not asked.
            let of_files = ProfileFileRegionProvider::builder().profile_name(profile).build();
            RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
                .or_else(of_files)
                .region()
                .await
        }
    };
    let config = ProviderConfig::without_region()
        .with_region(region)
        .with_use_fips(access.use_fips)
        .with_use_dual_stack(access.use_dual_stack)
        .with_http_client(http_client);
    let of_files = ProfileFileCredentialsProvider::builder()
        .configure(&config)
        .profile_name(profile)
        .build();
    let container = EcsCredentialsProvider::builder().configure(&config).build();
    let instance = ImdsCredentialsProvider::builder().configure(&config).build();
    CredentialsProviderChain::first_try("Profile", of_files)
        .or_else("EcsContainer", container)
        .or_else("Ec2InstanceMetadata", instance)
}

/// The same configuration as a role, whose sessions are renewed as they run out.
pub(super) async fn assumed(config: &SdkConfig, role_arn: &str, external_id: Option<&str>) -> SdkConfig {
    let mut builder = AssumeRoleProvider::builder(role_arn)
        .session_name("stanch")
        .session_length(SESSION)
        .configure(config);
    if let Some(id) = external_id {
        builder = builder.external_id(id);
    }
    if let Some(region) = config.region() {
        builder = builder.region(region.clone());
    }
    let provider = SharedCredentialsProvider::new(builder.build().await);
    config.to_builder().credentials_provider(provider).build()
}

/// Facts about credentials that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialsSeen {
    /// The access key id.
    pub access_key_id: String,
    /// Whether they end by themselves, and when: seconds since 1970.
    pub expires: Option<i64>,
    /// True when they come with a session token.
    pub temporary: bool,
    /// The provider of the chain that gave them.
    pub provider: String,
}

/// Asks the chain for credentials and tells what may be told.
///
/// # Errors
/// Why there are none, with all causes.
pub(super) async fn seen(config: &SdkConfig) -> Result<CredentialsSeen, String> {
    let Some(provider) = config.credentials_provider() else {
        return Err("no credentials provider is configured".to_owned());
    };
    let credentials: Credentials = provider
        .provide_credentials()
        .await
        .map_err(|error| causes(&error))?;
    let expires = credentials
        .expiry()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_secs()).ok());
    Ok(CredentialsSeen {
        access_key_id: credentials.access_key_id().to_owned(),
        expires,
        temporary: credentials.session_token().is_some(),
        provider: provider_name(&credentials),
    })
}

/// The provider's name stands in the debug form alone, which hides the secrets.
fn provider_name(credentials: &Credentials) -> String {
    let text = format!("{credentials:?}");
    let name = text
        .split("provider_name: \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    name.unwrap_or_default().to_owned()
}

/// An error with all its causes, which the SDK hides behind its first words.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string().replace('\n', "; ");
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string().replace('\n', "; ");
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = cause.source();
    }
    text
}
