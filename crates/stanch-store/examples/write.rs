//! Measures writing: `cargo run --release --example write -- LOGS` reads a tree twice, once without and once with
//! writing parts of about 60,000 events, and tells the processor time of both and the size of the parts.

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use stanch_core::Event;
use stanch_store::{StoreError, Writer};
use stanch_trail::{Input, Limits, Reader, list};

const PART: u64 = 60_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let logs = std::env::args().nth(1).ok_or("name a folder of logs")?;
    let mut out = std::io::stdout();
    for write in [false, true] {
        let (wall, before) = (Instant::now(), processor_seconds()?);
        let (events, bytes) = pass(Path::new(&logs), write)?;
        writeln!(
            out,
            "{} {events} events, {bytes} bytes written, {:.2} s of processor, {:.2} s",
            if write { "read and wrote" } else { "read" },
            processor_seconds()? - before,
            wall.elapsed().as_secs_f64(),
        )?;
    }
    Ok(())
}

fn pass(logs: &Path, write: bool) -> Result<(u64, u64), Box<dyn std::error::Error>> {
    let limits = Limits::default();
    let listing = list(&[Input::Path(logs.to_path_buf())], &limits);
    let mut reader = Reader::new(limits);
    let (mut events, mut bytes) = (0, 0);
    let mut failed: Option<StoreError> = None;
    let mut writer = Writer::new(part(0)?)?;
    for source in &listing.sources {
        reader.read(source, &mut |event: &Event<'_>| {
            events += 1;
            if write && let Err(error) = writer.add(event) {
                failed.get_or_insert(error);
            }
        });
        if writer.rows() > PART {
            let full = std::mem::replace(&mut writer, Writer::new(part(events)?)?);
            bytes += full.finish()?.1.bytes;
        }
    }
    bytes += writer.finish()?.1.bytes;
    failed.map_or(Ok((events, bytes)), |error| Err(error.into()))
}

/// A file for a part: in the folder that was named, or one that goes away.
fn part(number: u64) -> std::io::Result<std::fs::File> {
    match std::env::args().nth(2) {
        Some(folder) => std::fs::File::create(Path::new(&folder).join(format!("{number:09}.parquet"))),
        None => tempfile::tempfile(),
    }
}

/// User and system time of this process, in seconds.
fn processor_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after = stat.rsplit_once(')').ok_or("no processor time here")?.1;
    let ticks: Vec<f64> = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|text| text.parse().ok())
        .collect();
    Ok(ticks.iter().sum::<f64>() / 100.0)
}
