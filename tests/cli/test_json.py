#!/usr/bin/env python3
"""JSON documents are what docs/json.md and the schemas say. Prints TAP.

Usage: test_json.py PROGRAM
The schemas are checked by Debian's python3-jsonschema; without it these tests are skipped.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

from outside import (ATOMS, CHECKOUT, EXAMPLES, Skip, call, document, expect, main, parse, scratch, succeed, test, write)

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMAS = CHECKOUT / "docs" / "schemas"
SHORT = ["-s", "generations=2"]
SCORED = "name,o,p,se,kind\na,1,3,0.5,x\nb,2,2,0.5,y\nc,3,1,0.2,x\nd|e,1.5,1.2,0.2,x\n"
FOUR = ["-s", "space.atoms.mass=[1,1,1,1]", "-s", "curators.owner.reward.values=[3,0,2,1]",
        "-s", "curators.public.reward.values=[0,3,1,2]"]


def commands():
    """The names in --help."""
    listed = succeed("--help").partition("Commands")[2].partition("Options")[0]
    return re.findall(r"^  ([a-z]+) {2,}", listed, re.M)


def strict(schema):
    """The same schema, which takes no member that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {} if "properties" not in schema or "additionalProperties" in schema else \
        {"additionalProperties": False}
    return {**{key: strict(part) for key, part in schema.items()}, **closed}


def check(command, *words, **options):
    """The document of a command, held against its schema."""
    if not jsonschema:
        raise Skip("there is no python3-jsonschema")
    schema = json.loads((SCHEMAS / f"{command}.json").read_text())
    made = document(command, *words, **options)
    validator = getattr(jsonschema, "Draft202012Validator", jsonschema.Draft7Validator)
    for error in validator(strict(schema)).iter_errors(made):
        whole = [error, *(error.context or [])]
        expect(False, command, *words, *(f"{list(e.absolute_path)}: {e.message[:300]}" for e in whole[:6]))
    expect(made["schema"] == f"aligngame/{command}/1" and made["version"] in succeed("--version"), made["schema"])
    return made


@test
def schemas_and_their_page_are_made_from_one_source():
    with scratch() as folder:
        tool = CHECKOUT / "tools" / "json-schemas"
        subprocess.run([sys.executable, tool, folder], check=True)
        made = sorted(Path(folder).rglob("*.*"))
        expect(len(made) > 10, made)
        for path in made:
            kept = CHECKOUT / "docs" / path.relative_to(folder)
            expect(kept.read_text() == path.read_text(), kept, "is old: run tools/json-schemas")


@test
def schemas_are_schemas():
    if not jsonschema:
        raise Skip("there is no python3-jsonschema")
    validator = getattr(jsonschema, "Draft202012Validator", jsonschema.Draft7Validator)
    for path in SCHEMAS.glob("*.json"):
        validator.check_schema(json.loads(path.read_text()))


@test
def documents_name_no_folder_of_whoever_plays():
    with scratch() as folder:
        where = Path(folder).resolve()
        write(where, "films.csv", "title,a,b\nAlpha,9,9\nBeta,1,1\n")
        write(where, "game.yaml", "name: films\ngenerations: 3\nspace: {table: {file: films.csv, label: title}}\n"
              "curators:\n  owner: {reward: {column: a}}\n  public: {reward: {column: b}}\n")
        made = document("run", "game.yaml", "-o", "r", cwd=where)
        expect([entry["path"] for entry in made["inputs"]] == ["…/films.csv"], made["inputs"])
        write(where, "films.csv", "title,a,b\nAlpha,8,9\nBeta,1,1\n")
        told = parse(call("report", "r", "--json", cwd=where).stdout)
        expect([entry["path"] for entry in told["originals"]] == ["…/films.csv"], told)
        for document_ in (made, told, document("analyze", "game.yaml", cwd=where), document("audit", "game.yaml", cwd=where),
                          document("run", "game.yaml", "--no-save", cwd=where)):
            expect(str(where) not in json.dumps(document_, ensure_ascii=False), document_)


@test
def names_that_are_no_text_are_escaped():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        made = document("run", "game.yaml", "-o", b"r\xff\xc3\xa9\xc3".decode(errors="surrogateescape"), cwd=folder)
        expect(made["directory"] == "r\\xff\u00e9\\xc3", made["directory"])


