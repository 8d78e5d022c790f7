// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

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

/** {@code spool cat}: writes the exact bytes of one message to standard output. */
@Command(name = "cat", header = "writes the exact bytes of one message to standard output")
final class SpoolCat extends SpoolReadCommand {
    @ArgGroup(exclusive = true, multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private MessageChoice choice;

    @Option(names = "--trace", description = "adds Return-Path and Received fields, made from the envelope")
    boolean trace;

    /** The message, named by its id or its Message-ID. */
    private static final class MessageChoice {
        @Parameters(index = "0", paramLabel = "ID", description = "the message's id, as the 250 reply and ls show it")
        @Nullable
        String id;

        @Option(
                names = "--message-id",
                paramLabel = "MSGID",
                description = "selects the last message with this Message-ID, with or without <>")
        @Nullable
        String messageId;
    }

    @Override
    protected int execute() throws IOException {
        try (var reader = SpoolReader.open(spool)) {
            return cat(reader);
        }
    }

    private int cat(SpoolReader reader) throws IOException {
        SpoolRecord message = choice.id != null ? byId(reader, choice.id) : byMessageId(reader, "" + choice.messageId);
        if (message == null) {
            String wanted = choice.id != null ? choice.id : "with Message-ID " + choice.messageId;
            return fail("no message " + wanted + " in the spool " + spool + ": 'spool ls' lists its messages");
        }
        OutputStream out = System.out; // bytes: no character set may change them
        if (trace) {
            out.write(TraceFields.of(message));
        }
        try (InputStream body = message.body()) {
            body.transferTo(out);
        }
        out.flush();
        return reader.isIntact(message.id())
                ? OK
                : fail("message " + message.id() + " is damaged on disk: 'spool verify' shows where");
    }

    private static @Nullable SpoolRecord byId(SpoolReader reader, String text) throws IOException {
        Ulid id = Ulid.parse(text);
        return id == null ? null : reader.find(id);
    }

    private static @Nullable SpoolRecord byMessageId(SpoolReader reader, String messageId) throws IOException {
        String wanted = withoutBrackets(messageId);
        var ids = reader.ids();
        for (int i = ids.size() - 1; i >= 0; i--) {
            SpoolRecord message = reader.find(ids.get(i));
            String given = message == null ? null : StoredHeader.of(message).first("Message-ID");
            if (given != null && wanted.equals(withoutBrackets(given))) {
                return message;
            }
        }
        return null;
    }

    private static String withoutBrackets(String messageId) {
        String stripped = messageId.strip();
        return stripped.startsWith("<") && stripped.endsWith(">")
                ? stripped.substring(1, stripped.length() - 1)
                : stripped;
    }
}
