//! A plan's name everywhere: the SHA-256 of its canonical form. It must not know where a plan is kept.

use sha2::{Digest as _, Sha256};
use stanch_core::{Plan, PlanDigest};

/// The digest of a plan.
///
/// # Errors
/// When the plan can't be written as JSON.
pub fn digest(plan: &Plan) -> Result<PlanDigest, serde_json::Error> {
    let digest = Sha256::digest(plan.canonical()?.as_bytes());
    Ok(PlanDigest(hex::encode(digest)))
}
