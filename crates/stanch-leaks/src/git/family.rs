//! The walk: every object of a pack rebuilt once, depth first, on several threads.
//!
//! An object that can't be rebuilt is named with the number of objects that hang from it; the walk continues.

use std::io::Read as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use flate2::read::ZlibDecoder;
use libdeflater::Decompressor;

use super::delta;
use super::entry::{self, Entry, ObjectKind};
use super::pack::{Pack, Part, Window};
use crate::problem::{ProblemKind, Problems};

/// Roots that a thread takes at a time.
const SHARE: usize = 16;

/// Limits of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Bytes of an object that is streamed when nothing hangs from it, and of one that is held.
    pub(crate) streamed: u64,
    /// Bytes of the largest object that is held.
    pub(crate) held: u64,
    /// Bytes of all objects that a thread holds at a time.
    pub(crate) path: u64,
    /// Bytes that all objects of a pack may unpack to, for each byte of the pack.
    pub(crate) ratio: u64,
}

/// Receiver of objects, one for each thread.
pub(crate) trait Sink: Send {
    /// Returns whether objects of a kind are wanted.
    fn wants(&self, kind: ObjectKind) -> bool;
    /// Receives a whole object.
    fn object(&mut self, pack: &Pack, node: u32, kind: ObjectKind, bytes: &[u8]);
    /// Receives a large object as a stream.
    fn large(&mut self, pack: &Pack, node: u32, kind: ObjectKind, bytes: &mut dyn std::io::Read);
}

/// Walks a pack with one thread for each sink.
pub(crate) fn walk<S: Sink>(pack: &Pack, budget: Budget, sinks: &mut [S], problems: &mut Problems) {
    let next = AtomicUsize::new(0);
    let spent = AtomicU64::new(0);
    let visited = AtomicU64::new(0);
    let unread = AtomicU64::new(0);
    let shared = Shared {
        pack,
        budget,
        next: &next,
        spent: &spent,
        visited: &visited,
        unread: &unread,
    };
    let found: Vec<Problems> = std::thread::scope(|scope| {
        let threads: Vec<_> = sinks
            .iter_mut()
            .map(|sink| scope.spawn(|| Walker::new(shared, sink).run()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Problems::of_panic(&pack.path)))
            .collect()
    });
    for part in found {
        problems.append(part);
    }
    named(pack, &visited, &unread, problems);
}

/// Names the objects that no walk can reach.
fn named(pack: &Pack, visited: &AtomicU64, unread: &AtomicU64, problems: &mut Problems) {
    let shown = pack.path.display();
    for (nodes, detail) in [
        (&pack.forest.damaged, "no object begins where the index says"),
        (&pack.forest.orphans, "the base of the object is not in the pack"),
    ] {
        for node in nodes.iter() {
            let below = pack.forest.below(*node);
            unread.fetch_add(1 + below, Ordering::Relaxed);
            problems.add(
                ProblemKind::BaseMissing,
                format!("{shown}: object {}", pack.id(*node)),
                detail,
                1 + below,
            );
        }
    }
    let seen = visited.load(Ordering::Relaxed) + unread.load(Ordering::Relaxed);
    let lost = (pack.forest.len() as u64).saturating_sub(seen);
    if lost > 0 {
        problems.add(
            ProblemKind::Damaged,
            shown.to_string(),
            "objects are changes of each other in a circle",
            lost,
        );
    }
}

#[derive(Clone, Copy)]
struct Shared<'w> {
    pack: &'w Pack,
    budget: Budget,
    next: &'w AtomicUsize,
    spent: &'w AtomicU64,
    visited: &'w AtomicU64,
    unread: &'w AtomicU64,
}

struct Walker<'w, S> {
    shared: Shared<'w>,
    sink: &'w mut S,
    window: Window<'w>,
    inflate: Decompressor,
    /// Content of the objects from the root to the current one.
    path: Vec<Vec<u8>>,
    /// Bytes of them.
    held: u64,
    pool: Vec<Vec<u8>>,
    raw: Vec<u8>,
    visited: u64,
    problems: Problems,
}

struct Step {
    node: u32,
    depth: usize,
    is_last: bool,
}

impl<'w, S: Sink> Walker<'w, S> {
    fn new(shared: Shared<'w>, sink: &'w mut S) -> Self {
        Self {
            shared,
            sink,
            window: Window::new(&shared.pack.file, shared.pack.hash),
            inflate: Decompressor::new(),
            path: Vec::new(),
            held: 0,
            pool: Vec::new(),
            raw: Vec::new(),
            visited: 0,
            problems: Problems::default(),
        }
    }

    fn run(mut self) -> Problems {
        let roots = &self.shared.pack.forest.roots;
        loop {
            let from = self.shared.next.fetch_add(SHARE, Ordering::Relaxed);
            let Some(share) = roots
                .get(from..roots.len().min(from + SHARE))
                .filter(|share| !share.is_empty())
            else {
                break;
            };
            for (root, kind) in share {
                if self.sink.wants(*kind) {
                    self.family(*root, *kind);
                } else {
                    self.visited += 1 + self.shared.pack.forest.below(*root);
                }
            }
        }
        self.shared.visited.fetch_add(self.visited, Ordering::Relaxed);
        self.problems
    }

