"""The numbers are the program's, to the bit: JSON has 17 digits of each."""
import json
import math
import random

import numpy as np
import pytest

import aligngame as ag

EXACT = ["circles-disjoint.yaml", "compromise.yaml", "two-atoms.yaml"]


def same(values, printed):
    """Bits alike; what has no number is null."""
    assert len(values) == len(printed)
    for value, other in zip(np.asarray(values).tolist(), printed):
        assert (other is None and not math.isfinite(value)) or value == other


def compare(run, document):
    assert run.metric_names == list(document["metrics"])
    for m, name in enumerate(run.metric_names):
        same(run.metric_values[:, m], document["metrics"][name])
    for generation, snapshot in document["snapshots"].items():
        same(run.log_mass(int(generation)), snapshot["log_mass"])
    assert run.document["facts"] == document["facts"]


@pytest.mark.parametrize("name", EXACT)
def test_examples(name, examples, program):
    last = ag.Game.load(examples / name).generations
    run = ag.Game.load(examples / name).run(snapshots=[1, last])
    compare(run, program("run", examples / name, "--no-save", "--snapshots", f"1,{last}"))


def test_samples(examples, program):
    settings = {"generations": 3, "replicates": 2}
    run = ag.Game.load(examples / "circles-samples.yaml", settings).run()
    document = program("run", examples / "circles-samples.yaml", "--no-save", "-s", "generations=3", "-s",
                       "replicates=2")
    for m, name in enumerate(run.metric_names):
        same(run.metric_values[:, m], document["metrics"][name])
    assert run.replicate_values.shape == (2, 4, len(run.metric_names))
    assert np.array_equal(run.replicate_values.mean(axis=0), run.metric_values, equal_nan=True) or \
        np.allclose(run.replicate_values.mean(axis=0), run.metric_values, rtol=1e-15, equal_nan=True)


def random_game(seed):
    """A mapping that says a game: items, two or three curators, any loop."""
    draw = random.Random(seed)
    n = draw.randint(2, 12)
    names = ["a", "b", "c"][:draw.randint(2, 3)]
    curators = {name: {"reward": {"values": [round(draw.gauss(0, 2), 3) for _ in range(n)]},
                       "pool": draw.choice([2, 3, 8, 100, "inf"]),
                       "temperature": draw.choice([0.5, 1, 2.25])} for name in names}
    loop = draw.choice([{"reading": "sequential"}, {"reading": "parallel"},
                        {"reading": "accumulate"}, {"real_share": 0.1},
                        {"steps": [{"curate": names[0]}, {"keep": 0.3}, {"sharpen": 1.1}]}])
    return {"name": f"game {seed}", "seed": seed, "generations": 12, "curators": curators, "loop": loop,
            "space": {"atoms": {"mass": [round(draw.random() + 0.01, 4) for _ in range(n)]}}}


@pytest.mark.parametrize("seed", range(50))
def test_random_games(seed, program, tmp_path):
    document = random_game(seed)
    path = tmp_path / "game.json"
    path.write_text(json.dumps(document))
    compare(ag.Game.load(document).run(snapshots=[12]),
            program("run", path, "--no-save", "--snapshots", "12"))


def test_arrays_are_the_file(rewards):
    arrays = ag.Game.from_arrays(rewards, mass=[9, 9, 2]).run()
    preset = ag.Game.preset("compromise").run()
    assert arrays.metric_values.tobytes() == preset.metric_values.tobytes()
    assert arrays.log_mass().tobytes() == preset.log_mass().tobytes()


def test_directories_are_alike(examples, program, tmp_path):
    ag.Game.load(examples / "compromise.yaml").run(directory=tmp_path / "python")
    program("run", examples / "compromise.yaml", "-o", tmp_path / "program")
    for name in ("metrics.csv", "outcome.safetensors"):
        assert (tmp_path / "python" / name).read_bytes() == (tmp_path / "program" / name).read_bytes()


def test_analysis_audit_and_drift(examples, program):
    game = ag.Game.load(examples / "two-atoms.yaml")
    assert dict(game.analyze()) == program("analyze", examples / "two-atoms.yaml")
    assert dict(game.audit()) == program("audit", examples / "two-atoms.yaml")
    assert ag.drift(replicates=50, generations=4)["identities"] == \
        program("drift", "--replicates", "50", "-g", "4")["identities"]


def test_forecast_and_phase(examples, program, tmp_path):
    films = examples / "films.csv"
    made = ag.forecast(films, "critics", "audience", label="title", generations=20)
    assert dict(made) == program("forecast", films, "--owner", "critics", "--public", "audience", "--label",
                                 "title", "-g", "20")
    axes = ag.Axis("curators.owner.pool", 2, 64, 4), ag.Axis("curators.public.pool", 2, 64, 3)
    phase = ag.Game.load(examples / "compromise.yaml").phase(*axes)
    printed = program("phase", examples / "compromise.yaml", "--x", "curators.owner.pool=2..64:4", "--y",
                      "curators.public.pool=2..64:3", "-o", tmp_path / "phase")
    assert [[phase.words[winner] for winner in row] for row in phase.winner] == printed["winner"]
    assert phase.effective_number.tolist() == printed["effective_number"]
    assert phase.x.tolist() == printed["x"]["values"]
