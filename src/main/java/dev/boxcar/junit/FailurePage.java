// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.lab.script.ActiveScript;
import dev.boxcar.lab.verdict.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/**
 * A failed test as an HTML page that needs no other file: the failure, the sessions as they happened, the messages that
 * the test did not take, and its scripts. Confined to one thread.
 */
final class FailurePage {
    private static final int MAX_MESSAGES = 50;
    private static final int MAX_SOURCE_CHARACTERS = 64 * 1024;
    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
                   color: #1c2430; background: #fff; }
            h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; } h3 { font-size: 1rem; }
            pre, td { font: 13px/1.45 ui-monospace, monospace; }
            pre { background: #f4f6f8; padding: .8rem; overflow: auto; white-space: pre-wrap; word-break: break-word; }
            .failure { border-left: 4px solid #c62828; }
            table { border-collapse: collapse; width: 100%; }
            th { text-align: left; font-weight: 600; }
            th, td { padding: .15rem .6rem; vertical-align: top; }
            td.time { text-align: right; color: #5b6675; white-space: nowrap; }
            td.text { word-break: break-word; }
            tr.script td.text { color: #8a4b00; padding-left: 2.5rem; }
            tr.first td { border-top: 1px solid #d5dbe2; }
            tr.client td.text { color: #0b4f9e; }
            tr.server td.text { color: #1f6b3a; padding-left: 2.5rem; }
            .note { color: #5b6675; }
            @media (prefers-color-scheme: dark) {
              body { color: #dde3ea; background: #14181d; } pre { background: #1d232a; }
              tr.client td.text { color: #7fb6f5; } tr.server td.text { color: #7fce9b; } tr.script td.text { color: #e8b368; }
              tr.first td { border-color: #38424d; } }
            """;

    private final StringBuilder html = new StringBuilder();

    private FailurePage() {}

    static String of(String test, Throwable failure, List<TestServer> servers) {
        var page = new FailurePage();
        page.html
                .append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
        page.text(test);
        page.html.append("</title>\n<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
        page.heading(1, test);
        page.failure(failure);
        servers.forEach(page::server);
        page.html.append("</body>\n</html>\n");
        return page.html.toString();
    }

    private void failure(Throwable failure) {
        var stack = new StringWriter();
        failure.printStackTrace(new PrintWriter(stack, true));
        html.append("<pre class=\"failure\">");
        text(failure.toString());
        html.append("</pre>\n<details><summary>Stack trace</summary><pre>");
        text(stack.toString());
        html.append("</pre></details>\n");
    }

    private void server(TestServer server) {
        TestNamespace namespace = server.namespace();
        heading(2, "Server \"" + server.name() + "\" on port " + namespace.port());
        SmtpLabServer view = server.server();
        List<Session> sessions = view.sessions();
        if (sessions.isEmpty()) {
            note("No client connected.");
        }
        sessions.forEach(this::session);
        scripts(namespace.scripts().list());
        messages(view.messages());
    }

    private void session(Session session) {
        heading(3, session.toString());
        html.append("<table>\n<tr><th>time</th><th>flight</th><th>what was sent</th></tr>\n");
        int flight = 0;
        for (Transcript.Line line : session.lines().lines()) {
            boolean begins = line.flight() > flight;
            flight = Math.max(flight, line.flight());
            html.append("<tr class=\"")
                    .append(line.source().name().toLowerCase(Locale.ROOT))
                    .append(begins ? " first" : "")
                    .append("\"><td class=\"time\">")
                    .append(line.time())
                    .append("</td><td class=\"time\">")
                    .append(begins ? String.valueOf(flight) : "")
                    .append("</td><td class=\"text\">");
            text(line.text());
            html.append("</td></tr>\n");
        }
        html.append("</table>\n");
        session.verdicts().stream()
                .filter(verdict -> verdict.level() != Verdict.Level.PASS)
                .forEach(verdict -> note(verdict.toString()));
    }

    private void scripts(List<ActiveScript> scripts) {
        for (ActiveScript script : scripts) {
            String name = script.script().name();
            heading(3, "Script " + script.id() + (name.isEmpty() ? "" : ": " + name));
            note("Sessions that used it: " + script.used());
            html.append("<table>\n<tr><th>rule</th><th>on</th><th>used</th></tr>\n");
            for (int i = 0; i < script.rules().size(); i++) {
                html.append("<tr><td>").append(i + 1).append("</td><td>");
                text(TestServer.event(script.rules().get(i).on()));
                html.append("</td><td>").append(script.matched(i)).append("</td></tr>\n");
            }
            html.append("</table>\n");
        }
    }

    private void messages(List<Message> messages) {
        heading(3, "Messages that the test did not take: " + messages.size());
        for (Message message : messages.subList(0, Math.min(MAX_MESSAGES, messages.size()))) {
            html.append("<details><summary>");
            text(message.toString());
            html.append("</summary><pre>");
            String source = message.source();
            text(source.substring(0, Math.min(MAX_SOURCE_CHARACTERS, source.length())));
            html.append("</pre></details>\n");
        }
    }

    private void heading(int level, String words) {
        html.append("<h").append(level).append('>');
        text(words);
        html.append("</h").append(level).append(">\n");
    }

    private void note(String words) {
        html.append("<p class=\"note\">");
        text(words);
        html.append("</p>\n");
    }

    /** Appends text that a client may have chosen. */
    private void text(String words) {
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                default -> html.append(c);
            }
        }
    }
}
