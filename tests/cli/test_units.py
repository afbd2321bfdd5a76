#!/usr/bin/python3
"""Numbers have no unit: games, forecasts and refusals are the same in metres and in kilometres, from
any origin, and whatever lies in rows that are not played. Prints TAP.

Usage: test_units.py PROGRAM
"""
import sys

from outside import call, document, expect, main, perform, plain, scratch, succeed, test, write

CLOUD = """\
name: units
generations: 12
space:
  cloud: {{uniform: {{lower: [{low:r}, {low:r}], upper: [{high:r}, {high:r}]}}, count: 300}}
curators:
  owner:  {{reward: {{disc: {{center: [0, 0], radius: {one:r}, slope: {slope:r}}}}}, temperature: 0.5}}
  public: {{reward: {{disc: {{center: [{three:r}, 0], radius: {one:r}, slope: {slope:r}}}}}, temperature: 0.5}}
generator: {generator}
samples: {{generate: 100, keep: {{owner: 50, public: 25}}, selection: {selection}, dataset: accumulate}}
replicates: 4
""".replace(":r}", "!r}")
GENERATORS = ["{gmm: {covariance: full}}", "{gmm: {covariance: diagonal}}",
              "{gmm: {covariance: spherical}}", "{gmm: {components: bic, starts: 2}}", "kde"]
POWER = {"variance": 2, "distance.owner": 1, "distance.public": 1}


def cloud(unit, generator, selection="groups"):
    return CLOUD.format(low=-5 * unit, high=5 * unit, one=unit, slope=2 / unit, three=3 * unit,
                        generator=generator, selection=selection)


def metrics(text):
    """{metric: [by generation]}."""
    with scratch() as folder:
        return document("run", write(folder, "g.yaml", text), "-o", folder + "/r")["metrics"]


@test
def a_power_of_two_as_the_unit_changes_no_bit():
    for generator in GENERATORS:
        here, there = metrics(cloud(1, generator)), metrics(cloud(1024, generator))
        for name, values in here.items():
            scale = 1024 ** POWER.get(name, 0)
            expect([value * scale for value in values] == there[name], generator, name)


@test
def metres_and_kilometres_make_the_same_choices():
    # A datum is rounded to 1e-16 of itself, and a fit makes that a few thousand times as large at
    # most; a choice that went another way would show in the third digit.
    for generator in GENERATORS:
        for selection in ("groups", "pools", "softmax"):
            here = metrics(cloud(1, generator, selection))
            there = metrics(cloud(0.001, generator, selection))
            for name, values in here.items():
                scale = 0.001 ** POWER.get(name, 0)
                for one, other in zip(values, there[name]):
                    expect(abs(one - other / scale) <= 1e-9 * max(1, abs(one)), generator,
                           selection, name, one, other / scale)


@test
def the_regularisation_is_told_where_it_acts():
    said = {}
    for share in ("1e-6", "0.5"):
        with scratch() as folder:
            game = write(folder, "g.yaml", cloud(1, "{gmm: {components: 1, regularisation: %s}}" % share))
            said[share] = succeed("run", game, "-o", folder + "/r")
    expect("needed the regularisation" in plain(said["0.5"]), said["0.5"])
    expect("needed the regularisation" not in plain(said["1e-6"]), said["1e-6"])


LINE = """\
name: line
generations: 1
space: {{cloud: {{uniform: {{lower: [-{0}], upper: [{0}]}}, count: 300}}}}
curators: {{o: {{reward: {{linear: {{weights: [1e-3]}}}}, temperature: {0}}}}}
generator: kde
samples: {{generate: 100, keep: 50}}
"""


@test
def a_variance_beyond_numbers_is_not_nothing():
    expect(metrics(LINE.format("1e200"))["variance"][0] is None, "a variance of 1e400")
    near = metrics(LINE.format("1e140"))["variance"][0]
    expect(1e279 < near < 1e280, near)  # a third of 1e280, within its error of one part in twenty


# ---- rows that are not played ----

