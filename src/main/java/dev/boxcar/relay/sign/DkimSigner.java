// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.relay.rewrite.HeaderField;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.smtp.path.Mailbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Signs mail with the keys of its author's domain. Start from {@link #NONE}. Immutable; any thread.
 *
 * @param keys all keys
 * @param fallback the domain whose keys sign mail of authors without a key; empty: such mail is not signed
 * @param form the canonical form that is signed
 * @param failure what becomes of mail that should be signed and cannot be
 * @param isTrusted whether the client that sent a message may have it signed. Others could sign what they like
 */
public record DkimSigner(
        List<SigningKey> keys, String fallback, Form form, OnFailure failure, Predicate<Envelope> isTrusted) {
    /** Has no key. */
    public static final DkimSigner NONE =
            new DkimSigner(List.of(), "", Form.RELAXED, OnFailure.DEFER, envelope -> true);

    /** What becomes of mail that cannot be signed. */
    public enum OnFailure {
        /** It is tried again later. */
        DEFER,
        /** It is sent unsigned. */
        UNSIGNED
    }

    /** The canonical forms of a header and a body. */
    public record Form(Canonicalization header, Canonicalization body) {
        /** Relaxed for both. */
        public static final Form RELAXED = new Form(Canonicalization.RELAXED, Canonicalization.RELAXED);

        /** The value of the tag c=. */
        @Override
        public String toString() {
            return header.text() + "/" + body.text();
        }
    }

    /** Checks that each key has a name of its own. */
    public DkimSigner {
        keys = List.copyOf(keys);
        var names = new HashSet<KeyName>();
        for (SigningKey key : keys) {
            if (!names.add(key.name())) {
                throw new IllegalArgumentException("two keys have the name " + key.name());
            }
        }
        if (!fallback.isEmpty() && keysOfExactly(keys, fallback).isEmpty()) {
            throw new IllegalArgumentException("there is no key of the domain " + fallback);
        }
    }

    /** Returns a copy with other {@link #keys}. */
    public DkimSigner withKeys(List<SigningKey> others) {
        return new DkimSigner(others, fallback, form, failure, isTrusted);
    }

    /** Returns a copy with another {@link #fallback}, for which there must be a key. */
    public DkimSigner withFallback(String domain) {
        return new DkimSigner(keys, KeyName.ascii(domain), form, failure, isTrusted);
    }

    /** Returns a copy with another {@link #form}. */
    public DkimSigner withForm(Form other) {
        return new DkimSigner(keys, fallback, other, failure, isTrusted);
    }

    /** Returns a copy with another {@link #failure}. */
    public DkimSigner withFailure(OnFailure other) {
        return new DkimSigner(keys, fallback, form, other, isTrusted);
    }

    /** Returns a copy with another answer to whose mail is signed. */
    public DkimSigner withTrusted(Predicate<Envelope> other) {
        return new DkimSigner(keys, fallback, form, failure, other);
    }

    /** Whether there is any key. */
    public boolean isOn() {
        return !keys.isEmpty();
    }

    /**
     * Begins to sign a message; null if it is not signed: because the client is not trusted, because there is no key,
     * or because it has no author or more than one From field, which different readers would understand differently.
     *
     * @param header whole fields as they are sent, or the first of them
     * @param time when the message was accepted
     */
    public @Nullable MessageSigning begin(Envelope envelope, byte[] header, Instant time) {
        if (!isOn() || !isTrusted.test(envelope)) {
            return null;
        }
        List<HeaderField> fields = HeaderField.allOf(header);
        List<SigningKey> chosen = keysOf(author(fields));
        return chosen.isEmpty() ? null : new MessageSigning(chosen, form, fields, time);
    }

    /** The domain of the first author; empty without one. */
    private static String author(List<HeaderField> fields) {
        List<HeaderField> from =
                fields.stream().filter(field -> field.name().equals("from")).toList();
        if (from.size() != 1) {
            return "";
        }
        List<String> addresses = from.get(0).addresses();
        if (addresses.isEmpty()) {
            return "";
        }
        try {
            return Mailbox.parse(new String(addresses.get(0).getBytes(ISO_8859_1), UTF_8))
                    .domain();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /**
     * The keys that sign mail of an author in this domain: its own, else those of the nearest parent domain, else those
     * of the fallback. Empty if there are none, or without a domain.
     */
    public List<SigningKey> keysOf(String domain) {
        String name = KeyName.ascii(domain);
        while (!name.isEmpty()) {
            List<SigningKey> found = keysOfExactly(keys, name);
            if (!found.isEmpty()) {
                return found;
            }
            int dot = name.indexOf('.');
            name = dot < 0 ? "" : name.substring(dot + 1);
        }
        return domain.isEmpty() || fallback.isEmpty() ? List.of() : keysOfExactly(keys, fallback);
    }

    private static List<SigningKey> keysOfExactly(List<SigningKey> keys, String domain) {
        var found = new ArrayList<SigningKey>();
        for (SigningKey key : keys) {
            if (key.name().domain().equals(domain)) {
                found.add(key);
            }
        }
        return found;
    }
}
