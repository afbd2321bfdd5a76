#!/usr/bin/python3
"""The terminal, the page and JSON say the same of a run, and nothing that is not so. Prints TAP.

Usage: test_facts.py PROGRAM
"""
import html
import json
import re
import sys
from pathlib import Path

from outside import document, expect, main, plain, scratch, succeed, test, write

TWO = """\
curators:
  owner:  {reward: {values: [3, 0]}, pool: 8, temperature: 1}
  public: {reward: {values: [0, 3]}, pool: 8, temperature: 1}
"""
GAMES = {
    "two-verdicts": """\
name: two-verdicts
generations: 200
space: {atoms: {mass: [9, 9, 2, 4]}}
curators:
  owner:  {reward: {values: [3, 0, 2, 2.9]}, pool: 2, temperature: 300}
  public: {reward: {values: [0, 3, 2, 2.8]}, pool: 2, temperature: 300}
""",
    "pluralism": "name: pluralism\ngenerations: 200\nspace: {atoms: {mass: [1, 1]}}\n" + TWO +
                 "loop: {reading: parallel}\n",
    "names": "name: names\ngenerations: 60\n"
             "space: {atoms: {mass: [0.5, 0.5], labels: [OWNERS, PUBLICS]}}\n" + TWO +
             "loop: {order: [public, owner]}\n",
    "wrong-rule": """\
name: wrong-rule
generations: 200
space: {atoms: {mass: [4, 3, 2, 1]}}
curators:
  a: {reward: {values: [0, 1, 2, 3]}, pool: 3, temperature: 0.7}
  b: {reward: {values: [2, 0, 1, 0.5]}, pool: 4, temperature: 1.0}
loop: {order: [a, b]}
engine: samples
generator: ideal
samples: {initial: 200, generate: 100, keep: {a: 50, b: 25}, selection: top, dataset: accumulate}
measure: published
replicates: 20
""",
    "constant": """\
name: constant
generations: 20
space: {atoms: {mass: [1, 1, 1]}}
curators:
  o: {reward: {values: [5, 5, 5]}, pool: 8, temperature: 1}
""",
    "texts": """\
name: texts
generations: 2
space: {text: {grammar: {}, sentences: 60}}
curators:
  owner: {reward: {word_count: {min: 2, max: 4, slope: 2}}, pool: 4}
generator: {ngram: {order: 2}}
samples: {generate: 20, keep: {owner: 10}}
""",
}
VERDICTS = {"two-verdicts": "still moving", "pluralism": "as predicted", "names": "as predicted",
            "wrong-rule": "no prediction", "constant": "as predicted", "texts": "no prediction"}


def tell(folder, name):
    """What the terminal, JSON and the page say of a game."""
    game = write(folder, f"{name}.yaml", GAMES[name])
    terminal = succeed("run", game, "-v", "-o", name, cwd=folder)
    facts = document("run", game, "--no-save", cwd=folder)["facts"]
    succeed("report", name, cwd=folder)
    page = (Path(folder) / name / "report.html").read_text(encoding="utf-8")
    words = html.unescape(re.sub(r"<[^>]*>", " ", page[page.index("<body>"):]))
    return terminal, facts, plain(words.replace("\u2212", "-")), page


def line(terminal, head):
    """A line of the summary with what it goes on with."""
    found = re.search(rf"^{head} +(.*(?:\n {{12}}\S.*)*)", terminal, re.M)
    return plain(found.group(1)) if found else None


@test
def terminal_page_and_json_have_one_verdict():
    with scratch() as folder:
        for name in GAMES:
            terminal, facts, words, page = tell(folder, name)
            verdict = facts["verdict"]
            expect(verdict == VERDICTS[name], name, verdict)
            expect(line(terminal, "Outcome") == facts["words"], name, terminal, facts)
            expect(f"<dt>outcome</dt><dd>{verdict}</dd>" in page, name, "tile")
            said = facts["words"][0].upper() + facts["words"][1:] + "."
            expect(said in words, name, said, words)
            expect(line(terminal, "In short") == facts["headline"], name, terminal)
            expect(facts["headline"] in words, name, facts["headline"])
            expect(facts["theory"]["why"] in words, name, facts["theory"])
            expect(line(terminal, "Theory") == facts["theory"]["why"], name, terminal)


