// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.spool.SpoolRecord;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.reader.SpoolReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spool cat}: the exact bytes of one message on standard output. */
@Command(name = "cat", header = "writes the exact octets of one message to standard output")
final class SpoolCat extends SpoolLook {
    @ArgGroup(exclusive = true, multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli's
    private Which which;

    @Option(names = "--trace", description = "adds Return-Path and Received, made of the envelope")
    boolean trace;

    private static final class Which {
        @Parameters(index = "0", paramLabel = "ID", description = "the id that the 250 reply and ls name")
        @Nullable
        String id;

        @Option(
                names = "--message-id",
                paramLabel = "MSGID",
                description = "the last message with this Message-ID header, with or without <>")
        @Nullable
        String messageId;
    }

    @Override
    protected int look() throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            return cat(reader);
        }
    }

    private int cat(SpoolReader reader) throws IOException {
        SpoolRecord message = which.id != null ? byId(reader, which.id) : byMessageId(reader, "" + which.messageId);
        if (message == null) {
            String wanted = which.id != null ? which.id : "with Message-ID " + which.messageId;
            return failed("the spool " + spool + " has no message " + wanted + ": see what it has with 'spool ls'");
        }
        OutputStream out = System.out; // bytes: no character set in between
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
            String given = message == null ? null : MessageHeader.of(message).first("Message-ID");
            if (given != null && wanted.equals(bare(given))) {
                return message;
            }
        }
        return null;
    }

    private static String bare(String messageId) {
        String stripped = messageId.strip();
        return stripped.startsWith("<") && stripped.endsWith(">")
                ? stripped.substring(1, stripped.length() - 1)
                : stripped;
    }
}
