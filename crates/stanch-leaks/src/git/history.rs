//! Commits that have an object: first, last, how many, and whether a ref still leads there.
//!
//! A second pass over commits and trees, made only when something was found. Each tree keeps the trees in it and a mask of
//! the wanted objects; "the tree has the object" is closed upwards until nothing changes, 64 objects at a time.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::entry::ObjectKind;
use super::family::{Budget, Sink, walk};
use super::loose::{self, Loose};
use super::oid::{HashKind, ObjectId};
use super::pack::Pack;
use super::refs::Refs;
use super::store::Store;
use crate::problem::Problems;

type Key = [u8; 20];

/// Way to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// From a branch, tag or another ref.
    Refs,
    /// From a reflog only: amended, reset, or a dropped stash.
    Reflog,
    /// Staged, in no commit.
    Staged,
    /// From nothing; anyone with a copy of the objects has it.
    Unreachable,
}

/// Commit as it says of itself. Escape its texts where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Id.
    pub id: String,
    /// Author with address.
    pub author: String,
    /// Author's date in seconds since 1970.
    pub authored: i64,
    /// Committer's date in seconds since 1970.
    pub committed: i64,
}

/// Commits that have an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribution {
    /// Earliest by the committer's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Commit>,
    /// Latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Commit>,
    /// Number of commits.
    pub commits: u64,
    /// Way to it.
    pub reach: Reach,
    /// Path in the first commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Object that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) id: ObjectId,
    pub(crate) kind: ObjectKind,
}

struct Node {
    id: ObjectId,
    tree: Option<ObjectId>,
    parents: Vec<Key>,
    committed: i64,
}

/// Commits, trees and tags of a repository, as far as the wanted objects need them.
#[derive(Default)]
pub(crate) struct History {
    commits: FxHashMap<Key, Node>,
    tags: FxHashMap<Key, Key>,
    trees: FxHashMap<Key, u32>,
    /// Trees within each tree.
    inner: Vec<Box<[u32]>>,
    /// Wanted objects directly in a tree: the tree and the object.
    direct: Vec<(u32, u32)>,
}

impl History {
    /// Reads all commits, trees and tags.
    pub(crate) fn read(store: &Store, hash: HashKind, wanted: &[Wanted], budget: Budget) -> Self {
        let places: FxHashMap<Key, u32> = wanted
            .iter()
            .zip(0..)
            .map(|(wanted, at)| (wanted.id.key(), at))
            .collect();
        let mut gather = Gather {
            history: Self::default(),
            wanted: &places,
            hash,
        };
        // The first pass named what can't be read.
        let mut known = Problems::default();
        for pack in &store.packs {
            walk(pack, budget, std::slice::from_mut(&mut gather), &mut known);
        }
        for folder in &store.folders {
            loose::each(folder, &mut known, &mut |id, kind, content| {
                if let Loose::Whole(bytes) = content {
                    gather.add(id, kind, bytes);
                }
            });
        }
        gather.history
    }

    fn tree(&mut self, id: &ObjectId) -> u32 {
        let next = u32::try_from(self.inner.len()).unwrap_or(u32::MAX);
        let place = *self.trees.entry(id.key()).or_insert(next);
        if place == next {
            self.inner.push(Box::default());
        }
        place
    }

    /// Returns all commits that a set of ids leads to.
    fn reached(&self, from: &[ObjectId]) -> FxHashSet<Key> {
        let mut seen = FxHashSet::default();
        let mut stack: Vec<Key> = from.iter().map(ObjectId::key).collect();
        while let Some(key) = stack.pop() {
            if !seen.insert(key) {
                continue;
            }
            stack.extend(self.tags.get(&key));
            stack.extend(
                self.commits
                    .get(&key)
                    .into_iter()
                    .flat_map(|commit| commit.parents.iter().copied()),
            );
        }
        seen
    }

