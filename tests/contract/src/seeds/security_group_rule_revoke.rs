//! The account in which `security-group-rule-revoke` is tried.

use serde_json::json;
use stanch_respond::ActionRequest;

use crate::world::{World, text};

pub(super) async fn seed(world: &World) -> Result<ActionRequest, String> {
    let vpc = text(
        &world
            .send("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}))
            .await?,
        "/Vpc/VpcId",
    )?;
    let group = json!({"GroupName": "door", "Description": "a door", "VpcId": vpc});
    let group = text(
        &world.send("ec2", "CreateSecurityGroup", group).await?,
        "/GroupId",
    )?;
    let range = json!([{"CidrIp": "0.0.0.0/0", "Description": "open"}]);
    let permission = json!([{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": range}]);
    let params = json!({"GroupId": group, "IpPermissions": permission});
    world.send("ec2", "AuthorizeSecurityGroupIngress", params).await?;
    let filter = json!({"Filters": [{"Name": "group-id", "Values": [group]}]});
    let rules = world.read("ec2", "DescribeSecurityGroupRules", filter).await?;
    let rules = rules
        .pointer("/SecurityGroupRules")
        .and_then(|rules| rules.as_array())
        .ok_or("no rules")?;
    let open = rules
        .iter()
        .find(|rule| rule.get("IsEgress") == Some(&json!(false)))
        .ok_or("no way in")?;
    let rule = text(open, "/SecurityGroupRuleId")?;
    Ok(world.request("security-group-rule", &rule, ""))
}
