// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the JDK's keytool. Any thread that may block. */
final class Keytool {
    /** The name of the key in the store. */
    static final String ALIAS = "boxcar";

    private static final Logger LOG = LoggerFactory.getLogger(Keytool.class);
    private static final long TIMEOUT_SECONDS = 30;
    private static final int PASSWORD_BYTES = 18;

    private Keytool() {}

    /** A new random password. */
    static String password() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }

    /**
     * Creates a PKCS #12 store with a key and a self-signed certificate. The password is passed on standard input,
     * because a list of processes would show arguments.
     *
     * @param certificate the options that say what the certificate contains
     * @throws IOException with a message of one line
     */
    static void createKey(Path store, String password, List<String> certificate) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString()));
        command.addAll(certificate);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var input = process.getOutputStream()) {
            input.write((password + "\n" + password + "\n").getBytes(US_ASCII));
        } catch (IOException e) {
            LOG.debug("keytool did not read its password: {}", e.toString());
        }
        await(process);
    }

    private static void await(Process process) throws IOException {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("keytool did not finish within " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("keytool failed with status " + process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool created a certificate", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
