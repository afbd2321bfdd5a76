#!/usr/bin/env python3
"""Forecasts: files that can be sent on, words that follow the game, chance, and odd tables."""
import csv
import json
import math
import re
from pathlib import Path

from outside import (EXAMPLES, PICTURES, call, document, expect, main, perform, scratch, test, write)

FILMS = EXAMPLES / "films.csv"
SCORES = ("--owner", "critics", "--public", "audience", "--label", "title")
TABLE = """\
title,a,b,votes,kind,se
Best,9,7,10,x,1
"Second, of all",8,8,20,x,1
Third,5,9,30,y,1
Lost,,9,40,y,1
Last,1,1,40,y,1
"""
SMALL = ("--owner", "a", "--public", "b", "--label", "title")


def flat(text):
    return " ".join(text.split())


# ---- files ----

@test
def a_directory_has_all_that_is_to_be_sent_on():
    with scratch() as folder:
        write(folder, "t.csv", TABLE)
        done = perform("forecast", "t.csv", *SMALL, "--mass", "votes", "--group", "kind", "--every",
                       "month", "-g", "24", "--at", "12,6,12", "-o", "out", cwd=folder)
        out = Path(folder) / "out"
        expect(sorted(path.name for path in out.iterdir()) ==
               ["forecast.html", "forecast.json", "forecast.png", "forecast.svg", "items.csv"],
               list(out.iterdir()))
        for kind in ("png", "svg"):
            expect((out / f"forecast.{kind}").read_bytes().startswith(PICTURES[kind]), kind)
        made = json.loads((out / "forecast.json").read_text())
        expect(made["settings"]["period"] == "month" and made["generations"][-1] == 24, made)
        page = (out / "forecast.html").read_text()
        expect("24 months" in page and "after 6 months" in page and "generation</text>" not in page,
               "the page's words")
        expect(not re.search(r"(?:src|href)\s*=\s*[\"'](?!data:|#)", page), "the page loads something")
        text = flat(done.stdout)
        expect("12 months" in text and "once in each" in text,
               text)


