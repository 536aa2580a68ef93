//! Made-up bills with truth: marks, sums, one answer from every form, and no line counted twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forms;
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;
use stanch_bill::{
    Act, Actor, Attack, Bill, Decimal, Judge, Line, Mark, Outcome, ProblemKind, Survey, judge,
};
use stanch_core::{EventKey, Timestamp};
use world::{Numbers, World};

/// Lines by what all forms have: begin, last part of the resource, service, operation, cost.
type Marks = BTreeMap<(i64, String, String, String, Decimal), Mark>;

fn tail(resource: &str) -> String {
    resource.rsplit(['/', ':']).next().unwrap_or_default().to_owned()
}

fn judged(path: &Path, attack: &Attack) -> (Outcome, Marks) {
    let bill = Bill::find(&[path.to_owned()]);
    let mut marks = Marks::new();
    let outcome = judge(&bill, attack, &mut |line, judgement| {
        let key = (
            line.start.0,
            tail(&line.resource),
            line.service.clone(),
            line.operation.clone(),
            line.cost,
        );
        assert!(
            marks.insert(key, judgement.mark).is_none(),
            "a line was judged twice: {line:?}"
        );
    });
    (outcome, marks)
}

fn truth(world: &World) -> Marks {
    let key = |line: &world::Made| {
        (
            line.start.0,
            tail(&line.resource),
            line.service.to_owned(),
            line.operation.to_owned(),
            line.cost,
        )
    };
    world.lines.iter().map(|line| (key(line), line.mark)).collect()
}

type Writer = fn(&Path, &[world::Made]);

const FORMS: [(&str, Writer); 5] = [
    ("legacy", |root, lines| {
        forms::legacy(root, lines, "11111111-2222-3333-4444-555555555555");
    }),
    ("cur2-csv", forms::cur2_csv),
    ("cur2-parquet", forms::cur2_parquet),
    ("focus-1.0", |root, lines| {
        forms::focus(root, lines, true);
    }),
    ("focus-1.2", |root, lines| {
        forms::focus(root, lines, false);
    }),
];

#[test]
fn every_form_gives_the_true_marks_and_the_exact_sum() {
    for seed in 1..=5 {
        let world = World::new(seed);
        let wanted = truth(&world);
        let mut exact = Decimal::ZERO;
        for line in world.lines.iter().filter(|line| line.mark == Mark::Unauthorised) {
            exact.add(line.cost);
        }
        let mut claims = Vec::new();
        for (name, write) in FORMS {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &world.lines);
            let (outcome, marks) = judged(folder.path(), &world.attack);
            for (line, mark) in &wanted {
                assert_eq!(marks.get(line), Some(mark), "seed {seed}, {name}: {line:?}");
            }
            assert_eq!(marks.len(), wanted.len());
            let sums = &outcome.currencies[0];
            assert_eq!(sums.amounts.unauthorised, exact, "seed {seed}, {name}");
            assert!(sums.amounts.bound() > sums.amounts.claim());
            assert_eq!(outcome.reading.problems, []);
            claims.push(sums.amounts);
        }
        assert!(
            claims.windows(2).all(|pair| pair[0] == pair[1]),
            "forms differ: {claims:?}"
        );
    }
}

#[test]
fn each_claimed_row_names_its_event() {
    let world = World::new(7);
    let folder = tempfile::tempdir().unwrap();
    forms::cur2_csv(folder.path(), &world.lines);
    let (outcome, _) = judged(folder.path(), &world.attack);
    let rows = &outcome.currencies[0].rows;
    let claimed = rows
        .iter()
        .filter(|row| !row.claimed.is_zero() && row.service != "AmazonVPC");
    assert!(claimed.clone().count() >= 5);
    for row in claimed {
        let event = row.event.as_ref().unwrap_or_else(|| panic!("no event: {row:?}"));
        assert!(event.event_id.starts_with("event-") && event.time >= world.attack_at);
    }
}

