// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.delivery;

import dev.boxcar.relay.policy.HostSecurity;
import dev.boxcar.relay.policy.HostSecurity.PolicyDefect;
import dev.boxcar.relay.policy.dane.TlsaSet;
import dev.boxcar.relay.policy.outcome.AppliedPolicy;
import dev.boxcar.relay.policy.outcome.TlsFailureType;
import dev.boxcar.relay.policy.outcome.TlsSessionResult;
import dev.boxcar.relay.policy.outcome.TlsSessionResult.Failure;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NameService.Tlsa;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.StsPolicy;
import dev.boxcar.smtp.client.ClientProtocol;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.reply.SessionStep;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells a listener what came of TLS at each address of the servers of a domain. Smarthosts are left out: they belong to
 * no domain. Confined to the delivery loop.
 */
final class TlsSessionReporter {
    private static final String NOT_OFFERED = "the server does not offer STARTTLS";

    private final NextHop nextHop;
    private final TlsSessionResult.Listener listener;
    private final boolean isOn;
    /** Whether the result at the current address was told. */
    private boolean told;

    TlsSessionReporter(NextHop nextHop, TlsSessionResult.Listener listener) {
        this.nextHop = nextHop;
        this.listener = listener;
        this.isOn = listener != TlsSessionResult.Listener.NONE
                && !nextHop.isSmarthost()
                && nextHop.protocol() == ClientProtocol.SMTP;
    }

    /** An address is connected to, for the first time. */
    void connecting() {
        told = false;
    }

    /** A host is not connected to, because of its policy. */
    void refused(String domain, MailHost host, HostSecurity planned) {
        PolicyDefect defect = planned.defect();
        if (defect != null) {
            told = false;
            tell(domain, planned, new Failure(defect.type(), host.name(), "", "", defect.reason()));
        }
    }

    /** A session has failed. Failures that are not about TLS are not told. */
    void failed(
            String domain,
            MailHost host,
            @Nullable SocketAddress address,
            @Nullable SmtpClient client,
            HostSecurity planned,
            SessionFailure cause) {
        if (cause.step() == SessionStep.STARTTLS) {
            tell(domain, planned, failure(type(cause), host, address, client, cause.reason()));
        }
    }

    /** A session was ready for mail. */
    void ready(String domain, MailHost host, @Nullable SocketAddress address, SmtpClient client, HostSecurity planned) {
        PolicyDefect defect = planned.defect();
        if (!client.isInTls()) {
            tell(domain, planned, failure(TlsFailureType.STARTTLS_NOT_SUPPORTED, host, address, client, NOT_OFFERED));
        } else if (defect != null) {
            tell(domain, planned, failure(defect.type(), host, address, client, defect.reason()));
        } else {
            tell(domain, planned, null);
        }
    }

    private static TlsFailureType type(SessionFailure cause) {
        if (cause.cause() != null) {
            return TlsFailureType.ofHandshake(cause.cause());
        }
        boolean isRefused = cause.reply() != null || cause.reason().equals(NOT_OFFERED);
        return isRefused ? TlsFailureType.STARTTLS_NOT_SUPPORTED : TlsFailureType.VALIDATION_FAILURE;
    }

    private static Failure failure(
            TlsFailureType type,
            MailHost host,
            @Nullable SocketAddress address,
            @Nullable SmtpClient client,
            String reason) {
        return new Failure(type, host.name(), text(address), client == null ? "" : text(client.source()), reason);
    }

    private static String text(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress().replaceFirst("%.*", "")
                : "";
    }

    private void tell(String domain, HostSecurity planned, @Nullable Failure failure) {
        if (isOn && !told && !domain.isEmpty()) {
            told = true;
            listener.ended(new TlsSessionResult(domain, policy(planned), failure));
        }
    }

    private AppliedPolicy policy(HostSecurity planned) {
        TlsaSet tlsa = planned.tlsa();
        PolicyDefect defect = planned.defect();
        if (tlsa != null) {
            return AppliedPolicy.ofTlsa(
                    tlsa.records().stream().map(Tlsa::toString).toList());
        } else if (defect != null
                && (defect.type() == TlsFailureType.TLSA_INVALID || defect.type() == TlsFailureType.DNSSEC_INVALID)) {
            return AppliedPolicy.UNKNOWN_TLSA;
        }
        return nextHop.policy().sts() == StsPolicy.Mode.NONE ? AppliedPolicy.NONE : AppliedPolicy.UNKNOWN_STS;
    }
}
