#!/usr/bin/python3
"""Formulas of every shape, wherever one may stand: each game is played, or refused with a word; nothing
crashes, hangs or writes what is no number. Prints TAP.

Usage: test_expressions.py PROGRAM
"""
import random
import re
import sys
from pathlib import Path

from attacks import LONG, SEED, Tally, call, expect, main, scratch, test, write

TRIES = 6000 if LONG else 60
GAME = """\
name: formulas
generations: 2
space: {table: {file: items.csv, label: name}}
curators:
  owner: {reward: {expression: "score"}, pool: 4}
  public: {reward: {column: score}, pool: 4}
loop: {order: [owner, public]}
"""
# the deep, the long and the odd, each of a length n
SHAPES = [
    lambda n: "(" * n + "1" + ")" * n, lambda n: "(" * n, lambda n: "-" * n + "1", lambda n: "+-" * n + "1",
    lambda n: "^".join(["1.0001"] * n), lambda n: "2^" * n + "2", lambda n: "sin(" * n + "1" + ")" * n,
    lambda n: "1?" * n + "1" + ":0" * n, lambda n: "1?1:" * n + "1", lambda n: "max(" + ",".join(["1"] * n) + ")",
    lambda n: "1" * n, lambda n: "0." + "0" * n + "1", lambda n: "1e" + "9" * n, lambda n: "1e-" + "9" * n,
    lambda n: "x" * n, lambda n: "score" * n, lambda n: "_" * n + "1", lambda n: "\"" * n, lambda n: "'a'" * n,
    lambda n: "1," * n + "1", lambda n: "a=" * n + "1", lambda n: "&&" * n, lambda n: "!" * n + "1",
    lambda n: "min(" * n, lambda n: ")" * n, lambda n: "\u00e9" * n, lambda n: "rint(1)" * n, lambda n: "1 " * n,
    lambda n: "sum(" + "t," * n + "1)", lambda n: "1e308*" * n + "10", lambda n: "5e-324/" * n + "3",
]
WORDS = ["1", "0", "2.5", "1e308", "5e-324", "t", "index", "score", "pi", "e", "(", ")", "+", "-", "*", "/", "^", "?",
         ":", ",", "=", "==", "<", ">=", "!=", "&&", "||", "sin(", "log(", "sqrt(", "min(", "max(", "sum(", "avg(",
         "if(", "sign(", "abs(", ".", "..", "1.", ".5", "0x1F", "#", "$", "%", "&", "|", "~", "`", "\t", " ", "_pi",
         "nan", "inf", "long_name", "a.b", "\u221e", "exp(", "atan2("]
PLACES = ["curators.owner.reward={expression: %s}", "curators.owner.pool=%s", "curators.owner.temperature=%s",
          "loop.real_share=%s", "generations=%s", "space.table.mass=%s",
          "loop={steps: [{curate: owner}, {keep: %s}]}", "loop={steps: [{mixture: {owner: %s, public: 0.5}}]}",
          "loop={steps: [{curate: owner}, {sharpen: %s}, {real: %s}]}"]
NOT_A_NUMBER = re.compile(r"[:\[,]\s*-?(nan|inf|NaN|Infinity)\b")


def formula(dice):
    if dice.random() < 0.5:
        length = dice.choice([0, 1, 3, 30, 90, 200, 333, 499, 999, 1000, 1001, 5000, 50000])
        return dice.choice(SHAPES)(length)
    return "".join(dice.choice(WORDS) for _ in range(dice.choice([1, 3, 8, 30, 200])))


