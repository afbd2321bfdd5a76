#!/usr/bin/python3
"""Rewards, temperatures, pools and masses at the ends of what a double holds, by every engine and
selection: each is played with numbers that are numbers, or refused with a word. Prints TAP.

Usage: test_extremes.py PROGRAM
"""
import json
import random
import re
import sys
from pathlib import Path

from attacks import LONG, SEED, Tally, call, expect, main, scratch, test, write

LARGEST, DENORMAL, SMALLEST = "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308"
REWARDS = ["0", "1", "-1", LARGEST, "-" + LARGEST, "1e308", DENORMAL, "-" + SMALLEST, "1e-200", "1e154",
           "-1e300", "1e17"]
TEMPERATURES = ["1", DENORMAL, "1e-308", SMALLEST, "1e-300", "1e-20", "1e20", "1e154", "1e300", LARGEST,
                "deviation", "\"1e-300*10^(t*100)\"", "\"1e308*(t+1)\"", "\"1/(t-1)\""]
POOLS = ["2", "8", "inf", "9007199254740992", "\"2+t\""]
MASSES = ["1", "0", DENORMAL, SMALLEST, "1e-300", "1e308", LARGEST, "1e16"]
NOT_A_NUMBER = re.compile(r"\b-?(nan|inf|NaN|Infinity)\b")

ATOMS = """name: ends
seed: 3
generations: {generations}
space: {{atoms: {{mass: [{mass}]}}}}
curators:
  o: {{reward: {{values: [{owner}]}}, pool: {pool}, temperature: {temperature}}}
  p: {{reward: {{values: [{public}]}}, pool: {pool}, temperature: {other}}}
loop: {loop}
engine: {engine}
"""
LOOPS = ["{order: [o, p]}", "{reading: owner_model, order: [o, p]}", "{reading: parallel, order: [o, p]}",
         "{reading: accumulate, order: [o, p]}", "{order: [o, p], real_share: 0.3}",
         "{order: [o, p], real_share: 1e-310}",
         "{steps: [mixture: {o: 0.5, p: 0.5}, keep: 0.9]}",
         "{steps: [curate: o, sharpen: 1.25, curate: p, real: 1e-300]}",
         "{steps: [curate: o, accumulate: {initial: 1e-300, added: 1e300}]}"]
SAMPLES = "samples: {{initial: 20, generate: 20, keep: {{o: 10, p: 5}}, selection: {}}}\n"
SELECTIONS = ["pools", "groups", "softmax", "top"]
CLOUD = """name: ends
seed: 3
generations: 2
space: {{cloud: {{uniform: {{lower: [{lower}, 0], upper: [{upper}, 1]}}, count: 40}}}}
curators:
  o: {{reward: {reward}, pool: {pool}, temperature: {temperature}}}
loop: {{order: [o]}}
generator: {generator}
samples: {{initial: 40, generate: 40, keep: {{o: 20}}, selection: {selection}}}
"""
TEXT = """name: ends
seed: 3
generations: 2
space: {{text: {{grammar: {{}}, sentences: 30}}}}
curators:
  o: {{reward: {reward}, pool: {pool}, temperature: {temperature}}}
loop: {{order: [o]}}
generator: {{ngram: {{order: 2}}}}
samples: {{generate: 20, keep: {{o: 10}}, selection: {selection}}}
"""
TEXT_REWARDS = ["{word_count: {min: 3, max: 4, slope: 1e308}}", "{word_count: {min: 3, max: 4, slope: 5e-324}}",
                "{lexicon: {words: {a: 1e308, the: -1e308}}}", "{likelihood: {model: current}}",
                "{pattern: {regex: a, reward: -1e308, otherwise: 1e300}}"]
POINT_REWARDS = ["{disc: {center: [0, 0], radius: 1e-300, slope: 1e300}}",
                 "{disc: {center: [1e200, 0], radius: 1, slope: 1e200}}",
                 "{linear: {slope: [1e308, 1e308]}}", "{linear: {slope: [1e-308, 0]}}",
                 "{expression: \"x*1e308\"}", "{expression: \"1/x\"}", "{expression: \"log(x-1)\"}",
                 "{expression: \"5e-324*x\"}", "{expression: \"10^(300*x)-10^(300*y)\"}"]


