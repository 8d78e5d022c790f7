// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import dev.boxcar.relay.credential.SecretFile;
import dev.boxcar.tls.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A private key that signs for a domain. Immutable; any thread. */
public final class SigningKey {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKey.class);
    /** RFC 8301 §3.2: verifiers take no shorter key. */
    private static final int MIN_RSA_BITS = 1024;
    /** RFC 8301 §3.2: signers should use no shorter key. */
    private static final int USUAL_RSA_BITS = 2048;

    private static final byte[] SAMPLE = {1, 2, 3, 4};

    private final KeyName name;
    private final SigningAlgorithm algorithm;
    private final PrivateKey key;

    SigningKey(KeyName name, SigningAlgorithm algorithm, PrivateKey key) {
        this.name = name;
        this.algorithm = algorithm;
        this.key = key;
    }

    /**
     * Reads a key from a file in PEM. May block.
     *
     * @throws IOException whose message names the file and says what is wrong with it
     */
    public static SigningKey read(KeyName name, Path file) throws IOException {
        new SecretFile(file).checkMode();
        PrivateKey key = Pem.key(file);
        SigningAlgorithm algorithm = SigningAlgorithm.of(key);
        if (algorithm == null) {
            throw new IOException(
                    file + ": a key of the type " + key.getAlgorithm() + " cannot sign mail; use RSA or Ed25519");
        }
        if (key instanceof RSAKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < MIN_RSA_BITS) {
                throw new IOException(file + ": an RSA key of " + bits + " bits is too short; use 2048");
            } else if (bits < USUAL_RSA_BITS) {
                LOG.warn("{}: an RSA key of {} bits is short; use 2048", file, bits);
            }
        }
        var read = new SigningKey(name, algorithm, key);
        try {
            read.sign(SAMPLE);
            return read;
        } catch (SigningException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /** Which key it is. */
    public KeyName name() {
        return name;
    }

    /** How it signs. */
    public SigningAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * The signature of these bytes.
     *
     * @throws SigningException if the JDK cannot use the key
     */
    byte[] sign(byte[] bytes) throws SigningException {
        try {
            Signature signature = Signature.getInstance(algorithm.signatureName());
            signature.initSign(key);
            signature.update(signed(bytes));
            return signature.sign();
        } catch (GeneralSecurityException | ProviderException e) {
            throw SigningException.ofKey(name, e);
        }
    }

    /** Whether the public key belongs to this key. */
    boolean matches(PublicKey published) {
        try {
            Signature signature = Signature.getInstance(algorithm.signatureName());
            signature.initVerify(published);
            signature.update(signed(SAMPLE));
            return signature.verify(sign(SAMPLE));
        } catch (GeneralSecurityException | ProviderException | SigningException e) {
            return false;
        }
    }

    /** RFC 8463 §3: Ed25519 signs the digest. */
    private byte[] signed(byte[] bytes) throws NoSuchAlgorithmException {
        return algorithm == SigningAlgorithm.ED25519
                ? MessageDigest.getInstance("SHA-256").digest(bytes)
                : bytes;
    }

    @Override
    public String toString() {
        return name + " (" + algorithm.tag() + ")";
    }
}
