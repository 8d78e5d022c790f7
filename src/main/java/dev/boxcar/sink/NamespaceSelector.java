// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.message.EnvelopePaths;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule that selects the namespaces of a message, besides the default one, which has all messages. Immutable; any
 * thread.
 *
 * @param kind where the names come from
 * @param header the name of the header field for {@link Kind#HEADER}, else empty
 */
public record NamespaceSelector(Kind kind, String header) {
    /** Selects no namespaces: there is only the default one. */
    public static final NamespaceSelector NONE = new NamespaceSelector(Kind.NONE, "");

    private static final int MAX_NAME_CHARACTERS = 128;
    private static final String HEADER = "header:";

    /** Where the names of the namespaces come from. */
    public enum Kind {
        /** There are no names. */
        NONE,
        /** The user who authenticated. */
        USER,
        /** The domain of each recipient, in lower case. */
        DOMAIN,
        /** What follows the first plus sign in each recipient's local part, in lower case. */
        PLUS_TAG,
        /** The port that the client connected to. */
        PORT,
        /** A header field. */
        HEADER
    }

    /** Parses {@code none}, {@code user}, {@code domain}, {@code plus-tag}, {@code port} or {@code header:NAME}. */
    public static NamespaceSelector parse(String text) {
        if (text.regionMatches(true, 0, HEADER, 0, HEADER.length())) {
            String name = text.substring(HEADER.length()).strip();
            if (!name.matches("[!-9;-~]+")) {
                throw new IllegalArgumentException("invalid header name in '" + text + "' (example: header:X-Test-Id)");
            }
            return new NamespaceSelector(Kind.HEADER, name);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.HEADER
                    && kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return new NamespaceSelector(kind, "");
            }
        }
        throw new IllegalArgumentException(
                "unknown namespace rule '" + text + "' (known: none, user, domain, plus-tag, port, header:NAME)");
    }

    /** The rule in the form that {@link #parse} reads. */
    @Override
    public String toString() {
        return kind == Kind.HEADER
                ? HEADER + header
                : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The namespaces of this message, in order, without the default one. */
    Set<String> namespaces(SpoolRecord message, Envelope envelope) {
        Set<String> names = kind == Kind.NONE ? Set.of() : new LinkedHashSet<>();
        switch (kind) {
            case NONE -> {}
            case USER -> names.addAll(clean(envelope.first("User")));
            case PORT -> names.addAll(clean(port(envelope.first("Listener"))));
            case HEADER -> names.addAll(clean(headerValue(message)));
            case DOMAIN, PLUS_TAG -> {
                for (Mailbox recipient : EnvelopePaths.recipients(envelope)) {
                    names.addAll(ofRecipient(recipient));
                }
            }
        }
        return names;
    }

    /** The namespace of every message of a client of this listener: none or one. */
    Set<String> ofListener(String listener) {
        return kind == Kind.PORT ? clean(port(listener)) : Set.of();
    }

    /** The namespace of every message of this user: none or one. */
    Set<String> ofUser(@Nullable String user) {
        return kind == Kind.USER ? clean(user) : Set.of();
    }

    /** The namespace of every message to this recipient: none or one. */
    Set<String> ofRecipient(Mailbox recipient) {
        return switch (kind) {
            case DOMAIN -> clean(recipient.domain().toLowerCase(Locale.ROOT));
            case PLUS_TAG -> clean(plusTag(recipient.unquotedLocalPart()));
            case NONE, USER, PORT, HEADER -> Set.of();
        };
    }

    private String headerValue(SpoolRecord message) {
        try (InputStream body = message.body()) {
            return HeaderScan.firstValue(body, header);
        } catch (IOException e) {
            return "";
        }
    }

    private static String plusTag(String localPart) {
        int plus = localPart.indexOf('+');
        return plus < 0 ? "" : localPart.substring(plus + 1).toLowerCase(Locale.ROOT);
    }

    private static String port(@Nullable String listener) {
        return listener == null ? "" : listener.substring(listener.lastIndexOf(':') + 1);
    }

    private static Set<String> clean(@Nullable String name) {
        if (name == null) {
            return Set.of();
        }
        String clean = name.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .limit(MAX_NAME_CHARACTERS)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        return clean.isEmpty() ? Set.of() : Set.of(clean);
    }
}
