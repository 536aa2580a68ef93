//! Meaning of an AWS error to a responder: nothing there, denied, throttled, not in this region, not subscribed.
//!
//! It must not read replies: it judges codes, statuses and messages that others read.

use stanch_core::CallOutcome;

/// Codes that say: you may not.
const DENIED: [&str; 12] = [
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedFault",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "ForbiddenException",
    "NotAuthorized",
    "NotAuthorizedException",
    "UnauthorizedAccess",
    "UnauthorizedException",
    "UnauthorizedOperation",
];

/// Codes that say: too often. Those that the SDK tries again as throttles, and some that services invented.
const THROTTLED: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttled",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes that say: the account did not sign up for this.
const NOT_SUBSCRIBED: [&str; 5] = [
    "InvalidAccessException",
    "NotSignedUp",
    "OptInRequired",
    "SubscriptionRequiredException",
    "SubscriptionRequired",
];

/// Codes that say: this server does not know such an operation.
const UNKNOWN: [&str; 7] = [
    "InvalidAction",
    "NotImplemented",
    "NotImplementedException",
    "UnknownAction",
    "UnknownOperation",
    "UnknownOperationException",
    "UnsupportedProtocol",
];

/// Codes that say: there is none, in words of their own.
const NO_SUCH_THING: [&str; 6] = [
    "AWSOrganizationsNotInUseException",
    "NonExistentQueue",
    "ReplicationConfigurationNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
];

/// Meaning of an error with this code, status and message.
pub(super) fn of_error(code: &str, status: u16, message: &str) -> CallOutcome {
    let code = code.rsplit('#').next().unwrap_or(code);
    let code = code.split(':').next().unwrap_or(code);
    if NOT_SUBSCRIBED.contains(&code) || says_not_enabled(code, message) {
        CallOutcome::NotSubscribed
    } else if DENIED.contains(&code) {
        CallOutcome::Denied
    } else if THROTTLED.contains(&code) || status == 429 {
        CallOutcome::Throttled
    } else if UNKNOWN.contains(&code) || status == 501 {
        CallOutcome::NotSupported
    } else if is_absence(code) {
        CallOutcome::DoesNotExist
    } else {
        CallOutcome::Failed
    }
}

/// Some services answer "denied" while they are switched off, and say so only in words (Macie, Security Hub).
fn says_not_enabled(code: &str, message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    DENIED.contains(&code)
        && ["is not enabled", "not subscribed", "is not signed up"]
            .iter()
            .any(|words| message.contains(words))
}

/// Returns true when a code says that a thing does not exist. A bare status 404 says nothing: a proxy gives it too.
fn is_absence(code: &str) -> bool {
    NO_SUCH_THING.contains(&code)
        || code.starts_with("NoSuch")
        || code.contains("NotFound")
        || code.contains("DoesNotExist")
        || code.ends_with(".NotFound")
        || code.ends_with(".Unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_services_mean_by_them() {
        let cases = [
            ("NoSuchEntity", 404, "", CallOutcome::DoesNotExist),
            ("NoSuchBucketPolicy", 404, "", CallOutcome::DoesNotExist),
            ("InvalidInstanceID.NotFound", 400, "", CallOutcome::DoesNotExist),
            ("ResourceNotFoundException", 400, "", CallOutcome::DoesNotExist),
            (
                "com.amazonaws.logs#ResourceNotFoundException",
                400,
                "",
                CallOutcome::DoesNotExist,
            ),
            ("UnauthorizedOperation", 403, "", CallOutcome::Denied),
            ("AccessDeniedException:http://x", 403, "", CallOutcome::Denied),
            (
                "AccessDeniedException",
                403,
                "Macie is not enabled",
                CallOutcome::NotSubscribed,
            ),
            (
                "SubscriptionRequiredException",
                400,
                "",
                CallOutcome::NotSubscribed,
            ),
            ("RequestLimitExceeded", 503, "", CallOutcome::Throttled),
            ("", 429, "", CallOutcome::Throttled),
            ("UnknownOperationException", 400, "", CallOutcome::NotSupported),
            ("", 404, "", CallOutcome::Failed),
            ("ExpiredToken", 400, "", CallOutcome::Failed),
            ("InternalFailure", 500, "", CallOutcome::Failed),
        ];
        for (code, status, message, outcome) in cases {
            assert_eq!(of_error(code, status, message), outcome, "{code} {status}");
        }
    }
}
