#!/usr/bin/python3
"""Facts about `aligngame drift`, from the outside. Prints TAP.

Usage: test_drift.py PROGRAM
"""
import json
import math
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

from outside import (ENVIRONMENT, PROGRAM, call, document, expect, main, parse, scratch, succeed, test)

QUICK = ["--replicates", "400", "--items", "12", "--generations", "8"]
IDENTITIES = [
    "diversity kept, replace", "diversity kept, accumulate",
    "variance kept, replace", "variance kept, accumulate",
    "wandering of the mean, replace", "wandering of the mean, accumulate",
    "regression error, replace", "regression error, accumulate", "regression error, same inputs",
    "fixation without a gap", "fixation of the better type", "generations until fixation",
    "fixation against a second curator"]


def identities(found):
    return {row["identity"]: row for row in found["identities"]}


@test
def the_document_has_every_identity():
    found = document("drift", *QUICK)
    expect(set(found) == {"schema", "version", "settings", "identities", "generations", "fixation"}, list(found))
    expect([row["identity"] for row in found["identities"]] == IDENTITIES, "names")
    for row in found["identities"]:
        expect(set(row) == {"identity", "meaning", "exact", "simulated", "standard_error", "z"}, row)
        expect(row["meaning"].endswith(".") and len(row["meaning"]) > 40, row)
        # a false alarm in 1.7 million; the error is the replicates' own
        expect(abs(row["z"]) < 5, row)
        if row["standard_error"] > 0:
            z = (row["simulated"] - row["exact"]) / row["standard_error"]
            expect(abs(z - row["z"]) < 1e-9 * max(1, abs(z)), row)
    for course in found["generations"].values():
        expect({len(values) for values in course.values()} == {9}, "one value a generation")
    for curve, pool in zip(found["fixation"], (2, 8, "inf")):
        expect(curve["pool"] == pool and curve["exact"] == sorted(curve["exact"]), curve["pool"])
        expect(abs(curve["exact"][0] - 1 / 12) < 1e-12, curve["exact"][0])


@test
def the_exact_values_are_the_formulas():
    found = document("drift", "--items", 30, "--generations", 7, "--samples", 25, "--features", 3,
                     "--start", 6, "--replicates", 50)
    rows = identities(found)
    product = math.prod(1 - 1 / (30 * i * i) for i in range(1, 8))
    expected = {
        "diversity kept, replace": (29 / 30) ** 7, "diversity kept, accumulate": product,
        "variance kept, replace": (29 / 30) ** 7, "variance kept, accumulate": product,
        "wandering of the mean, replace": 1 - (29 / 30) ** 7,
        "wandering of the mean, accumulate": 1 - product,
        "regression error, replace": 7 * 3 / 21,
        "regression error, accumulate": 3 * sum(1 / (i * (25 * i - 4)) for i in range(1, 8)),
        "regression error, same inputs": 3 / 21 * sum(1 / i ** 2 for i in range(1, 8)),
        "fixation without a gap": 6 / 30}
    for name, value in expected.items():
        expect(abs(rows[name]["exact"] - value) < 1e-12, name, rows[name]["exact"], value)


@test
def the_table_has_every_row_and_sentence():
    lines = succeed("drift", *QUICK).splitlines()
    expect(all(len(line) <= 80 for line in lines), max(lines, key=len))
    expect(lines[2].split() == ["identity", "exact", "simulated", "±", "standard", "error", "z"],
           lines[2])
    for number, name in enumerate(IDENTITIES):
        expect(lines[3 + number].startswith(name + " "), lines[3 + number])
        expect(lines.count(name) == 1, name, "is not explained")
    rows = identities(document("drift", *QUICK))
    for number, name in enumerate(IDENTITIES):
        exact = float(lines[3 + number][len(name):].split()[0])
        expect(abs(exact - rows[name]["exact"]) <= 1e-4 * abs(exact), name, exact)