KEPT = "title,critics,audience,votes\nAlpha,90,7.5,1000\nBeta,60,9.1,400\nGamma,75,8.2,100\n"
COLUMNS = ("--owner", "critics", "--public", "audience", "--label", "title", "--mass", "votes")


def forecast(table, *words):
    with scratch() as folder:
        path = write(folder, "t.csv", table)
        told = document("forecast", path, *words)
        return told, plain(succeed("forecast", path, *words))


@test
def defaults_come_from_the_rows_that_are_played():
    told, words = forecast(KEPT, *COLUMNS)
    left, others = forecast(KEPT + "Unreleased,5000,,10\n", *COLUMNS)
    for made in (left, told):
        made.pop("input")
        made.pop("settings")  # which name the file
    expect(left == told, "a row that is left out changes the forecast")
    expect(others == words, others)
    weighed, said = forecast(KEPT + "Never,5000,99,0\n", *COLUMNS)
    kept = {item["label"]: item["share"] for item in told["items"]}
    for item in weighed["items"]:
        expect(item["share"] == kept.get(item["label"], [0] * 61), item)
    expect("3 items over" in said and "such as 'Never', has no mass" in said, said)
    expect(said.count("Never") == 1, "an item that never appears is listed", said)


@test
def the_default_temperature_is_the_weighted_deviation():
    # mean 81, so that the variance is (81 x 1000 + 441 x 400 + 36 x 100) / 1500 = 174
    _, words = forecast(KEPT, *COLUMNS)
    expect("scores 13.19 higher in 'critics'" in words, words)
    table = "title,critics,audience,votes\n" + "Alpha,90,7.5,1\n" * 10 + "Beta,60,9.1,1\n" * 4
    one, _ = forecast(table, *COLUMNS[:6])
    two, _ = forecast("title,critics,audience,votes\nAlpha,90,7.5,10\nBeta,60,9.1,4\n", *COLUMNS)
    beta = sum(item["share"][5] for item in one["items"] if item["label"] == "Beta")
    expect(abs(beta - two["items"][[i["label"] for i in two["items"]].index("Beta")]["share"][5])
           < 1e-9, beta)


@test
def scores_may_have_any_unit_and_origin():
    plainly, words = forecast(KEPT, *COLUMNS)
    for scale, origin in ((1e200, 0), (1e-200, 0), (0.001, 0), (1, 1e9)):
        rows = [line.split(",") for line in KEPT.splitlines()]
        for row in rows[1:]:
            row[1] = repr(float(row[1]) * scale + origin)
        told, said = forecast("\n".join(map(",".join, rows)) + "\n", *COLUMNS)
        for one, other in zip(plainly["items"], told["items"]):
            expect(one["label"] == other["label"], scale, origin)
            # 60 generations of gains in which a difference of a few temperatures is rounded
            for a, b in zip(one["share"], other["share"]):
                expect(abs(a - b) <= 1e-12 + 1e-6 * (origin > 0), scale, origin, a, b)
        expect("correlation -1.00" in said and "correlation -1.00" in words, said)


@test
def constant_columns_are_told():
    told, words = forecast("t,a,b\nX,5,1\nY,5,2\n", "--owner", "a", "--public", "b", "--label", "t")
    expect("'a' is the same for every item, 5: the owner tells nothing apart" in words, words)
    expect("or 1 where all are equal" in words, words)
    expect(told["items"][0]["label"] == "Y" and told["items"][0]["share"][-1] > 0.99, told)
    _, words = forecast("t,a,b\nX,5,1\nY,5,1\n", "--owner", "a", "--public", "b", "--label", "t")
    expect("the owner tells nothing apart" in words and "the public tells nothing" in words, words)
    # what is written differs by rounding alone: 0.1 + 0.2 and 0.3
    told, words = forecast("t,a,b\nX,0.30000000000000004,1\nY,0.3,2\n", "--owner", "a", "--public",
                           "b", "--label", "t")
    expect(told["items"][0]["label"] == "Y", told)


