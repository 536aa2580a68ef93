//! From what the orchestrator says to an answer: pages joined, failures told apart.
//!
//! It must not send anything.

use aws_smithy_runtime_api::client::interceptors::context::Error;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use serde_json::Value;
use stanch_core::{Answer, Call, CallOutcome, RegionName, Timestamp};

use super::wire::{CallError, Received};
use super::{Sent, credentials, outcome};
use crate::model::partitions::Availability;
use crate::model::{Models, Paginator, Service};
use crate::paginate::{self, PageError};
use crate::protocol::ReplyError;

/// An answer in the making.
#[derive(Debug, Default)]
pub(super) struct Pending {
    body: Value,
    pages: u32,
    attempts: u32,
    sha256s: Vec<String>,
    raw: Vec<Vec<u8>>,
    /// The server's clock at the last page.
    pub(super) date: Option<Timestamp>,
}

impl Pending {
    /// Counts what a page cost.
    pub(super) const fn count(&mut self, attempts: u32) {
        self.attempts += attempts;
    }

    /// Joins a page.
    pub(super) fn add(&mut self, paginator: Option<&Paginator>, page: &Received) {
        match paginator {
            Some(paginator) => paginate::join(paginator, &mut self.body, &page.body),
            None => self.body = page.body.clone(),
        }
        self.pages += 1;
        self.sha256s.push(page.sha256.clone());
        self.raw.extend(page.raw.clone());
        self.date = page.date;
    }

    /// The answer with all that was read until then.
    pub(super) fn ended(self, answer: Answer) -> Answer {
        Answer {
            body: self.body,
            pages: self.pages,
            attempts: self.attempts,
            sha256s: self.sha256s,
            raw: self.raw,
            ..answer
        }
    }
}

/// Nothing was sent, or nothing more: what is wrong lies on this side.
pub(super) fn not_sent(reason: &str) -> Answer {
    Answer::refused(CallOutcome::Failed, None, Some(reason))
}

/// The service says that there is more and does not say where.
pub(super) fn stuck(error: &PageError) -> Answer {
    Answer::refused(CallOutcome::Malformed, None, Some(&error.to_string()))
}

/// The last request failed for good.
pub(super) fn refused(
    pending: &mut Pending,
    error: &SdkError<Error, HttpResponse>,
    models: &Models,
    call: &Call,
    service: &Service,
) -> Answer {
    if let SdkError::ServiceError(said) = error
        && let Some(error) = said.err().downcast_ref::<CallError>()
    {
        pending.sha256s.push(error.sha256.clone());
        pending.raw.extend(error.raw.clone());
        return of_reply(&error.reply);
    }
    let mut message = credentials::causes(error);
    if is_untrusted(&message) {
        message = format!(
            "the TLS certificate that {} in {} shows is not from a CA that this computer trusts. Where a proxy inspects TLS, name the \
             file with the certificate of its CA in AWS_CA_BUNDLE or in ca_bundle of the profile ({message})",
            call.service, call.region
        );
    }
    let absent = is_unknown_host(&message) && is_absent(models, call, service);
    let outcome = if absent {
        CallOutcome::NotInRegion
    } else {
        CallOutcome::Failed
    };
    Answer::refused(outcome, None, Some(&message))
}

/// Returns the region to which a refused request for an S3 bucket belongs.
pub(super) fn other_region(error: &SdkError<Error, HttpResponse>, call: &Call) -> Option<RegionName> {
    let SdkError::ServiceError(said) = error else {
        return None;
    };
    let error = said.err().downcast_ref::<CallError>()?;
    let region = error.other_region(call.service.as_str(), call.region.as_str())?;
    Some(region.into())
}

fn of_reply(reply: &ReplyError) -> Answer {
    match reply {
        ReplyError::Service(error) => {
            let outcome = outcome::of_error(&error.code, error.status, &error.message);
            Answer::refused(outcome, Some(&error.code), Some(&error.message))
        }
        ReplyError::Malformed(error) => {
            // Whatever the body: 501 means that the server does not do what was asked (RFC 9110, 15.6.2).
            let outcome = if error.status == 501 {
                CallOutcome::NotSupported
            } else {
                CallOutcome::Malformed
            };
            Answer::refused(outcome, None, Some(&error.to_string()))
        }
    }
}

/// Returns true when a request was refused for coming too soon.
pub(super) fn was_throttled(sent: &Sent) -> bool {
    let Err(SdkError::ServiceError(said)) = sent else {
        return false;
    };
    let error = said.err().downcast_ref::<CallError>();
    error.is_some_and(|error| of_reply(&error.reply).outcome == CallOutcome::Throttled)
}

/// Returns true when the certificate of the server was refused. The connector says so in words alone.
fn is_untrusted(message: &str) -> bool {
    message.contains("invalid peer certificate")
}

/// Returns true when the host's name was not found. The resolver says so in words alone.
fn is_unknown_host(message: &str) -> bool {
    ["dns error", "failed to lookup address"]
        .iter()
        .any(|words| message.contains(words))
}

/// Returns true when AWS itself says that the service is not in the region, as far as its own table goes.
fn is_absent(models: &Models, call: &Call, service: &Service) -> bool {
    let region = call.region.as_str();
    let geography = models.geography().ok();
    let partition = geography.and_then(|geography| geography.partition_of(region));
    match partition.map(|partition| partition.availability(&service.metadata.endpoint_prefix)) {
        Some(Availability::Regions(regions)) => !regions.iter().any(|known| known == region),
        _ => false,
    }
}
