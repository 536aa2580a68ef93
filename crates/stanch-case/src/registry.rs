//! Numbers of the inputs, and which are done: numbers stay the same from one run to the next.
//!
//! It must not touch the disk; [`Hunt`](crate::Hunt) makes what it decides durable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stanch_core::{SourceId, SourceReport, Timestamp};

use crate::error::CaseError;

/// An input that the caller is about to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedInput {
    /// Its path, always written the same way: it is what the input is known by.
    pub path: String,
    /// Its size on disk in bytes.
    pub size: u64,
    /// When it was last modified; `None` if that is unknown (standard input), and then it is never taken as
    /// done.
    pub modified: Option<Timestamp>,
}

/// The number of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    /// Its number, the same in every run.
    pub source_id: SourceId,
    /// True when a segment holds it already, read from the same path, size and modification time.
    pub already_committed: bool,
}

/// A source that a segment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The SHA-256 of the file as read; empty when it could not be read, and then it is tried again.
    pub sha256: String,
    /// The segment with the latest report of it.
    pub segment: u32,
}

/// One line of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Registered {
    id: SourceId,
    pub(crate) path: String,
    /// Which of several inputs of the same path in one listing (two names that differ only in bytes that are
    /// no text).
    namesake: u32,
    size: u64,
    /// Milliseconds since 1970, as a number: a modification time can be any.
    modified: Option<i64>,
}

/// All sources of a hunt.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    sources: Vec<Registered>,
    latest: BTreeMap<(String, u32), SourceId>,
    committed: BTreeMap<SourceId, Committed>,
}

impl Registry {
    /// Gives each input its number. Also returns what must be made durable by [`Self::enter`] before any input
    /// is read.
    pub(crate) fn assign(
        &self,
        listed: &[ListedInput],
    ) -> Result<(Vec<Assigned>, Vec<Registered>), CaseError> {
        let mut assigned = Vec::with_capacity(listed.len());
        let mut entered = Vec::new();
        let mut namesakes: BTreeMap<&str, u32> = BTreeMap::new();
        let mut count = self.sources.len();
        for input in listed {
            let namesake = namesakes.entry(input.path.as_str()).or_default();
            let (id, unchanged) = match self.known(input, *namesake) {
                Some(known) => known,
                None => {
                    let id = u32::try_from(count).map_err(|_| CaseError::TooManySources)?;
                    count += 1;
                    (SourceId(id), false)
                }
            };
            if !unchanged {
                entered.push(Registered {
                    id,
                    path: input.path.clone(),
                    namesake: *namesake,
                    size: input.size,
                    modified: input.modified.map(|time| time.0),
                });
            }
            *namesake += 1;
            let already_committed = unchanged && self.was_read(id);
            assigned.push(Assigned {
                source_id: id,
                already_committed,
            });
        }
        Ok((assigned, entered))
    }

    /// The number an input has from before, and whether nothing about it has changed. A file that changed
    /// after it was read is a new source; one that was not read keeps its number.
    fn known(&self, input: &ListedInput, namesake: u32) -> Option<(SourceId, bool)> {
        let id = *self.latest.get(&(input.path.clone(), namesake))?;
        let registered = self.sources.get(id.0 as usize)?;
        let unchanged =
            registered.size == input.size && registered.modified == input.modified.map(|time| time.0);
        let is_new = self.was_read(id) && (!unchanged || input.modified.is_none());
        (!is_new).then_some((id, unchanged))
    }

