//! A machine image is no longer shared: other accounts, organizations or everybody can't start machines from it any more.
//!
//! The snapshots behind an image are shared by themselves (`snapshot-unshare`). Machines that were started and copies that were
//! made stay. Undo shares it again with those alone whom it was shared with.

use serde_json::{Value, json};
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Test, Wave, Write};

use super::parts::{blank, near, reading, text};
use super::snapshot_unshare::guests;
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

/// Members of a permission that name somebody.
const MEMBERS: [(&str, &str); 4] = [
    ("UserId", "LaunchPermissions[].UserId"),
    ("Group", "LaunchPermissions[].Group"),
    ("OrganizationArn", "LaunchPermissions[].OrganizationArn"),
    (
        "OrganizationalUnitArn",
        "LaunchPermissions[].OrganizationalUnitArn",
    ),
];

/// The member that names somebody, and where it lies in a reply.
fn member(guest: &str) -> (&'static str, &'static str) {
    let [user, group, organization, unit] = MEMBERS;
    if guest == "all" {
        group
    } else if guest.contains(":ou/") {
        unit
    } else if guest.contains(":organization/") {
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
        let guests = guests(request, &found)?;
        let read = |name| {
            let params = [("ImageId", text(image)), ("Attribute", text("launchPermission"))];
            Read::new(
                name,
                near(&request.target, "ec2", "DescribeImageAttribute", params),
            )
        };
        let set = |how: &str, who: &[String]| {
            let one = |guest: &String| json!({ (member(guest).0): guest });
            let list: Vec<Value> = who.iter().map(one).collect();
            let params = [
                ("ImageId", text(image)),
                ("LaunchPermission", Param::literal(json!({ (how): list }))),
            ];
            Write::new(near(&request.target, "ec2", "ModifyImageAttribute", params))
        };
        let expect = |read: &str, guest: &String, test: fn(Value) -> Test| {
            Expectation::new(read, Path::of(member(guest).1), test(json!(guest)))
        };
        let again = |guest: &String| {
            set("Add", std::slice::from_ref(guest)).when(expect("permissions", guest, Test::Includes))
        };
        Ok(Change {
            before: vec![read("permissions")],
            writes: vec![set("Remove", &guests)],
            after: vec![read("permissions-after")],
            verified_by: guests
                .iter()
                .map(|guest| expect("permissions-after", guest, Test::Lacks))
                .collect(),
            undo: guests.iter().map(again).collect(),
            restores: vec![Restored::new("permissions", Path::of("LaunchPermissions[]"))],
            undo_reopens: Some(format!(
                "{} to start machines from image {image}",
                guests.join(", ")
            )),
            ..blank(
                &ABOUT,
                request,
                Wave::Exposure,
                format!("image {image} is no longer shared with {}", guests.join(", ")),
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
        image ami-1 is no longer shared with all, arn:aws:organizations::999999999999:organization/o-1
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
