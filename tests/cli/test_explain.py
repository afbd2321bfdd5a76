#!/usr/bin/python3
"""Facts about words: `explain`, `help`, summaries on one screen, what reaches a terminal. Prints TAP.

Usage: test_explain.py PROGRAM
"""
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from outside import (CHECKOUT, EXAMPLES, PROGRAM, call, document, expect, main, parse, perform, plain,
                     scratch, succeed, test, write)

TERMS = ["pool", "temperature", "curation", "curator", "generation", "generator", "reward",
         "state space", "optimal set", "regime", "perfect", "partial", "disjoint", "sink",
         "rest point", "lock-in", "basin", "critical mass", "growth factor", "effective number",
         "diversity", "half-life", "model collapse", "Bradley–Terry", "real share", "replicate",
         "drift", "dominance", "incentive", "satisfaction", "Pareto", "preference matrix",
         "Condorcet cycle"]
HOSTILE = """\
name: "na\\e[31mme\\u202E"
seed: 1
generations: 3
space: {atoms: {mass: [1, 2], labels: ["\\e[31mA\\nB\\tC", "b\\u009b31m\\u2066\\u200f"]}}
curators:
  "ow\\e[31mner": {reward: {values: [1, 2]}, pool: 3}
  public: {reward: {values: [2, 1]}, pool: 3}
loop: {order: ["ow\\e[31mner", public]}
"""
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@test
def a_term_has_three_sentences_and_a_command_that_shows_it():
    whole = document("explain")
    expect(whole["schema"] == "aligngame/explain/1" and whole["entries"] == [], whole)
    names = [term["term"] for term in whole["terms"]]
    expect(names == sorted(names) and len(set(names)) == len(names), "order", names)
    for term in whole["terms"]:
        expect(len(term["sentences"]) == 3, term)
        for sentence in term["sentences"]:
            expect(re.match(r"[A-Z0-9`Κλ]", sentence) and sentence.endswith("."), sentence)
        done = subprocess.run(["sh", "-c", term["command"].replace("aligngame ", f"{shlex.quote(PROGRAM)} ")],
                              cwd=CHECKOUT, capture_output=True, text=True, check=False)
        expect(done.returncode == 0 and done.stdout, term["term"], done.stderr)
    for word in TERMS:
        expect(len(document("explain", word)["terms"]) == 1, word, "is no term")


@test
def words_are_found_as_people_write_them():
    for words in (["rest", "point"], ["rest-points"], ["Rest_Point"], ["equilibrium"]):
        expect([term["term"] for term in document("explain", *words)["terms"]] == ["rest point"], words)


@test
def what_can_be_listed_is_explained():
    for kind in document("list")["kinds"]:
        for entry in document("list", kind["kind"])["entries"]:
            found = [e for e in document("explain", entry["name"])["entries"]
                     if e["kind"] == kind["kind"] and e["name"] == entry["name"]]
            expect(len(found) == 1, kind["kind"], entry["name"])
            expect(found[0]["parameters"] == entry["parameters"], entry["name"], "other keys")
    text = succeed("explain", "gmm")
    expect("components" in text and "gmm: {components: 5, " in text, text)
    expect("a key of near_optimal_mass (metrics)" in succeed("explain", "eta"), "a key")


@test
def an_unknown_word_names_the_nearest_and_all():
    done = call("explain", "sikn")
    expect(done.returncode == 2 and done.stdout == "", done)
    expect("did you mean 'sink'?" in done.stderr and "lock-in, " in done.stderr, done.stderr)
    listed = plain(succeed("explain"))
    for word in ("sink", "rest point", "model collapse"):
        expect(word in listed, word)


@test
def help_is_the_option_of_the_same_name():
    expect(succeed("help") == succeed("--help"), "help")
    for command in ("run", "explain", "help"):
        expect(succeed("help", command) == succeed(command, "--help"), command)
    expect("aligngame explain lock-in" in succeed("help", "lock-in"), "a term")
    done = call("help", "rum")
    expect(done.returncode == 2 and "did you mean 'run'?" in done.stderr, done.stderr)


@test
def values_are_overridden_only_where_a_game_is_read():
    for words in (["list"], ["weights", "--pool", "2"], ["drift"], ["explain"], ["report", "x"]):
        done = call(*words, "-s", "generations=3")
        expect(done.returncode == 2 and "generations=3 has no effect" in done.stderr, words, done.stderr)
    done = call("run", "compromise", "--no-save", "-s", "samples.generate=10")
    expect(done.returncode == 0 and "samples.generate=10 has no effect" in done.stderr, done)


