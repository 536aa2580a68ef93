//! Small MaxMind DB tables made in memory, for tests.

use std::net::Ipv4Addr;

/// An IPv4 prefix and its row, a list of text members.
pub(crate) type Row<'r> = (Ipv4Addr, u8, &'r [(&'r str, &'r str)]);

/// A table of IPv4 prefixes and their rows.
pub(crate) fn table(rows: &[Row<'_>]) -> Vec<u8> {
    let maps: Vec<Vec<u8>> = rows.iter().map(|(_, _, members)| text_map(members)).collect();
    let rows: Vec<(u32, u8, Vec<u8>)> = rows
        .iter()
        .zip(maps)
        .map(|((network, length, _), map)| (u32::from(*network), *length, map))
        .collect();
    table_of_rows(&rows)
}

/// A table of prefixes and encoded rows.
pub(crate) fn table_of_rows(rows: &[(u32, u8, Vec<u8>)]) -> Vec<u8> {
    let mut data: Vec<u8> = Vec::new();
    let mut nodes = vec![[Link::Nothing; 2]];
    for (network, length, row) in rows {
        let mut node = 0;
        for depth in 0..*length {
            let side = (network >> (31 - depth)) as usize & 1;
            if depth + 1 == *length {
                nodes[node][side] = Link::Row(data.len());
            } else if let Link::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Link::Nothing; 2]);
                nodes[node][side] = Link::Node(nodes.len() - 1);
                node = nodes.len() - 1;
            }
        }
        data.extend(row);
    }
    let mut bytes = Vec::new();
    for link in nodes.iter().flatten() {
        let value = match link {
            Link::Nothing => nodes.len(),
            Link::Node(index) => *index,
            Link::Row(offset) => nodes.len() + 16 + offset,
        };
        bytes.extend(&u32::try_from(value).unwrap().to_be_bytes()[1..]);
    }
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(metadata(nodes.len()));
    bytes
}

#[derive(Clone, Copy)]
enum Link {
    Nothing,
    Node(usize),
    Row(usize),
}

fn metadata(nodes: usize) -> Vec<u8> {
    let count = u32::try_from(nodes).unwrap().to_be_bytes();
    let mut bytes = b"\xab\xcd\xefMaxMind.com\xe9".to_vec();
    for (key, value) in [
        ("node_count", &[&[0xc4], &count[..]].concat()[..]),
        ("record_size", b"\xa1\x18"),
        ("ip_version", b"\xa1\x04"),
        ("binary_format_major_version", b"\xa1\x02"),
        ("binary_format_minor_version", b"\xa0"),
        ("build_epoch", b"\x01\x02\x01"),
        ("database_type", b"\x44Test"),
        ("languages", b"\x00\x04"),
        ("description", b"\xe0"),
    ] {
        bytes.extend(text(key));
        bytes.extend(value);
    }
    bytes
}

/// An encoded map of texts.
pub(crate) fn text_map(members: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = vec![0xe0 | u8::try_from(members.len()).unwrap()];
    for (key, value) in members {
        bytes.extend(text(key));
        bytes.extend(text(value));
    }
    bytes
}

/// An encoded text.
pub(crate) fn text(word: &str) -> Vec<u8> {
    let length = u8::try_from(word.len()).unwrap();
    let mut bytes = if length < 29 {
        vec![0x40 | length]
    } else {
        vec![0x40 | 29, length - 29]
    };
    bytes.extend(word.as_bytes());
    bytes
}
