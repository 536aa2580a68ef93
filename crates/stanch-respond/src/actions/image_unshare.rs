//! Stops sharing an AMI: other accounts, organizations or everyone can no longer launch instances from it.
//!
//! The snapshots of an AMI are shared separately (`snapshot-unshare`). Instances that were launched and copies that were made stay.
//! Undo shares it again with the same accounts only.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, reading, text};
use super::snapshot_unshare::{grantees, grantees_text};
use crate::about::{About, Listing, Parameter, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct ImageUnshare;

static ABOUT: About = About {
    name: "image-unshare",
    does: "Stop sharing an AMI.",
    targets: &["image"],
    parameters: &[Parameter::list(
        "accounts",
        "account ids, ARNs of organizations or units, or `all` for everyone; all that it is shared with if not given",
    )],
    notes: "Auto Scaling groups and launch templates of accounts that lose it can't launch instances any more: ask the owners of \
            accounts that are named by id.",
    answers: &[
        by_call("ec2", "ModifyImageAttribute"),
        by_check("image-shared", "image"),
    ],
    listing: Some(&Listing::new(
        ("ec2", "DescribeImages", "Images[]"),
        "ImageId",
        "ImageId",
    )),
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html",
    ],
    ..About::EMPTY
};

/// Members of a launch permission.
const MEMBERS: [(&str, &str); 4] = [
    ("UserId", "LaunchPermissions[].UserId"),
    ("Group", "LaunchPermissions[].Group"),
    ("OrganizationArn", "LaunchPermissions[].OrganizationArn"),
    (
        "OrganizationalUnitArn",
        "LaunchPermissions[].OrganizationalUnitArn",
    ),
];

/// Returns the member of a launch permission and its path in a reply.
fn member(grantee: &str) -> (&'static str, &'static str) {
    let [user, group, organization, unit] = MEMBERS;
    if grantee == "all" {
        group
    } else if grantee.contains(":ou/") {
        unit
    } else if grantee.contains(":organization/") {
        organization
    } else {
        user
    }
}

impl Action for ImageUnshare {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let image = request.target.name.as_str();
        let mut found = Vec::new();
        if request.values("accounts").is_empty() {
            let reply = reading(account, ("ec2", "DescribeImageAttribute"), "ImageId", image)?;
            for (_, path) in MEMBERS {
                let these = Path::of(path).find(&reply.body);
                found.extend(
                    these
                        .into_iter()
                        .filter_map(|one| one.as_str().map(str::to_owned)),
                );
            }
        }
        let grantees = grantees(request, &found)?;
        let read = |name| {
            let params = [("ImageId", text(image)), ("Attribute", text("launchPermission"))];
            Read::new(
                name,
                near(&request.target, "ec2", "DescribeImageAttribute", params),
            )
        };
        let set = |how: &str, who: &[String]| {
            let one = |grantee: &String| json!({ (member(grantee).0): grantee });
            let list: Vec<Value> = who.iter().map(one).collect();
            let params = [
                ("ImageId", text(image)),
                ("LaunchPermission", Param::literal(json!({ (how): list }))),
            ];
            Write::new(near(&request.target, "ec2", "ModifyImageAttribute", params))
        };
        let expect = |read: &str, grantee: &String, test: fn(Value) -> Test| {
            Expectation::new(read, Path::of(member(grantee).1), test(json!(grantee)))
        };
        let again = |grantee: &String| {
            set("Add", std::slice::from_ref(grantee)).when(expect("permissions", grantee, Test::Includes))
        };
        Ok(Change {
            before: vec![read("permissions")],
            writes: vec![set("Remove", &grantees)],
            after: vec![read("permissions-after")],
            verified_by: grantees
                .iter()
                .map(|grantee| expect("permissions-after", grantee, Test::Lacks))
                .collect(),
            undo: grantees.iter().map(again).collect(),
            restores: vec![Restored::new("permissions", Path::of("LaunchPermissions[]"))],
            undo_reopens: Some(format!(
                "{} can launch instances from AMI {image} again",
                grantees_text(&grantees)
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!("Stop sharing AMI {image} with {}", grantees_text(&grantees)),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{change, reply, request, told};

    #[test]
    fn everybody_and_organizations_lose_it() {
        let shared = json!({"LaunchPermissions": [{"Group": "all"},
            {"OrganizationArn": "arn:aws:organizations::999999999999:organization/o-1"}]});
        let shared = reply("ec2:DescribeImageAttribute", json!({"ImageId": "ami-1"}), shared);
        let change = change("image-unshare", &request("image", "ami-1", ""), vec![shared]).unwrap();
        insta::assert_snapshot!(told(&change), @r#"
        Stop sharing AMI ami-1 with everyone, arn:aws:organizations::999999999999:organization/o-1
        before permissions: eu-west-1 ec2:DescribeImageAttribute (Attribute="launchPermission", ImageId="ami-1")
        sends eu-west-1 ec2:ModifyImageAttribute (ImageId="ami-1", LaunchPermission={"Remove":[{"Group":"all"},{"OrganizationArn":"arn:aws:organizations::999999999999:organization/o-1"}]})
        after permissions-after: eu-west-1 ec2:DescribeImageAttribute (Attribute="launchPermission", ImageId="ami-1")
        holds permissions-after LaunchPermissions[].Group Lacks(String("all"))
        holds permissions-after LaunchPermissions[].OrganizationArn Lacks(String("arn:aws:organizations::999999999999:organization/o-1"))
        undo eu-west-1 ec2:ModifyImageAttribute (ImageId="ami-1", LaunchPermission={"Add":[{"Group":"all"}]}) when permissions LaunchPermissions[].Group Includes(String("all"))
        undo eu-west-1 ec2:ModifyImageAttribute (ImageId="ami-1", LaunchPermission={"Add":[{"OrganizationArn":"arn:aws:organizations::999999999999:organization/o-1"}]}) when permissions LaunchPermissions[].OrganizationArn Includes(String("arn:aws:organizations::999999999999:organization/o-1"))
        restores permissions LaunchPermissions[]
        "#);
    }

    #[test]
    fn an_image_whose_permissions_were_not_read_is_told() {
        assert!(change("image-unshare", &request("image", "ami-1", ""), Vec::new()).is_err());
    }
}
