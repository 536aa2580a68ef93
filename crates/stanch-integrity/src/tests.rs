//! A whole bucket, and each way in which it can be altered.

use proptest::prelude::*;

use crate::testing::{Bucket, bucket, packed};
use crate::verification::Reason;
use crate::{Damage, Keyring, Signatures, Status, Unpacker, Verification, Verifier};

fn found(result: &Verification) -> Vec<(Status, Reason)> {
    let mut found: Vec<_> = result
        .findings
        .iter()
        .map(|one| (one.status, one.reason))
        .collect();
    found.dedup();
    found
}

#[test]
fn a_whole_bucket_is_valid() {
    let result = bucket(6, &[]).verify();
    assert_eq!(found(&result), vec![]);
    assert!(result.is_valid() && !result.is_altered());
    assert_eq!(result.logs.get(&Status::Valid), Some(&12));
    assert_eq!(result.digests.get(&Status::Valid), Some(&6));
    assert_eq!(result.spans.len(), 1);
    assert_eq!(result.spans[0].to.since(result.spans[0].from), 6 * 3_600_000);
}

#[test]
fn a_plain_copy_is_verified_but_for_the_last_digest_of_each_chain() {
    let mut copy = bucket(6, &[]);
    copy.signatures = Signatures::default();
    let result = copy.verify();
    assert_eq!(found(&result), vec![(Status::NoValidation, Reason::NoSignature)]);
    assert_eq!(result.logs.get(&Status::Valid), Some(&10));
    assert_eq!(result.logs.get(&Status::NoValidation), Some(&2));
    assert!(!result.is_altered() && !result.is_valid());
}

#[test]
fn without_keys_nothing_is_validated_and_nothing_is_called_altered() {
    let mut copy = bucket(3, &[]);
    copy.keys = Keyring::default();
    let result = copy.verify();
    assert_eq!(found(&result), vec![(Status::NoValidation, Reason::NoKey)]);
    assert!(!result.is_altered() && !result.is_valid());
}

