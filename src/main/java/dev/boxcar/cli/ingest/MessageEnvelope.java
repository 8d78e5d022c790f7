// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.ingest;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.mime.Headers;
import dev.boxcar.sink.mime.MimeParser;
import dev.boxcar.sink.mime.Part;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.PathSyntax;
import dev.boxcar.smtp.path.ReversePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An envelope made from the header of a stored message: the sender from Return-Path, the From line of the mbox, or
 * From; the recipients from To, Cc and Bcc, or else from the fields that delivery adds. Immutable.
 */
record MessageEnvelope(ReversePath sender, List<ForwardPath> recipients) {
    private static final List<String> ADDRESSEES = List.of("To", "Cc", "Bcc");
    private static final List<String> DELIVERED = List.of("X-Original-To", "Delivered-To", "Envelope-To");
    private static final ForwardPath NOBODY = new ForwardPath(List.of(), new Mailbox("nobody", "localhost"));

    /** The envelope of this message. {@code to} replaces its recipients, unless it is empty. */
    static MessageEnvelope of(StoredMessage message, List<ForwardPath> to) {
        Headers headers = headers(message.bytes());
        return new MessageEnvelope(sender(message, headers), to.isEmpty() ? recipients(headers) : to);
    }

    private static Headers headers(byte[] message) {
        var found = new Headers[] {Headers.NONE};
        try {
            MimeParser.parse(new ByteArrayInputStream(message), new MimeParser.Visitor() {
                @Override
                public void headers(Headers headers) {
                    found[0] = headers;
                }

                @Override
                public void part(Part part, InputStream content) {}

                @Override
                public boolean isDone() {
                    return true;
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        return found[0];
    }

    private static ReversePath sender(StoredMessage message, Headers headers) {
        String returnPath = headers.first("Return-Path").strip();
        if (returnPath.equals("<>")) {
            return ReversePath.NULL;
        }
        return Stream.of(
                        addresses(headers, "Return-Path"),
                        Stream.of(message.sender()),
                        addresses(headers, "From"),
                        addresses(headers, "Sender"))
                .flatMap(addresses -> addresses)
                .flatMap(MessageEnvelope::mailbox)
                .findFirst()
                .map(mailbox -> new ReversePath(List.of(), mailbox))
                .orElse(ReversePath.NULL);
    }

    private static List<ForwardPath> recipients(Headers headers) {
        for (List<String> names : List.of(ADDRESSEES, DELIVERED)) {
            Set<Mailbox> found = new LinkedHashSet<>();
            for (String name : names) {
                addresses(headers, name).flatMap(MessageEnvelope::mailbox).forEach(found::add);
            }
            if (!found.isEmpty()) {
                return found.stream()
                        .map(mailbox -> new ForwardPath(List.of(), mailbox))
                        .toList();
            }
        }
        return List.of(NOBODY);
    }

    private static Stream<String> addresses(Headers headers, String name) {
        return headers.addresses(name).stream().map(Address::address);
    }

    /** The mailbox, or nothing if the text is not one. */
    private static Stream<Mailbox> mailbox(String text) {
        try {
            return text.isEmpty() ? Stream.empty() : Stream.of(Mailbox.parse(text, PathSyntax.LENIENT));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }
}
