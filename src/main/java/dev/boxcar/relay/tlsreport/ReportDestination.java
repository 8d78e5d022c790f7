// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.tlsreport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.path.Mailbox;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a domain wants its reports: an address or an HTTPS URL. Exactly one of them is not null. Immutable.
 *
 * @param mailbox for a report by mail
 * @param url for a report by HTTPS
 */
record ReportDestination(
        @Nullable Mailbox mailbox, @Nullable URI url) {
    private static final String VERSION = "TLSRPTv1";
    /** More destinations of one domain are left out. */
    private static final int MAX = 3;

    /**
     * The destinations that the TXT records of {@code _smtp._tls.DOMAIN} name (RFC 8460 §3). Without exactly one record
     * of this version there are none.
     */
    static List<ReportDestination> of(List<String> records) {
        List<String> ours = records.stream()
                .filter(record -> record.split(";", -1)[0].strip().equals("v=" + VERSION))
                .toList();
        var destinations = new ArrayList<ReportDestination>();
        if (ours.size() != 1) {
            return destinations;
        }
        for (String field : ours.get(0).split(";", -1)) {
            String text = field.strip();
            if (text.startsWith("rua=")) {
                for (String uri : text.substring("rua=".length()).split(",", -1)) {
                    ReportDestination one = parse(uri.strip());
                    if (one != null && destinations.size() < MAX) {
                        destinations.add(one);
                    }
                }
            }
        }
        return destinations;
    }

    private static @Nullable ReportDestination parse(String uri) {
        try {
            if (uri.toLowerCase(Locale.ROOT).startsWith("mailto:")) {
                String address =
                        uri.substring("mailto:".length()).split("\\?", -1)[0].replace("+", "%2B");
                return new ReportDestination(Mailbox.parse(URLDecoder.decode(address, UTF_8)), null);
            }
            URI parsed = new URI(uri);
            boolean isUsable = "https".equalsIgnoreCase(parsed.getScheme()) && parsed.getHost() != null;
            return isUsable ? new ReportDestination(null, parsed) : null;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return String.valueOf(mailbox == null ? url : mailbox);
    }
}