#[test]
fn one_request_of_a_thousand_is_a_thousandth_of_the_line() {
    let world = World::new(3);
    let folder = tempfile::tempdir().unwrap();
    forms::cur2_csv(folder.path(), &world.lines);
    let (outcome, _) = judged(folder.path(), &world.attack);
    let line = world
        .lines
        .iter()
        .find(|line| line.mark == Mark::Shared && line.service == "AmazonS3")
        .unwrap();
    let expected = line.cost.share(Decimal::whole(1), Decimal::whole(1000));
    assert_eq!(outcome.currencies[0].amounts.shared, expected);
    assert!(!expected.is_zero());
}

#[test]
fn all_forms_of_a_month_and_an_earlier_assembly_count_once() {
    let world = World::new(2);
    let folder = tempfile::tempdir().unwrap();
    forms::legacy(
        folder.path(),
        &world.lines[..200],
        "00000000-0000-0000-0000-000000000000",
    );
    forms::legacy(
        folder.path(),
        &world.lines,
        "11111111-2222-3333-4444-555555555555",
    );
    let (alone, marks) = judged(folder.path(), &world.attack);
    assert_eq!(marks, truth(&world));
    assert!(alone.set_aside > 0, "the earlier assembly is set aside");
    forms::cur2_parquet(folder.path(), &world.lines);
    forms::focus(folder.path(), &world.lines, true);
    let (all, marks) = judged(folder.path(), &world.attack);
    assert_eq!(marks, truth(&world));
    assert_eq!(all.currencies[0].amounts, alone.currencies[0].amounts);
}

