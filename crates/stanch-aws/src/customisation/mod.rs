//! Behaviour of services that their models don't describe: one file each.
//!
//! Covered, of what botocore keeps by hand:
//!
//! | file | what |
//! |---|---|
//! | [`policy_documents`] | IAM's policies, percent-encoded JSON in text, become objects; so do CloudFormation's templates |
//! | [`console_output`] | EC2's console output is text in base64 |
//! | [`user_data`] | user data goes out as base64 |
//! | [`error_in_success`] | S3 says "Error" in a reply of status 200 |
//! | [`bucket_location`] | S3's GetBucketLocation, whose root element is the value |
//! | [`bucket_addressing`] | the bucket is the endpoint's, not the path's; which buckets can't be host names |
//! | [`key_encoding`] | S3 lists keys percent-encoded, so that every key is XML |
//! | [`host_prefix`] | S3 Control's account is the endpoint's |
//! | [`checksums`] | CRC32 or MD5 of bodies where the service wants one |
//! | [`route53_ids`] | `/hostedzone/Z1` may be given for `Z1` |
//! | [`glacier`] | account `-`, version header, tree hash not |
//! | [`accept_json`] | API Gateway speaks HAL unless told otherwise |
//!
//! Not covered: presigned parameters (EC2 CopySnapshot, RDS, Neptune and DocumentDB copies between regions), S3's
//! redirects to a bucket's region and S3 Express sessions (the client's business), `Expect: 100-continue`, customer keys'
//! MD5 (SSE-C), Glacier uploads, endpoint discovery, Machine Learning's predict host, CloudSearch's POST, Polly's
//! presigning, checks of a reply's checksum, event streams.

pub mod accept_json;
pub mod bucket_addressing;
pub mod bucket_location;
pub mod checksums;
pub mod console_output;
pub mod error_in_success;
pub mod glacier;
pub mod host_prefix;
pub mod key_encoding;
pub mod policy_documents;
pub mod route53_ids;
pub mod user_data;

use serde_json::{Map, Value};

use crate::model::service::{Operation, Service};
use crate::protocol::{Reply, ReplyError, Request};

/// Before the parameters are checked.
pub(crate) fn before(service: &Service, operation: &Operation, params: &mut Map<String, Value>) {
    match service.name.as_str() {
        "ec2" | "autoscaling" => user_data::before(operation, params),
        "glacier" => glacier::before(service, operation, params),
        "route53" => route53_ids::before(service, operation, params),
        "s3" => key_encoding::before(operation, params),
        _ => {}
    }
}

/// When the request is written.
pub(crate) fn request(service: &Service, operation: &Operation, params: &Value, request: &mut Request) {
    match service.name.as_str() {
        "apigateway" => accept_json::request(request),
        "glacier" => glacier::request(service, request),
        "s3" => bucket_addressing::request(operation, params, request),
        "s3control" => host_prefix::request(request),
        _ => {}
    }
    checksums::request(operation, params, request);
}

/// An error in a reply that looks good.
pub(crate) fn error_inside(
    service: &Service,
    operation: &Operation,
    reply: &Reply<'_>,
) -> Option<ReplyError> {
    match service.name.as_str() {
        "s3" => error_in_success::error(service, operation, reply),
        _ => None,
    }
}

/// When the reply is read.
pub(crate) fn after(
    service: &Service,
    operation: &Operation,
    params: &Value,
    reply: &Reply<'_>,
    value: &mut Value,
) -> Result<(), ReplyError> {
    match service.name.as_str() {
        "iam" => policy_documents::iam(service, operation, value),
        "cloudformation" => policy_documents::template(operation, value),
        "ec2" => console_output::after(operation, value),
        "s3" => {
            bucket_location::after(operation, reply, value)?;
            key_encoding::after(operation, params, value);
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod testing {
    //! Requests and replies of real services, for the tests next to.

    use serde_json::Value;

    use crate::exchange::{interpret, prepare};
    use crate::model::Models;
    use crate::protocol::{Reply, ReplyError, Request};

    pub(crate) fn write(service: &str, operation: &str, params: &Value) -> Request {
        let service = Models::embedded().unwrap().service(service).unwrap();
        let operation = service.operation(operation).unwrap();
        prepare(&service, operation, params, &mut || "token".to_owned())
            .unwrap()
            .request
    }

    pub(crate) fn read(
        service: &str,
        operation: &str,
        params: &Value,
        body: &str,
    ) -> Result<Value, ReplyError> {
        let service = Models::embedded().unwrap().service(service).unwrap();
        let operation = service.operation(operation).unwrap();
        let params = prepare(&service, operation, params, &mut || "token".to_owned())
            .unwrap()
            .params;
        let reply = Reply {
            status: 200,
            headers: &[],
            body: body.as_bytes(),
        };
        interpret(&service, operation, &params, &reply)
    }
}
