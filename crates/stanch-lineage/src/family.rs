//! The edges in order, to be followed up and down.

use rustc_hash::{FxHashMap, FxHashSet};
use stanch_core::dossier::{Derivation, SubjectKind};

use super::cycles;
use super::graph::{Edge, Lineage, Node, Place, Words};
use super::names;

/// Identities and what came out of what, ready to be asked.
#[derive(Debug)]
pub struct Family {
    pub(super) index: FxHashMap<std::sync::Arc<str>, Place>,
    pub(super) nodes: Vec<Node>,
    pub(super) words: Words,
    /// By parent.
    down: Sorted,
    /// By child.
    up: Sorted,
    /// Roles in circles, each circle sorted by name.
    pub(super) cycles: Vec<Vec<Place>>,
}

/// Edges sorted by one of their ends, and where those of each identity begin: looking for them takes as long as following them.
#[derive(Debug)]
struct Sorted {
    edges: Vec<Edge>,
    begins: Vec<u32>,
}

impl Sorted {
    /// `end` is the end by which they are sorted.
    fn new(edges: Vec<Edge>, identities: usize, end: impl Fn(&Edge) -> Place) -> Self {
        let mut begins = vec![0; identities + 1];
        for edge in &edges {
            begins[end(edge) as usize + 1] += 1;
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        Self { edges, begins }
    }

    fn of(&self, place: Place) -> &[Edge] {
        let at = |place: usize| {
            self.begins
                .get(place)
                .map_or(self.edges.len(), |begin| *begin as usize)
        };
        &self.edges[at(place as usize)..at(place as usize + 1)]
    }
}

/// An identity that was reached, and by which edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reached {
    pub(super) place: Place,
    pub(super) depth: u32,
    pub(super) edge: Edge,
}

/// One edge, as the crates outside see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link<'f> {
    /// Id of the parent.
    pub from: &'f str,
    /// Id of the child.
    pub to: &'f str,
    /// Kind of the child.
    pub kind: SubjectKind,
    /// Origin of the child.
    pub how: Derivation,
    /// When; `None` where no event says so.
    pub time: Option<stanch_core::Timestamp>,
    /// The event that says so.
    pub event: Option<stanch_core::EventKey>,
}

