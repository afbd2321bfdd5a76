#!/usr/bin/python3
"""The whole program with one call that fails, or all from one on: memory, files, threads, in every
command. Prints TAP.

Exit status 0 means what is said and written without the failure, to the byte. Otherwise an error is
told and the status is 1 or 2; there is no crash and no hang. What was there before is there, as it
was or as it was to be, and a run goes on from it to the same results.

Usage: test_failures.py PROGRAM INJECT
"""
import concurrent.futures
import functools
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from attacks import ATOMS, CALM, CLOUD, GPT2, LONG, PROGRAM, SEED, SOME, TEXT, Tally, expect, main
from attacks import scratch, test, write

INJECT = os.path.abspath(sys.argv[2])
ONLY = os.environ.get("ALIGNGAME_ONLY", "")  # commands with these words: "report|train"
PATIENCE = 200  # seconds; drawing that does not end is ended after 10 of a processor
SAMPLE = 2  # tries of memory that fails once, and one where it goes on failing; of other kinds 2 in
# all; of commands that take long 2 tries
MOST, OTHER = {"memory": 1200}, 60  # tries of a kind with ALIGNGAME_TORTURE=1
# Errors of other kinds than the most likely one.
REASONS = {"open": ["EMFILE", "EACCES", "ENOMEM"], "write": ["ENOSPC", "EIO"],
           "stat": ["EIO", "ENOMEM"], "read": ["EIO", "ENOMEM"]}
NUMBER = {"EIO": 5, "ENOMEM": 12, "EACCES": 13, "EMFILE": 24, "ENOSPC": 28}

FEW = "seed: 5\ngenerations: 3\n"
FILES = {
    "game.yaml": "name: game\n" + FEW + ATOMS,
    "own.yaml": "name: own\n" + FEW + ATOMS + "engine: samples\nreplicates: 2\n" +
                SOME % (20, "pools", "accumulate"),
    "kde.yaml": "name: kde\n" + FEW + CLOUD.replace("100", "40") + "generator: kde\n"
                "replicates: 2\n" + SOME % (20, "pools", "{window: 3}"),
    "gmm.yaml": "name: gmm\n" + FEW + CLOUD.replace("100", "40") +
                "generator: {gmm: {components: 2}}\n" + SOME % (20, "softmax", "accumulate"),
    "ngram.yaml": "name: ngram\n" + FEW + TEXT.replace("60", "30") +
                  "generator: {ngram: {order: 3}}\n" + SOME % (20, "pools", "accumulate"),
    "gpt2.yaml": "name: gpt2\n" + FEW.replace("3", "2") + TEXT.replace("60", "30") + GPT2 % "" +
                 SOME % (20, "pools", "replace"),
    "items.csv": "title,kind,a,b,m\n" + "".join(
        f"Item {i},{'xy'[i % 2]},{i * 7 % 10},{i * 3 % 10},{1 + i % 3}\n" for i in range(12)),
    "table.csv": "mass,reward\n0.5,1\n0.3,0\n0.2,2\n",
    "corpus.txt": "the cat sees the dog . a dog likes the bird . the bird sings .\n" * 8,
}
TRAIN = ("train corpus.txt --layers 1 --width 8 --heads 1 --context 16 --vocabulary 300 --epochs 1 "
         "--dropout 0 --held-out 0.2 --judge 0.2")
