"""Rewards and models of Python's own; what they raise; Ctrl-C; progress."""
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import traceback

import numpy as np
import pytest

import aligngame as ag


@ag.reward
def like_the_middle(items):
    return -np.abs(items.astype(float) - 2)


@ag.generator
class Normal:
    """A normal law around the mean of its data."""

    def fit(self, data, seed):
        self.mean, self.deviation = data.mean(axis=0), data.std(axis=0) + 0.1

    def sample(self, count, seed):
        return np.random.default_rng(seed).normal(self.mean, self.deviation, (count, len(self.mean)))


@ag.generator
class Copies:
    """Writes the texts that it has learnt."""

    def fit(self, data, seed):
        assert all(isinstance(text, str) for text in data)
        self.texts = list(data)

    def sample(self, count, seed):
        return [self.texts[i % len(self.texts)] for i in range(count)]


def cloud(generator, reward, **more):
    return {"space": {"cloud": {"uniform": {"lower": [-5, -5], "upper": [5, 5]}, "count": 200}},
            "curators": {"a": {"reward": reward}}, "samples": {"generate": 100, "keep": 50},
            "generator": generator, "generations": 6, **more}


def test_a_function_is_an_array():
    by_function = ag.Game.from_arrays({"a": like_the_middle, "b": [1, 2, 3, 4, 5]})
    by_array = ag.Game.from_arrays({"a": [-2, -1, 0, -1, -2], "b": [1, 2, 3, 4, 5]})
    assert by_function.run(5).log_mass().tobytes() == by_array.run(5).log_mass().tobytes()
    other = pickle.loads(pickle.dumps(by_function))
    assert other.run(5).log_mass().tobytes() == by_array.run(5).log_mass().tobytes()


def test_batches():
    sizes = []

    def reward(items):
        sizes.append(len(items))
        return np.zeros(len(items))

    ag.Game.from_arrays({"a": reward}, mass=np.ones(100_000))
    assert sum(sizes) == 100_000 and len(sizes) < 100


def test_a_function_sees_places():
    game = ag.Game.load({"space": {"box": {"lower": [0, 0], "upper": [4, 2], "cells": [4, 2]}},
                         "curators": {"a": {"reward": lambda points: points[:, 0]}}})
    assert game.rewards("a").tolist() == [0.5, 0.5, 1.5, 1.5, 2.5, 2.5, 3.5, 3.5]


def test_a_model_of_points():
    run = ag.Game.load(cloud(Normal(), lambda points: -np.hypot(*points.T))).run()
    assert run.points().shape == (100, 2)
    again = ag.Game.load(cloud(Normal(), lambda points: -np.hypot(*points.T))).run()
    assert run.points().tobytes() == again.points().tobytes()
    assert run.metric_values[-1, run.metric_names.index("mean_reward.a")] > \
        run.metric_values[0, run.metric_names.index("mean_reward.a")]


def test_a_model_of_texts():
    seen = []

    def short(texts):
        seen.extend(texts)
        return [-len(text) for text in texts]

    game = ag.Game.load({"space": {"text": {"grammar": {}, "sentences": 60}}, "generator": Copies(),
                         "curators": {"a": {"reward": short}}, "samples": {"generate": 30, "keep": 20},
                         "generations": 4})
    run = game.run()
    assert run.metrics["mean_reward.a"][4] > run.metrics["mean_reward.a"][0]
    assert set(seen) >= {item["text"] for item in run.document["texts"]["frequent"]}


@pytest.mark.parametrize("failure", [KeyError("x"), KeyboardInterrupt(), SystemExit(3)])
def test_what_a_reward_raises_goes_on(failure):
    calls = []

    def breaks(points):
        calls.append(len(points))
        if len(calls) > 2:
            raise failure
        return np.zeros(len(points))

    with pytest.raises(type(failure)) as caught:
        ag.Game.load(cloud(Normal(), breaks)).run()
    assert caught.value is failure
    assert "breaks" in "".join(traceback.format_tb(caught.value.__traceback__))
    assert len(calls) == 3


