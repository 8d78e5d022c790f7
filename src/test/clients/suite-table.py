#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the Markdown table of docs/clients.md from the JSON files that suite.sh writes: suite-table.py FILE..."""
import json
import pathlib
import sys

SHORT = {"passed": "ok", "notReached": "–", "skipped": "·"}


def cell(case):
    if case["outcome"] != "failed":
        return SHORT[case["outcome"]]
    return " ".join(sorted({f["id"] for f in case["findings"] if f["level"] == "VIOLATION"}))


def main():
    clients = {}
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            clients[pathlib.Path(name).stem] = json.load(file)
    cases = [case["name"] for case in next(iter(clients.values()))["cases"]]
    print("| case | " + " | ".join(clients) + " |")
    print("| --- |" + " --- |" * len(clients))
    for index, case in enumerate(cases):
        cells = [cell(result["cases"][index]) for result in clients.values()]
        print("| `%s` | %s |" % (case, " | ".join(cells)))
    trips = []
    for result in clients.values():
        session = result["cases"][0]["sessions"][:1]
        trips.append("%d, %d" % (session[0]["roundTrips"], session[0]["possibleRoundTrips"]) if session else "–")
    print("| round trips of `plain`, and possible | " + " | ".join(trips) + " |")
    print()
    for client, result in clients.items():
        texts = {}
        for case in result["cases"]:
            for finding in case["findings"]:
                if finding["level"] == "VIOLATION":
                    texts.setdefault((finding["id"], finding["text"]), []).append(case["name"])
        for (rule, text), names in sorted(texts.items()):
            print("- %s, %s: %s (%s)" % (client, rule, text, ", ".join(names)))


main()
