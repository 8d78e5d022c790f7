// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.boxcar.cli.inspect.HostFindings.Certificate;
import dev.boxcar.cli.output.JsonOutput;
import dev.boxcar.cli.output.TerminalText;
import dev.boxcar.cli.relay.RelayRouting;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.RoutingTarget;
import dev.boxcar.relay.sign.PublishedKeyCheck;
import dev.boxcar.smtp.parameter.Extension;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints what {@code relay check} found. Never prints a secret. */
final class CheckReport {
    private final RelayRouting routing;
    private final List<HostFindings> findings;
    private final List<PublishedKeyCheck.Finding> keys;

    CheckReport(RelayRouting routing, List<HostFindings> findings, List<PublishedKeyCheck.Finding> keys) {
        this.routing = routing;
        this.findings = findings;
        this.keys = keys;
    }

    /** The name of the TLS level as the options write it. */
    static String level(NextHop nextHop) {
        return nextHop.tls().name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    void print(PrintWriter out, boolean offline) {
        out.printf(
                "configuration is valid: %s, %s%n",
                counted(routing.smarthosts().size(), "smarthost"),
                counted(routing.rules().size(), "route"));
        if (offline) {
            return;
        }
        if (usesMx()) {
            out.println("TLS to the servers of MX records: opportunistic; MTA-STS policies are "
                    + (routing.isMtaStsUsed() ? "followed" : "not followed (--mta-sts false)") + "; DANE is "
                    + (routing.isDaneUsed() ? "used" : "not used (--dnssec off)"));
        }
        if (routing.smarthosts().isEmpty()) {
            out.println("no smarthost to check: mail goes by MX records; see 'boxcar relay route ADDRESS'");
        }
        findings.forEach(one -> print(out, one));
        if (!keys.isEmpty()) {
            out.println();
        }
        keys.forEach(one -> out.printf("DKIM key %s %s%n", one.key(), TerminalText.of(one.text())));
    }

    private boolean usesMx() {
        return routing.rules().stream().anyMatch(rule -> rule.target() instanceof RoutingTarget.Mx);
    }

    /** Whether mail with REQUIRETLS would be accepted there (RFC 8689 §4.2.1). */
    private static boolean takesRequireTls(HostFindings found) {
        Certificate certificate = found.certificate();
        return found.isGood()
                && certificate != null
                && certificate.trusted()
                && found.offers().stream().anyMatch(Extension.REQUIRETLS.keyword()::equalsIgnoreCase);
    }

    private static void print(PrintWriter out, HostFindings found) {
        String at =
                found.address().isEmpty() || found.address().equals(found.host().name())
                        ? ""
                        : " [" + found.address() + "]";
        out.printf(
                "%n%s: %s%s: %s%n",
                found.nextHop().name(), found.host(), at, found.isGood() ? "ready for mail" : "NOT READY");
        line(out, "failure", found.failure());
        Duration roundTrip = found.roundTrip();
        line(out, "round trip", roundTrip == null ? null : String.format(Locale.ROOT, "%.1f ms", millis(roundTrip)));
        line(out, "banner", found.banner());
        String tlsLevel = level(found.nextHop());
        line(
                out,
                "TLS",
                found.tls().isEmpty()
                        ? "not used, level " + tlsLevel
                        : found.tls() + ", level " + tlsLevel + ": "
                                + TlsExplanation.of(found.nextHop().tls()));
        line(out, "not in TLS", found.tlsFailure());
        Certificate certificate = found.certificate();
        if (certificate != null) {
            line(out, "certificate", certificate.subject());
            line(out, "for", String.join(", ", certificate.names()));
            line(out, "issued by", certificate.issuer());
            line(out, "expires", certificate.expires() + ", " + daysUntil(certificate.expires()));
            line(out, "trusted", certificate.trusted() ? "yes" : "no");
        }
        if (!found.user().isEmpty()) {
            line(out, "logged in", "as " + found.user() + " by " + found.mechanism());
        }
        if (!found.offers().isEmpty()) {
            line(out, "SIZE", found.maxBytes() == 0 ? "no limit named" : found.maxBytes() + " bytes");
            line(
                    out,
                    "REQUIRETLS",
                    takesRequireTls(found)
                            ? "such mail can be sent there"
                            : "such mail is returned: it needs a server that offers it, with a trusted certificate");
            line(out, "offers", String.join(", ", found.offers()));
        }
    }

    private static String daysUntil(Instant expires) {
        long days = ChronoUnit.DAYS.between(Instant.now(), expires);
        return days < 0 ? "expired" : "in " + days + " days";
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    private static void line(PrintWriter out, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            out.printf("  %-12s %s%n", name, TerminalText.of(value));
        }
    }

    /** One object in one line. */
    void printJson(PrintWriter out) throws IOException {
        try (JsonGenerator json = JsonOutput.to(out)) {
            json.writeStartObject();
            json.writeNumberField("smarthosts", routing.smarthosts().size());
            json.writeNumberField("routes", routing.rules().size());
            json.writeBooleanField("ready", findings.stream().allMatch(HostFindings::isGood));
            json.writeBooleanField("usesMx", usesMx());
            json.writeBooleanField("mtaSts", routing.isMtaStsUsed());
            json.writeBooleanField("dane", routing.isDaneUsed());
            json.writeArrayFieldStart("hosts");
            for (HostFindings found : findings) {
                write(json, found);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("dkimKeys");
            for (PublishedKeyCheck.Finding found : keys) {
                json.writeStartObject();
                json.writeStringField("name", found.key().name().toString());
                json.writeStringField("algorithm", found.key().algorithm().tag());
                json.writeBooleanField("published", found.isGood());
                json.writeStringField("finding", found.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        out.println();
    }

    private static void write(JsonGenerator json, HostFindings found) throws IOException {
        json.writeStartObject();
        json.writeStringField("smarthost", found.nextHop().name());
        json.writeStringField("host", found.host().toString());
        json.writeStringField("address", found.address());
        json.writeBooleanField("ready", found.isGood());
        json.writeStringField("failure", found.failure() == null ? "" : found.failure());
        Duration roundTrip = found.roundTrip();
        if (roundTrip != null) {
            json.writeNumberField("roundTripMillis", millis(roundTrip));
        }
        json.writeStringField("banner", found.banner());
        json.writeStringField("tlsLevel", level(found.nextHop()));
        json.writeStringField("tls", found.tls());
        json.writeStringField("tlsFailure", found.tlsFailure() == null ? "" : found.tlsFailure());
        Certificate certificate = found.certificate();
        if (certificate != null) {
            json.writeObjectFieldStart("certificate");
            json.writeStringField("subject", certificate.subject());
            json.writeArrayFieldStart("names");
            for (String name : certificate.names()) {
                json.writeString(name);
            }
            json.writeEndArray();
            json.writeStringField("issuer", certificate.issuer());
            json.writeStringField("expires", certificate.expires().toString());
            json.writeBooleanField("trusted", certificate.trusted());
            json.writeEndObject();
        }
        json.writeBooleanField("requireTls", takesRequireTls(found));
        json.writeStringField("user", found.user());
        json.writeStringField("mechanism", found.mechanism());
        json.writeNumberField("maxBytes", found.maxBytes());
        json.writeArrayFieldStart("offers");
        for (String offer : found.offers()) {
            json.writeString(offer);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