def check(tally, folder, *words):
    with tally.attempt():
        done = call(folder, *words)
        said = done.stderr.decode(errors="replace")
        told = (words, done.returncode, said[-400:], (Path(folder) / "game.yaml").read_text()
                if (Path(folder) / "game.yaml").exists() else "")
        expect(done.returncode in (0, 1, 2), *told)
        expect(done.returncode == 0 or "error: " in said, *told)
        expect("internal" not in said, *told)
        if done.returncode == 0:
            plain = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', done.stdout).decode()
            expect(not NOT_A_NUMBER.search(plain), "not a number", *told)
            check_masses(json.loads(done.stdout), told)


def check_masses(whole, told):
    """Shares are shares."""
    outcome = whole.get("outcome")
    for atom in outcome["atoms"] if isinstance(outcome, dict) and "atoms" in outcome else []:
        expect(atom["mass"] is not None and 0 <= atom["mass"] <= 1 + 1e-9, atom, *told)


def pick(choice, count, things):
    return ", ".join(choice.choice(things) for _ in range(count))


def atoms(choice):
    count = choice.choice([1, 2, 3, 5])
    engine = choice.choice(["exact", "samples", "samples"])
    text = ATOMS.format(generations=choice.choice([0, 1, 3]), mass=pick(choice, count, MASSES[:choice.choice([1, 8])]),
                        owner=pick(choice, count, REWARDS), public=pick(choice, count, REWARDS),
                        pool=choice.choice(POOLS), temperature=choice.choice(TEMPERATURES),
                        other=choice.choice(TEMPERATURES), loop=choice.choice(LOOPS), engine=engine)
    if choice.random() < 0.3:
        text = re.sub(r"values: \[.*?\]", "values: [%s]" % ", ".join([choice.choice(REWARDS)] * count), text)
    return text + (SAMPLES.format(choice.choice(SELECTIONS)) if engine == "samples" else "")


def cloud(choice):
    return CLOUD.format(lower=choice.choice(["0", "-1e308", "-1e154"]), upper=choice.choice(["1", "1e308", "1e154"]),
                        reward=choice.choice(POINT_REWARDS), pool=choice.choice(POOLS[:3]),
                        temperature=choice.choice(TEMPERATURES), selection=choice.choice(SELECTIONS),
                        generator=choice.choice(["ideal", "kde", "{gmm: {components: 2}}"]))


def texts(choice):
    return TEXT.format(reward=choice.choice(TEXT_REWARDS), pool=choice.choice(POOLS[:3]),
                       temperature=choice.choice(TEMPERATURES), selection=choice.choice(SELECTIONS))


def games(tally, make, count, commands):
    dice = random.Random(SEED)
    with scratch() as folder:
        for _ in range(count):
            write(folder, "game.yaml", make(dice))
            for command in commands:
                if command == "run" or dice.random() < 0.4:
                    check(tally, folder, command, "game.yaml", "--json", *(["--no-save"] if command == "run" else []))
    tally.end()


@test
def games_of_items_are_played_or_refused():
    tally = Tally("rewards, temperatures, pools and masses at the ends of the numbers: items")
    games(tally, atoms, 3000 if LONG else 30, ["run", "analyze", "audit", "drift"])


@test
def games_of_points_are_played_or_refused():
    tally = Tally("rewards and temperatures at the ends of the numbers: points")
    games(tally, cloud, 1500 if LONG else 20, ["run"])


@test
def games_of_texts_are_played_or_refused():
    tally = Tally("rewards and temperatures at the ends of the numbers: texts")
    games(tally, texts, 300 if LONG else 6, ["run"])


@test
def tables_are_weighed_and_forecast_or_refused():
    dice, tally = random.Random(SEED), Tally("tables with numbers at their ends")
    with scratch() as folder:
        for _ in range(1500 if LONG else 20):
            rows = [(dice.choice(MASSES), dice.choice(REWARDS), dice.choice(REWARDS), dice.choice(REWARDS))
                    for _ in range(dice.choice([1, 2, 5]))]
            write(folder, "items.csv", "mass,reward,o,p\n" + "".join(",".join(row) + "\n" for row in rows))
            pool, temperature = dice.choice(POOLS[:4]), dice.choice(TEMPERATURES[:10])
            check(tally, folder, "weights", "items.csv", "--json", "--pool", pool, "--temperature", temperature)
            more = dice.choice([[], ["--mass", "mass"]]) + dice.choice([[], ["--temperature", temperature]])
            check(tally, folder, "forecast", "items.csv", "--owner", "o", "--public", "p", "--pool", pool,
                  "-g", "3", "--json", *more)
    tally.end()


if __name__ == "__main__":
    sys.exit(main())
