//! The account in which `mfa-device-deactivate` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use super::user;
use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let user = user(world).await?;
    let device = world
        .send(
            "iam",
            "CreateVirtualMFADevice",
            json!({"VirtualMFADeviceName": "theirs"}),
        )
        .await?;
    let serial = text(&device, "/VirtualMFADevice/SerialNumber")?;
    let params = json!({"UserName": user, "SerialNumber": serial, "AuthenticationCode1": "123456", "AuthenticationCode2": "654321"});
    world.send("iam", "EnableMFADevice", params).await?;
    world
        .read("iam", "ListMFADevices", json!({"UserName": user}))
        .await?;
    Ok(world.global("mfa-device", &serial, "").with("user", [user]))
}
