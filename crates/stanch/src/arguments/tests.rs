//! The command line holds together: every help has examples that can be copied, and says what each exit code means.

use clap::{CommandFactory as _, Parser as _};

use super::*;

/// Every command that does something itself, with the words that lead to it.
fn verbs() -> Vec<(String, clap::Command)> {
    fn walk(path: &str, command: &clap::Command, found: &mut Vec<(String, clap::Command)>) {
        if !command.has_subcommands() || path.is_empty() {
            found.push((path.to_owned(), command.clone()));
        }
        for below in command.get_subcommands() {
            walk(format!("{path} {}", below.get_name()).trim(), below, found);
        }
    }
    let mut root = Arguments::command();
    root.build();
    let mut found = Vec::new();
    walk("", &root, &mut found);
    found.retain(|(path, _)| !path.split(' ').any(|word| word == "help"));
    found
}

fn after_help(command: &clap::Command) -> String {
    command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// The commands of the examples, as a shell would see them: without remarks, pipes and redirections.
fn examples(text: &str) -> Vec<Vec<String>> {
    let section = text.split("Exit codes:").next().unwrap_or_default();
    let joined = section.replace("\\\n", " ");
    let lines = joined.lines().filter(|line| line.starts_with("  stanch "));
    lines
        .map(|line| {
            let words = shlex::split(line).unwrap_or_else(|| panic!("{line} is no shell command"));
            let ends = |word: &String| matches!(word.as_str(), "|" | ">" | "&&");
            let length = words.iter().position(ends).unwrap_or(words.len());
            words[..length].to_vec()
        })
        .collect()
}

#[test]
fn the_arguments_are_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn every_verb_has_examples_that_can_be_copied_and_says_its_exit_codes() {
    let verbs = verbs();
    assert!(verbs.len() > 25, "{}", verbs.len());
    for (path, command) in &verbs {
        let text = after_help(command);
        let examples = examples(&text);
        assert!(!examples.is_empty(), "stanch {path} --help has no example");
        assert!(
            text.contains("Exit codes:"),
            "stanch {path} --help has no exit codes"
        );
        for words in examples {
            let parsed = Arguments::try_parse_from(&words);
            assert!(parsed.is_ok(), "{words:?}: {}", parsed.unwrap_err());
            let named = words[1..].join(" ");
            assert!(
                path.is_empty() || named.starts_with(path.as_str()) || path.starts_with("case"),
                "{named} is no example of {path}"
            );
        }
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "stanch {path} --help: {line}");
        }
    }
}

#[test]
fn the_exit_codes_of_a_verb_are_among_those_of_the_program() {
    let codes = |text: &str| -> Vec<String> {
        let section = text.split("Exit codes:").nth(1).unwrap_or_default();
        let words = section.lines().filter_map(|line| line.split_whitespace().next());
        words
            .filter(|word| word.parse::<u8>().is_ok())
            .map(str::to_owned)
            .collect()
    };
    let all = codes(EXAMPLES);
    assert_eq!(all, ["0", "1", "2", "3", "4", "5", "6", "7", "130"]);
    for (path, command) in verbs() {
        let own = codes(&after_help(&command));
        assert!(
            own.contains(&"0".to_owned()) && own.contains(&"2".to_owned()),
            "{path}: {own:?}"
        );
        assert!(own.iter().all(|code| all.contains(code)), "{path}: {own:?}");
    }
}

#[test]
fn json_quiet_and_the_case_are_the_same_everywhere() {
    for (path, command) in verbs() {
        for name in ["json", "quiet"] {
            let found = command
                .get_arguments()
                .any(|argument| argument.get_long() == Some(name));
            assert!(found, "stanch {path} has no --{name}");
        }
        let case = command
            .get_arguments()
            .find(|argument| argument.get_long() == Some("case"));
        if let Some(case) = case {
            let env = case.get_env().and_then(|name| name.to_str());
            assert_eq!(env, Some("STANCH_CASE"), "stanch {path}");
        }
    }
}

#[test]
fn force_has_its_old_name_still() {
    for force in ["--force", "--clobber", "-f", "-C"] {
        let parsed = Arguments::try_parse_from(["stanch", "hunt", "logs", force]).unwrap();
        let Command::Hunt(hunt) = parsed.command else {
            panic!("not a hunt")
        };
        assert!(hunt.force, "{force}");
    }
}

#[test]
fn reference_page_of_every_command_is_current() {
    let mut root = Arguments::command();
    root.build();
    let mut pages = vec![];
    for (path, command) in verbs() {
        let name = format!("stanch {path}").trim().replace(' ', "-");
        let mut page = Vec::new();
        let command = command.version(None::<&str>).display_name(name.clone());
        let man = clap_mangen::Man::new(command)
            .title(name.clone())
            .source("Stanch")
            .manual("Stanch");
        man.render(&mut page).unwrap();
        stanch_testkit::compare(&format!("man/{name}.1"), std::str::from_utf8(&page).unwrap());
        pages.push(format!("{name}.1"));
    }
    let found = std::fs::read_dir("../../docs/man").unwrap();
    for entry in found {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(pages.contains(&name), "docs/man/{name} is the page of no command");
    }
}
