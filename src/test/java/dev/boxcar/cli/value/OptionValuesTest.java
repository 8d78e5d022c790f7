// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.parameter.Extension;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The converters of option values. */
class OptionValuesTest {

    @ParameterizedTest
    @CsvSource({"1, 1", "10k, 10240", "10KB, 10000", "50MiB, 52428800"})
    void readsSizesInBytes(String text, long bytes) {
        assertThat(new SizeConverter().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "MiB", "0", "-1", "1XB", "9999999999T", "1 2"})
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> new SizeConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("invalid size '" + text + "'");
    }

    @Test
    void acceptsSizeZeroWhereItMeansNoLimit() {
        assertThat(new SizeConverter.OrZero().convert("0")).isZero();
        assertThat(new SizeConverter.OrZero().convert("2K")).isEqualTo(2048);
    }

    @ParameterizedTest
    @CsvSource({"30, PT30S", "500ms, PT0.5S", "1.5s, PT1.5S", "5 minutes, PT5M", "24h, PT24H", "1d, PT24H"})
    void readsDurationsWithoutUnitInSeconds(String text, Duration duration) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(duration);
        assertThat(new DurationConverter.OrZero().convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "0", "0ms", "-1s", "25h", "1.1d", "5x"})
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("invalid duration '" + text + "'");
    }

    @Test
    void acceptsDurationZeroWhereItSwitchesAFeatureOff() {
        assertThat(new DurationConverter.OrZero().convert("0s")).isZero();
        assertThatThrownBy(() -> new DurationConverter.OrZero().convert("2d"))
                .hasMessage("invalid duration '2d': must be more than 0 and at most 1d");
        assertThat(new DurationConverter.Unlimited().convert("2w")).isEqualTo(Duration.ofDays(14));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PIPELINING,size|PIPELINING SIZE",
                "8bitmime|EIGHTBITMIME",
                "all,-DSN,dsn,-SIZE,size|all",
                "-DSN|",
                "x_pipe_connect,PIPECONNECT|PIPECONNECT X_PIPE_CONNECT"
            })
    void readsExtensionsByTheirKeywords(String list, @Nullable String names) {
        Set<Extension> expected = EnumSet.noneOf(Extension.class);
        if ("all".equals(names)) {
            expected = Extension.all();
        } else if (names != null) {
            Arrays.stream(names.split(" ", -1)).map(Extension::valueOf).forEach(expected::add);
        }
        assertThat(new OfferedExtensions.Converter().convert(list).extensions()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ALL ", "PIPELINING,", "STARTLTS", "-", "EIGHTBITMIME"})
    void refusesUnknownExtensions(String list) {
        assertThatThrownBy(() -> new OfferedExtensions.Converter().convert(list))
                .hasMessageContaining("unknown extension");
    }

    @ParameterizedTest
    @CsvSource({"localhost:1025,localhost,1025", "[::1]:0,::1,0", "0.0.0.0:65535,0.0.0.0,65535", "[::]:25,::,25"})
    void readsAndWritesAddresses(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "::",
                "1::",
                "2001:db8::1",
                "fe80::1:0:0:1",
                "1:0:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8",
                "2001:0:0:1::1"
            })
    void writesIpv6AddressesInTheirShortestForm(String text) throws UnknownHostException {
        var address = new InetSocketAddress(InetAddress.getByName(text), 25);
        assertThat(HostPort.of(address)).isEqualTo(new HostPort(text, 25));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "mail.example.org", "a-b.c", "3com.example", "x"})
    void acceptsDomainsAsHostNames(String name) {
        assertThat(new Hostname(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "my_host", "-a", "a-", "a..b", ".a", "a.", "a b", "münchen", "[127.0.0.1]"})
    void refusesOtherHostNames(String name) {
        assertThatThrownBy(() -> new Hostname(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAHostNameOf256Bytes() {
        assertThat(new Hostname("a".repeat(255)).name()).hasSize(255);
        assertThatThrownBy(() -> new Hostname("a".repeat(256))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesTheMachinesNameFromTheEnvironmentFirst() {
        assertThat(Hostname.ofThisMachine(Map.of("HOSTNAME", "pc.example")).name())
                .isEqualTo("pc.example");
    }

    @Test
    void ignoresAMachineNameThatIsNotADomain() {
        assertThat(Hostname.ofThisMachine(Map.of("HOSTNAME", "my_pc")).name()).isNotEqualTo("my_pc");
    }
}
