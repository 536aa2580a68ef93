//! The bundle as it is written, and what may be in it.

use serde_json::Value;
use stanch_core::verdict::Confidence;
use stanch_core::{Analysis, Severity};

use crate::inert::written;
use crate::sample::{empty, sample, small};

fn patterns(analysis: &Analysis) -> Vec<String> {
    let bundle: Value = serde_json::from_str(&written(super::stix, analysis)).unwrap();
    let objects = bundle["objects"].as_array().unwrap().clone();
    let patterns = objects.iter().filter_map(|object| object["pattern"].as_str());
    patterns.map(str::to_owned).collect()
}

#[test]
fn a_takeover_is_indicators_and_what_they_rest_on() {
    let bundle: Value = serde_json::from_str(&written(super::stix, &small())).unwrap();
    let objects = bundle["objects"].as_array().unwrap().iter();
    let lines: Vec<String> = objects.map(Value::to_string).collect();
    insta::assert_snapshot!(lines.join("
"), @r#"
    {"type":"identity","spec_version":"2.1","id":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Stanch","description":"A program that reads AWS logs after a compromise. What it says is its reading of the logs.","identity_class":"system"}
    {"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--7413ddce-a9e8-55d7-b915-129c50abc215","value":"203.0.113.77"}
    {"type":"user-account","spec_version":"2.1","id":"user-account--97fda0c5-642c-5c1f-95e2-f899cb9e993a","user_id":"arn:aws:iam::111122223333:user/ci-deploy","display_name":"user ci-deploy"}
    {"type":"observed-data","spec_version":"2.1","id":"observed-data--e706e19b-51c1-51e9-b936-8b9d3dffcebb","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","first_observed":"2026-03-05T14:19:02.000Z","last_observed":"2026-03-05T14:19:02.000Z","number_observed":1,"object_refs":["ipv4-addr--7413ddce-a9e8-55d7-b915-129c50abc215","user-account--97fda0c5-642c-5c1f-95e2-f899cb9e993a"]}
    {"type":"indicator","spec_version":"2.1","id":"indicator--3fb01fbe-295b-5199-aa82-62d6441795e1","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","confidence":85,"name":"Address 203.0.113.77","description":"The attacker called AWS APIs from this address.","indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '203.0.113.77']","pattern_type":"stix","pattern_version":"2.1","valid_from":"2026-03-05T14:19:02.000Z"}
    {"type":"relationship","spec_version":"2.1","id":"relationship--e91061ee-5d40-5080-b0e2-12547f75d506","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","relationship_type":"based-on","source_ref":"indicator--3fb01fbe-295b-5199-aa82-62d6441795e1","target_ref":"observed-data--e706e19b-51c1-51e9-b936-8b9d3dffcebb"}
    {"type":"attack-pattern","spec_version":"2.1","id":"attack-pattern--d090400d-02df-51df-b73d-d41d6fd32c97","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"T1685.002","external_references":[{"source_name":"mitre-attack","external_id":"T1685.002","url":"https://attack.mitre.org/techniques/T1685/002/"}]}
    {"type":"relationship","spec_version":"2.1","id":"relationship--ef56ea6d-70b5-5214-8c40-a14b0fcfd679","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","relationship_type":"indicates","source_ref":"indicator--3fb01fbe-295b-5199-aa82-62d6441795e1","target_ref":"attack-pattern--d090400d-02df-51df-b73d-d41d6fd32c97"}
    {"type":"user-account","spec_version":"2.1","id":"user-account--f13b1925-6e8e-5ae6-afc3-96e795c9075a","user_id":"AKIAIOSFODNN7EXAMPLE","display_name":"AWS access key AKIAIOSFODNN7EXAMPLE"}
    {"type":"observed-data","spec_version":"2.1","id":"observed-data--f20eba5a-b63a-542c-9776-046343853a66","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","first_observed":"2026-03-05T14:19:02.000Z","last_observed":"2026-03-05T14:19:02.000Z","number_observed":1,"object_refs":["user-account--f13b1925-6e8e-5ae6-afc3-96e795c9075a","user-account--97fda0c5-642c-5c1f-95e2-f899cb9e993a"]}
    {"type":"indicator","spec_version":"2.1","id":"indicator--6ca73350-b4c4-5d4c-8664-6a9dbee07331","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","confidence":85,"name":"AWS access key AKIAIOSFODNN7EXAMPLE","description":"The attacker called AWS APIs with this access key.","indicator_types":["compromised"],"pattern":"[user-account:user_id = 'AKIAIOSFODNN7EXAMPLE']","pattern_type":"stix","pattern_version":"2.1","valid_from":"2026-03-05T14:19:02.000Z"}
    {"type":"relationship","spec_version":"2.1","id":"relationship--ef227fad-88db-57e8-b0e6-5bc62cfb0cd0","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","relationship_type":"based-on","source_ref":"indicator--6ca73350-b4c4-5d4c-8664-6a9dbee07331","target_ref":"observed-data--f20eba5a-b63a-542c-9776-046343853a66"}
    {"type":"relationship","spec_version":"2.1","id":"relationship--a42a655f-5406-5c42-8bb9-dd8bc5e7aba3","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","relationship_type":"indicates","source_ref":"indicator--6ca73350-b4c4-5d4c-8664-6a9dbee07331","target_ref":"attack-pattern--d090400d-02df-51df-b73d-d41d6fd32c97"}
    {"type":"report","spec_version":"2.1","id":"report--80254f1c-1522-502d-aaff-a3a5ea42e3bb","created_by_ref":"identity--3c0c1f88-823e-52dc-913b-bdb3d60bca60","created":"2026-03-05T16:40:09.000Z","modified":"2026-03-05T16:40:09.000Z","confidence":85,"name":"Attack of user ci-deploy in AWS","description":"Most likely a leaked long-term key: no console sign-in and no new session came before it, and the client changed from terraform to aws-cli in the same minute. Not excluded: theft from the build server. Its logs and a key scan would settle it. Did: looked around (209 calls); made user svc-backup2 with administrator rights; stopped trail main; asked for 48 p4d.24xlarge in sa-east-1 and ap-northeast-3; assumed role billing-admin; read 3,000 objects from customer-exports.","report_types":["indicator","attack-pattern"],"published":"2026-03-05T16:40:09.000Z","object_refs":["ipv4-addr--7413ddce-a9e8-55d7-b915-129c50abc215","user-account--97fda0c5-642c-5c1f-95e2-f899cb9e993a","observed-data--e706e19b-51c1-51e9-b936-8b9d3dffcebb","indicator--3fb01fbe-295b-5199-aa82-62d6441795e1","relationship--e91061ee-5d40-5080-b0e2-12547f75d506","attack-pattern--d090400d-02df-51df-b73d-d41d6fd32c97","relationship--ef56ea6d-70b5-5214-8c40-a14b0fcfd679","user-account--f13b1925-6e8e-5ae6-afc3-96e795c9075a","observed-data--f20eba5a-b63a-542c-9776-046343853a66","indicator--6ca73350-b4c4-5d4c-8664-6a9dbee07331","relationship--ef227fad-88db-57e8-b0e6-5bc62cfb0cd0","relationship--a42a655f-5406-5c42-8bb9-dd8bc5e7aba3"]}
    "#);
}

#[test]
fn only_what_holds_against_a_takeover_is_an_indicator() {
    assert_eq!(
        patterns(&sample()),
        [
            "[ipv4-addr:value = '203.0.113.77']",
            "[user-account:user_id = 'AKIAIOSFODNN7EXAMPLE']"
        ]
    );
    assert_eq!(patterns(&empty()), [""; 0]);
    let mut unsure = sample();
    unsure.verdict.stories[0].confidence = Confidence::Low;
    assert_eq!(patterns(&unsure), [""; 0]);
    let mut slight = sample();
    for finding in &mut slight.findings {
        finding.severity = Severity::Low;
    }
    assert_eq!(patterns(&slight), [""; 0]);
    let mut service = sample();
    for record in service.events.values_mut() {
        record.source_address = "cloudformation.amazonaws.com".to_owned();
        record.access_key_id.clear();
    }
    assert_eq!(patterns(&service), [""; 0]);
}

#[test]
fn an_address_that_others_used_before_is_no_indicator() {
    let mut analysis = sample();
    let bystander = analysis.principals.last().unwrap().principal.key.clone();
    let since = analysis.verdict.stories[0].since;
    let mut earlier = analysis.events.values().next().unwrap().clone();
    earlier.key.0 ^= 1;
    earlier.time = since.plus_millis(-1);
    earlier.principal = bystander;
    analysis.events.insert(earlier.key, earlier.clone());
    assert_eq!(
        patterns(&analysis),
        ["[user-account:user_id = 'AKIAIOSFODNN7EXAMPLE']"]
    );
    analysis.events.get_mut(&earlier.key).unwrap().time = since;
    assert_eq!(patterns(&analysis).len(), 2);
}
