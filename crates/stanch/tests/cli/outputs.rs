//! Reports that -o names: refused early, written last, never through a link.

use crate::harness::{Scratch, harmless};

fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("logs/a.json", harmless("1"));
    scratch
}

#[test]
fn outputs_that_can_not_be_written_are_refused_before_the_hunt() {
    let scratch = scratch();
    scratch.new_case("incident");
    std::fs::create_dir(scratch.path("folder.html")).unwrap();
    let refused: [(&[&str], &str); 4] = [
        (&["-o", "nowhere/report.html"], "nowhere"),
        (&["-o", "logs/a.json/report.html"], "logs/a.json"),
        (&["--force", "-o", "folder.html"], "not a regular file"),
        (&["-o", "report.html", "-o", "./logs/../report.html"], "twice"),
    ];
    for (options, said) in refused {
        let ran = scratch.run(&[&["hunt", "logs", "--case", "incident"], options].concat());
        assert_eq!(ran.code, Some(2), "{options:?}");
        assert!(ran.says(said), "{options:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{options:?}: {}", ran.stdout);
    }
    assert!(!scratch.path("incident/report").exists());
    assert!(!scratch.path("report.html").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_failing_output_leaves_summary_case_and_the_other_outputs() {
    let scratch = scratch();
    scratch.new_case("incident");
    // A folder that is there and in which nobody can make a file.
    let hunt = [
        "hunt",
        "logs",
        "--case",
        "incident",
        "-o",
        "/proc/report.html",
        "-o",
        "report.json",
    ];
    let ran = scratch.run(&hunt);
    assert_eq!(ran.code, Some(7), "{}", ran.stderr);
    assert!(ran.says("/proc/report.html"), "{}", ran.stderr);
    assert!(!ran.stdout.is_empty());
    assert!(scratch.path("incident/report/index.html").exists());
    assert!(scratch.path("report.json").exists());
}

#[test]
#[cfg(unix)]
fn a_planted_link_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let scratch = scratch();
    let victim = scratch.write("victim", "mine");
    symlink(&victim, scratch.path("report.html.partial")).unwrap();
    let ran = scratch.run(&["hunt", "logs", "-o", "report.html"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mode = std::fs::symlink_metadata(scratch.path("report.html"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    symlink(&victim, scratch.path("other.html")).unwrap();
    let ran = scratch.run(&["hunt", "logs", "-o", "other.html", "--force"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    symlink(scratch.path("made"), scratch.path("dangling.html")).unwrap();
    let ran = scratch.run(&["hunt", "logs", "-o", "dangling.html"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(!scratch.path("made").exists());
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "mine");
}
