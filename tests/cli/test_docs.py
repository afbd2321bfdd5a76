#!/usr/bin/env python3
"""What the documentation shows is what the program does. Prints TAP.

Usage: test_docs.py PROGRAM [--update] [--long]
Every fenced block of README.md, CONTRIBUTING.md, docs/ and examples/README.md is looked at: commands
are run in a copy of the examples and their output is compared with what is shown, games are loaded,
programs compiled, targets of make looked up. --update puts the real output into the documents,
--long also runs what takes minutes.

A comment right before a block says what is special about it:
  <!-- file: NAME -->       the block is this file
  <!-- before: COMMAND -->  is run first
  <!-- chance: WHY -->      numbers depend on the processor: means are compared within their bands
  <!-- short: COMMAND -->   the block takes minutes: this is run instead, and the rows' names compared
  <!-- not run: WHY -->
"""
import difflib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from outside import CHECKOUT, ENVIRONMENT, PROGRAM, Skip, expect, main, scratch, succeed, test

UPDATE, LONG = "--update" in sys.argv, "--long" in sys.argv
DOCUMENTS = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "examples/README.md",
             *sorted((CHECKOUT / "docs").glob("*.md"))]
MARK = re.compile(r"<!-- (file|before|chance|short|not run): (.*?) -->", re.S)
BLOCK = re.compile(r"((?:^<!-- (?:file|before|chance|short|not run): .*?-->\n)*)^```(\w*)\n(.*?)^```$", re.M | re.S)
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?![\w])")
ELISION = ("…", "...")


class Block:
    def __init__(self, path, text, found):
        self.path, self.line = path, text[:found.start()].count("\n") + 1
        self.marks = {}
        for key, value in MARK.findall(found[1]):
            self.marks.setdefault(key, []).append(value)
        self.kind, self.body, self.span = found[2], found[3], found.span(3)
        self.where = f"{path.relative_to(CHECKOUT)}:{self.line}"

    def sessions(self):
        """Commands with the output that is shown of each."""
        found = []
        for line in self.body.splitlines():
            if line.startswith("$ "):
                found.append([line[2:], []])
            elif found and found[-1][0].endswith("\\"):
                found[-1][0] = found[-1][0][:-1] + line.strip()
            elif found:
                found[-1][1].append(line)
        return found


def blocks(kind=None):
    for path in DOCUMENTS:
        text = path.read_text()
        for found in BLOCK.finditer(text):
            block = Block(path, text, found)
            if kind is None or block.kind == kind:
                yield block


# ---- running ----

def furnish(folder):
    """A copy of what a reader's commands find in the tree."""
    shutil.copytree(CHECKOUT / "examples", folder / "examples")
    (folder / "build").mkdir()
    for name in ("build/aligngame", "aligngame"):
        (folder / name).symlink_to(PROGRAM)
    for name in ("films.csv", "scorer.py"):
        shutil.copy(CHECKOUT / "examples" / name, folder)
    (folder / "wiki.txt").write_text("".join(f"The {a} {b} saw {c} old men.\n" for a in ("red", "tired")
                                             for b in ("king", "army", "man") for c in range(200)))
    for block in blocks():
        for name in block.marks.get("file", []):
            (folder / name).write_text(block.body)


