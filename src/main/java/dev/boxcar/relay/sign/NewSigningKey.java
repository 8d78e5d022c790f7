// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Set;

/** Makes a key and its file. */
public final class NewSigningKey {
    private final KeyName name;
    private final KeyPair pair;
    private final String record;

    private NewSigningKey(KeyName name, KeyPair pair, String record) {
        this.name = name;
        this.pair = pair;
        this.record = record;
    }

    /**
     * Makes a key. Takes up to a second.
     *
     * @param bits the length of an RSA key; Ed25519 has only one
     */
    public static NewSigningKey make(KeyName name, SigningAlgorithm algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyName());
            if (algorithm == SigningAlgorithm.RSA) {
                generator.initialize(bits);
            }
            KeyPair pair = generator.generateKeyPair();
            String text = KeyRecord.textOf(algorithm, pair.getPublic());
            return new NewSigningKey(name, pair, KeyRecord.zoneLines(name, text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm.keyName(), e);
        }
    }

    /** The record to publish, as it stands in a zone file. */
    public String record() {
        return record;
    }

    /**
     * Writes the private key, after its record as a comment. Only the owner can read the file.
     *
     * @throws FileAlreadyExistsException if there is such a file: another key would be lost with it
     */
    public void write(Path file) throws IOException {
        byte[] pem = ("The private key " + name + ". Its record in the DNS:\n\n" + record + "\n\n"
                        + "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n")
                .getBytes(US_ASCII);
        boolean hasModes = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = hasModes
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(file, options, ownerOnly)) {
            for (var rest = ByteBuffer.wrap(pem); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }
}
