#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the lab says about the clients that run.sh ran.

verdicts.py fetch URL CLIENT...  prints one JSON line per session of these clients, from the lab's API
verdicts.py table FILE...        prints a Markdown table and the evidence, made from such lines
"""
import json
import re
import sys
import time
import urllib.parse
import urllib.request

LEVELS = ("VIOLATION", "ADVICE", "UNKNOWN", "PASS")
# Every case starts the client anew, so it cannot reuse a connection.
OF_THE_RUN = {"A04"}


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)


def sessions(api):
    """All sessions once they have ended; at most a minute is waited for one that stays open."""
    deadline = time.monotonic() + 60
    while True:
        listed = get(api + "/sessions?limit=1000")["sessions"]
        if all(one["over"] for one in listed) or time.monotonic() > deadline:
            return [get(api + "/sessions/" + urllib.parse.quote(one["id"])) for one in listed]
        time.sleep(0.2)


def client_of(session, clients):
    """The client and the case: the sender of each case is CASE.CLIENT@sender.example."""
    for item in session["items"]:
        sender = re.search(r"<([^>]*)\.(\w+)@sender\.example>", item["text"])
        if item["verb"] == "MAIL" and sender and sender.group(2) in clients:
            return sender.group(2), sender.group(1)
    hello = next((item["text"] for item in session["items"] if item["verb"] in ("EHLO", "HELO")), "")
    return next(((client, "no mail") for client in clients if client in hello), (None, None))


def fetch(url, clients):
    for session in sessions(url.rstrip("/") + "/api/boxcar/v1"):
        client, case = client_of(session, clients)
        if client:
            keep = ("roundTrips", "openingRoundTrips", "possibleRoundTrips", "pipelined", "verdicts")
            print(json.dumps({"client": client, "case": case, **{key: session[key] for key in keep}}))


def table(files):
    found = {}
    for file in files:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                one = json.loads(line)
                found.setdefault(one["client"], []).append(one)
    print("| client | sessions | pipelines | round trips, possible | VIOLATION | ADVICE | PASS |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for client, ran in found.items():
        ids = {level: ids_of(ran, level) for level in LEVELS}
        passed = [one for one in ids["PASS"] if one not in ids["VIOLATION"]]
        trips = sum(one["roundTrips"] for one in ran)
        least = sum(one["possibleRoundTrips"] for one in ran)
        pipelines = "yes" if any(one["pipelined"] for one in ran) else "no"
        cells = [", ".join(ids["VIOLATION"]) or "none", ", ".join(ids["ADVICE"]) or "none", ", ".join(passed)]
        print(f"| {client} | {len(ran)} | {pipelines} | {trips}, {least} | " + " | ".join(cells) + " |")
    print()
    for client, ran in found.items():
        for level in ("VIOLATION", "ADVICE"):
            for rule in ids_of(ran, level):
                evidence(client, ran, level, rule)


def evidence(client, ran, level, rule):
    hits = [(one["case"], verdict) for one in ran for verdict in one["verdicts"] if (verdict["id"], verdict["level"]) == (rule, level)]
    case, verdict = hits[0]
    source = f"RFC {verdict['rfc']} §{verdict['section']}" + (f", {verdict['rule']}" if verdict["rule"] else "")
    print(f"- {client}: {rule} {level} ({source}) in {len(hits)} of {len(ran)} sessions. In `{case}`: {verdict['text']}.")


def ids_of(ran, level):
    return sorted({verdict["id"] for one in ran for verdict in one["verdicts"] if verdict["level"] == level} - OF_THE_RUN)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "fetch":
        fetch(sys.argv[2], sys.argv[3:])
    elif len(sys.argv) > 2 and sys.argv[1] == "table":
        table(sys.argv[2:])
    else:
        sys.exit(__doc__)
