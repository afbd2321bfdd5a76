#!/usr/bin/python3
"""Every file of finished, interrupted and killed run directories is damaged: each command gives the
same answer as before, or names the file; nothing is deleted. Prints TAP.

Usage: test_damage.py PROGRAM
"""
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from attacks import LONG, SEED, Tally, begin, call, expect, main, results, scratch, test
from attacks import write_game

DAMAGES = 5200 if LONG else 100
GAMES = ("exact", "gmm", "ngram", "gpt2")
SCALE = 0.1
ENDINGS = {"finished": None, "interrupted": signal.SIGINT, "killed": signal.SIGKILL}
WORDS = ["-q", "--checkpoint-interval", "0.001", "--snapshots", "0,1", "--keep-model"]


# ---- damages: what they make of a file's bytes ----


def flip(data, dice):
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1:]


def cut(data, dice):
    return data[:dice.randrange(len(data))]


def empty(_data, _dice):
    return b""


def blank(data, dice):
    """A sector of zeros, as disks leave them."""
    at = dice.randrange(len(data)) // 512 * 512
    return (data[:at] + bytes(512) + data[at + 512:])[:len(data)]


def lengthen(data, dice):
    return data + bytes(dice.randrange(256) for _ in range(dice.randint(1, 600)))


KINDS = (flip, flip, flip, cut, empty, blank, lengthen)


# ---- what is damaged ----


def leave(folder, name, ending):
    """A run directory as an ending leaves it, or None: it ended before the signal came, each time."""
    directory = Path(folder) / f"{name}-{ending}"
    for _ in range(30):
        process = begin(folder, "run", f"{name}.yaml", "-o", directory.name, *WORDS)
        while (ENDINGS[ending] and process.poll() is None
               and not list(directory.glob("checkpoint-*[!p]"))):
            time.sleep(0.0002)
        if ENDINGS[ending]:
            process.send_signal(ENDINGS[ending])
        status = process.wait()
        if status == {"finished": 0, "interrupted": 130, "killed": -9}[ending]:
            return directory
        shutil.rmtree(directory)
    print(f"# {name} is never {ending} in time")
    return None


def contents(directory):
    """Files by name, but for the lock and for drafts, which hold nothing."""
    return {str(path.relative_to(directory)): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file() and path.suffix != ".tmp" and path.name != "run.lock"}


def answer(folder, words):
    """What a command says of the directory `r`, and the results that it leaves there."""
    done = call(folder, *words)
    lines = [line for line in done.stdout.splitlines() if b'"seconds"' not in line]
    return done, (done.returncode, b"\n".join(lines), results(Path(folder) / "r"))


def commands(name):
    return (["report", "r", "-o", "page.html", "-q"], ["run", "--resume", "-o", "r", "--json"],
            ["run", f"{name}.yaml", "--resume", "-o", "r", "-q"])


def put(folder, files):
    """The directory `r`, with these files and no others."""
    shutil.rmtree(Path(folder) / "r", ignore_errors=True)
    for name, data in files.items():
        path = Path(folder) / "r" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def check(folder, words, good, bad, name, expected):
    """One command on one damaged file."""
    put(folder, {**good, name: bad})
    done, said = answer(folder, words)
    story = f"{words}: {name}, {len(good[name])} bytes, now {len(bad)}: {done.returncode} " \
            f"{done.stderr[-300:]}"
    expect(done.returncode in (0, 1, 2), "a crash:", story)
    if said[0] == 0:
        expect(said == expected[0], "another answer:", story)
        return
    # the file is named, or the damage is no matter for this command's error
    same = said[:2] == expected[0][:2] and done.stderr == expected[1]
    expect(same or f"r/{name}".encode() in done.stderr, "not named:", story)
    there = contents(Path(folder) / "r")
    # SQLite may have put in order what a kill had left
    expect(all(data in there.values() or key == "run.sqlite-journal" or
               key in there and key == "run.sqlite"
               for key, data in {**good, name: bad}.items()), "deleted:", story)


class Subject:
    """A directory, and what each command says of it undamaged."""

    def __init__(self, folder, game, ending):
        self.folder, self.game, self.known = folder, game, {}
        left = leave(folder, game, ending)
        self.good = contents(left) if left else {}

    def expected(self, number):
        if number not in self.known:
            put(self.folder, self.good)
            done, said = answer(self.folder, commands(self.game)[number])
            self.known[number] = (said, done.stderr)
        return self.known[number]


@test
def damaged_files_are_named_or_harmless():
    tally, dice = Tally("damaged files"), random.Random(SEED)
    with scratch() as folder:
        for name in GAMES:
            write_game(folder, name, SCALE)
        subjects = [Subject(folder, name, ending) for name in GAMES for ending in ENDINGS]
        files = [(subject, name) for subject in subjects for name in subject.good]
        expect(sum(bool(subject.good) for subject in subjects) > len(subjects) / 2, "hardly any directory")
        while tally.tries < DAMAGES:
            dice.shuffle(files)
            for subject, name in files[:DAMAGES - tally.tries]:
                data = subject.good[name]
                bad = dice.choice(KINDS)(data, dice) if data else b"\0"
                number = dice.randrange(3)
                expected = subject.expected(number)
                with tally.attempt():
                    check(folder, commands(subject.game)[number], subject.good, bad, name, expected)
    tally.end()


if __name__ == "__main__":
    sys.exit(main())
