// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Verifies signatures as RFC 6376 §6.1.3 says, in the plainest way and without any of the code that signs. */
public final class DkimVerifier {
    private final Map<KeyName, KeyPair> keys = new HashMap<>();

    /** Makes a key, and knows its public half. */
    public SigningKey newKey(String selector, String domain, SigningAlgorithm algorithm) throws Exception {
        KeyPair pair =
                java.security.KeyPairGenerator.getInstance(algorithm.keyName()).generateKeyPair();
        var name = KeyName.of(selector, domain);
        keys.put(name, pair);
        return new SigningKey(name, algorithm, pair.getPrivate());
    }

    /** A key that the JDK cannot use. */
    public static SigningKey brokenKey(String selector, String domain) {
        PrivateKey useless = new PrivateKey() {
            private static final long serialVersionUID = 1;

            @Override
            public String getAlgorithm() {
                return "RSA";
            }

            @Override
            public String getFormat() {
                return "none";
            }

            @Override
            public byte[] getEncoded() {
                return new byte[0];
            }
        };
        return new SigningKey(KeyName.of(selector, domain), SigningAlgorithm.RSA, useless);
    }

    /** The text of the record in the DNS of a key. */
    public String recordOf(SigningKey key) {
        return KeyRecord.textOf(key.algorithm(), publicKey(key.name()));
    }

    /** What is wrong with each signature of the message, or {@code pass} and its algorithm and domain. */
    public List<String> verify(String message) throws Exception {
        int empty = message.indexOf("\r\n\r\n");
        String header = empty < 0 ? message : message.substring(0, empty + 2);
        String body = empty < 0 ? "" : message.substring(empty + 4);
        List<String> fields = List.of(header.split("(?<=\r\n)(?![ \t])"));
        var results = new ArrayList<String>();
        for (String field : fields) {
            if (field.startsWith("DKIM-Signature:")) {
                results.add(verify(field, fields, body));
            }
        }
        return results;
    }

    private String verify(String own, List<String> fields, String body) throws Exception {
        var tags = new HashMap<String, String>();
        for (String tag : own.substring(own.indexOf(':') + 1).split(";")) {
            String[] words = tag.split("=", 2);
            tags.put(words[0].strip(), words[1].replaceAll("\\s", ""));
        }
        String[] forms = tags.getOrDefault("c", "").split("/");
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(body(forms[1], body).getBytes(ISO_8859_1));
        if (!Arrays.equals(hash, Base64.getDecoder().decode(tags.getOrDefault("bh", "")))) {
            return "the body was changed";
        }
        var left = new ArrayList<>(fields);
        var signed = new StringBuilder();
        for (String name : tags.getOrDefault("h", "").split(":")) {
            for (int i = left.size() - 1; i >= 0; i--) {
                if (name(left.get(i)).equals(name)) {
                    signed.append(field(forms[0], left.remove(i)));
                    break;
                }
            }
        }
        String unsigned = own.substring(0, own.lastIndexOf("b=") + 2);
        signed.append(field(forms[0], unsigned + "\r\n"));
        byte[] bytes = signed.substring(0, signed.length() - 2).getBytes(ISO_8859_1);
        boolean isRsa = tags.getOrDefault("a", "").equals("rsa-sha256");
        Signature verifier = Signature.getInstance(isRsa ? "SHA256withRSA" : "Ed25519");
        verifier.initVerify(publicKey(KeyName.of(tags.getOrDefault("s", ""), tags.getOrDefault("d", ""))));
        verifier.update(isRsa ? bytes : MessageDigest.getInstance("SHA-256").digest(bytes));
        boolean isGood = verifier.verify(Base64.getDecoder().decode(tags.getOrDefault("b", "")));
        return isGood
                ? "pass " + tags.getOrDefault("a", "") + " " + tags.getOrDefault("d", "")
                : "the header was changed";
    }

    private PublicKey publicKey(KeyName name) {
        KeyPair pair = keys.get(name);
        if (pair == null) {
            throw new AssertionError("no key " + name);
        }
        return pair.getPublic();
    }

    private static String name(String field) {
        return field.substring(0, Math.max(0, field.indexOf(':'))).strip().toLowerCase(Locale.ROOT);
    }

    private static String field(String form, String field) {
        if (form.equals("simple")) {
            return field;
        }
        String value =
                field.substring(field.indexOf(':') + 1).replace("\r\n", "").replaceAll("[ \t]+", " ");
        return name(field) + ":" + value.replaceAll("^ | $", "") + "\r\n";
    }

    private static String body(String form, String body) {
        String text = body.endsWith("\r\n") ? body : body + "\r\n";
        if (form.equals("relaxed")) {
            text = text.replaceAll("[ \t]+\r\n", "\r\n").replaceAll("[ \t]+", " ");
        }
        int end = text.length();
        while (end >= 4 && text.startsWith("\r\n\r\n", end - 4)) {
            end -= 2;
        }
        text = text.substring(0, end);
        return form.equals("relaxed") && text.equals("\r\n") ? "" : text;
    }
}
