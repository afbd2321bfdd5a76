#!/usr/bin/env python3
"""Tables as people have them: what every program writes by default is read and told, what can be
read in two ways is asked for, and the same data are the same forecast in every format."""
import codecs
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

from outside import (ENVIRONMENT, PROGRAM, Skip, call, document, expect, main, masked, perform,
                     scratch, test, write)

CASES = Path(os.environ.get("ALIGNGAME_SHARED", "/nowhere")) / "cases"
SCORES = ("--owner", "a", "--public", "b")


def told(done):
    """The line of what was understood."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("Read ")]
    expect(len(lines) == 1, done.stderr)
    return lines[0]


def put(folder, name, content):
    path = Path(folder) / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---- the same data in many formats ----

ROWS = [("Alpha, the \"first\"", "x", 90.25, -7.5, 1000), ("Beta", "y", 60, 9.125, 400),
        ("Gamma; last", "x", 75.5, 8.2, 12100), ("Délta", "y", 1234.5, 0.3, 7)]
NAMES = ("title", "kind", "a", "b", "votes")


def quoted(text, inner='""'):
    return '"' + str(text).replace('"', inner) + '"'


def lines(separator, end="\n", number=repr, before="", after="", names=NAMES, inner='""',
          index=lambda i: ""):
    """Texts in quotes, numbers as they are."""
    made = [before + separator.join(quoted(name) for name in names) + after]
    for i, row in enumerate(ROWS):
        cells = [quoted(cell, inner) if isinstance(cell, str) else number(cell) for cell in row]
        made.append(index(i) + separator.join(cells) + after)
    return end.join(made) + end


def german(value):
    """1.234,5"""
    return f"{value:,}".replace(",", " ").replace(".", ",").replace(" ", ".")


RECORDS = [dict(zip(NAMES, row)) for row in ROWS]

FORMATS = {
    "commas.csv": lines(","),
    "tabs.tsv": lines("\t"),
    "bars.txt": lines("|"),
    "german.csv": lines(";", number=german),
    "thousands.csv": lines(",", number=lambda value: quoted(f"{value:,}")),
    "swiss.csv": lines(";", number=lambda value: f"{value:,}".replace(",", "'")),
    "r-write-csv.csv": lines(",", index=lambda i: f'"{i + 1}",', before='"",'),
    "r-row-names.csv": lines(",", index=lambda i: f'"{i + 1}",'),
    "r-write-table.txt": lines(" ", inner='\\"', index=lambda i: f'"{i + 1}" '),
    "pandas-index.csv": lines(",", index=lambda i: f"{i},", before=","),
    "spreadsheet.csv": "sep=;\r\n" + lines(";", end="\r\n", after=";"),
    "old-mac.csv": codecs.BOM_UTF8 + lines(",", end="\r").encode(),
    "comments.csv": "# from a survey\n# of 2026\n" + lines(", ", after=","),
    "utf16.tsv": lines("\t", end="\r\n").encode("utf-16"),
    "utf16-plain.csv": lines(";").encode("utf-16-le"),
    "packed.csv.gz": gzip.compress(lines(",").encode()),
    "rows.jsonl": "".join(json.dumps(record) + "\n" for record in RECORDS),
    "rows.json": json.dumps(RECORDS, indent=1),
    "packed.jsonl.gz": gzip.compress("".join(json.dumps(record, ensure_ascii=False) + "\n"
                                             for record in RECORDS).encode()),
}
WORDS = ("--owner", "a", "--public", "b", "--label", "title", "--group", "kind", "--mass", "votes")


def forecast_of(*words, **options):
    made = document("forecast", *words, *WORDS, **options)
    made.pop("settings")  # which name the file
    return made.pop("input"), made


@test
def the_same_data_are_the_same_forecast_in_every_format():
    with scratch() as folder:
        put(folder, "first.csv", FORMATS["commas.csv"])
        _, first = forecast_of("first.csv", cwd=folder)
        expect([item["label"] for item in first["items"] if item["index"] == 0] == [ROWS[0][0]], first)
        for name, content in FORMATS.items():
            put(folder, name, content)
            line, made = forecast_of(name, cwd=folder)
            expect(made == first, name, "is another forecast", line)
            expect(line.startswith(f"{name}: 4 rows of 5 columns, "), line)
        expect(len(FORMATS) >= 12, len(FORMATS))


@test
def standard_input_and_pipes_are_files():
    with scratch() as folder:
        put(folder, "first.csv", FORMATS["commas.csv"])
        _, first = forecast_of("first.csv", cwd=folder)
        _, piped = forecast_of("-", cwd=folder, data=FORMATS["german.csv"])
        expect(piped == first, "standard input")
        put(folder, "rows.gz", FORMATS["packed.csv.gz"])
        command = f"'{PROGRAM}' forecast <(zcat rows.gz) --json {' '.join(WORDS)}"
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=ENVIRONMENT, text=True,
                              capture_output=True, timeout=300, check=False)
        expect(done.returncode == 0, done.stderr)
        made = json.loads(done.stdout)
        made.pop("settings")
        expect(made.pop("input").startswith("/dev/fd/"), done.stdout)
        expect(made == first, "a pipe")
        done = call("weights", "-", "--pool", "2", "-t", "1", data="mass;reward\n1;0,5\n1;1,5\n")
        expect(done.returncode == 0 and "decimal commas" in told(done), done)
        game = "space: {table: {file: first.csv}}\ncurators: {o: {reward: {column: a}, pool: 2}}\n"
        made = document("run", "-", "--no-save", cwd=folder, data=game)
        expect(made["input"].startswith("./first.csv: 4 rows") or
               made["input"].startswith("first.csv: 4 rows"), made["input"])


# ---- what is told ----

@test
def what_was_understood_is_told():
    with scratch() as folder:
        put(folder, "t.csv", "title;a;b;m;note\nA;1,5;85%;1.000.000;x\nB;2,5;90%;NA;y\n"
                             "C;;50%;2.000;z\nD;3,25;10%;0;z\n")
        done = perform("forecast", "t.csv", *SCORES, "--label", "title", "--mass", "m", cwd=folder)
        line = told(done)
        for part in ("t.csv: 4 rows of 5 columns, separated by semicolons, in UTF-8",
                     "used: `title` (label), `m` (mass), `a`, `b`",
                     "2 rows left out: 1 without `a`, 1 without `m`",
                     "1 row of mass zero, not played", "`a` has decimal commas",
                     "`m` has its thousands apart (1.000 is 1000)",
                     "`b` is in per cent (85% is 0.85)"):
            expect(part in line, part, "is not in", line)
        quiet = perform("forecast", "t.csv", *SCORES, "--mass", "m", "-q", cwd=folder)
        expect(quiet.stderr == "", quiet.stderr)


@test
def a_column_that_is_not_there_lists_the_ones_that_are():
    with scratch() as folder:
        put(folder, "t.csv", "title,critics,audience\nA,1,2\nB,2,1\n")
        done = call("forecast", "t.csv", "--owner", "critic", "--public", "audience", cwd=folder)
        expect(done.returncode == 2 and "t.csv:1:1: error: no column is called `critic`; did you mean "
               "`critics`?; there are: title, critics, audience" in done.stderr, done.stderr)


# ---- missing cells, per cent ----

@test
def the_usual_words_for_missing_are_missing():
    words = ["NA", "N/A", "#N/A", "<NA>", "\\N", "?", "-", ".", "null", "None", "NaN", "n.a.",
             "#DIV/0!", "(null)", "missing", ""]
    with scratch() as folder:
        put(folder, "t.csv", "t,a,b\nA,1,2\nB,2,1\n" + "".join(f"C,{word},1\n" for word in words))
        done = perform("forecast", "t.csv", *SCORES, cwd=folder)
        expect(f"{len(words)} rows left out: {len(words)} without `a`" in told(done), done.stderr)
        put(folder, "own.csv", "t,a,b\nA,1,2\nB,2,1\nC,-999,3\nD,keine Angabe,3\n")
        done = call("forecast", "own.csv", *SCORES, cwd=folder)
        expect(done.returncode == 2 and "own.csv:5:3: error: " in done.stderr and
               "--missing" in done.stderr, done.stderr)
        done = perform("forecast", "own.csv", *SCORES, "--missing", "-999", "--missing",
                       "keine Angabe", cwd=folder)
        expect("2 rows left out: 2 without `a`" in told(done), done.stderr)


@test
def per_cent_is_a_hundredth():
    with scratch() as folder:
        put(folder, "one.csv", "t,a,b\nA,85%,2\nB,85.3 %,1\n")
        put(folder, "other.csv", "t,a,b\nA,0.85,2\nB,0.853,1\n")
        one, other = (document("forecast", name, *SCORES, cwd=folder)
                      for name in ("one.csv", "other.csv"))
        expect("per cent" in one.pop("input") and other.pop("input"), "told")
        expect(one.pop("settings")["owner"] == other.pop("settings")["owner"], "settings")
        expect(one == other, "another forecast")
        put(folder, "mixed.csv", "t,a,b\nA,85%,2\nB,85,1\n")
        done = call("forecast", "mixed.csv", *SCORES, cwd=folder)
        expect(done.returncode == 2 and "mixed.csv:3:3: error: " in done.stderr, done.stderr)


# ---- numbers that can be read in two ways ----

UNCLEAR = {
    "thousands or thousandths": ("t;a;b\nA;1.000;2\nB;400;1\n", "2:3"),
    "every one": ("t;a;b\nA;1.234;2\nB;2.345;1\n", "2:3"),
    "commas": ("t;a;b\nA;1,234;2\nB;2,345;1\n", "2:3"),
    "against points elsewhere": ("t;a;b\nA;1.000;2.5\nB;400;1.5\n", "2:3"),
}
CLEAR = {  # the file and what `a` is in its first two rows
    "a zero in front": ("t;a;b\nA;0.125;2\nB;1.234;1\n", (0.125, 1.234)),
    "two groups": ("t;a;b\nA;1.234.567;2\nB;1.234;1\n", (1234567, 1234)),
    "both marks": ("t;a;b\nA;1.234,5;2\nB;1.234;1\n", (1234.5, 1234)),
    "an exponent": ("t;a;b\nA;1.234e2;2\nB;1.234;1\n", (123.4, 1.234)),
    "thousands without a mark": ("t;a;b\nA;1234;2\nB;1.234;1\n", (1234, 1.234)),
    "commas elsewhere": ("t;a;b\nA;1.234;2,5\nB;400;1,5\n", (1234, 400)),
    "points elsewhere": ("t;a;b\nA;1,234;2.5\nB;400;1.5\n", (1234, 400)),
    "three digits as elsewhere": ("t;a;b\nA;1.234;2.5\nB;4.321;1.5\n", (1.234, 4.321)),
    "India": ('t,a,b\nA,"12,34,567",2\nB,"1,234",1\n', (1234567, 1234)),
    "blanks": ("t;a;b\nA;1 234,5;2\nB;400;1\n", (1234.5, 400)),
    "no-break blanks": ("t;a;b\nA;1\u202f234;2\nB;1\u00a0000;1\n", (1234, 1000)),
    "a minus sign": ("t;a;b\nA;\u22121.5;2\nB;1;1\n", (-1.5, 1)),
}


@test
def what_can_be_read_in_two_ways_is_asked_for():
    with scratch() as folder:
        for name, (text, place) in UNCLEAR.items():
            put(folder, "t.csv", text)
            done = call("forecast", "t.csv", *SCORES, cwd=folder)
            expect(done.returncode == 2, name, done.stderr)
            expect(f"t.csv:{place}: error: column `a`: " in done.stderr and
                   "--thousands" in done.stderr and "--decimal" in done.stderr, name, done.stderr)


@test
def what_can_be_read_in_one_way_is_read():
    words = ("--owner", "a", "--public", "a", "--label", "t")
    with scratch() as folder:
        for name, (text, values) in CLEAR.items():
            put(folder, "t.csv", text)
            write(folder, "plain.jsonl", "".join(json.dumps({"t": label, "a": value}) + "\n"
                                                 for label, value in zip("AB", values)))
            made = perform("forecast", "t.csv", *words, cwd=folder).stdout
            plain = perform("forecast", "plain.jsonl", *words, cwd=folder).stdout
            expect(made == plain, name, made)


@test
def the_answer_is_taken():
    with scratch() as folder:
        put(folder, "t.csv", "t;a;b\nA;1.000;2\nB;400;1\nC;3;1\n")
        put(folder, "large.csv", "t,a,b\nA,1000,2\nB,400,1\nC,3,1\n")
        put(folder, "small.csv", "t,a,b\nA,1,2\nB,400,1\nC,3,1\n")
        large, small = (perform("forecast", name, *SCORES, cwd=folder).stdout
                        for name in ("large.csv", "small.csv"))
        for words, right in ((("--thousands", "."), large), (("--thousands", "point"), large),
                             (("--decimal", ","), large), (("--decimal", "."), small),
                             (("-s", "space.table.decimal=comma"), large),
                             (("-s", "space.table.thousands=point"), large)):
            made = perform("forecast", "t.csv", *SCORES, *words, cwd=folder).stdout
            expect(made == right, words)


@test
def row_names_between_blanks_may_be_bare():
    with scratch() as folder:
        put(folder, "r.txt", "a b\nX 1 2\nY 2 3\nZ 3 1\n")
        put(folder, "plain.csv", "a,b\n1,2\n2,3\n3,1\n")
        put(folder, "one.txt", "first last a b\nAnna 1 2\nBert 2 3 4 5\n")
        bare, plain = (document("forecast", name, *SCORES, cwd=folder)["items"]
                       for name in ("r.txt", "plain.csv"))
        expect([item["share"] for item in bare] == [item["share"] for item in plain], bare)
        expect(call("forecast", "one.txt", *SCORES, cwd=folder).returncode == 2, "ragged rows")


# ---- what is refused, by name ----

REFUSED = {
    "book.xlsx": (b"PK\x03\x04" + bytes(20) + b"xl/workbook.xml", "an Excel workbook; save it as CSV"),
    "old.xls": (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(9), "an Excel workbook"),
    "t.parquet": (b"PAR1" + bytes(20), "a Parquet file; save it as CSV"),
    "t.csv.zst": (b"\x28\xB5\x2F\xFD" + bytes(20), "zstd"),
    "latin1.csv": ("t,a,b\nCaf\u00e9,1,2\n".encode("latin-1"), "byte 0xE9"),
    "page.csv": (b"<!DOCTYPE html>\n<html></html>\n", "a web page"),
    "empty.csv": (b"", "empty"),
    "cut.csv.gz": (gzip.compress(b"t,a,b\nA,1,2\n" * 50)[:-20], "cut off"),
    "headless.csv": (b"1,10\n2,20\n", "`header: false`"),
    "commas.csv": (b"t,a,b\nOh, no,1,2\nAh, yes,2,1\n", "one cell too many"),
    "columns.json": (b'{"a": {"0": 1}, "b": {"0": 2}}', "orient='records'"),
    "broken.jsonl": (b'{"a": 1, "b": 2}\n{"a": 1 "b": 2}\n', "broken.jsonl:2:"),
}


@test
def what_is_no_table_is_named():
    with scratch() as folder:
        for name, (content, word) in REFUSED.items():
            put(folder, name, content)
            done = call("forecast", name, *SCORES, cwd=folder)
            expect(done.returncode == 2 and "error: " in done.stderr, name, done.stderr)
            expect(name in done.stderr and word in done.stderr, name, done.stderr)
        done = perform("forecast", "latin1.csv", *SCORES, "--encoding", "latin1", "--label", "t",
                       cwd=folder)
        expect("in latin1" in told(done) and "Café" in done.stdout, done)
        done = perform("forecast", "headless.csv", "--owner", "1", "--public", "2", "--no-header",
                       cwd=folder)
        expect( "2 rows of 2 columns" in told(done), done)


@test
def a_large_cell_costs_what_its_bytes_cost():
    with scratch() as folder:
        put(folder, "t.csv", 't,a,b\n"' + 'x, "" \n' * 800000 + '",1,2\nB,2,1\n')
        done = perform("forecast", "t.csv", *SCORES, "--label", "t", cwd=folder)
        expect("2 rows of 3 columns" in told(done), done.stderr)
        put(folder, "t.csv", "t,a,b\n" + '"' * 5000001 + ",1,2\n")
        done = call("forecast", "t.csv", *SCORES, cwd=folder)
        expect(done.returncode == 2 and len(done.stderr) < 5000, len(done.stderr))


# ---- clouds ----

CLOUD = """\
generations: 1
space: {cloud: {file: %s%s}}
curators:
  owner: {reward: {linear: {weights: [1, 0]}}, pool: 2, temperature: 1}
