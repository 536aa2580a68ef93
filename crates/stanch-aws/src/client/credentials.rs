//! The identity that Stanch calls AWS with: the credential chain of the AWS SDKs, then the options of the command line.
//!
//! Secrets stay inside the providers: nothing here shows or keeps one. It must not know what is called.

use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};

use super::transport::{self, Reach};

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
pub(super) async fn load(access: &Access, reach: Reach) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(transport::http_client(reach))
        .identity_cache(IdentityCache::lazy().max_partitions(IDENTITIES).build());
    if let Some(profile) = &access.profile {
        loader = loader.profile_name(profile);
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
    match &access.role_arn {
        Some(role) => assumed(&config, role, access.external_id.as_deref()).await,
        None => config,
    }
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
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = cause.source();
    }
    text
}
