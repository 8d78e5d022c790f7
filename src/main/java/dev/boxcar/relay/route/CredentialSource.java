// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;

/**
 * Gives the credentials for a connection. It is asked before each connection, on a worker thread, so that a changed
 * password or a new token counts at once. It may block for a short time.
 */
@FunctionalInterface
public interface CredentialSource {
    /**
     * The credentials as they are now.
     *
     * @throws IOException if there are none; its message is for people and has no secret
     */
    ClientCredentials current() throws IOException;
}
