"""Games from Python: the numbers are the command line's, and the theorems'."""
import copy
import json
import math
import pickle
import subprocess
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import aligngame as ag
import numpy as np
import pytest

PROGRAM = str(Path(ag.__file__).with_name("aligngame"))
REWARDS = {"owner": [3.0, 0.0, 2.0], "public": [0.0, 3.0, 2.0]}
MASS = [9, 9, 2]
FILE = {"name": "compromise", "generations": 40, "space": {"atoms": {"mass": MASS}},
        "curators": {name: {"reward": {"values": values}} for name, values in REWARDS.items()},
        "metrics": ["entropy", "effective_number", "mean_reward"]}


def compromise(**more):
    return ag.Game.from_arrays(REWARDS, MASS, generations=40, **more)


def program(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_bits_are_the_command_line_s(tmp_path):
    place = tmp_path / "game.yaml"
    place.write_text(json.dumps(FILE))
    shown = program("run", place, "--no-save", "--json", "--snapshots", "40")
    for game in (ag.Game.load(place), ag.Game.load(FILE),
                 compromise(metrics=FILE["metrics"])):
        run = game.run()
        for name, values in shown["metrics"].items():
            assert run.metric(name).tolist() == values, name
        assert run.log_mass().tolist() == shown["snapshots"]["40"]["log_mass"]
        assert run.facts == shown["facts"]


def test_two_atoms_of_one_reward_each_double_their_odds_in_the_limit_of_pools():
    # theory: with K = inf the weight is exp(r / tau) / E exp(r / tau)
    tau, gap = 2.0, 1.5
    mass = np.array([0.3, 0.7])
    expected = np.exp(np.array([gap, 0]) / tau)
    expected /= (mass * expected).sum()
    found = ag.weights(mass, [gap, 0], math.inf, tau)
    assert np.abs(np.log(found) - np.log(expected)).max() < 1e-12
    assert ag.weights(mass, [gap, 0], "inf", tau, log=True) == pytest.approx(np.log(expected),
                                                                           abs=1e-12)


def test_pools_of_two_are_bradley_terry():
    # H_2(x) = 2 sum_y p(y) sigma(r(x) - r(y))
    mass, reward = np.array([0.2, 0.5, 0.3]), np.array([0.0, 1.0, 3.0])
    wins = 1 / (1 + np.exp(reward[None, :] - reward[:, None]))
    assert ag.weights(mass, reward, 2) == pytest.approx(2 * wins @ mass, rel=1e-12)


def test_a_state_steps_through_what_a_run_plays():
    game = compromise()
    run = game.run()
    for state in game.play():
        assert (state.log_mass == run.log_mass(state.generation)).all()
        for name, value in state.metrics.items():
            assert value == run.metric(name)[state.generation]
        if state.generation == 20:
            kept = state.save()
        if state.generation == 40:
            break
    other = next(iter(game.play()))
    other.restore(kept)
    assert other.generation == 20 and (other.log_mass == run.log_mass(20)).all()
    with pytest.raises(ag.GameError):
        other.restore(np.zeros(3))


def test_views_keep_what_they_look_at():
    masses = [compromise(seed=s).run().log_mass() for s in range(20)]
    assert all((mass == masses[0]).all() for mass in masses)
    with pytest.raises(ValueError):
        masses[0][0] = 0


def test_games_are_copied_and_pickled_as_what_they_were_made_of():
    for game in (compromise(labels=["a", "b", "c"]), ag.Game.load(FILE)):
        again = pickle.loads(pickle.dumps(game))
        assert (again.run().log_mass() == game.run().log_mass()).all()
        assert copy.deepcopy(game) is game
        assert game.replaced(generations=7).run().generations == 7
        assert game.run(generations=5).generations == 5


def test_what_theory_says_is_the_command_line_s(tmp_path):
    place = tmp_path / "game.yaml"
    place.write_text(json.dumps(FILE))
    game = ag.Game.load(place)
    for words, document in (("analyze", game.analyze()), ("audit", game.audit())):
        shown = program(words, place, "--json")
        assert document == shown
    assert game.analyze().sinks[0]["atoms"] == [2]
    assert game.audit().verdicts["theorem 4"] == "fails"
    assert "theorem 4" in game.audit()._repr_html_()


def test_groups_and_labels_of_arrays_are_measured():
    run = compromise(labels=["a", "b", "c"], groups=["x", "y", "x"]).run()
    mass = run.mass()
    assert run.game.groups == ["x", "y", "x"] and run.game.labels == ["a", "b", "c"]
    assert run.metric("group_share.x")[-1] == pytest.approx(mass[0] + mass[2], rel=1e-14)


def test_steps_and_schedules():
    kept = compromise(steps=[{"curate": "owner"}, {"curate": "public"}, {"keep": 0.9}]).run()
    plain = compromise().run()
    assert np.allclose(kept.mass(1), 0.9 * plain.mass(0) + 0.1 * plain.mass(1), rtol=1e-12)
    slow = compromise(temperature={"owner": [1.0, 2.0], "public": 1.0}).run()
    hot = ag.Game.from_arrays(REWARDS, plain.mass(1),
                              temperature={"owner": 2.0, "public": 1.0}, generations=1).run()
    assert np.allclose(slow.mass(2), hot.mass(), rtol=1e-12)


def test_errors_have_their_place():
    with pytest.raises(ag.GameError) as caught:
        ag.Game.load({**FILE, "curatrs": {}})
    assert caught.value.line == 1 and caught.value.column and "curators" in caught.value.hint
    assert isinstance(caught.value, ValueError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.column == caught.value.column
    with pytest.raises(ag.GameError):
        ag.Game.load("no-such-game")
    for wrong in ({"mass": [1, -1, 1]}, {"pool": 1}, {"pool": {"nobody": 2}}, {"labels": ["a"]},
                  {"samples": {"kept": 3}}, {"steps": [{"curate": "nobody"}]}):
        with pytest.raises(ValueError):
            ag.Game.from_arrays(REWARDS, **{"mass": MASS, **wrong})
    with pytest.raises(KeyError):
        compromise().run(snapshots=[3]).mass(4)
    with pytest.raises(ag.GameError):
        ag.weights([1, 1], [0, math.nan])


def test_a_reward_of_python_is_the_array_that_it_gives():
    calls = []

    @ag.reward
    def owner(items):
        calls.append(len(items))
        return np.asarray(REWARDS["owner"])[items]

    game = ag.Game.from_arrays({"owner": owner, "public": REWARDS["public"]}, MASS, generations=40)
    assert (game.run().log_mass() == compromise().run().log_mass()).all()
    assert sum(calls) == 3


def test_points_are_judged_and_made_in_batches():
    class Same:
        """Gives what it has learnt back."""

        def fit(self, data, seed):
            self.data = data

        def sample(self, count, seed):
            chosen = np.random.default_rng(seed).integers(len(self.data), size=count)
            return self.data[chosen]

    def right(points):
        assert points.ndim == 2 and points.shape[1] == 2
        return points[:, 0]

    game = ag.Game.from_points({"owner": right}, [-1, -1], [1, 1], points=100, generations=5,
                               samples={"generate": 200, "keep": 100, "generator":
                                        ag.generator(Same)})
    run = game.run()
    course = run.metric("mean_reward.owner")
    assert course[-1] > course[0] and run.points.shape[1] == 2
    assert (np.abs(run.points) <= 1).all()
    assert (game.run().points == run.points).all()


def test_an_exception_of_a_callback_is_raised_where_it_was():
    def broken(items):
        raise LookupError("no such model")

    with pytest.raises(LookupError, match="no such model") as caught:
        ag.Game.from_arrays({"owner": broken, "public": REWARDS["public"]}, MASS)
    assert "broken" in [entry.name for entry in caught.traceback]
    with pytest.raises(ValueError, match="shape"):
        ag.Game.from_arrays({"owner": lambda items: [1.0], "public": REWARDS["public"]}, MASS)


class Meter:
    made = []

    def __init__(self, total, unit, desc):
        self.total, self.n, self.closed = total, 0, False
        Meter.made.append(self)

    def update(self, more):
        self.n += more

    def close(self):
        self.closed = True


def test_progress_is_told_by_tqdm_s_protocol():
    Meter.made.clear()
    compromise().run(progress=Meter)
    (meter,) = Meter.made
    assert meter.n == meter.total == 40 and meter.closed


def test_what_stops_a_run_keeps_a_checkpoint(tmp_path):
    class Stop(Meter):
        def update(self, more):
            super().update(more)
            if self.n >= 10:
                raise KeyboardInterrupt

    place = tmp_path / "run"
    game = ag.Game.load(FILE)
    with pytest.raises(KeyboardInterrupt):
        game.run(directory=place, progress=Stop)
    run = game.run(directory=place, resume=True)
    assert (run.log_mass() == game.run().log_mass()).all()
    assert (ag.Run.read(place).log_mass() == run.log_mass()).all()
    run.report(tmp_path / "page.html")
    assert "<svg" in (tmp_path / "page.html").read_text()
    with pytest.raises(ag.Error):
        game.run().report(tmp_path / "other.html")


def test_games_run_side_by_side_and_threads_change_no_bit():
    rng = np.random.default_rng(5)
    game = ag.Game.from_arrays({"owner": rng.normal(size=5000), "public": rng.normal(size=5000)},
                               generations=30)
    right = game.run(threads=1).log_mass()
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda threads: game.run(threads=threads), [1, 2, 3, 4]))
    assert all((run.log_mass() == right).all() for run in runs)


