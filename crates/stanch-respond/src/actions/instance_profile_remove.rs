//! Removes the instance profile of an EC2 instance, which then gets no credentials of its role.
//!
//! Credentials that were issued stay valid for up to six hours, wherever they are used: the plan denies the sessions of this
//! instance at the role first. The association has a new id after undo, so the profile must be the same, not the association.

use serde_json::json;
use stanch_core::plan::{Change, Expectation, Param, Path, Read, Restored, Reversibility, Test, Wave, Write};

use super::compute::call;
use super::parts::{blank, text};
use crate::about::{About, Undo};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct InstanceProfileRemove;

static ABOUT: About = About {
    name: "instance-profile-remove",
    does: "Remove the instance profile of an EC2 instance.",
    targets: &["ec2-instance"],
    notes: "Alone it contains nothing: credentials that were issued stay valid. Systems Manager loses the instance if it works \
            through this role: capture memory first.",
    steps: &["13"],
    undo: Undo::Partial,
    sources: &[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html",
    ],
    ..About::EMPTY
};

impl Action for InstanceProfileRemove {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        let describe = || {
            // An association that is being removed is still listed for a moment.
            let here = json!([
                {"Name": "instance-id", "Values": [id]},
                {"Name": "state", "Values": ["associating", "associated"]}
            ]);
            let here = [("Filters", Param::Literal(here))];
            call(request, "ec2", "DescribeIamInstanceProfileAssociations", here)
        };
        let of = |member: &'static str| Path::of("IamInstanceProfileAssociations[]").then(member);
        let remove = [("AssociationId", Param::reply("profile", of("AssociationId")))];
        let arn = Param::object([("Arn", Param::reply("profile", of("IamInstanceProfile.Arn")))]);
        let associate = [("InstanceId", text(id)), ("IamInstanceProfile", arn)];
        let has = Expectation::new("profile", of("IamInstanceProfile.Arn"), Test::Present);
        Ok(Change {
            before: vec![Read::new("profile", describe())],
            requires: vec![has],
            writes: vec![
                Write::new(call(request, "ec2", "DisassociateIamInstanceProfile", remove))
                    .fine_if("InvalidAssociationID.NotFound"),
            ],
            after: vec![Read::new("profile-after", describe())],
            verified_by: vec![Expectation::new(
                "profile-after",
                of("AssociationId"),
                Test::Absent,
            )],
            // Refused if the instance has a profile, as when it was never removed; the check afterwards compares the profile.
            undo: vec![
                Write::new(call(request, "ec2", "AssociateIamInstanceProfile", associate))
                    .fine_if("IncorrectState"),
            ],
            restores: vec![Restored::new("profile", of("IamInstanceProfile.Arn"))],
            reversibility: Reversibility::Partial {
                remains: "the association of the instance profile has a new id".to_owned(),
            },
            undo_reopens: Some(format!("instance {id} gets credentials of its role again")),
            ..blank(
                &ABOUT,
                request,
                Wave::Workload,
                format!("Remove the instance profile of instance {id}, which then gets no role credentials"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn the_profile_is_put_back_by_its_arn() {
        let instance = request("ec2-instance", "i-1");
        insta::assert_snapshot!(told(&InstanceProfileRemove, &instance, &account([])), @r#"
        Workload: Remove the instance profile of instance i-1, which then gets no role credentials
        before profile: eu-west-1 ec2 DescribeIamInstanceProfileAssociations {Filters: [{"Name":"instance-id","Values":["i-1"]},{"Name":"state","Values":["associating","associated"]}]}
        requires profile.IamInstanceProfileAssociations[].IamInstanceProfile.Arn "present"
        write eu-west-1 ec2 DisassociateIamInstanceProfile {AssociationId: <One profile.IamInstanceProfileAssociations[].AssociationId>} fine if InvalidAssociationID.NotFound
        after profile-after: eu-west-1 ec2 DescribeIamInstanceProfileAssociations {Filters: [{"Name":"instance-id","Values":["i-1"]},{"Name":"state","Values":["associating","associated"]}]}
        holds profile-after.IamInstanceProfileAssociations[].AssociationId "absent"
        undo eu-west-1 ec2 AssociateIamInstanceProfile {IamInstanceProfile: {Arn: <One profile.IamInstanceProfileAssociations[].IamInstanceProfile.Arn>}, InstanceId: "i-1"} fine if IncorrectState
        restores profile.IamInstanceProfileAssociations[].IamInstanceProfile.Arn
        partial: the association of the instance profile has a new id
        undo frees instance i-1 gets credentials of its role again
        "#);
    }
}