@test
def every_row_is_in_the_table_of_items():
    with scratch() as folder:
        write(folder, "t.csv", TABLE)
        perform("forecast", "t.csv", *SMALL, "--mass", "votes", "-g", "20", "--at", "5", "-o", "out",
                cwd=folder)
        with open(Path(folder) / "out" / "items.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        made = json.loads((Path(folder) / "out" / "forecast.json").read_text())
        given = list(csv.DictReader(TABLE.splitlines()))
        expect([{key: row[key] for key in given[0]} for row in rows] == given, "the columns", rows)
        expect(list(rows[0])[6:] == ["share_0", "share_5", "share_20", "rank", "survives"], rows[0])
        lost = next(row for row in rows if row["title"] == "Lost")
        expect(all(lost[key] == "" for key in list(rows[0])[6:]), lost)
        kept = [row for row in rows if row["title"] != "Lost"]
        for share in ("share_0", "share_5", "share_20"):
            expect(abs(sum(float(row[share]) for row in kept) - 1) < 1e-12, share)
        order = sorted(kept, key=lambda row: -float(row["share_20"]))
        expect([row["rank"] for row in order] == ["1", "2", "3", "4"], order)
        expect([item["rank"] for item in made["items"]] == [1, 2, 3, 4], made["items"])
        for row, item in zip(kept, sorted(made["items"], key=lambda item: item["index"])):
            expect(row["title"] == item["label"] and float(row["share_20"]) == item["share"][-1] and
                   float(row["share_0"]) == item["start"] and int(row["rank"]) == item["rank"] and
                   (row["survives"] == "yes") == item["survives"] ==
                   (item["share"][-1] >= item["start"] / 10), row, item)
        again = perform("forecast", "out/items.csv", *SMALL, "-o", "out/again", cwd=folder)
        expect("forecast_" not in again.stdout, again)
        head = (Path(folder) / "out" / "again" / "items.csv").read_text().splitlines()[0]
        expect(head.endswith(",forecast_share_0,share_10,share_60,forecast_rank,forecast_survives"), head)


# ---- what real data saves ----

@test
def the_least_share_that_keeps_half_is_the_least():
    made = document("forecast", FILMS, *SCORES, "-g", "40")
    wanted = made["effective_number"][0] / 2
    half = made["half_kept_by"]
    expect(wanted <= half["effective_number"] <= wanted * 1.001 * (1 + 1e-12), half, wanted)
    for factor, keeps in ((1, True), (0.995, False)):
        played = document("forecast", FILMS, *SCORES, "-g", "40", "-s",
                          f"loop.real_share={half['real_share'] * factor!r}")
        expect((played["effective_number"][-1] >= wanted * (1 - 1e-12)) == keeps, factor, played)
    flat_ = document("forecast", FILMS, *SCORES, "-g", "1", "-t", "1e6")
    expect(flat_["half_kept_by"] is None and
           "stays without any" in perform("forecast", FILMS, *SCORES, "-g", "1", "-t", "1e6").stdout,
           flat_["half_kept_by"])


# ---- chance ----

@test
def finite_data_have_a_band_around_their_own_histories():
    made = document("forecast", FILMS, *SCORES, "-g", "10", "--keep", "300")
    band = made["finite"]
    expect(band["games"] == 40 and len(band["q05"]) == 11, band)
    expect(all(low <= middle <= high for low, middle, high in
               zip(band["q05"], band["median"], band["q95"])), band)
    large = document("forecast", FILMS, *SCORES, "-g", "10", "--keep", "20000")["finite"]
    expect(large["q95"][-1] - large["q05"][-1] < band["q95"][-1] - band["q05"][-1], "no narrower")
    exact = made["effective_number"][-1]
    expect(abs(large["median"][-1] / exact - 1) < abs(band["median"][-1] / exact - 1), "no nearer")


@test
def scores_with_errors_are_drawn():
    with scratch() as folder:
        write(folder, "t.csv", TABLE)
        words = [*SMALL, "--mass", "votes", "-g", "60"]
        sure = document("forecast", "t.csv", *words, "--owner-se", "se", "--draws", "3",
                        "-s", "curators.owner.temperature=1e6", cwd=folder)
        plain = document("forecast", "t.csv", *words, "-s", "curators.owner.temperature=1e6",
                         cwd=folder)
        # an owner who does not notice differences does not notice their errors
        expect([item["chance_survives"] for item in sure["items"]] ==
               [float(item["survives"]) for item in plain["items"]], sure["items"], plain["items"])
        drawn = document("forecast", "t.csv", *words, "--owner-se", "se", "--public-se", "se",
                         "--draws", "200", cwd=folder)
        again = document("forecast", "t.csv", *words, "--owner-se", "se", "--public-se", "se",
                         "--draws", "200", cwd=folder)
        expect(drawn == again, "other draws")
        expect(math.isclose(sum(item["chance_first"] for item in drawn["items"]), 1), drawn)
        expect(0 < max(item["chance_first"] for item in drawn["items"]) < 1, "nothing is uncertain", drawn["items"])
        text = flat(perform("forecast", "t.csv", *words, "--owner-se", "se", cwd=folder).stdout)
        expect("In 100 games on scores drawn" in text and "survives in" in text, text)
        done = call("forecast", "t.csv", *words, "--draws", "5", cwd=folder)
        expect(done.returncode == 2 and "--owner-se" in done.stderr, done)
        done = call("forecast", "t.csv", *words, "--owner-se", "kind", cwd=folder)
        expect(done.returncode == 2 and "not of numbers" in done.stderr, done)


# ---- words follow the game ----

@test
def words_and_shares_are_of_the_game_that_is_played():
    cases = {"loop.order=[public, owner]": "public keeps what it likes, then owner keeps",
             "loop.reading=parallel": "drawn by lot", "loop.reading=owner_model": "only publishes",
             "engine=samples": "played on samples"}
    for override, said in cases.items():
        words = [FILMS, *SCORES, "-g", "20", "-s", override]
        text, made = flat(perform("forecast", *words).stdout), document("forecast", *words)
        expect(said in text and all(sentence in text for sentence in made["words"]), override, text)
        top = max(made["items"], key=lambda item: item["share"][-1])
        tied = sum(item["rank"] == 1 for item in made["items"]) > 1
        expect(f"'{top['label']}' {'makes' if tied else 'alone makes'} up" in text, override, top, text)
        expect(abs(sum(item["share"][-1] for item in made["items"]) - 1) < 1e-9, override)
    text = flat(perform("forecast", FILMS, *SCORES, "-s", "engine=samples").stdout)
    expect("in the long run everything goes to" not in text, "chance is no certainty", text)
    text = flat(perform("forecast", FILMS, *SCORES, "-s",
                        "curators={editors: {reward: {column: critics}, pool: 4}}").stdout)
    expect("editors" in text and "the owner" not in text and "the public" not in text, text)


# ---- what is to be checked ----

def remarks(folder, table, *words):
    write(folder, "t.csv", table)
    made = document("forecast", "t.csv", "--owner", "a", "--public", "b", "--label", "t", *words,
                    cwd=folder)
    return " ".join(made["remarks"])


@test
def what_is_said_holds_at_the_edges():
    with scratch() as folder:
        write(folder, "two.csv", "t,a,b\nA,1,2\nB,2,1\n")
        words = ["--owner", "a", "--public", "b", "--label", "t"]
        text = flat(perform("forecast", "two.csv", *words, cwd=folder).stdout)
        expect("That is half of it" in text and "stays without any" not in text, text)
        write(folder, "tiny.csv", "t,a,b,m\nA,1,2,1e300\nB,2,3,1e-300\n")
        text = flat(perform("forecast", "tiny.csv", *words, "--mass", "m", "-g", "2", cwd=folder).stdout)
        expect("no mass" not in text and "the same for every item" not in text, text)
        # one game, told as a reading and as steps, is saved by the same real data
        steps = "loop.steps=[{curate: owner}, {curate: public}, {real: 0.1}]"
        one, other = (document("forecast", FILMS, *SCORES, "-g", "20", "-s", game)
                      for game in ("loop.real_share=0.1", steps))
        expect(one["real_data"] == other["real_data"] and one["half_kept_by"] is None and
               other["half_kept_by"] is None, one["real_data"], other["real_data"])
        # a forecast's own table can be forecast again, and again
        for name, back in (("two.csv", "x"), ("x/items.csv", "y"), ("y/items.csv", "z"),
                           ("z/items.csv", "last")):
            perform("forecast", name, *words, "-o", back, cwd=folder)
        text = flat(perform("forecast", "two.csv", *words, "-s", "curators.owner.pool='2+t'", "-s",
                            "loop.order=[owner, public]", "-g", "5", cwd=folder).stdout)
        expect("2 at first and 6 at the end" in text, text)
        text = flat(perform("forecast", "two.csv", *words, "-s", "loop.order=[owner]", cwd=folder).stdout)
        expect("what the public likes" not in text and "Each side" not in text, text)


@test
def odd_tables_are_pointed_out():
    with scratch() as folder:
        rows = "A,1,2,5\nB,2,1,6\nC,3,0,7\nD,0,3,8\n"
        expect(remarks(folder, "t,a,b,m\n" + rows, "--mass", "m") == "", "nothing is odd")
        total = remarks(folder, "t,a,b,m\n" + rows + "Europe,2,2,26\n", "--mass", "m")
        expect("'Europe' (line 6) has as much mass as all other rows together" in total, total)
        named = remarks(folder, "t,a,b,m\n" + rows + "Total,2,2,1.5\n", "--mass", "m")
        expect("'Total' (line 6) is called" in named, named)
        votes = remarks(folder, "t,a,b,m\n" + rows + "E,9,9,1\nF,0,0,1\n", "--mass", "m")
        expect("2 items have a 'm' of 1" in votes and "'E', rank 1" in votes, votes)
        groups = remarks(folder, "t,a,b,g\nA,1,2,x\nB,2,1,y|x\nC,3,0,y\n", "--group", "g")
        expect("1 of 3 groups, such as 'y|x'" in groups, groups)
        plain = remarks(folder, "t,a,b,g\nA,1,2,Thriller/Suspense\nB,2,1,Drama\n", "--group", "g")
        expect(plain == "", "a name with a stroke is one group", plain)
        same = remarks(folder, "t,a,b\nA,3,2\nB,3,1\n")
        expect("'a' is the same for every item, 3: the owner tells nothing apart" in same, same)
        twins = remarks(folder, "t,a,b\nA,1,2\nA,2,1\n")
        expect("1 row has the name of another, such as 'A'" in twins, twins)
        none = remarks(folder, "t,a,b,m\nA,1,2,0\nB,2,1,6.5\nC,3,0,7\n", "--mass", "m")
        expect("1 item, such as 'A', has no mass" in none, none)


@test
def defaults_come_from_the_rows_that_are_played():
    with scratch() as folder:
        write(folder, "all.csv", "t,a,b,m\nA,1,2,5\nB,2,1,5\nC,3,0,\nD,9000,1,\nE,-7000,1,0\n")
        write(folder, "kept.csv", "t,a,b,m\nA,1,2,5\nB,2,1,5\n")
        words = ["--owner", "a", "--public", "b", "--label", "t", "--mass", "m"]
        one, other = (document("forecast", name, *words, cwd=folder) for name in ("all.csv", "kept.csv"))
        for key in ("owner_temperature", "public_temperature"):
            expect(one["settings"][key] == other["settings"][key] == 0.5, one["settings"])
        expect([item["share"] for item in one["items"][:2]] ==
               [item["share"] for item in other["items"]] and one["items"][2]["label"] == "E",
               "other shares")
        write(folder, "grams.csv", "t,a,b,m\nA,1024,2,5\nB,2048,1,5\n")
        grams = document("forecast", "grams.csv", *words, cwd=folder)
        expect([item["share"] for item in grams["items"]] ==
               [item["share"] for item in other["items"]], "a unit changes the game")


@test
def columns_share_the_width_and_digits_tell_values_apart():
    with scratch() as folder:
        write(folder, "t.csv", "t,a,b,g\nToy Story (1995),1250.4,1,Adventure|Animation|Comedy|Fantasy\n"
              "Toy Story 2 (1999),1250.1,2,Adventure|Animation|Comedy|Drama\n")
        text = perform("forecast", "t.csv", "--owner", "a", "--public", "b", "--label", "t", "--group",
                       "g", cwd=folder).stdout
        expect("1250.4" in text and "1250.1" in text and "Toy Story (1995)" in text, text)
        expect(all(len(line) <= 80 for line in text.splitlines()), "wide lines")


@test
def a_period_is_a_word_with_its_plural():
    cases = {("day", "7"): "7 days", ("century", "3"): "3 centuries", ("bus", "2"): "2 buses",
             ("fax", "2"): "2 faxes", ("batch", "4"): "4 batches", ("push", "4"): "4 pushes",
             ("month", "1"): "1 month.", ("y", "2"): "2 ys", ("s", "2"): "2 ses",
             ("2 weeks", "3"): "3 times 2 weeks", ("bath", "2"): "2 baths"}
    with scratch() as folder:
        write(folder, "two.csv", "t,a,b\nA,1,2\nB,2,1\n")
        for (period, count), said in cases.items():
            text = flat(perform("forecast", "two.csv", "--owner", "a", "--public", "b", "--label",
                                "t", "--every", period, "-g", count, cwd=folder).stdout)
            expect(f" over {said}" in text, period, text)


@test
def how_far_the_sides_agree_is_said():
    cases = {"mostly agree": "1,1 2,2 3,3 4,4", "agree in part": "1,2 2,1 3,4 4,3",
             "hardly agree": "1,2 2,4 3,1 4,3", "mostly disagree": "1,4 2,3 3,2 4,1"}
    with scratch() as folder:
        for said, scores in cases.items():
            rows = "".join(f"{name},{pair}\n" for name, pair in zip("ABCD", scores.split()))
            write(folder, "four.csv", "t,a,b\n" + rows)
            text = flat(perform("forecast", "four.csv", "--owner", "a", "--public", "b", "--label",
                                "t", "-g", "3", cwd=folder).stdout)
            expect(f"The two sides {said}" in text, said, text)
            expect(("They differ most over" in text) == (said != "mostly agree"), said, text)
        for scores in ("0,1 0,2", "1,0 2,0", "1,2 1,3", "1,2 3,2"):  # then there is no correlation
            rows = "".join(f"{name},{pair}\n" for name, pair in zip("AB", scores.split()))
            write(folder, "same.csv", "t,a,b\n" + rows)
            text = flat(perform("forecast", "same.csv", "--owner", "a", "--public", "b", "--label",
                                "t", "-g", "3", cwd=folder).stdout)
            expect("The two sides" not in text, scores, text)


@test
def one_item_and_one_game_have_words_of_their_own():
    with scratch() as folder:
        words = ["--owner", "a", "--public", "b", "--label", "t"]
        write(folder, "one.csv", "t,a,b\nA,1,2\n")
        text = flat(perform("forecast", "one.csv", *words, cwd=folder).stdout)
        expect("1 item over 60 generations" in text and
               "At the end 1 of 1 item still has at least a tenth of its initial share" in text, text)
        write(folder, "two.csv", "t,a,b,g,e\nA,1,2,x|y,3\nB,2,1,x|y,3\n")
        text = flat(perform("forecast", "two.csv", *words, "-g", "5", "--keep", "1", "-s", "engine=samples",
                            "-s", "samples.generate=20", "-s", "samples.keep=5", cwd=folder).stdout)
        expect("This is one such history, which chance shapes" in text and
               "Where each side keeps 1 item at a time" in text and "without chance" not in text, text)
        text = flat(perform("forecast", "two.csv", *words, "-g", "5", "-s", "engine=samples", "-s",
                            "replicates=2", cwd=folder).stdout)
        expect("Shares are means over the histories that were played" in text, text)
        text = flat(perform("forecast", "two.csv", *words, "--owner-se", "e", "--draws", "1", cwd=folder).stdout)
        expect("In 1 game on scores drawn" in text, text)
        said = remarks(folder, "t,a,b,g\nA,1,2,x|y\nB,2,1,x|y\n", "--group", "g")
        expect("1 of 1 group, such as 'x|y', stands for several in one cell and counts as its own" in said, said)
        said = remarks(folder, "t,a,b,g\nA,1,2,x|y\nB,2,1,y | z\nC,1,1,|\nD,1,1,a|\n", "--group", "g")
        expect("2 of 4 groups, such as 'x|y', stand for several in one cell and count as their own" in said, said)


@test
def a_page_has_the_chances_where_they_are_known():
    with scratch() as folder:
        write(folder, "t.csv", TABLE)
        perform("forecast", "t.csv", *SMALL, "--mass", "votes", "--owner-se", "se", "--draws", "4", "--keep",
                "5", "-g", "6", "-o", "out", cwd=folder)
        page = (Path(folder) / "out" / "forecast.html").read_text()
        expect("survives in" in page and "nine of ten" in page, "the page's words")
        with open(Path(folder) / "out" / "items.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        made = json.loads((Path(folder) / "out" / "forecast.json").read_text())
        chances = {item["label"]: item["chance_survives"] for item in made["items"]}
        for row in rows:
            told = row["chance_survives"]
            expect(told == "" if row["title"] == "Lost" else float(told) == chances[row["title"]], row, chances)
        write(folder, "empty.csv", "title,a,b\n")
        for words, said in ((["--owner-se", "title"], "not of numbers"), (["--at", "0"], "generation 0"),
                            (["--public-se", "votes", "-s", "curators={owner: {reward: {column: a}, pool: 4}}"],
                             "no curator 'public', whose standard errors")):
            done = call("forecast", "t.csv", *SMALL, *words, cwd=folder)
            expect(done.returncode == 2 and said in done.stderr, words, done)
        done = call("forecast", "empty.csv", *SMALL, cwd=folder)
        expect(done.returncode == 2 and "empty.csv" in done.stderr, done)


@test
def wrong_requests_are_refused():
    with scratch() as folder:
        write(folder, "t.csv", TABLE)
        (Path(folder) / "taken").mkdir()
        write(folder, "taken/items.csv", TABLE)
        done = call("forecast", "taken/items.csv", *SMALL, "-o", "taken", cwd=folder)
        expect(done.returncode == 2 and "is the table that was read" in done.stderr, done)
        expect((Path(folder) / "taken" / "items.csv").read_text() == TABLE, "the table is gone")
        for words, said in ((["--at", "6,x"], "--at"), (["--at", ""], "--at"), (["--at", "6,"], "--at"), (["--at", "-6"], "--at"),
                            (["--at", "6;7"], "--at"), (["--every", ""], "--every"), (["--at", "61"], "from 1 to the last, 60"),
                            (["--every", "2"], "--every"), (["-o", "taken"], "is there already"), (["--owner-se", "nope"], "nope"),
                            (["-s", "space={atoms: {count: 3}}"], "table")):
            done = call("forecast", "t.csv", *SMALL, "-o", "out", *words, cwd=folder)
            expect(done.returncode == 2 and said in done.stderr, words, done)
            expect(not (Path(folder) / "out").exists(), "something was written")


main()
