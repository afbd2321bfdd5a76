#!/usr/bin/python3
"""Facts about `aligngame paper text`, from the outside. Prints TAP.

Usage: test_paper_text.py PROGRAM
"""
import csv
import functools
import json
import math
import sys
from pathlib import Path

from outside import (PICTURES, PROGRAM, call, document, expect, main, plain, scratch, succeed, test,
                     write)

# theory.md, section 7: the paper's text, the panels of its Figure 3, and the caption
RANGES = {
    "text": {"perfect": ([4, 4], [4, 4]), "partial": ([2, 4], [4, 6]), "disjoint": ([1, 3], [5, 6])},
    "panels": {"perfect": ([4, 4], [4, 4]), "partial": ([1, 4], [3, 6]),
               "disjoint": ([3, 4], [5, 6])},
    "caption": {"perfect": ([4, 4], [4, 4]), "partial": ([1, 3], [3, 5]),
                "disjoint": ([3, 4], [5, 6])},
}
READING = {"perfect": [4.0, 4.0], "partial": [3.3, 3.5], "disjoint": [4.0, 4.1]}
SCENARIOS = ["perfect", "partial", "disjoint"]
RULES = ["pools", "groups", "softmax", "top"]
TAU, SLOPE, POOLS = 0.5, 2.0, (10, 2)
INITIAL, GENERATED, KEPT = 10000, 2000, 1000
FEW = ["--seeds", "2", "--generations", "3"]


# --- the game on numbers of words, played once more ---

def reward(words, wanted):
    outside = max(wanted[0] - words, words - wanted[1])
    return -SLOPE * outside if outside > 0 else 1.0


def pair_weight(p, u):
    """H of Definition 1 for a pool of two."""
    return [sum(q * 2 * x / (x + y) for q, y in zip(p, u)) for x in u]


def weight(p, u, pool):
    """H = K int u exp(-s u) L(s)^(K-1) ds by the trapezoid rule in log s: for whole pools."""
    if pool == 1:
        return [1.0] * len(p)
    if pool == 2:
        return pair_weight(p, u)
    total, step = [0.0] * len(p), 0.1
    low, high = -math.log(max(u)) - 30, -math.log(min(u)) + 4
    for i in range(int((high - low) / step)):
        s = math.exp(low + i * step)
        laplace = sum(q * math.exp(-s * x) for q, x in zip(p, u))
        for j, x in enumerate(u):
            total[j] += pool * s * x * math.exp(-s * x) * laplace ** (pool - 1) * step
    return total


def winners(p, u, pool):
    return [q * h for q, h in zip(p, weight(p, u, pool))]


def select(rule, p, r, pool, each):
    u = [math.exp((x - max(r)) / TAU) for x in r]
    if rule == "pools":
        kept = winners(p, u, pool)
    elif rule == "groups":
        size, more = int(each), each - int(each)
        kept = [(1 - more) * a + more * b
                for a, b in zip(winners(p, u, size), winners(p, u, size + 1))]
    elif rule == "top":
        kept, left = [0.0] * len(p), 1 / each
        for value in sorted(set(r), reverse=True):
            here = sum(q for q, x in zip(p, r) if x == value)
            part = min(left, here) / here if here else 0
            kept = [q * part if x == value else k for q, x, k in zip(p, r, kept)]
            left -= min(left, here)
    else:  # the time at which the share 1/each of exponential clocks has rung
        def rung(s):
            return [q * -math.expm1(-s * x) for q, x in zip(p, u)]
        low, high = 0.0, 1.0
        while sum(rung(high)) < 1 / each and high < 1e300:
            high *= 2
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if sum(rung(middle)) < 1 / each else (low, middle)
        kept = rung(high)
    total = sum(kept)
    return [k / total for k in kept]


@functools.lru_cache(maxsize=None)
def course(words, corpus, wanted, rule, generations):
    """The law of what is published, a row a generation."""
    r = [[reward(w, side) for w in words] for side in wanted]
    data, size, rows = list(corpus), INITIAL, [list(corpus)]
    for _ in range(generations):
        learnt = select(rule, data, r[0], POOLS[0], size / KEPT)
        published = select(rule, learnt, r[1], POOLS[1], GENERATED / KEPT)
        data = [(size * d + KEPT * p) / (size + KEPT) for d, p in zip(data, published)]
        size += KEPT
        rows.append(published)
    return rows


def growth(words, wanted, rare, resident):
    """lambda(rare | resident) of theory.md, section 3."""
    product = 1.0
    for side, pool in zip(wanted, POOLS):
        x = math.exp((reward(rare, side) - reward(resident, side)) / TAU)
        product *= pool * x / (x + pool - 1)
    return product


def sinks(words, wanted):
    """The numbers of words that nothing invades, equal ones together, as the program names them."""
    same = {}
    for w in words:
        same.setdefault(tuple(reward(w, side) for side in wanted), []).append(w)
    ends = []
    for group in same.values():
        others = [w for w in words if w not in group]
        if all(growth(words, wanted, other, group[0]) < 1 for other in others):
            ends.append(f"{group[0]:g}–{group[-1]:g}" if len(group) > 1 else f"{group[0]:g}")
    return ", ".join(sorted(ends, key=lambda end: float(end.split("–")[0])))


