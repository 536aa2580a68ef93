#!/usr/bin/env python3
"""Write the screens that need an account into docs/screens, as they are printed at 80 columns: assess, plan show, apply, respond;
and docs/respond-transcript.md, a walk from an empty case to an applied plan.

    python tests/aws/screens.py STANCH [FOLDER]     FOLDER is docs/screens unless it is named

The account is the attacked one of the stand-in. Nothing leaves this machine and no AWS credentials are used.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from standin.loopback import forget_aws_environment

forget_aws_environment()

from account import regions  # noqa: E402
from attacked import attacked  # noqa: E402
from responding import ACCOUNT, SECOND_PERSON, Responding  # noqa: E402

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
# Of a response: the region of the story in which most happens.
REGIONS = ["us-east-1"]
# 0 done, 1 findings, 3 and 4 not all known: the stand-in lacks much of AWS.
ENDS_WELL = {0, 1, 3, 4}


def main() -> None:
    stanch = Path(sys.argv[1]).resolve()
    into = Path(sys.argv[2]) if len(sys.argv) > 2 else SCREENS
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stanch-screens-") as name:
        folder = Path(name)
        with attacked(folder) as account:
            found = Responding(account, account.program(stanch, folder / "home"), folder / "incident")
            found.open()
            found.look(REGIONS)
            found.contain("--user", "ci-deploy")
            digest = found.digest[:12]
            approved = ["--approve", found.digest, "--account", ACCOUNT, "--second", SECOND_PERSON]
            keep(into / "assess.txt", "stanch assess", screen(found, "assess"))
            keep(into / "plan-show.txt", "stanch plan show", screen(found, "plan", "show"))
            applied = screen(found, "apply", found.digest, *approved)
            keep(into / "apply.txt", f"stanch apply {digest}", f"Type the account id to apply ({ACCOUNT}): {ACCOUNT}\n{applied}")
            keep(into / "respond.txt", "stanch respond", screen(found, "respond", typed="q\n"))
        (folder / "second").mkdir()
        with attacked(folder / "second") as account:
            found = Responding(account, account.program(stanch, folder / "home"), folder / "response")
            (into.parent / "respond-transcript.md").write_text(transcript(found, found.case), encoding="utf-8")


# What is typed: at the key prompt one after the other, at a question by what it says.
KEYS = ["n", "n", "n", "n", "n", "q"]
ANSWERS = {"Logs:": "", "Contain (": "user ci-deploy", "attack still active": "yes", "Type the account id": ACCOUNT, "second person": SECOND_PERSON,
           "Your own principal": "", "Break-glass": "user/alice.admin", "Your name": "", "Minutes": "0", "Re-apply": "no"}
# Lines of one part of the transcript; what is more is left out, and counted.
PART = 28
TRANSCRIPT = """\
# The first minutes with `stanch respond`

The attacked account of the stand-in ([tests/aws](../tests/aws/README.md)), nothing but `stanch respond`, typed as shown, in {seconds}
seconds. Long parts are left out where it says so. Written by `tests/aws/screens.py`; whole screens are in [screens](screens).

```
{text}
```
"""


def transcript(found: Responding, case: Path) -> str:
    """A walk, typed as a person would: an answer when the program waits for one."""
    environment = found.program.environment(**found.environment() | {"COLUMNS": "80"})
    command = [str(found.program.path), "respond", "--case", case.name, *regions(REGIONS)]
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, cwd=case.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdin is not None and process.stdout is not None
    parts, text, keys = [], "", iter(KEYS)
    while True:
        ready, _, _ = select.select([process.stdout], [], [], 1.0)
        if ready:
            more = os.read(process.stdout.fileno(), 65536)
            if not more:
                break
            text += more.decode(errors="replace")
            continue
        if not text.endswith((": ", ") ", "> ")):
            continue
        question = text.rsplit("\n", 2)[-2] + text.rsplit("\n", 1)[-1] if "\n" in text else text
        answers = [answer for words, answer in ANSWERS.items() if words in question]
        answer = next(keys) if text.endswith("\n> ") else answers[0]
        parts.append(f"{shortened(text)}{answer}\n")
        process.stdin.write(f"{answer}\n".encode())
        process.stdin.flush()
        text = ""
    parts.append(shortened(text))
    whole = f"$ stanch respond --case {case.name}\n{''.join(parts)}".rstrip()
    whole = "\n".join(line.rstrip() for line in whole.split("\n"))
    whole = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:35365", whole)
    return TRANSCRIPT.format(seconds=round(time.monotonic() - began), text=whole)


def shortened(text: str) -> str:
    lines = text.split("\n")
    left = len(lines) - PART
    return text if left < 6 else "\n".join([*lines[: PART - 6], f"   (… {left} lines …)", *lines[-6:]])


def screen(found: Responding, *arguments: str, typed: str = "") -> str:
    """What a person sees: results and messages in the order in which they come."""
    environment = found.environment() | {"COLUMNS": "80"}
    ran = subprocess.run([str(found.program.path), *arguments], env=found.program.environment(**environment), cwd=found.case.parent, input=typed,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode not in ENDS_WELL:
        sys.exit(f"stanch {' '.join(arguments[:2])} ended with {ran.returncode}:\n{ran.stdout}")
    return ran.stdout


def keep(path: Path, command: str, text: str) -> None:
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    path.write_text("\n".join([f"$ {command}", *lines]) + "\n", encoding="utf-8")
    print(f"{path}: {len(lines)} lines")


if __name__ == "__main__":
    main()
