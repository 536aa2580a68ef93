//! Parts that all calls share: signing, retries, time-outs, clock skew, and the connection pool.
//!
//! These are the building blocks that generated clients of the AWS SDK for Rust are made of. It must not know what is
//! asked, nor of whom.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthScheme};
use aws_smithy_runtime::client::defaults::{DefaultPluginParams, default_plugins};
use aws_smithy_runtime::client::http::connection_poisoning::ConnectionPoisoningInterceptor;
use aws_smithy_runtime::client::identity::no_auth::NoAuthIdentityResolver;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime::client::stalled_stream_protection::StalledStreamProtectionInterceptor;
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{RuntimePlugin, RuntimePlugins, StaticRuntimePlugin};
use aws_smithy_runtime_api::client::ser_de::{SharedRequestSerializer, SharedResponseDeserializer};
use aws_smithy_types::config_bag::{FrozenLayer, Layer};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::app_name::AppName;

use super::Ready;
use super::endpoint::{Decided, PassEndpoint};
use super::signing::Signing;
use super::wire::{AskAgain, CallError, ReplyReader, Watch, Writer};
use crate::model::Operation;

/// Attempts of one request, the first included: enough to sit out a throttle, few enough not to add to an outage.
const ATTEMPTS: u32 = 7;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
/// Time limit for opening a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time limit of one attempt, reading its reply included.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// The client plug-ins for one account, service and region.
pub(super) fn client_plugins(config: &SdkConfig, partition: String) -> RuntimePlugins {
    let defaults = DefaultPluginParams::new()
        .with_retry_partition_name(partition)
        .with_behavior_version(BehaviorVersion::latest())
        .with_is_aws_sdk(true);
    let shared = StaticRuntimePlugin::new()
        .with_config(layer().freeze())
        .with_runtime_components(components(config));
    RuntimePlugins::new()
        .with_client_plugins(default_plugins(defaults))
        .with_client_plugin(shared)
}

fn layer() -> Layer {
    let mut layer = Layer::new("Stanch");
    layer.store_put(aws_smithy_runtime::client::orchestrator::AuthSchemeAndEndpointOrchestrationV2);
    layer.store_put(
        RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_max_backoff(LONGEST_PAUSE),
    );
    layer.store_put(
        TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build(),
    );
    layer.store_put(ApiMetadata::new("stanch", env!("CARGO_PKG_VERSION")));
    if let Ok(name) = AppName::new("stanch") {
        layer.store_put(name);
    }
    layer
}

fn components(config: &SdkConfig) -> RuntimeComponentsBuilder {
    let mut components = RuntimeComponentsBuilder::new("Stanch")
        .with_http_client(config.http_client())
        .with_sleep_impl(config.sleep_impl())
        .with_time_source(config.time_source())
        .with_identity_cache(config.identity_cache())
        .with_endpoint_resolver(Some(PassEndpoint))
        .with_auth_scheme(SigV4AuthScheme::new())
        .with_auth_scheme(NoAuthScheme::new())
        .with_identity_resolver(
            NO_AUTH_SCHEME_ID,
            SharedIdentityResolver::new(NoAuthIdentityResolver::new()),
        )
        .with_retry_classifier(HttpStatusCodeClassifier::default())
        .with_retry_classifier(TransientErrorClassifier::<CallError>::new())
        .with_retry_classifier(AwsErrorCodeClassifier::<CallError>::new())
        .with_retry_classifier(AskAgain)
        .with_retry_classifier(ServiceClockSkewClassifier::<CallError>::new());
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, credentials);
    }
    let interceptors = [
        SharedInterceptor::permanent(ConnectionPoisoningInterceptor::new()),
        SharedInterceptor::permanent(StalledStreamProtectionInterceptor::default()),
        SharedInterceptor::new(ServiceClockSkewInterceptor::new()),
        SharedInterceptor::new(RequestInfoInterceptor::new()),
        SharedInterceptor::new(UserAgentInterceptor::new()),
        SharedInterceptor::new(InvocationIdInterceptor::new()),
    ];
    components.with_interceptors(interceptors.into_iter())
}

/// Values of one call only.
#[derive(Debug)]
pub(super) struct OperationPlugin {
    layer: FrozenLayer,
    components: RuntimeComponentsBuilder,
}

impl OperationPlugin {
    pub(super) fn new(ready: Ready, operation: &Operation, attempts: &Arc<AtomicU32>) -> Self {
        let Ready {
            outgoing,
            signing,
            url,
            ..
        } = ready;
        let mut layer = Layer::new("Call");
        layer.store_put(Metadata::new(
            operation.name.clone(),
            outgoing.service.metadata.service_id.clone(),
        ));
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        let scheme = match signing {
            Signing::V4(config) => {
                layer.store_put(*config);
                SCHEME_ID
            }
            Signing::None => NO_AUTH_SCHEME_ID,
        };
        let outgoing = Arc::new(outgoing);
        layer.store_put(SharedRequestSerializer::new(Writer(Arc::clone(&outgoing))));
        layer.store_put(SharedResponseDeserializer::new(ReplyReader(outgoing)));
        let components = RuntimeComponentsBuilder::new("Call")
            .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![scheme])))
            .with_interceptor(SharedInterceptor::permanent(Watch::new(
                Arc::clone(attempts),
                Decided(url),
            )));
        Self {
            layer: layer.freeze(),
            components,
        }
    }
}

impl RuntimePlugin for OperationPlugin {
    fn config(&self) -> Option<FrozenLayer> {
        Some(self.layer.clone())
    }

    fn runtime_components(&self, _current: &RuntimeComponentsBuilder) -> Cow<'_, RuntimeComponentsBuilder> {
        Cow::Borrowed(&self.components)
    }
}
