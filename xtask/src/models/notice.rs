//! The note next to the models: where they come from and under which licence.

use super::wheel::Wheel;

pub(super) fn text(wheel: &Wheel, bytes: usize) -> String {
    format!(
        "botocore.pack holds service models, endpoint rules and partitions of botocore {version}
(https://github.com/boto/botocore), stripped of documentation, examples, waiters and validation patterns, and
compressed. Written by `cargo xtask models`; not edited by hand.

    wheel    botocore-{version}-py3-none-any.whl
    SHA-256  {sha256}
    size     {bytes} bytes

Refresh: `pip download --no-deps botocore==VERSION`, then `cargo xtask models --wheel FILE`, then the tests and
`cargo xtask acceptance --only aws-protocols`.

Botocore
Copyright 2012-2022 Amazon.com, Inc. or its affiliates. All Rights Reserved.
Licensed under the Apache License, Version 2.0 (LICENSE-APACHE in the root of this repository; also at
http://aws.amazon.com/apache2.0/).
",
        version = wheel.version,
        sha256 = wheel.sha256,
    )
}
