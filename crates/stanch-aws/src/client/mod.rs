//! The client: sends calls over HTTP with the AWS SDK's runtime and answers with outcomes.
//!
//! It implements [`stanch_core::ports::Cloud`]. Every failure is an answer: denied, throttled, not here, not subscribed,
//! unknown to the server, unreadable. It must not decide what to ask.

mod answer;
mod credentials;
mod endpoint;
mod identity;
mod outcome;
mod plugin;
mod politeness;
mod sign_in;
mod signing;
mod transport;
mod ways;
mod wire;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime::client::orchestrator;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugins;
use serde_json::Value;
use stanch_core::ports::Cloud;
use stanch_core::{AccountId, Answer, Call, Timestamp};
use tokio::sync::Semaphore;

pub use credentials::{Access, CredentialsSeen};
pub use identity::{Caller, IdentityError};
pub use politeness::{Pace, pace};
pub use sign_in::SignIn;
pub use transport::Reach;
pub use ways::{RoleWithMfa, SetupError, Way, Ways};

use crate::endpoint::Settings;
use crate::model::compile::ModelError;
use crate::model::{Models, Operation, Service};
use crate::{catalogue, exchange, paginate, secrecy};
use answer::Pending;
use politeness::Politeness;
use wire::{Outgoing, Received};

/// Number of requests that are open at once at most, over all accounts, regions and services.
pub const OPEN_REQUESTS: usize = 64;

/// Outcome of one attempt to get one page, retries included.
type Sent = Result<Output, SdkError<Error, HttpResponse>>;

/// Account, region and service that the plug-ins belong to.
type Target = (Option<AccountId>, String, String);

