//! Cutting JSON text without parsing it: where a value ends, what an object is at first sight, how deep it
//! nests, and where to continue after damage.
//!
//! Aware of strings, unaware of meaning. All of it is iterative and linear.

use stanch_core::source::SourceKind;

/// Objects that hold an array of items, by the name of the array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// CloudTrail files, and notifications too.
    Records,
    /// `aws cloudtrail lookup-events`.
    LookupEvents,
    /// CloudWatch Logs.
    Messages,
    /// GuardDuty.
    Findings,
    /// `aws sqs receive-message`.
    Queue,
}

impl Container {
    /// Reads the name of the array.
    pub(crate) fn of_key(key: &[u8]) -> Option<Self> {
        match key {
            b"Records" | b"records" => Some(Self::Records),
            b"Events" => Some(Self::LookupEvents),
            b"logEvents" | b"events" => Some(Self::Messages),
            b"Findings" | b"findings" => Some(Self::Findings),
            b"Messages" => Some(Self::Queue),
            _ => None,
        }
    }

    /// What a file is that has an empty one.
    pub(crate) const fn kind(self) -> SourceKind {
        match self {
            Self::Records | Self::LookupEvents | Self::Messages => SourceKind::CloudTrail,
            Self::Findings => SourceKind::GuardDuty,
            Self::Queue => SourceKind::Notification,
        }
    }
}

/// Finds the end of one value over any number of windows, holding none of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Skipper {
    depth: u64,
    in_string: bool,
    escaped: bool,
}

impl Skipper {
    /// Takes the next bytes of the value, the first of which is `{`, `[` or `"` at the start. Gives the number
    /// of bytes that still belong to the value, or `None` when it continues beyond them.
    pub(crate) fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                at = self.string(bytes, at)?;
                if self.depth == 0 && !self.in_string {
                    return Some(at);
                }
                continue;
            }
            at += 1;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn string(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        if self.escaped {
            self.escaped = false;
            return Some(at + 1);
        }
        let found = at + memchr::memchr2(b'"', b'\\', &bytes[at..])?;
        if bytes[found] == b'"' {
            self.in_string = false;
        } else {
            self.escaped = true;
        }
        Some(found + 1)
    }
}

/// The end of the value that begins at the start of `bytes`, if it ends within them.
pub(crate) fn value_end(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'{' | b'[' | b'"' => Skipper::default().advance(bytes),
        _ => bytes.iter().position(|byte| b",]} \t\r\n".contains(byte)),
    }
}

/// The first place from `at` that is no white space.
pub(crate) fn skip_space(bytes: &[u8], at: usize) -> usize {
    let spaces = bytes[at..].iter().take_while(|byte| b" \t\r\n".contains(byte));
    at + spaces.count()
}

/// Returns the first place from `at` that is no line end.
pub(crate) fn skip_line_ends(bytes: &[u8], at: usize) -> usize {
    let ends = bytes[at..].iter().take_while(|byte| b"\r\n".contains(byte));
    at + ends.count()
}

/// What an object is, by its first members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peek {
    /// A container: its array of items opens at this place.
    Container(Container, usize),
    /// To be read whole.
    Whole,
    /// The same, and a member was seen that only a single record has.
    Record,
    /// Too little of it is there to tell.
    More,
}

/// How far a container's array may lie behind the start of its object.
const PEEK_BYTES: usize = 64 << 10;

/// Looks at the object that begins at the start of `bytes` until a member tells what it is.
pub(crate) fn peek(bytes: &[u8], last: bool) -> Peek {
    look(bytes, last).0
}

/// Number of bytes [`peek`] looks at.
pub(crate) fn peek_cost(bytes: &[u8]) -> usize {
    look(bytes, true).1
}

fn look(bytes: &[u8], last: bool) -> (Peek, usize) {
    let undecided = if last || bytes.len() > PEEK_BYTES {
        Peek::Whole
    } else {
        Peek::More
    };
    let mut at = skip_space(bytes, 1);
    while at < PEEK_BYTES && bytes.get(at) == Some(&b'"') {
        let Some(end) = memchr::memchr(b'"', &bytes[at + 1..]) else {
            return (undecided, bytes.len());
        };
        let key = &bytes[at + 1..at + 1 + end];
        let colon = skip_space(bytes, at + 2 + end);
        if bytes.get(colon).is_some_and(|&byte| byte != b':') {
            return (Peek::Whole, colon);
        }
        let value = skip_space(bytes, (colon + 1).min(bytes.len()));
        if value >= bytes.len() {
            return (undecided, value);
        }
        match Container::of_key(key) {
            Some(container) if bytes[value] == b'[' => return (Peek::Container(container, value), value),
            _ if is_telling(key) => return (Peek::Record, value),
            _ => {}
        }
        let reach = bytes.len().min(value + PEEK_BYTES);
        let Some(length) = value_end(&bytes[value..reach]) else {
            return (undecided, reach);
        };
        let comma = skip_space(bytes, value + length);
        match bytes.get(comma) {
            Some(b',') => at = skip_space(bytes, comma + 1),
            Some(_) => return (Peek::Whole, comma),
            None => return (undecided, comma),
        }
    }
    let peek = if at < bytes.len() { Peek::Whole } else { undecided };
    (peek, at)
}

