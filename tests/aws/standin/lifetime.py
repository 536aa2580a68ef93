"""Ends the server with whoever started it, so that no test leaves one behind."""

from __future__ import annotations

import os
import select
import sys
import threading
import time

CHECK_SECONDS = 0.5


def _leave() -> None:
    os._exit(0)


def _read_to_end(descriptor: int) -> None:
    while True:
        select.select([descriptor], [], [])
        if not os.read(descriptor, 4096):
            _leave()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(CHECK_SECONDS)
    _leave()


def end_with_starter() -> None:
    """Exit when standard input closes or the parent process is gone."""
    threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()
    threading.Thread(target=_read_to_end, args=(sys.stdin.fileno(),), daemon=True).start()
