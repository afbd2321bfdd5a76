#!/usr/bin/python3
"""Facts about what files of somebody else's making can do: start programs, reach other files, keep
a reader busy, speak to a terminal or a browser. Prints TAP.

Usage: test_trust.py PROGRAM
"""
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

from outside import (ATOMS, CUT_OFF, ENVIRONMENT, PLANE, PROGRAM, Skip, call, document, expect, listing, main,
                     perform, scratch, seal_store, states, test, write)

TABLE = "title,a,b\nAlpha,9,9\nBeta,1,1\nGamma,5,5\n"
SCORER = """\
touch started
while read -r line; do
  id=${line#*: }; id=${id%%,*}; echo "{\\"id\\": $id, \\"reward\\": ${#line}}"
done
"""
SCORED = """\
name: scored
generations: 5
space: {table: {file: films.csv, label: title}}
curators:
  owner: {reward: {command: sh scorer.sh}}
  public: {reward: {column: b}}
"""
LEARNT = """\
name: learnt
generations: 2
space: {text: {file: corpus.txt}}
curators:
  owner: {reward: {word_count: {min: 2, max: 4}}}
generator: {command: {train: 'touch started; cp {data} {model}/d #', sample: 'sh sample.sh {model} {count} {output}'}}
samples: {generate: 40, keep: 20}
"""


# ---- programs ----

def scored(folder):
    write(folder, "films.csv", TABLE)
    write(folder, "scorer.sh", SCORER)
    write(folder, "game.yaml", SCORED)
    write(folder, "corpus.txt", "".join(f"The cat number {i} sat there.\n\n" for i in range(60)))
    write(folder, "sample.sh", "touch started; yes a cat sat | head -n $2 > $3\n")
    write(folder, "learnt.yaml", LEARNT)


@test
def only_run_starts_a_program_that_a_game_names():
    with scratch() as folder:
        scored(folder)
        axes = ["--x", "curators.owner.pool=2..4:2", "--y", "curators.public.pool=2..4:2"]
        for words in (["analyze", "game.yaml"], ["audit", "game.yaml"],
                      ["phase", "game.yaml", *axes], ["analyze", "learnt.yaml"],
                      ["audit", "learnt.yaml"], ["drift", "game.yaml"], ["paper", "game.yaml"],
                      ["weights", "game.yaml"], ["train", "game.yaml", "-o", "m"],
                      ["report", "game.yaml"], ["explain", "command"], ["list", "rewards"],
                      ["forecast", "films.csv", "--owner", "a", "--public", "b", "-s",
                       "curators.owner.reward={command: touch started}"]):
            done = call(*words, cwd=folder)
            expect(not (Path(folder) / "started").exists(), words, "started a program")
            if words[:2] in (["analyze", "game.yaml"], ["phase", "game.yaml"]):
                expect(done.returncode == 2 and "only `aligngame run` starts" in done.stderr
                       and "game.yaml:5:" in done.stderr, words, done)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        expect((Path(folder) / "started").exists(), "run asks nobody")


@test
def what_reads_a_run_directory_starts_nothing():
    with scratch() as folder:
        scored(folder)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        perform("run", "learnt.yaml", "-o", "t", "-q", cwd=folder)
        (Path(folder) / "started").unlink()
        for run in ("r", "t"):
            perform("report", run, "-o", f"{run}.html", cwd=folder)
            call("export", run, "--hdf5", f"{run}.h5", cwd=folder)
            for words in (["analyze", run], ["audit", run], ["weights", run],
                          ["forecast", run, "--owner", "a", "--public", "b"]):
                expect(call(*words, cwd=folder).returncode in (1, 2), words)
            # a finished run is shown again without a play
            perform("run", "--resume", "-o", run, cwd=folder)
        expect(not (Path(folder) / "started").exists(), "a program was started")
        # whoever writes a description writes digests as well
        with sqlite3.connect(Path(folder) / "r" / "run.sqlite") as store:
            store.execute("UPDATE provenance SET value = replace(value, 'sh scorer.sh',"
                          " 'touch started #') WHERE key = 'description'")
        seal_store(Path(folder) / "r" / "run.sqlite")
        reseal(Path(folder) / "r")
        call("report", "r", cwd=folder)
        expect(not (Path(folder) / "started").exists(), "a hostile description was obeyed")


