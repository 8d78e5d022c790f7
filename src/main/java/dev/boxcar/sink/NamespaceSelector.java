// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What selects the namespaces of a message, besides the default one, which has them all. Immutable; any thread.
 *
 * @param kind what is looked at
 * @param header the name of the header field where that is looked at, else empty
 */
public record NamespaceSelector(Kind kind, String header) {
    /** There is the default namespace alone. */
    public static final NamespaceSelector NONE = new NamespaceSelector(Kind.NONE, "");

    private static final int MOST_CHARACTERS = 128;
    private static final String HEADER = "header:";

    /** What is looked at. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** The user who authenticated. */
        USER,
        /** The domain of each recipient, in small letters. */
        DOMAIN,
        /** What stands behind the first plus sign of each recipient's local part, in small letters. */
        PLUS_TAG,
        /** The port that the client connected to. */
        PORT,
        /** A header field. */
        HEADER
    }

    /** Reads {@code none}, {@code user}, {@code domain}, {@code plus-tag}, {@code port} or {@code header:NAME}. */
    public static NamespaceSelector parse(String text) {
        if (text.regionMatches(true, 0, HEADER, 0, HEADER.length())) {
            String name = text.substring(HEADER.length()).strip();
            if (!name.matches("[!-9;-~]+")) {
                throw new IllegalArgumentException("'" + text + "' names no header field, as header:X-Test-Id does");
            }
            return new NamespaceSelector(Kind.HEADER, name);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.HEADER
                    && kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return new NamespaceSelector(kind, "");
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of none, user, domain, plus-tag, port, header:NAME");
    }

    /** As in the configuration. */
    @Override
    public String toString() {
        return kind == Kind.HEADER
                ? HEADER + header
                : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The namespaces of this message, whose text {@code envelope} is, in order, without the default one. */
    Set<String> namespaces(SpoolRecord message, Envelope envelope) {
        Set<String> names = kind == Kind.NONE ? Set.of() : new LinkedHashSet<>();
        switch (kind) {
            case NONE -> {}
            case USER -> add(names, envelope.first("User"));
            case PORT -> add(names, port(envelope.first("Listener")));
            case HEADER -> add(names, headerOf(message));
            case DOMAIN -> {
                for (ForwardPath path : recipients(envelope)) {
                    add(names, path.mailbox().domain().toLowerCase(Locale.ROOT));
                }
            }
            case PLUS_TAG -> {
                for (ForwardPath path : recipients(envelope)) {
                    add(names, plusTag(path.mailbox().unquotedLocalPart()));
                }
            }
        }
        return names;
    }

    private static List<ForwardPath> recipients(Envelope envelope) {
        try {
            return envelope.forwardPaths();
        } catch (IllegalArgumentException | IllegalStateException foreign) {
            return List.of();
        }
    }

    private String headerOf(SpoolRecord message) {
        try (InputStream body = message.body()) {
            return HeaderScan.first(body, header);
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

    private static void add(Set<String> names, @Nullable String name) {
        if (name == null) {
            return;
        }
        String clean = name.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .limit(MOST_CHARACTERS)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
        if (!clean.isEmpty()) {
            names.add(clean);
        }
    }
}
