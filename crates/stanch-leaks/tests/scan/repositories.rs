//! Every place in a repository where a key can be.

use stanch_leaks::{ProblemKind, Reach};

use crate::support::{Ground, has_git, in_git, key, key_id, scan_with};

#[test]
fn a_deleted_file_is_attributed_to_its_first_and_last_commit() {
    if !has_git() {
        return;
    }
    for format in ["sha1", "sha256"] {
        for is_packed in [false, true] {
            let ground = Ground::new();
            ground.git("repo", &["init", "-q", &format!("--object-format={format}")]);
            ground.commit("repo", "readme", "nothing here");
            let first = ground.commit(
                "repo",
                "deploy/prod/settings.py",
                format!("one\ntwo\nKEY = '{}'\n", key_id(1)),
            );
            let last = ground.commit("repo", "other", "more");
            std::fs::remove_file(ground.path("repo/deploy/prod/settings.py")).unwrap();
            ground.commit("repo", "removed", "x");
            ground.git(
                "repo",
                &[
                    "remote",
                    "add",
                    "origin",
                    "https://ann:password@example.com/repo.git",
                ],
            );
            if is_packed {
                ground.git("repo", &["gc", "-q", "--prune=now"]);
            }
            let scan = ground.scan("repo");
            let place = in_git(&scan, &key_id(1));
            let history = place.history.as_ref().unwrap();
            assert_eq!((place.path.as_str(), place.line), ("deploy/prod/settings.py", 3));
            assert_eq!((history.commits, history.reach), (2, Reach::Refs));
            let commit = history.first.as_ref().unwrap();
            assert_eq!(
                (&commit.id, commit.author.as_str()),
                (&first, "Author <author@example.com>")
            );
            assert_eq!(history.last.as_ref().unwrap().id, last);
            assert_eq!(place.remotes, ["https://example.com/repo.git"]);
            assert_eq!(scan.problems, []);
        }
    }
}

#[test]
fn amended_stashed_dangling_staged_and_messages_are_found() {
    if !has_git() {
        return;
    }
    for is_packed in [false, true] {
        let ground = Ground::new();
        ground.git("repo", &["init", "-q"]);
        ground.commit("repo", "file", "start");
        ground.commit("repo", "amended", key_id(1));
        ground.write("repo/amended", "clean");
        ground.git("repo", &["commit", "-q", "-a", "--amend", "-m", "amended"]);
        ground.write("repo/file", key_id(2));
        ground.git("repo", &["stash", "-q"]);
        ground.git("repo", &["stash", "drop", "-q"]);
        ground.write("orphan", key_id(3));
        ground.git("repo", &["hash-object", "-w", "../orphan"]);
        ground.git(
            "repo",
            &[
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                &format!("use {}", key_id(4)),
            ],
        );
        ground.git("repo", &["tag", "-a", "v1", "-m", &format!("tag {}", key_id(5))]);
        ground.git("repo", &["notes", "add", "-m", &format!("note {}", key_id(6))]);
        ground.write(&format!("repo/{}.txt", key_id(7)), "the name of the file");
        ground.git("repo", &["add", "-A"]);
        ground.git("repo", &["commit", "-q", "-m", "name"]);
        if is_packed {
            ground.git("repo", &["repack", "-q", "-a", "-d", "-k"]);
        }
        ground.write("repo/staged", key_id(8));
        ground.git("repo", &["add", "staged"]);
        std::fs::remove_file(ground.path("repo/staged")).unwrap();
        let scan = ground.scan("repo");
        for (number, reach) in [
            (1, Reach::Reflog),
            (2, Reach::Unreachable),
            (3, Reach::Unreachable),
            (4, Reach::Refs),
            (5, Reach::Refs),
            (6, Reach::Refs),
            (7, Reach::Refs),
            (8, Reach::Staged),
        ] {
            let place = in_git(&scan, &key_id(number));
            let history = place.history.as_ref().unwrap();
            assert_eq!(
                history.reach, reach,
                "key {number}, packed {is_packed}: {place:?}"
            );
        }
        assert_eq!(in_git(&scan, &key_id(5)).object_kind, Some("tag"));
        assert_eq!(in_git(&scan, &key_id(7)).object_kind, Some("tree"));
    }
}

#[test]
fn replace_refs_do_not_hide_an_object() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    ground.git("repo", &["init", "-q"]);
    ground.commit("repo", "leak", key_id(1));
    let blob = ground.git("repo", &["rev-parse", "HEAD:leak"]);
    ground.write("clean", "clean");
    let clean = ground.git("repo", &["hash-object", "-w", "../clean"]);
    ground.git("repo", &["replace", &blob, &clean]);
    std::fs::remove_file(ground.path("repo/leak")).unwrap();
    let scan = ground.scan("repo");
    assert_eq!(in_git(&scan, &key_id(1)).object.as_deref(), Some(blob.as_str()));
}

