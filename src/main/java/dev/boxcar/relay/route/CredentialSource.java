// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.smtp.client.ClientCredentials;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Gives the credentials for a connection. It is asked before each connection, so that a changed password or a new token
 * counts at once. Any thread may call; no call blocks.
 */
@FunctionalInterface
public interface CredentialSource {
    /**
     * The credentials as they are now, or an IOException whose message is for people and has no secret.
     *
     * @param workers where files may be read
     */
    CompletionStage<ClientCredentials> current(Executor workers);

    /**
     * The server refused these credentials. Returns whether they had worked before, and {@link #current} may give
     * others now.
     */
    default boolean rejected(ClientCredentials refused) {
        return false;
    }

    /** Where the credentials come from, for people; never a secret. */
    default String origin() {
        return "the configuration";
    }
}
