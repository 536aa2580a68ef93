//! A plan's name everywhere: the SHA-256 of its canonical form. It must not know where a plan is kept.

use sha2::{Digest as _, Sha256};
use stanch_core::{Plan, PlanDigest};

/// The digest of a plan.
///
/// # Errors
/// When the plan can't be written as JSON.
pub fn digest(plan: &Plan) -> Result<PlanDigest, serde_json::Error> {
    use std::fmt::Write as _;
    let bytes = Sha256::digest(plan.canonical()?.as_bytes());
    let hex = bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a text can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok(PlanDigest(hex))
}
