//! A service and its operations.
//!
//! Plain data: what the model says, compiled by [`super::compile`] and kept in the pack. It must not know how a request
//! is written or sent.

use serde::{Deserialize, Serialize};

use super::expression::Expression;
use super::names;
use super::paginator::Paginator;
use super::shape::{Shape, ShapeId, Structure, Target, XmlNamespace};
use crate::endpoint::rules::RuleSet;
use crate::model::shape::Kind;

/// A service: its operations, shapes, paginators and endpoint rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// The name it is asked for, such as `cognito-idp`.
    pub name: String,
    /// Facts that are the same for all its operations.
    pub metadata: Metadata,
    /// In the order of their first use.
    pub shapes: Vec<Shape>,
    /// Sorted by name.
    pub operations: Vec<Operation>,
    /// Where it is reached; none in a model without rules.
    pub rules: Option<RuleSet>,
}

/// Facts that are the same for all operations of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Wire format of requests and replies.
    pub protocol: Protocol,
    /// The date of the interface, such as `2010-05-08`.
    pub api_version: String,
    /// The service's id, such as `IAM`.
    pub service_id: String,
    /// The first label of its host names, such as `iam`.
    pub endpoint_prefix: String,
    /// The name its requests are signed for.
    pub signing_name: String,
    /// The model's signature version, such as `v4`, `s3` or `bearer`.
    pub signature_version: String,
    /// `1.0` or `1.1` for the JSON protocol.
    pub json_version: String,
    /// Prefix of an operation's name in `X-Amz-Target` and in RPC paths.
    pub target_prefix: String,
    /// The name space of the XML it writes.
    pub xml_namespace: Option<XmlNamespace>,
    /// True when errors keep the codes of an earlier query protocol.
    pub query_compatible: bool,
}

/// A wire protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// Form parameters out, XML in.
    Query,
    /// The query protocol as EC2 speaks it.
    Ec2,
    /// JSON bodies, the operation in a header.
    Json,
    /// JSON bodies under paths.
    RestJson,
    /// XML bodies under paths.
    RestXml,
    /// CBOR bodies, the operation in the path.
    RpcV2Cbor,
}

impl Protocol {
    /// The protocol of this name in models.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "query" => Some(Self::Query),
            "ec2" => Some(Self::Ec2),
            "json" => Some(Self::Json),
            "rest-json" => Some(Self::RestJson),
            "rest-xml" => Some(Self::RestXml),
            "smithy-rpc-v2-cbor" => Some(Self::RpcV2Cbor),
            _ => None,
        }
    }
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Such as `ListUsers`.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The path with its `{labels}` and fixed query.
    pub uri: String,
    /// The status of a good reply, where the model says one; 0 otherwise.
    pub response_code: u16,
    /// Its parameters.
    pub input: Option<Target>,
    /// Its reply.
    pub output: Option<Target>,
    /// The element that wraps the reply.
    pub result_wrapper: Option<String>,
    /// The errors it names.
    pub errors: Vec<ErrorShape>,
    /// Prefix of the host name, with `{labels}`.
    pub host_prefix: Option<String>,
    /// Parameters of the endpoint rules with a fixed value.
    pub static_context: Vec<(String, ContextValue)>,
    /// Parameters of the endpoint rules read out of the operation's own.
    pub operation_context: Vec<(String, Expression)>,
    /// The checksum a request needs.
    pub checksum: Checksum,
    /// The ways it may be signed, best first; empty means the service's.
    pub auth: Vec<String>,
    /// `none` and the like, of older models.
    pub auth_type: Option<String>,
    /// The body is not part of the signature.
    pub unsigned_payload: bool,
    /// The model says that it only reads.
    pub read_only: bool,
    /// The model says that repeating it changes nothing more.
    pub idempotent: bool,
    /// The model advises against it.
    pub deprecated: bool,
    /// Paging, if there is any.
    pub paginator: Option<Paginator>,
}

/// A fixed value for an endpoint rule's parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContextValue {
    /// Text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
}

/// An error that an operation names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorShape {
    /// Its code on the wire.
    pub code: String,
    /// Its shape.
    pub shape: ShapeId,
}

/// The checksum a request needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// Without one the service refuses the request.
    pub required: bool,
    /// The member by which a caller chooses the algorithm; none means MD5 in `Content-MD5`.
    pub algorithm_member: Option<String>,
    /// The header that names the algorithm.
    pub algorithm_header: Option<String>,
}

impl Operation {
    /// The name as the AWS command line has it, such as `list-users`.
    #[must_use]
    pub fn cli_name(&self) -> String {
        names::cli_name(&self.name)
    }
}

impl Service {
    /// The operation of this name, as `ListUsers` or as `list-users`.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let exact = self
            .operations
            .binary_search_by(|operation| operation.name.as_str().cmp(name))
            .ok()
            .and_then(|index| self.operations.get(index));
        exact.or_else(|| {
            self.operations
                .iter()
                .find(|operation| names::same_letters(&operation.name, name))
        })
    }

    /// The shape of this id. A pack is checked when it is made, so an id out of range can only come from a damaged
    /// one and reads as an empty structure.
    #[must_use]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        static NOTHING: Shape = Shape {
            name: String::new(),
            kind: Kind::Structure(Structure {
                members: Vec::new(),
                payload: None,
                union: false,
                document: false,
                event_stream: false,
            }),
            sensitive: false,
        };
        self.shapes.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// Structure of the shape at this place.
    #[must_use]
    pub fn kind(&self, target: &Target) -> &Kind {
        &self.shape(target.shape).kind
    }

    /// The structure in this place, if it is one.
    #[must_use]
    pub fn structure(&self, target: &Target) -> Option<&Structure> {
        match self.kind(target) {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }
}
