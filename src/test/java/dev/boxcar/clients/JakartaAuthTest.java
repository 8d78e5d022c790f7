// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.server.SmtpServer;
import dev.boxcar.smtp.server.limit.Limits;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.smtp.server.port.Credentials;
import dev.boxcar.smtp.server.port.Ports;
import dev.boxcar.spool.SpoolSink;
import dev.boxcar.spool.memory.MemorySpool;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jakarta Mail authenticates with each mechanism it supports. */
class JakartaAuthTest implements Credentials {
    private final List<Claim> claims = new CopyOnWriteArrayList<>();
    private SmtpServer server;
    private InetSocketAddress address;

    @Override
    public Set<Mechanism> mechanisms() {
        return EnumSet.of(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.XOAUTH2);
    }

    /** Answers later, on its own thread. */
    @Override
    public void verify(ClientInfo client, Claim claim, Consumer<ClaimResult> answer) {
        claims.add(claim);
        boolean holds = claim.equals(new Claim.Password("tim", "tanstaaf", ""))
                || claim.equals(new Claim.Token("tim", "tanstaaf"));
        new Thread(() -> answer.accept(holds ? ClaimResult.YES : ClaimResult.NO), "verify").start();
    }

    @BeforeEach
    void start() throws IOException {
        var ports = Ports.of(new SpoolSink(new MemorySpool(1024 * 1024)))
                .withAuthentication(
                        AuthenticationOptions.by(this).allowedInClear().required());
        server = SmtpServer.start(new SmtpServer.Options("mx.example", 1, Limits.DEFAULTS), ports);
        address = server.listen("127.0.0.1", 0).get(0);
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdown(Duration.ZERO);
    }

    private Transport transport(String mechanism) throws MessagingException {
        return JakartaClient.session("mail.smtp.auth", "true", "mail.smtp.auth.mechanisms", mechanism)
                .getTransport("smtp");
    }

    @ParameterizedTest
    @CsvSource({"PLAIN", "LOGIN", "XOAUTH2"})
    void authenticates(String mechanism) throws MessagingException {
        try (Transport transport = transport(mechanism)) {
            transport.connect(address.getHostString(), address.getPort(), "tim", "tanstaaf");
            var sample = SampleMessage.plain(JakartaClient.session());
            transport.sendMessage(
                    sample.message(), sample.recipients().toArray(Address[]::new)); // 530 without authentication
        }
        assertThat(claims).hasSize(1);
        assertThat(claims.get(0).user()).isEqualTo("tim");
        assertThat(claims.get(0)).isInstanceOf(mechanism.equals("XOAUTH2") ? Claim.Token.class : Claim.Password.class);
    }

    @ParameterizedTest
    @CsvSource({"PLAIN", "LOGIN", "XOAUTH2"})
    void refusesAWrongPassword(String mechanism) throws MessagingException {
        try (Transport transport = transport(mechanism)) {
            assertThatThrownBy(() -> transport.connect(address.getHostString(), address.getPort(), "tim", "wrong"))
                    .isInstanceOf(AuthenticationFailedException.class)
                    .hasMessageContaining(mechanism.equals("XOAUTH2") ? "334 " : "535 5.7.8"); // it gives up at once
        }
    }

    @Test
    void refusesMailWithoutAuth() throws MessagingException {
        try (var client = new JakartaClient(JakartaClient.session(), address.getHostString(), address.getPort())) {
            assertThatThrownBy(() -> client.send(SampleMessage.plain(JakartaClient.session())))
                    .hasMessageContaining("530 5.7.0");
        }
    }
}
