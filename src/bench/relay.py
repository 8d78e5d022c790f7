#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures a relay from end to end, beside Postfix and Exim doing the same in the same run.

Each server accepts mail durably at 127.0.0.1 and passes it on to Postfix's smtp-sink. The rows are messages per second
until the last message has arrived there, CPU time of all processes of the server per message, forces (fsync and
fdatasync) per message, and the time from the final dot of the client to the final dot at the next server: while the
server is idle otherwise, and while it passes on as much other mail as it can. Then the resident memory of the relay:
idle, and with many deferred messages.

Needs: root, Postfix (smtp-source, smtp-sink, postfix), strace for the forces.
Usage: src/bench/relay.py [--boxcar COMMAND] [--rounds N] [--servers boxcar,postfix,exim] [--exim BINARY]
                          [--rows c50-4,…] [--no-latency] [--no-memory]
"""

import argparse
import os
import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")
DESTINATIONS = 100
PATIENCE = 120  # seconds that a row may take

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {work}/queue
data_directory = {work}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = bench.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
default_process_limit = 250
in_flow_delay = 0
maillog_file = {work}/log
maillog_file_prefixes = {work}
{route}
smtp_tcp_port = {sink}
smtp_connection_cache_destinations =
smtp_tls_security_level = none
alias_maps =
alias_database =
"""

MASTER_CF = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""

EXIM_CONF = """
primary_hostname = bench.example
exim_path = {binary}
exim_user = mail
exim_group = mail
spool_directory = {work}/spool
log_file_path = {work}/log-%s
pid_file_path = {work}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_advertise_hosts =
smtp_accept_max = 200
smtp_accept_queue = 0
smtp_accept_queue_per_connection = 0
smtp_accept_max_per_connection = 0
queue_run_max = 5
remote_max_parallel = 5
allow_domain_literals
acl_smtp_rcpt = accept
begin routers
all:
  driver = manualroute
  transport = smtp
  route_list = * {exim_route} byname
  self = send
begin transports
smtp:
  driver = smtp
  port = {sink}
  allow_localhost
  hosts_try_fastopen =
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def processes(pid):
    """The process and all its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(name))
            except OSError:
                pass
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def cpu_seconds(pid):
    total = 0
    for one in processes(pid):
        try:
            fields = open(f"/proc/{one}/stat").read().rsplit(")", 1)[1].split()
            total += sum(int(f) for f in fields[11:15])  # user and system, also of children that have ended
        except OSError:
            pass
    return total / TICKS


def resident_mib(pid):
    total = 0
    for one in processes(pid):
        try:
            total += int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{one}/status").read()).group(1))
        except (OSError, AttributeError):
            pass
    return total / 1024


class Sink:
    """Postfix's smtp-sink, which counts the messages that it takes."""

    def __init__(self, work, port, address=""):
        self.counts = open(os.path.join(work, f"sink-{port}"), "w+b")
        self.process = subprocess.Popen(
            ["smtp-sink", "-u", "nobody", "-c", f"{address}:{port}", "4096"], stdout=self.counts, stderr=subprocess.DEVNULL)
        await_port(address or "127.0.0.1", port)

    def messages(self):
        size = os.fstat(self.counts.fileno()).st_size
        tail = os.pread(self.counts.fileno(), 400, max(0, size - 400))
        numbers = re.findall(rb"mesg=(\d+)(?=\D)", tail)
        return int(numbers[-1]) if numbers else 0

    def close(self):
        stop(self.process)
        self.counts.close()


