"""Prints so many events for each of so many seeds."""

import json
import sys

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis_events import events


def run(number, count):
    lines = []

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
        lines.append(json.dumps(event))

    each()
    # Examples that were drawn and given up are tried again, so that there may be a few more.
    lines = lines[:count]
    sys.stdout.write("\n".join(lines) + "\n")


for number in range(int(sys.argv[1])):
    run(number, int(sys.argv[2]))
