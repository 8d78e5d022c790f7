// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.relay.route.TlsDemand;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.parameter.Parameter;
import java.nio.ByteBuffer;

/** What the envelope of a queued message says about TLS: REQUIRETLS at MAIL, or a line of its own. Any thread. */
public final class TlsDemandField {
    private static final String KEY = "TLS-Required";
    private static final String NO = "no";

    private TlsDemandField() {}

    /** The demand of the sender. A bounce is not lost for lack of REQUIRETLS (RFC 8689 §5). */
    public static TlsDemand of(Envelope envelope) {
        if (envelope.mail().has(Parameter.REQUIRETLS)) { // then the header field does not count (RFC 8689 §4.1)
            return envelope.reversePath().isNull() ? TlsDemand.USUAL : TlsDemand.REQUIRED;
        }
        return NO.equals(envelope.first(KEY)) ? TlsDemand.WAIVED : TlsDemand.USUAL;
    }

    /** The envelope of a message that has the header field {@code TLS-Required: no}, with a line that says so. */
    public static Envelope waivedIn(Envelope envelope) {
        byte[] line = (KEY + ": " + NO + "\n").getBytes(US_ASCII);
        ByteBuffer both = ByteBuffer.allocate(envelope.length() + line.length);
        envelope.putInto(both);
        both.put(line);
        return Envelope.of(both.array(), both.capacity());
    }
}
