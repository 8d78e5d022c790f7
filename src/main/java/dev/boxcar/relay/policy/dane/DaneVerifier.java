// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.dane;

import dev.boxcar.relay.route.NameService.Tlsa;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts the certificates that match the TLSA records of a server, and no others (RFC 7672 §3, RFC 7671 §5).
 *
 * <p>A record of usage DANE-EE matches the server's certificate itself; then neither its names nor its dates count. A
 * record of usage DANE-TA matches an authority in the server's chain; then the chain up to it must be valid, and the
 * certificate must have the server's name. Any thread.
 */
public final class DaneVerifier extends X509ExtendedTrustManager {
    private final TlsaSet expected;

    private DaneVerifier(TlsaSet expected) {
        this.expected = expected;
    }

    /** A context for one connection to the server that has these records. */
    public static SSLContext context(TlsaSet expected) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new DaneVerifier(expected)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS: " + e.getMessage(), e);
        }
    }

    private void verify(X509Certificate[] chain) throws CertificateException {
        boolean hasRightName = CertificateNames.of(chain[0]).haveAny(expected.names());
        boolean isIssuedByAuthority = false;
        try {
            for (Tlsa record : expected.records()) {
                if (record.usage() == TlsaSet.DANE_EE) {
                    if (TlsaMatch.matches(chain[0], record)) {
                        return;
                    }
                } else if (isIssuedBy(record, chain)) {
                    isIssuedByAuthority = true;
                    if (hasRightName) {
                        return;
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException("DANE: " + e.getMessage(), e);
        }
        if (isIssuedByAuthority) {
            throw new CertificateNameException(
                    "the certificate matches a TLSA record, but has none of the names " + expected.names());
        }
        throw new CertificateException("the certificate matches no TLSA record of " + expected.base());
    }

    /** Whether the record's authority has issued the server's certificate, over those between them. */
    private static boolean isIssuedBy(Tlsa record, X509Certificate[] chain) throws GeneralSecurityException {
        for (int i = 1; i < chain.length; i++) {
            if (TlsaMatch.matches(chain[i], record)) {
                return isValid(Arrays.asList(chain).subList(0, i), new TrustAnchor(chain[i], null));
            }
        }
        // the whole authority is in the record, and the server need not send it
        X509Certificate authority = TlsaMatch.certificate(record);
        if (authority != null) {
            return isValid(pathTo(authority, chain), new TrustAnchor(authority, null));
        }
        PublicKey key = TlsaMatch.publicKey(record);
        X509Certificate last = chain[chain.length - 1];
        return key != null
                && isValid(
                        Arrays.asList(chain),
                        new TrustAnchor(last.getIssuerX500Principal().getName(), key, null));
    }

    /** The certificates up to the one that the authority has issued. */
    private static List<X509Certificate> pathTo(X509Certificate authority, X509Certificate[] chain) {
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate one : chain) {
            path.add(one);
            if (one.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
                return path;
            }
        }
        return path;
    }

    private static boolean isValid(List<X509Certificate> path, TrustAnchor authority) throws GeneralSecurityException {
        var parameters = new PKIXParameters(Set.of(authority));
        parameters.setRevocationEnabled(false);
        try {
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return true;
        } catch (CertPathValidatorException e) {
            return false;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        verify(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        verify(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        verify(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("clients are not verified by DANE");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("clients are not verified by DANE");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("clients are not verified by DANE");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
