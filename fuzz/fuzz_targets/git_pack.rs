//! See `stanch_hostile::targets::git_pack`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| stanch_hostile::targets::git_pack(bytes));