#[test]
fn nested_relative_alternates_worktrees_submodules_and_bare_repositories_are_read() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    for (number, name) in [(1, "a"), (2, "b"), (3, "c")] {
        ground.git(name, &["init", "-q"]);
        ground.commit(name, "leak", key_id(number));
    }
    ground.write("b/.git/objects/info/alternates", "../../../a/.git/objects\n");
    ground.write("c/.git/objects/info/alternates", "../../../b/.git/objects\n");
    let scan = ground.scan("c");
    for number in 1..=3 {
        in_git(&scan, &key_id(number));
    }
    ground.write("a/.git/objects/info/alternates", "../../../c/.git/objects\n");
    let circle = ground.scan("c");
    assert!(
        circle
            .problems
            .iter()
            .any(|problem| problem.detail.contains("back to themselves"))
    );
    std::fs::remove_file(ground.path("a/.git/objects/info/alternates")).unwrap();

    ground.git("c", &["worktree", "add", "-q", "../tree"]);
    in_git(&ground.scan("tree"), &key_id(3));
    ground.git("super", &["init", "-q"]);
    ground.git(
        "super",
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            "../a",
            "part",
        ],
    );
    ground.git("super", &["submodule", "--quiet", "deinit", "-f", "part"]);
    in_git(&ground.scan("super"), &key_id(1));
    ground.git(".", &["clone", "-q", "--bare", "a", "bare.git"]);
    in_git(&ground.scan("bare.git"), &key_id(1));
}

#[test]
fn shallow_and_partial_clones_are_named() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    ground.git("repo", &["init", "-q"]);
    ground.commit("repo", "leak", key_id(1));
    ground.commit("repo", "other", "x");
    ground.git("repo", &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", ground.path("repo").display());
    ground.git(".", &["clone", "-q", "--depth=1", &url, "shallow"]);
    ground.git(
        ".",
        &["clone", "-q", "--bare", "--filter=blob:none", &url, "partial"],
    );
    std::fs::remove_file(ground.path("partial/config")).unwrap();
    for (name, word) in [("shallow", "shallow clone"), ("partial", "partial clone")] {
        let scan = ground.scan(name);
        assert!(
            scan.problems
                .iter()
                .any(|problem| problem.kind == ProblemKind::NotInClone && problem.detail.contains(word)),
            "{name}"
        );
    }
}

#[test]
fn deltas_give_the_same_finds_on_any_number_of_threads() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    ground.git("repo", &["init", "-q"]);
    for round in 0..60 {
        let mut text: String = (0..400)
            .map(|line| format!("line {line} of the file, which is long enough for deltas\n"))
            .collect();
        text.insert_str((round * 97) % 9000, &format!("\n{}\n", key_id(round)));
        ground.commit("repo", "file", text);
    }
    ground.git(
        "repo",
        &["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50"],
    );
    let one = scan_with(&ground.path("repo/.git"), 1);
    let four = scan_with(&ground.path("repo/.git"), 4);
    assert_eq!(one.credentials, four.credentials);
    for round in 0..60 {
        let history = in_git(&one, &key_id(round)).history.as_ref().unwrap();
        assert_eq!(history.commits, 1, "round {round}");
    }
    assert_eq!(one.problems, []);
    // Without its index, a pack is read from its start; ids and attribution stay the same.
    for entry in std::fs::read_dir(ground.path("repo/.git/objects/pack"))
        .unwrap()
        .map(Result::unwrap)
    {
        if entry.path().extension().is_some_and(|ending| ending == "idx") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let without = scan_with(&ground.path("repo/.git"), 2);
    assert_eq!(without.credentials, one.credentials);
}

#[test]
fn linked_packs_and_large_blobs_are_read() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    ground.git("repo", &["init", "-q"]);
    let mut large = vec![b'.'; 40 << 20];
    for (number, at) in [(1, 7), (2, (1 << 20) - 10), (3, 20 << 20), (4, (40 << 20) - 21)] {
        large[at..at + 20].copy_from_slice(key_id(number).as_bytes());
    }
    ground.commit("repo", "large", &large);
    for is_packed in [false, true] {
        if is_packed {
            ground.git("repo", &["gc", "-q", "--prune=now"]);
            let pack = ground.path("repo/.git/objects/pack");
            std::fs::rename(&pack, ground.path("elsewhere")).unwrap();
            std::fs::create_dir(&pack).unwrap();
            for entry in std::fs::read_dir(ground.path("elsewhere"))
                .unwrap()
                .map(Result::unwrap)
            {
                std::os::unix::fs::symlink(entry.path(), pack.join(entry.file_name())).unwrap();
            }
        }
        let scan = ground.scan("repo/.git");
        for number in 1..=4 {
            assert_eq!(key(&scan, &key_id(number)).places.len(), 1, "key {number}");
        }
        assert_eq!(
            scan.problems
                .iter()
                .any(|problem| problem.detail.contains("is a link")),
            is_packed
        );
    }
}