def test_the_lock_is_released():
    rng = np.random.default_rng(6)
    game = ag.Game.from_arrays({"owner": rng.normal(size=200_000)}, generations=20)
    turns, ended = [], threading.Event()

    def count():
        while not ended.wait(0.0005):
            turns.append(1)

    other = threading.Thread(target=count)
    other.start()
    game.run(snapshots=None, threads=1)
    ended.set()
    other.join()
    assert len(turns) > 5


def test_lists_and_studies():
    rewards = ag.list("rewards")
    assert "disc" in rewards and rewards["disc"]["keys"]["radius"]["unit"] == "a distance"
    with pytest.raises(KeyError):
        ag.list("sandwiches")
    drift = ag.drift(replicates=200, generations=5, items=5)
    kept = drift["identities"][0]
    assert kept["exact"] == pytest.approx((1 - 1 / 5) ** 5, rel=1e-14)
    phase = ag.Game.load(FILE).phase("curators.owner.pool=2..8:3", "curators.public.pool=2..8:3")
    assert phase.winner.shape == (3, 3) and phase.winner[0, 0] == "compromise"
    with pytest.raises(ag.Error):
        compromise().phase("curators.owner.pool=2..8:3", "curators.public.pool=2..8:3")


def test_a_forecast_of_columns(tmp_path):
    table = {"film": [f"film {i}" for i in range(12)], "critics": [i * 7 % 10 for i in range(12)],
             "audience": [i * 3 % 10 for i in range(12)]}
    made = ag.forecast(table, "critics", "audience", label="film", generations=8,
                       directory=tmp_path / "out")
    assert len(made["items"]) == 12 and made["items"][0]["label"].startswith("film")
    assert (tmp_path / "out" / "forecast.html").exists()
    with pytest.raises(ag.GameError):
        ag.forecast(table, "critics", "nobody")