def shell(command, folder):
    """Standard error first, as it comes before a summary."""
    environment = {**ENVIRONMENT, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return (done.stderr + done.stdout).splitlines()


# ---- comparing ----

def masked(line):
    line = re.sub(r"\b\d+(\.\d+)? (ms|s|min|kB|MB)\b", "N \\2", line)
    line = re.sub(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d", "WHEN", line)
    return re.sub(r"[▁▂▃▄▅▆▇█▉▊▋▌▍▎▏]+", "BAR", line) if "Diversity" not in line else line


def value(text):
    return float(text.replace(",", ""))


def last_digit(text):
    """What one unit of the last digit of a tiny number, such as 4.3e-10, is worth; others have none."""
    digits, _, power = text.partition("e")
    return 10.0 ** (int(power) - len(digits.partition(".")[2])) if power else 0.0


def agree(shown, real):
    """The same words, and the same numbers but for the 1e-12 that the engine promises, and one unit of
    the last digit of tiny ones, which are what is left where others cancel: processors round differently."""
    shown, real = masked(shown), masked(real)
    if NUMBER.sub("#", shown).split() != NUMBER.sub("#", real).split():
        return False
    return all(abs(value(a) - value(b)) <= max(1.001 * last_digit(a), 1e-12 * abs(value(a)))
               for a, b in zip(NUMBER.findall(shown), NUMBER.findall(real)))


def in_band(shown, real):
    """A row of means over seeds: metric, start, end, half the 95 % interval, …, exact; or one with an
    interval low…high. Means may differ by three times what their two intervals allow,
    and by a third where there is none."""
    if agree(shown, real):
        return True
    interval = [re.search(r"(-?[\d.]+)…(-?[\d.]+)", line) for line in (shown, real)]
    if all(interval):
        (low, high), (least, most) = [tuple(map(float, found.groups())) for found in interval]
        width = high - low + most - least
        return same_row(shown, real) and low - width <= most and least <= high + width
    name = [NUMBER.split(line)[0].split() for line in (shown, real)]
    one, other = ([value(n) for n in NUMBER.findall(line)] for line in (shown, real))
    if name[0] != name[1] or len(one) != len(other):
        return False
    if "–" in shown or len(one) < 5: # no interval stands there
        return all(abs(a - b) <= 0.02 + 0.3 * max(abs(a), abs(b)) for a, b in zip(one, other))
    return abs(one[1] - other[1]) <= 3 * (one[2] + other[2])


def same_row(shown, real):
    """The same name of a row, which may be cut; a row without a name has as many cells."""
    name = sorted((re.split(r"\s{2,}|\d", line.strip())[0].rstrip("…") for line in (shown, real)), key=len)
    cells = [len(line.split()) for line in (shown, real)]
    return name[1].startswith(name[0]) if name[0] else name[1] == "" and cells[0] == cells[1]


def segments(lines):
    """The stretches between elisions."""
    parts = [[]]
    for line in lines:
        if line.strip() in ELISION:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def difference(shown, real, alike):
    """None, or what is shown and not there."""
    parts, at = segments(shown), 0
    for number, part in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        if last and not first and part and len(real) - len(part) >= at:
            at = len(real) - len(part)
        places = [at] if first or last else range(at, len(real) - len(part) + 1)
        found = next((k for k in places if len(part) <= len(real) - k and
                      all(alike(a, b) for a, b in zip(part, real[k:]))), None)
        if found is None or (first and last and len(real) != len(part)):
            return explain(part, real[at:], alike)
        at = found + len(part)
    return None


def explain(part, real, alike):
    for line in part:
        if not any(alike(line, other) for other in real):
            best = difflib.get_close_matches(line, real, 1, 0.3)
            return f"shown {line!r}, really {best[0] if best else 'nothing like it'!r}"
    return f"shown in another order, or not whole: {part[0] if part else ''!r} … of {len(real)} lines"


def rows_missing(shown, real):
    for line in shown:
        if line.strip() in ELISION or not re.match(r"\s*\w", line):
            continue
        if re.search(r"\s{2,}\S", line.strip()) and not any(same_row(line, other) for other in real):
            return f"no row like {line!r}"
    return None


def check_session(block, command, shown, folder):
    for before in block.marks.get("before", []):
        shell(before, folder)
    short = None if LONG else block.marks.get("short", [None])[0]
    real = [line.rstrip() for line in shell(short or command, folder)]
    if UPDATE and not short:
        return real, None
    if not shown:
        expect(real is not None)
        return real, None
    if short:
        return real, rows_missing(shown, real)
    return real, difference(shown, real, in_band if "chance" in block.marks else agree)


# ---- putting right ----

def nearest(line, real, start):
    """The real line that is most like one that is shown, from start on."""
    plain = [NUMBER.sub("#", " ".join(other.split())) for other in real]
    wanted = NUMBER.sub("#", " ".join(line.split()))
    scored = [(difflib.SequenceMatcher(None, wanted, plain[k]).ratio(), -k) for k in range(start, len(real))]
    best = max(scored, default=(0, 0))
    return -best[1] if best[0] > 0.5 else None


def renewed(shown, real):
    """The real output with the elisions of what was shown."""
    parts, made, at = segments(shown), [], 0
    elisions = [line for line in shown if line.strip() in ELISION]
    for number, part in enumerate(parts):
        first, last = number == 0, number == len(parts) - 1
        if number:
            made.append(elisions.pop(0))
        part = "\n".join(part).strip("\n").split("\n")
        if part == [""]:
            continue
        begin = 0 if first else nearest(part[0], real, at)
        end = len(real) - 1 if last else nearest(part[-1], real, begin or at)
        if begin is None or end is None:
            print(f"# by hand: nothing is like {part[0]!r}")
            made += part
            continue
        made += real[begin:end + 1]
        at = end + 1
    return made


def update():
    with scratch() as name:
        folder = Path(name)
        furnish(folder)
        for path in DOCUMENTS:
            text, made, at = path.read_text(), "", 0
            for found in BLOCK.finditer(text):
                block = Block(path, text, found)
                made += text[at:block.span[0]] + renewed_body(block, folder)
                at = block.span[1]
            path.write_text(made + text[at:])


def renewed_body(block, folder):
    body = block.body
    if block.kind or "not run" in block.marks or ("short" in block.marks and not LONG):
        return body
    for command, shown in block.sessions():
        real, _ = check_session(block, command, shown, folder)
        if shown and difference(shown, real, in_band if "chance" in block.marks else agree):
            old, new = "\n".join(shown) + "\n", "\n".join(renewed(shown, real)) + "\n"
            body = body.replace(old, new)
            print(f"# {block.where}: {command}")
    return body


# ---- facts ----

@test
def commands_print_what_is_shown():
    wrong, run = [], 0
    with scratch() as name:
        folder = Path(name)
        furnish(folder)
        for block in blocks():
            if block.kind or "not run" in block.marks:
                continue
            for command, shown in block.sessions():
                if "aligngame" in command:
                    _, found = check_session(block, command, shown, folder)
                    run += 1
                    wrong += [f"{block.where}: {command}: {found}"] if found else []
    expect(not wrong, "\n".join(wrong))
    expect(run >= 10, "only", run, "commands were found")


@test
def few_blocks_are_not_run():
    marked = [(block.where, block.marks["not run"]) for block in blocks() if "not run" in block.marks]
    expect(len(marked) <= 6, marked)
    for where, why in marked:
        print(f"# not run: {where}: {why[0]}")
    for block in blocks():
        known = block.kind in ("yaml", "c", "python", "sh") or block.sessions() or \
            re.match(r"make |[\w./-]+ ", block.body)
        expect(known, block.where, "is neither a session nor a game, a program or commands")


@test
def commands_that_are_named_exist():
    """Also those within sentences: the command and each of its options."""
    options, wrong = {}, []
    for path in DOCUMENTS:
        text = path.read_text()
        for words in re.findall(r"(?<!`)`(?:build/)?aligngame ([a-z]\w+[^`|]*)`", MARK.sub("", text)):
            name, *rest = words.split()
            if name not in options:
                options[name] = succeed(name, "--help") if re.match(r"[a-z]+$", name) else ""
            wrong += [f"{path.name}: {word} of {name}" for word in re.findall(r"(?<!\S)--?[a-z][\w-]*", " ".join(rest))
                      if not re.search(rf"(?<!\S){word}\b", options[name])]
    expect(not wrong, wrong)


@test
def games_that_are_shown_play():
    with scratch() as name:
        folder = Path(name)
        furnish(folder)
        whole = [b for b in blocks("yaml") if re.search(r"^space:", b.body, re.M) and "not run" not in b.marks]
        expect(len(whole) >= 3, "games shown:", len(whole))
        for number, block in enumerate(whole):
            (folder / f"{number}.yaml").write_text(block.body)
            done = shell(f"aligngame run {number}.yaml -s generations=1 --no-save --quiet || echo failed", folder)
            expect("failed" not in done, block.where, *done)


@test
def programs_that_are_shown_compile():
    compiler = shutil.which("cc")
    if not compiler:
        raise Skip("there is no cc")
    programs = [b for b in blocks("c") if "not run" not in b.marks]
    expect(programs, "no program is shown")
    for block in programs:
        done = subprocess.run([compiler, "-std=c11", "-Wall", "-Werror", "-fsyntax-only", "-I", CHECKOUT / "include",
                               "-xc", "-"], input=block.body, text=True, capture_output=True, check=False)
        expect(done.returncode == 0, block.where, done.stderr)


@test
def targets_that_are_named_exist():
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), re.M))
    for path in DOCUMENTS:
        text = path.read_text()
        named = re.findall(r"`make ([a-z]+)", text) + re.findall(r"^make ([a-z]+)", text, re.M)
        expect(set(named) <= targets, path, set(named) - targets)


@test
def links_lead_somewhere():
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", path.read_text()):
            expect((path.parent / target).exists(), path, "links to", target)


@test
def every_example_is_described():
    listed = (CHECKOUT / "examples/README.md").read_text()
    for path in sorted((CHECKOUT / "examples").iterdir()):
        expect(path.name == "README.md" or f"`{path.name}`" in listed, path.name, "is not in examples/README.md")


@test
def the_readme_names_every_command():
    table = (CHECKOUT / "README.md").read_text()
    for name in re.findall(r"^  ([a-z]+) {2,}", succeed("--help").partition("Commands")[2].partition("Options")[0], re.M):
        expect(f"| `aligngame {name}" in table, "the table of README.md lacks", name)


if UPDATE:
    update()
else:
    sys.exit(main())
