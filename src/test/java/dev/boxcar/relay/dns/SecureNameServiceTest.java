// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.dns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.route.DnsNameService;
import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import dev.boxcar.relay.route.NameService.Mx;
import dev.boxcar.relay.route.NameService.Status;
import dev.boxcar.relay.route.NameService.Tlsa;
import java.net.InetAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TLSARecord;

/** Which answers DNSSEC proves (RFC 4035 §4.3). */
class SecureNameServiceTest {
    private static final int TTL = 300;
    private static final String TLSA = "_25._tcp.mx.there.example";
    private static final byte[] DIGEST = new byte[32];

    private static SignedZone zone() throws Exception {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        return new SignedZone()
                .add(new MXRecord(name("there.example."), DClass.IN, TTL, 10, name("mx.there.example.")))
                .add(new ARecord(name("mx.there.example."), DClass.IN, TTL, address))
                .add(new TLSARecord(name(TLSA + "."), DClass.IN, TTL, 3, 1, 1, DIGEST))
                .add(new CNAMERecord(name("alias.example."), DClass.IN, TTL, name("mx.there.example.")))
                .add(new MXRecord(name("unsigned.example."), DClass.IN, TTL, 10, name("mx.unsigned.example.")))
                .add(new ARecord(name("mx.unsigned.example."), DClass.IN, TTL, address));
    }

    private static Name name(String text) throws Exception {
        return Name.fromString(text);
    }

    private static NameService validating(SignedZone zone) throws Exception {
        return SecureNameService.validating(
                DnsNameService.resolver(zone.address()), zone.anchor().getBytes(US_ASCII));
    }

    private static <T> Answer<T> result(CompletionStage<Answer<T>> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersOfASignedZoneAreSecure() throws Exception {
        try (var zone = zone()) {
            NameService names = validating(zone);
            Answer<Mx> mx = result(names.mx("there.example"));
            assertThat(mx.values()).containsExactly(new Mx(10, "mx.there.example"));
            assertThat(mx.isSecure()).isTrue();
            assertThat(result(names.addresses("mx.there.example")).isSecure()).isTrue();
            Answer<Tlsa> tlsa = result(names.tlsa(TLSA));
            assertThat(tlsa.values()).containsExactly(new Tlsa(3, 1, 1, "00".repeat(32)));
            assertThat(tlsa.isSecure()).isTrue();
        }
    }

    @Test
    void thatThereIsNoRecordIsProvenToo() throws Exception {
        try (var zone = zone()) {
            Answer<Tlsa> none = result(validating(zone).tlsa("_25._tcp.there.example"));
            assertThat(none.status()).isEqualTo(Status.NO_RECORD);
            assertThat(none.isSecure()).isTrue();
        }
    }

    @Test
    void answersOfAnUnsignedZoneAreNotSecure() throws Exception {
        try (var zone = zone()) {
            Answer<Mx> mx = result(validating(zone).mx("unsigned.example"));
            assertThat(mx.status()).isEqualTo(Status.FOUND);
            assertThat(mx.isSecure()).isFalse();
        }
    }

    @Test
    void aForgedAnswerIsAFailure() throws Exception {
        try (var zone = zone().forge(TLSA + ".").forge("there.example.")) {
            NameService names = validating(zone);
            assertThat(result(names.tlsa(TLSA)).status()).isEqualTo(Status.FAILED);
            assertThat(result(names.mx("there.example")).status()).isEqualTo(Status.FAILED);
        }
    }

    @Test
    void anAliasIsFollowedAndNamed() throws Exception {
        try (var zone = zone()) {
            Answer<InetAddress> answer = result(validating(zone).addresses("alias.example"));
            assertThat(answer.values()).containsExactly(InetAddress.getByName("192.0.2.1"));
            assertThat(answer.alias()).isEqualTo("mx.there.example");
            assertThat(answer.isSecure()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTrustedNameServerIsBelieved(boolean claimsProof) throws Exception {
        try (var zone = claimsProof ? zone().claimingProof() : zone()) {
            NameService names = SecureNameService.trusting(DnsNameService.resolver(zone.address()));
            assertThat(result(names.mx("there.example")).isSecure()).isEqualTo(claimsProof);
            assertThat(result(names.tlsa(TLSA)).isSecure()).isEqualTo(claimsProof);
        }
    }

    @Test
    void whatTheNameServerClaimsDoesNotCountWhenTheRelayValidates() throws Exception {
        try (var zone = zone().claimingProof()) {
            assertThat(result(validating(zone).mx("unsigned.example")).isSecure())
                    .isFalse();
        }
    }
}
