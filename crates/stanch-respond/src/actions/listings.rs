//! Lists of an account in which several actions find their targets.
//!
//! It must not hold a list that only one action needs.

use crate::about::Listing;

/// S3 buckets.
pub(crate) static BUCKETS: Listing =
    Listing::new(("s3", "ListBuckets", "Buckets[]"), "Name", "Name").buckets();

/// KMS keys.
pub(crate) static KEYS: Listing =
    Listing::new(("kms", "ListKeys", "Keys[]"), "KeyArn", "KeyId").with_foreign_names();

/// Lambda functions.
pub(crate) static FUNCTIONS: Listing = Listing::new(
    ("lambda", "ListFunctions", "Functions[]"),
    "FunctionArn",
    "FunctionName",
);
