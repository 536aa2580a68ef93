//! Removes a user from a group of IAM Identity Center, which ends what is assigned to the group; other members keep it.
//!
//! No public API disables a user, and a user with a portal session gets new sessions until nothing is assigned any more. IAM groups
//! are different: a Deny on the IAM user is enough, and its groups stay as evidence.

use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::parts::text;
use super::shapes::{Summary, bare, regional};
use crate::about::{About, Parameter, Undo};
use crate::account::{Account, Item};
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct IdentityCenterMembershipRemove;

static ABOUT: About = About {
    name: "identity-center-membership-remove",
    does: "Remove a user from an IAM Identity Center group.",
    targets: &["identity-center-user"],
    target_help: "id of the user in the identity store",
    parameters: &[Parameter::required("group", "id of the group")],
    notes: "For users who get access by a group. An external identity provider adds the user again at its next synchronisation: \
            remove the user there. A membership that someone adds again has another id and needs another plan. To disable the \
            user, use the console: Users, the user, Disable user access.",
    steps: &["3"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/singlesignon/latest/userguide/revoke-user-permissions.html",
        "https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroupMembership.html",
        "https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroupMembershipsForMember.html",
        "https://github.com/aws/aws-cli/issues/9954",
    ],
    ..About::EMPTY
};

impl Action for IdentityCenterMembershipRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, account: &Account) -> Result<Change, Unplannable> {
        let (user, group) = (request.target.id.as_str(), request.value("group")?);
        let store = store(account, user, group)?;
        let member = || Param::object([("UserId", text(user))]);
        let list = || {
            let params = [("IdentityStoreId", text(store)), ("MemberId", member())];
            regional(request, "identitystore", "ListGroupMembershipsForMember", params)
        };
        let listed = || Path::of("GroupMemberships").only("GroupId", group);
        let id = Param::reply("memberships", listed().then("MembershipId"));
        let delete = [("IdentityStoreId", text(store)), ("MembershipId", id)];
        let create = [
            ("IdentityStoreId", text(store)),
            ("GroupId", text(group)),
            ("MemberId", member()),
        ];
        let summary = Summary {
            action: ABOUT.name,
            does: format!(
                "Remove Identity Center user {} from group {group}",
                request.target.name
            ),
            frees: format!(
                "Identity Center user {} has the access of group {group} again",
                request.target.name
            ),
        };
        Ok(Change {
            before: vec![Read::new("memberships", list())],
            writes: vec![
                Write::new(regional(
                    request,
                    "identitystore",
                    "DeleteGroupMembership",
                    delete,
                ))
                .fine_if("ResourceNotFoundException"),
            ],
            after: vec![Read::new("memberships-after", list())],
            verified_by: vec![Expectation::new("memberships-after", listed(), Test::Absent)],
            undo: vec![
                Write::new(regional(
                    request,
                    "identitystore",
                    "CreateGroupMembership",
                    create,
                ))
                .when(Expectation::new("memberships", listed(), Test::Present))
                .fine_if("ConflictException"),
            ],
            restores: vec![Restored::new("memberships", listed().then("GroupId"))],
            reversibility: Reversibility::Partial {
                remains: "the membership has a new id, which nothing refers to".to_owned(),
            },
            ..bare(summary, request, Wave::Credential)
        })
    }
}

/// The identity store in which a person was read as a member of a group.
fn store<'a>(account: &'a Account, user: &str, group: &str) -> Result<&'a str, Unplannable> {
    let items = account.items("identitystore", "ListGroupMemberships", "GroupMemberships[]");
    let is_it = |item: &Item<'a>| {
        let member = item.value.get("MemberId").and_then(|member| member.get("UserId"));
        item.asked("GroupId") == group && member.is_some_and(|member| member == user)
    };
    let found = items
        .into_iter()
        .find(is_it)
        .ok_or_else(|| Unplannable::new(format!("no membership of {user} in group {group} was collected")))?;
    Ok(found.asked("IdentityStoreId"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::IdentityCenterMembershipRemove;
    use crate::actions::example::{account, change, refusal, request, told};

    #[test]
    fn the_membership_is_found_by_its_group_and_made_again_by_undo() {
        let account = account([(
            "identitystore",
            "ListGroupMemberships",
            json!({"IdentityStoreId": "d-1234567890", "GroupId": "9067-g"}),
            json!({"GroupMemberships": [{"MembershipId": "m-1", "MemberId": {"UserId": "9067-u"}}]}),
        )]);
        let request_for = |group: &str| {
            request("identity-center-user", "9067-u", "mallory").with("group", [group.to_owned()])
        };
        let change = change(&IdentityCenterMembershipRemove, &request_for("9067-g"), &account);
        insta::assert_snapshot!(told(&change), @r#"
        Remove Identity Center user mallory from group 9067-g
        before memberships: us-east-1 identitystore ListGroupMembershipsForMember {"IdentityStoreId":"d-1234567890","MemberId":{"UserId":"9067-u"}}
        do us-east-1 identitystore DeleteGroupMembership {"IdentityStoreId":"d-1234567890","MembershipId":"<memberships .GroupMemberships[](GroupId=9067-g).MembershipId>"} fine ResourceNotFoundException
        after memberships-after: us-east-1 identitystore ListGroupMembershipsForMember {"IdentityStoreId":"d-1234567890","MemberId":{"UserId":"9067-u"}}
        holds memberships-after .GroupMemberships[](GroupId=9067-g) "absent"
        undo us-east-1 identitystore CreateGroupMembership {"GroupId":"9067-g","IdentityStoreId":"d-1234567890","MemberId":{"UserId":"9067-u"}} when memberships .GroupMemberships[](GroupId=9067-g) "present" fine ConflictException
        restores memberships .GroupMemberships[](GroupId=9067-g).GroupId
        "#);
        let why = refusal(&IdentityCenterMembershipRemove, &request_for("9067-x"), &account);
        assert!(why.contains("no membership of"), "{why}");
    }
}
