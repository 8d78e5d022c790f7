// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import dev.boxcar.relay.policy.outcome.TlsFailureType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A policy cannot be had from its server, for a reason that a report names (RFC 8460 §4.3.2.2). */
final class StsFetchException extends IOException {
    private static final long serialVersionUID = 1L;

    private final TlsFailureType type;

    StsFetchException(TlsFailureType type, String message) {
        this(type, message, null);
    }

    StsFetchException(TlsFailureType type, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.type = type;
    }

    /** The reason of any failure of a fetch. */
    static TlsFailureType typeOf(Throwable failure) {
        return failure instanceof StsFetchException known ? known.type : TlsFailureType.STS_POLICY_FETCH_ERROR;
    }
}
