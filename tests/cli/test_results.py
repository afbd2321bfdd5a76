#!/usr/bin/python3
"""Facts about the files that commands leave in a folder: they replace earlier ones of their kind, and
nothing else. Prints TAP.

Usage: test_results.py PROGRAM
"""
import sys
from pathlib import Path

from outside import ATOMS, PLANE, call, expect, main, perform, scratch, states, test, write

SMALL = ["--cells", "8", "--seeds", "2", "--generations", "1"]
AXES = ["--x", "curators.owner.pool=2..4:2", "--y", "curators.public.pool=2..4:2"]
TABLE = "title,a,b\nAlpha,9,9\nBeta,1,1\nGamma,5,5\n"
# what is called, and how many files come of it
COMMANDS = [(["analyze", "plane.yaml", "--basins"], 4), (["audit", "game.yaml"], 1),
            (["drift", "--replicates", "100", "--items", "20"], 3), (["explain", "sink"], 1),
            (["forecast", "films.csv", "--owner", "a", "--public", "b"], 5), (["list"], 1),
            (["phase", "game.yaml", *AXES], 4), (["weights", "weights.csv", "--pool", "4", "--temperature", "1"], 1),
            (["report", "run"], 1),
            (["paper", "synthetic", *SMALL], 17), (["paper", "claims", "--games", "1"], 4),
            (["paper", "text", "--generations", "1", "--seeds", "1", "--variant", "caption", "--scenario",
              "perfect"], 5)]
SLOW = ["paper claims", "paper text"] # are played once


def prepare(folder):
    write(folder, "game.yaml", ATOMS)
    write(folder, "plane.yaml", PLANE % (5, 6, 6))
    write(folder, "films.csv", TABLE)
    write(folder, "weights.csv", "mass,reward\n1,2\n3,1\n")
    perform("run", "game.yaml", "-o", "run", "-q", cwd=folder)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@test
def results_replace_results_alone():
    with scratch() as folder:
        prepare(folder)
        for words, count in COMMANDS:
            out = Path(folder) / ("out-" + "-".join(words[:2]).replace(".", "-"))
            perform(*words, "-o", out, cwd=folder)
            results = files(out)
            expect(len(results) == count, words, results)
            if " ".join(words[:2]) not in SLOW:
                perform(*words, "-o", out, cwd=folder) # replaces its own
            for name in results:
                mine = Path(folder) / "mine"
                mine.mkdir()
                write(mine, name, "of the user\n")
                before = states(mine)
                done = call(*words, "-o", mine, cwd=folder)
                expect(done.returncode == 2 and f"{name} is there already" in done.stderr,
                       words, name, done)
                # told before the work, but by the library's own forecast
                expect(done.stdout == "" or words[0] == "forecast", words, "has worked in vain")
                expect(states(mine) == before, words, name, "was touched")
                (mine / name).unlink()
                mine.rmdir()


@test
def what_a_killed_command_has_left_is_replaced():
    with scratch() as folder:
        prepare(folder)
        for words, _ in COMMANDS[:9]:
            out = Path(folder) / ("out-" + words[0])
            perform(*words, "-o", out, cwd=folder)
            first = {name: (out / name).read_bytes() for name in files(out)}
            # the mark's file is the first that is written: all the others may be missing
            kept = [name for name in files(out) if b"aligngame" in first[name][:64]] or ["phase.csv"]
            for name in set(first) - set(kept[:1]) if words[0] != "report" else set():
                (out / name).unlink()
            perform(*words, "-o", out, cwd=folder)
            expect(files(out) == sorted(first), words, files(out))


@test
def a_link_that_leads_nowhere_is_the_users():
    with scratch() as folder:
        prepare(folder)
        (Path(folder) / "audit.json").symlink_to("elsewhere/audit.json")
        done = call("audit", "game.yaml", "-o", ".", cwd=folder)
        expect(done.returncode == 2 and "audit.json is there already" in done.stderr, done)
        expect((Path(folder) / "audit.json").is_symlink(), "the link was replaced")


if __name__ == "__main__":
    sys.exit(main())
