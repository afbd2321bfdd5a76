#!/usr/bin/python3
"""Facts about `aligngame report`, from the outside. Prints TAP.

Usage: test_report.py PROGRAM
"""
import json
import os
import re
import stat
import sys
from html.parser import HTMLParser
from pathlib import Path

from outside import (EXAMPLES, PROGRAM, Skip, call, document, expect, main, perform, scratch,
                     states, succeed, test, write)

VOID = {"meta", "br", "hr", "img", "input", "link", "wbr"}


def refuse(*words, saying, status=2, **options):
    done = call(*words, **options)
    expect(done.returncode == status, words, "ended with", done.returncode, done.stderr)
    expect(saying in done.stderr, words, "says", done.stderr)


class Page(HTMLParser):
    """A page taken apart; fails at a tag that is closed in the wrong place or not at all."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.tags, self.words = [], [], [], [], []
        self.feed(text)
        self.close()
        expect(not self.open, "never closed:", self.open)

    def note(self, tag, attributes):
        self.tags.append(tag)
        self.ids += [value for key, value in attributes if key == "id"]
        self.links += [value for key, value in attributes
                       if key in ("src", "href", "xlink:href", "srcset", "data", "action")]
        for key, value in attributes:
            expect(not key.startswith("on"), "a script in", tag, key)
            self.links += re.findall(r"url\(([^)]*)\)", value or "")

    def handle_starttag(self, tag, attributes):
        self.note(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.note(tag, attributes)

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, "closed", tag, "inside", self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)
        else:
            self.links += re.findall(r"url\(([^)]*)\)|@import", data)

    def text(self):
        return " ".join("".join(self.words).split())


def check_page(path):
    source = Path(path).read_text(encoding="utf-8")
    page = Page(source)
    expect(source.startswith("<!DOCTYPE html>"), "no document type")
    expect(len(page.ids) == len(set(page.ids)), "ids stand twice:",
           sorted(name for name in set(page.ids) if page.ids.count(name) > 1)[:5])
    for link in page.links:
        expect(link.startswith("data:image/png;base64,") or link.startswith("#"), "loads", link[:60])
        expect(not link.startswith("#") or link[1:] in page.ids, "leads nowhere:", link)
    expect(not {"script", "link", "iframe", "object", "embed", "img"} & set(page.tags), "loads")
    outside = re.sub(r'xmlns(:\w+)?="[^"]*"', "", source)
    expect("http:" not in outside and "https:" not in outside, "an address")
    expect("@media print" in source and "viewport" in source, "no rules for paper and phones")
    for control in range(32):
        expect(control in (9, 10) or chr(control) not in source, "control character", control)
    return page


def play(folder, name, game, *words):
    succeed("run", game, "-o", Path(folder) / name, "-q", *words)
    return Path(folder) / name


@test
def one_run_is_one_page_in_its_directory():
    with scratch() as folder:
        run = play(folder, "run", EXAMPLES / "compromise.yaml")
        before = states(run)
        out = succeed("report", run)
        expect(out == f"Report      {run}/report.html\n", out)
        page = check_page(run / "report.html")
        after = states(run)
        expect({key: after[key] for key in before} == before, "the run has changed")
        text = page.text()
        for words in ("compromise", "theorem 4", "atom 2", "After 60 generations",
                      "nobody gets their favourites", "effective_number", "Linux", "seed",
                      "reading: sequential"):
            expect(words in text, "no", words)
        expect(page.tags.count("svg") >= 3, "figures", page.tags.count("svg"))


@test
def the_table_has_the_runs_numbers():
    with scratch() as folder:
        run = play(folder, "run", EXAMPLES / "two-atoms.yaml")
        succeed("report", run)
        rows = [line.split(",") for line in (run / "metrics.csv").read_text().splitlines()]
        text = check_page(run / "report.html").text()
        column = rows[0].index("effective_number")
        for generation in (0, 1, 2, 5, 10, 20, 50, 60):
            expect(f"{float(rows[1 + generation][column]):.4g}" in text, generation)


@test
def a_plane_is_drawn():
    with scratch() as folder:
        run = play(folder, "run", EXAMPLES / "circles-partial.yaml", "-s", "space.box.cells=[60,60]")
        succeed("report", run)
        page = check_page(run / "report.html")
        expect(sum(link.startswith("data:") for link in page.links) == 2, "two planes")
        text = page.text()
        expect("Generation 0" in text and "Generation 100" in text and "theorem 3" in text, text[:99])


@test
def several_runs_are_compared():
    with scratch() as folder:
        runs = [play(folder, "first", EXAMPLES / "compromise.yaml"),
                play(folder, "second", EXAMPLES / "compromise.yaml", "-s", "curators.owner.pool=64"),
                play(folder, "films", EXAMPLES / "films.yaml", "-s", "generations=20")]
        succeed("report", *runs, "--title", "Pools & <b>gaps</b>", cwd=folder)
        page = check_page(Path(folder) / "report.html")
        text = page.text()
        for words in ("Pools & <b>gaps</b>", "side by side", "64, 8", "films",
                      "real share"):
            expect(words in text, "no", words)
        expect([name for name in page.ids if name.startswith("run-")] == ["run-1", "run-2", "run-3"],
               "sections")
        succeed("report", *runs[:2], "-o", Path(folder) / "two.html")
        expect("Where the game files differ" in check_page(Path(folder) / "two.html").text(), "diff")


@test
def labels_cannot_write_markup():
    with scratch() as folder:
        table = Path(folder) / "items.csv"
        table.write_text('title,kind,a,b\n<script>alert(1)</script>,"x"" onload=""y",1,2\n'
                         "</td></table>&amp;,<b>,2,1\n'\u0000\u2028,ok,3,0\n".replace("\0", ""))
        game = Path(folder) / "game.yaml"
        game.write_text(f"""\