FORECAST = "forecast items.csv --owner a --public b --label title --group kind --mass m -g 4"
MAP = "phase game.yaml --x curators.owner.pool=2..3:2 --y curators.public.pool=2..3:2"
BEFORE = [  # what there is when a command begins
    "run game.yaml -o done", "run kde.yaml -o sampled", "run gpt2.yaml -o texts", "report done",
    TRAIN + " -o model", FORECAST + " -o forecast", MAP + " -o map",
]
COMMANDS = [
    "run game.yaml -o new", "run game.yaml --no-save --json", "run own.yaml -o new",
    "run kde.yaml -o new", "run kde.yaml --no-save --json", "run gmm.yaml -o new",
    "run ngram.yaml -o new", "run ngram.yaml --no-save --json", "run gpt2.yaml -o new",
    "run game.yaml --resume -o done", "run game.yaml --resume -o done -s generations=5",
    "run kde.yaml --resume -o sampled", "run kde.yaml --resume -o sampled -s generations=5",
    "run gpt2.yaml --resume -o texts -s generations=3",
    "analyze game.yaml", "analyze game.yaml --json", "analyze game.yaml -o new",
    "audit game.yaml", "audit game.yaml --json", "audit game.yaml -o new",
    FORECAST, FORECAST + " --json", FORECAST + " -o new", FORECAST + " -o forecast",
    "weights table.csv -K 4 -t 1", "weights table.csv -K 4 -t 1 --json",
    "weights table.csv -K 4 -t 1 -o new",
    MAP + " -o new", MAP + " -o map --json",
    "drift -R 20 -g 3 -N 5", "drift -R 20 -g 3 -N 5 --json", "drift -R 20 -g 3 -N 5 -o new",
    "report done", "report done sampled -o new --json",
    "run gpt2.yaml --keep-model -o new",
    TRAIN + " -o new", TRAIN + " -o new --json",
    "train corpus.txt --base model --epochs 1 --dropout 0 --held-out 0.2 --judge 0.2 -o new",
    "list", "list rewards", "list rewards --json", "explain", "explain sink", "explain --json",
    "help", "help run", "help run --json",
    "paper synthetic --cells 4 --seeds 1 -g 1 --no-save --json",
]
SLOW = [  # seconds each: a few tries, with ALIGNGAME_TORTURE=1
    "paper claims --games 1 -o new", "paper claims --games 1 --no-save --json",
    "paper synthetic --cells 4 --seeds 1 -g 1 -o new",
    "paper text --seeds 1 -g 1 --scenario perfect --variant panels -o new",
    "paper text --seeds 1 -g 1 --scenario perfect --variant panels --no-save --json",
]
UNSTEADY = re.compile(rb"\d+(\.\d+)? s\b|\"[a-z_]*seconds[a-z_]*\": [^,}\s]+|"
                      rb"\"tokens_per_second\": [^,}\s]+|[\d,.]+ tokens/s|\d{4}-\d\d-\d\d.*|"
                      rb"\d+:\d\d\b|^Files .*(\n {12}\S.*)*$", re.M)
LEDGER = ("run.sqlite", "SHA256SUMS", "time")  # these may stand between old and new: a run goes on


def is_ledger(path):
    return Path(path).name.startswith(LEDGER)


@functools.lru_cache(maxsize=4096)
def steadied(text):
    return UNSTEADY.sub(b"@", text)


class Outcome:
    def __init__(self, folder, words, fail=None, counts=None):
        self.places = bytes(folder), bytes(folder.parent / "origin")
        environment = {**CALM, "NO_COLOR": "1", "LD_PRELOAD": INJECT, "TMPDIR": str(folder / "tmp")}
        if fail:
            environment["AG_FAIL"] = fail
        if counts:
            environment["AG_FAIL_COUNTS"] = str(counts)
        with subprocess.Popen([PROGRAM, *words.split()], cwd=folder, stdin=subprocess.DEVNULL,
                              env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            try:
                said, told = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGABRT)  # and says where it was
                said, told = process.communicate()
        self.status = process.returncode
        self.said, self.told = self.plain(said), self.plain(told)
        self.files = {str(path.relative_to(folder)): self.content(path)
                      for path in sorted(folder.rglob("*"))
                      if path.is_file() and "tmp" not in path.parts}

    def content(self, path):
        return b"" if is_ledger(path) else self.plain(path.read_bytes())

    def plain(self, text):
        for place in self.places:
            text = text.replace(place, b"@")
        return steadied(text)

    def read(self):
        return self.told.decode("utf-8", "replace")


class Bench:
    """Where a command begins: a folder as it is before, and a fresh copy of it for every try."""

    def __init__(self, root):
        self.root, self.origin, self.number = root, root / "origin", 0
        self.lock = threading.Lock()
        self.origin.mkdir()
        (self.origin / "tmp").mkdir()
        for name, text in FILES.items():
            write(self.origin, name, text)
        for words in BEFORE:
            done = Outcome(self.origin, words)
            expect(done.status == 0, words, done.read())
        self.before = Outcome(self.origin, "list").files

    def copy(self):
        with self.lock:
            self.number += 1
            folder = self.root / f"{self.number:08}"
        shutil.copytree(self.origin, folder, copy_function=shutil.copyfile)
        return folder

    def run(self, words, fail=None, counts=None):
        folder = self.copy()
        return Outcome(folder, words, fail, counts), folder


