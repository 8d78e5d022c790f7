// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.credential;

import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A user and a password in the first line of a file, {@code USER:PASSWORD}, read each time anew. Any thread. */
public record PasswordFile(Path file) implements CredentialSource {
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
        String line = new SecretFile(file).text().lines().findFirst().orElse("");
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IOException(file + ": the first line must be USER:PASSWORD");
        }
        return ClientCredentials.onlyInsideTls(line.substring(0, colon), line.substring(colon + 1));
    }
}
