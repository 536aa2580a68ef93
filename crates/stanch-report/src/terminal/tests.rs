//! The summary as people see it, and as attackers would like it.

use stanch_core::text::is_deceptive;

use super::*;
use crate::sample::{hostile, quiet, sample};

fn options() -> TerminalOptions {
    TerminalOptions {
        elapsed: Some(Duration::from_millis(4100)),
        report_path: Some("incident/report/index.html".to_owned()),
        next: vec![
            (
                "stanch case show --problems".to_owned(),
                "what could not be read, and why".to_owned(),
            ),
            (
                "stanch hunt --case incident --rules ./our-own-rules --now 2026-03-09T08:00:00Z logs/"
                    .to_owned(),
                "read the logs again with rules of your own, at the same moment".to_owned(),
            ),
        ],
        ..TerminalOptions::default()
    }
}

fn summary(analysis: &Analysis, options: &TerminalOptions) -> String {
    let mut out = Vec::new();
    terminal(analysis, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_takeover_is_told_in_one_screen() {
    insta::assert_snapshot!(summary(&sample(), &options()), @r"
    Read 16,135 files · 1,003,061 events · 2 accounts · 3 regions
         2 Mar 00:00 – 8 Mar 2026 23:59 UTC · 4.1 s
      Judged: CloudTrail (1,003,061 events).
      Kept for queries, not judged: VPC flow log (212 events).
      118 records found inside other objects, at result._raw.

    COMPROMISED (high confidence)

      Identities  user ci-deploy, account 111122223333, then user svc-backup2 and 1…
                  keys AKIAIOSFODNN7EXAMPLE, AKIAI44QH8DHBEXAMPLE
      Time        5 Mar 2026 14:02:11 – 16:40:09 UTC, from 203.0.113.77 (NL) and 1…
      Entry       Most likely a leaked long-term key: no console sign-in and no new
                  session came before it, and the client changed from terraform to
                  aws-cli in the same minute.
      Actions, the most harmful first
        14:40  read 3,000 objects from customer-exports
        14:22  asked for 48 p4d.24xlarge in sa-east-1 and ap-northeast-3
        14:05  made user svc-backup2 with administrator rights
        14:19  stopped trail main
        14:02  looked around (209 calls)
        14:22  assumed role billing-admin (failed)
      Left behind 4 things: user svc-backup2, key AKIAI44QH8DHBEXAMPLE, role
                  ops-support, trusting 999988887777 and 1 more
      Data taken  3,000 objects, 41.2 GB, from customer-exports.
                  Other buckets: cannot be known, their data events were not
                  recorded.

      Not logged  2 gaps, the first: 5 Mar 14:19 – 16:40: trail main stopped by ci-…
      Not known   14 files could not be read whole; what they hold is not judged.
    Other findings: 1 medium, 1 low, 1 informational
      medium    Root user signed in without MFA · root of 111122223333 · 1 event
                3 Mar 2026 09:12

    1 rule of yours could not be loaded and did not run:
      rules/own/broken.yml: no detection section

    Report  incident/report/index.html

    Next    stanch case show --problems   what could not be read, and why
            stanch hunt --case incident --rules ./our-own-rules --now 2026-03-09T08:00:00Z logs/
                                          read the logs again with rules of your
                                          own, at the same moment
    ");
}

#[test]
fn finding_nothing_is_not_called_clean() {
    let text = summary(&quiet(), &TerminalOptions::default());
    insta::assert_snapshot!(text, @r"
    Read 16,135 files · 1,003,061 events · 2 accounts · 3 regions
         2 Mar 00:00 – 8 Mar 2026 23:59 UTC
      Judged: CloudTrail (1,003,061 events).
      Kept for queries, not judged: VPC flow log (212 events).
      118 records found inside other objects, at result._raw.

    NOTHING FOUND
      Nothing of medium severity or above was found in the logs that were read. That
      does not prove that nothing happened.

      Not logged  5 Mar 14:19 – 16:40: trail main stopped by ci-deploy in eu-west-1
                  and us-east-1
                  All 7 days: S3 data events of 11 of 12 buckets never recorded
      Not known   14 files could not be read whole; what they hold is not judged.

    Findings: 1 low, 1 informational (-v lists them)

    14 files of 16,135 were not read in full: 3 damaged compression, 9 truncated, 2
    malformed JSON
      logs/eu-west-1/2026/03/05/111122223333_CloudTrail_eu-west-1.json.gz: the
      compressed stream ends too early
    1 rule of yours could not be loaded and did not run:
      rules/own/broken.yml: no detection section
    ");
    assert!(!text.to_lowercase().contains("clean"));
}

#[test]
fn reading_nothing_says_nothing() {
    let mut analysis = quiet();
    analysis.verdict.conclusion = Conclusion::Unknown;
    analysis.findings.clear();
    analysis.coverage = stanch_core::Coverage::default();
    analysis.rules_refused.clear();
    analysis.verdict.blind.clear();
    insta::assert_snapshot!(summary(&analysis, &TerminalOptions::default()), @r"
    Read 0 files · 0 events · 0 accounts · 0 regions

    UNKNOWN
      No event could be read, so nothing is known about this account.

      Not known   14 files could not be read whole; what they hold is not judged.
    ");
}

#[test]
fn many_findings_and_acts_are_counted_not_listed() {
    let mut analysis = sample();
    analysis.verdict.conclusion = Conclusion::Suspicious;
    analysis.verdict.stories.clear();
    let one = analysis.findings[2].clone();
    analysis.findings = (0..1500).map(|_| one.clone()).collect();
    analysis.verdict.beside = analysis
        .findings
        .iter()
        .map(|finding| finding.id.clone())
        .collect();
    let text = summary(&analysis, &options());
    assert!(
        text.contains("1,500 findings of medium severity or above, but not linked to an attack"),
        "{text}"
    );
    assert!(text.contains("Findings: 1,500 high"), "{text}");
    assert!(text.contains("user ci-deploy and 1,499 others"), "{text}");
    assert!(text.lines().count() < 50);
    for (number, finding) in analysis.findings.iter_mut().enumerate() {
        finding.detection = format!("detection-{:02}", number % 20).as_str().into();
    }
    let text = summary(&analysis, &options());
    assert!(
        text.contains("and 12 more detections of medium severity or above"),
        "{text}"
    );
    assert!(text.lines().count() < 60);

    let mut analysis = sample();
    let step = analysis.verdict.stories[0].did[0].clone();
    analysis.verdict.stories[0]
        .did
        .extend((0..40).map(|number| stanch_core::verdict::Step {
            finding: format!("other-{number}").as_str().into(),
            ..step.clone()
        }));
    let text = summary(&analysis, &options());
    assert!(text.contains("40 more, none of high severity"), "{text}");
    let all = summary(
        &analysis,
        &TerminalOptions {
            verbose: true,
            ..options()
        },
    );
    assert!(!all.contains("more action"));
}

#[test]
fn nothing_an_attacker_wrote_acts_on_the_terminal() {
    for verbose in [false, true] {
        let options = TerminalOptions { verbose, ..options() };
        let text = summary(&hostile(), &options);
        let mut problems = Vec::new();
        terminal_problems(&hostile(), &options, &mut problems).unwrap();
        let problems = String::from_utf8(problems).unwrap();
        for line in text.lines().chain(problems.lines()) {
            assert!(!line.chars().any(is_deceptive), "{line:?}");
        }
        assert!(text.contains("\\u{1b}[31m\\u{202e}"));
    }
}

#[test]
fn no_line_is_wider_than_the_terminal_but_a_command() {
    for width in [48, 60, 80, 120] {
        for analysis in [sample(), hostile(), quiet()] {
            for verbose in [false, true] {
                let options = TerminalOptions {
                    width,
                    verbose,
                    ..options()
                };
                for line in summary(&analysis, &options)
                    .lines()
                    .filter(|line| !line.contains("stanch hunt"))
                {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                }
            }
        }
    }
}

#[test]
fn colour_only_repeats_what_the_words_say() {
    let plain = summary(&sample(), &options());
    let coloured = summary(
        &sample(),
        &TerminalOptions {
            colour: true,
            ..options()
        },
    );
    let mut stripped = coloured.clone();
    for code in ["\u{1b}[1m", "\u{1b}[1;31m", "\u{1b}[1;33m", "\u{1b}[0m"] {
        stripped = stripped.replace(code, "");
    }
    assert!(coloured.contains("\u{1b}[1;31mCOMPROMISED"));
    assert_eq!(stripped, plain);
}

#[test]
fn problems_are_listed_with_their_places() {
    let mut out = Vec::new();
    terminal_problems(&sample(), &TerminalOptions::default(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r"
    14 files of 16,135 were not read in full: 3 damaged compression, 9 truncated, 2
    malformed JSON

    logs/eu-west-1/2026/03/05/111122223333_CloudTrail_eu-west-1.json.gz
      CloudTrail · 48,211 bytes · 118 events read · 23 problems
        truncated at byte 190,433 of member part-0.json: the compressed stream ends
        too early
        and 22 further problems

    13 further files with problems, counted above but not listed.
    ");
}