/// Members that only a single record has.
fn is_telling(key: &[u8]) -> bool {
    matches!(
        key,
        b"eventVersion"
            | b"eventTime"
            | b"eventID"
            | b"eventName"
            | b"eventSource"
            | b"awsRegion"
            | b"userIdentity"
            | b"requestParameters"
            | b"detail-type"
            | b"EventId"
            | b"schemaVersion"
            | b"SchemaVersion"
    )
}

/// Where a damaged item is taken to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Bytes to leave behind.
    pub(crate) length: usize,
    /// True when the braces matched up to there, so that the item itself may be mended.
    pub(crate) balanced: bool,
}

/// Finds the end of a damaged item at the start of `text`: where its braces close, or before that where a new
/// record clearly begins. Between values no string can hold `{"eventVersion"` unescaped, and at top level none
/// can hold a line that begins with `{`. Also says how many bytes were looked at.
pub(crate) fn damaged_extent(text: &str, at_top: bool) -> (Option<Extent>, usize) {
    let bytes = text.as_bytes();
    let find = |mark: &[u8], end: usize| memchr::memmem::find(&bytes[1..end], mark).map(|found| found + 1);
    let record = find(b"{\"eventVersion\"", bytes.len());
    let line = at_top
        .then(|| find(b"\n{", record.unwrap_or(bytes.len())))
        .flatten();
    let next = line.or(record);
    let reach = next.unwrap_or(bytes.len());
    let closed = value_end(&bytes[..reach]);
    // The search for marks is some times faster than that for braces.
    let cost = closed.unwrap_or(reach) + record.unwrap_or(bytes.len()) / 8;
    let balanced = closed.is_some();
    (closed.or(next).map(|length| Extent { length, balanced }), cost)
}

/// Returns true when a text nests deeper than `limit`. Counts first, because almost nothing has brackets enough.
pub(crate) fn is_deeper_than(limit: usize, text: &str) -> bool {
    let openers: usize = text
        .as_bytes()
        .chunks(255)
        .map(|chunk| usize::from(chunk.iter().map(|byte| u8::from(byte | 0x20 == b'{')).sum::<u8>()))
        .sum();
    openers > limit && deepest(text.as_bytes()) > limit
}

fn deepest(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => match value_end(&bytes[at..]) {
                Some(length) => at += length - 1,
                None => break,
            },
            _ => {}
        }
        at += 1;
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_brackets_close_outside_strings() {
        for (text, end) in [
            (r#"{"a":"}\"}"} rest"#, Some(12)),
            (r#"[1,[2]],"#, Some(7)),
            (r#""a\\" b"#, Some(5)),
            (r#"{"a":1"#, None),
            (r#"true,"#, Some(4)),
            ("", None),
        ] {
            assert_eq!(value_end(text.as_bytes()), end, "{text}");
        }
    }

    #[test]
    fn a_container_is_seen_behind_its_other_members() {
        let text = br#"{ "messageType":"DATA_MESSAGE","owner":{"a":[]}, "logEvents" : [ ] }"#;
        assert_eq!(peek(text, true), Peek::Container(Container::Messages, 63));
        assert_eq!(
            peek(br#"{"eventVersion":"1.08","Records":[]}"#, true),
            Peek::Record
        );
        assert_eq!(peek(br#"{"Records":{}}"#, true), Peek::Whole);
        assert_eq!(peek(br#"{"Rec"#, false), Peek::More);
        assert_eq!(peek(br#"{"Rec"#, true), Peek::Whole);
        assert_eq!(peek(b"{", false), Peek::More);
    }

    #[test]
    fn damage_ends_where_a_new_record_begins() {
        let broken = r#"{"eventVersion":"1.08,"eventName":"A"},{"eventVersion":"1.08"}"#;
        let extent = damaged_extent(broken, false).0.unwrap();
        assert_eq!(&broken[extent.length..], r#"{"eventVersion":"1.08"}"#);
        assert!(!extent.balanced);
        assert_eq!(
            damaged_extent("{oops} {}", false).0,
            Some(Extent {
                length: 6,
                balanced: true
            })
        );
        assert_eq!(damaged_extent("{oops", true).0, None);
    }

    #[test]
    fn depth_is_counted_outside_strings() {
        assert!(is_deeper_than(3, "[[[[]]]]"));
        assert!(!is_deeper_than(3, "[[[]],[[]]]"));
        assert!(!is_deeper_than(3, r#"["[[[[[["]"#));
        assert!(is_deeper_than(200, &"[".repeat(100_000)));
    }

    proptest::proptest! {
        #[test]
        fn windows_do_not_change_where_a_value_ends(text in r#"[{\[]["{}\[\]\\a]{0,40}"#, cut in 0usize..40) {
            let bytes = text.as_bytes();
            let cut = cut.min(bytes.len());
            let mut skipper = Skipper::default();
            let end = match skipper.advance(&bytes[..cut]) {
                Some(end) => Some(end),
                None => skipper.advance(&bytes[cut..]).map(|end| end + cut),
            };
            proptest::prop_assert_eq!(end, value_end(bytes));
        }
    }
}
