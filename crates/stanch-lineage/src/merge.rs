//! Joins what several readers have seen: every thread and every batch of a hunt has a lineage of its own.
//!
//! Numbers of nodes and words are each reader's own, so they are translated. The result does not depend on the order of
//! merging. It must not look at events.

use super::graph::{Edge, Lineage, Node, OTHERS, Place, Words, tally};

impl Lineage {
    /// Adds everything that another reader has seen.
    pub fn merge(&mut self, other: Self) {
        let words: Vec<u32> = other.words.all().map(|text| self.words.number(text)).collect();
        let word = |number: u32| words.get(number as usize).copied().unwrap_or(number);
        let places: Vec<Place> = other
            .nodes
            .iter()
            .map(|node| self.node(&node.id, node.kind))
            .collect();
        let place = |number: Place| places.get(number as usize).copied().unwrap_or(number);
        let others = self.words.number(OTHERS);
        for (node, at) in other.nodes.into_iter().zip(&places) {
            if let Some(mine) = self.nodes.get_mut(*at as usize) {
                join(mine, node, &self.words, others, word);
            }
        }
        self.edges.extend(other.edges.into_iter().map(|edge| Edge {
            from: place(edge.from),
            to: place(edge.to),
            ..edge
        }));
        self.sign_ins.extend(
            other
                .sign_ins
                .into_iter()
                .map(|(arn, from, time, event)| (word(arn), place(from), time, event)),
        );
        self.consoles.extend(
            other
                .consoles
                .into_iter()
                .map(|(session, arn)| (place(session), word(arn))),
        );
    }
}

fn join(mine: &mut Node, other: Node, words: &Words, others: u32, word: impl Fn(u32) -> u32) {
    mine.until = mine.until.max(other.until);
    // Of several texts, which only a forged log has, the least stays: the order of merging must not show.
    let least = |mine: Option<u32>, other: Option<u32>| {
        [mine, other.map(&word)]
            .into_iter()
            .flatten()
            .min_by_key(|number| words.text(*number))
    };
    mine.arn = least(mine.arn, other.arn);
    mine.principal_id = least(mine.principal_id, other.principal_id);
    mine.source_identity = least(mine.source_identity, other.source_identity);
    mine.is_owned |= other.is_owned;
    mine.calls += other.calls;
    mine.failed += other.failed;
    mine.first = [mine.first, other.first].into_iter().flatten().min();
    mine.last = mine.last.max(other.last);
    for (address, count) in other.addresses {
        tally(&mut mine.addresses, word(address), count, others);
    }
    for (change, count) in other.changes {
        tally(&mut mine.changes, word(change), count, others);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stanch_core::event::{Identity, IdentityKind};
    use stanch_core::{Event, EventKey, Timestamp};

    use super::*;

    fn assumed(number: i64, key: &str, child: &str) -> Event<'static> {
        let response = json!({
            "credentials": {"accessKeyId": child},
            "assumedRoleUser": {"arn": format!("arn:aws:sts::111122223333:assumed-role/ops/{child}")},
        });
        Event {
            key: EventKey::of(&[&number.to_le_bytes()]),
            time: Timestamp(number),
            source: "sts.amazonaws.com".into(),
            name: "AssumeRole".into(),
            account: "111122223333".into(),
            identity: Identity {
                kind: IdentityKind::IamUser,
                arn: "arn:aws:iam::111122223333:user/ann".into(),
                access_key_id: key.to_owned().into(),
                ..Identity::default()
            },
            response_json: response.to_string().into(),
            ..Event::default()
        }
    }

    #[test]
    fn merged_readers_know_what_one_reader_knows() {
        let events = [
            assumed(1, "AKIAANNANNANNANNANN1", "ASIAFIRSTFIRSTFIRST1"),
            assumed(2, "ASIAFIRSTFIRSTFIRST1", "ASIASECONDSECONDSEC1"),
            assumed(3, "ASIASECONDSECONDSEC1", "ASIATHIRDTHIRDTHIRD1"),
        ];
        let whole = |order: &[usize]| {
            let mut all = Lineage::default();
            for index in order {
                let mut one = Lineage::default();
                one.link(&events[*index]);
                all.merge(one);
            }
            let family = all.finish();
            family
                .descendants_of("AKIAANNANNANNANNANN1")
                .map(|ids| ids.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let expected: Vec<String> = [
            "ASIAFIRSTFIRSTFIRST1",
            "ASIASECONDSECONDSEC1",
            "ASIATHIRDTHIRDTHIRD1",
        ]
        .map(str::to_owned)
        .to_vec();
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            assert_eq!(whole(&order), Some(expected.clone()), "{order:?}");
        }
    }
}
