// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;

/** An authority that issues certificates with any names and dates, for tests. */
public final class TestAuthority {
    private static final byte[] ECDSA_SHA_256 = sequence(oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02));
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration DAY = Duration.ofDays(1);
    private static final char[] NO_PASSWORD = new char[0];

    private final AtomicInteger serial = new AtomicInteger();
    private final X500Principal name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    public TestAuthority(String name) throws GeneralSecurityException {
        this.name = new X500Principal("CN=" + name);
        this.keys = newKeys();
        this.certificate = sign(
                this.name, keys.getPublic(), authorityExtension(), Instant.now().plus(DAY));
    }

    /** A certificate, its key, and the authority's certificate after it. */
    public record Issued(X509Certificate certificate, PrivateKey key, X509Certificate authority) {
        /** The context of a server that sends the certificate and that of the authority. */
        public SSLContext serverContext() throws GeneralSecurityException, IOException {
            return serverContext(certificate, authority);
        }

        /** The context of a server that sends these certificates. */
        public SSLContext serverContext(Certificate... chain) throws GeneralSecurityException, IOException {
            var context = SSLContext.getInstance("TLS");
            context.init(keyManagers(chain), null, null);
            return context;
        }

        /** The same, which also hands over each name that a client asks for (SNI); "" if it asks for none. */
        public SSLContext serverContext(Consumer<String> askedFor) throws GeneralSecurityException, IOException {
            var keys = (X509ExtendedKeyManager) keyManagers(certificate, authority)[0];
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new AskedNames(keys, askedFor)}, null, null);
            return context;
        }

        private KeyManager[] keyManagers(Certificate... chain) throws GeneralSecurityException, IOException {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("server", key, NO_PASSWORD, chain);
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, NO_PASSWORD);
            return managers.getKeyManagers();
        }
    }

    /** The keys of a server that listens to the names it is asked for. */
    private static final class AskedNames extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;
        private final Consumer<String> askedFor;

        AskedNames(X509ExtendedKeyManager keys, Consumer<String> askedFor) {
            this.keys = keys;
            this.askedFor = askedFor;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            if (((SSLSocket) socket).getHandshakeSession() instanceof ExtendedSSLSession session) {
                String names = session.getRequestedServerNames().stream()
                        .map(name -> new String(name.getEncoded(), US_ASCII))
                        .collect(Collectors.joining(","));
                askedFor.accept(names);
            }
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return keys.getClientAliases(type, issuers);
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return keys.chooseClientAlias(types, issuers, socket);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A certificate for these host names that is valid now. */
    public Issued issue(String... hosts) throws GeneralSecurityException {
        return issueUntil(Instant.now().plus(DAY), hosts);
    }

    /** A certificate for these host names that is valid until then. */
    public Issued issueUntil(Instant end, String... hosts) throws GeneralSecurityException {
        KeyPair own = newKeys();
        return new Issued(
                sign(new X500Principal("CN=server"), own.getPublic(), namesExtension(List.of(hosts)), end),
                own.getPrivate(),
                certificate);
    }

    /** A context that trusts this authority. */
    public SSLContext trustingContext() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setCertificateEntry("authority", certificate);
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** Writes the authority's certificate. */
    public void writePem(Path file) throws GeneralSecurityException, IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(certificate.getEncoded());
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private X509Certificate sign(X500Principal subject, PublicKey key, byte[] extension, Instant end)
            throws GeneralSecurityException {
        byte[] content = sequence(
                tagged(0xA0, integer(2)),
                integer(serial.incrementAndGet()),
                ECDSA_SHA_256,
                name.getEncoded(),
                sequence(time(end.minus(DAY.multipliedBy(3))), time(end)),
                subject.getEncoded(),
                key.getEncoded(),
                tagged(0xA3, sequence(extension)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        byte[] encoded = sequence(content, ECDSA_SHA_256, bits(signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    // ---- DER (X.690), as far as it is needed here

    private static byte[] authorityExtension() {
        byte[] critical = tagged(0x01, new byte[] {(byte) 0xFF});
        return sequence(oid(0x55, 0x1D, 0x13), critical, tagged(0x04, sequence(critical)));
    }

    private static byte[] namesExtension(List<String> hosts) {
        byte[][] names = hosts.stream()
                .map(host -> tagged(0x82, host.getBytes(US_ASCII)))
                .toArray(byte[][]::new);
        return sequence(oid(0x55, 0x1D, 0x11), tagged(0x04, sequence(names)));
    }

    private static byte[] oid(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return tagged(0x06, content);
    }

    private static byte[] integer(int value) {
        return tagged(0x02, BigInteger.valueOf(value).toByteArray());
    }

    private static byte[] time(Instant time) {
        return tagged(0x18, TIME.format(time).getBytes(US_ASCII));
    }

    private static byte[] bits(byte[] content) {
        byte[] unused = new byte[content.length + 1];
        System.arraycopy(content, 0, unused, 1, content.length);
        return tagged(0x03, unused);
    }

    private static byte[] sequence(byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        return tagged(0x30, content.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        var encoded = new ByteArrayOutputStream();
        encoded.write(tag);
        if (content.length >= 0x80) {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int from = length[0] == 0 ? 1 : 0;
            encoded.write(0x80 | (length.length - from));
            encoded.write(length, from, length.length - from);
        } else {
            encoded.write(content.length);
        }
        encoded.writeBytes(content);
        return encoded.toByteArray();
    }
}
