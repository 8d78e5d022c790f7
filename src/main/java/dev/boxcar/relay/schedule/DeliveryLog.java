// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.schedule;

import dev.boxcar.relay.delivery.DeliveryResult;
import dev.boxcar.relay.policy.TlsResult;
import dev.boxcar.relay.sign.DkimResult;
import dev.boxcar.smtp.EnhancedStatus;
import dev.boxcar.smtp.path.ReversePath;
import dev.boxcar.spool.Ulid;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one log line per recipient and attempt. */
final class DeliveryLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.boxcar.relay.delivery");

    private DeliveryLog() {}

    /** What came of a recipient, in the words of the log. */
    enum Result {
        SENT,
        DEFERRED,
        BOUNCED,
        EXPIRED
    }

    /** Milliseconds that passed in the queue, until a server was ready, and in the transaction. */
    record Delays(long queueMillis, long connectMillis, long sendMillis) {
        private String text() {
            return seconds(queueMillis) + "/" + seconds(connectMillis) + "/" + seconds(sendMillis);
        }

        /** The sum of the three. */
        long totalMillis() {
            return queueMillis + connectMillis + sendMillis;
        }
    }

    /** How the connection was secured, and whether the message was signed. */
    record Protection(TlsResult tls, DkimResult dkim) {
        static final Protection NONE = new Protection(TlsResult.NONE, DkimResult.NONE);

        static Protection of(DeliveryResult result) {
            return new Protection(result.tls(), result.dkim());
        }
    }

    /** The line for one recipient. */
    static void line(
            Ulid id,
            ReversePath from,
            String to,
            String relay,
            Delays delays,
            Protection protection,
            EnhancedStatus status,
            Result result,
            String reply) {
        if (LOG.isInfoEnabled()) {
            LOG.info(
                    "id={} from={} to={} relay={} delay={} delays={} tls={} dkim={} dsn={} status={} reply=\"{}\"",
                    id,
                    from,
                    to,
                    relay,
                    seconds(delays.totalMillis()),
                    delays.text(),
                    protection.tls().text(),
                    protection.dkim().text(),
                    status,
                    result.name().toLowerCase(Locale.ROOT),
                    quoted(reply));
        }
    }

    private static String seconds(long millis) {
        String digits = Long.toString(1000 + millis % 1000); // the 1 keeps the zeros
        return millis / 1000 + "." + digits.substring(1);
    }

    private static String quoted(String text) {
        var quoted = new StringBuilder(text.length());
        text.codePoints().limit(500).forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else {
                quoted.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
            }
        });
        return quoted.toString();
    }
}
