//! Releases a Dedicated Host, which ends its charges.
//!
//! EC2 refuses to release a host with running instances, so those are stopped first.

use stanch_core::plan::{Change, Expectation, Path, Read, Reversibility, Test, Wave, Write};

use super::compute::{call, none_of, one_of};
use super::parts::blank;
use crate::about::{About, Undo, by_call, by_check};
use crate::account::Account;
use crate::action::{Action, ActionRequest, Unplannable};

/// See the module.
pub(crate) struct DedicatedHostRelease;

static ABOUT: About = About {
    name: "dedicated-host-release",
    does: "Release an EC2 Dedicated Host, which ends its charges.",
    targets: &["dedicated-host"],
    target_help: "id of the host (h-…)",
    notes: "Stop the instances on the host first: EC2 refuses to release a host that is in use.",
    answers: &[
        by_call("ec2", "AllocateHosts"),
        by_check("dedicated-host-allocated", "dedicated-host"),
    ],
    undo: Undo::Impossible,
    sources: &["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseHosts.html"],
    ..About::EMPTY
};

impl Action for DedicatedHostRelease {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn change(&self, request: &ActionRequest, _account: &Account) -> Result<Change, Unplannable> {
        let id = request.target.name.as_str();
        if !id.starts_with("h-") {
            return Err(Unplannable::new(format!(
                "{id} is not the id of a Dedicated Host (h-…)"
            )));
        }
        let of = |operation: &str| call(request, "ec2", operation, [("HostIds", one_of(id))]);
        let state = Path::of("Hosts[].State");
        Ok(Change {
            before: vec![Read::new("host", of("DescribeHosts"))],
            requires: vec![
                Expectation::new("host", state.clone(), Test::Present),
                Expectation::new("host", Path::of("Hosts[].Instances[]"), Test::Absent),
            ],
            writes: vec![Write::new(of("ReleaseHosts"))],
            after: vec![Read::new("host-after", of("DescribeHosts"))],
            verified_by: none_of(
                "host-after",
                &state,
                &["available", "under-assessment", "pending"],
            ),
            reversibility: Reversibility::None {
                remains:
                    "a released host can't be restored; allocate a new one, with a new id, where it is needed"
                        .to_owned(),
            },
            ..blank(
                &ABOUT,
                request,
                Wave::Spending,
                format!("Release Dedicated Host {id}"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::compute::example::{account, request, told};

    #[test]
    fn a_host_without_instances_is_released() {
        let request = request("dedicated-host", "h-1");
        insta::assert_snapshot!(told(&DedicatedHostRelease, &request, &account([])), @r#"
        Spending: Release Dedicated Host h-1
        before host: eu-west-1 ec2 DescribeHosts {HostIds: ["h-1"]}
        requires host.Hosts[].State "present"
        requires host.Hosts[].Instances[] "absent"
        write eu-west-1 ec2 ReleaseHosts {HostIds: ["h-1"]}
        after host-after: eu-west-1 ec2 DescribeHosts {HostIds: ["h-1"]}
        holds host-after.Hosts[].State "present"
        holds host-after.Hosts[].State {"lacks":"available"}
        holds host-after.Hosts[].State {"lacks":"under-assessment"}
        holds host-after.Hosts[].State {"lacks":"pending"}
        none: a released host can't be restored; allocate a new one, with a new id, where it is needed
        "#);
    }

    #[test]
    fn an_instance_is_no_host() {
        let request = request("dedicated-host", "i-1");
        assert!(DedicatedHostRelease.change(&request, &account([])).is_err());
    }
}
