//! Deliveries of a bill, and the one that counts for each payer and month.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::manifest::{self, Manifest};
use super::part::Part;
use super::{Bill, Form, Problem, ProblemKind, read};

/// Payer and month.
type Month = (String, String);

/// Files that make up a bill together.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) form: Form,
    /// Export or report; empty for files without a manifest.
    series: String,
    /// Account of the export when it is not the payer: it holds that account's lines only.
    member: String,
    pub(super) is_vouched: bool,
    pub(super) parts: Vec<Part>,
    months: BTreeSet<Month>,
}

impl Delivery {
    /// Returns whether its lines of a month count.
    pub(super) fn counts(&self, month: &Month) -> bool {
        self.months.contains(month)
    }
}

/// Form and months of a part; none when it is no bill.
fn survey(part: &Part, all: bool) -> Option<(Form, BTreeSet<Month>)> {
    let mut form = None;
    let mut months = BTreeSet::new();
    let result = read(part, &mut |row| {
        if let Ok(row) = row {
            form = Some(row.form);
            months.insert(row.month());
            if !all {
                return Err(io::Error::from(io::ErrorKind::Interrupted));
            }
        }
        Ok(())
    });
    match (form, result) {
        (Some(form), _) => Some((form, months)),
        (None, Ok(Some(columns))) => Some((columns.form, months)),
        _ => None,
    }
}

/// Fills the bill with the deliveries that count.
pub(super) fn choose(parts: &[Part], bill: &mut Bill) {
    let mut taken: BTreeSet<&Part> = BTreeSet::new();
    let mut covered: BTreeSet<String> = BTreeSet::new();
    let mut deliveries = Vec::new();
    for manifest in current(parts, bill) {
        covered.extend(month_folder(&manifest.name));
        let found = files(&manifest, parts, bill);
        covered.extend(found.iter().filter_map(|part| month_folder(&part.name)));
        taken.extend(found.iter().copied());
        deliveries.extend(vouched(&manifest, &found, bill));
    }
    let mut loose: BTreeMap<Form, Delivery> = BTreeMap::new();
    for part in parts
        .iter()
        .filter(|part| !taken.contains(part) && may_hold_lines(part))
    {
        if month_folder(&part.name).is_some_and(|folder| covered.contains(&folder)) {
            bill.set_aside.push(part.name.clone());
        } else if let Some((form, months)) = survey(part, true) {
            let delivery = loose.entry(form).or_insert_with(|| Delivery {
                form,
                series: String::new(),
                member: String::new(),
                is_vouched: false,
                parts: Vec::new(),
                months: BTreeSet::new(),
            });
            delivery.months.extend(months);
            delivery.parts.push(part.clone());
        } else if is_data_name(&part.name) {
            bill.problems.push(Problem {
                kind: ProblemKind::Damaged,
                path: part.name.clone(),
                rows: 0,
            });
        }
    }
    deliveries.extend(loose.into_values());
    keep_one(deliveries, bill);
}

fn is_data_name(name: &str) -> bool {
    let inner = name.strip_suffix(".gz").unwrap_or(name);
    inner.ends_with(".parquet") || name.ends_with(".csv.gz")
}

fn may_hold_lines(part: &Part) -> bool {
    !part.name.ends_with(".json") && !part.name.ends_with(".sql") && !part.name.ends_with(".yml")
}

/// The delivery that a manifest names.
fn vouched(manifest: &Manifest, found: &[&Part], bill: &mut Bill) -> Option<Delivery> {
    let mut surveyed = None;
    for part in found {
        match survey(part, false) {
            Some((form, months)) if !months.is_empty() => {
                surveyed = Some((form, months));
                break;
            }
            Some(_) => {}
            None => bill.problems.push(Problem {
                kind: ProblemKind::Damaged,
                path: part.name.clone(),
                rows: 0,
            }),
        }
    }
    let (form, months) = surveyed?;
    let is_payers = manifest.owner.is_empty() || months.iter().any(|(payer, _)| *payer == manifest.owner);
    Some(Delivery {
        form,
        series: manifest.series.0.clone(),
        member: if is_payers {
            String::new()
        } else {
            manifest.owner.clone()
        },
        is_vouched: true,
        parts: found.iter().map(|part| (*part).clone()).collect(),
        months,
    })
}

