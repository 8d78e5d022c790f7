// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.Credentials;
import java.io.IOException;
import java.util.Arrays;

/**
 * Fuzz target for a session: each command gets one reply, replies and messages do not depend on the segments, and no
 * unchecked exception ends the session.
 */
public final class SessionTarget {
    private static final Limits SMALL = Limits.DEFAULTS.withMessageBytes(300).withRecipients(3);
    private static final Credentials ONE_USER = SingleUser.of("user:pencil");
    private static final int MAX_LENGTHS = 16;
    private static final int MAX_BYTES = 8_000;

    private SessionTarget() {}

    /**
     * The lowest bit of the first byte selects whether AUTH is offered, the next one the limits. The second byte is the
     * number of segment lengths that follow. The rest is what the client sends.
     */
    public static void fuzzerTestOneInput(byte[] o) throws IOException {
        if (o.length < 3) {
            return;
        }
        int pieces = 1 + (o[1] & 0xFF) % MAX_LENGTHS;
        if (o.length < 2 + pieces) {
            return;
        }
        int[] lengths = new int[pieces];
        for (int i = 0; i < pieces; i++) {
            lengths[i] = 1 + (o[2 + i] & 0xFF);
        }
        byte[] bytes = Arrays.copyOfRange(o, 2 + pieces, Math.min(o.length, MAX_BYTES));
        Limits limits = (o[0] & 2) == 0 ? Limits.DEFAULTS : SMALL;
        Credentials[] credentials = (o[0] & 1) == 0 ? new Credentials[0] : new Credentials[] {ONE_USER};
        SessionHarness.Result whole = new SessionHarness(limits, credentials).play(bytes, 0);
        ReplyCounter.check(bytes, whole.replies(), limits);
        SessionHarness.Result cut = new SessionHarness(limits, credentials).play(bytes, lengths);
        if (!cut.equals(whole)) {
            throw new AssertionError("cut " + Arrays.toString(lengths) + ":\n" + cut + "\nwhole:\n" + whole);
        }
    }
}
