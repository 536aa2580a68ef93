//! Which operation a request asks for, as far as that shows without a model.
//!
//! It must not read a body further than its first form field.

use hyper::http::request::Parts;

/// A request as tests and benchmarks see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The operation where the protocol names it (`X-Amz-Target`, `Action`), else method and path.
    pub operation: String,
    /// The service that the request was signed for, from the `Authorization` header; empty when it is not signed.
    pub service: String,
    /// The region that it was signed for; empty when it is not signed.
    pub region: String,
    /// The query string.
    pub query: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// Reads a request.
    pub(crate) fn of(parts: &Parts, body: &[u8]) -> Self {
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let target = header("x-amz-target").and_then(|target| target.rsplit('.').next());
        let plain = || format!("{} {}", parts.method, parts.uri.path());
        let mut scope = header("authorization")
            .and_then(|text| text.split("Credential=").nth(1))
            .unwrap_or_default()
            .split('/')
            .skip(2);
        let region = scope.next().unwrap_or_default().to_owned();
        Self {
            operation: target.or_else(|| action(body)).map_or_else(plain, str::to_owned),
            service: scope.next().unwrap_or_default().to_owned(),
            region,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            body: body.to_vec(),
        }
    }
}

/// The `Action` of a form.
fn action(body: &[u8]) -> Option<&str> {
    let form = std::str::from_utf8(body).ok()?;
    form.split('&').find_map(|field| field.strip_prefix("Action="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)], body: &[u8]) -> Asked {
        let mut request = hyper::Request::builder()
            .method("POST")
            .uri("/2015/functions?Marker=x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        Asked::of(&parts, body)
    }

    #[test]
    fn the_operation_is_found_in_header_form_or_path() {
        assert_eq!(
            asked(&[("x-amz-target", "Logs_20140328.DescribeLogGroups")], b"{}").operation,
            "DescribeLogGroups"
        );
        assert_eq!(
            asked(&[], b"Action=ListUsers&Version=2010-05-08").operation,
            "ListUsers"
        );
        let plain = asked(&[], b"");
        assert_eq!(
            (plain.operation.as_str(), plain.query.as_str()),
            ("POST /2015/functions", "Marker=x")
        );
    }

    #[test]
    fn service_and_region_come_from_the_signature() {
        let value = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
        let asked = asked(&[("authorization", value)], b"");
        assert_eq!(
            (asked.service.as_str(), asked.region.as_str()),
            ("lambda", "eu-west-1")
        );
    }
}
