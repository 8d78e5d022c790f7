// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The record of a public key in the DNS (RFC 6376 §3.6.1, RFC 8463 §4). Immutable. */
public final class KeyRecord {
    /** A character string of the DNS has at most so many octets (RFC 1035 §3.3). */
    private static final int MAX_STRING = 255;
    /** SubjectPublicKeyInfo of Ed25519 up to the 32 bytes of the key (RFC 8410 §4). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_BYTES = 32;

    private final Map<String, String> tags;

    private KeyRecord(Map<String, String> tags) {
        this.tags = tags;
    }

    /** The text of the record for a key. */
    public static String textOf(SigningAlgorithm algorithm, PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] published = algorithm == SigningAlgorithm.ED25519
                ? Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length)
                : encoded;
        return "v=DKIM1; k=" + algorithm.keyType() + "; p="
                + Base64.getEncoder().encodeToString(published);
    }

    /** A record as it stands in a zone file, in strings of at most 255 octets. */
    public static String zoneLines(KeyName name, String text) {
        var lines = new StringBuilder(name.toString()).append(". IN TXT (");
        for (int from = 0; from < text.length(); from += MAX_STRING) {
            String string = text.substring(from, Math.min(text.length(), from + MAX_STRING));
            lines.append(from == 0 ? " " : "\n    ").append('"').append(string).append('"');
        }
        return lines.append(" )").toString();
    }

    /** Reads a record as it was found; tags that are not of the form {@code name=value} are left out. */
    static KeyRecord parse(String text) {
        var tags = new LinkedHashMap<String, String>();
        for (String tag : text.split(";", -1)) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                tags.putIfAbsent(
                        tag.substring(0, equals).strip(),
                        tag.substring(equals + 1).strip());
            }
        }
        return new KeyRecord(tags);
    }

    /** Why a verifier would not accept a signature of this key by this record; null if it would. */
    @Nullable
    String problemWith(SigningKey key) {
        String version = tags.getOrDefault("v", "DKIM1");
        if (!version.equals("DKIM1")) {
            return "its version is v=" + version + ", not v=DKIM1";
        }
        String published = tags.get("p");
        if (published == null) {
            return "it has no public key (p=)";
        }
        if (published.isEmpty()) {
            return "it says that the key was revoked (p= is empty)";
        }
        String type = tags.getOrDefault("k", "rsa");
        if (!type.equalsIgnoreCase(key.algorithm().keyType())) {
            return "it is for a key of the type k=" + type + ", but the key file has one of the type k="
                    + key.algorithm().keyType();
        }
        if (!lists("h", "sha256", "sha256")) {
            return "it does not allow SHA-256 (h=" + tags.get("h") + ")";
        }
        if (!lists("s", "email", "*")) {
            return "it is not for mail (s=" + tags.get("s") + ")";
        }
        PublicKey found = publicKey(key.algorithm(), published);
        if (found == null) {
            return "its public key (p=) cannot be read";
        }
        return key.matches(found) ? null : "its public key (p=) is not that of the key file";
    }

    /** Whether the domain says that it only tries DKIM out (t=y), so that verifiers may ignore its signatures. */
    boolean isInTesting() {
        return Arrays.stream(tags.getOrDefault("t", "").split(":", -1))
                .anyMatch(flag -> flag.strip().equals("y"));
    }

    /** Whether a list has one of these values; one that is missing has. */
    private boolean lists(String tag, String value, String wildcard) {
        String list = tags.get(tag);
        return list == null
                || Arrays.stream(list.toLowerCase(Locale.ROOT).split(":", -1))
                        .map(String::strip)
                        .anyMatch(one -> one.equals(value) || one.equals(wildcard));
    }

    private static @Nullable PublicKey publicKey(SigningAlgorithm algorithm, String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
            byte[] encoded = bytes;
            if (algorithm == SigningAlgorithm.ED25519) {
                if (bytes.length != ED25519_BYTES) {
                    return null;
                }
                encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + ED25519_BYTES);
                System.arraycopy(bytes, 0, encoded, ED25519_PREFIX.length, ED25519_BYTES);
            }
            PublicKey key = KeyFactory.getInstance(algorithm.keyName()).generatePublic(new X509EncodedKeySpec(encoded));
            return algorithm == SigningAlgorithm.RSA && !(key instanceof RSAPublicKey) ? null : key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return null;
        }
    }
}
