//! The account in which `instance-metadata-v2-require` is tried.

use stanch_respond::ActionRequest;

use super::instance;
use crate::world::World;

/// Nothing is counted on the stand-in, so it is sent despite what is not known.
pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let id = instance(world).await?;
    let request = world.request("ec2-instance", &id, "");
    Ok(request.with("despite-use", ["yes".to_owned()]))
}