def reseal(run):
    import hashlib
    lines = ""
    for line in (run / "SHA256SUMS").read_text().splitlines()[:-1]:
        if (run / line[66:]).is_file():
            lines += f"{hashlib.sha256((run / line[66:]).read_bytes()).hexdigest()}  {line[66:]}\n"
    digest = hashlib.sha256(lines.encode()).hexdigest()
    (run / "SHA256SUMS").write_text(f"{lines}# {digest}  the lines above\n")


@test
def a_strangers_directory_is_asked_about():
    if os.geteuid() != 0:
        raise Skip("only root can give files away")
    with scratch() as folder:
        scored(folder)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        run = Path(folder) / "r"
        for path in (run, run / "run.sqlite", run / "inputs" / "rewards.safetensors"):
            if not path.exists():
                path = next((run / "inputs").glob("rewards*"))
            os.chown(path, 12345, -1)
            before = states(run)
            for words in (["run", "--resume", "-o", "r"], ["run", "game.yaml", "--resume", "-o", "r"]):
                done = call(*words, cwd=folder)
                expect(done.returncode == 2 and "--trust" in done.stderr
                       and "belongs to user 12345" in done.stderr, words, done)
            expect(states(run) == before, "something was touched")
            perform("run", "--resume", "-o", "r", "--trust", cwd=folder)
            perform("report", "r", cwd=folder)
            os.chown(path, os.geteuid(), -1)
        for path in (run, run / "run.sqlite"):
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IWOTH)
            done = call("run", "--resume", "-o", "r", cwd=folder)
            expect(done.returncode == 2 and "by everybody" in done.stderr, done)
            path.chmod(mode)
        perform("run", "--resume", "-o", "r", cwd=folder)


def on_terminal(words, answer, cwd):
    """The exit status and what a terminal has heard."""
    import pty
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve(PROGRAM, [PROGRAM, *words], ENVIRONMENT)
    os.write(terminal, answer.encode())
    heard = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        heard += piece
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), heard.decode()


@test
def a_terminal_is_asked_and_no_is_no():
    with scratch() as folder:
        scored(folder)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        (Path(folder) / "r").chmod(0o777)
        for answer, status in (("n\n", 2), ("\n", 2), ("\x04", 2), ("yes, but\n", 2), ("yes\n", 0), ("Y\n", 0)):
            got, heard = on_terminal(["run", "--resume", "-o", "r"], answer, folder)
            expect(got == status and "Go on? [y/N]" in heard, answer, got, heard)
        expect(call("run", "game.yaml", "--trust", cwd=folder).returncode == 2, "without --resume")


# ---- files ----

@test
def links_pipes_and_devices_are_no_files_of_a_run():
    with scratch() as folder:
        scored(folder)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        run = Path(folder) / "r"
        names = [str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()]
        for name in [*names, "run.sqlite-journal", "run.sqlite-wal"]:
            path, kept = run / name, Path(folder) / "kept"
            if path.exists():
                path.rename(kept)
            for make in (lambda: path.symlink_to(kept), lambda: os.mkfifo(path)):
                make()
                for words in (["report", "r", "-o", "page.html"], ["run", "--resume", "-o", "r"]):
                    done = call(*words, cwd=folder)
                    expect(done.returncode == 2 and f"r/{name} is" in done.stderr, name, words, done)
                path.unlink()
            if kept.exists():
                kept.rename(path)
        perform("report", "r", cwd=folder)


@test
def a_pipe_in_a_models_folder_keeps_nobody_waiting():
    with scratch() as folder:
        scored(folder)
        (Path(folder) / "m").mkdir()
        write(folder, "lm.yaml", LEARNT[:LEARNT.index("generator")] + "generator: {gpt2: {model: m}}\n"
              "samples: {generate: 40, keep: 20}\n")
        os.mkfifo(Path(folder) / "m" / "config.json")
        for words in (["run", "lm.yaml"], ["analyze", "lm.yaml"]):
            done = call(*words, cwd=folder)
            expect(done.returncode == 2 and "no regular file" in done.stderr, words, done)


@test
def a_draft_follows_no_link_and_has_a_name_that_nobody_knows():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        write(folder, "precious", "precious\n")
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        for name in ("report.html.tmp", ".report.html.tmp", "report.html"):
            (Path(folder) / "r" / name).symlink_to(Path(folder) / "precious")
        call("report", "r", cwd=folder)
        (Path(folder) / "r" / "report.html").unlink()
        perform("report", "r", cwd=folder)
        expect((Path(folder) / "precious").read_text() == "precious\n", "a link was followed")
        expect(not (Path(folder) / "r" / "report.html").is_symlink(), "no page")


