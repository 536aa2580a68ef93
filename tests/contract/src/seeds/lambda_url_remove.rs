//! The account in which `lambda-url-remove` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::function;
use crate::world::World;

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let arn = function(world).await?;
    let cors = json!({"AllowOrigins": ["*"], "MaxAge": 60});
    let params =
        json!({"FunctionName": "worker", "AuthType": "NONE", "Cors": cors, "InvokeMode": "BUFFERED"});
    world.send("lambda", "CreateFunctionUrlConfig", params).await?;
    Ok(world.request("lambda-function-url", &arn, "worker"))
}
