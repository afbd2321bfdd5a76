#!/usr/bin/env python3
"""A curator of your own: says what texts are worth, one JSON line for each.

aligngame starts it once and keeps asking as long as the game lasts:
    {"id": 0, "text": "The king sleeps."}      a line of its standard input
    {"id": 0, "reward": 1.0}                   the line that it answers
Answers may come in any order, but each of them at once: flush. One that judges many texts together
is asked with `batch_end: true`: then {"batch_end": 64} follows 64 questions, and waits for their
answers. Words for a person go to the standard error. The same text must always get the same reward, a finite number.

Usage: scorer.py LEAST MOST   (this one likes texts of LEAST to MOST words, as the built-in
`word_count: {min: LEAST, max: MOST}` does)
"""
import json
import sys

LEAST, MOST = int(sys.argv[1]), int(sys.argv[2])


def reward(text):
    """Put your own judgement here: a classifier, a list of rules, a call to a model."""
    words = [word for word in text.split() if any(c.isalnum() for c in word)]
    outside = max(LEAST - len(words), len(words) - MOST, 0)
    return -2.0 * outside if outside else 1.0


for line in sys.stdin:
    question = json.loads(line)
    if "batch_end" in question:
        continue
    answer = {"id": question["id"], "reward": reward(question["text"])}
    print(json.dumps(answer), flush=True)
