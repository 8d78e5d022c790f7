// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * The keys of the root zone, compared with those that IANA publishes (/usr/share/dns/root.key and root.ds of Debian).
 */
class RootAnchorsTest {
    private static final String KEY_OF_2017 = "257 3 8 "
            + "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWXgnLh4+B5xQlN"
            + "Vz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+"
            + "sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555"
            + "KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU=";
    private static final String KEY_OF_2024 = "257 3 8 "
            + "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQWOmOElZsjICM"
            + "QMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/wOZqqzL/dL/q8PkcRU5oUKEp"
            + "Uge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBuzZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw"
            + "4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc=";
    private static final String DIGEST_OF_2017 =
            "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";
    private static final String DIGEST_OF_2024 =
            "38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16";

    private static String digestOf(String key) throws Exception {
        var record = (DNSKEYRecord) Record.fromString(Name.root, Type.DNSKEY, DClass.IN, 3600, key, Name.root);
        return new DSRecord(Name.root, DClass.IN, 3600, DNSSEC.Digest.SHA256, record).rdataToString();
    }

    private static String[] trusted() {
        return MxTlsOptions.ROOT_ANCHORS.lines().toArray(String[]::new);
    }

    @Test
    void theTrustedDigestsAreThoseThatIanaPublishes() {
        assertThat(trusted()).containsExactly(". 3600 IN DS " + DIGEST_OF_2017, ". 3600 IN DS " + DIGEST_OF_2024);
    }

    @Test
    void theTrustedDigestsAreThoseOfTheKeysThatIanaPublishes() throws Exception {
        assertThat(Arrays.stream(trusted()).map(line -> line.replace(". 3600 IN DS ", "")))
                .containsExactly(digestOf(KEY_OF_2017), digestOf(KEY_OF_2024));
    }
}
