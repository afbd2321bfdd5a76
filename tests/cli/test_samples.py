#!/usr/bin/python3
"""Facts about `aligngame run` of sampled games, from the outside. Prints TAP.

Usage: test_samples.py PROGRAM
"""
import math
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from outside import (CUT_OFF, PROGRAM, call, document, expect, main, scratch, succeed, test,
                     write)


CURATORS = """\
curators:
  owner:  {reward: {disc: {center: [0, 0], radius: 1, slope: 2}}, pool: 8, temperature: 0.5}
  public: {reward: {disc: {center: [1.5, 0], radius: 1, slope: 2}}, pool: 4, temperature: 0.5}
"""
CLOUD = """\
name: cloud
seed: 5
generations: %d
replicates: %d
space: {cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 400}}
generator: {gmm: {components: 3}}
samples: {generate: 300, keep: {owner: 100, public: 60}, dataset: accumulate}
""" + CURATORS
ATOMS = """\
name: atoms
generations: 12
replicates: 5
engine: samples
space: {atoms: {mass: [4, 3, 2, 1]}}
generator: {categorical: {smoothing: 0.01}}
curators:
  owner:  {reward: {values: [3, 0, 2, 1]}, pool: 8}
  public: {reward: {values: [0, 3, 2, 1]}, pool: 8}
samples: {generate: 200, keep: 100, dataset: {window: 3}}
"""


# ---- results as data ----


@test
def a_sampled_run_prints_one_document():
    with scratch() as folder:
        write(folder, "cloud.yaml", CLOUD % (6, 3))
        got = document("run", "cloud.yaml", "--no-save", cwd=folder)
        expect((got["name"], got["seed"], got["engine"]) == ("cloud", 5, "samples"), got)
        expect(got["generations"] == 6, got["generations"])
        metrics = got["metrics"]
        for name in ("mean_reward.owner", "satisfaction.public", "distance.owner", "variance",
                     "dataset_size", "original_share", "dataset_age"):
            expect(len(metrics[name]) == 7, name)
            expect(all(math.isfinite(value) for value in metrics[name]), name, metrics[name])
        expect(metrics["dataset_size"] == [400 + 60 * t for t in range(7)], metrics["dataset_size"])
        expect(metrics["original_share"] == [400 / (400 + 60 * t) for t in range(7)], "originals")


@test
def atoms_end_with_shares_that_add_up():
    with scratch() as folder:
        write(folder, "atoms.yaml", ATOMS)
        got = document("run", "atoms.yaml", "--no-save", "--snapshots", "3,12", cwd=folder)
        expect(got["engine"] == "samples", got["engine"])
        expect(abs(sum(atom["mass"] for atom in got["outcome"]["atoms"]) - 1) < 1e-12, got)
        for snapshot in got["snapshots"].values():
            total = sum(math.exp(x) for x in snapshot["log_mass"] if x is not None)
            expect(abs(total - 1) < 1e-12, total)
        expect(got["metrics"]["dataset_size"][:4] == [200, 300, 400, 300], got["metrics"])


@test
def the_seed_matters_and_nothing_else_does():
    with scratch() as folder:
        write(folder, "cloud.yaml", CLOUD % (4, 2))
        words = ["run", "cloud.yaml", "--no-save", "--json"]
        first = succeed(*words, cwd=folder)
        expect(succeed(*words, cwd=folder) == first, "two runs differ")
        expect(succeed(*words, "--seed", "6", cwd=folder) != first, "seeds do not differ")


# ---- threads, interruption ----


def outputs(folder, directory):
    return {name: (Path(folder) / directory / name).read_bytes()
            for name in ("metrics.csv", "outcome.safetensors")}


@test
def results_are_the_same_bytes_for_any_number_of_threads():
    with scratch() as folder:
        for name, text in (("cloud", CLOUD % (8, 7)), ("alone", CLOUD % (20, 1)),
                           ("atoms", ATOMS)):
            write(folder, f"{name}.yaml", text)
            documents, tables = set(), []
            for threads in (1, 2, 5):
                words = ["run", f"{name}.yaml", "--json", "--threads", threads]
                documents.add(succeed(*words, "--no-save", cwd=folder))
                succeed(*words, "-o", f"{name}-{threads}", cwd=folder)
                tables.append(outputs(folder, f"{name}-{threads}"))
            expect(len(documents) == 1, name, "documents differ")
            expect(all(table == tables[0] for table in tables), name, "files differ")


LONG = CLOUD % (200, 16)


def start(folder, *words):
    return subprocess.Popen([PROGRAM, "run", *words], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env=CUT_OFF)


def uninterrupted(folder):
    write(folder, "game.yaml", LONG)
    began = time.monotonic()
    succeed("run", "game.yaml", "--json", "-o", "whole", cwd=folder)
    return outputs(folder, "whole"), time.monotonic() - began


def check_resumed(folder, directory, whole, *words):
    done = call("run", *words, "--resume", "-o", directory, "--json", cwd=folder)
    expect(done.returncode == 0, directory, "cannot be resumed:", done.stderr)
    resumed = outputs(folder, directory)
    for name, expected in whole.items():
        expect(resumed[name] == expected, directory, "another", name)


