//! The busiest stretch of a sequence of moments.

use stanch_core::Timestamp;

/// Of moments in rising order, the range of indices with the most of them within `width` milliseconds; the
/// earliest such range when several are equal. Empty for no moments.
pub(crate) fn busiest(moments: &[Timestamp], width: i64) -> std::ops::Range<usize> {
    let mut best = 0..0;
    let mut start = 0;
    for (end, moment) in moments.iter().enumerate() {
        while moment.since(moments[start]) > width {
            start += 1;
        }
        if end + 1 - start > best.len() {
            best = start..end + 1;
        }
    }
    best
}

/// The number of a stretch of time.
pub(crate) fn bucket(time: Timestamp, width: i64) -> i32 {
    i32::try_from(time.0.div_euclid(width)).unwrap_or(if time.0 < 0 { i32::MIN } else { i32::MAX })
}

/// The beginning of a stretch of time.
pub(crate) fn bucket_start(bucket: i32, width: i64) -> Timestamp {
    Timestamp(i64::from(bucket).saturating_mul(width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_stretch_is_found() {
        let moments: Vec<Timestamp> = [0, 100, 105, 110, 300, 301].map(Timestamp).to_vec();
        assert_eq!(busiest(&moments, 10), 1..4);
        assert_eq!(busiest(&moments, 0), 0..1);
        assert_eq!(busiest(&moments, 1_000), 0..6);
        assert_eq!(busiest(&[], 10), 0..0);
    }

    #[test]
    fn stretches_before_1970_and_at_the_ends_of_time_do_not_overflow() {
        assert_eq!(bucket(Timestamp(-1), 300_000), -1);
        assert_eq!(bucket(Timestamp(i64::MAX), 1), i32::MAX);
        assert_eq!(bucket(Timestamp(i64::MIN), 1), i32::MIN);
        assert_eq!(bucket_start(2, 300_000), Timestamp(600_000));
    }
}
