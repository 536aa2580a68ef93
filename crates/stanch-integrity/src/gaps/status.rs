//! Status of trails as a case collected it (AWS, "GetTrailStatus").
//!
//! It must not know events.

use serde_json::Value;
use stanch_core::{AccountId, RegionName, Timestamp};

use super::Sign;

/// A trail that does not record or deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) account: AccountId,
    pub(super) region: RegionName,
    /// Name (hostile).
    pub(super) trail: String,
    pub(super) from: Timestamp,
    pub(super) sign: Sign,
}

/// Returns the time in a member: a text, or seconds since 1970.
fn time(body: &Value, name: &str) -> Option<Timestamp> {
    let value = body.get(name)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond the range saturates"
    )]
    let seconds = value
        .as_f64()
        .map(|seconds| Timestamp::from_seconds(seconds as i64));
    seconds.or_else(|| Timestamp::parse(value.as_str()?))
}

/// Reads a reply to `GetTrailStatus` about a trail, by its name or ARN.
pub(super) fn read(
    (account, region): (&AccountId, &RegionName),
    trail: &str,
    body: &Value,
    at: Timestamp,
) -> Vec<Status> {
    let status = |from, sign| Status {
        account: account.clone(),
        region: region.clone(),
        trail: trail.rsplit('/').next().unwrap_or(trail).to_owned(),
        from,
        sign,
    };
    let mut found = Vec::new();
    if body.get("IsLogging") == Some(&Value::Bool(false)) {
        found.push(status(
            time(body, "StopLoggingTime").unwrap_or(at),
            Sign::TrailStopped,
        ));
    }
    let error = body.get("LatestDeliveryError").and_then(Value::as_str);
    if error.is_some_and(|error| !error.is_empty()) {
        found.push(status(
            time(body, "LatestDeliveryTime").unwrap_or(at),
            Sign::DeliveryError,
        ));
    }
    found
}
