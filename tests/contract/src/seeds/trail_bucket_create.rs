//! The account in which `trail-bucket-create` is tried.

use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    Ok(world
        .request("bucket", &world.name("logs"), "")
        .with("trail", ["watch".to_owned()]))
}
