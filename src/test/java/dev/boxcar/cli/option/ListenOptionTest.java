// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.boxcar.smtp.server.listener.ListenerOptions;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values of {@code --listen}. */
class ListenOptionTest {
    @Test
    @SuppressWarnings("AddressSelection") // IP addresses need no name service
    void readsEverySetting() throws IOException {
        ListenerOptions listener = ListenOption.parse("[::1]:2525,name=app,tls=implicit,auth-required=true,"
                        + "networks=127.0.0.0/8+::1,proxy=10.0.0.5,xclient=10.0.0.6,receive-buffer=2K,send-buffer=4K")
                .listener();
        assertThat(listener.host()).isEqualTo("::1");
        assertThat(listener.port()).isEqualTo(2525);
        assertThat(listener.name()).isEqualTo("app");
        assertThat(listener.tls()).isEqualTo(ListenerOptions.Tls.IMPLICIT);
        assertThat(listener.authRequired()).isTrue();
        assertThat(listener.receiveBuffer()).isEqualTo(2048);
        assertThat(listener.sendBuffer()).isEqualTo(4096);
        assertThat(listener.networks().contain(InetAddress.getByName("127.9.9.9")))
                .isTrue();
        assertThat(listener.networks().contain(InetAddress.getByName("::1"))).isTrue();
        assertThat(listener.networks().contain(InetAddress.getByName("10.0.0.5")))
                .isFalse();
        assertThat(listener.proxy().contain(InetAddress.getByName("10.0.0.5"))).isTrue();
        assertThat(listener.xclient().contain(InetAddress.getByName("10.0.0.6")))
                .isTrue();
    }

    @Test
    void aPortAloneMeansAllAddresses() throws IOException {
        ListenerOptions listener =
                ListenOption.parse(":587,tls=required,auth-required=true").listener();

        assertThat(InetAddress.getByName(listener.host()).isAnyLocalAddress()).isTrue();
        assertThat(listener.port()).isEqualTo(587);
        assertThat(ListenOption.parse("unix:/run/boxcar/relay,mode=0660")
                        .listener()
                        .mode())
                .isEqualTo("660");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "somewhere            | expected HOST:PORT",
                "unix:                | the path is missing",
                "localhost:0,color=x  | unknown setting",
                "localhost:0,name     | unknown setting",
                "localhost:0,name=a b | invalid name",
                "localhost:0,tls=yes  | use off, starttls, required or implicit",
                "localhost:0,auth-required=1 | use true or false",
                "localhost:0,networks=here   | not a network",
                "localhost:0,receive-buffer=0 | use 1 to 16MiB",
                "localhost:0,receive-buffer=1G | use 1 to 16MiB",
                "localhost:0,send-buffer=0 | use 1 to 16MiB",
                "localhost:0,name=a,name=b   | given more than once",
                ":http                | the port must be 0 to 65535",
                "localhost:0,mode=660 | mode is for unix:PATH only",
                "unix:/run/x,mode=rw  | use three octal digits",
            })
    void saysWhatIsInvalid(String text, String error) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ListenOption.parse(text))
                .withMessageContaining(error);
    }
}