#[test]
fn an_altered_log_is_a_hash_mismatch() {
    let mut altered = bucket(4, &[]);
    let at = altered.log_at(1, 0);
    altered.files[at].1 = packed(br#"{"Records": []}"#);
    assert_eq!(
        found(&altered.verify()),
        vec![(Status::HashMismatch, Reason::LogHash)]
    );
}

#[test]
fn a_removed_log_is_missing() {
    let mut altered = bucket(4, &[]);
    let at = altered.log_at(2, 1);
    altered.files.remove(at);
    let result = altered.verify();
    assert_eq!(found(&result), vec![(Status::MissingLog, Reason::NotThere)]);
    assert_eq!(
        result
            .spans
            .iter()
            .filter(|span| span.status == Status::MissingLog)
            .count(),
        1
    );
}

#[test]
fn an_added_log_is_named_by_no_digest() {
    let mut altered = bucket(4, &[]);
    let name = crate::testing::log_key(1, 0).replace("AbCdEf", "ZyXwVu");
    altered.files.push((name, packed(br#"{"Records": []}"#)));
    assert_eq!(
        found(&altered.verify()),
        vec![(Status::UnsignedLog, Reason::NotNamed)]
    );
}

#[test]
fn a_removed_digest_is_missing_and_its_logs_are_not_validated() {
    let mut altered = bucket(5, &[]);
    let at = altered.digest_at(2);
    altered.files.remove(at);
    let result = altered.verify();
    assert!(
        found(&result).contains(&(Status::MissingDigest, Reason::NotThere)),
        "{:?}",
        result.findings
    );
    assert_eq!(result.logs.get(&Status::NoValidation), Some(&2));
    assert_eq!(result.logs.get(&Status::Valid), Some(&8));
}

#[test]
fn an_altered_digest_has_an_invalid_signature_and_another_hash() {
    let mut altered = bucket(4, &[]);
    let at = altered.digest_at(1);
    let mut unpacker = Unpacker::new(1 << 20);
    let content = unpacker.unpack(&altered.files[at].1).unwrap().content.to_vec();
    let text = String::from_utf8(content)
        .unwrap()
        .replace("AbCdEf0001", "AbCdEf0009");
    altered.files[at].1 = packed(text.as_bytes());
    let result = altered.verify();
    assert!(found(&result).contains(&(Status::InvalidSig, Reason::Signature)));
    assert!(found(&result).contains(&(Status::HashMismatch, Reason::DigestHash)));
}

#[test]
fn a_digest_in_another_place_is_invalid() {
    let mut altered = bucket(4, &[]);
    let (from, to) = (altered.digest_at(0), altered.digest_at(2));
    altered.files[to].1 = altered.files[from].1.clone();
    assert!(found(&altered.verify()).contains(&(Status::InvalidSig, Reason::Signature)));
}

#[test]
fn a_chain_that_begins_again_is_a_gap() {
    let mut altered = bucket(6, &[3]);
    assert_eq!(found(&altered.verify()), vec![(Status::Gap, Reason::Restart)]);
    // With two hours off before it.
    let gone = [altered.digest_at(2), altered.digest_at(1)];
    for at in gone {
        altered.files.remove(at);
    }
    let result = altered.verify();
    let gap = result
        .findings
        .iter()
        .find(|one| one.reason == Reason::Restart)
        .unwrap();
    assert_eq!(gap.to.since(gap.from), 2 * 3_600_000);
}

#[test]
fn the_input_may_begin_in_the_middle_of_a_chain() {
    let mut part = bucket(5, &[]);
    let first = part.digest_at(0);
    part.files.drain(..=first);
    assert_eq!(
        found(&part.verify()),
        vec![(Status::NoValidation, Reason::BeginsEarlier)]
    );
}

#[test]
fn bytes_behind_the_content_are_found() {
    for tail in [packed(b"{}"), b"x".to_vec(), vec![0; 3]] {
        let mut altered = bucket(3, &[]);
        let at = altered.log_at(1, 1);
        altered.files[at].1.extend(tail);
        assert_eq!(
            found(&altered.verify()),
            vec![(Status::HashMismatch, Reason::BytesAfterContent)]
        );
    }
}

/// Every single bit of one content: a log, and a digest, packed again.
#[test]
fn every_flipped_bit_of_a_content_is_found() {
    let whole = bucket(3, &[]);
    let mut unpacker = Unpacker::new(1 << 20);
    for at in [whole.log_at(1, 0), whole.digest_at(1)] {
        let content = unpacker.unpack(&whole.files[at].1).unwrap().content.to_vec();
        for bit in (0..content.len() * 8).step_by(7) {
            let mut altered = whole.clone();
            let mut flipped = content.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            altered.files[at].1 = packed(&flipped);
            assert!(
                altered.verify().is_altered(),
                "bit {bit} of {}",
                altered.files[at].0
            );
        }
    }
}

/// Every single bit of a packed log: found, or the content is what it was.
#[test]
fn a_flipped_bit_of_a_container_is_found_or_changes_nothing() {
    let whole = bucket(2, &[]);
    let at = whole.log_at(0, 0);
    let mut unpacker = Unpacker::new(1 << 20);
    let content = unpacker.unpack(&whole.files[at].1).unwrap().content.to_vec();
    for bit in 0..whole.files[at].1.len() * 8 {
        let mut altered = whole.clone();
        altered.files[at].1[bit / 8] ^= 1 << (bit % 8);
        let result = altered.verify();
        let unpacked = unpacker.unpack(&altered.files[at].1);
        let same = unpacked.is_ok_and(|unpacked| unpacked.content == content);
        assert_eq!(result.is_altered(), !same, "bit {bit}");
    }
}

#[test]
fn every_flipped_bit_of_a_signature_or_a_key_is_found() {
    let whole = bucket(2, &[]);
    let last = whole.files[whole.digest_at(1)].0.clone();
    let signature = whole.signatures.of(&last).unwrap().to_owned();
    for digit in (0..signature.len()).step_by(5) {
        let mut altered = whole.clone();
        let mut text = signature.clone().into_bytes();
        text[digit] = if text[digit] == b'0' { b'1' } else { b'0' };
        altered
            .signatures
            .insert(&last, std::str::from_utf8(&text).unwrap());
        assert_eq!(
            found(&altered.verify())[0],
            (Status::InvalidSig, Reason::Signature),
            "{digit}"
        );
    }
    let keys = crate::testing::public_keys();
    let mut other = Keyring::default();
    // Some digits in the middle of the modulus.
    let at = keys.find("\"Value\":\"").unwrap() + 150;
    let mut changed = keys.into_bytes();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    other.add(&changed).unwrap();
    let mut altered = whole;
    altered.keys = other;
    assert_eq!(
        found(&altered.verify())[0],
        (Status::InvalidSig, Reason::Signature)
    );
}

#[test]
fn large_and_cut_files_are_named() {
    let mut unpacker = Unpacker::new(100);
    assert_eq!(
        unpacker.unpack(&packed(&[b'x'; 101])).unwrap_err(),
        Damage::TooLarge
    );
    let file = packed(b"{\"Records\": []}");
    for length in 0..file.len() {
        assert!(unpacker.unpack(&file[..length]).is_err(), "{length}");
    }
    assert!(unpacker.unpack(&file).unwrap().flaws.is_empty());
}

proptest! {
    /// The order of files and how they are spread over verifiers change nothing.
    #[test]
    fn order_and_parts_change_nothing(seed in any::<u64>(), parts in 1_usize..4) {
        let whole = bucket(4, &[2]);
        let mut files = whole.files.clone();
        let length = files.len();
        let mut state = seed | 1;
        for at in (1..length).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            files.swap(at, (state >> 33) as usize % (at + 1));
        }
        let mut verifiers: Vec<Verifier> = (0..parts).map(|_| Verifier::new(1 << 20)).collect();
        for (at, (path, bytes)) in files.iter().enumerate() {
            verifiers[at % parts].take(path, bytes);
        }
        let mut all = verifiers.remove(0);
        for verifier in verifiers {
            all.merge(verifier);
        }
        let result = all.verify(&whole.keys, &whole.signatures);
        prop_assert_eq!(serde_json::to_string(&result).unwrap(), serde_json::to_string(&whole.verify()).unwrap());
    }

    /// Bytes that nobody wrote do no harm.
    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let whole: Bucket = bucket(1, &[]);
        for at in [whole.digest_at(0), whole.log_at(0, 0)] {
            let mut altered = whole.clone();
            altered.files[at].1 = bytes.clone();
            prop_assert!(altered.verify().is_altered());
        }
    }
}