@test
def summaries_fit_one_screen():
    audited = {"compromise", "two-atoms", "pluralism", "condorcet"}  # others take long
    for path in sorted(EXAMPLES.glob("*.yaml")):
        if path.stem in ("gpt2", "external-scorer"):
            continue
        with scratch() as folder:
            fast = ["-s", "generations=5"]
            for words in (["run", path, *fast], ["analyze", path, "--no-basins"], ["audit", path, *fast]):
                if words[0] == "audit" and path.stem not in audited:
                    continue
                done = call(*words, *(["-o", "out"] if words[0] == "run" else []), cwd=folder)
                if done.returncode == 2 and words[0] != "run":
                    continue # a game on samples without an exact counterpart
                lines = done.stdout.splitlines()
                expect(done.returncode == 0 and 0 < len(lines) <= 24, words, done.stdout, done.stderr)
                expect(max(map(len, lines)) <= 80, words, done.stdout)
                whole = call(*words, "-v", *(["-o", "all"] if words[0] == "run" else []), cwd=folder)
                expect(len(whole.stdout.splitlines()) >= len(lines) - 2, words, "-v says less")
    long = "".join(f"  c{i}: {{reward: {{values: [{i}, 3, {-i}]}}, pool: {i + 2}}}\n" for i in range(40))
    with scratch() as folder:
        game = write(folder, "game.yaml", f"""\
name: {'long ' * 60}
generations: 5
space: {{atoms: {{mass: [1, 2, 3], labels: ["{'word ' * 200}", "{'x' * 500}", c]}}}}
curators:
{long}loop: {{order: [{', '.join(f'c{i}' for i in range(40))}]}}
""")
        for command in (["run", "--no-save"], ["analyze"], ["audit"]):
            lines = succeed(*command, game).splitlines()
            expect(len(lines) <= 24 and max(map(len, lines)) <= 80, command, "\n".join(lines))


@test
def a_terminal_obeys_nothing_that_a_file_says():
    with scratch() as folder:
        game = write(folder, "game.yaml", HOSTILE)
        bad = write(folder, "bad.yaml", HOSTILE.replace("pool: 3", "pool: \"\\e[1m\""))
        for words in (["run", game, "--no-save"], ["run", game, "--no-save", "-v"], ["analyze", game, "-v"],
                      ["audit", game, "-v"], ["audit", game], ["run", game, "-o", "out"], ["run", bad],
                      ["phase", game, "--x", "space.atoms.mass.0=1..2:2", "--y",
                       "space.atoms.mass.1=1..2:2"], ["run", game, "-s", "x\x1b[1m=2"],
                      ["run", "no\x1b[31m-such"], ["explain", "\x1b[31m"]):
            done = call(*words, cwd=folder)
            for text in (done.stdout, done.stderr):
                found = OBEYED.search(text)
                expect(not found, words, repr(text[max(0, (found.start() if found else 0) - 40):][:80]))
        expect("?[31mA B C" in succeed("run", game, "--no-save"), "a label on one line")


@test
def nothing_is_minus_zero_and_rounding_is_shown_as_zero():
    with scratch() as folder:
        game = write(folder, "game.yaml", """\
generations: 40
space: {atoms: {mass: [1, 2, 4]}}
curators:
  o: {reward: {values: [-0.0, 1, 1.0000000000000018]}, pool: 8}
  p: {reward: {values: [-0.0, -1, -1]}, pool: 8}
loop: {steps: [{mixture: {o: 0.5, p: 0.5}}, {real: 1}]}
""")
        for words in (["run", game, "--no-save", "-v"], ["analyze", game, "-v"], ["audit", game, "-v"]):
            text = succeed(*words)
            expect(not re.search(r"(?<![\w.])-0(?:\.0*)?(?![\w.])", text), words, text)
            expect("0000000000001" not in text and "99999999999" not in text, words, text)
        text = succeed("run", game, "--no-save", "-v")
        for metric in ("tv_step", "kl_initial"):
            values = re.search(rf"{metric} +(\S+) +(\S+) +(\S+)", text).groups()
            expect(values == ("0", "0", "0"), metric, values)


if __name__ == "__main__":
    sys.exit(main())
