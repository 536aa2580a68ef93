//! Shapes: what the parameters and replies of an operation look like.
//!
//! A shape is stored once and named by its index; where it is used, a [`Target`] carries the traits of that place,
//! those of the shape and of the member already merged. Nothing here knows a protocol's bytes.

use serde::{Deserialize, Serialize};

/// The place of a shape in its service's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShapeId(pub u32);

/// A named type of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// The name in the model.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// True when the model marks every value of it as secret.
    pub sensitive: bool,
}

/// Structure of a shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Named members.
    Structure(Structure),
    /// Any number of one thing.
    List(Target),
    /// Text keys, each with one thing.
    Map(Target, Target),
    /// Text.
    String,
    /// Bytes; base64 in parameters and replies.
    Blob,
    /// True or false.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number of single precision.
    Float,
    /// A number of double precision.
    Double,
    /// A moment.
    Timestamp,
}

impl Kind {
    /// The word for it in messages.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Structure(_) => "structure",
            Self::List(_) => "list",
            Self::Map(..) => "map",
            Self::String => "string",
            Self::Blob => "blob (base64 text)",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Timestamp => "timestamp",
        }
    }
}

/// A structure's members and marks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// In the model's order.
    pub members: Vec<Member>,
    /// The member that is the whole body.
    pub payload: Option<String>,
    /// Exactly one member is set.
    pub union: bool,
    /// Any JSON at all.
    pub document: bool,
    /// A stream of events.
    pub event_stream: bool,
}

impl Structure {
    /// The member of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The member that is the whole body.
    #[must_use]
    pub fn payload_member(&self) -> Option<&Member> {
        self.payload.as_deref().and_then(|name| self.member(name))
    }
}

/// A member of a structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The name in parameters and replies.
    pub name: String,
    /// True when a request must have it.
    pub required: bool,
    /// Its type and traits.
    pub target: Target,
}

impl Member {
    /// The name on the wire: the model's `locationName`, or the member's own.
    #[must_use]
    pub fn wire_name(&self) -> &str {
        self.target.traits.location_name.as_deref().unwrap_or(&self.name)
    }
}

/// A shape as used in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The shape.
    pub shape: ShapeId,
    /// The traits of shape and place together; the place wins.
    pub traits: Traits,
}

/// Wire format of a value, as the model says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Outside the body.
    pub location: Option<Location>,
    /// The name on the wire.
    pub location_name: Option<String>,
    /// The name in an EC2 request.
    pub query_name: Option<String>,
    /// Format of a time.
    pub timestamp_format: Option<TimestampFormat>,
    /// The XML name space of the element.
    pub xml_namespace: Option<XmlNamespace>,
    /// The endpoint rules' parameter that this member fills.
    pub context_param: Option<String>,
    /// Lists and maps without an element of their own.
    pub flattened: bool,
    /// An attribute of the element that holds it.
    pub xml_attribute: bool,
    /// Of unknown length.
    pub streaming: bool,
    /// JSON as base64 in a header.
    pub json_value: bool,
    /// Filled with a fresh token when the caller gives none.
    pub idempotency_token: bool,
    /// Part of the host name.
    pub host_label: bool,
    /// A stream of events.
    pub event_stream: bool,
    /// Secret.
    pub sensitive: bool,
}

/// Where a member travels when not in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// In the path.
    Uri,
    /// In the query string.
    QueryString,
    /// In one header.
    Header,
    /// In all headers with a prefix.
    Headers,
    /// The status itself.
    StatusCode,
}

impl Location {
    /// Returns true when a reply has it outside its body.
    #[must_use]
    pub fn is_in_reply(self) -> bool {
        matches!(self, Self::Header | Self::Headers | Self::StatusCode)
    }
}

/// Format of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// `2015-01-25T08:00:00Z`
    Iso8601,
    /// `Sun, 25 Jan 2015 08:00:00 GMT`
    Rfc822,
    /// Seconds since 1970.
    UnixTimestamp,
}

/// An XML name space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct XmlNamespace {
    /// None for the default one.
    pub prefix: Option<String>,
    /// Its name.
    pub uri: String,
}
