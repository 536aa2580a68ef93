//! Bills: CSV and Parquet, in every form and none.

use std::fs;

use stanch_bill::{Bill, Decimal};

use crate::properties;

/// Reads bytes as a file of a bill, twice.
///
/// # Panics
/// When a reader panics, or the second reading differs.
pub fn bill(bytes: &[u8]) {
    properties::in_bounded_time(|| {
        let folder = std::env::temp_dir().join(format!(
            "stanch-bill-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        if fs::create_dir_all(&folder).is_ok() && fs::write(folder.join("bill"), bytes).is_ok() {
            let read = || {
                let bill = Bill::find(std::slice::from_ref(&folder));
                let mut sum = Decimal::ZERO;
                let reading = bill.each(&mut |line| sum.add(line.cost));
                (sum, reading)
            };
            assert_eq!(read(), read(), "two readings differ");
        }
        drop(fs::remove_dir_all(&folder));
    });
}
