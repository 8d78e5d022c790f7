// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.smtp.client.ClientCredentials;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a user and a password from the first line of a file, {@code USER:PASSWORD}, each time anew. Any thread. */
record CredentialFile(Path file) implements CredentialSource {
    @Override
    public ClientCredentials current() throws IOException {
        String line = firstLine();
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IOException(file + ": the first line must be USER:PASSWORD");
        }
        return ClientCredentials.onlyInsideTls(line.substring(0, colon), line.substring(colon + 1));
    }

    private String firstLine() throws IOException {
        if (!Files.exists(file)) {
            throw new IOException(file + ": no such file");
        }
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            return line == null ? "" : line;
        } catch (MalformedInputException e) {
            throw new IOException(file + ": not a text in UTF-8", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read", e);
        }
    }
}
