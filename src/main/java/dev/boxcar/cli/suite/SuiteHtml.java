// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.suite;

import dev.boxcar.lab.suite.CaseResult;
import dev.boxcar.lab.suite.Finding;
import dev.boxcar.lab.suite.SuiteClient.Run;
import dev.boxcar.record.SessionRecord;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.util.List;
import java.util.Locale;

/** The results as one page of HTML that needs no other file: each case with its findings and what was said. */
final class SuiteHtml {
    private static final int MAX_ITEMS = 200;
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Client suite</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
                   color: #1c1e21; background: #fff; }
            table { border-collapse: collapse; width: 100%; }
            th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #dde1e6; vertical-align: top; }
            code, pre { font: 13px/1.45 ui-monospace, monospace; }
            pre { overflow-x: auto; background: #f4f6f8; padding: .6rem; margin: .4rem 0; }
            .passed { color: #17663a; } .failed { color: #b3261e; font-weight: 600; }
            .not-reached, .skipped { color: #6b7280; }
            .VIOLATION { color: #b3261e; } .ADVICE { color: #7a5200; } .PASS, .UNKNOWN { color: #6b7280; }
            summary { cursor: pointer; }
            ul { margin: 0; padding-left: 1.1rem; }
            @media (prefers-color-scheme: dark) {
              body { color: #e4e6ea; background: #16181c; } pre { background: #22252b; }
              th, td { border-color: #363b44; } .passed { color: #6fcf97; }
              .failed, .VIOLATION { color: #ff8a80; } .ADVICE { color: #f0c36d; }
              .not-reached, .skipped, .PASS, .UNKNOWN { color: #9aa3af; }
            }
            </style>
            </head>
            <body>
            <h1>Client suite</h1>
            """;

    private final StringBuilder html = new StringBuilder(HEAD);

    private SuiteHtml() {}

    static String of(List<String> command, List<CaseResult> results) {
        return new SuiteHtml().page(command, results);
    }

    private String page(List<String> command, List<CaseResult> results) {
        html.append("<p><code>").append(escape(String.join(" ", command))).append("</code></p>\n<p>");
        html.append(escape(SuiteText.summary(results))).append("</p>\n");
        html.append("<table>\n<thead><tr><th>Case</th><th>Outcome</th><th>Exit</th><th>Accepted</th><th>Time</th>"
                + "<th>Findings</th></tr></thead>\n<tbody>\n");
        results.forEach(this::row);
        return html.append("</tbody>\n</table>\n</body>\n</html>\n").toString();
    }

    private void row(CaseResult result) {
        Run run = result.run();
        html.append("<tr id=\"").append(result.suiteCase().name()).append("\"><td><strong>");
        html.append(result.suiteCase().name()).append("</strong><br>");
        html.append(escape(result.suiteCase().about())).append("</td>");
        String status = SuiteText.of(result.status());
        html.append("<td class=\"")
                .append(status.replace(' ', '-'))
                .append("\">")
                .append(status)
                .append("</td>");
        if (run == null) {
            html.append("<td></td><td></td><td></td><td></td></tr>\n");
            return;
        }
        html.append("<td>")
                .append(run.tookTooLong() ? "killed" : Integer.toString(run.status()))
                .append("</td><td>");
        html.append(result.accepted() ? "yes" : "no").append("</td><td>");
        html.append(SuiteText.seconds(run)).append("</td><td><ul>\n");
        for (Finding finding : result.findings()) {
            html.append("<li class=\"").append(finding.level()).append("\">");
            html.append(escape(finding.toString())).append("</li>\n");
        }
        html.append("</ul>\n");
        result.sessions().forEach(this::session);
        if (!run.output().isEmpty()) {
            html.append("<details><summary>output of the client</summary><pre>");
            html.append(escape(run.output())).append("</pre></details>\n");
        }
        html.append("</td></tr>\n");
    }

    private void session(SessionRecord session) {
        html.append("<details><summary>session ").append(escape(session.id())).append(", ");
        html.append(session.roundTrips()).append(" round trips</summary><pre>");
        if (!session.replies().isEmpty()) {
            reply(session.replies().get(0));
        }
        session.items().stream().limit(MAX_ITEMS).forEach(item -> {
            item(item);
            RecordedReply reply = session.replyTo(item);
            if (reply != null) {
                reply(reply);
            }
        });
        int more = session.items().size() - MAX_ITEMS;
        html.append(more > 0 ? "... and " + more + " more\n" : "").append("</pre></details>\n");
    }

    private void item(Item item) {
        String text = item.kind() == SessionRecord.Kind.MESSAGE
                ? "(message, " + item.bytes() + " bytes)"
                : item.text().isEmpty() ? "(" + item.bytes() + " bytes)" : item.text();
        line(item.atMicros(), "C: " + text);
    }

    private void reply(RecordedReply reply) {
        if (reply.leftMicros() >= 0) {
            line(reply.leftMicros(), "S: " + reply.text());
        }
    }

    private void line(long micros, String text) {
        html.append(String.format(Locale.ROOT, "%,10.1f ms  ", micros / 1000.0))
                .append(escape(text))
                .append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
