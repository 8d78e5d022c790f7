// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A user with an OAuth access token in a file, which another program renews; it is read each time anew. Any thread. */
public record TokenFile(String user, Path file) implements CredentialSource {
    @Override
    public String origin() {
        return file.toString();
    }

    @Override
    public CompletionStage<ClientCredentials> current(Executor workers) {
        return SecretFile.later(this::read, workers);
    }

    /**
     * The credentials. Blocks.
     *
     * @throws IOException whose message is for people and has no secret
     */
    public ClientCredentials read() throws IOException {
        String text = new SecretFile(file).text();
        try {
            return ClientCredentials.token(
                    user, AccessToken.parse(text, Instant.now()).text());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
