// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.async.TestCertificates;
import dev.boxcar.async.tls.TlsSettings;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.pop3.POP3Folder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that this project did not write fetch mail: Jakarta Mail, and Python's poplib if Python is installed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PublishedClientsTest {
    private static final String FIRST = "Subject: one\r\n\r\nFirst line.\r\n.A line with a dot.\r\n";
    private static final String SECOND = "Subject: two\r\n\r\nLast.\r\n";

    @Test
    void jakartaMailReadsAndDeletes() throws Exception {
        try (Pop3TestServer server =
                Pop3TestServer.inClear().with("ann", "id-1", FIRST).with("ann", "id-2", SECOND)) {
            readAndDeleteFirst(server, new Properties());
            assertThat(server.ids("ann")).containsExactly("id-2");
        }
    }

    @Test
    void jakartaMailReadsAndDeletesAfterStls() throws Exception {
        var tls = TlsSettings.server(TestCertificates.localhost());
        try (var server = new Pop3TestServer(Pop3Options.DEFAULTS, Pop3Server.Tls.STLS, tls)
                .with("ann", "id-1", FIRST)
                .with("ann", "id-2", SECOND)) {
            var properties = new Properties();
            properties.setProperty("mail.pop3.starttls.enable", "true");
            properties.setProperty("mail.pop3.starttls.required", "true");
            properties.setProperty("mail.pop3.ssl.checkserveridentity", "false");
            properties.put(
                    "mail.pop3.ssl.socketFactory", TestCertificates.localhost().getSocketFactory());
            readAndDeleteFirst(server, properties);
            assertThat(server.ids("ann")).containsExactly("id-2");
        }
    }

    private static void readAndDeleteFirst(Pop3TestServer server, Properties properties) throws Exception {
        properties.setProperty("mail.pop3.timeout", "20000");
        try (Store store = Session.getInstance(properties).getStore("pop3")) {
            store.connect("127.0.0.1", server.address().getPort(), "ann", "secret");
            try (Folder folder = store.getFolder("INBOX")) {
                folder.open(Folder.READ_WRITE);
                assertThat(folder.getMessageCount()).isEqualTo(2);
                assertThat(folder.getMessage(1).getSubject()).isEqualTo("one");
                assertThat(folder.getMessage(1).getContent()).isEqualTo("First line.\r\n.A line with a dot.\r\n");
                assertThat(((POP3Folder) folder).getUID(folder.getMessage(2))).isEqualTo("id-2");
                folder.setFlags(1, 1, new Flags(Flags.Flag.DELETED), true);
                folder.close(true);
                store.close();
            } catch (IllegalStateException closedAlready) {
                // the folder was closed above, to expunge it
            }
        }
    }

    @Test
    void poplibReadsAndDeletes() throws IOException, InterruptedException {
        assumeTrue(isInstalled("python3"), "python3 is not installed");
        String program = """
                import poplib, sys
                box = poplib.POP3('127.0.0.1', int(sys.argv[1]), timeout=20)
                assert 'UIDL' in box.capa(), box.capa()
                box.user('ann'); box.pass_('secret')
                assert box.stat() == (2, 73), box.stat()
                assert box.retr(1)[1] == [b'Subject: one', b'', b'First line.', b'.A line with a dot.'], box.retr(1)
                assert box.top(1, 0)[1] == [b'Subject: one', b''], box.top(1, 0)
                assert box.uidl()[1] == [b'1 id-1', b'2 id-2'], box.uidl()
                box.dele(2); box.quit()
                """;
        try (Pop3TestServer server =
                Pop3TestServer.inClear().with("ann", "id-1", FIRST).with("ann", "id-2", SECOND)) {
            Process python = new ProcessBuilder(
                            "python3",
                            "-c",
                            program,
                            String.valueOf(server.address().getPort()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(python.exitValue()).as(said).isZero();
            assertThat(server.ids("ann")).containsExactly("id-1");
        }
    }

    private static boolean isInstalled(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