name: "</title><script>alert(2)</script>"
generations: 5
space: {{table: {{file: items.csv, label: title, group: kind}}}}
curators:
  owner:  {{reward: {{column: a}}, pool: 4}}
  public: {{reward: {{column: b}}, pool: 4}}
loop: {{order: [owner, public]}}
""")
        run = play(folder, "run", game)
        succeed("report", run)
        page = check_page(run / "report.html")
        expect("script" not in page.tags and "b" not in page.tags, "markup got through")
        expect("<script>alert(1)</script>" in page.text(), "the label is gone")


@test
def output_is_a_file_or_a_directory():
    with scratch() as folder:
        run = play(folder, "run", EXAMPLES / "two-atoms.yaml")
        for given, written in (("page.html", "page.html"), ("deep/er/page.HTM", "deep/er/page.HTM"),
                               ("out", "out/report.html"), ("out/", "out/report.html")):
            out = succeed("report", run, "-o", given, "--json", cwd=folder)
            document = json.loads(out)
            expect(document["runs"] == [str(run)], document)
            expect((Path(folder) / document["report"]).samefile(Path(folder) / written), document)
            check_page(Path(folder) / written)


@test
def only_reports_are_replaced():
    with scratch() as folder:
        run = play(folder, "run", EXAMPLES / "two-atoms.yaml")
        page = Path(folder) / "page.html"
        succeed("report", run, "-o", page)
        first = page.read_bytes()
        succeed("report", run, "-o", page)
        expect(page.read_bytes() == first, "the same runs give another page")
        page.write_text("<html>dear to somebody</html>")
        refuse("report", run, "-o", page, saying=str(page))
        expect(page.read_text() == "<html>dear to somebody</html>", "overwritten")


@test
def a_run_that_cannot_be_written_to_is_read():
    if os.geteuid() == 0:
        raise Skip("root may write anywhere")
    with scratch() as folder:
        run = play(folder, "run", EXAMPLES / "two-atoms.yaml")
        for path in [*run.iterdir(), run]:
            path.chmod(stat.S_IRUSR | (stat.S_IXUSR if path == run else 0))
        succeed("report", run, "-o", Path(folder) / "page.html")
        refuse("report", run, saying="report.html", status=1)
        run.chmod(0o700)
    return None


@test
def mistakes_are_named():
    with scratch() as folder:
        refuse("report", saying="RUN")
        refuse("report", folder, saying="holds no run")
        refuse("report", Path(folder) / "missing", saying="missing")
        refuse("report", EXAMPLES / "compromise.yaml", saying="no directory")
        run = play(folder, "run", EXAMPLES / "two-atoms.yaml")
        refuse("report", run, Path(folder) / "missing", "-o", Path(folder) / "page.html",
               saying="missing")
        expect(not (Path(folder) / "page.html").exists(), "half a report")
        (run / "outcome.safetensors").write_bytes(b"nothing")
        refuse("report", run, saying="--resume")
        refuse("run", "--resume", "-o", run, "-q", saying="outcome.safetensors")
        (run / "outcome.safetensors").unlink()
        succeed("run", "--resume", "-o", run, "-q")
        succeed("report", run)


@test
def a_table_that_has_changed_is_named():
    with scratch() as folder:
        table = Path(folder) / "films.csv"
        table.write_bytes((EXAMPLES / "films.csv").read_bytes())
        game = Path(folder) / "films.yaml"
        game.write_text((EXAMPLES / "films.yaml").read_text())
        run = play(folder, "run", game, "-s", "generations=3")
        succeed("report", run)
        before = (run / "report.html").read_text()
        lines = table.read_text().splitlines(keepends=True)
        table.write_text("".join(lines[:-1]))
        done = perform("report", run)
        expect("films.csv has changed" in done.stderr, done.stderr)
        after = (run / "report.html").read_text()
        note = [line for line in after.splitlines() if "films.csv has changed" in line]
        expect(len(note) == 1 and after.replace(note[0] + "\n", "") == before, note)


if __name__ == "__main__":
    sys.exit(main())
