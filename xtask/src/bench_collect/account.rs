//! The account that is collected: the same one each time, with enough in it that answers lead on to further calls.
//!
//! What is not told here has nothing in it: its reply is an empty one as its protocol writes it. It must not wait or
//! count; the server does.

use std::fmt::Write as _;

use serde_json::{Value, json};
use stanch_testkit::{Asked, RecordedReply};

/// Whose credentials are used.
pub(super) const OWN: &str = "123456789012";
/// The regions that every account has enabled when it is opened.
pub(super) const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];
/// Services whose replies under paths are XML.
const XML_UNDER_PATHS: [&str; 4] = ["s3", "cloudfront", "route53", "s3express"];

/// The reply to a request.
pub(super) fn answer(asked: &Asked) -> RecordedReply {
    let is_form = form(asked, "Action").is_some();
    if is_form {
        let inside = in_xml(asked);
        let name = &asked.operation;
        // EC2 writes no result element inside; others do.
        let body = if asked.service == "ec2" {
            format!("<{name}Response>{inside}</{name}Response>")
        } else {
            format!("<{name}Response><{name}Result>{inside}</{name}Result></{name}Response>")
        };
        return reply("text/xml", body);
    }
    if asked.operation.starts_with("POST /service/") {
        // An empty map.
        return reply("application/cbor", vec![0xa0]);
    }
    if XML_UNDER_PATHS.contains(&asked.service.as_str()) {
        return reply("application/xml", under_paths(asked));
    }
    reply("application/x-amz-json-1.1", in_json(asked).to_string())
}

fn reply(content_type: &'static str, body: impl Into<Vec<u8>>) -> RecordedReply {
    RecordedReply {
        status: 200,
        content_type,
        body: body.into().into(),
    }
}

/// A field of a form. Names in this account need no decoding.
fn form<'a>(asked: &'a Asked, name: &str) -> Option<&'a str> {
    let text = std::str::from_utf8(&asked.body).ok()?;
    let field = |field: &'a str| field.strip_prefix(name)?.strip_prefix('=');
    text.split('&').find_map(field)
}

/// So many items, each written by its number.
fn items(count: u32, item: impl Fn(u32) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        text.push_str(&item(number));
        text
    })
}

fn listed(list: &str, member: &str, count: u32, item: impl Fn(u32) -> String) -> String {
    let inside = items(count, |number| format!("<{member}>{}</{member}>", item(number)));
    format!("<{list}>{inside}</{list}>")
}

/// What stands in the reply to a form.
fn in_xml(asked: &Asked) -> String {
    let user = form(asked, "UserName").unwrap_or("user-00");
    match (asked.service.as_str(), asked.operation.as_str()) {
        ("sts", "GetCallerIdentity") => format!(
            "<Arn>arn:aws:iam::{OWN}:user/ann</Arn><UserId>AIDAEXAMPLE</UserId><Account>{OWN}</Account>"
        ),
        ("sts", "AssumeRole") => session(),
        ("iam", "ListUsers") => listed("Users", "member", 20, |number| {
            format!(
                "<Path>/</Path><UserName>user-{number:02}</UserName><UserId>AIDA{number}</UserId>\
                 <Arn>arn:aws:iam::{OWN}:user/user-{number:02}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
            )
        }),
        ("iam", "ListAccessKeys") => listed("AccessKeyMetadata", "member", 1, |_| {
            let number = user.trim_start_matches("user-");
            format!(
                "<UserName>{user}</UserName><AccessKeyId>AKIAEXAMPLE{number}</AccessKeyId><Status>Active</Status>"
            )
        }),
        ("iam", "ListPolicies") => listed("Policies", "member", 8, |number| {
            format!(
                "<PolicyName>policy-{number}</PolicyName><Arn>arn:aws:iam::{OWN}:policy/policy-{number}</Arn>"
            )
        }),
        ("iam", "ListPolicyVersions") => listed("Versions", "member", 1, |_| {
            "<VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion>".to_owned()
        }),
        ("iam", "GenerateCredentialReport") => "<State>COMPLETE</State>".to_owned(),
        ("iam", "GetAccountAuthorizationDetails") => listed("RoleDetailList", "member", 60, role),
        ("ec2", "DescribeInstances") => listed("reservationSet", "item", 3, |number| {
            let instance = format!("<instanceId>{}</instanceId>", instance(asked, number));
            format!(
                "<instancesSet><item>{instance}<instanceType>m7g.large</instanceType></item></instancesSet>"
            )
        }),
        ("sns", "ListTopics") => listed("Topics", "member", 3, |number| {
            format!(
                "<TopicArn>arn:aws:sns:{}:{OWN}:topic-{number}</TopicArn>",
                asked.region
            )
        }),
        ("rds", "DescribeDBSnapshots") => listed("DBSnapshots", "DBSnapshot", 2, |number| {
            format!("<DBSnapshotIdentifier>snapshot-{number}</DBSnapshotIdentifier>")
        }),
        _ => String::new(),
    }
}

/// What assuming a role gives: no run lasts until it ends.
fn session() -> String {
    "<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>none</SecretAccessKey>\
     <SessionToken>none</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
     <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:stanch</AssumedRoleId>\
     <Arn>arn:aws:sts::123456789012:assumed-role/Responder/stanch</Arn></AssumedRoleUser>"
        .to_owned()
}