    /// Takes in registrations, made now or in an earlier run.
    pub(crate) fn enter(&mut self, entered: Vec<Registered>) -> Result<(), &'static str> {
        for source in entered {
            let place = source.id.0 as usize;
            self.latest
                .insert((source.path.clone(), source.namesake), source.id);
            if place < self.sources.len() {
                self.sources[place] = source;
            } else if place == self.sources.len() {
                self.sources.push(source);
            } else {
                return Err("a source number is missing in the registrations");
            }
        }
        Ok(())
    }

    /// Whether a segment may hold these reports: each registered, none read before.
    pub(crate) fn check(&self, reports: &[SourceReport]) -> Result<(), CaseError> {
        let mut ids: Vec<SourceId> = reports.iter().map(|report| report.id).collect();
        ids.sort_unstable();
        let twice = ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        if let Some(id) = twice.or_else(|| ids.iter().copied().find(|id| self.was_read(*id))) {
            return Err(CaseError::SourceReportedTwice { id });
        }
        match ids.last() {
            Some(id) if id.0 as usize >= self.sources.len() => Err(CaseError::UnregisteredSource { id: *id }),
            _ => Ok(()),
        }
    }

    /// Takes in what a segment holds. The latest report of a source counts.
    pub(crate) fn commit(&mut self, segment: u32, report: &SourceReport) {
        self.committed.insert(
            report.id,
            Committed {
                sha256: report.sha256.clone(),
                segment,
            },
        );
    }

    pub(crate) const fn committed(&self) -> &BTreeMap<SourceId, Committed> {
        &self.committed
    }

    /// Sources that were registered and that no segment holds.
    pub(crate) fn pending(&self) -> impl Iterator<Item = (SourceId, &str)> {
        self.sources
            .iter()
            .filter(|source| !self.committed.contains_key(&source.id))
            .map(|source| (source.id, source.path.as_str()))
    }

    /// Number of sources that there will be with these registrations.
    pub(crate) fn count_with(&self, entered: &[Registered]) -> u32 {
        let known = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        entered
            .iter()
            .map(|source| source.id.0.saturating_add(1))
            .fold(known, u32::max)
    }

    fn was_read(&self, id: SourceId) -> bool {
        self.committed
            .get(&id)
            .is_some_and(|committed| !committed.sha256.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_case::{input, report};

    fn assign(registry: &mut Registry, listed: &[ListedInput]) -> Vec<(u32, bool)> {
        let (assigned, entered) = registry.assign(listed).unwrap();
        registry.enter(entered).unwrap();
        assigned
            .iter()
            .map(|one| (one.source_id.0, one.already_committed))
            .collect()
    }

    #[test]
    fn numbers_stay_and_new_inputs_get_the_next_ones() {
        let mut registry = Registry::default();
        assert_eq!(
            assign(&mut registry, &[input("b", 1), input("d", 1)]),
            [(0, false), (1, false)]
        );
        registry.commit(1, &report(0, "b"));
        let listed = [input("a", 1), input("b", 1), input("c", 1), input("d", 1)];
        assert_eq!(
            assign(&mut registry, &listed),
            [(2, false), (0, true), (3, false), (1, false)]
        );
        assert!(
            registry.assign(&listed).unwrap().1.is_empty(),
            "nothing new the second time"
        );
        assert_eq!(
            registry.pending().collect::<Vec<_>>(),
            [(SourceId(1), "d"), (SourceId(2), "a"), (SourceId(3), "c")]
        );
    }

    #[test]
    fn a_file_that_changed_is_a_new_source_only_if_it_had_been_read() {
        let mut registry = Registry::default();
        assign(&mut registry, &[input("a", 1), input("b", 1)]);
        registry.commit(1, &report(0, "a"));
        assert_eq!(
            assign(&mut registry, &[input("a", 2), input("b", 2)]),
            [(2, false), (1, false)]
        );
        assert_eq!(
            assign(&mut registry, &[input("a", 2), input("b", 2)]),
            [(2, false), (1, false)]
        );
        registry.commit(2, &report(2, "a"));
        assert_eq!(assign(&mut registry, &[input("a", 2)]), [(2, true)]);
        let later = ListedInput {
            modified: Some(Timestamp(7)),
            ..input("a", 2)
        };
        assert_eq!(assign(&mut registry, &[later]), [(3, false)]);
    }

    #[test]
    fn a_file_that_could_not_be_read_is_tried_again_under_its_number() {
        let mut registry = Registry::default();
        assign(&mut registry, &[input("a", 1)]);
        let unread = SourceReport {
            sha256: String::new(),
            ..report(0, "a")
        };
        registry.commit(1, &unread);
        assert_eq!(assign(&mut registry, &[input("a", 1)]), [(0, false)]);
        registry.check(&[report(0, "a")]).unwrap();
        registry.commit(2, &report(0, "a"));
        assert_eq!(assign(&mut registry, &[input("a", 1)]), [(0, true)]);
        assert_eq!(registry.committed()[&SourceId(0)].segment, 2);
    }

    #[test]
    fn an_input_of_unknown_age_is_never_taken_as_done() {
        let mut registry = Registry::default();
        let stdin = ListedInput {
            path: "-".to_owned(),
            size: 0,
            modified: None,
        };
        assert_eq!(assign(&mut registry, std::slice::from_ref(&stdin)), [(0, false)]);
        assert_eq!(
            assign(&mut registry, std::slice::from_ref(&stdin)),
            [(0, false)],
            "killed before it was read"
        );
        registry.commit(1, &report(0, "-"));
        assert_eq!(assign(&mut registry, &[stdin]), [(1, false)]);
    }

    #[test]
    fn inputs_whose_paths_read_the_same_are_two() {
        let mut registry = Registry::default();
        let listed = [input("x\u{fffd}", 1), input("x\u{fffd}", 1)];
        assert_eq!(assign(&mut registry, &listed), [(0, false), (1, false)]);
        registry.commit(1, &report(0, "x"));
        assert_eq!(assign(&mut registry, &listed), [(0, true), (1, false)]);
    }

    #[test]
    fn reports_of_unknown_or_finished_sources_are_refused() {
        let mut registry = Registry::default();
        assign(&mut registry, &[input("a", 1), input("b", 1)]);
        registry.check(&[report(0, "a"), report(1, "b")]).unwrap();
        let twice = registry.check(&[report(0, "a"), report(0, "a")]);
        assert!(matches!(
            twice,
            Err(CaseError::SourceReportedTwice { id: SourceId(0) })
        ));
        assert!(matches!(
            registry.check(&[report(2, "c")]),
            Err(CaseError::UnregisteredSource { .. })
        ));
        registry.commit(1, &report(0, "a"));
        assert!(matches!(
            registry.check(&[report(0, "a")]),
            Err(CaseError::SourceReportedTwice { .. })
        ));
    }
}
