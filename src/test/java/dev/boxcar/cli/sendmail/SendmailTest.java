// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.Downstream;
import dev.boxcar.relay.maildrop.MaildropDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code boxcar sendmail}: what it makes of its options and its input. */
@Timeout(60)
class SendmailTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("LOGNAME", "tim", "HOSTNAME", "host.example");
    private static final String MESSAGE = "From: a@b.example\nSubject: hi\n\ntext\n";

    @TempDir
    Path directory;

    private static Boxcar.Outcome sendmail(String input, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var in = new ByteArrayInputStream(input.getBytes(ISO_8859_1));
        int status = new CommandLine(new SendmailCommand(ENVIRONMENT, in))
                .setOverwrittenOptionsAllowed(true) // as the program does
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Boxcar.Outcome(status, out.toString(), err.toString());
    }

    /** What a server gets that takes everything. */
    private static Downstream.Received sent(String input, String... arguments) throws IOException {
        try (var server = Downstream.start()) {
            Boxcar.Outcome outcome = sendmail(input, withServer(server, arguments));
            assertThat(outcome).isEqualTo(new Boxcar.Outcome(0, "", ""));
            assertThat(server.messages()).hasSize(1);
            return server.messages().get(0);
        }
    }

    private static String[] withServer(Downstream server, String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--server=127.0.0.1:" + server.port();
        return all;
    }

    @Test
    void blindCopiesAreSentAndTheirFieldsRemoved() throws Exception {
        var received = sent(
                "From: a@b.example\nTo: bob@x.example\nBcc: one@x.example,\n two@x.example\nCc: cal@x.example\n"
                        + "Subject: Bcc: stays\nbcc : three@x.example\n\nBcc: stays, too\n",
                "-t");

        assertThat(received.recipients())
                .containsExactlyInAnyOrder(
                        "bob@x.example", "one@x.example", "two@x.example", "cal@x.example", "three@x.example");
        assertThat(received.content())
                .doesNotContain("one@", "two@", "three@")
                .contains("Subject: Bcc: stays\r\n", "To: bob@x.example\r\n", "\r\n\r\nBcc: stays, too\r\n");
    }

    @Test
    void addressesInTheHeaderAreReadAsTheStandardSays() throws Exception {
        var received = sent(
                "From: a@b.example\nTo: \"Doe, John\" <john@x.example>, (a comment) eve@x.example (Eve),\n"
                        + "\tfriends: kim@x.example, Lee <lee@x.example>;, \"two words\"@x.example, nobody:;\n\n.\n",
                "-t",
                "-i");

        assertThat(received.recipients())
                .containsExactly(
                        "john@x.example", "eve@x.example", "kim@x.example", "lee@x.example", "\"two words\"@x.example");
    }

    /** PHP scripts write fields for which they have no address. */
    @Test
    void aFieldWithoutAddressesNamesNoRecipient() throws Exception {
        var sent = sent("To: bob@x.example\nCc:\nBcc: \t\n\ntext\n", "-t");

        assertThat(sent.recipients()).containsExactly("bob@x.example");
        assertThat(sent.content()).contains("Cc:\r\n").doesNotContain("Bcc");
        assertThat(sendmail("To:\nCc: \n\ntext\n", "-t", "--spool=" + directory).status())
                .isEqualTo(64);
    }

    @Test
    void recipientsInArgumentsLeaveTheHeaderAsItIs() throws Exception {
        var received = sent(
                "From: a@b.example\nTo: other@x.example\nBcc: kept@x.example\nDate: x\nMessage-ID: <1@b>\n\ntext\n",
                "bob@x.example",
                "Eve <eve@x.example>",
                "root");

        assertThat(received.recipients()).containsExactly("bob@x.example", "eve@x.example", "root@host.example");
        assertThat(received.content())
                .isEqualTo("From: a@b.example\r\nTo: other@x.example\r\nBcc: kept@x.example\r\nDate: x\r\n"
                        + "Message-ID: <1@b>\r\n\r\ntext\r\n");
    }

    @Test
    void aDotAloneEndsTheMessageUnlessAnOptionSaysOtherwise() throws Exception {
        String message = MESSAGE + ".\nmore\n";

        assertThat(sent(message, "bob@x.example").content()).endsWith("\r\n\r\ntext\r\n");
        assertThat(sent(message, "-i", "bob@x.example").content()).endsWith("\r\n\r\ntext\r\n.\r\nmore\r\n");
        assertThat(sent(message, "-oi", "bob@x.example").content()).endsWith("\r\n\r\ntext\r\n.\r\nmore\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void everyLineEndsInCrlf(String end) throws Exception {
        String message = MESSAGE.replace("\n", end) + end + "last";

        assertThat(sent(message, "bob@x.example").content())
                .contains("Subject: hi\r\n")
                .endsWith("\r\n\r\ntext\r\n\r\nlast\r\n")
                .doesNotContain("\r\r");
    }

    @Test
    void aLineEndBetweenTwoPiecesIsNotDoubled() throws Exception {
        for (int length : new int[] {65_534, 65_535, 65_536, 65_537, 131_072}) {
            String line = "x".repeat(length);
            assertThat(sent(MESSAGE + line + "\r\n" + line + "\n" + line, "bob@x.example")
                            .content())
                    .as("%d bytes", length)
                    .endsWith("text\r\n" + line + "\r\n" + line + "\r\n" + line + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<>"})
    void anEmptySenderIsTheNullSender(String sender) throws Exception {
        assertThat(sent(MESSAGE, "-f", sender, "bob@x.example").from()).isEmpty();
        assertThat(sent(MESSAGE, "-r", sender, "bob@x.example").from()).isEmpty();
    }

    @Test
    void missingFieldsAreAddedWithTheNameOfTheUser() throws Exception {
        var received = sent("Subject: hi\n\ntext\n", "-F", "Tim, the \"cat\"", "bob@x.example");

        assertThat(received.from()).isEqualTo("tim@host.example");
        assertThat(received.content())
                .contains("From: \"Tim, the \\\"cat\\\"\" <tim@host.example>\r\n")
                .containsPattern("\r\nDate: \\w{3}, \\d{1,2} \\w{3} \\d{4} [\\d:]{8} [+-]\\d{4}\r\n")
                .containsPattern("\r\nMessage-ID: <[\\w-]+@host\\.example>\r\n")
                .endsWith("\r\n\r\ntext\r\n");
    }

    @Test
    void aMessageWithoutAHeaderGetsOne() throws Exception {
        assertThat(sent("no header: here\n", "bob@x.example").content())
                .startsWith("From: tim@host.example\r\n")
                .endsWith("\r\n\r\nno header: here\r\n");
    }

    @Test
    void optionsMayBeAttachedAsCronAndPhpDo() throws Exception {
        String message = "To: bob@x.example\n\ntext\n";
        var php = sent(message, "-t", "-i", "-fann@sender.test");
        assertThat(php.from()).isEqualTo("ann@sender.test");

        var cron = sent(message, "-FCronDaemon", "-i", "-odi", "-oem", "-oi", "-B8BITMIME", "-bm", "-G", "-m", "-ti");
        assertThat(cron.recipients()).containsExactly("bob@x.example");
        assertThat(cron.content()).contains("From: CronDaemon <tim@host.example>\r\n");
    }

    /** Those that Postfix's and Sendmail's programs take, too, and that say nothing about the message. */
    @Test
    void optionsWithoutAMeaningHereAreAccepted() throws Exception {
        String message = "Subject: x\n\ntext\n";
        var sent = sent(
                message,
                "-Ac",
                "-L",
                "backup",
                "-h",
                "10",
                "-O",
                "DeliveryMode=b",
                "-X/dev/null",
                "-em",
                "-n",
                "-U",
                "bob@x.example");
        assertThat(sent.recipients()).containsExactly("bob@x.example");
    }

    @Test
    void wishesAboutReportsReachTheServer() throws Exception {
        List<String> commands = new CopyOnWriteArrayList<>();
        try (var server = Downstream.start(event -> {
            commands.add(event.line());
            return event.verb().equals("EHLO") ? "250-there\r\n250 DSN" : null;
        })) {
            var outcome = sendmail(
                    MESSAGE,
                    withServer(
                            server, "-N", "failure,delay", "-R", "hdrs", "-V", "a+b", "-fa@b.example", "c@x.example"));

            assertThat(outcome.status()).isZero();
        }
        assertThat(commands)
                .contains("MAIL FROM:<a@b.example> RET=HDRS ENVID=a+2Bb")
                .contains("RCPT TO:<c@x.example> NOTIFY=FAILURE,DELAY");
    }

    @Test
    void aLargeMessageArrivesExactly() throws Exception {
        var body = new StringBuilder();
        for (int i = 0; body.length() < 20_000_000; i++) {
            body.append("line ")
                    .append(i)
                    .append(" \u00e4\u00f6\u00fc ".repeat(10))
                    .append('\n');
        }

        String content = sent(MESSAGE + body, "bob@x.example").content();

        assertThat(content.substring(content.indexOf("\r\ntext\r\n") + 8)
                        .equals(body.toString().replace("\n", "\r\n")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-t               | 64 | no recipients: *",
                "-i               | 64 | no recipients: *",
                "a@@b             | 67 | invalid address 'a@@b' *",
                "@x.example       | 67 | invalid address '@x.example' *",
                "-fa@@b c@x.test  | 64 | invalid address 'a@@b' *",
                "-bd              | 64 | -bd: unknown mode: *",
                "-Nsometimes a@b.example | 64 | -N: use never, *",
                "-Rbody a@b.example      | 64 | -R: use full or hdrs"
            })
    void aMistakeIsOneLineAndSendsNothing(String line, int status, String error) throws IOException {
        String[] words = (line + " --spool=" + directory.resolve("spool")).split(" ", -1);

        Boxcar.Outcome outcome = sendmail(MESSAGE, words);

        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).startsWith("boxcar: " + error.replaceFirst(" ?\\*$", ""));
        assertThat(directory.resolve("spool")).doesNotExist();
    }

    @Test
    void anInvalidAddressInTheHeaderSendsNothing() {
        var outcome = sendmail("To: a@b@c.example\n\n", "-t", "--spool=" + directory);

        assertThat(outcome.status()).isEqualTo(65);
        assertThat(outcome.err()).isEqualTo("boxcar: invalid address 'a@b@c.example' (example: ben@b.example)\n");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anUnknownOptionIsAMistakeOfUse() {
        for (String command : List.of("sendmail", "mailq")) {
            var outcome = Boxcar.run(Map.of(), command, "--nosuch");

            assertThat(outcome.status()).isEqualTo(64);
            assertThat(outcome.err())
                    .startsWith("boxcar: --nosuch: unknown option")
                    .hasLineCount(1);
        }
    }

    @Test
    void aMessageOverTheLimitIsNotSent() throws IOException {
        var outcome =
                sendmail(MESSAGE + "x".repeat(102_000), "--spool=" + directory, "--max-message-size=99k", "b@x.test");

        assertThat(outcome.status()).isEqualTo(65);
        assertThat(outcome.err()).isEqualTo("boxcar: the message has more than 101376 bytes (--max-message-size)\n");
        assertThat(directory.resolve("maildrop")).isEmptyDirectory();
    }

    @Test
    void anOptionMayBeRepeated() {
        assertThat(Boxcar.run(Map.of(), "sendmail", "-i", "-i", "-fa@b.example", "-fc@d.example", "-bz")
                        .err())
                .isEqualTo("boxcar: -bz: unknown mode: use -bm, -bs or -bp\n");
    }

    @Test
    void theReplyOfTheServerDecidesTheStatus() throws Exception {
        assertThat(statusOf("RCPT", "550 5.1.1 no such user")).isEqualTo(67);
        assertThat(statusOf("RCPT", "450 4.2.1 busy")).isEqualTo(75);
        assertThat(statusOf("END", "554 5.6.0 no")).isEqualTo(69);
        assertThat(statusOf("CONNECT", "421 4.3.2 closing")).isEqualTo(75);
    }

    private static int statusOf(String verb, String reply) throws IOException {
        try (var server = Downstream.start(event -> event.verb().equals(verb) ? reply : null)) {
            Boxcar.Outcome outcome = sendmail(MESSAGE, withServer(server, "bob@x.example"));
            assertThat(outcome.err()).contains(reply.substring(10)).hasLineCount(1);
            return outcome.status();
        }
    }

    @Test
    void aSpoolThatCannotBeWrittenIsOneLine() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        var outcome = sendmail(MESSAGE, "--spool=" + file, "bob@x.example");

        assertThat(outcome.status()).isEqualTo(73);
        assertThat(outcome.err())
                .startsWith("boxcar: the spool " + file + " cannot be written: ")
                .hasLineCount(1);
    }

    @Test
    void smtpIsSpokenOnStandardInputAndOutput() throws Exception {
        String commands =
                "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: y\r\n\r\nz\r\n"
                        + ".\r\nQUIT\r\n";
        var out = new ByteArrayOutputStream();

        new StandardStreamSession(new ByteArrayInputStream(commands.getBytes(US_ASCII)), out)
                .serve(directory, "host.example");

        assertThat(out.toString(US_ASCII))
                .startsWith("220 host.example")
                .contains("354 ", "250 2.0.0 Message queued")
                .endsWith("221 2.0.0 host.example closing connection\r\n");
        assertThat(MaildropDirectory.waiting(directory)).isOne();
    }

    @Test
    void smtpOnStandardInputReachesANamedServer() throws Exception {
        String commands = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n";
        var out = new ByteArrayOutputStream();
        try (var server = Downstream.start()) {
            new StandardStreamSession(new ByteArrayInputStream(commands.getBytes(US_ASCII)), out)
                    .connect(new InetSocketAddress("127.0.0.1", server.port()));

            assertThat(server.messages()).hasSize(1);
        }
        assertThat(out.toString(US_ASCII)).endsWith("221 2.0.0 bye\r\n");
    }

    @Test
    void theMaildropIsListedUntilTheRelayTakesIt() {
        String spool = "--spool=" + directory;
        List<String> outputs = new ArrayList<>();
        outputs.add(Boxcar.run(Map.of(), "mailq", spool).out());
        assertThat(sendmail(MESSAGE, spool, "bob@x.example").status()).isZero();
        outputs.add(Boxcar.run(Map.of(), "mailq", spool).out());
        outputs.add(sendmail("", spool, "-bp").out());

        assertThat(outputs)
                .containsExactly(
                        "the queue is empty\n",
                        "1 message waits in the maildrop for the relay\n",
                        "1 message waits in the maildrop for the relay\n");
    }
}