@test
def threads_do_not_change_a_byte():
    one, two = (succeed("drift", *QUICK, "--threads", n) for n in (1, 2))
    expect(one == two, "the tables differ")
    with scratch() as folder:
        for n in (1, 2, 5):
            succeed("drift", *QUICK, "--threads", n, "-o", f"out{n}", "-q", cwd=folder)
        for name in ("drift.json", "drift.png", "drift.svg"):
            kept = {(Path(folder) / f"out{n}" / name).read_bytes() for n in (1, 2, 5)}
            expect(len(kept) == 1, name, "depends on the number of threads")


@test
def seeds_change_what_is_simulated_and_nothing_else():
    first, second, again = (document("drift", *QUICK, "--seed", n) for n in (4, 5, 4))
    expect(first == again, "a seed gives two results")
    for a, b in zip(first["identities"], second["identities"]):
        expect(a["exact"] == b["exact"] and a["simulated"] != b["simulated"], a, b)


@test
def a_directory_gets_the_document_and_the_pictures():
    with scratch() as folder:
        printed = document("drift", *QUICK, "-o", "a/b", cwd=folder)
        out = Path(folder) / "a/b"
        expect(sorted(os.listdir(out)) == ["drift.json", "drift.png", "drift.svg"], os.listdir(out))
        expect(json.loads((out / "drift.json").read_text()) == printed, "the file differs")
        expect((out / "drift.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n"), "no PNG")
        text = "".join(xml.parse(out / "drift.svg").getroot().itertext())
        for word in ("Finite populations", "share of the diversity left", "variance, accumulate",
                     "error above the noise, in noise variances", "gap in reward, in temperatures",
                     "1 better item among 12"):
            expect(word in text, "the picture lacks", word)
        expect(succeed("drift", *QUICK, "-q", cwd=folder) == "", "quiet")


@test
def bad_options_are_bad_usage():
    for words in (["--items", "0"], ["--items", "1"], ["--items", "1001"], ["--items", "many"],
                  ["--generations", "0"], ["--generations", "100001"], ["--replicates", "1"],
                  ["--gap", "0"], ["--gap", "-1"], ["--gap", "101"], ["--gap", "nan"],
                  ["--pool", "1"], ["--start", "20"], ["--start", "0"], ["--samples", "7"],
                  ["--features", "65", "--samples", "100"], ["--set", "generations=3"],
                  ["--itms", "3"], ["game.yaml"]):
        with scratch() as folder:
            done = call("drift", *words, "-o", "out", cwd=folder)
            expect(done.returncode == 2 and "error: " in done.stderr and done.stdout == "", words,
                   done.returncode, done.stderr)
            expect(os.listdir(folder) == [], words, "left", os.listdir(folder))


@test
def an_interrupt_leaves_nothing():
    with scratch() as folder:
        done = subprocess.Popen([PROGRAM, "drift", "--replicates", "100000000", "-o", "out"],
                                cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        time.sleep(1)
        done.send_signal(signal.SIGINT)
        out, errors = done.communicate(timeout=60)
        expect(done.returncode == 130 and "interrupted" in errors and out == "", done.returncode,
               errors)
        expect(os.listdir(folder) == [], "left", os.listdir(folder))


@test
def no_font_of_the_machine_is_asked():
    with scratch() as folder:
        succeed("drift", *QUICK, "-o", "here", cwd=folder)
        succeed("drift", *QUICK, "-o", "bare", cwd=folder,
                env={**ENVIRONMENT, "FONTCONFIG_FILE": "/dev/null", "FONTCONFIG_PATH": "/dev/null"})
        for name in ("drift.png", "drift.svg"):
            here, bare = ((Path(folder) / way / name).read_bytes() for way in ("here", "bare"))
            expect(here == bare, name, "depends on the fonts that are installed")


if __name__ == "__main__":
    sys.exit(main())
