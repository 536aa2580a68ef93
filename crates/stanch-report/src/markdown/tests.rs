//! The report as it is written.

use crate::inert::written;
use crate::sample::{empty, sample};

#[test]
fn the_report_tells_the_takeover_what_is_not_known_and_what_to_do() {
    insta::assert_snapshot!(written(super::markdown, &sample()), @r#"
    # AWS incident report: Compromised

    One takeover was found. What could not be read or was never logged may hide more.

    Read: 16,135 files, 1,003,061 events, 2 accounts, 3 regions, 2 Mar 00:00 – 8 Mar 2026 23:59 UTC. All times are in UTC.

    ## Takeover (high confidence)

    - **Who:** user ci-deploy, account 111122223333; then, by what it made or used: user `svc-backup2`, role ops-support
    - **Access keys:** `AKIAIOSFODNN7EXAMPLE`, `AKIAI44QH8DHBEXAMPLE`
    - **When:** 5 Mar 2026 14:02:11 – 16:40:09 UTC
    - **From:** 203.0.113.77 (NL), 198.51.100.20

    **How they came in**

    - Most likely a leaked long-term key: no console sign-in and no new session came before it, and the client changed from terraform to aws-cli in the same minute.
    - Not excluded: theft from the build server. Its logs and a key scan would settle it.

    **What they did**

    - 5 Mar 2026 14:02:15: looked around (209 calls)
    - 5 Mar 2026 14:05:30: made user `svc-backup2` with administrator rights
    - 5 Mar 2026 14:19:02: stopped trail main
    - 5 Mar 2026 14:22:40: asked for 48 `p4d.24xlarge` in `sa-east-1` and `ap-northeast-3`
    - 5 Mar 2026 14:22:40: assumed role billing-admin (attempted)
    - 5 Mar 2026 14:40:00: read 3,000 objects from customer-exports

    **What they left behind**

    - user `svc-backup2`
    - key `AKIAI44QH8DHBEXAMPLE`
    - role ops-support, trusting 999988887777
    - 17 instances in `sa-east-1`

    **What they took**

    - 3,000 objects, 41.2 GB, from customer-exports.
    - Other buckets: cannot be known, their data events were not recorded.

    ## What is not known

    **Where nobody was looking**

    - 5 Mar 14:19 – 16:40: trail main stopped by ci-deploy in `eu-west-1` and `us-east-1`
    - All 7 days: `S3` data events of 11 of 12 buckets never recorded

    **What could not be judged**

    - 14 files could not be read whole; what they hold is not judged.

    ## Findings

    2 critical, 3 high, 1 medium, 1 low, 1 informational.

    | Severity | What | Who | When (UTC) | Events | Id |
    |---|---|---|---|---:|---|
    | critical | Trail stopped or deleted: Stopped the trail main in `eu-west-1`. | user ci-deploy | 5 Mar 2026 14:19:02 | 1 | `f6e8c222687d60a5` |
    | critical | Many large GPU instances started in a region not used before: Asked for 48 `p4d.24xlarge` in `sa-east-1` and `ap-northeast-3`; 31 were refused by a limit. | user `svc-backup2` | 5 Mar 2026 14:22:40 – 14:31:07 | 48 | `a7091b490a5e20e1` |
    | high | User made and given administrator rights: Made user `svc-backup2`, attached AdministratorAccess, and made a key for it. | user ci-deploy | 5 Mar 2026 14:05:30 – 14:06:02 | 3 | `565a3781aad1c2e5` |
    | high | Long-term key used from a network never seen before: Key `AKIAIOSFODNN7EXAMPLE` was used from 203.0.113.77 (NL), never seen before in 61 days. | user ci-deploy | 5 Mar 2026 14:02:11 – 14:19:02 | 212 | `43841dbf96919663` |
    | high | Objects read in bulk from `S3`: Read 3,000 objects, 41.2 GB, from customer-exports. | user `svc-backup2` | 5 Mar 2026 14:40:00 – 16:40:09 | 3,000 | `2f0900a5d90b48a8` |
    | medium | Root user signed in without MFA: The root user signed in without MFA. | root of 111122223333 | 3 Mar 2026 09:12:44 | 1 | `98a7e73c75f0dd41` |
    | low | Many different list and describe calls in a short time: Made 209 list and describe calls. | user ci-deploy | 5 Mar 2026 14:02:15 – 14:04:50 | 209 | `9a51f923504f1bbc` |
    | informational | A key asked whose it is: Called GetCallerIdentity. | user ci-deploy | 5 Mar 2026 14:02:11 | 1 | `15182c0a850b99ca` |

    ## What to do next

    **Trail stopped or deleted**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    **Many large GPU instances started in a region not used before**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    **User made and given administrator rights**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    **Long-term key used from a network never seen before**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    **Objects read in bulk from `S3`**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    **Root user signed in without MFA**

    - [ ] Ask the owner of the principal whether it was meant.
    - [ ] If not, deny the principal everything and make its keys inactive.

    ## What was read

    | Account | Region | Events | First (UTC) | Last (UTC) |
    |---|---|---:|---|---|
    | 111122223333 | `eu-west-1` | 1,003,061 | 2026-03-02 00:00:03 | 2026-03-08 23:59:41 |
    | 111122223333 | `sa-east-1` | 96 | 2026-03-05 14:22:40 | 2026-03-05 14:31:07 |
    | 444455556666 | `us-east-1` | 1,003,061 | 2026-03-02 00:00:03 | 2026-03-08 23:59:41 |

    Data events recorded: `s3` (3,000 events).

    **Not read in full:** 14 inputs: 3 damaged compression, 9 cut short, 2 malformed JSON. What they hold is unknown.

    **Rules that could not be loaded and did not run:**

    - `rules/own/broken.yml`: no detection section

    Made by Stanch 0.1.0 from local copies of the logs. Country table: made-up table, 2026-03-01
    "#);
}

#[test]
fn an_empty_analysis_is_not_called_clean() {
    let text = written(super::markdown, &empty());
    assert!(text.contains("# AWS incident report: Unknown"), "{text}");
    assert!(text.contains("nothing can be said"), "{text}");
}

#[test]
fn many_findings_are_counted_not_listed() {
    let mut analysis = sample();
    let finding = analysis.findings[0].clone();
    analysis.findings.extend(vec![finding; 400]);
    let text = written(super::markdown, &analysis);
    assert!(text.contains("And 308 more findings."), "{text}");
}
