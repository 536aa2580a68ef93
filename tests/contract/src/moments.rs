//! Times in replies, moved to the moment that every case begins at, so that a recording is the same on every day.

use serde_json::Value;
use stanch_core::Timestamp;

/// Times that lie less than this from now are now.
const NOW: i64 = 3_600_000;

/// Moves all times of a reply: those of the last and the next hour to `begin`, others by whole hours as far.
pub(crate) fn moved(value: &mut Value, now: i64, begin: i64) {
    match value {
        Value::String(text) => {
            if let Some(changed) = moved_text(text, now, begin) {
                *text = changed;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| moved(value, now, begin)),
        Value::Object(members) => members.values_mut().for_each(|value| moved(value, now, begin)),
        _ => {}
    }
}

/// The text with its times moved; none where there are none of this time.
fn moved_text(text: &str, now: i64, begin: i64) -> Option<String> {
    let mut changed = String::new();
    let mut rest = text;
    let mut any = false;
    while let Some(start) = rest.find("20") {
        let (before, from) = rest.split_at(start);
        changed.push_str(before);
        let length = length_of_time(from);
        let time = (length > 0)
            .then(|| Timestamp::parse(&from[..length].replace(' ', "T").replace("TUTC", "Z")))
            .flatten();
        if let Some(start) = time.and_then(|time| month_start(time, now, begin)) {
            changed.push_str(&start);
            any = true;
            rest = &from[length..];
            continue;
        }
        let Some(Timestamp(time)) = time.filter(|time| is_near(time.0, now, begin)) else {
            changed.push_str("20");
            rest = &from[2..];
            continue;
        };
        let hours = (time - now + NOW / 2).div_euclid(NOW);
        let offset = if (time - now).abs() < NOW { 0 } else { hours * NOW };
        changed.push_str(&Timestamp(begin + offset).to_string());
        any = true;
        rest = &from[length..];
    }
    changed.push_str(rest);
    any.then_some(changed)
}

/// The beginning of this month, as budgets have it, is that of the month of the case.
fn month_start(time: Timestamp, now: i64, begin: i64) -> Option<String> {
    let start = |moment: i64| format!("{}-01T00:00:00Z", &Timestamp(moment).to_string()[..7]);
    (time.to_string() == start(now)).then(|| start(begin))
}

/// Times of a fixed story are left as they are, and those of the case, which its changes wrote. The stand-in's own times are of now
/// or yet to come: what lies further back was written by hand, and would move by another number of hours each day.
const fn is_near(time: i64, now: i64, begin: i64) -> bool {
    let ahead = time - now;
    -NOW * 24 < ahead && ahead < NOW * 24 * 400 && (time - begin).abs() >= NOW
}

/// The length of `2026-12-01T03:45:00.123Z`, ` UTC` or `+00:00` in place of `Z`, a blank in place of `T`; 0 for anything else.
fn length_of_time(text: &str) -> usize {
    let bytes = text.as_bytes();
    let form = b"dddd-dd-dd?dd:dd:dd";
    if bytes.len() < form.len() {
        return 0;
    }
    let fits = form.iter().zip(bytes).all(|(form, byte)| match form {
        b'd' => byte.is_ascii_digit(),
        b'?' => matches!(byte, b'T' | b' '),
        other => other == byte,
    });
    if !fits {
        return 0;
    }
    let mut length = form.len();
    if bytes.get(length) == Some(&b'.') {
        length += 1;
        while bytes.get(length).is_some_and(u8::is_ascii_digit) {
            length += 1;
        }
    }
    for zone in ["Z", " UTC", "+00:00"] {
        if text[length..].starts_with(zone) {
            return length + zone.len();
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_of_today_are_moved_and_all_else_is_left() {
        let now = Timestamp::parse("2026-12-01T03:45:10Z").unwrap().0;
        let begin = Timestamp::parse("2026-03-05T14:00:00Z").unwrap().0;
        let mut reply = json!({
            "CreateDate": "2026-12-01T03:45:00.123456Z",
            "Deletion": ["2026-12-31T03:45:01+00:00"],
            "Reason": "User initiated (2026-12-01 03:45:07 UTC), as 2012-10-17 says",
            "Id": "i-2026",
            "MadeAt": "2019-01-15T09:30:00Z",
            "Issued": "2026-06-15T09:30:00Z",
            "Start": "2026-12-01T00:00:00Z",
            "Cut": {"aws:TokenIssueTime": "2026-03-05T14:00:00Z"},
            "Count": 2026,
        });
        moved(&mut reply, now, begin);
        assert_eq!(
            reply,
            json!({
                "CreateDate": "2026-03-05T14:00:00Z",
                "Deletion": ["2026-04-04T14:00:00Z"],
                "Reason": "User initiated (2026-03-05T14:00:00Z), as 2012-10-17 says",
                "Id": "i-2026",
                "MadeAt": "2019-01-15T09:30:00Z",
                "Issued": "2026-06-15T09:30:00Z",
                "Start": "2026-03-01T00:00:00Z",
                "Cut": {"aws:TokenIssueTime": "2026-03-05T14:00:00Z"},
                "Count": 2026,
            })
        );
    }
}
