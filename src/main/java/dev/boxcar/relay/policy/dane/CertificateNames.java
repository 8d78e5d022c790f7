// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.dane;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The host names that a certificate is for: those of its subjectAltName or, if that has no host names, its common name
 * (RFC 7672 §3.2.3, RFC 6125 §6.4.4). Immutable.
 */
final class CertificateNames {
    private static final int DNS_NAME = 2;

    private final List<String> names;

    private CertificateNames(List<String> names) {
        this.names = names;
    }

    static CertificateNames of(X509Certificate certificate) {
        List<String> names = alternativeNames(certificate);
        return new CertificateNames(names.isEmpty() ? commonNames(certificate) : names);
    }

    private static List<String> alternativeNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> one : all == null ? List.<List<?>>of() : all) {
                if (one.get(0) instanceof Integer kind && kind == DNS_NAME) {
                    names.add(String.valueOf(one.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException e) {
            names.add(""); // its common name does not count then
        }
        return names;
    }

    private static List<String> commonNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn one : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (one.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(one.getValue()).toLowerCase(Locale.ROOT));
                }
            }
        } catch (InvalidNameException e) {
            names.clear();
        }
        return names;
    }

    /** Whether one of the host names is among them; {@code *.example.com} stands for one label before the rest. */
    boolean haveAny(Set<String> hosts) {
        return hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).anyMatch(this::have);
    }

    private boolean have(String host) {
        int dot = host.indexOf('.');
        return names.contains(host) || (dot > 0 && names.contains("*" + host.substring(dot)));
    }
}
