// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client side of SCRAM-SHA-256 (RFC 5802 §3), written from the RFC and not from the server side. */
public final class ScramClient {
    private final String header;
    private final byte[] binding;
    private final String bare;
    private final String password;
    private String signature = "";

    /** {@code header} is the GS2 header, such as {@code n,,}; {@code binding} the channel binding data, or empty. */
    public ScramClient(String header, byte[] binding, String user, String password, String nonce) {
        this.header = header;
        this.binding = binding.clone();
        this.bare = "n=" + user + ",r=" + nonce;
        this.password = password;
    }

    /** The client-first-message. */
    public String first() {
        return header + bare;
    }

    /** The client-final-message, for this server-first-message. */
    public String last(String serverFirst) {
        String[] parts = serverFirst.split(",", -1);
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        int iterations = Integer.parseInt(parts[2].substring(2));
        var bound = new ByteArrayOutputStream();
        bound.writeBytes(header.getBytes(UTF_8));
        bound.writeBytes(binding);
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(bound.toByteArray()) + "," + parts[0];
        String signed = bare + "," + serverFirst + "," + withoutProof;
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                    .getEncoded();
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), signed);
            for (int i = 0; i < proof.length; i++) {
                proof[i] ^= clientKey[i];
            }
            signature = Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), signed));
            return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The last message that the server must send. */
    public String expectedSignature() {
        return "v=" + signature;
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
