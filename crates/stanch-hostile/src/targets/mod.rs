//! The fuzz targets: one file each, each a function of bytes that asserts what must hold.

mod access_log;
mod archive;
mod bill;
mod file;
mod flow_log;
mod git_pack;
mod ocsf;
mod parquet;
mod record;
mod rule;
mod table;
mod web_log;
mod wrapper;

pub use access_log::access_log;
pub use archive::archive;
pub use bill::bill;
pub use file::file;
pub use flow_log::flow_log;
pub use git_pack::git_pack;
pub use ocsf::ocsf;
pub use parquet::parquet;
pub use record::record;
pub use rule::rule;
pub use table::table;
pub use web_log::web_log;
pub use wrapper::wrapper;

/// A target's name, which is also that of its corpus below `fuzz/corpus`, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 13] = [
    ("access_log", access_log),
    ("archive", archive),
    ("bill", bill),
    ("file", file),
    ("flow_log", flow_log),
    ("git_pack", git_pack),
    ("ocsf", ocsf),
    ("parquet", parquet),
    ("record", record),
    ("rule", rule),
    ("table", table),
    ("web_log", web_log),
    ("wrapper", wrapper),
];
