// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.boxcar.spool.SpoolReader;
import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spool cat}: the exact octets of one message on standard output. */
@Command(name = "cat", description = "Writes the exact octets of one message to standard output.")
final class SpoolCat extends SpoolLook {
    /** How much of a message is searched for its Message-ID. */
    private static final int HEADER_OCTETS = 64 * 1024;

    @ArgGroup(exclusive = true, multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli's
    private Which which;

    @Option(names = "--trace", description = "Adds Return-Path and Received, made of the envelope.")
    private boolean trace;

    private static final class Which {
        @Parameters(index = "0", paramLabel = "ID", description = "The id that the 250 reply and ls name.")
        private @Nullable String id;

        @Option(
                names = "--message-id",
                paramLabel = "MSGID",
                description = "The last message with this Message-ID header, with or without <>.")
        private @Nullable String messageId;
    }

    @Override
    protected int look() throws IOException {
        var reader = SpoolReader.open(spool);
        SpoolRecord message = which.id != null ? byId(reader, which.id) : byMessageId(reader, "" + which.messageId);
        if (message == null) {
            String wanted = which.id != null ? which.id : "with Message-ID " + which.messageId;
            return failed("the spool " + spool + " has no message " + wanted + ": see what it has with 'spool ls'");
        }
        OutputStream out = System.out; // octets: no character set in between
        if (trace) {
            out.write(Trace.of(message));
        }
        try (InputStream body = message.body()) {
            body.transferTo(out);
        }
        out.flush();
        return reader.isSound(message.id())
                ? OK
                : failed("message " + message.id() + " is damaged on disk: see where with 'spool verify'");
    }

    private static @Nullable SpoolRecord byId(SpoolReader reader, String text) throws IOException {
        Ulid id = Ulid.parse(text);
        return id == null ? null : reader.find(id);
    }

    private static @Nullable SpoolRecord byMessageId(SpoolReader reader, String messageId) throws IOException {
        String wanted = bare(messageId);
        var ids = reader.ids();
        for (int i = ids.size() - 1; i >= 0; i--) {
            SpoolRecord message = reader.find(ids.get(i));
            if (message != null && wanted.equals(messageIdOf(message))) {
                return message;
            }
        }
        return null;
    }

    private static @Nullable String messageIdOf(SpoolRecord message) throws IOException {
        String header;
        try (InputStream body = message.body()) {
            header = new String(body.readNBytes(HEADER_OCTETS), ISO_8859_1);
        }
        int end = header.indexOf("\r\n\r\n");
        String unfolded = (end < 0 ? header : header.substring(0, end)).replaceAll("\r?\n[ \t]+", " ");
        return unfolded.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("message-id:"))
                .map(line -> bare(line.substring("message-id:".length())))
                .findFirst()
                .orElse(null);
    }

    private static String bare(String messageId) {
        String stripped = messageId.strip();
        return stripped.startsWith("<") && stripped.endsWith(">")
                ? stripped.substring(1, stripped.length() - 1)
                : stripped;
    }
}
