#!/usr/bin/env python3
"""Writes a stream for `git fast-import`: many small commits, the same for each seed; one of them has a key id.

    git init --bare big.git
    scripts/large-repository.py 50000 | git -C big.git fast-import --quiet --depth=50
    git -C big.git repack -adfq --depth=50 --window=10
    time git -C big.git cat-file --batch --batch-all-objects --unordered --buffer > /dev/null
    time stanch scan-keys big.git --threads 1

A second argument `clean` leaves the key id out.
"""

import random
import sys

KEY = b"AKIA" + b"QNZGKIQY56JQ7WML"


def main():
    count = int(sys.argv[1])
    is_clean = sys.argv[2:] == ["clean"]
    source = random.Random(7)
    out = sys.stdout.buffer
    words = ["w%05x" % source.randrange(1 << 20) for _ in range(4000)]

    def lines(number):
        return [" ".join(source.choice(words) for _ in range(source.randrange(4, 14))) for _ in range(number)]

    files = {"src/m%02d/f%03d.py" % (at % 20, at): lines(source.randrange(40, 400)) for at in range(400)}
    paths = list(files)
    time = 1_500_000_000
    for commit in range(count):
        path = source.choice(paths)
        changed = paths
        if commit:
            text = files[path]
            at = source.randrange(len(text))
            text[at : at + source.randrange(0, 4)] = lines(source.randrange(1, 4))
            changed = [path]
        time += 60
        message = b"change %d\n" % commit
        out.write(b"commit refs/heads/main\ncommitter C <c@example.com> %d +0000\n" % time)
        out.write(b"data %d\n" % len(message) + message)
        for path in changed:
            content = "\n".join(files[path]).encode()
            if commit == count // 2 and not is_clean:
                content += b"\nkey " + KEY + b"\n"
            out.write(b"M 100644 inline %s\ndata %d\n" % (path.encode(), len(content)) + content + b"\n")


main()
