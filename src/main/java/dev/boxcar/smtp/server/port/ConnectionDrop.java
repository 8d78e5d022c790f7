// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import java.util.Objects;

/** The end of a connection at a reply. The replies before that one leave first. */
public record ConnectionDrop(Point point, How how) {

    /** Where the connection ends. */
    public enum Point {
        /** The reply does not leave. */
        BEFORE_REPLY,
        /** The first part of the reply leaves, without the line end of its last line. */
        IN_REPLY,
        /** The reply leaves. */
        AFTER_REPLY
    }

    /** What the client sees. */
    public enum How {
        /** The end of the output; soon afterwards the server takes no more input either. */
        FIN,
        /** A reset of the connection. Over a Unix-domain socket, which has none, a close. */
        RST,
        /** The end of the output; the server reads on without an answer until the client closes or is silent. */
        HALF_CLOSE
    }

    public ConnectionDrop {
        Objects.requireNonNull(point, "point");
        Objects.requireNonNull(how, "how");
    }
}