generator: kde
samples: {generate: 10, keep: 3}
"""


def cloud(folder, table, more=""):
    put(folder, "points.csv", table)
    write(folder, "game.yaml", CLOUD % ("points.csv", more))
    return call("run", "game.yaml", "--no-save", cwd=folder)


@test
def coordinates_are_found_by_name():
    with scratch() as folder:
        straight = cloud(folder, "x,y\n1,10\n2,20\n3,30\n")
        swapped = cloud(folder, "y,x\n10,1\n20,2\n30,3\n")
        comma = cloud(folder, "x;y\n1,0;10\n2,0;20\n3,0;30\n")
        named = cloud(folder, "id,x,y\n101,1,10\n102,2,20\n103,3,30\n", ", columns: [x, y]")
        headless = cloud(folder, "1,10\n2,20\n3,30\n", ", header: false")
        for done in (straight, swapped, comma, named, headless):
            expect(done.returncode == 0 and masked(done.stdout) == masked(straight.stdout), done)
            expect("(x), `" in told(done), done.stderr)
        for table, more, place, word in (
                ("id,x,y\n101,1,10\n", "", "points.csv:1:1", "columns: [x, y]"),
                ("1,10\n2,20\n", "", "points.csv:1:1", "`header: false`"),
                ("x,y\n1,2\n3,four\n", "", "points.csv:3:3", "four"),
                ("x,y\n1,2\n", ", columns: [x, z]", "game.yaml:2:", "there are: x, y"),
                ("name,x,y\na,1,2\n", ", columns: [name, x]", "points.csv:2:1", "expected a number"),
                ("lat;lon\n1.000;2\n", "", "points.csv:2:1", "--thousands")):
            done = cloud(folder, table, more)
            expect(done.returncode == 2 and place in done.stderr and word in done.stderr, table,
                   done.stderr)


# ---- names with points ----

@test
def a_name_with_a_point_is_reached_in_quotes():
    with scratch() as folder:
        write(folder, "game.yaml", "generations: 1\nspace: {atoms: {mass: [1, 2]}}\ncurators:\n"
              '  "gpt-4.1": {reward: {values: [1, 0]}, pool: 4}\n')
        plain = document("analyze", "game.yaml", cwd=folder)
        for path in ('curators."gpt-4.1".pool', "curators.'gpt-4.1'.pool"):
            made = document("analyze", "game.yaml", "-s", f"{path}=9", cwd=folder)
            expect(made != plain and made["sinks"], path)
            same = document("analyze", "game.yaml", "-s", f"{path}=4", cwd=folder)
            expect(same == plain, path)


# ---- the shared cases ----

def shared(*words):
    if not CASES.is_dir():
        raise Skip("there are no shared cases")
    return call(*words, cwd=CASES)


@test
def the_shared_cases_are_read():
    for name, format_words in (
            ("index-column-pandas.csv", "commas, the first column without a name"),
            ("r-write-csv.csv", "commas, the first column without a name"),
            ("r-write-table.txt", "blanks, the first column without a name"),
            ("trailing-comma.csv", "commas"), ("tabs.tsv", "tabs"), ("sep-line.csv", "semicolons"),
            ("pipes.csv", "bars (|)"), ("huge-scores.csv", "commas")):
        done = shared("forecast", name, *SCORES)
        expect(done.returncode == 0, name, done.stderr)
        expect(f"separated by {format_words}, in UTF-8; used: `a`, `b`" in told(done), done.stderr)
    labelled = (*SCORES, "--label", "title", "--mass", "m")
    done = shared("forecast", "thousands-us.csv", *labelled)
    expect(done.returncode == 0 and "(1,000 is 1000)" in told(done), done)
    done = shared("forecast", "thousands-german.csv", *labelled)
    expect(done.returncode == 2 and "thousands-german.csv:2:14: error: " in done.stderr, done)
    done = shared("forecast", "thousands-german.csv", *labelled, "--thousands", ".")
    expect(done.returncode == 0 and "(1.000 is 1000)" in told(done), done)
    done = shared("forecast", "zero-mass.csv", *labelled)
    expect("1 row of mass zero, not played" in told(done), done)
    for name, status, words in (("cloud-yx.csv", 0, "used: `x` (x), `y` (y)"),
                                ("cloud-comma.csv", 0, "`x` has decimal commas"),
                                ("cloud-id.csv", 2, "columns: [x, y]"),
                                ("cloud-headerless.csv", 2, "header: false")):
        done = shared("run", "cloud-columns.yaml", "--no-save", "-s", f"space.cloud.file={name}")
        expect(done.returncode == status and words in done.stderr, name, done.stderr)
    done = shared("run", "dotted-name.yaml", "--no-save", "-s", 'curators."gpt-4.1".pool=9')
    expect(done.returncode == 0, done.stderr)


if __name__ == "__main__":
    sys.exit(main())
