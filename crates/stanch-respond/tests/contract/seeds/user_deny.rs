use serde_json::json;
use stanch_respond::Wish;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let user = world.name("user");
    world.send("iam", "CreateUser", json!({"UserName": user})).await?;
    Ok(world.global("iam-user", &world.arn("iam", "", &format!("user/{user}")), &user))
}
