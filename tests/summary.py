#!/usr/bin/env python3
"""Adds up the facts of meson's test logs and ends with one line of totals."""
import json
import pathlib
import re
import sys

LINE = re.compile(r"^(ok|not ok) \d+(?: - ([^#]*))?(?:#\s*(\w+)\s*(.*))?$")


def facts(record):
    """(state, name, note) of every TAP line; one for a test that is not TAP."""
    found = []
    for line in record.get("stdout", "").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        word, name, directive, note = match.groups()
        name = (name or "").strip()
        if directive and directive.upper() == "SKIP":
            found.append(("skipped", name, note))
        else:
            found.append(("passed" if word == "ok" else "failed", name, ""))
    good = record["result"] in ("OK", "SKIP", "EXPECTEDFAIL")
    if not found:
        found.append(("passed" if good else "failed", "runs", record["result"]))
    elif not good and not any(state == "failed" for state, _, _ in found):
        found.append(("failed", "runs to its end", record["result"]))
    return found


def main(builds):
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for build in builds:
        log = pathlib.Path(build, "meson-logs", "testlog.json")
        records = [json.loads(line) for line in log.open()] if log.exists() else []
        if not records:
            print(f"failed: {build}: no tests ran")
            total["failed"] += 1
        for record in records:
            name = record["name"].split("/")[-1].strip()
            shown = facts(record)
            for state, fact, note in shown:
                total[state] += 1
                if state != "passed":
                    print(f"{state}: {build}: {name}: {fact}{': ' + note if note else ''}")
            if any(state == "failed" for state, _, _ in shown):
                print("\n".join(f"    {line}" for line in
                                (record.get("stdout", "") + record.get("stderr", "")).splitlines()
                                if not line.startswith("ok "))[-4000:])
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**total))
    return total["failed"] != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
