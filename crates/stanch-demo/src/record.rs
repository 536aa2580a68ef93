//! One CloudTrail record in the making.

use serde_json::{Map, Value, json};

use crate::calendar::Day;
use crate::cast::{Actor, Cast};
use crate::random::Random;

/// Where and when a record is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'c> {
    pub(crate) cast: &'c Cast,
    pub(crate) region: &'c str,
    pub(crate) day: Day,
    /// Second of the day.
    pub(crate) second: u32,
}

impl Scene<'_> {
    /// The time as logged.
    pub(crate) fn time(&self) -> String {
        self.day.moment(self.second)
    }

    /// Returns true when global services log here.
    pub(crate) fn is_home(&self) -> bool {
        self.cast.regions.first() == Some(&self.region)
    }

    /// The region's place among those in use; the home region's for the others.
    pub(crate) fn region_index(&self) -> usize {
        self.cast
            .regions
            .iter()
            .position(|region| *region == self.region)
            .unwrap_or(0)
    }
}

/// A record, all but where and when.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    actor: Actor,
    service: &'static str,
    name: &'static str,
    read_only: bool,
    request: Value,
    response: Value,
    error: Option<(&'static str, String)>,
    /// Members between `responseElements` and `requestID`.
    more: Vec<(&'static str, Value)>,
    event_type: &'static str,
    data: bool,
    host: Option<String>,
    request_id: Option<String>,
    /// The id, where another record must know it.
    event_id: Option<String>,
}

impl Record {
    fn new(actor: Actor, service: &'static str, name: &'static str, read_only: bool) -> Self {
        Self {
            actor,
            service,
            name,
            read_only,
            request: Value::Null,
            response: Value::Null,
            error: None,
            more: Vec::new(),
            event_type: "AwsApiCall",
            data: false,
            host: None,
            request_id: None,
            event_id: None,
        }
    }

    /// A call that looks.
    pub(crate) fn read(actor: Actor, service: &'static str, name: &'static str) -> Self {
        Self::new(actor, service, name, true)
    }

    /// A call that changes.
    pub(crate) fn write(actor: Actor, service: &'static str, name: &'static str) -> Self {
        Self::new(actor, service, name, false)
    }

    /// `eventName`.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn request(mut self, request: Value) -> Self {
        self.request = request;
        self
    }

    pub(crate) fn response(mut self, response: Value) -> Self {
        self.response = response;
        self
    }

    /// The call was refused or failed: no response.
    pub(crate) fn failed(mut self, code: &'static str, message: impl Into<String>) -> Self {
        self.error = Some((code, message.into()));
        self.response = Value::Null;
        self
    }

    /// The call was refused for want of permission, said the way the service says it.
    pub(crate) fn denied(self) -> Self {
        let arn = self.actor.identity["arn"]
            .as_str()
            .unwrap_or("unknown")
            .to_owned();
        let action = format!("{}:{}", self.service, self.name);
        let code = match self.service {
            "ec2" => "Client.UnauthorizedOperation",
            "iam" | "s3" | "sts" => "AccessDenied",
            _ => "AccessDeniedException",
        };
        self.failed(
            code,
            format!("User: {arn} is not authorized to perform: {action} because no identity-based policy allows the {action} action"),
        )
    }

    /// Another member of the record.
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.more.push((name, value));
        self
    }

    /// A data event.
    pub(crate) fn data_event(mut self) -> Self {
        self.data = true;
        self
    }

    /// Another kind of event than an API call.
    pub(crate) fn of_type(mut self, event_type: &'static str) -> Self {
        self.event_type = event_type;
        self
    }

    /// The host that was called, where it is not the service's regional one.
    pub(crate) fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    pub(crate) fn request_id(mut self, id: String) -> Self {
        self.request_id = Some(id);
        self
    }

    /// The id this record is to have.
    pub(crate) fn event_id(mut self, id: String) -> Self {
        self.event_id = Some(id);
        self
    }

    /// The record at a place and time.
    pub(crate) fn at(self, scene: &Scene<'_>, random: &mut Random) -> Value {
        let mut record = Map::with_capacity(24);
        let mut put = |name: &str, value: Value| {
            record.insert(name.to_owned(), value);
        };
        put("eventVersion", "1.11".into());
        put("userIdentity", self.actor.identity);
        put("eventTime", scene.time().into());
        put("eventSource", format!("{}.amazonaws.com", self.service).into());
        put("eventName", self.name.into());
        put("awsRegion", scene.region.into());
        put("sourceIPAddress", self.actor.address.into());
        put("userAgent", self.actor.agent.into());
        if let Some((code, message)) = self.error {
            put("errorCode", code.into());
            put("errorMessage", message.into());
        }
        put("requestParameters", self.request);
        put("responseElements", self.response);
        for (name, value) in self.more {
            put(name, value);
        }
        put(
            "requestID",
            self.request_id.unwrap_or_else(|| random.uuid()).into(),
        );
        put("eventID", self.event_id.unwrap_or_else(|| random.uuid()).into());
        put("readOnly", self.read_only.into());
        put("eventType", self.event_type.into());
        put("managementEvent", (!self.data).into());
        put("recipientAccountId", scene.cast.account.clone().into());
        put(
            "eventCategory",
            if self.data { "Data" } else { "Management" }.into(),
        );
        if self.actor.tls {
            let host = self.host.unwrap_or_else(|| host_of(self.service, scene.region));
            put("tlsDetails", tls(&host, random));
        }
        Value::Object(record)
    }
}

fn host_of(service: &str, region: &str) -> String {
    match service {
        "iam" | "organizations" => format!("{service}.amazonaws.com"),
        "signin" => "signin.aws.amazon.com".to_owned(),
        _ => format!("{service}.{region}.amazonaws.com"),
    }
}

fn tls(host: &str, random: &mut Random) -> Value {
    let (version, suite) = if random.chance(850) {
        ("TLSv1.3", "TLS_AES_128_GCM_SHA256")
    } else {
        ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
    };
    json!({"tlsVersion": version, "cipherSuite": suite, "clientProvidedHostHeader": host})
}