@test
def a_rest_point_comes_with_its_certificate():
    with scratch() as folder:
        terminal, facts, words, _ = tell(folder, "pluralism")
        expect(facts["against"]["kind"] == "rest point" and facts["against"]["distance"] < 1e-12, facts)
        for text in (plain(terminal), words):
            expect("atom 0 50.0 %, atom 1 50.0 % (stable, nothing is absent" in text, text)
            expect("every start that was tried leads there" in text, text)


@test
def the_json_document_names_its_schema():
    with scratch() as folder:
        got = document("run", write(folder, "game.yaml", GAMES["names"]), "--no-save", cwd=folder)
        expect(got["schema"] == "aligngame/run/1" and got["version"], got)
        facts = got["facts"]
        for key in ("verdict", "regime", "half_life", "survivors", "curators", "theorem"):
            expect(key in facts, "no", key)
        expect(facts["half_life"] is None and facts["survivors"] == 1, facts)
        expect([curator["name"] for curator in facts["curators"]] == ["owner", "public"], facts)
        expect(facts["theorem"] == {"claim": "theorem 4", "atoms": [1], "share": 1.0}, facts)


@test
def a_theorem_is_told_where_it_applies():
    with scratch() as folder:
        for name in ("pluralism", "wrong-rule", "texts"):
            terminal, facts, words, _ = tell(folder, name)
            for text in (terminal, words):
                expect(not re.search(r"theorem \d", text), name, "names a theorem", text)
                expect(not re.search(r"[Ss]inks?\b", text.replace(facts["theory"]["why"], "")), name,
                       "has sinks", text)
            expect(facts["theorem"] is None, name, facts)
        for name in ("names", "two-verdicts"):
            terminal, _, words, _ = tell(folder, name)
            expect("theorem 4" in terminal and "theorem 4" in words, name)


@test
def a_constant_is_a_flat_line():
    with scratch() as folder:
        for name in ("constant", "pluralism"):
            terminal, _, words, page = tell(folder, name)
            spark = re.search(r"^Diversity +([▁-█]+) ", terminal, re.M).group(1)
            expect(len(set(spark)) == 1, name, spark)
            expect("Diversity stayed at" in words, name, words)
            ticks = re.findall(r"3\.000+\d|2\.999\d", page)
            expect(not ticks, name, "an axis of rounding noise", ticks)


@test
def captions_are_of_what_is_drawn():
    with scratch() as folder:
        _, _, words, _ = tell(folder, "names")
        expect("bands" not in words and "dashed" not in words, words)
        _, _, words, _ = tell(folder, "wrong-rule")
        expect("bands" in words and "exact game" not in words, words)
        box = GAMES["names"].replace(
            "{atoms: {mass: [0.5, 0.5], labels: [OWNERS, PUBLICS]}}",
            "{box: {lower: [0, 0], upper: [1, 1], cells: [9, 9]}}").replace(
                "values: [3, 0]", "linear: {weights: [1, 0]}").replace(
                    "values: [0, 3]", "linear: {weights: [0, 1]}")
        GAMES["box"] = box
        _, _, words, _ = tell(folder, "box")
        expect("density" in words and "Circles" not in words, words)


@test
def wishes_are_told_for_texts_too():
    with scratch() as folder:
        _, _, words, _ = tell(folder, "texts")
        expect("its reward is {word_count: {min: 2, max: 4, slope: 2}}" in words, words)


@test
def a_forecast_has_the_run_s_facts():
    with scratch() as folder:
        write(folder, "items.csv", "title,a,b\nx,3,0\ny,0,3\nz,2,2\n")
        words = ["forecast", "items.csv", "--owner", "a", "--public", "b", "--label", "title"]
        got = document(*words, cwd=folder)
        expect(got["half_life"] == got["facts"]["half_life"], got["facts"])
        expect(got["surviving"] == got["facts"]["survivors"], got["facts"])
        text = plain(succeed(*words, "-s", "loop.reading=parallel", cwd=folder))
        parallel = json.loads(succeed(*words, "-s", "loop.reading=parallel", "--json", cwd=folder))
        expect(parallel["sinks"] == [] and "in the long run everything goes" not in text, text)
        expect(parallel["facts"]["words"][1:] in text, text)


if __name__ == "__main__":
    sys.exit(main())