def await_port(host, port, greeting=False):
    until = time.time() + 30
    while True:
        try:
            with socket.create_connection((host, port), 5) as s:
                if not greeting or s.recv(1) == b"2":
                    return
        except OSError:
            pass
        if time.time() > until:
            raise SystemExit(f"nothing listens at {host}:{port}")
        time.sleep(0.02)


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Server:
    """A relay that passes everything on to the sink: over one smarthost, or to the address literal of the recipient."""

    def __init__(self, name, options, sink_port, many, extra=()):
        self.name = name
        self.work = tempfile.mkdtemp(prefix="relay-bench-", dir=options.directory)
        os.chmod(self.work, 0o755)
        self.port = free_port()
        self.log = open(os.path.join(self.work, "out"), "wb")
        environment = dict(os.environ)
        if name == "boxcar":
            command = options.boxcar.split() + [
                "relay", "--smtp", f"127.0.0.1:{self.port}", "--spool", os.path.join(self.work, "spool"),
                "--hostname", "bench.example", "--max-connections-per-address", "0"]
            command += ["--mx-port", str(sink_port)] if many else [
                "--smarthost", f"127.0.0.1:{sink_port}", "--smarthost-tls", "none"]
            command += extra
        elif name == "postfix":
            command = self.postfix(sink_port, many)
        else:
            command = self.exim(options.exim, sink_port, many)
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment)
        await_port("127.0.0.1", self.port, greeting=True)

    def postfix(self, sink_port, many):
        for name in "etc", "queue", "data":
            os.mkdir(os.path.join(self.work, name))
        shutil.chown(os.path.join(self.work, "data"), "postfix")
        values = {"work": self.work, "port": self.port, "sink": sink_port,
                  "route": "" if many else f"relayhost = [127.0.0.1]:{sink_port}"}
        etc = os.path.join(self.work, "etc")
        for name, text in (("main.cf", MAIN_CF), ("master.cf", MASTER_CF)):
            with open(os.path.join(etc, name), "w") as f:
                f.write(text.format(**values))
        return ["/usr/sbin/postfix", "-c", etc, "start-fg"]

    def exim(self, binary, sink_port, many):
        os.mkdir(os.path.join(self.work, "spool"))
        shutil.chown(self.work, "mail", "mail")
        shutil.chown(os.path.join(self.work, "spool"), "mail", "mail")
        configuration = os.path.join(self.work, "exim.conf")
        route = "${sg{$domain}{\\N[][]\\N}{}}" if many else "127.0.0.1"
        with open(configuration, "w") as f:
            f.write(EXIM_CONF.format(binary=os.path.abspath(binary), work=self.work, port=self.port, sink=sink_port, exim_route=route))
        return [binary, "-C", configuration, "-bdf", "-q1m"]

    def close(self):
        everything = processes(self.process.pid)
        if self.name == "postfix":
            subprocess.run(["/usr/sbin/postfix", "-c", os.path.join(self.work, "etc"), "stop"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        stop(self.process)
        for pid in everything:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.log.close()
        shutil.rmtree(self.work, ignore_errors=True)


EXPECTED = b"220", b"250", b"250", b"250", b"354", b"250"


class Load:
    """Sends messages over several connections, each to the next of many recipients. It is pipelined (RFC 2920): MAIL, RCPT
    and DATA of the next message leave in one write with the text of the one before."""

    def __init__(self, port, connections, recipients, size):
        self.address = ("127.0.0.1", port)
        self.connections = connections
        self.recipients = recipients
        self.body = content(size)
        self.next = 0

    def group(self):
        recipient = self.recipients[self.next % len(self.recipients)]
        self.next += 1
        return b"MAIL FROM:<a@x.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % recipient

    def run(self, messages):
        selector = selectors.DefaultSelector()
        left = {"start": messages, "end": messages}
        for _ in range(self.connections):
            s = socket.create_connection(self.address)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(s, selectors.EVENT_READ, [b"", 0, False])
        while left["end"]:
            ready = selector.select(PATIENCE)
            if not ready:
                raise SystemExit("the server answers no more")
            for key, _ in ready:
                self.received(key.fileobj, key.data, left, selector)
        selector.close()

    def received(self, s, state, left, selector):
        """The state: bytes of an incomplete line, the reply expected next, whether another message was begun."""
        state[0] += s.recv(65536)
        lines = state[0].split(b"\r\n")
        state[0] = lines.pop()
        for line in lines:
            if line[3:4] == b"-":
                continue
            step = state[1]
            if line[:3] != EXPECTED[step]:
                raise SystemExit(f"unexpected reply: {line!r}")
            state[1] = step + 1
            if step == 0:
                s.sendall(b"EHLO load.example\r\n")
            elif step == 4:
                s.sendall(self.body + self.next_group(state, left))
            elif step in (1, 5):
                left["end"] -= step == 5
                state[1] = 2
                if step == 1:
                    s.sendall(self.next_group(state, left))
                if not state[2]:
                    selector.unregister(s)
                    s.sendall(b"QUIT\r\n")
                    s.close()
                    return

    def next_group(self, state, left):
        state[2] = left["start"] > 0
        left["start"] -= state[2]
        return self.group() if state[2] else b""


def content(size):
    head = b"From: a@x.example\r\nTo: b@y.example\r\nSubject: load\r\nDate: Sun, 29 Nov 2026 18:42:58 +0000\r\n" \
           b"Message-ID: <load@x.example>\r\n\r\n"
    line = b"x" * 76 + b"\r\n"
    return head + line * (max(0, size - len(head)) // len(line)) + b".\r\n"


def send(server, connections, size, messages, many, pipelined=False):
    if pipelined and not many:
        Load(server.port, connections, [b"b@y.example"], size).run(messages)
    elif many:
        recipients = [b"b@[127.0.1.%d]" % (i + 1) for i in range(DESTINATIONS)]
        Load(server.port, connections, recipients, size).run(messages)
    else:
        subprocess.run(["smtp-source", "-d", "-s", str(connections), "-l", str(size), "-m", str(messages),
                        "-f", "a@x.example", "-t", "b@y.example", f"127.0.0.1:{server.port}"], check=True)


def measure(server, sink, connections, size, messages, many, pipelined=False):
    """Returns messages per second, and CPU seconds per message."""
    before, cpu, began = sink.messages(), cpu_seconds(server.process.pid), time.time()
    send(server, connections, size, messages, many, pipelined)
    until = time.time() + PATIENCE
    while sink.messages() < before + messages:
        if time.time() > until:
            print(f"{server.name}: only {sink.messages() - before} of {messages} messages arrived", file=sys.stderr)
            break
        time.sleep(0.005)
    took = time.time() - began
    return messages / took, (cpu_seconds(server.process.pid) - cpu) / messages


def forces(server, sink, connections, size, messages, many, pipelined):
    """How often the server forces a file to disk, per message; counted by strace in a run of its own."""
    if not shutil.which("strace"):
        return None
    output = os.path.join(server.work, "forces")
    pids = [str(pid) for pid in processes(server.process.pid)]
    tracer = subprocess.Popen(["strace", "-qq", "-f", "-c", "-e", "trace=fsync,fdatasync,sync_file_range", "-o", output]
                              + [word for pid in pids for word in ("-p", pid)], stderr=subprocess.DEVNULL)
    time.sleep(1)
    measure(server, sink, connections, size, messages, many, pipelined)
    tracer.send_signal(signal.SIGINT)
    tracer.wait(30)
    calls = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+).*(?:fsync|fdatasync)\s*$", open(output).read(), re.M)
    return sum(int(n) for n in calls) / messages


class Clocked:
    """A server that notes when the final dot of each message arrives."""

    def __init__(self, address="127.0.0.1", port=0):
        self.arrived = {}
        self.listener = socket.create_server((address, port), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(b"220 clocked\r\n")
        stream, body, number = client.makefile("rb"), False, None
        for line in stream:
            if body:
                if line.startswith(b"X-Number: "):
                    number = int(line[10:])
                elif line == b".\r\n":
                    self.arrived[number] = time.perf_counter()
                    body = False
                    client.sendall(b"250 2.0.0 ok\r\n")
                continue
            verb = line[:4].upper()
            body = verb == b"DATA"
            client.sendall(b"354 go on\r\n" if body else b"250-clocked\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
                           if verb == b"EHLO" else b"221 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 ok\r\n")
            if verb == b"QUIT":
                return client.close()


def latency(server, clocked, messages, pause, recipient=b"b@y.example"):
    """Milliseconds from the client's final dot to the next server's, sorted: one message at a time."""
    clocked.arrived.clear()
    sent = {}
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = s.makefile("rb")

        def await_replies(count):
            while count:
                line = stream.readline()
                if line[:1] not in b"23":
                    raise SystemExit(f"unexpected reply: {line!r}")
                count -= line[3:4] != b"-"

        s.sendall(b"EHLO load.example\r\n")
        await_replies(2)
        body = content(4096)
        for number in range(messages):
            s.sendall(b"MAIL FROM:<a@x.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % recipient)
            await_replies(3)
            sent[number] = time.perf_counter()
            s.sendall(b"X-Number: %d\r\n" % number + body)
            await_replies(1)
            until = time.time() + 10
            while number not in clocked.arrived and time.time() < until:
                time.sleep(0.001)
            time.sleep(pause)
    return sorted((clocked.arrived[n] - sent[n]) * 1000 for n in sent if n in clocked.arrived)


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.3f}"


def throughput(options, servers):
    print("| row | " + " | ".join(
        f"{s}, messages/s | CPU per message, µs | forces per message" for s in servers) + " | rate x Postfix | CPU / Postfix |")
    print("| --- |" + " --- |" * (3 * len(servers) + 2))
    for many in (False, True):  # one smarthost or many destinations; the latter always get a pipelined load
        port = free_port()
        sink = Sink(options.directory, port)
        running = {name: Server(name, options, port, many) for name in servers}
        for name, server in running.items():
            measure(server, sink, 20, 4096, options.warmup if name == "boxcar" else 300, many)
        for size in (4096, 65536):
            for connections, pipelined in [(1, many), (10, many), (50, many)] + ([] if many else [(50, True)]):
                row = f"c{connections}-{size // 1024}" + ("-many" if many else "-pipelined" if pipelined else "")
                if options.rows and row not in options.rows.split(","):
                    continue
                results = {name: [] for name in servers}
                counts = {"boxcar": (2000, 12000, 30000), "postfix": (400, 2000, 3000), "exim": (200, 600, 800)}
                for measured in range(-1, options.rounds):
                    for name, server in running.items():
                        messages = counts[name][(1, 10, 50).index(connections)] // (3 if size > 4096 else 1)
                        if measured < 0 and name == "boxcar":  # Java compiles what this size and this way of sending use
                            messages = max(messages, options.warmup // (3 if size > 4096 else 1))
                        result = measure(server, sink, connections, size, messages, many, pipelined)
                        if measured >= 0:
                            results[name].append(result)
                cells, medians = [], {}
                for name, server in running.items():
                    rate, cpu = (statistics.median(column) for column in zip(*results[name]))
                    medians[name] = rate, cpu
                    messages = counts[name][(1, 10, 50).index(connections)] // 4
                    force = forces(server, sink, connections, size, messages, many, pipelined)
                    cells += [number(rate), number(cpu * 1e6), "" if force is None else f"{force:.2f}"]
                ratios = ["", ""]
                if "postfix" in medians and "boxcar" in medians:
                    ratios = [f"{medians['boxcar'][0] / medians['postfix'][0]:.1f}",
                              f"{medians['boxcar'][1] / medians['postfix'][1]:.3f}"]
                where = f"{DESTINATIONS} destinations" if many else "one smarthost"
                way = ", pipelined" if pipelined else ""
                print(f"| {where}, {connections} connections, {size // 1024} KiB{way} | " + " | ".join(cells + ratios) + " |",
                      flush=True)
        for server in running.values():
            server.close()
        sink.close()


def latencies(options, servers):
    print("\n| latency, final dot to final dot, ms | p50 | p99 |\n| --- | --- | --- |")
    clocked = Clocked()
    for name in servers:
        server = Server(name, options, clocked.port, False)
        latency(server, clocked, 300 if name == "boxcar" else 20, 0)
        for text, pause, messages in (("a message at a time, idle in between", 0.05, 200), ("a message at a time", 0, 500)):
            times = latency(server, clocked, messages, pause)
            print(f"| {name}, {text} | {number(times[len(times) // 2])} | {number(times[int(len(times) * 0.99)])} |", flush=True)
        server.close()


def loaded_latencies(options, servers):
    """The same while 20 connections send messages for another destination, as fast as the server takes them."""
    print("\n| latency under full load, final dot to final dot, ms | p50 | p99 | other messages/s |\n| --- | --- | --- | --- |")
    port = free_port()
    clocked = Clocked("127.0.0.9", port)
    sink = Sink(options.directory, port, "127.0.1.1")
    for name in servers:
        server = Server(name, options, port, True)
        arguments = ["smtp-source", "-d", "-s", "20", "-l", "4096", "-f", "a@x.example", "-t", "b@[127.0.1.1]"]
        if name == "boxcar":
            subprocess.run(arguments + ["-m", str(options.warmup), f"127.0.0.1:{server.port}"], check=True)
            latency(server, clocked, 100, 0, b"b@[127.0.0.9]")
        load = subprocess.Popen(arguments + ["-m", "10000000", f"127.0.0.1:{server.port}"], stderr=subprocess.DEVNULL)
        time.sleep(2)
        before, began = sink.messages(), time.time()
        times = latency(server, clocked, 200, 0.02, b"b@[127.0.0.9]")
        rate = (sink.messages() - before) / (time.time() - began)
        stop(load)
        print(f"| {name} | {number(times[len(times) // 2])} | {number(times[int(len(times) * 0.99)])} | {number(rate)} |",
              flush=True)
        server.close()
    sink.close()


def memory(options):
    """The relay alone, as the launcher starts it."""
    print("\n| resident memory of the relay, MiB | |\n| --- | --- |")
    refused = free_port()  # nothing listens there
    server = Server("boxcar", options, refused, False)
    time.sleep(5)
    print(f"| idle | {resident_mib(server.process.pid):.0f} |", flush=True)
    send(server, 20, 1024, options.deferred, False)
    time.sleep(15)
    print(f"| with {options.deferred:,} deferred messages of 1 KiB | {resident_mib(server.process.pid):.0f} |", flush=True)
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxcar", default="target/boxcar", help="the command that runs Boxcar")
    parser.add_argument("--servers", default="boxcar,postfix")
    parser.add_argument("--exim", default="/usr/sbin/exim4")
    parser.add_argument("--directory", default=tempfile.gettempdir(), help="where the queues are")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=30000, help="messages before the first row, for Java")
    parser.add_argument("--rows", default="", help="such as c50-4,c10-64-many; default: all")
    parser.add_argument("--deferred", type=int, default=100000)
    for part in "throughput", "latency", "memory":
        parser.add_argument(f"--no-{part}", action="store_true")
    options = parser.parse_args()
    servers = options.servers.split(",")
    if not options.no_throughput:
        throughput(options, servers)
    if not options.no_latency:
        latencies(options, servers)
        loaded_latencies(options, servers)
    if not options.no_memory:
        memory(options)


if __name__ == "__main__":
    main()