    /// Attributes each wanted object.
    pub(crate) fn attribute(&self, store: &Store, refs: &Refs, wanted: &[Wanted]) -> Vec<Attribution> {
        let current = self.reached(&refs.current);
        let logged = self.reached(&refs.logged);
        let mut found = Vec::with_capacity(wanted.len());
        for (round, group) in wanted.chunks(64).enumerate() {
            let masks = self.masks(group, round);
            for (at, one) in group.iter().enumerate() {
                found.push(self.one(*one, &masks, 1 << at, (&current, &logged), (store, refs)));
            }
        }
        found
    }

    /// Returns for each tree which of 64 objects it has, at any depth.
    fn masks(&self, group: &[Wanted], round: usize) -> Vec<u64> {
        let mut masks = vec![0_u64; self.inner.len()];
        for (tree, object) in &self.direct {
            let object = *object as usize;
            if object / 64 == round {
                masks[*tree as usize] |= 1 << (object % 64);
            }
        }
        for (at, one) in group.iter().enumerate() {
            if let Some(tree) = self
                .trees
                .get(&one.id.key())
                .filter(|_| one.kind == ObjectKind::Tree)
            {
                masks[*tree as usize] |= 1 << at;
            }
        }
        loop {
            let mut has_changed = false;
            for tree in 0..masks.len() {
                let mask = self.inner[tree]
                    .iter()
                    .fold(masks[tree], |mask, inner| mask | masks[*inner as usize]);
                has_changed |= mask != masks[tree];
                masks[tree] = mask;
            }
            if !has_changed {
                return masks;
            }
        }
    }

    fn one(
        &self,
        wanted: Wanted,
        masks: &[u64],
        bit: u64,
        (current, logged): (&FxHashSet<Key>, &FxHashSet<Key>),
        (store, refs): (&Store, &Refs),
    ) -> Attribution {
        let has = |node: &&Node| {
            let tree = node.tree.and_then(|tree| self.trees.get(&tree.key()));
            node.id == wanted.id || tree.is_some_and(|tree| masks[*tree as usize] & bit != 0)
        };
        let commits: Vec<&Node> = self.commits.values().filter(has).collect();
        let is_in = |set: &FxHashSet<Key>| {
            set.contains(&wanted.id.key()) || commits.iter().any(|commit| set.contains(&commit.id.key()))
        };
        let reach = if is_in(current) {
            Reach::Refs
        } else if is_in(logged) {
            Reach::Reflog
        } else if refs.is_staged(&wanted.id) {
            Reach::Staged
        } else {
            Reach::Unreachable
        };
        let order = |commit: &&&Node| (commit.committed, commit.id);
        let first = commits.iter().min_by_key(order);
        let last = commits.iter().max_by_key(order);
        let path = first.and_then(|first| self.path(store, first.tree?, wanted, masks, bit));
        Attribution {
            first: first.and_then(|commit| described(store, &commit.id)),
            last: last.and_then(|commit| described(store, &commit.id)),
            commits: commits.len() as u64,
            reach,
            path,
        }
    }

    /// Descends to an object from a root tree that has it.
    fn path(&self, store: &Store, root: ObjectId, wanted: Wanted, masks: &[u64], bit: u64) -> Option<String> {
        const DEPTH: usize = 4096;
        let mut path = String::new();
        let mut tree = root;
        for _ in 0..DEPTH {
            if tree == wanted.id {
                return Some(path);
            }
            let (_, content) = store.read(&tree)?;
            let mut next = None;
            for entry in entries(&content, wanted.id.as_bytes().len()) {
                let holds = || {
                    self.trees
                        .get(&entry.id.key())
                        .is_some_and(|tree| masks[*tree as usize] & bit != 0)
                };
                if entry.id == wanted.id || (entry.is_tree && holds()) {
                    next = Some((String::from_utf8_lossy(entry.name).into_owned(), entry.id));
                    if entry.id == wanted.id {
                        break;
                    }
                }
            }
            let (name, id) = next?;
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(&name);
            if id == wanted.id {
                return Some(path);
            }
            tree = id;
        }
        None
    }
}

