//! The two security groups that isolated interfaces go through: how they are called and found, and how an interface is moved.
//!
//! It must not know in which order that is done.

use serde_json::json;
use stanch_core::plan::{CallTemplate, Form, Param, Path, Read, StepNumber, Write};

use super::{call, filters, one_of};
use crate::action::{ActionRequest, Unplannable};
use crate::actions::parts::text;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// Lets everything through, both ways.
    Open,
    /// Lets nothing through.
    Closed,
}

impl Variant {
    /// The word `variant` of a request.
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

    /// The group's name. It tells nobody what it is for.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Open => "network-baseline-a",
            Self::Closed => "network-baseline-b",
        }
    }

    /// Asks for the group, in the network that is the target.
    pub(crate) fn describe(self, request: &ActionRequest) -> CallTemplate {
        let here = filters([("group-name", self.name()), ("vpc-id", &request.target.name)]);
        call(request, "ec2", "DescribeSecurityGroups", [("Filters", here)])
    }

    /// Where its id lies in that reply.
    pub(crate) fn group(self) -> Path {
        Path::of("SecurityGroups")
            .only("GroupName", self.name())
            .then("GroupId")
    }

    /// Its id: the word `group`, or as the step that made it has read it.
    ///
    /// # Errors
    /// When both words are missing, or that of the step is no number.
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

/// The number of a step that a request names.
///
/// # Errors
/// When the word is missing or no number.
pub(crate) fn step(request: &ActionRequest, word: &str) -> Result<StepNumber, Unplannable> {
    let number = request.value(word)?.parse();
    number
        .map(StepNumber)
        .map_err(|_| Unplannable::new(format!("{word} is not the number of a step")))
}

/// Reads the interface that is the target.
pub(crate) fn interface(request: &ActionRequest, name: &str) -> Read {
    let ids = [("NetworkInterfaceIds", one_of(&request.target.name))];
    Read::new(name, call(request, "ec2", "DescribeNetworkInterfaces", ids))
}

/// The ids of its groups.
pub(crate) fn groups() -> Path {
    Path::of("NetworkInterfaces[].Groups[].GroupId")
}

/// Gives the interface these groups and no others.
pub(crate) fn put_into(request: &ActionRequest, groups: Param) -> Write {
    let params = [
        ("NetworkInterfaceId", text(&request.target.name)),
        ("Groups", groups),
    ];
    Write::new(call(request, "ec2", "ModifyNetworkInterfaceAttribute", params))
}

/// A rule that lets everything through to or from everywhere, for one kind of addresses.
pub(crate) fn everything(ranges: &str, member: &str, everywhere: &str) -> Param {
    let range = json!([{member: everywhere}]);
    Param::literal(json!([{"IpProtocol": "-1", ranges: range}]))
}
