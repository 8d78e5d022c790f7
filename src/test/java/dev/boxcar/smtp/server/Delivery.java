// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How a client's bytes are cut into segments. What the server answers must not depend on it. */
enum Delivery {
    /** Each line by itself. */
    LOCKSTEP,
    /** All at once. */
    PIPELINED,
    /** Each byte by itself. */
    OCTET_BY_OCTET,
    /**
     * A whole line and the first byte of the next: only this one catches an answer that is held for the rest of a line.
     */
    STRADDLING;

    /** The places at which the bytes of the steps, joined, are cut; the last one is their end. */
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
            }
        }
        int all = end;
        cuts.removeIf(cut -> cut <= 0 || cut >= all);
        var places = new ArrayList<>(cuts);
        places.add(all);
        return places;
    }
}
