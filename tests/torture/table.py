#!/usr/bin/env python3
"""The table of docs/reliability.md from what the attacks have said in meson's test logs.

Usage: table.py BUILD…
"""
import json
import re
import sys
from pathlib import Path

LINE = re.compile(r"# torture: (.+?) \| (\d+) \| (\d+)$", re.M)


def rows(build):
    log = Path(build, "meson-logs", "testlog.json")
    for record in map(json.loads, log.open() if log.exists() else []):
        for attack, tries, survived in LINE.findall(record.get("stdout", "")):
            yield attack, int(tries), int(survived)


def main(builds):
    print("| attack | tries | survived |\n|---|---|---|")
    for build in builds:
        for attack, tries, survived in rows(build):
            print(f"| {attack} | {tries:,} | {survived:,} |")


if __name__ == "__main__":
    main(sys.argv[1:])