# --- what the program says ---

@functools.lru_cache(maxsize=None)
def played(*words):
    return document("paper", "text", *FEW, *words, "--no-save")


def ruled(rule):
    return played("-s", f"samples.selection={rule}", "--scenario", "disjoint")


def mean(law, words):
    return sum(p * w for p, w in zip(law, words))


@test
def the_ranges_are_those_of_the_three_places():
    got = played()
    expect([(game["variant"], game["scenario"]) for game in got["games"]] ==
           [(variant, scenario) for variant in RANGES for scenario in SCENARIOS])
    for game in got["games"]:
        owner, public = RANGES[game["variant"]][game["scenario"]]
        expect(game["owner"] == owner and game["public"] == public, game["preset"])
        expect(game["paper"] == READING[game["scenario"]], game["paper"])
    presets = json.loads(succeed("list", "presets", "--json"))
    names = json.dumps(presets)
    for game in got["games"]:
        expect(game["preset"] in names, game["preset"])
        place = {"text": "paper's text", "panels": "panels", "caption": "caption"}[game["variant"]]
        expect(game["scenario"] == "perfect" or place in names, game["preset"])


@test
def the_exact_game_is_the_one_of_the_paper_under_every_rule():
    # One generation of the independent game has a relative error of about 1e-9 (trapezoid, and
    # bisection in double precision at 200 halvings), and errors grow at most a hundredfold.
    for rule in RULES:
        got = played() if rule == "softmax" else ruled(rule)
        for game in got["games"]:
            exact = game["exact"]
            rows = course(tuple(exact["words"]), tuple(exact["corpus"]),
                          (tuple(game["owner"]), tuple(game["public"])), exact["rule"],
                          got["generations"])
            for t, row in enumerate(rows):
                expect(abs(mean(row, exact["words"]) - exact["mean"][t]) < 1e-6, rule, game["preset"],
                       t, mean(row, exact["words"]), exact["mean"][t])
            worst = max(abs(a - b) for a, b in zip(rows[-1], exact["law"]))
            expect(worst < 1e-6, rule, game["preset"], worst)


@test
def under_pools_it_is_what_the_exact_engine_plays():
    for game in ruled("pools")["games"]:
        exact = game["exact"]
        for one, other in zip(exact["mean"], exact["engine"]):
            expect(abs(one - other) < 1e-9, game["preset"], one, other)


@test
def it_must_end_where_invasion_analysis_says():
    for game in played()["games"]:
        exact, wanted = game["exact"], [game["owner"], game["public"]]
        expect(exact["sinks"] == sinks(exact["words"], wanted), game["preset"], exact["sinks"],
               sinks(exact["words"], wanted))
        expect(exact["regime"] == game["scenario"], game["preset"], exact["regime"])
        ends = [part.split("–") for part in exact["sinks"].split(", ")]
        expect(any(float(end[0]) <= exact["limit"] <= float(end[-1]) for end in ends), exact)


@test
def the_corpus_of_a_file_is_counted():
    lines = ["One.", "Two words.", "Now three words.", "Here are four words.", "A dog sees a cat.",
             "The old man sees a dog.", "An old man sees - the dog today.",
             "The river is long and it is cold."]
    counts = [1, 2, 3, 4, 5, 6, 7, 8]
    with scratch() as folder:
        text = "".join(f"{line}\n" for line in lines)
        file = write(folder, 'cor"pus.txt', text)
        got = played("--corpus", str(file), "-s",
                     f"space={{text: {{file: '{file}', format: lines}}}}", "-s",
                     "samples.keep={owner: 2, public: 4}", "-s", "samples.generate=8",
                     "-s", "space.text.held_out=0", "--scenario", "partial")
    exact = got["games"][0]["exact"]
    expect(exact["words"] == counts and
           all(abs(share - 1 / 8) < 1e-12 for share in exact["corpus"]), exact)
    expect(got["sentences"] == 8 and got["corpus"].endswith('cor"pus.txt'), got["corpus"])


@test
def many_samples_come_near_to_the_exact_game():
    # The learner draws from what it is given, so that a generation of N has a bias of order 1/N
    # and a standard error of order 1/sqrt(N R). Student's t with 39 degrees of freedom exceeds
    # 5 with probability 1.3e-5; 12 values, so that a false alarm has a chance below 2e-4.
    for rule, scenario in (("pools", "disjoint"), ("groups", "partial"), ("softmax", "disjoint")):
        got = document("paper", "text", "--seeds", "40", "--generations", "4", "--variant", "panels",
                       "--scenario", scenario, "-s", "generator=categorical", "-s", f"samples.initial={INITIAL}",
                       "-s", f"samples.selection={rule}", "--no-save")
        for game in got["games"]:
            for t in range(1, 5):
                words, exact = game["course"]["word_count"][t], game["exact"]["mean"][t]
                error = words["deviation"] / math.sqrt(40)
                bias = 5 / KEPT
                expect(abs(words["mean"] - exact) < 5 * error + bias, rule, game["scenario"], t,
                       words["mean"], exact, "z", (words["mean"] - exact) / max(error, 1e-12))
            expect(game["exact"]["distance"] < 0.02, rule, game["exact"]["distance"])