/// The current manifest of each export and month.
fn current(parts: &[Part], bill: &mut Bill) -> Vec<Manifest> {
    let mut series: BTreeMap<(String, String), Vec<Manifest>> = BTreeMap::new();
    for manifest in parts.iter().filter_map(manifest::read) {
        series.entry(manifest.series.clone()).or_default().push(manifest);
    }
    let mut chosen = Vec::new();
    for (_, mut manifests) in series {
        manifests.sort_by(|one, other| {
            let rank = |each: &Manifest| (each.is_current, each.modified, each.name.clone());
            rank(other).cmp(&rank(one))
        });
        let mut deliveries: Vec<&Vec<String>> = manifests.iter().map(|each| &each.keys).collect();
        deliveries.dedup();
        if let Some(first) = manifests.first() {
            if !first.is_current && deliveries.len() > 1 {
                bill.problems.push(Problem {
                    kind: ProblemKind::NoCurrentManifest,
                    path: first.name.clone(),
                    rows: 0,
                });
            }
            chosen.push(first.clone());
        }
    }
    chosen
}

/// The files that a manifest names. A file that was not given is a problem.
fn files<'p>(manifest: &Manifest, parts: &'p [Part], bill: &mut Bill) -> Vec<&'p Part> {
    let folder = manifest.name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let common = |name: &str| {
        name.bytes()
            .zip(manifest.name.bytes())
            .take_while(|(one, other)| one == other)
            .count()
    };
    let mut found: Vec<&Part> = Vec::new();
    for key in &manifest.keys {
        let fits = |part: &&Part| {
            let likeness = Manifest::likeness(key, &part.name);
            let is_next_to = part.name.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
            likeness >= 2 || (likeness == 1 && is_next_to)
        };
        let best = parts.iter().filter(fits).max_by_key(|part| {
            (
                Manifest::likeness(key, &part.name),
                common(&part.name),
                &part.name,
            )
        });
        match best {
            Some(part) => found.push(part),
            None => bill.problems.push(Problem {
                kind: ProblemKind::FileMissing,
                path: key.clone(),
                rows: 0,
            }),
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The folder of a month that a path lies in: `…/20260301-20260401`, `…/BILLING_PERIOD=2026-03`.
fn month_folder(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('/').collect();
    let place = parts.iter().position(|part| {
        let is_period = part.len() == 17
            && part.bytes().enumerate().all(|(place, byte)| {
                if place == 8 {
                    byte == b'-'
                } else {
                    byte.is_ascii_digit()
                }
            });
        is_period || part.starts_with("BILLING_PERIOD=")
    })?;
    Some(parts[..=place].join("/"))
}

/// Keeps one delivery for each payer and month: one with a manifest first, then the form that says most.
fn keep_one(mut deliveries: Vec<Delivery>, bill: &mut Bill) {
    let rank = |delivery: &Delivery| {
        (
            delivery.member.is_empty(),
            delivery.is_vouched,
            delivery.form,
            std::cmp::Reverse(delivery.series.clone()),
        )
    };
    deliveries.sort_by(|one, other| {
        rank(other)
            .cmp(&rank(one))
            .then_with(|| one.parts.cmp(&other.parts))
    });
    let mut whole: BTreeSet<Month> = BTreeSet::new();
    let mut of_members: BTreeSet<(Month, String)> = BTreeSet::new();
    for mut delivery in deliveries {
        delivery.months.retain(|month| {
            if delivery.member.is_empty() {
                whole.insert(month.clone())
            } else {
                !whole.contains(month) && of_members.insert((month.clone(), delivery.member.clone()))
            }
        });
        if delivery.months.is_empty() {
            bill.set_aside
                .extend(delivery.parts.iter().map(|part| part.name.clone()));
        } else {
            bill.deliveries.push(delivery);
        }
    }
    bill.set_aside.sort();
    bill.set_aside.dedup();
}
