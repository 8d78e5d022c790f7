// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.lab.fault.FaultLog;
import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.ScriptStore;
import dev.boxcar.record.Recorder;
import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.SessionNamespaces;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.smtp.SessionListener;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Faults;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.OriginGuard;
import dev.boxcar.web.http.WebAccounts;
import dev.boxcar.web.mailpit.Chaos;
import dev.boxcar.web.mailpit.ChaosState;
import dev.boxcar.web.request.ServerInfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A whole sink in this JVM, in memory, on free ports: an SMTP server and the web interface. */
public final class SinkFixture implements AutoCloseable {
    private static final int MAX_API_MESSAGE_BYTES = 1024 * 1024;

    private final HttpClient client = HttpClient.newHttpClient();
    private final MemorySpool spool = new MemorySpool(64 * 1024 * 1024);
    private final Inbox inbox;
    private final SmtpServer smtp;
    private final WebInterface web;
    private final int smtpPort;

    private SinkFixture(NamespaceSelector selector, OptionalFeatures features, String webRoot) throws IOException {
        this(Retention.ALL, selector, features, webRoot);
    }

    private SinkFixture(Retention retention, NamespaceSelector selector, OptionalFeatures features, String webRoot)
            throws IOException {
        this(retention, selector, features, webRoot, WebAccounts.NONE);
    }

    private SinkFixture(
            Retention retention,
            NamespaceSelector selector,
            OptionalFeatures features,
            String webRoot,
            WebAccounts accounts)
            throws IOException {
        inbox = Inbox.open(spool, retention, selector);
        var refusals = new RefusalCounter();
        Recorder recorder = features.recorder();
        SessionListener.Source listeners = recorder == null
                ? refusals
                : refusals.and(recorder).and(new SessionNamespaces(selector, (session, namespace) -> {
                    recorder.addNamespace(session, namespace);
                    if (features.scripts() != null) {
                        features.scripts().addNamespace(session, namespace);
                    }
                }));
        Ports ports = Ports.of(new SpoolSink(spool)).withListeners(listeners);
        Faults faults = features.scripts() == null ? features.chaos() : features.scripts();
        smtp = SmtpServer.start(
                new SmtpServer.Options("sink.test", 1, Limits.DEFAULTS),
                faults == null ? ports : ports.withFaults(faults));
        smtpPort = smtp.listen("127.0.0.1", 0).get(0).getPort();
        var options =
                new HttpServer.Options("127.0.0.1", 0, webRoot, accounts, new OriginGuard(List.of(), List.of()), null);
        var info = new ServerInfo(
                "1.2.3",
                "",
                "memory",
                System.currentTimeMillis(),
                new ServerInfo.Smtp(
                        List.of("127.0.0.1:" + smtpPort),
                        ServerInfo.Support.OFF,
                        ServerInfo.Support.OFF,
                        MAX_API_MESSAGE_BYTES),
                refusals::count);
        if (features.webhook() != null) {
            WebInterface.postArrivals(inbox, features.webhook());
        }
        web = WebInterface.start(HttpServer.bind(options), inbox, spool, info, refusals, features);
    }

    static SinkFixture start() throws IOException {
        return new SinkFixture(NamespaceSelector.NONE, OptionalFeatures.NONE, "");
    }

    static SinkFixture start(OptionalFeatures features) throws IOException {
        return new SinkFixture(NamespaceSelector.NONE, features, "");
    }

    static SinkFixture withNamespaces(String selector) throws IOException {
        return new SinkFixture(NamespaceSelector.parse(selector), OptionalFeatures.NONE, "");
    }

    static SinkFixture forAccounts(String... entries) throws IOException {
        return new SinkFixture(
                Retention.ALL, NamespaceSelector.NONE, OptionalFeatures.NONE, "", WebAccounts.of(List.of(entries)));
    }

    static SinkFixture keeping(int messages) throws IOException {
        return new SinkFixture(
                new Retention(messages, Duration.ZERO, 0), NamespaceSelector.NONE, OptionalFeatures.NONE, "");
    }

    static SinkFixture below(String webRoot) throws IOException {
        return new SinkFixture(NamespaceSelector.NONE, OptionalFeatures.NONE, webRoot);
    }

