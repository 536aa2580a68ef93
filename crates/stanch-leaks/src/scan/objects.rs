//! Finds in the objects of a repository, with the commits that have them.

use std::io::Read as Stream;

use rustc_hash::FxHashMap;
use stanch_core::Severity;

use super::ScanLimits;
use super::texts::{TextHit, TextScan};
use crate::credential::Matcher;
use crate::git::{
    self, Attribution, HashKind, History, ObjectId, ObjectKind, Pack, Refs, Repository, Sink, Store, Wanted,
};
use crate::problem::{ProblemKind, Problems};
use crate::unpack::{self, Texts as _, Unpacker, Window};

/// Objects that are attributed to commits, the most severe first.
const ATTRIBUTED: usize = 8192;
/// Finds of one thread.
const MOST: usize = 500_000;

/// Find in an object.
#[derive(Debug)]
pub(super) struct ObjectHit {
    pub(super) object: ObjectId,
    pub(super) kind: ObjectKind,
    /// The find; its name is that of a member of an archive, or empty.
    pub(super) hit: TextHit,
}

/// Result of a repository.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) hits: Vec<ObjectHit>,
    pub(super) attributions: FxHashMap<ObjectId, Attribution>,
    pub(super) objects: u64,
    pub(super) bytes: u64,
}

/// Scans every object of a repository.
pub(super) fn scan(
    repository: &Repository,
    matcher: &Matcher,
    limits: ScanLimits,
    problems: &mut Problems,
) -> Read {
    let mut store = Store {
        packs: Vec::new(),
        folders: repository.objects.clone(),
    };
    for folder in &repository.objects {
        store.packs.extend(git::packs(folder, repository.hash, problems));
    }
    let new = || ObjectScan {
        matcher,
        limits,
        hash: repository.hash,
        hits: Vec::new(),
        objects: 0,
        bytes: 0,
        problems: Problems::default(),
    };
    let mut sinks: Vec<ObjectScan<'_>> = (0..limits.threads.max(1)).map(|_| new()).collect();
    for pack in &store.packs {
        git::walk(pack, limits.budget(), &mut sinks, problems);
    }
    for folder in &repository.objects {
        git::each_loose(folder, problems, &mut |id, kind, content| match content {
            git::Loose::Whole(bytes) => sinks[0].whole(id, kind, bytes),
            git::Loose::Large(stream) => sinks[0].stream(id, kind, stream),
        });
    }
    let mut read = Read::default();
    for sink in sinks {
        read.hits.extend(sink.hits);
        read.objects += sink.objects;
        read.bytes += sink.bytes;
        problems.append(sink.problems);
    }
    if !read.hits.is_empty() {
        attribute(&mut read, repository, &store, limits, problems);
    }
    read
}

fn attribute(
    read: &mut Read,
    repository: &Repository,
    store: &Store,
    limits: ScanLimits,
    problems: &mut Problems,
) {
    let real = read
        .hits
        .iter()
        .filter(|hit| hit.hit.found.severity > Severity::Informational);
    let mut ranked: Vec<_> = real
        .map(|hit| (std::cmp::Reverse(hit.hit.found.severity), hit.object, hit.kind))
        .collect();
    ranked.sort_unstable();
    let mut seen = rustc_hash::FxHashSet::default();
    let mut wanted: Vec<Wanted> = Vec::new();
    for (_, id, kind) in ranked {
        if seen.insert(id) {
            wanted.push(Wanted { id, kind });
        }
    }
    if wanted.len() > ATTRIBUTED {
        let more = (wanted.len() - ATTRIBUTED) as u64;
        problems.add(
            ProblemKind::TooLarge,
            repository.git_dir.display().to_string(),
            "more objects with finds than are attributed to commits",
            more,
        );
        wanted.truncate(ATTRIBUTED);
    }
    if wanted.is_empty() {
        return;
    }
    let history = History::read(store, repository.hash, &wanted, limits.budget());
    let refs = Refs::of(repository);
    let found = history.attribute(store, &refs, &wanted);
    read.attributions = wanted.iter().map(|one| one.id).zip(found).collect();
}

struct ObjectScan<'m> {
    matcher: &'m Matcher,
    limits: ScanLimits,
    hash: HashKind,
    hits: Vec<ObjectHit>,
    objects: u64,
    bytes: u64,
    problems: Problems,
}

impl ObjectScan<'_> {
    fn whole(&mut self, id: ObjectId, kind: ObjectKind, bytes: &[u8]) {
        self.objects += 1;
        let mut texts = TextScan::new(self.matcher);
        if kind == ObjectKind::Blob && unpack::is_packed(bytes) {
            Unpacker::new(&mut texts, &mut self.problems, self.limits.unpacked).read(
                &id.to_string(),
                &mut &*bytes,
                0,
            );
        } else {
            texts.text(
                "",
                &Window {
                    bytes,
                    counts: 0..bytes.len(),
                    lines: 0,
                },
            );
        }
        if !texts.hits.is_empty() && self.hash.id_of(kind.as_str(), bytes) != id {
            self.problems.add(
                ProblemKind::Damaged,
                format!("object {id}"),
                "the content is not what the id of the object says; it was searched all the same",
                0,
            );
        }
        self.keep(id, kind, texts);
    }

    fn stream(&mut self, id: ObjectId, kind: ObjectKind, stream: &mut dyn Stream) {
        self.objects += 1;
        let mut texts = TextScan::new(self.matcher);
        Unpacker::new(&mut texts, &mut self.problems, self.limits.unpacked).read(&id.to_string(), stream, 0);
        self.keep(id, kind, texts);
    }

    fn keep(&mut self, object: ObjectId, kind: ObjectKind, texts: TextScan<'_>) {
        self.bytes += texts.bytes;
        let shown = object.to_string();
        if texts.left_out > 0 {
            self.problems.add(
                ProblemKind::TooLarge,
                format!("object {object}"),
                "more finds than 1,000; the rest is only counted",
                texts.left_out,
            );
        }
        for mut hit in texts.hits {
            if self.hits.len() >= MOST {
                return self.problems.add(
                    ProblemKind::TooLarge,
                    format!("object {object}"),
                    "more finds in the repository than the limit",
                    1,
                );
            }
            let member = hit.name.strip_prefix(&shown).unwrap_or_default().to_owned();
            hit.name = member;
            self.hits.push(ObjectHit { object, kind, hit });
        }
    }
}

impl Sink for ObjectScan<'_> {
    fn wants(&self, _: ObjectKind) -> bool {
        true
    }

    fn object(&mut self, pack: &Pack, node: u32, kind: ObjectKind, bytes: &[u8]) {
        self.whole(pack.id(node), kind, bytes);
    }

    fn large(&mut self, pack: &Pack, node: u32, kind: ObjectKind, bytes: &mut dyn Stream) {
        self.stream(pack.id(node), kind, bytes);
    }
}
