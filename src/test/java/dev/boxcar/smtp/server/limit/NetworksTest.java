// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.limit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.boxcar.unit.IpAddressText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks contain the addresses they name; no host name is looked up. */
class NetworksTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/8, 127.255.255.255, true",
        "127.0.0.0/8, 128.0.0.0, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "::1, ::1, true",
        "2001:db8::/33, 2001:db8:7fff::, true",
        "2001:db8::/33, 2001:db8:8000::, false",
        "::ffff:192.0.2.0/24, 192.0.2.9, true",
        "all, 2001:db8::1, true",
        "local, 127.0.0.1, false",
    })
    void containsExactlyItsAddresses(String network, String address, boolean contained) {
        assertThat(Networks.of(List.of(network)).contain(IpAddressText.parse(address)))
                .isEqualTo(contained);
    }

    @Test
    void aClientWithoutAddressIsLocal() {
        assertThat(Networks.of(List.of("local")).contain(null)).isTrue();
        assertThat(Networks.of(List.of("0.0.0.0/0", "::/0")).contain(null)).isFalse();
        assertThat(Networks.ALL.contain(null)).isTrue();
        assertThat(Networks.NONE.contain(null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.com",
                "1.2.3",
                "1.2.3.4/33",
                "1.2.3.4/",
                "1.2.3.4/-1",
                "1.2.3.4/08",
                "256.1.1.1",
                "01.2.3.4",
                "1.2.3.4.5",
                "::/129",
                "::1%lo",
                ":::",
                "1::2::3",
                "12345::",
                "fe80::1%1",
                "[::1]",
                " ::1"
            })
    void refusesInvalidNetworks(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Networks.of(List.of(text)));
    }

    /** Runs in another JVM, with a hosts file that knows the names, since this JVM may have looked names up already. */
    @ParameterizedTest
    @ValueSource(strings = {"256.1.1.1", "1.2.3.999", ".:1", "cafe"})
    void looksUpNoNames(String text, @TempDir Path directory) throws IOException, InterruptedException {
        Path hosts = Files.writeString(directory.resolve("hosts"), "192.0.2.77 " + text + System.lineSeparator());
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        AddressTold.class.getName(),
                        text)
                .redirectErrorStream(true)
                .start();
        assertThat(other.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(new String(other.getInputStream().readAllBytes(), UTF_8)).isEqualTo("null");
    }

    /** A program that prints how its argument is parsed. */
    static final class AddressTold {
        private AddressTold() {}

        public static void main(String[] arguments) {
            System.out.print(IpAddressText.parse(arguments[0]));
        }
    }
}
