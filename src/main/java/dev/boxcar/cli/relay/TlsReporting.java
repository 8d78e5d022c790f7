// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.server.Shutdown;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.policy.sts.StsPolicies;
import dev.boxcar.relay.queue.RelayQueue;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.tlsreport.TlsReports;
import dev.boxcar.smtp.path.Mailbox;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts reports about TLS, if the options say so. Used once, on the main thread. */
final class TlsReporting {
    private static final Logger LOG = LoggerFactory.getLogger(TlsReporting.class);
    private static final String FILE = "tls-report";
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final RelayOptions options;
    private final String hostname;
    private final Callable<SSLContext> trust;

    TlsReporting(RelayOptions options, String hostname, Callable<SSLContext> trust) {
        this.options = options;
        this.hostname = hostname;
        this.trust = trust;
    }

    /**
     * Begins to report.
     *
     * @param policies the policies of MTA-STS; null if they are not followed
     * @return who is told of sessions; nobody if there are no reports
     */
    TlsSessionResult.Listener begin(
            RelayQueue queue, NameService names, @Nullable StsPolicies policies, DkimSigner signer, Shutdown shutdown) {
        Mailbox contact = options.tlsReport.contact();
        if (contact == null) {
            return TlsSessionResult.Listener.NONE;
        }
        if (signer.keysOf(contact.domain()).isEmpty()) { // RFC 8460 §3: recipients ignore reports without a signature
            LOG.warn("reports about TLS by mail need a DKIM key of {}: see --dkim-keys", contact.domain());
        }
        StsPolicy.Source known =
                policies == null ? domain -> CompletableFuture.completedStage(StsPolicy.NONE) : policies;
        var parts = new TlsReports.Parts(
                hostname, contact, queue, names, options.mxTls.https(names, trust), known, Clock.systemUTC());
        TlsReports reports = TlsReports.open(parts, options.spool.resolve(FILE), PAUSE);
        shutdown.closesAfterSessions(reports);
        if (policies != null) {
            policies.reportTo(reports);
        }
        return reports;
    }
}