fn role(number: u32) -> String {
    let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal\
                 %22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";
    format!(
        "<RoleName>role-{number:02}</RoleName><RoleId>AROA{number}</RoleId><Path>/</Path>\
         <Arn>arn:aws:iam::{OWN}:role/role-{number:02}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument><AttachedManagedPolicies/><RolePolicyList/>"
    )
}

fn instance(asked: &Asked, number: u32) -> String {
    let place = REGIONS.iter().position(|region| *region == asked.region);
    format!("i-{:017x}", place.unwrap_or(0) * 16 + number as usize)
}

/// Replies in XML to requests under paths. Buckets lie in four of the regions.
fn under_paths(asked: &Asked) -> String {
    if asked.service != "s3" || asked.operation != "GET /" {
        return "<Empty/>".to_owned();
    }
    let homes = ["us-east-1", "eu-west-1", "eu-central-1", "us-west-2"];
    let buckets = items(16, |number| {
        let region = homes.get(number as usize % homes.len()).unwrap_or(&"us-east-1");
        let mut text = String::new();
        // Writing to memory can't fail.
        write!(
            text,
            "<Bucket><Name>bucket-{number:02}</Name><BucketRegion>{region}</BucketRegion></Bucket>"
        )
        .unwrap_or_default();
        text
    });
    format!("<ListAllMyBucketsResult><Buckets>{buckets}</Buckets></ListAllMyBucketsResult>")
}

fn list(count: u32, item: impl Fn(u32) -> Value) -> Value {
    (0..count).map(item).collect()
}

/// Replies in JSON.
fn in_json(asked: &Asked) -> Value {
    let region = asked.region.as_str();
    let arn = |kind: &str, number: u32| format!("arn:aws:{}:{region}:{OWN}:{kind}-{number}", asked.service);
    match (asked.service.as_str(), asked.operation.as_str()) {
        ("account", "POST /listRegions") => {
            let regions =
                REGIONS.map(|name| json!({"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"}));
            json!({ "Regions": regions })
        }
        ("kms", "ListKeys") => json!({"Keys": list(4, |number| json!({
            "KeyId": format!("key-{number}"), "KeyArn": arn("key/key", number)
        }))}),
        ("logs", "DescribeLogGroups") => json!({"logGroups": list(10, |number| json!({
            "logGroupName": format!("/aws/lambda/function-{number}")
        }))}),
        ("cloudtrail", "DescribeTrails") => json!({"trailList": [{
            "Name": "main", "HomeRegion": "us-east-1", "IsMultiRegionTrail": true,
            "TrailARN": format!("arn:aws:cloudtrail:us-east-1:{OWN}:trail/main")
        }]}),
        ("secretsmanager", "ListSecrets") => json!({"SecretList": list(3, |number| json!({
            "ARN": arn("secret:secret", number), "Name": format!("secret-{number}")
        }))}),
        ("dynamodb", "ListTables") => json!({"TableNames": ["orders", "customers"]}),
        ("dynamodb", "DescribeTable") => json!({"Table": {"TableArn": arn("table/orders", 0)}}),
        ("sqs", "ListQueues") => json!({"QueueUrls": list(2, |number| {
            format!("https://sqs.{region}.amazonaws.com/{OWN}/queue-{number}").into()
        })}),
        ("guardduty", "GET /detector") => json!({"detectorIds": ["detector-0"]}),
        ("lambda", path) if path.trim_end_matches('/').ends_with("-03-31/functions") => {
            json!({"Functions": list(3, |number| json!({
                "FunctionName": format!("function-{number}"), "FunctionArn": arn("function:function", number),
                "Runtime": "python3.13", "Version": "$LATEST"
            }))})
        }
        ("lambda", path) if path.ends_with("/versions") => {
            let name = path.rsplit('/').nth(1).unwrap_or_default();
            json!({"Versions": [{"FunctionName": name, "Version": "$LATEST"}]})
        }
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(service: &str, operation: &str, body: &str) -> Asked {
        Asked {
            operation: operation.to_owned(),
            service: service.to_owned(),
            region: "eu-west-1".to_owned(),
            query: String::new(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn text(asked: &Asked) -> String {
        String::from_utf8(answer(asked).body.to_vec()).unwrap()
    }

    #[test]
    fn what_is_not_told_is_empty_in_the_words_of_its_protocol() {
        let form = asked("rds", "DescribeDBProxies", "Action=DescribeDBProxies&Version=1");
        assert_eq!(
            text(&form),
            "<DescribeDBProxiesResponse><DescribeDBProxiesResult></DescribeDBProxiesResult></DescribeDBProxiesResponse>"
        );
        let of_ec2 = asked("ec2", "DescribeHosts", "Action=DescribeHosts");
        assert_eq!(text(&of_ec2), "<DescribeHostsResponse></DescribeHostsResponse>");
        assert_eq!(text(&asked("ecs", "ListClusters", "{}")), "{}");
        assert_eq!(text(&asked("s3", "GET /bucket-00", "")), "<Empty/>");
    }

    #[test]
    fn lists_lead_on() {
        let keys = asked("iam", "ListAccessKeys", "Action=ListAccessKeys&UserName=user-07");
        assert!(text(&keys).contains("<AccessKeyId>AKIAEXAMPLE07</AccessKeyId>"));
        let functions = asked("lambda", "GET /2015-03-31/functions/", "");
        assert!(text(&functions).contains("function-2"));
        assert!(text(&asked("s3", "GET /", "")).contains("<BucketRegion>eu-west-1</BucketRegion>"));
    }
}
