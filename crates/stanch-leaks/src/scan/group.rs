//! Finds grouped by credential, each with its places.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use stanch_core::Severity;

use super::objects::Read;
use super::texts::TextHit;
use crate::credential::{Doubt, Encoding, Found, Kind, Masked};
use crate::git::{Attribution, Repository};

/// Places of a credential that are kept.
const PLACES: usize = 200;

/// Place of a credential. Escape its texts where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Git folder, for finds in git objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Remotes of the repository.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remotes: Vec<String>,
    /// File, or path in the repository; `!` stands before a member of an archive. Empty when no commit has the object.
    pub path: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Id of the git object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Kind of the git object: commit, tree, blob, tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_kind: Option<&'static str>,
    /// Way of writing.
    pub encoding: Encoding,
    /// Commits that have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Attribution>,
}

/// Credential and all its places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Credential {
    /// Kind.
    pub kind: Kind,
    /// Key id or user name; empty when there is none.
    pub id: String,
    /// Account, decoded from the credential without asking AWS. `None`: it carries none.
    pub account: Option<String>,
    /// Severity by itself.
    pub severity: Severity,
    /// Reason for a low severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// Its secret, masked, where it was found with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Masked>,
    /// Places, first commit first.
    pub places: Vec<Place>,
    /// Number of places, those that were left out too.
    pub count: u64,
}

impl Credential {
    /// Returns the earliest date of a commit that has it, in seconds since 1970.
    #[must_use]
    pub fn first_committed(&self) -> Option<i64> {
        let firsts = self
            .places
            .iter()
            .filter_map(|place| place.history.as_ref()?.first.as_ref());
        firsts.map(|commit| commit.committed).min()
    }
}

type Key = (Kind, String, String);

/// Credentials as they are found.
#[derive(Debug, Default)]
pub(super) struct Group {
    credentials: BTreeMap<Key, Credential>,
    seen: BTreeSet<(Key, String, u64, String)>,
}

impl Group {
    /// Adds the finds of files.
    pub(super) fn add_files(&mut self, mut hits: Vec<TextHit>) {
        hits.sort_by(|a, b| (&a.name, a.line, a.found.offset).cmp(&(&b.name, b.line, b.found.offset)));
        for hit in hits {
            let place = Place {
                repository: None,
                remotes: Vec::new(),
                path: hit.name,
                line: hit.line,
                object: None,
                object_kind: None,
                encoding: hit.found.encoding,
                history: None,
            };
            self.add(hit.found, place);
        }
    }

    /// Adds the finds of a repository.
    pub(super) fn add_repository(&mut self, repository: &Repository, read: Read) {
        let Read {
            mut hits,
            attributions,
            ..
        } = read;
        let first = |object: &crate::git::ObjectId| {
            attributions
                .get(object)
                .and_then(|found| found.first.as_ref())
                .map_or(i64::MAX, |first| first.committed)
        };
        hits.sort_by_key(|hit| (first(&hit.object), hit.object, hit.hit.line, hit.hit.found.offset));
        for hit in hits {
            let history = attributions.get(&hit.object).cloned();
            let path = history
                .as_ref()
                .and_then(|history| history.path.clone())
                .unwrap_or_default();
            let place = Place {
                repository: Some(repository.git_dir.display().to_string()),
                remotes: repository.remotes.clone(),
                path: format!("{path}{}", hit.hit.name),
                line: hit.hit.line,
                object: Some(hit.object.to_string()),
                object_kind: Some(hit.kind.as_str()),
                encoding: hit.hit.found.encoding,
                history,
            };
            self.add(hit.hit.found, place);
        }
    }

    fn add(&mut self, found: Found, place: Place) {
        let secret = found.secret.as_ref().map(|secret| secret.hash.clone());
        let own = if found.id.is_empty() {
            secret.unwrap_or_default()
        } else {
            String::new()
        };
        let key = (found.kind, found.id.clone(), own);
        let container = place.object.clone().unwrap_or_default();
        if !self
            .seen
            .insert((key.clone(), container, place.line, place.path.clone()))
        {
            return;
        }
        let credential = self.credentials.entry(key).or_insert_with(|| Credential {
            kind: found.kind,
            id: found.id.clone(),
            account: found.account.clone(),
            severity: found.severity,
            doubt: found.doubt,
            secret: None,
            places: Vec::new(),
            count: 0,
        });
        if found.severity > credential.severity {
            (credential.severity, credential.doubt) = (found.severity, found.doubt);
        }
        credential.secret = credential.secret.take().or(found.secret);
        credential.count += 1;
        if credential.places.len() < PLACES {
            credential.places.push(place);
        }
    }

    /// Returns all credentials, the most severe first.
    pub(super) fn finish(self) -> Vec<Credential> {
        let mut found: Vec<Credential> = self.credentials.into_values().collect();
        found.sort_by(|a, b| (b.severity, a.kind, &a.id).cmp(&(a.severity, b.kind, &b.id)));
        found
    }
}