@test
def drafts_of_a_killed_process_are_swept_and_nothing_else():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (400, 150, 150))
        process = subprocess.Popen([PROGRAM, "run", "game.yaml", "-o", "r", "-q",
                                    "--checkpoint-interval", "0.01"], cwd=folder, env=CUT_OFF)
        run = Path(folder) / "r"
        while process.poll() is None and not list(run.glob("checkpoint-*")):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        ends = [path.suffix for path in (run / "inputs").glob("rewards.*")]
        gone = [f"checkpoint-000007{ends[0]}.0123456789abcdef.tmp",
                "metrics.csv.00000000000000aa.tmp", "inputs/01-x.csv.0123456789abcdef.tmp", "SHA256SUMS.0123456789abcdef.tmp"]
        stay = ["notes.0123456789abcdef.tmp", "metrics.csv.tmp", "checkpoint-mine.txt",
                "metrics.csv.0123.tmp"]
        for name in gone + stay:
            write(run, name, "x")
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        left = set(listing(run))
        expect(set(stay) <= left, left)
        expect(not [name for name in left if re.search(r"\.[0-9a-f]{16}\.tmp$", name)
                    and name not in stay], left)


# ---- databases ----

HOSTILE = {
    "a view that never ends in a table's place":
        "ALTER TABLE provenance RENAME TO p; CREATE VIEW provenance AS WITH RECURSIVE"
        " c(key) AS (SELECT 'a' UNION ALL SELECT key FROM c) SELECT key, key AS value FROM c",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON leg BEGIN DELETE FROM value; END",
    "an index over a function": "CREATE INDEX i ON value (abs(generation))",
    "one more table": "CREATE TABLE more (a)",
    "a table less": "DROP TABLE checkpoint",
    "a column more": "ALTER TABLE leg ADD COLUMN more",
    "a generated column": "ALTER TABLE leg ADD COLUMN more AS (zeroblob(1000000000))",
    "statistics": "ANALYZE",
    "a write-ahead log": "PRAGMA journal_mode = WAL",
}


@test
def a_hostile_database_is_refused_and_nothing_hangs():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "good", "-q", cwd=folder)
        for what, statements in HOSTILE.items():
            shutil.rmtree(Path(folder) / "r", ignore_errors=True)
            shutil.copytree(Path(folder) / "good", Path(folder) / "r")
            with sqlite3.connect(Path(folder) / "r" / "run.sqlite") as store:
                store.executescript(statements)
            store.close()
            reseal(Path(folder) / "r")
            before = listing(Path(folder) / "r")
            for words in (["report", "r", "-o", "page.html"], ["run", "--resume", "-o", "r"]):
                done = call(*words, cwd=folder)
                expect(done.returncode == 2 and "run.sqlite" in done.stderr, what, words, done)
            expect(listing(Path(folder) / "r") == before, what, "files were made")


@test
def a_tree_of_pages_that_meet_again_ends():
    """Interior pages that all point to one child: reading takes more steps than bytes explain."""
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        path = Path(folder) / "r" / "run.sqlite"
        with sqlite3.connect(path) as store:
            store.execute("INSERT OR REPLACE INTO value SELECT a.generation * 100000 + b.generation * 1000"
                          " + c.metric + 500, 0, 1 FROM value a, value b, value c LIMIT 20000")
            page = store.execute("PRAGMA page_size").fetchone()[0]
            root = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'value'").fetchone()[0]
        store.close()
        data = bytearray(path.read_bytes())
        head = (root - 1) * page
        expect(data[head] == 2, "the tree has one page")
        # every cell of the root points to the root's first child
        count = int.from_bytes(data[head + 3:head + 5], "big")
        cells = [head + int.from_bytes(data[head + 12 + 2 * i:head + 14 + 2 * i], "big")
                 for i in range(count)]
        for cell in cells:
            data[cell:cell + 4] = data[cells[0]:cells[0] + 4]
        path.write_bytes(data)
        reseal(Path(folder) / "r")
        for words in (["report", "r", "-o", "page.html"], ["run", "--resume", "-o", "r"]):
            expect(call(*words, cwd=folder).returncode in (0, 2), words)


