//! The account in which `lambda-stop` is tried.

use stanch_respond::ActionRequest;

use super::function;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let arn = function(world).await?;
    Ok(world.request("lambda-function", &arn, "worker"))
}
