#!/usr/bin/env python3
"""Several threads ask for the model of one operation at the same moment: each gets moto's. `make standin` runs this."""

from __future__ import annotations

import sys
import threading
import unittest

from moto.core.utils import get_service_model
from standin.once import make_models_one_at_a_time

SERVICES = ("iam", "lambda", "s3control", "apigateway", "eks", "efs")
THREADS = 8


def failures() -> list[str]:
    """Errors of several threads that ask for the models of the same operations at the same moment, as those that make routers do."""
    get_service_model.cache_clear()
    for service in SERVICES:  # loaded first, so that all threads share one model of the service
        get_service_model(service)
    failed: list[str] = []
    barrier = threading.Barrier(THREADS)

    def make() -> None:
        for service in SERVICES:
            barrier.wait()
            model = get_service_model(service)
            try:
                for name in model.operation_names:
                    _ = model.operation_model(name).http_trait
            except AttributeError as failure:
                failed.append(f"{service}: {failure}")

    threads = [threading.Thread(target=make) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


class Threads(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(1e-6)

    def test_every_thread_gets_the_model_that_moto_made(self) -> None:
        # Without the lock they do not; a moto without this race needs no lock.
        self.assertTrue(any(failures() for _ in range(20)), "moto no longer mixes up its models: remove the lock in standin/once.py")
        make_models_one_at_a_time()
        for _ in range(5):
            self.assertEqual(failures(), [])


if __name__ == "__main__":
    unittest.main()
