//! What `lambda-stop` is tried on.

use stanch_respond::Wish;

use super::function;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let arn = function(world).await?;
    Ok(world.wish("lambda-function", &arn, "worker"))
}