def test_frames_and_pictures():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"film": ["a", "b", "c", "d"], "kind": ["x", "x", "y", "y"],
                              "critics": [3, 0, 2, math.nan], "audience": [0, 3, 2, 1],
                              "votes": [9, 9, 2, 1]})
    with pytest.warns(UserWarning, match="1 of 4 rows"):
        game = ag.Game.from_frame(frame, owner="critics", public="audience", label="film",
                                  group="kind", mass="votes", temperature=1.0, generations=40)
    run = game.run()
    assert game.labels == ["a", "b", "c"]
    assert (run.log_mass() == compromise().run().log_mass()).all()
    assert list(run.metrics.columns) == run.metric_names and run.metrics.index.name == "generation"
    xarray = pytest.importorskip("xarray")
    data = run.to_xarray()
    assert isinstance(data, xarray.Dataset) and data["mass"].shape == (41, 3)
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert run.plot().get_xlabel() == "generation" and len(run.plot("mean_reward").lines) == 2
    assert "<svg" in run._repr_html_()


def test_replicates():
    pandas = pytest.importorskip("pandas")
    run = compromise(samples={"initial": 50, "generate": 40, "keep": 20, "replicates": 3}).run(5)
    assert run.replicates == 3
    each = np.stack([run.metric("entropy", r) for r in range(3)])
    assert np.allclose(each.mean(axis=0), run.metric("entropy"), rtol=1e-12)
    assert isinstance(run.metrics.index, pandas.MultiIndex) and len(run.metrics) == 18


def test_nothing_is_warned_of_in_a_plain_game():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compromise().run()
