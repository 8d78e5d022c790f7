// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.EnvelopeEdit;
import dev.boxcar.smtp.EnvelopePath;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Who gets the relay's reports: the sender as other servers know it, and its aliases. A report to {@code root@host}
 * would reach nobody where {@code root} stands for somebody else. Any thread.
 */
public final class ReportRecipients implements UnaryOperator<Envelope> {
    private volatile Rules rules;

    private record Rules(MailRewriting rewriting, RecipientExpansion expansion) {}

    /** Begins with these rules. */
    public ReportRecipients(MailRewriting rewriting, RecipientExpansion expansion) {
        this.rules = new Rules(rewriting, expansion);
    }

    /** Replaces the rules, from the next report on. */
    public void replace(MailRewriting rewriting, RecipientExpansion expansion) {
        rules = new Rules(rewriting, expansion);
    }

    @Override
    public Envelope apply(Envelope report) {
        Rules now = rules;
        List<EnvelopePath> recipients = report.forwardPaths().stream()
                .map(ForwardPath::mailbox)
                .map(mailbox -> now.rewriting().sender(new ReversePath(List.of(), mailbox)))
                .map(path -> new EnvelopePath(path.toString(), ""))
                .toList();
        return now.expansion().apply(EnvelopeEdit.withRecipients(report, recipients));
    }
}