@pytest.mark.parametrize("values, words", [(lambda n: np.zeros(n + 1), "shape"), (lambda n: ["a"] * n, "float")])
def test_wrong_values_are_said(values, words):
    with pytest.raises(ValueError, match=words):
        ag.Game.from_arrays({"a": lambda items: values(len(items)), "b": [1, 2]})


def test_not_finite_values_are_said():
    with pytest.raises(ag.GameError, match="not a number"):
        ag.Game.from_arrays({"a": lambda items: np.full(len(items), np.nan), "b": [1, 2]})


def test_what_a_model_raises_goes_on():
    class Breaks(Normal):
        def sample(self, count, seed):
            raise ArithmeticError("no more")

    with pytest.raises(ArithmeticError, match="no more"):
        ag.Game.load(cloud(Breaks(), lambda points: points[:, 0])).run()
    with pytest.raises(TypeError):
        ag.generator(object())


def test_functions_from_many_threads():
    alone = ag.Game.load(cloud(Normal(), lambda points: -points[:, 0])).run().points().tobytes()
    found = []

    def play():
        found.append(ag.Game.load(cloud(Normal(), lambda points: -points[:, 0])).run().points().tobytes())

    threads = [threading.Thread(target=play) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


class Bar:
    made = []

    def __init__(self, total, desc, unit):
        self.total, self.desc, self.unit, self.done, self.closed = total, desc, unit, 0, False
        Bar.made.append(self)

    def update(self, count):
        self.done += count

    def set_postfix_str(self, shown, refresh=True):
        self.shown = shown

    def close(self):
        self.closed = True


def test_progress():
    ag.Game.preset("compromise").run(20, progress=Bar)
    bar = Bar.made[-1]
    assert (bar.total, bar.done, bar.desc, bar.closed) == (20, 20, "compromise", True)
    assert "effective number" in bar.shown


def test_progress_that_raises_stops_the_game():
    class Breaks(Bar):
        def update(self, count):
            raise ArithmeticError("no more")

    with pytest.raises(ArithmeticError):
        ag.Game.preset("circles-perfect").run(progress=Breaks)


def test_the_lock_is_released():
    """Python goes on while the library plays: the counter moves."""
    counted, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            done.wait(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = counted[0]
    ag.Game.preset("circles-perfect").run(200)
    moved = counted[0] - before
    done.set()
    thread.join()
    assert moved > 3


LONG = textwrap.dedent("""
    import sys, aligngame as ag
    game = ag.Game.preset("circles-perfect", {"generations": 100000})
    print("begin", flush=True)
    try:
        game.run(directory=sys.argv[1], checkpoint_interval=0.05)
    except KeyboardInterrupt:
        print("stopped", flush=True)
""")


def test_an_interrupt_keeps_a_checkpoint(tmp_path):
    place = tmp_path / "run"
    with subprocess.Popen([sys.executable, "-c", LONG, place], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begin\n"
        waiting = threading.Event()
        for _ in range(600):
            if (place / "run.sqlite").exists() or list(place.glob("*")):
                break
            waiting.wait(0.05)
        waiting.wait(0.5)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(60) == 0
    game = ag.Game.preset("circles-perfect", {"generations": 100000})
    seen = []

    class First(Bar):
        def update(self, count):
            seen.append(count)
            raise StopIteration

    with pytest.raises(StopIteration):
        game.run(directory=place, resume=True, progress=First)
    assert seen[0] > 1  # it did not begin anew


def test_an_interrupt_of_a_program_that_ignores_it(tmp_path):
    script = "import signal, os; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" \
             "import aligngame as ag\n" \
             "class Bar:\n" \
             "    def __init__(self, **more): pass\n" \
             "    def update(self, count): os.kill(os.getpid(), signal.SIGINT)\n" \
             "    def set_postfix_str(self, *shown, **more): pass\n" \
             "    def close(self): pass\n" \
             "print(ag.Game.preset('compromise').run(10, progress=Bar).generations)\n"
    made = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert (made.returncode, made.stdout) == (0, "10\n")