@test
def an_interrupted_run_goes_on_with_the_same_bytes():
    with scratch() as folder:
        whole, seconds = uninterrupted(folder)
        stopped = 0
        for number, name in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGINT)):
            directory = f"stopped-{number}"
            process = start(folder, "game.yaml", "-o", directory, "--json")
            while process.poll() is None and not (Path(folder) / directory / "run.sqlite").exists():
                time.sleep(0.001)
            time.sleep(seconds * 0.25 * (1 + number))
            process.send_signal(name)
            message = process.communicate()[1]
            expect(process.returncode in (0, 130), name, process.returncode, message)
            if process.returncode == 130:
                expect(f"--resume -o {directory}" in message, message)
                stopped += 1
            check_resumed(folder, directory, whole, "--threads", str(1 + number))
        expect(stopped > 0, "no run was stopped in its middle")


@test
def a_full_disk_loses_nothing():
    """Files may not grow past a limit, which is how a full disk looks from inside."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))

    with scratch() as folder:
        whole, _ = uninterrupted(folder)
        done = call("run", "game.yaml", "-o", "full", "--json", "--checkpoint-interval", "0.01",
                    cwd=folder, preexec_fn=limit,
                    env=CUT_OFF)
        expect(done.returncode == 1 and "error: " in done.stderr, done.returncode, done.stderr)
        expect(done.stdout == "", done.stdout)
        check_resumed(folder, "full", whole, "game.yaml")


# ---- bad input ----

# name: (what is replaced, by what, the place, a word of the message)
BAD_GAMES = {
    "no engine": ("generator: {gmm: {components: 3}}", "engine: exact", r"6:9", "engine: samples"),
    "no generator": ("{gmm: {components: 3}}", "gnm", r"6:12", "gmm"),
    "wrong setting": ("components: 3", "components: 0", r"6:31", "components"),
    "no rule": ("accumulate", "grow", r"7:\d+", "replace, accumulate"),
    "two rules": ("accumulate", "{window: 1, subsample: 2}", r"7:\d+", "exactly one"),
    "no curator": ("owner: 100", "onwer: 100", r"7:\d+", "owner"),
    "no replicates": ("replicates: 2", "replicates: 0", r"4:13", "from 1"),
    "two laws": ("upper: [5, 5]}", "upper: [5, 5]}, gaussian: {mean: 0, deviation: 1}", r"5:\d+",
                 "exactly one"),
    "dimensions": ("upper: [5, 5]", "upper: [5, 5, 5]", r"5:\d+", "as many"),
    "no file": ("uniform: {lower: [-5, -5], upper: [5, 5]}, count: 400", "file: nowhere.csv",
                r"5:\d+", "nowhere.csv"),
    "no such metric": ("replicates: 2", "metrics: [entropy]", r"4:\d+", "cloud"),
}


@test
def bad_games_are_refused_at_their_place():
    with scratch() as folder:
        for name, (old, new, place, word) in BAD_GAMES.items():
            text = CLOUD % (3, 2)
            expect(old in text, name)
            write(folder, "bad.yaml", text.replace(old, new))
            for extra in ([], ["-o", "there"], ["--json"]):
                done = call("run", "bad.yaml", *extra, cwd=folder)
                expect(done.returncode == 2 and done.stdout == "", name, done)
                expect(re.match(rf"bad\.yaml:{place}: error: .", done.stderr), name, done.stderr)
                expect(word in done.stderr, name, "does not say", word, done.stderr)
                expect(not (Path(folder) / "there").exists(), name)


@test
def bad_points_are_refused_at_their_cell():
    with scratch() as folder:
        write(folder, "game.yaml", """\
generations: 2
space: {cloud: {file: points.csv}}
curators: {owner: {reward: {linear: {weights: [1, 1]}}}}
""")
        for text, place in (("x,y\n1,2\n3,four\n", "3:3"), ("x,y\n1,2\n3,nan\n", "3:3"),
                            ("x,y\n1,2\n,4\n", "3:1"), ("x,y\n1,2\n3,inf\n", "3:3")):
            write(folder, "points.csv", text)
            done = call("run", "game.yaml", "-o", "there", cwd=folder)
            expect(done.returncode == 2, text, done.returncode, done.stderr)
            expect(f"points.csv:{place}: error: " in done.stderr, text, done.stderr)
            expect(not (Path(folder) / "there").exists(), text)


@test
def a_reward_without_bound_is_refused_at_its_point():
    with scratch() as folder:
        write(folder, "points.csv", "x\n3\n0\n2\n")
        write(folder, "game.yaml", """\
space: {cloud: {file: points.csv}}
curators: {owner: {reward: {expression: 1 / x}}}
""")
        done = call("run", "game.yaml", "-o", "there", cwd=folder)
        expect(done.returncode == 2 and "the reward of owner is inf at the point (0)" in done.stderr,
               done)
        expect(not (Path(folder) / "there").exists(), "something was written")


if __name__ == "__main__":
    sys.exit(main())
