// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.transaction;

import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.server.limit.EnvelopeBudget;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.MessageSink;

/**
 * The objects that the mail transactions of one loop share. The parameter readers serve one command at a time. Confined
 * to that loop's thread.
 */
public final class TransactionContext {
    private final Limits limits;
    private final EnvelopeBudget budget;
    private final MessageSink sink;
    private final MailParameters mailParameters;
    private final RcptParameters rcptParameters = new RcptParameters();
    private final UnqualifiedPaths unqualifiedPaths;

    /** {@code holding} limits how long a client may ask for a message to be held. */
    public TransactionContext(Limits limits, EnvelopeBudget budget, MessageSink sink, FutureRelease holding) {
        this.limits = limits;
        this.budget = budget;
        this.sink = sink;
        this.mailParameters = new MailParameters(holding);
        this.unqualifiedPaths = new UnqualifiedPaths(limits.localDomain(), limits.paths());
    }

    Limits limits() {
        return limits;
    }

    EnvelopeBudget budget() {
        return budget;
    }

    MessageSink sink() {
        return sink;
    }

    /** Its results are valid until the next MAIL is read. */
    MailParameters mailParameters() {
        return mailParameters;
    }

    RcptParameters rcptParameters() {
        return rcptParameters;
    }

    /** Completes addresses without a domain. */
    public UnqualifiedPaths unqualifiedPaths() {
        return unqualifiedPaths;
    }
}
