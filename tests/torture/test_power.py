#!/usr/bin/python3
"""Power cuts: what a run does to its files is recorded, and made again up to every call, in the
states that a file system may leave when the power goes. Prints TAP.

A run goes on from each of them and ends with the same bytes; what had ended is there as it was.
What is on a disk after a cut: all that was done before a file's or a folder's fsync, of that file
or that folder (POSIX); of the rest

  everything  all of it, as if nothing had happened
  synced      nothing of it
  journal     new names, renames and removals up to some moment, in order (ext4, xfs); of what was
              written to the files, any sectors
  any         any of the names, any of the sectors, and sizes without their bytes

Usage: test_power.py PROGRAM RECORD
"""
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from attacks import ATOMS, CALM, CLOUD, LONG, PATIENCE, PROGRAM, SEED, SOME, Tally, call, expect
from attacks import main, results, scratch, test, write

from outside import Skip

RECORD = os.path.abspath(sys.argv[2])
SAMPLE = 60  # states, unless all of them are asked for
ROUNDS = 6  # choices of each kind at each call
KINDS = ("everything", "synced", "journal", "any")
OPTIONS = ["--checkpoint-interval", "0.0001", "--snapshots", "0,2"]
# A run, and the same run made longer.
LEGS = ([], ["--resume", "-s", "generations=9"])
GAMES = {
    "exact": "generations: 6\n" + ATOMS,
    "gmm": "generations: 6\nreplicates: 2\n" + CLOUD + "generator: {gmm: {components: 2}}\n" +
           SOME % (40, "pools", "accumulate"),
}


# ---- a disk ----


class File:
    def __init__(self):
        self.data, self.waiting = b"", []  # what is on the disk, and what was done since

    def sync(self):
        for change in self.waiting:
            self.data = applied(self.data, change)
        self.waiting = []


class Folder:
    def __init__(self):
        self.names, self.waiting = {}, []  # waiting: (moment, {name: what or None})

    def sync(self):
        for _, change in self.waiting:
            self.names.update(change)
        self.waiting = []

    def now(self):
        names = dict(self.names)
        for _, change in self.waiting:
            names.update(change)
        return {name: what for name, what in names.items() if what}


def applied(data, change):
    """change: (offset, bytes), or (size, None)."""
    at, new = change
    if new is None:
        return data[:at] + bytes(max(0, at - len(data)))
    return data[:at] + bytes(max(0, at - len(data))) + new + data[at + len(new):]


class Disk:
    def __init__(self, root):
        self.root, self.path, self.moment = Folder(), str(root), 0
        self.known = {os.stat(root).st_ino: self.root}

    def find(self, path):
        """The folder that a name stands in, and the name."""
        parts = path[len(self.path) + 1:].split("/")
        folder = self.root
        for part in parts[:-1]:
            folder = folder.now()[part]
        return folder, parts[-1]

    def make(self, inode, path, what):
        folder, name = self.find(path)
        folder.waiting.append((self.moment, {name: what}))
        self.known[inode] = what

    def rename(self, old, new):
        (source, name), (target, other) = self.find(old), self.find(new)
        expect(source is target, "renamed into another folder:", old, new)
        source.waiting.append((self.moment, {name: None, other: source.now()[name]}))

    def do(self, kind, words, data):
        self.moment += 1
        if kind in "CM":
            self.make(int(words[0]), words[1], File() if kind == "C" else Folder())
        elif kind == "W":
            self.known[int(words[0])].waiting.append((int(words[1]), data))
        elif kind == "T":
            self.known[int(words[0])].waiting.append((int(words[1]), None))
        elif kind == "F":
            self.known[int(words[0])].sync()
        elif kind == "R":
            self.rename(*words)
        elif kind == "U":
            folder, name = self.find(words[0])
            folder.waiting.append((self.moment, {name: None}))
        else:
            expect(kind == "E", "a call that is not understood:", kind, words)


# ---- what a cut leaves of it ----


