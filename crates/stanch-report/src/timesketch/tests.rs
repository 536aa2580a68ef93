//! The timeline as it is written.

use serde_json::Value;

use crate::inert::written;
use crate::sample::{sample, small};

#[test]
fn findings_and_events_are_lines() {
    insta::assert_snapshot!(written(super::timesketch, &small()), @r#"
    {"message":"Trail stopped or deleted: Stopped the trail main in eu-west-1. (user ci-deploy)","datetime":"2026-03-05T14:19:02Z","timestamp":1772720342000000,"timestamp_desc":"First event of a finding","data_type":"stanch:finding","tag":["stanch","critical","defense-evasion","T1685.002"],"severity":"critical","finding":"f6e8c222687d60a5","detection":"trail-stopped","principal":"user ci-deploy","principal_key":"arn:aws:iam::111122223333:user/ci-deploy","account_identifier":"111122223333","last_seen":"2026-03-05T14:19:02Z","event_count":1,"succeeded_count":1}
    {"message":"iam.amazonaws.com CreateUser by user ci-deploy from 203.0.113.77 (succeeded): Trail stopped or deleted","datetime":"2026-03-05T14:19:02Z","timestamp":1772720342000000,"timestamp_desc":"Event Logged","data_type":"aws:cloudtrail:entry","tag":["stanch","critical","defense-evasion","T1685.002"],"severity":"critical","finding":["f6e8c222687d60a5"],"event_name":"CreateUser","event_source":"iam.amazonaws.com","event_identifier":"00000000-0000-4000-8000-000000000000","aws_region":"eu-west-1","account_identifier":"111122223333","user_name":"user ci-deploy","principal_key":"arn:aws:iam::111122223333:user/ci-deploy","access_key":"AKIAIOSFODNN7EXAMPLE","source_ip":"203.0.113.77","user_agent":"aws-cli/2.15.30","outcome":"success","error_code":"","cloud_trail_event":"{\"eventVersion\":\"1.11\",\"eventName\":\"CreateUser\",\"number\":0}","file":"logs/a.json.gz","member":0,"offset":0}
    "#);
}

#[test]
fn every_line_has_what_the_importer_requires_in_the_order_of_time() {
    let text = written(super::timesketch, &sample());
    let mut latest = i64::MIN;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        for field in ["message", "datetime", "timestamp_desc"] {
            assert!(!line[field].as_str().unwrap().is_empty(), "{field}");
        }
        let time = stanch_core::Timestamp::parse(line["datetime"].as_str().unwrap()).unwrap();
        let micros = line["timestamp"].as_i64().unwrap();
        assert_eq!(micros, time.0 * 1000);
        assert!(micros >= latest);
        latest = micros;
    }
}
