// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Makes an envelope from another one. Any thread. */
public final class EnvelopeEdit {
    private EnvelopeEdit() {}

    /**
     * The envelope with these recipients, at least one, in place of its own.
     *
     * @param recipients paths and parameters without control characters
     */
    public static Envelope withRecipients(Envelope envelope, List<EnvelopePath> recipients) {
        var text = new StringBuilder(envelope.length() + 64);
        boolean written = false;
        String prefix = Envelope.TO + ": ";
        for (String line : envelope.toString().split("\n", 0)) {
            if (!line.startsWith(prefix)) {
                text.append(line).append('\n');
            } else if (!written) {
                written = true;
                for (EnvelopePath one : recipients) {
                    text.append(prefix).append((one.path() + " " + one.parameters()).strip());
                    text.append('\n');
                }
            }
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        return Envelope.of(bytes, bytes.length);
    }
}
