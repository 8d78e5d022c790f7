// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import dev.boxcar.api.PublicApi;
import dev.boxcar.record.SessionRecord.Item;
import dev.boxcar.record.SessionRecord.Kind;
import dev.boxcar.record.SessionRecord.RecordedReply;
import java.time.Duration;

/**
 * The round trips of a session.
 *
 * @param opening those before the first command: one to connect, and one for the banner if the client waited for it
 * @param taken the flights of the client, each of which waits for its replies
 * @param possible the least number of flights with the extensions that the server offered
 */
@PublicApi
public record RoundTrips(int opening, int taken, int possible) {
    private static final long NANOS_PER_HUNDREDTH = 10_000_000;

    /** {@code 105 round trips, 7.35 s at 70 ms; 2 were possible, 0.14 s}. */
    public String sentence(Duration roundTripTime) {
        return taken + (taken == 1 ? " round trip, " : " round trips, ") + seconds(taken, roundTripTime) + " at "
                + roundTripTime.toMillis() + " ms; " + possible + (possible == 1 ? " was" : " were") + " possible, "
                + seconds(possible, roundTripTime);
    }

    private static String seconds(int trips, Duration roundTripTime) {
        long hundredths = (trips * roundTripTime.toNanos() + NANOS_PER_HUNDREDTH / 2) / NANOS_PER_HUNDREDTH;
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + " s";
    }

    /**
     * The least number of flights for the items of a session. EHLO, AUTH and each of its responses, STARTTLS, DATA and
     * the like must be waited for. With PIPELINING, other commands travel together, and the command after a message
     * travels with its end. With CHUNKING, a message travels with its commands.
     */
    static int possible(SessionRecord session) {
        int flights = 0;
        boolean flightIsOpen = false;
        boolean afterChunked = false;
        EhloKeywords offered = EhloKeywords.NONE;
        boolean emptyChallenge = false;
        for (Item item : session.items()) {
            boolean startsNext = afterChunked && "MAIL".equals(item.verb());
            boolean isResponse = emptyChallenge && item.kind() == Kind.LINE; // could have come with AUTH
            if ((!flightIsOpen || startsNext) && !isResponse) {
                flights++;
            }
            RecordedReply reply = session.replyTo(item);
            emptyChallenge = reply != null
                    && reply.code() == 334
                    && reply.text().strip().length() == 3
                    && "AUTH".equals(item.verb());
            if (reply != null && reply.code() == 250 && item.isHello()) {
                offered = EhloKeywords.of(reply);
            }
            afterChunked = item.kind() == Kind.MESSAGE && offered.has("CHUNKING");
            flightIsOpen = isOpenAfter(item, offered);
        }
        return flights;
    }

    private static boolean isOpenAfter(Item item, EhloKeywords offered) {
        String verb = item.verb();
        if ("BDAT".equals(verb) || ("DATA".equals(verb) && offered.has("CHUNKING"))) {
            return true;
        } else if (!offered.has("PIPELINING") || item.kind() == Kind.LINE) {
            return false;
        } else if (item.kind() == Kind.MESSAGE) {
            return true;
        }
        return "MAIL".equals(verb) || "RCPT".equals(verb) || "RSET".equals(verb);
    }
}
