//! The two security groups for isolated interfaces: their names, how they are found, and how an interface is moved.
//!
//! It must not know in which order that is done.

use serde_json::json;
use stanch_core::plan::{CallTemplate, Form, Param, Path, Read, StepNumber, Write};

use super::{call, filters, one_of};
use crate::action::{ActionRequest, Unplannable};
use crate::actions::parts::text;

/// One of the two security groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Allows all traffic, both ways.
    Open,
    /// Allows no traffic.
    Closed,
}

impl Variant {
    /// Returns the parameter `variant` of a request.
    ///
    /// # Errors
    /// When it is missing or unknown.
    pub(crate) fn of(request: &ActionRequest) -> Result<Self, Unplannable> {
        match request.value("variant")? {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            other => Err(Unplannable::new(format!(
                "variant is {}: it must be open or closed",
                stanch_core::text::shown(other, 40)
            ))),
        }
    }

    /// Returns the name of the group, which does not say what it is for.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "network-baseline-a",
            Self::Closed => "network-baseline-b",
        }
    }

    /// Returns the call that describes the group in the target VPC.
    pub(crate) fn describe(self, request: &ActionRequest) -> CallTemplate {
        let here = filters([("group-name", self.name()), ("vpc-id", &request.target.name)]);
        call(request, "ec2", "DescribeSecurityGroups", [("Filters", here)])
    }

    /// Returns the path of its id in that reply.
    pub(crate) fn group(self) -> Path {
        Path::of("SecurityGroups")
            .only("GroupName", self.name())
            .then("GroupId")
    }

    /// Returns its id: the parameter `group`, or the id that the step that created it read.
    ///
    /// # Errors
    /// When both parameters are missing, or that of the step is not a number.
    pub(crate) fn made_by(self, request: &ActionRequest, word: &str) -> Result<Param, Unplannable> {
        if let Some(id) = request.values("group").first() {
            return Ok(text(id));
        }
        Ok(Param::Reply {
            step: Some(step(request, word)?),
            read: "group-after".into(),
            path: self.group(),
            form: Form::One,
        })
    }
}

/// Returns the number of a step that a request names.
///
/// # Errors
/// When the parameter is missing or not a number.
pub(crate) fn step(request: &ActionRequest, word: &str) -> Result<StepNumber, Unplannable> {
    let number = request.value(word)?.parse();
    number
        .map(StepNumber)
        .map_err(|_| Unplannable::new(format!("{word} is not the number of a step")))
}

/// Returns a read of the target interface.
pub(crate) fn interface(request: &ActionRequest, name: &str) -> Read {
    let ids = [("NetworkInterfaceIds", one_of(&request.target.name))];
    Read::new(name, call(request, "ec2", "DescribeNetworkInterfaces", ids))
}

/// Returns the path of the ids of its groups.
pub(crate) fn groups() -> Path {
    Path::of("NetworkInterfaces[].Groups[].GroupId")
}

/// Returns the call that gives the interface these groups only.
pub(crate) fn put_into(request: &ActionRequest, groups: Param) -> Write {
    let params = [
        ("NetworkInterfaceId", text(&request.target.name)),
        ("Groups", groups),
    ];
    Write::new(call(request, "ec2", "ModifyNetworkInterfaceAttribute", params))
}

/// Returns a rule that allows all traffic to or from everywhere, for one kind of addresses.
pub(crate) fn everything(ranges: &str, member: &str, everywhere: &str) -> Param {
    let range = json!([{member: everywhere}]);
    Param::literal(json!([{"IpProtocol": "-1", ranges: range}]))
}
