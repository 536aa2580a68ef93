//! See `stanch_hostile::targets::web_log`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::web_log(bytes));
