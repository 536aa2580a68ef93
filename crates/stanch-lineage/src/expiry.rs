//! Until when temporary credentials work: as the reply says, else as long as was asked for, else AWS's default.
//!
//! Defaults: `AssumeRole` and calls like it 1 hour, `GetSessionToken` and `GetFederationToken` 12 hours (AWS STS API reference).

use serde_json::Value;
use stanch_core::{Event, Timestamp};

/// The longest that STS gives (`GetSessionToken`: 36 hours). Another claim is not believed.
const LONGEST_SECONDS: i64 = 36 * 3600;

/// Until when the credentials work that an event handed out.
pub(super) fn of(event: &Event<'_>) -> Timestamp {
    let said = event.response().pointer("/credentials/expiration").and_then(said);
    let longest = event.time.plus_millis(LONGEST_SECONDS * 1000);
    said.filter(|until| *until >= event.time && *until <= longest)
        .unwrap_or_else(|| event.time.plus_millis(asked(event) * 1000))
}

fn asked(event: &Event<'_>) -> i64 {
    let default = match event.base_name() {
        "GetSessionToken" | "GetFederationToken" => 12 * 3600,
        "AssumeRoot" => 900,
        _ => 3600,
    };
    let asked = event.request().get("durationSeconds");
    let seconds = asked.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
    seconds.unwrap_or(default).clamp(0, LONGEST_SECONDS)
}

/// A moment as replies have it: `Mar 6, 2026, 3:04:05 PM` (the comma after the year came later), RFC 3339, or seconds.
fn said(value: &Value) -> Option<Timestamp> {
    if let Some(seconds) = value.as_i64() {
        return Some(Timestamp::from_seconds(seconds));
    }
    let text = value.as_str()?;
    Timestamp::parse(text).or_else(|| spoken(text))
}

fn spoken(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    // Newer Java versions put a narrow no-break space before AM and PM.
    let mut words = text
        .split(|character: char| character == ',' || character.is_whitespace())
        .filter(|word| !word.is_empty());
    let month = words.next()?;
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let day: u8 = words.next()?.parse().ok()?;
    let year: u16 = words.next()?.parse().ok()?;
    let mut clock = words.next()?.splitn(3, ':');
    let hour: u8 = clock.next()?.parse().ok()?;
    let minute: u8 = clock.next()?.parse().ok()?;
    let second: u8 = clock.next()?.parse().ok()?;
    let hour = match words.next()? {
        "AM" => hour % 12,
        "PM" => hour % 12 + 12,
        _ => return None,
    };
    Timestamp::parse(&format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_of_writing_the_end_is_read() {
        let wanted = Timestamp::parse("2026-03-06T15:04:05Z");
        for text in [
            json!("Mar 6, 2026, 3:04:05 PM"),
            json!("Mar 6, 2026 3:04:05\u{202f}PM"),
            json!("2026-03-06T15:04:05Z"),
            json!(1_772_809_445),
        ] {
            assert_eq!(said(&text), wanted, "{text}");
        }
        assert_eq!(
            said(&json!("Mar 6, 2026, 12:00:00 AM")),
            Timestamp::parse("2026-03-06T00:00:00Z")
        );
        for text in ["", "soon", "Mar 6, 2026, 3:04 PM", "Foo 6, 2026, 3:04:05 PM"] {
            assert_eq!(said(&json!(text)), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_said_was_asked_for_or_is_the_default_and_nothing_lasts_for_ever() {
        let until = |name: &'static str, request: &'static str, response: &'static str| {
            let event = Event {
                time: Timestamp(0),
                name: name.into(),
                request_json: request.into(),
                response_json: response.into(),
                ..Event::default()
            };
            of(&event).seconds()
        };
        assert_eq!(until("AssumeRole", "", ""), 3600);
        assert_eq!(until("GetSessionToken", "", ""), 43_200);
        assert_eq!(until("AssumeRole", r#"{"durationSeconds": "900"}"#, ""), 900);
        assert_eq!(
            until(
                "AssumeRole",
                "",
                r#"{"credentials": {"expiration": "Mar 6, 2999, 3:04:05 PM"}}"#
            ),
            3600
        );
    }
}
