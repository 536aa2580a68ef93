//! Roles whose sessions assume each other in a circle: any session of one can be renewed without end, so all of them
//! must be
//! revoked at once. Strongly connected components after Tarjan, without recursion: logs may make the graph deep.

use std::collections::{BTreeMap, BTreeSet};

use stanch_core::dossier::{Derivation, SubjectKind};

use super::family::Family;
use super::graph::Place;

/// Circles of roles, each sorted by name, in the order of their first names. A role that assumes itself is one.
pub(super) fn find(family: &Family) -> Vec<Vec<Place>> {
    let graph = roles(family);
    let mut found: Vec<Vec<Place>> = components(&graph)
        .into_iter()
        .filter(|circle| circle.len() > 1 || circle.iter().any(|role| graph[role].contains(role)))
        .collect();
    for circle in &mut found {
        circle.sort_by_key(|place| family.id(*place));
    }
    found.sort_by(|one, other| family.id(one[0]).cmp(family.id(other[0])));
    found
}

/// From role to role, by sessions of the one that assumed the other.
fn roles(family: &Family) -> BTreeMap<Place, BTreeSet<Place>> {
    let owner = |place: Place| {
        let belongs = family
            .parents(place)
            .iter()
            .find(|edge| edge.how == Derivation::Belongs);
        belongs.map(|edge| edge.from)
    };
    let is_role = |place: &Place| family.nodes[*place as usize].kind == SubjectKind::Role;
    let mut graph: BTreeMap<Place, BTreeSet<Place>> = BTreeMap::new();
    for place in (0..).take(family.nodes.len()) {
        if family.nodes[place as usize].kind != SubjectKind::Session {
            continue;
        }
        let Some(to) = owner(place).filter(is_role) else {
            continue;
        };
        for edge in family
            .parents(place)
            .iter()
            .filter(|edge| edge.how == Derivation::Assumed)
        {
            if let Some(from) = owner(edge.from).filter(is_role) {
                graph.entry(from).or_default().insert(to);
                graph.entry(to).or_default();
            }
        }
    }
    graph
}

#[derive(Default)]
struct Visits {
    numbers: BTreeMap<Place, usize>,
    lowest: BTreeMap<Place, usize>,
    open: Vec<Place>,
    is_open: BTreeSet<Place>,
    found: Vec<Vec<Place>>,
}

fn components(graph: &BTreeMap<Place, BTreeSet<Place>>) -> Vec<Vec<Place>> {
    let mut visits = Visits::default();
    for start in graph.keys() {
        if !visits.numbers.contains_key(start) {
            visit(graph, *start, &mut visits);
        }
    }
    visits.found
}

fn visit(graph: &BTreeMap<Place, BTreeSet<Place>>, start: Place, visits: &mut Visits) {
    let enter = |place: Place, visits: &mut Visits| {
        let number = visits.numbers.len();
        visits.numbers.insert(place, number);
        visits.lowest.insert(place, number);
        visits.open.push(place);
        visits.is_open.insert(place);
        graph[&place].iter()
    };
    let mut path = vec![(start, enter(start, visits))];
    while let Some((place, rest)) = path.last_mut() {
        let place = *place;
        if let Some(next) = rest.next() {
            if !visits.numbers.contains_key(next) {
                let children = enter(*next, visits);
                path.push((*next, children));
            } else if visits.is_open.contains(next) {
                let low = visits.lowest[&place].min(visits.numbers[next]);
                visits.lowest.insert(place, low);
            }
            continue;
        }
        path.pop();
        let low = visits.lowest[&place];
        if let Some((parent, _)) = path.last() {
            let lower = visits.lowest[parent].min(low);
            visits.lowest.insert(*parent, lower);
        }
        if low == visits.numbers[&place] {
            let begin = visits.open.iter().rposition(|open| *open == place).unwrap_or(0);
            let circle = visits.open.split_off(begin);
            for closed in &circle {
                visits.is_open.remove(closed);
            }
            visits.found.push(circle);
        }
    }
}
