// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import dev.boxcar.cli.relay.RelayRouting;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.unit.IpAddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Probes all hosts of all smarthosts at the same time. Blocks for a bounded time; one thread. */
final class SmarthostCheck {
    /** A session has at most this many steps that wait: connect, banner, EHLO, STARTTLS, EHLO, AUTH. */
    private static final int STEPS = 6;

    private static final int MAX_THREADS = 16;

    private final RelayRouting routing;
    private final NameService names;
    private final Duration timeout;
    private final HostProbe probe;

    SmarthostCheck(RelayRouting routing, NameService names, Duration timeout) {
        this.routing = routing;
        this.names = names;
        this.timeout = timeout;
        this.probe = new HostProbe(routing, timeout);
    }

    /** A host of a smarthost. */
    private record Target(NextHop nextHop, MailHost host) {}

    /** What was found at each address of each host, in the order of the configuration. */
    List<HostFindings> run() throws InterruptedException {
        var targets = new ArrayList<Target>();
        routing.smarthosts()
                .forEach(nextHop -> nextHop.hosts().forEach(host -> targets.add(new Target(nextHop, host))));
        if (targets.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(MAX_THREADS, targets.size()), task -> {
            var thread = new Thread(task, "check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var tasks = new ArrayList<Callable<List<HostFindings>>>();
            targets.forEach(target -> tasks.add(() -> check(target)));
            Duration all = timeout.multipliedBy(STEPS);
            List<Future<List<HostFindings>>> results = threads.invokeAll(tasks, all.toMillis(), TimeUnit.MILLISECONDS);
            var findings = new ArrayList<HostFindings>();
            for (int i = 0; i < targets.size(); i++) {
                findings.addAll(result(targets.get(i), results.get(i), all));
            }
            return findings;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<HostFindings> result(Target target, Future<List<HostFindings>> future, Duration bound)
            throws InterruptedException {
        try {
            return future.get();
        } catch (CancellationException e) {
            return unreached(target, "not finished within " + bound.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return unreached(target, String.valueOf(cause.getMessage()));
        }
    }

    private static List<HostFindings> unreached(Target target, String failure) {
        return List.of(HostFindings.unreached(target.nextHop(), target.host(), failure));
    }

    private List<HostFindings> check(Target target) throws IOException, InterruptedException {
        MailHost host = target.host();
        if (host.isSocket()) {
            return List.of(probe.probe(target.nextHop(), host, UnixDomainSocketAddress.of(host.name()), host.name()));
        }
        InetAddress literal = IpAddressText.parse(host.name());
        Answer<InetAddress> answer = literal != null ? Answer.of(List.of(literal)) : addresses(host.name());
        switch (answer.status()) {
            case FOUND -> {}
            case NO_SUCH_NAME -> {
                return unreached(target, "the host " + host.name() + " does not exist");
            }
            case NO_RECORD -> {
                return unreached(target, "the host " + host.name() + " has no address");
            }
            case FAILED -> {
                return unreached(target, "cannot look up " + host.name() + ": " + answer.reason());
            }
        }
        var findings = new ArrayList<HostFindings>();
        for (InetAddress address : answer.values()) {
            var socket = new InetSocketAddress(address, host.port());
            findings.add(probe.probe(target.nextHop(), host, socket, address.getHostAddress()));
        }
        return findings;
    }

    private Answer<InetAddress> addresses(String name) throws InterruptedException {
        try {
            return names.addresses(name).toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Answer.none(NameService.Status.FAILED, "the name servers did not answer");
        }
    }
}