    fn family(&mut self, root: u32, kind: ObjectKind) {
        let forest = &self.shared.pack.forest;
        let mut stack = vec![Step {
            node: root,
            depth: 0,
            is_last: true,
        }];
        while let Some(step) = stack.pop() {
            let has_children = forest.children(step.node).next().is_some();
            let result = self.rebuild(step.node, step.depth, kind, has_children);
            if let Err((problem, detail)) = result {
                let unread = 1 + forest.below(step.node);
                self.shared.unread.fetch_add(unread, Ordering::Relaxed);
                let place = format!(
                    "{}: object {}",
                    self.shared.pack.path.display(),
                    self.shared.pack.id(step.node)
                );
                self.problems.add(problem, place, detail, unread);
            } else {
                self.visited += 1;
            }
            if step.is_last && step.depth > 0 {
                self.release(step.depth - 1);
            }
            if result.is_err() || !has_children {
                self.release(step.depth);
                continue;
            }
            let first = stack.len();
            let below = forest.children(step.node).map(|node| Step {
                node,
                depth: step.depth + 1,
                is_last: false,
            });
            stack.extend(below);
            stack[first].is_last = true;
        }
    }

    /// Gives back the content at a depth: nothing hangs from it any more.
    fn release(&mut self, depth: usize) {
        if let Some(content) = self.path.get_mut(depth) {
            let content = std::mem::take(content);
            self.held -= content.len() as u64;
            if self.pool.len() < 8 && content.capacity() > 0 && content.capacity() <= 1 << 20 {
                self.pool.push(content);
            }
        }
    }

    fn rebuild(
        &mut self,
        node: u32,
        depth: usize,
        kind: ObjectKind,
        has_children: bool,
    ) -> Result<(), (ProblemKind, &'static str)> {
        let pack = self.shared.pack;
        let (from, to) = pack.forest.range(node);
        let head = self.window.get(from, to.min(from + entry::HEADER as u64));
        let entry = head
            .and_then(|head| entry::read(head, pack.hash))
            .ok_or((ProblemKind::Damaged, "the header of the object is damaged"))?;
        let from = from + entry.length as u64;
        if depth == 0 && !has_children && entry.size > self.shared.budget.streamed {
            let mut stream = ZlibDecoder::new(Part {
                file: &pack.file,
                at: from,
                end: to,
            })
            .take(entry.size);
            self.sink.large(pack, node, kind, &mut stream);
            return Ok(());
        }
        self.spend(entry.size)?;
        let content = self.content(entry, (from, to), depth, kind, node)?;
        self.sink.object(pack, node, kind, &content);
        self.held += content.len() as u64;
        while self.path.len() <= depth {
            self.path.push(Vec::new());
        }
        self.path[depth] = content;
        Ok(())
    }

    fn content(
        &mut self,
        entry: Entry,
        place: (u64, u64),
        depth: usize,
        kind: ObjectKind,
        node: u32,
    ) -> Result<Vec<u8>, (ProblemKind, &'static str)> {
        let mut out = self.pool.pop().unwrap_or_default();
        let raw = if depth == 0 { &mut out } else { &mut self.raw };
        let packed = self
            .window
            .get(place.0, place.1)
            .ok_or((ProblemKind::Unreadable, "the pack can't be read here"))?;
        let size = usize::try_from(entry.size)
            .map_err(|_| (ProblemKind::TooLarge, "the object is larger than the limit"))?;
        raw.resize(size, 0);
        let read = self.inflate.zlib_decompress(packed, raw);
        if read != Ok(size) {
            if depth == 0 {
                // The start of a damaged object can still be read.
                let mut start = Vec::new();
                drop(ZlibDecoder::new(packed).take(entry.size).read_to_end(&mut start));
                self.sink.object(self.shared.pack, node, kind, &start);
            }
            return Err((
                ProblemKind::Damaged,
                "the compressed bytes of the object are damaged",
            ));
        }
        if depth > 0 {
            let size = delta::result_size(&self.raw).unwrap_or(0);
            self.spend(size)?;
            let most = self.shared.budget.held;
            delta::apply(&self.path[depth - 1], &self.raw, &mut out, most)
                .map_err(|detail| (ProblemKind::Damaged, detail))?;
        }
        Ok(out)
    }

    /// Counts bytes before they are unpacked.
    fn spend(&self, size: u64) -> Result<(), (ProblemKind, &'static str)> {
        const AT_LEAST: u64 = 1 << 30;
        let budget = self.shared.budget;
        if size > budget.held {
            return Err((ProblemKind::TooLarge, "the object is larger than the limit"));
        }
        if self.held + size > budget.path {
            return Err((
                ProblemKind::TooLarge,
                "the chain of objects needs more memory than the limit",
            ));
        }
        let spent = self.shared.spent.fetch_add(size, Ordering::Relaxed) + size;
        if spent > AT_LEAST.saturating_add(budget.ratio.saturating_mul(self.shared.pack.size)) {
            return Err((ProblemKind::TooLarge, "the pack unpacks to more than the limit"));
        }
        Ok(())
    }
}