@test
def a_temperature_may_be_the_deviation():
    game = ("space: {atoms: {mass: [1, 3]}}\ncurators:\n"
            "  o: {reward: {values: [0, %s]}, temperature: %s}\n")
    with scratch() as folder:
        word = write(folder, "word.yaml", game % ("8", "deviation"))
        number = write(folder, "number.yaml", game % ("8", repr(8 * (3 / 16) ** 0.5)))
        masses = [document("run", path, "-o", f"{folder}/{path.stem}")["outcome"]["atoms"]
                  for path in (word, number)]
        for one, other in zip(*masses):
            expect(one["index"] == other["index"] and
                   abs(one["mass"] - other["mass"]) <= 1e-12 * other["mass"], masses)
        done = call("run", write(folder, "c.yaml", cloud(1, "kde").replace("0.5}", "deviation}")))
        expect(done.returncode == 2 and "c.yaml:" in done.stderr and "deviation" in done.stderr,
               done.stderr)


# ---- rewards against temperatures ----

ATOMS = ("name: a\ngenerations: 3\nspace: {atoms: {mass: [1, 1, 1]}}\ncurators:\n"
         "  o: {reward: {values: %s}, pool: 3, temperature: %s}\n")
ENGINES = ("engine: exact\n", "engine: samples\nsamples: {generate: 20, keep: 10, selection: pools}\n",
           "engine: samples\nsamples: {generate: 20, keep: 10, selection: softmax}\n")


@test
def every_engine_and_command_refuses_the_same_rewards():
    wrong = {("[1, 0, 0]", "1e-308"): "raise the temperature",
             ("[1e300, 0, 0]", "1"): "raise the temperature",
             ("[1e308, -1e308, 0]", "1e308"): "larger unit",
             ("[1700000000000000000, 1700000000000001000, 0]", "1e4"): "take off what all rewards share"}
    for (values, temperature), words in wrong.items():
        for engine in ENGINES:
            for command in ("run", "analyze", "audit"):
                if command != "run" and engine != ENGINES[0]:
                    continue
                with scratch() as folder:
                    path = write(folder, "a.yaml", ATOMS % (values, temperature) + engine)
                    done = call(command, path, cwd=folder)
                expect(done.returncode == 2 and "a.yaml:5:" in done.stderr and
                       words in plain(done.stderr), command, engine, values, done.stderr)


@test
def equal_rewards_are_equal_whatever_their_size():
    for values, temperature in (("[1e308, 1e308, 1e308]", "0.5"), ("[5, 5, 5]", "1e-308"),
                                ("[0, 0, 0]", "1e300")):
        for engine in ENGINES:
            with scratch() as folder:
                path = write(folder, "a.yaml", ATOMS % (values, temperature) + engine)
                perform("run", path, "-o", folder + "/r")


@test
def points_are_refused_as_items_are():
    with scratch() as folder:
        path = write(folder, "g.yaml", cloud(1, "kde").replace("0.5}", "1e-308}"))
        done = call("run", path, "-o", folder + "/r")
        expect(done.returncode in (1, 2) and "generation 0, owner" in done.stderr and
               "raise the temperature" in done.stderr, done.stderr)


@test
def what_all_rewards_share_is_no_matter():
    # 2^40 and quarters are exact
    base = 2.0 ** 40
    for engine in ENGINES:
        results = []
        for origin in (0, base):
            values = str([origin + x for x in (1.25, 0, 0.5)])
            with scratch() as folder:
                path = write(folder, "a.yaml", ATOMS % (values, "0.5") + engine)
                results.append(document("run", path, "-o", folder + "/r"))
        for name in ("entropy", "optimal_mass.o"):
            expect(results[0]["metrics"][name] == results[1]["metrics"][name], engine, name)


@test
def rewards_far_apart_cost_no_time():
    with scratch() as folder:
        path = write(folder, "a.yaml", ATOMS % ("[1e9, 0, 3]", "1"))
        done = call("audit", path)
        expect(done.returncode == 0, done.stderr)


if __name__ == "__main__":
    sys.exit(main())
