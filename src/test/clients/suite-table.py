#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the tables of docs/clients.md from the JSON files that suite.sh writes: suite-table.py FILE...

CLIENT-tls.json is the same client with STARTTLS: its cells are shown where CLIENT did not reach a case.
"""
import json
import pathlib
import sys


def violations(case):
    return sorted({finding["id"] for finding in case["findings"] if finding["level"] == "VIOLATION"})


def cell(case):
    """What the client did: whether the message was sent, its exit status if that says something else, violations."""
    if case["outcome"] in ("notReached", "skipped"):
        return "–"
    what = "sent" if case["accepted"] else "no"
    if len(case["sessions"]) > 1:
        what += ", %d tries" % len(case["sessions"])
    if case["accepted"] != (case["exit"] == 0):
        what += ", exit %d" % case["exit"]
    return " ".join([what] + ["**%s**" % name for name in violations(case)])


def named(result, name):
    return next((cell(case) for case in result["cases"] if case["name"] == name), "–")


def rows(clients, tls):
    for case in next(iter(clients.values()))["cases"]:
        cells = []
        for client, result in clients.items():
            text = named(result, case["name"])
            if text == "–" and client in tls:
                text = named(tls[client], case["name"])
            cells.append(text)
        yield case, cells


def summary(results):
    cases = [case for result in results for case in result["cases"]]
    return sum(case["outcome"] == "failed" for case in cases)


def plain(result):
    sessions = result["cases"][0]["sessions"]
    return sessions[0] if sessions else {"roundTrips": "–", "possibleRoundTrips": "–", "pipelined": False}


def evidence(name, result):
    texts = {}
    for case in result["cases"]:
        for finding in case["findings"]:
            if finding["level"] == "VIOLATION":
                texts.setdefault((finding["id"], finding["text"]), []).append("`%s`" % case["name"])
    for (rule, text), cases in sorted(texts.items()):
        yield "- %s, %s in %s: %s" % (name, rule, ", ".join(cases), text)


def main():
    files = {pathlib.Path(name).stem: name for name in sys.argv[1:]}
    loaded = {}
    for name, file in files.items():
        with open(file, encoding="utf-8") as source:
            loaded[name] = json.load(source)
    clients = {name: result for name, result in loaded.items() if not name.endswith("-tls")}
    tls = {name[:-4]: result for name, result in loaded.items() if name.endswith("-tls")}
    print("| case | " + " | ".join(clients) + " |")
    print("| --- |" + " --- |" * len(clients))
    for case, cells in rows(clients, tls):
        print("| `%s` | %s |" % (case["name"], " | ".join(cells)))
    print("| cases failed | %s |" % " | ".join(str(summary([result])) for result in clients.values()))
    print("| pipelines in `plain` | %s |" % " | ".join("yes" if plain(r)["pipelined"] else "no" for r in clients.values()))
    trips = ["%s of %s" % (plain(r)["roundTrips"], plain(r)["possibleRoundTrips"]) for r in clients.values()]
    print("| round trips in `plain`, of those needed | %s |" % " | ".join(trips))
    print()
    for name, result in loaded.items():
        for line in evidence(name, result):
            print(line)


main()