    /** A sink with scripts and recorded sessions. */
    static SinkFixture lab() throws IOException {
        return lab("none");
    }

    /** A sink with scripts, recorded sessions and namespaces. */
    static SinkFixture lab(String selector) throws IOException {
        OptionalFeatures features = OptionalFeatures.NONE
                .withRecorder(Recorder.withInput(64 * 1024, 1024 * 1024))
                .withScripts(new ScriptFaults(new ScriptStore(LineSettings.NONE, 7)));
        return new SinkFixture(NamespaceSelector.parse(selector), features, "");
    }

    static SinkFixture recorded(String selector) throws IOException {
        return new SinkFixture(
                NamespaceSelector.parse(selector),
                OptionalFeatures.NONE.withRecorder(Recorder.withInput(64 * 1024, 1024 * 1024)),
                "");
    }

    /** With a recorder that keeps input. */
    public static SinkFixture recorded() throws IOException {
        return start(OptionalFeatures.NONE.withRecorder(Recorder.withInput(64 * 1024, 1024 * 1024)));
    }

    static SinkFixture withChaos() throws IOException {
        return start(OptionalFeatures.NONE
                .withChaos(new Chaos(ChaosState.OFF, 7, new FaultLog()))
                .withRecorder(new Recorder(1024 * 1024)));
    }

    /** Makes the spool refuse all further changes. Stored messages can still be read. */
    void refuseChanges() {
        spool.close();
    }

    Inbox inbox() {
        return inbox;
    }

    public int smtpPort() {
        return smtpPort;
    }

    /** The base URL, without a trailing slash. */
    public String base() {
        return web.urls().get(0).replaceFirst("/$", "");
    }

    /** Sends a message, given with LF line ends, and returns when it has its 250. */
    void mail(String from, List<String> to, String message) throws IOException {
        List<String> replies = converse(from, to, message);
        if (!replies.get(replies.size() - 1).startsWith("250")) {
            throw new AssertionError("not accepted: " + replies);
        }
    }

    void mail(String subject) throws IOException {
        mail(
                "a@example.test",
                List.of("b@example.test"),
                "From: a@example.test\nTo: b@example.test\nSubject: " + subject + "\n\nbody\n");
    }

    /** Sends a message and returns the last line of each reply, starting with the banner. */
    List<String> converse(String from, List<String> to, String message) throws IOException {
        try (var socket = new Socket("127.0.0.1", smtpPort)) {
            socket.setSoTimeout(20_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            OutputStream out = socket.getOutputStream();
            var replies = new java.util.ArrayList<String>();
            replies.add(reply(in));
            var lines = new java.util.ArrayList<String>(
                    List.of("EHLO client.test", "MAIL FROM:" + (from.startsWith("<") ? from : "<" + from + ">")));
            to.forEach(recipient ->
                    lines.add("RCPT TO:" + (recipient.startsWith("<") ? recipient : "<" + recipient + ">")));
            lines.add("DATA");
            for (String line : lines) {
                out.write((line + "\r\n").getBytes(UTF_8));
                replies.add(reply(in));
            }
            if (replies.get(replies.size() - 1).startsWith("354")) {
                out.write((message.replace("\n", "\r\n") + ".\r\n").getBytes(UTF_8));
                replies.add(reply(in));
            }
            return replies;
        }
    }

    private static String reply(BufferedReader in) throws IOException {
        String line = String.valueOf(in.readLine());
        while (line.length() > 3 && line.charAt(3) == '-') {
            line = String.valueOf(in.readLine());
        }
        return line;
    }

    HttpResponse<String> get(String path) {
        return call("GET", path, "");
    }

    HttpResponse<String> call(String method, String path, String body) {
        var request = HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(Duration.ofSeconds(40))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    HttpClient client() {
        return client;
    }

    /** The JSON response as maps and lists. */
    @Nullable
    Object json(String path) {
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
        }
        return JsonTree.read(response.body());
    }

    @Override
    public void close() throws IOException {
        web.close();
        try {
            smtp.shutdown(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inbox.close();
        spool.close();
    }
}
