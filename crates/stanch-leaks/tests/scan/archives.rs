//! Files, archives in archives and container images.

use std::io::Write as _;

use stanch_leaks::ProblemKind;

use crate::support::{Ground, has_git, in_git, key, key_id};

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn plain_files_of_every_kind_are_read() {
    let ground = Ground::new();
    let notebook = format!(
        "{{\"cells\":[{{\"source\":[\"import boto3\\n\",\"id='{}'\\n\"]}}]}}",
        key_id(1)
    );
    ground.write("tree/a.ipynb", notebook);
    ground.write("tree/.env", format!("AWS_ACCESS_KEY_ID={}\n", key_id(2)));
    ground.write(
        "tree/terraform.tfstate",
        format!(
            "{{\"resources\":[{{\"attributes\":{{\"id\":\"{}\"}}}}]}}",
            key_id(3)
        ),
    );
    ground.write("tree/.bash_history", format!("export K={}\n", key_id(4)));
    ground.write(
        "tree/wide.txt",
        key_id(5)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    let scan = ground.scan("tree");
    for number in 1..=5 {
        assert_eq!(key(&scan, &key_id(number)).count, 1, "key {number}");
    }
    assert_eq!((scan.totals.files, scan.problems.len()), (5, 0));
}

#[test]
fn archives_in_archives_and_every_layer_of_images_are_read() {
    let ground = Ground::new();
    let inner = zip(&[("config/settings.py", key_id(1).as_bytes())]);
    ground.write(
        "tree/a.tar.gz",
        gzip(&tar(&[
            ("inner.zip", &inner),
            ("b.gz", &gzip(key_id(2).as_bytes())),
        ])),
    );
    let secret = format!("[default]\naws_access_key_id={}\n", key_id(3));
    let lower = tar(&[("root/.aws/credentials", secret.as_bytes())]);
    let upper = tar(&[("root/.aws/.wh.credentials", b"")]);
    let saved = tar(&[
        ("manifest.json", b"[]"),
        ("1/layer.tar", &lower),
        ("2/layer.tar", &upper),
    ]);
    ground.write("tree/saved.tar", &saved);
    let layer = tar(&[("app/.env", key_id(4).as_bytes())]);
    let packed = zstd::encode_all(tar(&[("app/x", key_id(5).as_bytes())]).as_slice(), 1).unwrap();
    ground.write(
        "tree/oci.tar",
        tar(&[
            ("oci-layout", b"{}"),
            ("blobs/sha256/aa", &gzip(&layer)),
            ("blobs/sha256/bb", &packed),
        ]),
    );
    let scan = ground.scan("tree");
    for number in 1..=5 {
        key(&scan, &key_id(number));
    }
    assert!(
        key(&scan, &key_id(3)).places[0]
            .path
            .ends_with("saved.tar!1/layer.tar!root/.aws/credentials")
    );
    assert_eq!(scan.problems, []);
}

#[test]
fn an_archive_in_a_repository_is_opened() {
    if !has_git() {
        return;
    }
    let ground = Ground::new();
    ground.git("repo", &["init", "-q"]);
    let commit = ground.commit("repo", "old.zip", zip(&[("in/side.txt", key_id(1).as_bytes())]));
    std::fs::remove_file(ground.path("repo/old.zip")).unwrap();
    let scan = ground.scan("repo");
    let place = in_git(&scan, &key_id(1));
    assert_eq!(place.path, "old.zip!in/side.txt");
    assert_eq!(place.history.as_ref().unwrap().first.as_ref().unwrap().id, commit);
}

#[test]
fn bombs_traversal_links_and_damage_are_named() {
    let ground = Ground::new();
    let mut nested = key_id(1).into_bytes();
    for _ in 0..12 {
        nested = gzip(&nested);
    }
    ground.write("tree/deep.gz", nested);
    let sound = gzip(&vec![b'a'; 1 << 20]);
    ground.write("tree/cut.gz", &sound[..sound.len() / 2]);
    ground.write("tree/x.tar", tar(&[("a/b", b"x"), ("c", key_id(2).as_bytes())]));
    let mut raw = tar(&[("aaaaaaaaaaaa", key_id(3).as_bytes())]);
    raw[..12].copy_from_slice(b"../../../etc");
    let sum: u32 = raw[..512]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    raw[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    ground.write("tree/traversal.tar", raw);
    ground.write("tree/x.7z", b"7z\xbc\xaf\x27\x1c....");
    ground.write("outside/secret", key_id(4));
    std::os::unix::fs::symlink(ground.path("outside"), ground.path("tree/link")).unwrap();
    std::os::unix::fs::symlink(ground.path("tree"), ground.path("tree/circle")).unwrap();
    let scan = ground.scan("tree");
    key(&scan, &key_id(2));
    key(&scan, &key_id(3));
    assert!(
        !scan
            .credentials
            .iter()
            .any(|credential| credential.id == key_id(4))
    );
    for kind in [
        ProblemKind::TooDeep,
        ProblemKind::Damaged,
        ProblemKind::NotSupported,
        ProblemKind::Link,
    ] {
        assert!(
            scan.problems.iter().any(|problem| problem.kind == kind),
            "{kind:?}: {:?}",
            scan.problems
        );
    }
}

#[test]
fn what_unpacks_a_thousand_to_one_ends_at_the_limit() {
    let ground = Ground::new();
    let limits = stanch_leaks::ScanLimits {
        unpacked: 1 << 20,
        ..stanch_leaks::ScanLimits::default()
    };
    ground.write("bomb/bomb.gz", gzip(&vec![0; 64 << 20]));
    let scan = stanch_leaks::scan(
        &[ground.path("bomb")],
        stanch_leaks::SecretKey::new(&[1; 32]),
        limits,
    )
    .unwrap();
    assert!(
        scan.problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::TooLarge)
    );
    assert!(scan.totals.bytes <= 2 << 20);
}
