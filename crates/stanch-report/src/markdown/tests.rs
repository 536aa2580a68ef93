//! The report as it is written.

use crate::inert::written;
use crate::sample::{empty, sample, small};

#[test]
fn the_report_tells_the_takeover_and_what_is_not_known() {
    let text = written(super::markdown, &sample());
    let (story, _) = text.split_once("## Findings").unwrap();
    insta::assert_snapshot!(story, @r"
    # AWS incident report: Compromised

    One attack was found. Logs that were not read or never written may hide more.

    Read: 16,135 files, 1,003,061 events, 2 accounts, 3 regions, 2 Mar 00:00 – 8 Mar 2026 23:59 UTC. All times are in UTC.

    ## Attack (high confidence)

    - **Who:** user ci-deploy, account 111122223333; then, created or used by it: user `svc-backup2`, role ops-support
    - **Access keys:** `AKIAIOSFODNN7EXAMPLE`, `AKIAI44QH8DHBEXAMPLE`
    - **When:** 5 Mar 2026 14:02:11 – 16:40:09 UTC
    - **From:** 203.0.113.77 (NL), 198.51.100.20

    **Entry**

    - Most likely a leaked long-term key: no console sign-in and no new session came before it, and the client changed from terraform to aws-cli in the same minute.
    - Not excluded: theft from the build server. Its logs and a key scan would settle it.

    **Actions**

    - 5 Mar 2026 14:02:15: looked around (209 calls)
    - 5 Mar 2026 14:05:30: made user `svc-backup2` with administrator rights
    - 5 Mar 2026 14:19:02: stopped trail main
    - 5 Mar 2026 14:22:40: asked for 48 `p4d.24xlarge` in `sa-east-1` and `ap-northeast-3`
    - 5 Mar 2026 14:22:40: assumed role billing-admin (failed)
    - 5 Mar 2026 14:40:00: read 3,000 objects from customer-exports

    **Left behind**

    - user `svc-backup2`
    - key `AKIAI44QH8DHBEXAMPLE`
    - role ops-support, trusting 999988887777
    - 17 instances in `sa-east-1`

    **Data taken**

    - 3,000 objects, 41.2 GB, from customer-exports.
    - Other buckets: cannot be known, their data events were not recorded.

    ## Not known

    **Not logged**

    - 5 Mar 14:19 – 16:40: trail main stopped by ci-deploy in `eu-west-1` and `us-east-1`
    - All 7 days: `S3` data events of 11 of 12 buckets never recorded

    **Not judged**

    - 14 files could not be read whole; what they hold is not judged.
    ");
}

#[test]
fn the_report_lists_findings_what_to_do_and_what_was_read() {
    let text = written(super::markdown, &small());
    let (_, rest) = text.split_once("## Findings").unwrap();
    insta::assert_snapshot!(rest, @r"
    1 critical.

    | Severity | Detection | Identity | Time (UTC) | Events | Id |
    |---|---|---|---|---:|---|
    | critical | Trail stopped or deleted: Stopped the trail main in `eu-west-1`. | user ci-deploy | 5 Mar 2026 14:19:02 | 1 | `f6e8c222687d60a5` |

    ## Next steps

    **Trail stopped or deleted**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    ## Coverage

    | Account | Region | Events | First (UTC) | Last (UTC) |
    |---|---|---:|---|---|
    | 111122223333 | `eu-west-1` | 1,003,061 | 2026-03-02 00:00:03 | 2026-03-08 23:59:41 |
    | 111122223333 | `sa-east-1` | 96 | 2026-03-05 14:22:40 | 2026-03-05 14:31:07 |
    | 444455556666 | `us-east-1` | 1,003,061 | 2026-03-02 00:00:03 | 2026-03-08 23:59:41 |

    Data events logged: `s3` (3,000 events).

    **Not read in full:** 14 inputs: 3 damaged compression, 9 truncated, 2 malformed JSON. Their other events are unknown.

    **Rules that could not be loaded and did not run:**

    - `rules/own/broken.yml`: no detection section

    Written by Stanch 0.1.0 from local copies of the logs. Country table: made-up table, 2026-03-01
    ");
}

#[test]
fn an_empty_analysis_is_not_called_clean() {
    let text = written(super::markdown, &empty());
    assert!(text.contains("# AWS incident report: Unknown"), "{text}");
    assert!(text.contains("nothing is known about this account"), "{text}");
}

#[test]
fn many_findings_are_counted_not_listed() {
    let mut analysis = sample();
    let finding = analysis.findings[0].clone();
    analysis.findings.extend(vec![finding; 400]);
    let text = written(super::markdown, &analysis);
    assert!(text.contains("And 308 more findings."), "{text}");
}