@test
def every_command_has_a_schema():
    for command in commands():
        expect((SCHEMAS / f"{command}.json").exists(), "docs/schemas has none for", command)


@test
def runs():
    with scratch() as folder:
        made = check("run", EXAMPLES / "compromise.yaml", "--snapshots", "1,5", "-o", f"{folder}/r")
        expect("temperature" in made["settings"]["game"], made["settings"])
        check("run", EXAMPLES / "films.yaml", *SHORT, "-o", f"{folder}/f")
        if "without HDF5" not in call("export", f"{folder}/r", "--hdf5", f"{folder}/r.h5").stderr:
            check("export", f"{folder}/r", "--hdf5", f"{folder}/r.h5")
        check("report", f"{folder}/r", f"{folder}/f", "-o", folder)
    for words in (["compromise.yaml", "-s", "loop.reading=owner_model"], ["pluralism.yaml"], ["condorcet.yaml"],
                  ["rock-paper-scissors.yaml", *SHORT], ["circles-samples.yaml", *SHORT, "--snapshots", "1"],
                  ["sentences.yaml", *SHORT, "-s", "space.text.held_out=100"]):
        check("run", EXAMPLES / words[0], *words[1:], "--no-save")


@test
def analyses_and_audits():
    for words in (["two-atoms.yaml"], ["pluralism.yaml"], ["condorcet.yaml"], ["films.yaml"], ["compromise.yaml"],
                  ["compromise.yaml", *FOUR], ["circles-partial.yaml", "-s", "space.box.cells=[9,9]"],
                  ["circles-partial.yaml", "-s", "space.box.cells=[9,9]", "--no-basins"]):
        check("analyze", EXAMPLES / words[0], *words[1:])
    for words in (["compromise.yaml"], ["films.yaml"], ["pluralism.yaml"]):
        check("audit", EXAMPLES / words[0], *words[1:])


@test
def forecasts():
    films = [EXAMPLES / "films.csv", "--owner", "critics", "--public", "audience"]
    check("forecast", *films)
    check("forecast", *films, "--label", "title", "--group", "genre", "--mass", "votes", "--pool", "inf")
    with scratch() as folder:
        check("forecast", write(folder, "se.csv", SCORED), "--owner", "o", "--public", "p", "--label", "name", "--group",
              "kind", "--owner-se", "se", "--draws", "10", "--keep", "5", "-g", "5", "--every", "month")


@test
def tables_of_weights():
    with scratch() as folder:
        table = write(folder, "w.csv", "mass,reward\n1,0\n1,1\n0,3\n")
        made = check("weights", table, "--pool", "inf", "--temperature", "1")
        expect(made["settings"]["pool"] == made["pool"] == "inf", made)
        check("weights", table, "--pool", "8", "--temperature", "0.5")


@test
def phases_and_drifts():
    with scratch() as folder:
        check("phase", EXAMPLES / "two-atoms.yaml", "--x", "curators.owner.pool=2..9:3", "--y",
              "space.atoms.mass.0=0.01..0.99:3", "-o", folder)
    check("drift", "--replicates", "100")


@test
def lists_and_words():
    check("list")
    for kind in document("list")["kinds"]:
        check("list", kind["kind"])
    check("list", "rewards", "--show", "disc")
    if "explain" in commands():
        check("explain")
        check("explain", "temperature")
    if "help" in commands():
        check("help")
        check("help", "run")


@test
def papers():
    check("paper", "claims", "--no-save", "--games", "5")
    check("paper", "synthetic", "--no-save", "--cells", "30", "--seeds", "2", "-g", "3")
    check("paper", "text", "--no-save", "--seeds", "1", "-g", "2", "--variant", "panels")


@test
def models():
    with scratch() as folder:
        check("train", "--grammar", "1000", "--vocabulary", "300", "--width", "16", "--layers", "1", "--heads", "2",
              "--epochs", "1", "-o", f"{folder}/model")
        expect(json.loads((Path(folder) / "model/train.json").read_text())["schema"] == "aligngame/train/1", "a file")


sys.exit(main())