@test
def a_journal_cannot_reach_other_files():
    """SQLite reads a file that a journal names, and removes it: nothing of the kind is opened."""
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        precious = write(folder, "precious", "precious\n")
        name = str(precious).encode()
        journal = (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 504
                   + (1 << 30).to_bytes(4, "big") + name + len(name).to_bytes(4, "big")
                   + sum(name).to_bytes(4, "big") + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
        run = Path(folder) / "r"
        sums = (run / "SHA256SUMS").read_text()
        for sealed in (True, False):
            if not sealed:
                (run / "SHA256SUMS").write_text(sums)
                lines = [line for line in sums.splitlines()[:-1] if "inputs/" in line]
                (run / "SHA256SUMS").write_text("\n".join([*lines, "#"]) + "\n")
                reseal(run)
            write(run, "run.sqlite-journal", journal)
            for words in (["report", "r", "-o", "page.html"], ["run", "--resume", "-o", "r"],
                          ["run", "game.yaml", "--resume", "-o", "r"]):
                done = call(*words, cwd=folder)
                expect(done.returncode == 2, sealed, words, done)
            expect(precious.read_text() == "precious\n", "a file outside was removed")
            expect((run / "run.sqlite-journal").read_bytes() == journal, "the journal was played back")


@test
def a_reader_writes_nothing():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        before = states(Path(folder) / "r")
        for words in (["report", "r", "-o", "page.html"], ["run", "--resume", "-o", "r"]):
            perform(*words, cwd=folder)
            expect(states(Path(folder) / "r") == before, words, "something was written")


# ---- what is not as it was ----

@test
def another_processor_is_refused_or_noted():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (60, 60, 60))
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder, env={"ALIGNGAME_MAX_CPU": "baseline"})
        with sqlite3.connect(Path(folder) / "r" / "run.sqlite") as store:
            store.execute("UPDATE leg SET instructions = 'avx1024'")
        store.close()
        seal_store(Path(folder) / "r" / "run.sqlite")
        reseal(Path(folder) / "r")
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)  # it is finished: nothing is played
        longer = ["run", "--resume", "-o", "r", "-s", "generations=70", "-q"]
        done = call(*longer, cwd=folder)
        expect(done.returncode == 2 and "avx1024" in done.stderr and "--mix" in done.stderr, done)
        perform(*longer, "--mix", cwd=folder)
        perform("report", "r", cwd=folder)
        expect("mixed: instructions" in (Path(folder) / "r" / "report.html").read_text(), "not told")


@test
def a_changed_program_is_refused_or_noted():
    with scratch() as folder:
        scored(folder)
        perform("run", "learnt.yaml", "-o", "r", "-q", cwd=folder)
        write(folder, "sample.sh", "touch started; yes a cat sat | head -n $2 > $3 #\n")
        longer = ["run", "--resume", "-o", "r", "-s", "generations=3", "-q"]
        done = call(*longer, cwd=folder)
        expect(done.returncode == 2 and "sample.sh has changed" in done.stderr
               and "--changed-inputs" in done.stderr, done)
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        perform(*longer, "--changed-inputs", cwd=folder)
        perform("report", "r", cwd=folder)
        page = (Path(folder) / "r" / "report.html").read_text()
        expect("changed inputs: sample.sh has changed" in page, "not told")
        # items have their rewards in the directory: nobody is asked again
        perform("run", "game.yaml", "-o", "s", "-q", cwd=folder)
        write(folder, "scorer.sh", "exit 3\n")
        perform("run", "--resume", "-o", "s", "-s", "generations=8", "-q", cwd=folder)


# ---- what is shown ----

BAD = "\x1b]0;t\x07\x1b[31m\x9b\u202e\u2066\u200f\u061c\u2028\u200b\ufeff"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
                       "\u2066-\u2069\ufeff]")


def shown(folder, *words):
    done = subprocess.run([PROGRAM, *words], cwd=folder, env=ENVIRONMENT, capture_output=True,
                          stdin=subprocess.DEVNULL, check=False, timeout=300)
    for said in (done.stdout, done.stderr):
        expect(not FORBIDDEN.search(said.decode()), words, said)
    return done


