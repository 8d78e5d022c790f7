// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM files (RFC 7468): certificates, and a private key in PKCS #8, PKCS #1 (RSA) or SEC 1 (EC). Text around the
 * blocks is ignored. Any thread that may block.
 */
public final class Pem {
    /** Much more than any chain needs; keeps a device such as /dev/zero from being read forever. */
    private static final int MAX_BYTES = 1024 * 1024;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private record Block(String label, String body) {}

    private Pem() {}

    /** The certificates in the file, in order; at least one. */
    static List<X509Certificate> certificates(Path file) throws KeyFileException {
        var certificates = new ArrayList<X509Certificate>();
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                certificates.add(certificate(file, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new KeyFileException(file + ": contains no certificate");
        }
        return certificates;
    }

    private static X509Certificate certificate(Path file, Block block) throws KeyFileException {
        try {
            var bytes = new ByteArrayInputStream(decoded(file, block));
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
        } catch (CertificateException e) {
            throw new KeyFileException(file + ": a certificate in it is invalid", e);
        }
    }

    /** The private key in the file. */
    public static PrivateKey key(Path file) throws KeyFileException {
        for (Block block : blocks(file)) {
            if (!block.label().endsWith("PRIVATE KEY")) {
                continue;
            }
            if (block.label().equals("ENCRYPTED PRIVATE KEY") || block.body().contains("ENCRYPTED")) {
                throw new KeyFileException(file + ": the private key is encrypted; use one without a passphrase");
            }
            try {
                return key(file, block);
            } catch (IllegalArgumentException e) {
                throw new KeyFileException(file + ": invalid private key: " + e.getMessage(), e);
            }
        }
        throw new KeyFileException(file + ": contains no private key");
    }

    private static PrivateKey key(Path file, Block block) throws KeyFileException {
        byte[] bytes = decoded(file, block);
        return switch (block.label()) {
            case "PRIVATE KEY" -> decoded(file, bytes, KEY_ALGORITHMS);
            case "RSA PRIVATE KEY" -> decoded(file, Der.rsaToPkcs8(bytes), List.of("RSA"));
            case "EC PRIVATE KEY" -> decoded(file, Der.ecToPkcs8(bytes), List.of("EC"));
            default ->
                throw new KeyFileException(file + ": " + block.label() + " is not supported; use an RSA or EC key");
        };
    }

    private static PrivateKey decoded(Path file, byte[] pkcs8, List<String> algorithms) throws KeyFileException {
        var failure = new KeyFileException(file + ": invalid private key");
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                failure.addSuppressed(e);
            }
        }
        throw failure;
    }

    private static byte[] decoded(Path file, Block block) throws KeyFileException {
        try {
            return Base64.getMimeDecoder().decode(block.body());
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(file + ": invalid base64 between BEGIN and END", e);
        }
    }

    private static List<Block> blocks(Path file) throws KeyFileException {
        var blocks = new ArrayList<Block>();
        Matcher matcher = BLOCK.matcher(text(file));
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static String text(Path file) throws KeyFileException {
        try {
            if (Files.isDirectory(file)) {
                throw new KeyFileException(file + ": is a directory");
            }
            try (var stream = Files.newInputStream(file)) {
                byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new KeyFileException(file + ": is too large for a PEM file");
                }
                return new String(bytes, ISO_8859_1);
            }
        } catch (NoSuchFileException e) {
            throw new KeyFileException(file + ": no such file", e);
        } catch (KeyFileException e) {
            throw e;
        } catch (IOException e) {
            throw new KeyFileException(file + ": cannot be read", e);
        }
    }
}
