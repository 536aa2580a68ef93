//! The account in which `budget-create` is tried.

use stanch_respond::ActionRequest;

use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let request = world.global("account", world.account.as_str(), "");
    Ok(request
        .with("email", ["watch@example.com".to_owned()])
        .with("amount", ["500".to_owned()]))
}
