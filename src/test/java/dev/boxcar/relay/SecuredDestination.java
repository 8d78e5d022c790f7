// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay;

import dev.boxcar.relay.TestAuthority.Issued;
import dev.boxcar.relay.route.NameService.Tlsa;
import dev.boxcar.relay.route.StsPolicy;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The domain there.example of the tests about TLS, whose only server is mx.there.example, and what it publishes. */
final class SecuredDestination {
    private SecuredDestination() {}

    static FixedNames names() throws Exception {
        return new FixedNames().mx("there.example", 10, "mx.there.example").host("mx.there.example", "127.0.0.1");
    }

    /** The names, with a record that DNSSEC proves. */
    static FixedNames withTlsa(Downstream downstream, Tlsa record) throws Exception {
        String name = "_" + downstream.port() + "._tcp.mx.there.example";
        return names().secure("there.example", "mx.there.example", name).tlsa(name, record);
    }

    /** The record of a certificate by its SHA-256 digest. */
    static Tlsa record(int usage, X509Certificate certificate) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return new Tlsa(usage, 0, 1, HexFormat.of().formatHex(digest));
    }

    static StsPolicy.Source policy(StsPolicy.Mode mode, String... patterns) {
        return domain -> CompletableFuture.completedStage(new StsPolicy(mode, List.of(patterns), Duration.ofDays(1)));
    }

    static Downstream inTls(Issued certificate) throws Exception {
        return Downstream.startInTls(certificate.serverContext(), event -> null);
    }
}