#[test]
fn an_archive_is_read_like_its_folder() {
    let world = World::new(4);
    let folder = tempfile::tempdir().unwrap();
    forms::legacy(
        folder.path(),
        &world.lines,
        "11111111-2222-3333-4444-555555555555",
    );
    let place = tempfile::tempdir().unwrap();
    let zip_path = place.path().join("bill.zip");
    let tar_path = place.path().join("bill.tar.gz");
    let mut zip = zip::ZipWriter::new(fs::File::create(&zip_path).unwrap());
    let packed =
        flate2::write::GzEncoder::new(fs::File::create(&tar_path).unwrap(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(packed);
    let mut pending = vec![folder.path().to_owned()];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(folder.path()).unwrap();
        zip.start_file(name.to_string_lossy(), zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(&fs::read(&path).unwrap()).unwrap();
        tar.append_path_with_name(&path, name).unwrap();
    }
    zip.finish().unwrap();
    tar.into_inner().unwrap().finish().unwrap();
    for path in [zip_path, tar_path] {
        let (outcome, marks) = judged(&path, &world.attack);
        assert_eq!(marks, truth(&world), "{}", path.display());
        assert_eq!(outcome.reading.problems, []);
    }
}

#[test]
fn what_is_missing_or_damaged_is_named() {
    let world = World::new(5);
    let folder = tempfile::tempdir().unwrap();
    forms::legacy(
        folder.path(),
        &world.lines,
        "11111111-2222-3333-4444-555555555555",
    );
    let part = folder
        .path()
        .join("cur/hourly/20260301-20260401/11111111-2222-3333-4444-555555555555/hourly-00001.csv.gz");
    let bytes = fs::read(&part).unwrap();
    fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
    let kinds = |path: &Path| {
        let (outcome, _) = judged(path, &world.attack);
        assert!(!outcome.is_complete());
        outcome
            .reading
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(folder.path()), [ProblemKind::Damaged]);
    fs::remove_file(&part).unwrap();
    assert!(kinds(folder.path()).contains(&ProblemKind::FileMissing));
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(kinds(empty.path()), [ProblemKind::NoBill]);
}

#[test]
fn a_resource_that_was_billed_before_its_creation_is_not_claimed() {
    let world = World::new(6);
    let mut lines = world.lines.clone();
    let first = lines
        .iter()
        .position(|line| line.resource.starts_with("i-") && line.region == "sa-east-1")
        .unwrap();
    let mut earlier = lines[first].clone();
    earlier.start = world.attack_at.plus_millis(-20 * 3_600_000);
    earlier.end = world.attack_at.plus_millis(-19 * 3_600_000);
    lines.push(earlier);
    let folder = tempfile::tempdir().unwrap();
    forms::cur2_csv(folder.path(), &lines);
    let (outcome, _) = judged(folder.path(), &world.attack);
    let instance = &lines[first].resource;
    let rows = outcome.currencies[0]
        .rows
        .iter()
        .filter(|row| row.resource == *instance);
    assert!(rows.clone().count() > 0);
    for row in rows {
        assert_eq!(row.mark, Mark::Likely, "{row:?}");
    }
}

#[test]
fn without_an_attack_nothing_is_claimed_and_nothing_is_called_legitimate_without_reason() {
    let world = World::new(8);
    let folder = tempfile::tempdir().unwrap();
    forms::cur2_csv(folder.path(), &world.lines);
    let (outcome, _) = judged(folder.path(), &Attack::default());
    assert!(!outcome.has_charges() && !outcome.is_complete());
}

#[test]
fn creations_that_are_only_probably_the_attackers_are_likely() {
    let mut attack = Attack::default();
    attack.acted(world::ACCOUNT, Timestamp(0));
    let reply = serde_json::json!({"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}});
    let act = |actor: Actor| Act {
        key: EventKey(1),
        event_id: "event",
        time: Timestamp(0),
        account: world::ACCOUNT,
        region: "eu-west-1",
        service: "ec2",
        name: "RunInstances",
        actor,
        request: &serde_json::Value::Null,
        response: &reply,
        additional: &serde_json::Value::Null,
    };
    let line = Line {
        account: world::ACCOUNT.to_owned(),
        resource: "i-0123456789abcdef0".to_owned(),
        region: "eu-west-1".to_owned(),
        end: Timestamp(3_600_000),
        cost: Decimal::whole(1),
        ..Line::default()
    };
    for (actor, mark) in [
        (Actor::Probable, Mark::Likely),
        (Actor::Attacker, Mark::Unauthorised),
        (Actor::Unclear, Mark::Unknown),
        (Actor::Other, Mark::Legitimate),
    ] {
        let mut attack = attack.clone();
        attack.observe(&act(actor));
        attack.settle();
        let survey = Survey::default();
        assert_eq!(Judge::new(&attack, &survey).line(&line).mark, mark, "{actor:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn order_split_and_repetition_of_files_change_nothing(seed in any::<u64>(), parts in 1_usize..6, repeated in 0_usize..3) {
        let world = World::new(seed % 50);
        let mut numbers = Numbers(seed);
        let mut lines: Vec<(usize, &world::Made)> = world.lines.iter().enumerate().collect();
        for place in (1..lines.len()).rev() {
            lines.swap(place, numbers.next(place as u64 + 1) as usize);
        }
        let folder = tempfile::tempdir().unwrap();
        let size = lines.len().div_ceil(parts);
        let chunks: Vec<_> = lines.chunks(size).collect();
        for (number, chunk) in chunks.iter().enumerate() {
            forms::legacy_file(&folder.path().join(format!("{}-{number}.csv.gz", numbers.next(1000))), chunk);
        }
        for copy in 0..repeated {
            let chunk = chunks[numbers.next(chunks.len() as u64) as usize];
            forms::legacy_file(&folder.path().join(format!("copy-{copy}.csv.gz")), chunk);
        }
        let (outcome, marks) = judged(folder.path(), &world.attack);
        prop_assert_eq!(marks, truth(&world));
        let whole = tempfile::tempdir().unwrap();
        forms::legacy(whole.path(), &world.lines, "11111111-2222-3333-4444-555555555555");
        let (expected, _) = judged(whole.path(), &world.attack);
        prop_assert_eq!(outcome.currencies, expected.currencies);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), head in 0_usize..3) {
        let heads: [&[u8]; 3] = [b"", b"lineItem/UnblendedCost,lineItem/UsageStartDate,lineItem/UsageEndDate\n", b"PAR1"];
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("bill.csv"), [heads[head], &bytes].concat()).unwrap();
        let (outcome, _) = judged(folder.path(), &Attack::default());
        prop_assert!(!outcome.has_charges());
    }
}