impl Family {
    /// Returns the edges to the children of an identity.
    pub fn links_from(&self, id: &str) -> impl Iterator<Item = Link<'_>> {
        let place = self.index.get(id).copied();
        place
            .into_iter()
            .flat_map(|place| self.children(place))
            .map(|edge| self.link(edge))
    }

    /// Returns the edges to the parents of an identity.
    pub fn links_to(&self, id: &str) -> impl Iterator<Item = Link<'_>> {
        let place = self.index.get(id).copied();
        place
            .into_iter()
            .flat_map(|place| self.parents(place))
            .map(|edge| self.link(edge))
    }

    /// Returns the kind of an identity.
    #[must_use]
    pub fn kind(&self, id: &str) -> Option<SubjectKind> {
        let place = *self.index.get(id)?;
        Some(self.nodes.get(place as usize)?.kind)
    }

    fn link(&self, edge: &Edge) -> Link<'_> {
        Link {
            from: self.id(edge.from),
            to: self.id(edge.to),
            kind: self.nodes[edge.to as usize].kind,
            how: edge.how,
            time: edge.time,
            event: edge.event,
        }
    }

    pub(super) fn of(mut lineage: Lineage) -> Self {
        consoles(&mut lineage);
        let mut edges = std::mem::take(&mut lineage.edges);
        // An edge that events tell again and again counts once, by the first of them.
        edges.sort_unstable_by_key(|edge| {
            (
                edge.from,
                edge.to,
                edge.how,
                edge.time.is_none(),
                edge.time,
                edge.event,
            )
        });
        edges.dedup_by_key(|edge| (edge.from, edge.to, edge.how));
        drop_outsiders(&mut edges, &lineage.nodes);
        let mut up = edges.clone();
        up.sort_unstable_by_key(|edge| (edge.to, edge.from, edge.how));
        let identities = lineage.nodes.len();
        let mut family = Self {
            index: lineage.index,
            nodes: lineage.nodes,
            words: lineage.words,
            down: Sorted::new(edges, identities, |edge| edge.from),
            up: Sorted::new(up, identities, |edge| edge.to),
            cycles: Vec::new(),
        };
        family.cycles = cycles::find(&family);
        family
    }

    /// Edges to what came of an identity.
    pub(super) fn children(&self, of: Place) -> &[Edge] {
        self.down.of(of)
    }

    /// Edges from what an identity came of.
    pub(super) fn parents(&self, of: Place) -> &[Edge] {
        self.up.of(of)
    }

    pub(super) fn descendants(&self, of: Place) -> Vec<Reached> {
        self.walk(of, |place| self.children(place), |edge| edge.to)
    }

    pub(super) fn ancestors(&self, of: Place) -> Vec<Reached> {
        self.walk(of, |place| self.parents(place), |edge| edge.from)
    }

    fn walk<'f>(
        &'f self,
        of: Place,
        edges: impl Fn(Place) -> &'f [Edge],
        end: impl Fn(&Edge) -> Place,
    ) -> Vec<Reached> {
        let mut seen = FxHashSet::from_iter([of]);
        let mut level = vec![of];
        let mut found: Vec<Reached> = Vec::new();
        for depth in 1.. {
            let steps = level
                .iter()
                .flat_map(|place| edges(*place))
                .filter(|edge| edge.how.descends());
            let mut steps: Vec<Edge> = steps.filter(|edge| !seen.contains(&end(edge))).copied().collect();
            // By name, since numbers depend on the order of reading.
            steps.sort_by_cached_key(|edge| {
                (self.id(end(edge)), edge.how, self.id(edge.from), self.id(edge.to))
            });
            steps.dedup_by_key(|edge| end(edge));
            level = steps.iter().map(&end).collect();
            if level.is_empty() {
                return found;
            }
            seen.extend(&level);
            found.extend(steps.into_iter().map(|edge| Reached {
                place: end(&edge),
                depth,
                edge,
            }));
        }
        found
    }

    /// The ids of all that came of an identity, sorted. `None` when no event names it.
    #[must_use]
    pub fn descendants_of(&self, id: &str) -> Option<Vec<&str>> {
        let place = *self.index.get(id)?;
        let mut ids: Vec<&str> = self
            .descendants(place)
            .iter()
            .map(|reached| self.id(reached.place))
            .collect();
        ids.sort_unstable();
        Some(ids)
    }

    pub(super) fn id(&self, place: Place) -> &str {
        &self.nodes[place as usize].id
    }

    /// The identities that a question fits: by id, ARN, session, unique id, address or name. The most used first.
    pub(super) fn find(&self, asked: &str) -> Vec<Place> {
        let exact = self.index.get(asked).or_else(|| {
            let is_session = asked.contains(":assumed-role/") && asked.matches('/').count() > 1;
            let principal = names::principal(asked).filter(|_| !is_session)?;
            self.index.get(principal.as_str())
        });
        if let Some(place) = exact {
            return vec![*place];
        }
        let mut found: Vec<Place> = (0..)
            .zip(&self.nodes)
            .filter(|(_, node)| self.fits(node, asked))
            .map(|(place, _)| place)
            .collect();
        found.sort_by(|one, other| {
            let key = |place: &Place| {
                (
                    std::cmp::Reverse(self.nodes[*place as usize].calls),
                    self.id(*place),
                )
            };
            key(one).cmp(&key(other))
        });
        found
    }

    fn fits(&self, node: &Node, asked: &str) -> bool {
        let is = |number: Option<u32>| number.is_some_and(|number| self.words.text(number) == asked);
        let named = |text: &str| text.rsplit_once('/').is_some_and(|(_, name)| name == asked);
        let is_principal = matches!(
            node.kind,
            SubjectKind::User | SubjectKind::Role | SubjectKind::FederatedUser
        );
        is(node.arn)
            || is(node.principal_id)
            || is(node.source_identity)
            || (is_principal && named(&node.id))
            || (node.kind == SubjectKind::Function
                && node.id.rsplit_once(':').is_some_and(|(_, name)| name == asked))
            || node
                .arn
                .is_some_and(|arn| node.kind == SubjectKind::Session && named(self.words.text(arn)))
            || node
                .addresses
                .iter()
                .any(|(address, _)| self.words.text(*address) == asked)
    }
}

/// A console session comes of the sign-in token that was asked for last before it, by a session of the same ARN; one of a
/// user comes of the user's password.
fn consoles(lineage: &mut Lineage) {
    lineage
        .sign_ins
        .sort_unstable_by_key(|(arn, _, time, key)| (*arn, *time, *key));
    let consoles: Vec<(Place, u32)> = std::mem::take(&mut lineage.consoles).into_iter().collect();
    for (session, arn) in consoles {
        let first = lineage.nodes[session as usize].first.unwrap_or_default();
        let end = lineage
            .sign_ins
            .partition_point(|(known, _, time, _)| (*known, *time) <= (arn, first));
        let asked = lineage.sign_ins[..end]
            .last()
            .filter(|(known, from, _, _)| *known == arn && *from != session);
        if let Some((_, from, time, event)) = asked.copied() {
            lineage.edges.push(Edge {
                from,
                to: session,
                how: Derivation::Console,
                time: Some(time),
                event: Some(event),
            });
            continue;
        }
        let owner = lineage.words.text(arn).to_owned();
        let password = names::principal(&owner).map(|user| names::password(&user));
        if let Some(password) = password.and_then(|id| lineage.index.get(id.as_str()).copied()) {
            lineage.edges.push(Edge {
                from: password,
                to: session,
                how: Derivation::Console,
                time: None,
                event: None,
            });
        }
    }
}

/// Where one log names the credential that asked and the other only the account it came from, the first is the parent.
fn drop_outsiders(edges: &mut Vec<Edge>, nodes: &[Node]) {
    let is_outside = |edge: &Edge| nodes[edge.from as usize].kind == SubjectKind::Outside;
    let known: FxHashSet<Place> = edges
        .iter()
        .filter(|edge| edge.how == Derivation::Assumed && !is_outside(edge))
        .map(|edge| edge.to)
        .collect();
    edges.retain(|edge| edge.how != Derivation::Assumed || !is_outside(edge) || !known.contains(&edge.to));
}
