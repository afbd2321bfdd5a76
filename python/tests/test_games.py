"""Making, changing, keeping games, and what came of them."""
import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

import aligngame as ag


def test_from_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"score": [3.0, 0, 2], "clicks": [0.0, 3, 2], "title": ["x", "y", "z"],
                              "kind": ["a", "b", "a"], "votes": [9, 9, 2]})
    game = ag.Game.from_frame(frame, "score", "clicks", label="title", group="kind", mass="votes",
                              temperature=1)
    assert game.labels == ["x", "y", "z"] and game.curators == ["owner", "public"]
    run = game.run(5)
    assert run.log_mass().tobytes() == ag.Game.preset("compromise").run(5).log_mass().tobytes()
    assert list(run.metrics.index) == list(range(6)) and "group_share.a" in run.metrics
    with pytest.raises(KeyError, match="vote"):
        ag.Game.from_frame(frame, "score", "clicks", mass="vote")


def test_settings(rewards):
    game = ag.Game.from_arrays(rewards, mass=[9, 9, 2])
    other = game.with_settings({"curators.owner.pool": 100, "loop.reading": "parallel"}, generations=3)
    assert (other.generations, game.generations) == (3, 60)
    there = ag.Game.preset("compromise", {"curators.owner.pool": 100, "loop.reading": "parallel"})
    assert other.run().log_mass().tobytes() == there.run(3).log_mass().tobytes()


@pytest.mark.parametrize("make", [
    lambda: ag.Game.preset("compromise"),
    lambda: ag.Game.from_arrays({"a": [3, 0, 2], "b": [0, 3, 2]}, labels="xyz", groups="uuv"),
    lambda: ag.Game.load({"space": {"atoms": {"count": 3}}, "curators": {"a": {"reward": {"values": [1, 2, 3]}}}}),
])
@pytest.mark.parametrize("keep", [copy.copy, copy.deepcopy, lambda game: pickle.loads(pickle.dumps(game))])
def test_kept_games(make, keep):
    game = make()
    other = keep(game)
    assert other.run(4).metric_values.tobytes() == game.run(4).metric_values.tobytes()
    assert other.labels == game.labels


def test_file_games_are_kept_with_their_paths(examples, monkeypatch, tmp_path):
    game = ag.Game.load(examples / "two-atoms.yaml", {"generations": 3})
    kept = pickle.dumps(game)
    monkeypatch.chdir(tmp_path)
    assert pickle.loads(kept).run().log_mass().tobytes() == game.run().log_mass().tobytes()


def test_text_is_the_game(rewards):
    game = ag.Game.from_arrays(rewards, mass=[9, 9, 2], labels=["x", "y: {", "ü"], groups=["a", "b", "a"])
    other = ag.Game.parse(game.text)
    assert other.labels == game.labels
    assert other.run(3).metric_values.tobytes() == game.run(3).metric_values.tobytes()


def test_errors():
    with pytest.raises(ag.GameError) as caught:
        ag.Game.parse("space: {atoms: {mass: [1, 2]}}\ncurators: {a: {rewart: 1}}\n", "my.yaml")
    assert (caught.value.file, caught.value.line, caught.value.column) == ("my.yaml", 2, 16)
    assert caught.value.source == "curators: {a: {rewart: 1}}" and "reward" in caught.value.hint
    assert str(caught.value).startswith("my.yaml:2:16: error: unknown key `rewart`")
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, ag.AligngameError)
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), ag.GameError)
    with pytest.raises(ag.AligngameError):
        ag.Game.load("/there/is/no/such.yaml")
    with pytest.raises(KeyError):
        ag.Game.preset("no such preset")
    with pytest.raises(ValueError, match="one length"):
        ag.Game.from_arrays({"a": [1, 2], "b": [1, 2, 3]})
    with pytest.raises(ValueError, match="pool"):
        ag.weights([1, 2], [1, 2], 1)


def test_views_outlive_their_run(rewards):
    run = ag.Game.from_arrays(rewards).run(5)
    values, masses = run.metric_values, run.log_mass(3)
    kept, gone = values.copy(), weakref.ref(run)
    del run
    gc.collect()
    assert gone() is None
    for _ in range(50):
        ag.Game.from_arrays(rewards).run(5)
    assert np.array_equal(values, kept) and np.isfinite(masses).all()
    for view in (values, masses):
        with pytest.raises(ValueError):
            view[0] = 1


def test_arrays_are_copied(rewards):
    reward = np.array([3.0, 0, 2])
    game = ag.Game.from_arrays({"a": reward})
    before = game.run(3).mass()
    reward[:] = 0
    assert np.array_equal(copy.copy(game).run(3).mass(), before)


def test_stepping_is_running(rewards):
    game = ag.Game.from_arrays(rewards, mass=[9, 9, 2])
    run = game.run(10)
    seen = [(state.generation, state.log_mass, state.metrics)
            for state in game.with_settings(generations=10).play()]
    assert [generation for generation, _, _ in seen] == list(range(11))
    for generation, log_mass, metrics in seen:
        assert log_mass.tobytes() == run.log_mass(generation).tobytes()
        assert list(metrics.values()) == run.metric_values[generation].tolist()


def test_save_and_restore():
    game = ag.Game.preset("compromise")
    play = game.play().step(5)
    saved = play.save()
    expected = play.step(5).log_mass
    other = game.play().restore(saved)
    assert other.generation == 5 and other.step(5).log_mass.tobytes() == expected.tobytes()
    with pytest.raises(ag.GameError):
        game.play().restore(saved[:-1])


def test_threads(rewards):
    """Games at once, each with the numbers that it has alone."""
    alone = [ag.Game.from_arrays(rewards, pool=2 + k).run(200).log_mass().tobytes() for k in range(8)]
    found = [None] * 8

    def play(k):
        found[k] = ag.Game.from_arrays(rewards, pool=2 + k).run(200).log_mass().tobytes()

    threads = [threading.Thread(target=play, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == alone


def test_report_and_resume(rewards, tmp_path):
    run = ag.Game.from_arrays(rewards, mass=[9, 9, 2]).run(10)
    run.report(tmp_path / "page.html", title="a title")
    assert "a title" in (tmp_path / "page.html").read_text()
    played = ag.Game.from_arrays(rewards, mass=[9, 9, 2]).run(10, directory=tmp_path / "run")
    read = ag.Run.read(tmp_path / "run")
    assert read.metric_values.tobytes() == played.metric_values.tobytes() == run.metric_values.tobytes()
    with pytest.raises(ag.GameError):
        ag.Game.preset("compromise").run(10, directory=tmp_path / "run")


def test_documents():
    analysis = ag.Game.preset("compromise").analyze()
    assert analysis.regime == analysis["regime"] == "disjoint"
    assert dict(pickle.loads(pickle.dumps(analysis))) == dict(analysis)
    with pytest.raises(AttributeError):
        analysis.nothing


def test_parts():
    assert ag.rewards.disc(center=[0, 0]) == {"disc": {"center": [0, 0]}}
    assert ag.rewards.values([1, 2]) == {"values": [1, 2]}
    assert ag.generators.ideal() == "ideal"
    assert "a distance" in ag.rewards.disc.__doc__
    with pytest.raises(TypeError):
        ag.rewards.disc(centre=[0, 0])
    game = ag.Game.load({"space": ag.spaces.atoms(count=2), "curators": {"a": {"reward": ag.rewards.values([1, 0])}}})
    assert game.item_count == 2