/// Why no client can be made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The program's own models are damaged.
    #[error(transparent)]
    Models(#[from] ModelError),
    /// The AWS configuration can't be used.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

/// See the module.
pub struct Client {
    models: &'static Models,
    config: SdkConfig,
    accounts: HashMap<AccountId, SdkConfig>,
    politeness: Politeness,
    open: Semaphore,
    plugins: Mutex<HashMap<Target, RuntimePlugins>>,
    keeps_raw: bool,
}

impl Client {
    /// A client with the credentials that `access` and the chain give. Nothing is sent before the first call.
    ///
    /// # Errors
    /// When the program's own models are damaged, or the AWS configuration can't be used.
    pub async fn new(access: &Access, reach: Reach) -> Result<Self, OpenError> {
        let config = credentials::load(access, reach).await?;
        Ok(Self {
            models: Models::embedded()?,
            config,
            accounts: HashMap::new(),
            politeness: Politeness::default(),
            open: Semaphore::new(OPEN_REQUESTS),
            plugins: Mutex::new(HashMap::new()),
            keeps_raw: false,
        })
    }

    /// From now on answers bring the bodies of their replies as they came ([`Answer::raw`]): for who seals them.
    pub const fn keep_raw(&mut self) {
        self.keeps_raw = true;
    }

    /// From now on IAM is asked as fast as it is thought to allow: for cutting an attacker off, where seconds count
    /// more than
    /// politeness.
    pub const fn hurry(&mut self) {
        self.politeness.hurry();
    }

    /// Lets calls for an account go out as a role of it.
    pub async fn add_account(&mut self, account: AccountId, role_arn: &str, external_id: Option<&str>) {
        let config = credentials::assumed(&self.config, role_arn, external_id).await;
        self.accounts.insert(account, config);
    }

    /// Lets calls for an account go out with the credentials in use, which are of that account.
    pub fn own_account(&mut self, account: AccountId) {
        self.accounts.insert(account, self.config.clone());
    }

    /// Goes on as the session that a code of an MFA device opens. The code is spent by it.
    ///
    /// # Errors
    /// What AWS answered instead.
    pub async fn sign_in(&mut self, sign_in: &SignIn, home: &str) -> Result<(), Box<Answer>> {
        let region = self.region().unwrap_or_else(|| home.to_owned());
        let answer = self.answer(&sign_in.call(&region)).await;
        let Some(session) = sign_in::session(&answer) else {
            return Err(Box::new(answer));
        };
        let provider = SharedCredentialsProvider::new(session);
        self.config = self.config.to_builder().credentials_provider(provider).build();
        // They hold the identity from before.
        self.plugins
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(())
    }

    /// The models of all services.
    #[must_use]
    pub const fn models(&self) -> &'static Models {
        self.models
    }

    /// The region that the command line or the chain gives.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        self.config.region().map(|region| region.as_ref().to_owned())
    }

    /// The endpoint given for all services, in place of AWS's.
    #[must_use]
    pub fn endpoint_url(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// Facts about the credentials in use that may be shown.
    ///
    /// # Errors
    /// Why there are none, with all causes.
    pub async fn credentials(&self) -> Result<CredentialsSeen, String> {
        credentials::seen(&self.config).await
    }

    /// Whose credentials a call goes out with. An account that nobody opened is refused: what another account answers must
    /// never be kept under its name.
    fn config(&self, account: Option<&AccountId>) -> Result<&SdkConfig, String> {
        match account {
            None => Ok(&self.config),
            Some(account) => self
                .accounts
                .get(account)
                .ok_or_else(|| format!("there are no credentials for account {account}")),
        }
    }

    fn settings(&self, config: &SdkConfig, call: &Call, service: &Service) -> Settings {
        let endpoint = endpoint::given_for(config, service);
        Settings {
            region: Some(call.region.as_str().to_owned()),
            use_fips: config.use_fips().unwrap_or_default(),
            use_dual_stack: config.use_dual_stack().unwrap_or_default(),
            force_path_style: endpoint.is_some(),
            endpoint,
            ..Settings::default()
        }
    }

    /// All pages of a call.
    async fn answer(&self, call: &Call) -> Answer {
        self.answer_and_date(call).await.0
    }

    /// All pages of a call, and the server's clock at the last one.
    async fn answer_and_date(&self, call: &Call) -> (Answer, Option<Timestamp>) {
        let mut pending = Pending::default();
        let answer = self.follow(call, &mut pending).await;
        let date = pending.date;
        (pending.ended(answer), date)
    }

    async fn follow(&self, call: &Call, pending: &mut Pending) -> Answer {
        let mut call = call.clone();
        let (service, place) = match self.find(&call) {
            Ok(found) => found,
            Err(reason) => return answer::not_sent(&reason),
        };
        let Some(operation) = service.operations.get(place) else {
            return answer::not_sent("the operation is not in the model");
        };
        let mut pages = operation.paginator.as_ref().map(paginate::Pages::new);
        let mut params = call.params.clone();
        let mut is_moved = false;
        loop {
            let outgoing = match self.prepare(&call, &service, place, operation, &params) {
                Ok(outgoing) => outgoing,
                Err(reason) => return answer::not_sent(&reason),
            };
            let (sent, attempts) = self.send(&call, operation, outgoing).await;
            pending.count(attempts);
            let page = match sent {
                Ok(output) => output.downcast::<Received>(),
                Err(error) => {
                    if let Some(region) = answer::other_region(&error, &call)
                        && !std::mem::replace(&mut is_moved, true)
                    {
                        call.region = region;
                        continue;
                    }
                    return answer::refused(pending, &error, self.models, &call, &service);
                }
            };
            let Ok(page) = page else {
                return answer::not_sent("the reply is not of the kind that was asked for");
            };
            pending.add(operation.paginator.as_ref(), &page);
            let next = pages.as_mut().map(|pages| pages.next(&params, &page.body));
            match next {
                Some(Ok(Some(next))) => params = next,
                Some(Err(error)) => return answer::stuck(&error),
                Some(Ok(None)) | None => return Answer::ok(Value::Null),
            }
        }
    }

    fn find(&self, call: &Call) -> Result<(Arc<Service>, usize), String> {
        let service = self
            .models
            .service(call.service.as_str())
            .map_err(|error| error.to_string())?;
        let named = service
            .operation(call.operation.as_str())
            .map(|operation| operation.name.clone());
        let place = named.and_then(|name| service.operations.iter().position(|known| known.name == name));
        match place {
            Some(place) => Ok((service, place)),
            None => Err(format!("{} has no operation {}", call.service, call.operation)),
        }
    }

    fn prepare(
        &self,
        call: &Call,
        service: &Arc<Service>,
        place: usize,
        operation: &Operation,
        params: &Value,
    ) -> Result<Ready, String> {
        let config = self.config(call.account.as_ref())?;
        let mut tokens = || uuid::Uuid::new_v4().to_string();
        let prepared =
            exchange::prepare(service, operation, params, &mut tokens).map_err(|error| error.to_string())?;
        let settings = self.settings(config, call, service);
        let geography = self.models.geography().map_err(|error| error.to_string())?;
        let resolved = crate::endpoint::resolve(geography, service, operation, &prepared.params, &settings)
            .map_err(|error| error.to_string())?;
        let signing = signing::decide(service, operation, &resolved, call.region.as_str())?;
        let url = endpoint::without_names_before_addresses(&resolved.url, settings.endpoint.as_deref());
        let url = endpoint::with_prefix(&url, prepared.request.host_prefix.as_deref());
        Ok(Ready {
            config: config.clone(),
            outgoing: Outgoing {
                service: Arc::clone(service),
                operation: place,
                prepared,
                headers: resolved.headers,
                keeps_raw: self.keeps_raw,
            },
            signing,
            url,
        })
    }

    /// Sends one page's request, with all its retries, when it is polite to do so.
    async fn send(&self, call: &Call, operation: &Operation, ready: Ready) -> (Sent, u32) {
        let account = call.account.as_ref().map_or("", AccountId::as_str);
        let service = ready.outgoing.service.name.clone();
        let region = call.region.as_str();
        let place = if catalogue::reads(operation) {
            self.politeness
                .wait(account, region, &service, &operation.name)
                .await
        } else {
            self.politeness
                .wait_to_change(account, region, &service, &operation.name)
                .await
        };
        // Never closed, so it always gives a permit.
        let permit = self.open.acquire().await;
        let attempts = Arc::new(AtomicU32::new(0));
        let plugins = self
            .plugins(call, &ready)
            .with_operation_plugin(plugin::OperationPlugin::new(ready, operation, &attempts));
        let sent = orchestrator::invoke(&service, &operation.name, Input::erase(()), &plugins).await;
        drop(permit);
        let attempts = attempts.load(Ordering::Relaxed);
        self.politeness
            .note(&place, answer::was_throttled(&sent), attempts.saturating_sub(1));
        (sent, attempts)
    }

    /// The plug-ins that all calls to a service in a region of an account share, with its retry budget.
    fn plugins(&self, call: &Call, ready: &Ready) -> RuntimePlugins {
        let service = &ready.outgoing.service;
        let target = (
            call.account.clone(),
            call.region.as_str().to_owned(),
            service.name.clone(),
        );
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let account = call.account.as_ref().map_or("", AccountId::as_str);
            let partition = format!("{account}/{}/{}", call.region, service.name);
            plugin::client_plugins(&ready.config, partition)
        };
        plugins.entry(target).or_insert_with(make).clone()
    }
}

/// A request that knows where it goes and how it is signed.
#[derive(Debug)]
struct Ready {
    config: SdkConfig,
    outgoing: Outgoing,
    signing: signing::Signing,
    url: String,
}

impl Cloud for Client {
    fn ask<'c>(&'c self, call: &'c Call) -> Pin<Box<dyn Future<Output = Answer> + Send + 'c>> {
        Box::pin(async move {
            let mut answer = self.answer(call).await;
            // Only here: paging and signing in need what is taken out.
            if let Ok((service, place)) = self.find(call)
                && let Some(operation) = service.operations.get(place)
            {
                secrecy::take_out(&service, operation, &mut answer.body);
            }
            answer
        })
    }
}
