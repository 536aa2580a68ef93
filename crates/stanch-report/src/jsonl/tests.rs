//! The lines as they are written.

use crate::inert::written;
use crate::sample::{empty, small};

#[test]
fn a_finding_is_a_line() {
    insta::assert_snapshot!(written(super::jsonl, &small()), @r#"{"finding":"f6e8c222687d60a5","severity":"critical","title":"Trail stopped or deleted","detection":"trail-stopped","origin":"detector","takeover":1,"principal":{"key":"arn:aws:iam::111122223333:user/ci-deploy","kind":"iam-user","name":"user ci-deploy","account":"111122223333"},"first":"2026-03-05T14:19:02Z","last":"2026-03-05T14:19:02Z","events":1,"succeeded":1,"tactics":["defense-evasion"],"techniques":["T1685.002"],"summary":"Stopped the trail main in eu-west-1.","facts":[{"label":"region","value":"eu-west-1"},{"label":"client","value":"aws-cli/2.15.30 Python/3.11.8"}],"why":"Whoever holds stolen credentials does this early, and few people who belong here ever do.","false_positives":["Planned work by an administrator, announced beforehand."],"next":["Ask the owner of the principal whether it was meant.","If not, deny the principal everything and make its keys inactive."],"cited":[{"key":"0cf3001ac54c06e2be46f57e79860424","time":"2026-03-05T14:19:02Z","log":"cloud-trail","event_source":"iam.amazonaws.com","event_name":"CreateUser","outcome":"success","error_code":"","account":"111122223333","region":"eu-west-1","principal":"user ci-deploy","principal_key":"arn:aws:iam::111122223333:user/ci-deploy","access_key_id":"AKIAIOSFODNN7EXAMPLE","source_address":"203.0.113.77","user_agent":"aws-cli/2.15.30","event_id":"00000000-0000-4000-8000-000000000000","shared_event_id":"","file":"logs/a.json.gz","member":0,"offset":0}]}"#);
}

#[test]
fn a_cited_event_is_a_line() {
    insta::assert_snapshot!(written(super::jsonl_events, &small()), @r#"{"key":"0cf3001ac54c06e2be46f57e79860424","time":"2026-03-05T14:19:02Z","log":"cloud-trail","event_source":"iam.amazonaws.com","event_name":"CreateUser","outcome":"success","error_code":"","account":"111122223333","region":"eu-west-1","principal":"user ci-deploy","principal_key":"arn:aws:iam::111122223333:user/ci-deploy","access_key_id":"AKIAIOSFODNN7EXAMPLE","source_address":"203.0.113.77","user_agent":"aws-cli/2.15.30","event_id":"00000000-0000-4000-8000-000000000000","shared_event_id":"","file":"logs/a.json.gz","member":0,"offset":0,"severity":"critical","findings":[{"finding":"f6e8c222687d60a5","severity":"critical","title":"Trail stopped or deleted"}],"raw":"{\"eventVersion\":\"1.11\",\"eventName\":\"CreateUser\",\"number\":0}"}"#);
}

#[test]
fn without_findings_there_are_no_lines() {
    assert_eq!(written(super::jsonl, &empty()), "");
    assert_eq!(written(super::jsonl_events, &empty()), "");
}
