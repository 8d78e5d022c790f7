// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import static dev.boxcar.lab.script.Match.connect;
import static dev.boxcar.lab.script.Match.noop;
import static dev.boxcar.lab.script.Match.starttls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.lab.script.LineSettings;
import dev.boxcar.lab.script.Script;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.smtp.server.listener.ListenerOptions;
import dev.boxcar.tls.FaultyCertificate;
import java.io.IOException;
import java.security.SignatureException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scripts make TLS handshakes go wrong. */
class ScriptTlsTest {
    private static SSLContext usual;

    @BeforeAll
    static void makeCertificate() throws Exception {
        usual = FaultyCertificate.WRONG_NAME.create();
    }

    private static LabServer start(ListenerOptions.Tls when) throws IOException {
        return new LabServer(LineSettings.NONE, 1, usual, LabServer.ANY_PORT.withTls(when));
    }

    private static X509Certificate startTls(LabServer server, TlsFault fault) throws Exception {
        server.store.deleteAll();
        server.run(Script.everySession().on(starttls()).tls(fault));
        try (RawClient client = server.greeted()) {
            assertThat(client.ask("STARTTLS")).startsWith("220 ");
            return client.handshake();
        }
    }

    @Test
    void startTlsShowsAnotherCertificate() throws Exception {
        try (LabServer server = start(ListenerOptions.Tls.STARTTLS)) {
            X509Certificate expired = startTls(server, TlsFault.EXPIRED);
            assertThatThrownBy(expired::checkValidity).isInstanceOf(CertificateExpiredException.class);
            expired.verify(expired.getPublicKey());
            X509Certificate broken = startTls(server, TlsFault.BAD);
            broken.checkValidity();
            assertThatThrownBy(() -> broken.verify(broken.getPublicKey())).isInstanceOf(SignatureException.class);
            assertThat(broken.getSubjectAlternativeNames().toString()).contains("localhost");
            X509Certificate other = startTls(server, TlsFault.WRONG_NAME);
            other.verify(other.getPublicKey());
            assertThat(other.getSubjectAlternativeNames().toString()).contains("wrong.invalid");
            assertThat(server.faults.log().of(server.ended(0).id()))
                    .extracting(InjectedFault::done)
                    .containsExactly("certificate expired");
        }
    }

    @Test
    void theCertificateOfAScriptIsUsedAlsoIfThereAreOtherFaults() throws Exception {
        var others = new ReplaceableFaults("others", Script.everySession(), 7, new FaultLog());
        ListenerOptions listener = LabServer.ANY_PORT.withTls(ListenerOptions.Tls.STARTTLS);
        try (LabServer server = new LabServer(LineSettings.NONE, 1, usual, listener, others)) {
            X509Certificate expired = startTls(server, TlsFault.EXPIRED);
            assertThatThrownBy(expired::checkValidity).isInstanceOf(CertificateExpiredException.class);
        }
    }

    @Test
    void theHandshakeOfStartTlsIsCut() throws Exception {
        try (LabServer server = start(ListenerOptions.Tls.STARTTLS)) {
            server.run(Script.session().on(starttls()).tls(TlsFault.CUT));
            try (RawClient client = server.greeted()) {
                assertThat(client.ask("STARTTLS")).startsWith("220 ");
                assertThatThrownBy(client::handshake).isInstanceOf(IOException.class);
            }
            try (RawClient client = server.greeted()) {
                client.ask("STARTTLS");
                client.handshake();
            }
        }
    }

    @Test
    void implicitTlsHasTheSameFaults() throws Exception {
        try (LabServer server = start(ListenerOptions.Tls.IMPLICIT)) {
            server.run(Script.session().on(connect()).tls(TlsFault.CUT));
            server.run(Script.session().on(connect()).tls(TlsFault.EXPIRED));
            try (RawClient client = server.connect()) {
                assertThatThrownBy(client::handshake).isInstanceOf(IOException.class);
            }
            try (RawClient client = server.connect()) {
                assertThatThrownBy(client.handshake()::checkValidity).isInstanceOf(CertificateExpiredException.class);
            }
            try (RawClient client = server.connect()) {
                client.handshake().checkValidity();
            }
        }
    }

    @Test
    void aRuleMayApplyOnlyInsideTls() throws Exception {
        try (LabServer server = start(ListenerOptions.Tls.STARTTLS)) {
            server.run(Script.everySession().on(noop().insideTls()).reply(450, "", "secure"));
            try (RawClient client = server.greeted()) {
                assertThat(client.ask("NOOP")).startsWith("250 ");
                client.ask("STARTTLS");
                client.handshake();
                assertThat(client.ask("NOOP")).isEqualTo("450 secure");
            }
        }
    }
}