@test
def the_document_says_all():
    got = played()
    expect({"scale", "generator", "sentences", "seeds", "generations", "rule", "best_variant",
            "deviation", "games", "changes"} <= set(got), set(got))
    expect(got["scale"] == "ngram" and got["generator"] == "ngram" and got["seeds"] == 2, got["scale"])
    expect(got["best_variant"] == min(got["deviation"], key=got["deviation"].get))
    changes = {change["change"] for change in got["changes"]}
    expect(len(got["changes"]) == 3 * len(changes) and len(changes) > 5, changes)
    for game in got["games"]:
        for measure in ("word_count", "satisfaction.owner", "distinct.2", "duplicates", "novelty",
                        "perplexity"):
            course_of = game["course"][measure]
            expect(len(course_of) == 4 and course_of[-1]["mean"] is not None, game["preset"], measure)
        shares = game["exact"]["samples"]
        expect(0.9 < sum(shares) <= 1 + 1e-9, shares)
        expect([some["generation"] for some in game["sentences"]] == [0, 3], game["sentences"])
        expect(all(some["sentences"] for some in game["sentences"]), game["sentences"])
        low, high = game["paper"]
        miss = max(0, low - game["words"]["mean"], game["words"]["mean"] - high)
        expect(abs(miss - game["miss"]) < 1e-12, miss, game["miss"])
        expect(game["verdict"] in ("agrees", "higher", "lower"), game["verdict"])


@test
def files_hold_what_is_printed_for_any_number_of_threads():
    with scratch() as folder:
        for threads in (1, 2):
            succeed("paper", "text", *FEW, "--variant", "panels", "--threads", threads, "-q", "-o",
                    f"threads-{threads}", cwd=folder)
        one, two = (Path(folder) / f"threads-{threads}" for threads in (1, 2))
        names = sorted(path.name for path in one.iterdir())
        expect(names == sorted(["text-ngram.csv", "text-ngram.json"] +
                               [f"text-ngram-panels.{ending}" for ending in PICTURES]), names)
        for name in names:
            first, second = (path / name for path in (one, two))
            if name.endswith(".json"):
                documents = [json.loads(path.read_text()) for path in (first, second)]
                for got in documents:
                    for game in got["games"] + got["changes"]:
                        del game["seconds"]
                expect(documents[0] == documents[1], name)
            else:
                expect(first.read_bytes() == second.read_bytes(), name)
        for ending, signature in PICTURES.items():
            expect((one / f"text-ngram-panels.{ending}").read_bytes().startswith(signature), ending)
        with open(one / "text-ngram.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        expect(len(rows) == 4 * (3 + len(documents[0]["changes"])), len(rows))
        expect(float(rows[3]["word_count"]) == documents[0]["games"][0]["words"]["mean"], rows[3])


@test
def the_tables_fit_a_terminal():
    text = succeed("paper", "text", *FEW, "--no-save")
    for line in text.splitlines():
        expect(len(line) <= 80 or "Files" in line, line)
    for word in ("verdict", "sinks", "One thing changed", "the paper's figure", "distinct-2",
                 "iteration 3", "best"):
        expect(word in plain(text), word)


@test
def a_small_transformer_plays_too():
    got = document("paper", "text", "--scale", "small", "--scenario", "perfect", "-g", "1", "--no-save",
                   "-s", "space.text.sentences=1200", "-s", "generator.gpt2.start_epochs=1", "-s",
                   "samples.keep={owner: 200, public: 100}", "-s", "samples.generate=200")
    expect(got["scale"] == "small" and got["generator"] == "gpt2" and got["seeds"] == 1, got["scale"])
    expect([game["variant"] for game in got["games"]] == ["panels"], got["games"])
    game = got["games"][0]
    expect(len(game["course"]["perplexity"]) == 2 and len(game["sentences"]) == 2, game)
    # only what ends elsewhere than the paper's is tried with something changed
    expect(len(got["changes"]) == (0 if game["verdict"] == "agrees" else 2), game["verdict"])


@test
def what_is_asked_for_is_played():
    got = played("--variant", "caption", "--scenario", "disjoint")
    expect([(game["variant"], game["scenario"]) for game in got["games"]] == [("caption", "disjoint")])
    for words in (["--variant", "captions"], ["--scenario", "perfekt"], ["--scale", "huge"],
                  ["--scale", "small", "--model", "."]):
        done = call("paper", "text", *words)
        expect(done.returncode == 2 and words[0] in done.stderr + words[2:].__str__(), done.stderr)


if __name__ == "__main__":
    sys.exit(main())