struct Gather<'g> {
    history: History,
    wanted: &'g FxHashMap<Key, u32>,
    hash: HashKind,
}

impl Gather<'_> {
    fn add(&mut self, id: ObjectId, kind: ObjectKind, bytes: &[u8]) {
        match kind {
            ObjectKind::Commit => {
                let node = commit(id, bytes);
                self.history.commits.insert(id.key(), node);
            }
            ObjectKind::Tag => {
                let target = field(bytes, b"object ").and_then(ObjectId::parse);
                self.history
                    .tags
                    .extend(target.map(|target| (id.key(), target.key())));
            }
            ObjectKind::Tree => self.add_tree(&id, bytes),
            ObjectKind::Blob => {}
        }
    }

    fn add_tree(&mut self, id: &ObjectId, bytes: &[u8]) {
        let tree = self.history.tree(id);
        let mut inner = Vec::new();
        for entry in entries(bytes, self.hash.length()) {
            if let Some(object) = self.wanted.get(&entry.id.key()) {
                self.history.direct.push((tree, *object));
            }
            if entry.is_tree {
                inner.push(self.history.tree(&entry.id));
            }
        }
        self.history.inner[tree as usize] = inner.into();
    }
}

impl Sink for Gather<'_> {
    fn wants(&self, kind: ObjectKind) -> bool {
        kind != ObjectKind::Blob
    }

    fn object(&mut self, pack: &Pack, node: u32, kind: ObjectKind, bytes: &[u8]) {
        self.add(pack.id(node), kind, bytes);
    }

    fn large(&mut self, _: &Pack, _: u32, _: ObjectKind, _: &mut dyn std::io::Read) {}
}

struct TreeEntry<'t> {
    name: &'t [u8],
    id: ObjectId,
    is_tree: bool,
}

fn entries(mut bytes: &[u8], length: usize) -> impl Iterator<Item = TreeEntry<'_>> {
    std::iter::from_fn(move || {
        let end = memchr::memchr(0, bytes)?;
        let space = bytes[..end].iter().position(|byte| *byte == b' ')?;
        let id = bytes.get(end + 1..end + 1 + length)?;
        let entry = TreeEntry {
            name: &bytes[space + 1..end],
            id: ObjectId::of(id),
            is_tree: bytes.starts_with(b"40000 "),
        };
        bytes = &bytes[end + 1 + length..];
        Some(entry)
    })
}

fn field<'b>(bytes: &'b [u8], name: &[u8]) -> Option<&'b [u8]> {
    let head = bytes
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.is_empty());
    head.into_iter().find_map(|line| line.strip_prefix(name))
}

fn commit(id: ObjectId, bytes: &[u8]) -> Node {
    let head = bytes
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.is_empty());
    let parents = head
        .filter_map(|line| ObjectId::parse(line.strip_prefix(b"parent ")?))
        .map(|id| id.key());
    Node {
        id,
        tree: field(bytes, b"tree ").and_then(ObjectId::parse),
        parents: parents.collect(),
        committed: field(bytes, b"committer ").map_or(0, |line| person(line).1),
    }
}

/// Splits `Name <address> 1700000000 +0100`.
fn person(line: &[u8]) -> (String, i64) {
    let text = String::from_utf8_lossy(line);
    let (name, rest) = text
        .rsplit_once('>')
        .map_or((text.as_ref(), ""), |(name, rest)| (name, rest));
    let time = rest
        .split_whitespace()
        .next()
        .and_then(|time| time.parse().ok())
        .unwrap_or(0);
    let ending = if rest.is_empty() { "" } else { ">" };
    (stanch_core::text::bounded(&format!("{name}{ending}"), 200), time)
}

fn described(store: &Store, id: &ObjectId) -> Option<Commit> {
    let (_, bytes) = store.read(id)?;
    let (author, authored) = person(field(&bytes, b"author ").unwrap_or_default());
    let (_, committed) = person(field(&bytes, b"committer ").unwrap_or_default());
    Some(Commit {
        id: id.to_string(),
        author,
        authored,
        committed,
    })
}