def quoted(text):
    """As YAML has it within double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


@test
def a_formula_is_a_number_or_an_error_wherever_it_stands():
    dice, tally = random.Random(SEED), Tally("formulas of every shape and length, wherever one may stand")
    with scratch() as folder:
        write(folder, "game.yaml", GAME)
        write(folder, "items.csv", "name,score,a b," + "n" * 3000 + "\nu,1,2,3\nv,2,0,1\nw,0.5,1,1\n")
        for _ in range(TRIES):
            text, place = formula(dice), dice.choice(PLACES)
            change = place.replace("%s", quoted(text))[:100_000]  # the system takes no longer argument
            with tally.attempt():
                if dice.random() < 0.2:
                    text = Path(folder, "game.yaml").read_text().replace('"score"', quoted(text))
                    done = call(folder, "run", write(folder, "own.yaml", text), "--no-save", "--json")
                else:
                    done = call(folder, "run", "game.yaml", "--no-save", "--json", "-s", change)
                said = done.stderr.decode(errors="replace")
                expect(done.returncode in (0, 2), done.returncode, change[:1500], said[:500])
                expect((b"error: " in done.stderr) == (done.returncode == 2), change[:1500], said[:500])
                plain = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', done.stdout).decode()
                expect(not NOT_A_NUMBER.search(plain), "no number", change[:1500])
    tally.end()


# what is nested as deep as its writer likes
DEEP = {
    "game.yaml": lambda n: "name: a\nspace: " + "{a: " * n + "1" + "}" * n + "\n",
    "list.yaml": lambda n: "curators: " + "[" * n + "]" * n + "\n",
    "block.yaml": lambda n: "".join(" " * i + "a:\n" for i in range(n)),
    "sum.yaml": lambda n: GAME.replace('{expression: "score"}',
                                       "{sum: [" * n + "{column: score}" + "]}" * n),
    "steps.yaml": lambda n: GAME.replace("{order: [owner, public]}",
                                         "{steps: " + "[" * n + "{curate: owner}" + "]" * n + "}"),
    "many.yaml": lambda n: GAME.replace("  owner:", "".join(
        f"  c{i}: {{reward: {{column: score}}}}\n" for i in range(n)) + "  owner:"),
    "long.yaml": lambda n: GAME.replace("{order: [owner, public]}",
                                        "{steps: [" + "{keep: 0.9}, " * n + "{curate: owner}]}"),
    "judges.yaml": lambda n: GAME.replace("{order: [owner, public]}",
                                          "{steps: [{mixture: {" + ", ".join(["owner: 0.1"] * n) + "}}]}"),
    "box.yaml": lambda n: GAME.replace("{table: {file: items.csv, label: name}}",
                                       "{box: {lower: [%s], upper: [%s], cells: 1}}" % (
                                           ", ".join("0" * n), ", ".join("1" * n))),
    "metrics.yaml": lambda n: GAME + "metrics: [" + ", ".join(["entropy"] * n) + "]\n",
    "anchors.yaml": lambda n: "a0: &a0 [x]\n" + "".join(
        f"a{i + 1}: &a{i + 1} [*a{i}, *a{i}]\n" for i in range(n)),
}


@test
def what_is_nested_or_listed_without_end_is_an_answer():
    tally = Tally("documents nested and lists repeated up to 100 000 times")
    with scratch() as folder:
        write(folder, "items.csv", "name,score\nu,1\nv,2\nw,0.5\n")
        for name, shape in DEEP.items():
            for count in (3, 64, 65, 1023, 1025, 3000, 20000, 100000) if LONG else (65, 1025, 20000):
                if name == "block.yaml" and count > 3000:
                    continue  # a file of that many spaces squared
                write(folder, name, shape(count))
                for command in ("run", "analyze", "audit") if LONG else ("run",):
                    with tally.attempt():
                        done = call(folder, command, name, "--json", *(["--no-save"] if command == "run" else []))
                        said = done.stderr.decode(errors="replace")[:500]
                        expect(done.returncode in (0, 2), done.returncode, command, name, count, said)
                        expect((b"error: " in done.stderr) == (done.returncode == 2), command, name, count, said)
    tally.end()


if __name__ == "__main__":
    sys.exit(main())
