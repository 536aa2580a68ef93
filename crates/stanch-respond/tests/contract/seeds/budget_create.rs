//! What `budget-create` is tried on.

use stanch_respond::Wish;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<Wish, String> {
    let wish = world.global("account", world.account.as_str(), "");
    Ok(wish.with("email", ["watch@example.com".to_owned()]).with("amount", ["500".to_owned()]))
}
