// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import dev.boxcar.async.tls.TlsSettings;

/** Starts TLS in a session. Confined to the loop thread. */
public interface TlsSwitch {
    /** TLS comes before the banner: until it has started, the session neither processes input nor sends anything. */
    void awaitTls();

    /** Starts TLS from the first byte on (RFC 8314 §3.3). */
    void startTlsAtOnce(TlsSettings tls);

    /** Starts TLS when everything that was sent so far has left (RFC 3207 §4). */
    void startTlsAfterReplies(TlsSettings tls);
}