def torn(file, kind, dice):
    """A file's bytes."""
    data = file.data
    if kind == "synced":
        return data
    share, sector = dice.choice((0, 0.5, 1)), dice.choice((512, 4096))
    for at, new in file.waiting:
        if kind == "everything":
            data = applied(data, (at, new))
        elif new is None and dice.random() < share:
            data = applied(data, (at, new))
        elif new is not None:
            end = at + len(new)
            for begin in range(at // sector * sector, end, sector):
                if dice.random() < share:
                    part = new[max(begin - at, 0):begin + sector - at]
                    data = applied(data, (max(begin, at), part))
            if kind == "any" and len(data) < end and dice.random() < 0.5:
                data += bytes(end - len(data))  # the size came before the bytes
    return data


def left_names(folder, kind, cut, dice):
    names = dict(folder.names)
    for moment, change in folder.waiting:
        if kind == "everything" or (kind == "journal" and moment <= cut) or (
                kind == "any" and dice.random() < 0.5):
            names.update(change)
    return {name: what for name, what in names.items() if what}


def lay_out(folder, path, kind, cut, dice):
    """The folder as the cut leaves it, below path."""
    path.mkdir(exist_ok=True)
    for name, what in sorted(left_names(folder, kind, cut, dice).items()):
        if isinstance(what, Folder):
            lay_out(what, path / name, kind, cut, dice)
        else:
            (path / name).write_bytes(torn(what, kind, dice))


# ---- a run ----


def read_log(path):
    """(kind, words, bytes) of each record."""
    data, at, records = path.read_bytes(), 0, []
    while at < len(data):
        end = data.index(b"\n", at)
        kind, *words = data[at:end].decode().split("\t")
        at = end + 1
        size = int(words[2]) if kind == "W" else 0
        records.append((kind, words, data[at:at + size]))
        at += size
    return records


def record(folder, name):
    """The run's legs, what they did to the files under `disk`, and what each ended with."""
    (folder / "disk").mkdir()
    ends = []
    for leg in LEGS:
        words = [RECORD, "log", folder / "disk", PROGRAM, "run", f"{name}.yaml", "-q", "-o",
                 "disk/r", *OPTIONS, *leg]
        done = subprocess.run(list(map(str, words)), cwd=folder, env=CALM, capture_output=True,
                              timeout=PATIENCE, check=False)
        if done.returncode == 77:
            raise Skip(done.stderr.decode().strip())
        expect(done.returncode == 0, done)
        ends.append(results(folder / "disk" / "r"))
    return read_log(folder / "log"), ends


def put_back(folder, disk, kind, dice):
    where = folder / "after"
    shutil.rmtree(where, ignore_errors=True)
    lay_out(disk.root, where, kind, dice.randrange(disk.moment + 1), dice)


def check_goes_on(folder, name, end, story):
    done = call(folder, "run", f"{name}.yaml", "-q", "-o", "after/r", *OPTIONS, *LEGS[-1])
    expect(done.returncode == 0, story, "cannot go on:", done.stderr)
    expect(results(folder / "after" / "r") == end, story, "another end")


def check_is_there(folder, end, story):
    """A run that has ended is there whole, whatever the cut."""
    expect((folder / "after" / "r").exists() and results(folder / "after" / "r") == end, story,
           "a finished run is lost")
    done = call(folder, "report", "after/r", "-o", "page.html", "-q")
    expect(done.returncode == 0, story, "cannot be shown:", done.stderr)


def attack(folder, name, tally, dice, share):
    write(folder, f"{name}.yaml", f"name: {name}\nseed: 3\n{GAMES[name]}")
    records, ends = record(folder, name)
    disk, ended = Disk(folder / "disk"), 0
    for number, (kind, words, data) in enumerate(records):
        disk.do(kind, words, data)
        for how in KINDS:
            for _ in range(ROUNDS if share >= 1 and how in ("journal", "any") else 1):
                if kind != "E" and dice.random() >= share:
                    continue
                story = f"{name}, call {number} ({kind} {words}), {how}:"
                put_back(folder, disk, how, dice)
                with tally.attempt():
                    if kind == "E":
                        check_is_there(folder, ends[ended], story)
                    check_goes_on(folder, name, ends[-1], story)
        ended += kind == "E"


@test
def a_run_goes_on_after_any_power_cut():
    tally, dice = Tally("power cuts"), random.Random(SEED)
    for name in GAMES:
        with scratch() as folder:
            # some thousand states of each game
            attack(Path(folder), name, tally, dice, 1 if LONG else SAMPLE / 7000)
    tally.end()


if __name__ == "__main__":
    sys.exit(main())
