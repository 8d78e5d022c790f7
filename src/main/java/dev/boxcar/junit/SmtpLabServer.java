// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.script.Script;
import dev.boxcar.tls.KeyFileException;
import dev.boxcar.tls.KeyFiles;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server in the test's own process. It accepts every message, unless a script says otherwise, keeps messages in
 * memory (64 MiB, then the oldest are dropped), and records every session.
 *
 * <p>{@code take…} and {@code await…} wait until what they ask for is there, at most for the given time; then they fail
 * with an {@link AssertionError} that shows what the sessions did instead. A message is there once it is stored, which
 * is before its client gets the 250.
 *
 * <p>A server in a static field is shared by the tests of the class. Each test has a port of its own there, and sees
 * only the messages, sessions and scripts of that port: call {@link #port} in the test. Mail to the port that the
 * server has outside of tests, as in a method that runs before all tests, goes to every test that runs when the mail
 * arrives. The methods find out by the thread which test calls. A thread that the test started itself may call them as
 * long as no other test of the class runs; else let the test method take the server as a parameter, which works on
 * every thread.
 *
 * <p>Any thread.
 */
public final class SmtpLabServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final RunningServer server;
    private final Supplier<TestNamespace> namespace;

    private SmtpLabServer(RunningServer server, Supplier<TestNamespace> namespace) {
        this.server = server;
        this.namespace = namespace;
    }

    /** Starts a server with these features, for tests that do without the extension. The caller closes it. */
    public static SmtpLabServer start(ServerFeature... offers) {
        return alone(RunningServer.start(Set.of(offers)));
    }

    /** All of a server that no tests share. */
    static SmtpLabServer alone(RunningServer server) {
        return new SmtpLabServer(server, server::own);
    }

    /** What a server shows the test that calls. */
    static SmtpLabServer shared(RunningServer server) {
        return new SmtpLabServer(server, server::current);
    }

    /** What a server shows one test. */
    static SmtpLabServer of(RunningServer server, TestNamespace test) {
        return new SmtpLabServer(server, () -> test);
    }

    /** The address to connect to: {@code 127.0.0.1}. The server also listens on the same port of {@code ::1}. */
    public String host() {
        return HOST;
    }

    /** The port to connect to. */
    public int port() {
        return namespace.get().port();
    }

    /** A TLS context for clients that trusts the certificate of this server, and no other. */
    public SSLContext trust() {
        KeyFiles certificate = server.certificate();
        if (certificate == null) {
            throw new IllegalStateException("this server has no TLS: use @SmtpLab(offers = ServerFeature.STARTTLS)");
        }
        try {
            return certificate.trust();
        } catch (KeyFileException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- scripts

    /**
     * Puts a script in force for sessions that begin from now on. Sessions that no script is for are served normally.
     *
     * @return the script in force, which counts how often its rules were used
     */
    public ActiveScript enqueue(Script script) {
        return namespace.get().scripts().add(script);
    }

    // ---- messages

    /** Takes the oldest message that was not taken yet; waits for it if there is none. */
    public Message takeMessage(Duration timeout) {
        return takeMessage(timeout, message -> true);
    }

    /** Takes the oldest matching message that was not taken yet; waits for it if there is none. */
    public Message takeMessage(Duration timeout, Predicate<? super Message> wanted) {
        TestNamespace mine = namespace.get();
        try {
            TestNamespace.Arrival taken = mine.messages().take(timeout, arrival -> {
                Message message = arrival.message();
                return message != null && wanted.test(message);
            });
            if (taken != null) {
                return Objects.requireNonNull(taken.message());
            }
        } catch (InterruptedException e) {
            throw interrupted(mine, "a message");
        }
        int others = mine.messages().size();
        throw failure(
                mine,
                others == 0
                        ? "no message arrived within " + text(timeout)
                        : "none of " + count(others, "message") + " matched within " + text(timeout));
    }

    /** Waits until there are this many messages that were not taken. Returns all of them, and takes none. */
    public List<Message> awaitMessages(int count, Duration timeout) {
        TestNamespace mine = namespace.get();
        try {
            if (mine.messages().await(count, timeout)) {
                return messages(mine);
            }
        } catch (InterruptedException e) {
            throw interrupted(mine, count(count, "message"));
        }
        int arrived = mine.messages().size();
        throw failure(mine, "only " + arrived + " of " + count(count, "message") + " arrived within " + text(timeout));
    }

    /** The messages that were not taken, the oldest first. */
    public List<Message> messages() {
        return messages(namespace.get());
    }

    private static List<Message> messages(TestNamespace mine) {
        return mine.messages().waiting().stream()
                .map(TestNamespace.Arrival::message)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Fails if there is a message that was not taken. */
    public void assertNoMessage() {
        assertNoMessage(Duration.ZERO);
    }

    /** Fails if there is a message that was not taken, or if one arrives within this time. */
    public void assertNoMessage(Duration quiet) {
        TestNamespace mine = namespace.get();
        try {
            if (mine.messages().await(1, quiet)) {
                throw failure(mine, "expected no message, but found " + messages(mine));
            }
        } catch (InterruptedException e) {
            throw interrupted(mine, "the absence of messages");
        }
    }

    // ---- sessions

    /** Takes the session that ended first and was not taken yet; waits for its end if there is none. */
    public Session takeSession(Duration timeout) {
        TestNamespace mine = namespace.get();
        try {
            String taken = mine.endedSessions().take(timeout, session -> server.session(session) != null);
            Session session = taken == null ? null : session(taken);
            if (session != null) {
                return session;
            }
        } catch (InterruptedException e) {
            throw interrupted(mine, "the end of a session");
        }
        throw failure(mine, "no session ended within " + text(timeout));
    }

    /** The sessions so far, also those that are open or were taken, the oldest first; at most the last hundred. */
    public List<Session> sessions() {
        return sessions(namespace.get());
    }

    private List<Session> sessions(TestNamespace mine) {
        return mine.sessions().stream()
                .map(this::session)
                .filter(Objects::nonNull)
                .toList();
    }

    private @Nullable Session session(String id) {
        return server.session(id);
    }

    /** The sessions so far as lines with times. */
    public String transcript() {
        return transcript(namespace.get());
    }

    private String transcript(TestNamespace mine) {
        List<Session> sessions = sessions(mine);
        if (sessions.isEmpty()) {
            return "no client connected to port " + mine.port() + "\n";
        }
        var text = new StringBuilder();
        sessions.forEach(session -> text.append(session.transcript()));
        return text.toString();
    }

    /** Forgets the messages and sessions so far, and the scripts. */
    public void clear() {
        namespace.get().clear();
    }

    // ---- the end

    /** Ends the server and cuts its connections. The extension does this for the servers that it started. */
    @Override
    public void close() {
        server.close();
    }

    private AssertionError failure(TestNamespace mine, String problem) {
        return new AssertionError(problem + "\n" + transcript(mine));
    }

    private AssertionError interrupted(TestNamespace mine, String wanted) {
        Thread.currentThread().interrupt();
        return failure(mine, "interrupted while waiting for " + wanted);
    }

    private static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** The time as people write it: {@code 2 s}, {@code 150 ms}. */
    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