@test
def no_text_reaches_a_terminal_as_it_is():
    with scratch() as folder:
        owner = json.dumps("o" + BAD)
        rows = "".join(f"x{BAD}{i},{i % 7},{i % 5},g{BAD}{i % 2}\n" for i in range(40))
        write(folder, "items.csv", f"t,a{BAD},b,g\n{rows}")
        write(folder, "game.yaml", f"name: {json.dumps('n' + BAD)}\ngenerations: 4\n"
              "space: {table: {file: items.csv, label: t, group: g}}\ncurators:\n"
              f"  {owner}: {{reward: {{column: {json.dumps('a' + BAD)}}}, pool: 4}}\n"
              "  p: {reward: {column: b}, pool: 4}\n")
        for words in (["run", "game.yaml", "-o", "r" + BAD], ["run", "--resume", "-o", "r" + BAD],
                      ["report", "r" + BAD], ["report", "r" + BAD, "--json"],
                      ["run", "game.yaml", "--no-save", "-v"],
                      ["run", "game.yaml", "--no-save", "--json"],
                      ["analyze", "game.yaml"], ["audit", "game.yaml"], ["analyze", "game.yaml", "--json"],
                      ["forecast", "items.csv", "--owner", "a" + BAD, "--public", "b", "--label", "t"]):
            expect(shown(folder, *words).returncode == 0, words)
        made = json.loads(shown(folder, "run", "game.yaml", "--no-save", "--json").stdout)
        # white space in a name is a space; the rest of it is in the document as it was
        expect(made["name"].replace(" ", "") == ("n" + BAD).replace("\u2028", "").replace(" ", "")
               or "\u202e" in made["name"], made["name"])
        for words in ([BAD], ["run", BAD], ["explain", BAD], ["list", BAD], ["help", BAD], ["report", BAD],
                      ["run", "game.yaml", "--" + BAD], ["run", "game.yaml", "-s", BAD],
                      ["run", "game.yaml", "-s", "space.table.file=" + json.dumps(BAD)],
                      ["weights", BAD], ["paper", BAD], ["drift", "--sizes", BAD], ["phase", BAD],
                      ["forecast", "items.csv", "--owner", BAD, "--public", "b"]):
            expect(shown(folder, *words).returncode == 2, words)


@test
def the_words_of_a_program_are_cleaned():
    with scratch() as folder:
        scored(folder)
        for script in ("printf '\\033[31mhello\\302\\233\\377\\342\\200\\256\\n' >&2; exit 3\n",
                       "read x; printf '{\"id\": 0, \"reward\": \"\\033[31m\\302\\233\\377\"}\\n'; exit 3\n",
                       "read x; printf '\\033[31m\\302\\233\\377\\342\\200\\256\\n'; exit 3\n"):
            write(folder, "scorer.sh", script)
            expect(shown(folder, "run", "game.yaml", "--no-save").returncode == 2, script)


@test
def pages_load_nothing_and_name_no_folder():
    with scratch() as folder:
        scored(folder)
        write(folder, "game.yaml", SCORED.replace("sh scorer.sh", f"sh {folder}/scorer.sh"))
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        perform("report", f"{folder}/r", "-o", "page.html", cwd=folder)
        perform("forecast", f"{folder}/films.csv", "--owner", "a", "--public", "b", "-o", "f", "-q",
                cwd=folder)
        for name in ("page.html", "f/forecast.html", "f/forecast.json"):
            text = (Path(folder) / name).read_text()
            expect(folder not in text, name, "names a folder")
            if name.endswith("html"):
                policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
                expect(policy and "default-src 'none'" in policy[1], name, policy)
                expect("script" not in policy[1] and "<script" not in text, name, "scripts")
        expect("…/scorer.sh" in (Path(folder) / "page.html").read_text(), "the command is not shown")


@test
def a_name_on_a_page_is_text():
    with scratch() as folder:
        name = "<script>alert(1)</script>\u202e\x9b'\"&"
        write(folder, "game.yaml", ATOMS.replace("tiny", json.dumps(name)))
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        perform("report", "r", cwd=folder)
        page = (Path(folder) / "r" / "report.html").read_text()
        expect("&lt;script&gt;alert(1)" in page and "<script" not in page, "markup")
        expect(not re.search("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page), "marks")


@test
def a_browser_shows_the_pages():
    browser = shutil.which("chromium")
    if not browser:
        raise Skip("no chromium")
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "r", "-q", cwd=folder)
        perform("report", "r", cwd=folder)
        done = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu",
                               "--disable-background-networking", "--enable-logging=stderr",
                               f"--user-data-dir={folder}/profile", f"--screenshot={folder}/page.png",
                               f"file://{folder}/r/report.html"], capture_output=True, text=True,
                              check=False, timeout=120)
        expect("Content Security Policy" not in done.stderr, done.stderr)
        expect((Path(folder) / "page.png").stat().st_size > 10000, "an empty page", done.stderr)


if __name__ == "__main__":
    sys.exit(main())
