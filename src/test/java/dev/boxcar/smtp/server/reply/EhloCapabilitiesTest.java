// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.parameter.FutureRelease;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.limit.Limits;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the reply to EHLO offers. The transcripts below {@code hello} show the rest. */
class EhloCapabilitiesTest {
    private final ClientState client = new ClientState("run", 1);

    private static EhloCapabilities capabilities(Set<Extension> extensions) {
        var holding = FutureRelease.within(Limits.LONGEST_HOLD, Instant.now());
        return new EhloCapabilities("mx.example", extensions, Limits.DEFAULTS, holding, null);
    }

    /** RFC 5321 §4.1.1.1: a keyword has no underscore. */
    @Test
    void allExtensionsDoNotIncludeXPipeConnect() {
        EhloCapabilities all = capabilities(Extension.all());
        assertThat(all.hello(client).lines()).contains("PIPECONNECT").doesNotContain("X_PIPE_CONNECT");
    }

    @Test
    void offersXPipeConnectIfItIsNamed() {
        EhloCapabilities named = capabilities(EnumSet.of(Extension.X_PIPE_CONNECT));
        assertThat(named.hello(client).lines()).containsExactly("mx.example", "X_PIPE_CONNECT");
        assertThat(named.offerEarlyPipelining(client)).isTrue();
    }

    @Test
    void aClientMayUseExtensionsOnlyAfterEhlo() {
        EhloCapabilities all = capabilities(Extension.all());
        assertThat(all.usableExtensions(client)).isEmpty();
        client.setHello("client.example", false);
        assertThat(all.usableExtensions(client)).isEmpty();
        client.setHello("client.example", true);
        assertThat(all.usableExtensions(client)).contains(Extension.CHUNKING);
    }
}
