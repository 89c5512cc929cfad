"""Says what it is. Then it makes as many events as each line of its input says, checked against the schema or not, and
answers how many seconds that took. The process stays: its start is nobody's pace."""

import json
import sys
import time

import fastjsonschema
import hypothesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis_events import events

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
# Of the checkers for Python this is by far the fastest, and it knows draft 7, in which these keywords mean the same.
schema["$schema"] = "http://json-schema.org/draft-07/schema#"
valid = fastjsonschema.compile(schema)


def pace(number, count, check):
    made = 0

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(events())
    def each(event):
        nonlocal made
        check(event)
        made += 1

    started = time.perf_counter()
    each()
    # Examples that were drawn and given up are tried again, so that there may be a few more.
    return (time.perf_counter() - started) * count / made


print(f"Hypothesis {hypothesis.__version__}, fastjsonschema {fastjsonschema.VERSION}", flush=True)
for number, line in enumerate(sys.stdin):
    what, count = line.split()
    print(pace(number, int(count), valid if what == "checked" else lambda event: None), flush=True)
