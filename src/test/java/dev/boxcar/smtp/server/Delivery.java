// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** How the client's bytes are split into segments. The server's replies must not depend on it. */
enum Delivery {
    /** One segment per line. */
    LOCKSTEP,
    /** Everything in one segment. */
    PIPELINED,
    /** One segment per byte. */
    OCTET_BY_OCTET,
    /**
     * One segment per line, each with the first byte of the next line. Only this delivery finds a reply that the server
     * holds back until the next line is complete.
     */
    STRADDLING,
    /** The segments of the recorded client. Only for a transcript that has them. */
    RECORDED;

    /** The deliveries in which a transcript is played. */
    static Stream<Delivery> of(Transcript transcript) {
        return Arrays.stream(values()).filter(delivery -> delivery != RECORDED || transcript.hasSegments());
    }

    /** The offsets at which the joined bytes of the steps are split; the last one is their end. */
    List<Integer> cuts(List<Transcript.Step> steps) {
        var cuts = new TreeSet<Integer>();
        int end = 0;
        for (Transcript.Step step : steps) {
            int from = end;
            end += step.bytes.length;
            switch (this) {
                case LOCKSTEP -> cuts.add(end);
                case PIPELINED -> {}
                case OCTET_BY_OCTET -> {
                    for (int at = from + 1; at <= end; at++) {
                        cuts.add(at);
                    }
                }
                case STRADDLING -> cuts.add(end + 1);
                case RECORDED -> {
                    if (step.beginsSegment) {
                        cuts.add(from);
                    }
                }
            }
        }
        int total = end;
        cuts.removeIf(cut -> cut <= 0 || cut >= total);
        var offsets = new ArrayList<>(cuts);
        offsets.add(total);
        return offsets;
    }
}
