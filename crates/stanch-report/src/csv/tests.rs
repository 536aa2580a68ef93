//! The tables as they are written.

use crate::inert::written;
use crate::sample::{empty, small};

#[test]
fn a_finding_is_a_row() {
    insta::assert_snapshot!(written(super::csv, &small()), @r#"
    finding,severity,title,detection,origin,takeover,principal,principal_key,principal_kind,account,first,last,events,succeeded,cited,tactics,techniques,summary,facts,next
    "f6e8c222687d60a5","critical","Trail stopped or deleted","trail-stopped","detector",1,"user ci-deploy","arn:aws:iam::111122223333:user/ci-deploy","IAM user","111122223333","2026-03-05T14:19:02Z","2026-03-05T14:19:02Z",1,1,1,"defense-evasion","T1685.002","Stopped the trail main in eu-west-1.","region: eu-west-1; client: aws-cli/2.15.30 Python/3.11.8","Ask the owner of the principal whether it was meant. If not, deny the principal everything and make its keys inactive."
    "#);
}

#[test]
fn a_cited_event_is_a_row() {
    insta::assert_snapshot!(written(super::csv_events, &small()), @r#"
    time,log,event_source,event_name,outcome,error_code,account,region,principal,principal_key,access_key_id,source_address,user_agent,event_id,shared_event_id,severity,findings,file,member,offset,key
    "2026-03-05T14:19:02Z","CloudTrail","iam.amazonaws.com","CreateUser","succeeded",,"111122223333","eu-west-1","user ci-deploy","arn:aws:iam::111122223333:user/ci-deploy","AKIAIOSFODNN7EXAMPLE","203.0.113.77","aws-cli/2.15.30","00000000-0000-4000-8000-000000000000",,"critical","f6e8c222687d60a5","logs/a.json.gz",0,0,"0cf3001ac54c06e2be46f57e79860424"
    "#);
}

#[test]
fn without_findings_there_are_columns() {
    assert_eq!(written(super::csv, &empty()).lines().count(), 1);
    assert_eq!(written(super::csv_events, &empty()).lines().count(), 1);
}