class Subject:
    """A command, what it does undisturbed, and how often it calls what may fail."""

    def __init__(self, bench, words):
        self.bench, self.words, counts = bench, words, bench.root / f"counts-{abs(hash(words))}"
        self.right, folder = bench.run(words, counts=counts)
        expect(self.right.status == 0, words, self.right.status, self.right.read())
        self.counts = {name: int(count) for name, count in
                       (line.split() for line in counts.read_text().splitlines())}
        again, other = bench.run(words)
        self.steady = {name for name, text in self.right.files.items()
                       if again.files.get(name) == text and not is_ledger(name)}
        expect(again.said == self.right.said, words, "says another thing each time")
        for each in (folder, other):
            shutil.rmtree(each)

    def plans(self, choose):
        """What fails in each try: everything, or a sample that is spread over the command."""
        kinds = [kind for kind, count in self.counts.items()
                 if count and (not ONLY or re.search(ONLY, f"{self.words} {kind}"))]
        if LONG:
            most = {kind: 5 if self.words in SLOW else MOST.get(kind, OTHER) for kind in kinds}
            plans = [(kind, sticky, most[kind]) for kind in kinds for sticky in ("", "+")]
        else:
            others = [kind for kind in kinds if kind != "memory"]
            quick = self.counts["memory"] < 15000
            plans = [("memory", "", SAMPLE), ("memory", "+", 1)] if quick else [
                ("memory", choose.choice(["", "+"]), 1)]
            plans += [(kind, choose.choice(["", "+"]), 1)
                      for kind in choose.sample(others, min(1 + quick, len(others)))]
        for kind, sticky, most in plans:
            count = self.counts[kind]
            for i in range(min(most, count)):
                number = min(count, int((i + choose.random()) * max(1.0, count / most)) + 1)
                reason = choose.choice(REASONS.get(kind, [""]))
                yield f"{kind}:{number}{sticky}" + (f":{NUMBER[reason]}" if reason else "")

    def attempt(self, fail):
        """None, or what is wrong."""
        found, folder = self.bench.run(self.words, fail)
        wrong = self.judge(found) or self.after(found, folder)
        shutil.rmtree(folder)
        return wrong

    def judge(self, found):
        if found.status < 0 or found.status not in (0, 1, 2):
            frames = re.findall(r"^(\S+)\(", found.read(), re.M)
            libraries = " < ".join(dict.fromkeys(Path(frame).name for frame in frames[1:]))
            return f"ends with {found.status} in {libraries}: {found.read()[-2500:]}"
        if found.status == 0 and found.said != self.right.said:
            return f"says another thing: {found.said} {found.read()}"
        if found.status == 0:
            for name in self.right.files:
                if name not in found.files or (name in self.steady and
                                               found.files[name] != self.right.files[name]):
                    return f"exit 0 and another {name}: {found.read()}"
        if found.status != 0 and b"error" not in found.told:
            return f"ends with {found.status} and tells {found.told}"
        for name, text in self.bench.before.items():
            now = found.files.get(name)
            if now is None and name not in self.right.files:
                continue
            if now is None:
                return f"{name} is lost: {found.read()}"
            if now != text and now != self.right.files.get(name) and name in self.steady:
                return f"{name} is neither old nor new: {found.read()}"
        return None

    def after(self, found, folder):
        """A run that was met by a failure goes on to what it would have been."""
        place = re.match(r"run (\S+).* -o (\S+)", self.words)
        if found.status == 0 or not place or not (folder / place[2]).exists():
            return None
        words = self.words if "--resume" in self.words else self.words + " --resume"
        again = Outcome(folder, words)
        if again.status != 0 and "--resume" not in self.words and b"resume" in again.told:
            return None  # it failed before there was a run
        if again.status != 0:
            return f"cannot be resumed: {again.read()} after {found.read()}"
        for name in (f"{place[2]}/metrics.csv", f"{place[2]}/dataset.csv"):
            if again.files.get(name) != self.right.files.get(name):
                return f"goes on to another {name}"
        return None


@test
def a_failed_call_is_an_error_and_nothing_is_lost():
    tally, choose = Tally("failed calls"), random.Random(SEED)
    with scratch() as where, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        bench = Bench(Path(where))
        wanted = [words for words in COMMANDS + SLOW * LONG
                  if not ONLY or re.search(ONLY, words)]
        subjects = list(workers.map(lambda words: Subject(bench, words), wanted))
        tries = [(subject, fail) for subject in subjects for fail in subject.plans(choose)]
        for (subject, fail), wrong in zip(tries, workers.map(lambda one: one[0].attempt(one[1]),
                                                             tries)):
            with tally.attempt():
                if wrong:
                    print("#", fail, subject.words, wrong[:500].replace("\n", " "), flush=True)
                expect(not wrong, f"AG_FAIL={fail} {subject.words}: {wrong}")
        tally.end()


if __name__ == "__main__":
    sys.exit(main())
