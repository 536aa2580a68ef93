//! Damaged and hostile repositories: nothing runs, nothing ends the walk, and what is not read is named.

use stanch_leaks::ProblemKind;

use crate::support::{Ground, has_git, in_git, key_id};

/// Returns the pack of a repository with many keys.
fn packed(ground: &Ground, count: usize) -> std::path::PathBuf {
    ground.git("repo", &["init", "-q"]);
    for number in 0..count {
        let noise: String = (0..40)
            .map(|line| format!("{}\n", (number * 7919 + line * 104_729) % 99_991))
            .collect();
        ground.write(
            &format!("repo/file{number}"),
            format!("{noise}{}\n", key_id(number)),
        );
    }
    ground.git("repo", &["add", "-A"]);
    ground.git("repo", &["commit", "-q", "-m", "all"]);
    ground.git("repo", &["gc", "-q", "--prune=now"]);
    let entries = std::fs::read_dir(ground.path("repo/.git/objects/pack"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let pack = entries
        .into_iter()
        .find(|path| path.extension().is_some_and(|ending| ending == "pack"))
        .unwrap();
    let mut rights = std::fs::metadata(&pack).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o644);
    std::fs::set_permissions(&pack, rights.clone()).unwrap();
    std::fs::set_permissions(pack.with_extension("idx"), rights).unwrap();
    pack
}

fn found(ground: &Ground) -> (usize, Vec<stanch_leaks::Problem>) {
    let scan = ground.scan("repo/.git");
    (scan.credentials.len(), scan.problems)
}

#[test]
fn flipped_bits_cost_the_objects_they_hit_and_no_other() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    let pack = packed(&ground, 200);
    let sound = std::fs::read(&pack).unwrap();
    assert_eq!(found(&ground), (200, Vec::new()));
    let mut bytes = sound.clone();
    let step = bytes.len() / 11;
    for flip in 1..=10 {
        bytes[flip * step] ^= 1 << (flip % 8);
    }
    std::fs::write(&pack, &bytes).unwrap();
    let (count, problems) = found(&ground);
    assert!(count >= 170 && !problems.is_empty(), "{count}: {problems:?}");
    std::fs::write(&pack, &sound[..sound.len() * 2 / 3]).unwrap();
    let (count, problems) = found(&ground);
    assert!((90..200).contains(&count) && !problems.is_empty(), "{count}");
    std::fs::write(&pack, b"PACK").unwrap();
    assert!(found(&ground).1.iter().any(|problem| problem.unread > 0));
}

#[test]
fn an_index_with_wild_places_costs_only_those() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    let pack = packed(&ground, 100);
    let index = pack.with_extension("idx");
    let mut bytes = std::fs::read(&index).unwrap();
    let count = u32::from_be_bytes(bytes[8 + 255 * 4..8 + 256 * 4].try_into().unwrap()) as usize;
    let places = 8 + 1024 + count * 24;
    for wild in 0..3 {
        bytes[places + wild * 40..places + wild * 40 + 4].copy_from_slice(&[0x7f, 0xff, wild as u8, 0xff]);
    }
    std::fs::write(&index, &bytes).unwrap();
    let (found_now, problems) = found(&ground);
    assert!(
        found_now >= 90 && problems.len() >= 3,
        "{found_now}: {problems:?}"
    );
    std::fs::write(&index, &bytes[..900]).unwrap();
    assert!(
        found(&ground).0 >= 100,
        "an index that is cut off is built again from the pack"
    );
}

#[test]
fn objects_in_a_circle_and_delta_bombs_are_named() {
    let ground = Ground::new();
    let folder = "repo/objects/pack";
    ground.write("repo/HEAD", "ref: refs/heads/main\n");
    std::fs::create_dir_all(ground.path("repo/refs")).unwrap();
    // Two changes of each other: REF_DELTA entries that name each other's id.
    let ids = [[0x11_u8; 20], [0x22; 20]];
    let mut pack = b"PACK\0\0\0\x02\0\0\0\x02".to_vec();
    let mut places = Vec::new();
    for base in [ids[1], ids[0]] {
        places.push(u32::try_from(pack.len()).unwrap());
        pack.push(0x73);
        pack.extend(base);
        pack.extend(zlib(&[3, 3, 3]));
    }
    pack.extend([0; 20]);
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..256_u32 {
        index.extend(u32::to_be_bytes(
            u32::from(first >= 0x11) + u32::from(first >= 0x22),
        ));
    }
    index.extend(ids.concat());
    index.extend([0; 8]);
    for place in places {
        index.extend(place.to_be_bytes());
    }
    index.extend([0; 40]);
    ground.write(&format!("{folder}/a.pack"), &pack);
    ground.write(&format!("{folder}/a.idx"), &index);
    // A change that announces a terabyte.
    ground.write(
        &format!("{folder}/b.pack"),
        [
            b"PACK\0\0\0\x02\0\0\0\x01".as_slice(),
            &[0xbf, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &zlib(b"x"),
            &[0; 20],
        ]
        .concat(),
    );
    let scan = ground.scan("repo");
    assert!(
        scan.problems
            .iter()
            .any(|problem| problem.detail.contains("circle") && problem.unread == 2),
        "{:?}",
        scan.problems
    );
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[test]
fn configuration_that_would_run_a_program_runs_none() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    ground.git("repo", &["init", "-q"]);
    ground.commit("repo", "leak", key_id(1));
    let mark = ground.path("mark");
    let program = format!("touch {}", mark.display());
    let config = format!(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {program}\n\tsshCommand = {program}\n\tpager = {program}\n\talternateRefsCommand = {program}\n\thooksPath = hooks\n[include]\n\tpath = /dev/stdin\n[filter \"x\"]\n\tclean = {program}\n\tsmudge = {program}\n[remote \"origin\"]\n\turl = ext::sh -c {program}\n"
    );
    ground.write("repo/.git/config", config);
    ground.write("repo/.gitattributes", "* filter=x\n");
    ground.write(
        "repo/.git/objects/info/alternates",
        "../../../../../../../nowhere\n",
    );
    let scan = ground.scan("repo");
    in_git(&scan, &key_id(1));
    assert!(!mark.exists());
    assert!(
        scan.problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Unreadable && problem.place.contains("nowhere"))
    );
}
