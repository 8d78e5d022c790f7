// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boxcar.cli.Boxcar;
import dev.boxcar.relay.Downstream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifiers of other projects accept the signatures of the relay, and only those of unchanged mail. */
@Timeout(90)
class DkimVerifiersIT {
    private static final String HEADER =
            "From: Ann  <ann@sender.example>\r\nTo: bob@there.example,\r\n\t eve@there.example\r\n"
                    + "Subject:  folded\r\n  and   spaced \r\nList-Unsubscribe: <https://sender.example/>\r\n\r\n";
    private static final List<String> BODIES = List.of(
            "a  line \r\n\t\r\n.dot\r\n\r\n\r\n",
            "",
            "\r\n\r\n\r\n",
            "no line end",
            " \t \r\n",
            "x".repeat(20_000) + "\r\n",
            "NUL \0 and bare\rCR and bare\nLF\r\n",
            "8-bit caf\u00e9\r\n",
            ("line " + "y".repeat(60) + " \r\n").repeat(3_000));
    private static final int BODY_WITH_NUL = 6;

    /** Prints pass or fail for each signature of each message. */
    private static final String DKIMPY = """
            import sys, dkim
            keys = dict(line.rstrip('\\n').split(' ', 1) for line in open(sys.argv[1]))
            def txt(name, timeout=5):
                name = (name.decode() if isinstance(name, bytes) else name).rstrip('.')
                return keys.get(name, '').encode()
            for path in sys.argv[2:]:
                message = open(path, 'rb').read()
                results = []
                for i in range(message.count(b'DKIM-Signature:')):
                    try:
                        results.append('pass' if dkim.DKIM(message).verify(idx=i, dnsfunc=txt) else 'fail')
                    except dkim.DKIMException as e:
                        results.append(repr(e))
                print(' '.join(results))
            """;

    @TempDir
    Path directory;

    /** Debian's packages belong to Debian's Python. */
    private static Path python() {
        Path debian = Path.of("/usr/bin/python3");
        return Files.isExecutable(debian) ? debian : PeerProgram.find("python3");
    }

    /** Makes a key by the command, and returns its option. */
    private String newKey(String selector, String algorithm) throws Exception {
        Path file = directory.resolve(selector + ".pem");
        Boxcar.Outcome made = Boxcar.run(
                Map.of(),
                "relay",
                "dkim-key",
                "sender.example",
                "--selector=" + selector,
                "--algorithm=" + algorithm,
                "--out=" + file);
        assertThat(made.err()).isEmpty();
        String record = made.out();
        String name = selector + "._domainkey.sender.example";
        assertThat(record).contains(name + ". IN TXT ");
        String text = record.substring(record.indexOf('"') + 1, record.lastIndexOf('"'))
                .replaceAll("\"\\s+\"", "");
        Files.writeString(
                directory.resolve("keys"),
                name + " " + text + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return name + "=" + file;
    }

    /** Sends the bodies through a relay with these keys, and returns the files of what came out. */
    private List<Path> signed(String form, String... keys) throws Exception {
        var files = new ArrayList<Path>();
        try (var downstream = Downstream.start();
                var relay = RelayProgram.start(
                        directory.resolve("relay"),
                        "--smarthost=127.0.0.1:" + downstream.port(),
                        "--smarthost-tls=none",
                        "--dkim-keys=" + String.join(",", keys),
                        "--dkim-canonicalization=" + form)) {
            for (String body : BODIES) {
                int before = downstream.messages().size();
                send(relay.port(), HEADER + body);
                await().atMost(PeerProgram.LIMIT)
                        .until(() -> downstream.messages().size() > before);
            }
            for (Downstream.Received one : downstream.messages()) {
                Path file = directory.resolve("message-" + files.size());
                Files.write(file, one.content().getBytes(ISO_8859_1));
                files.add(file);
            }
        }
        assertThat(files).hasSameSizeAs(BODIES);
        return files;
    }

    private static void send(int port, String message) throws Exception {
        String whole = message.endsWith("\r\n") ? message : message + "\r\n";
        String dialogue = "EHLO client.example\r\nMAIL FROM:<ann@sender.example> BODY=8BITMIME\r\n"
                + "RCPT TO:<bob@there.example>\r\nDATA\r\n" + whole.replace("\r\n.", "\r\n..") + ".\r\nQUIT\r\n";
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(dialogue.getBytes(ISO_8859_1));
            socket.setSoTimeout((int) PeerProgram.LIMIT.toMillis());
            String replies = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(replies.lines().filter(line -> line.matches("[45].. .*")))
                    .isEmpty();
        }
    }

    private static Path changed(Path file, String from, String to) throws Exception {
        Path changed = file.resolveSibling(file.getFileName() + "-changed");
        String text = Files.readString(file, ISO_8859_1);
        assertThat(text).contains(from);
        Files.writeString(changed, text.replace(from, to), ISO_8859_1);
        return changed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"})
    void dkimpyVerifiesBothAlgorithms(String form) throws Exception {
        Path python = python();
        assumeTrue(
                new ProcessBuilder(python.toString(), "-c", "import dkim, nacl")
                                .start()
                                .waitFor()
                        == 0,
                "python3-dkim and python3-nacl are not installed");
        List<Path> files = signed(form, newKey("one", "rsa"), newKey("two", "ed25519"));
        files.add(changed(files.get(0), "a  line", "a  lime"));
        files.add(changed(files.get(1), "Subject: ", "Subject: x"));
        Path script = directory.resolve("verify.py");
        Files.writeString(script, DKIMPY);
        var command = new ArrayList<>(List.of(
                python.toString(), script.toString(), directory.resolve("keys").toString()));
        files.forEach(file -> command.add(file.toString()));

        List<String> results =
                PeerProgram.run(command.toArray(String[]::new)).lines().toList();

        assertThat(results.subList(0, BODIES.size())).containsOnly("pass pass");
        assertThat(results.subList(BODIES.size(), files.size())).hasSize(2).noneMatch(one -> one.contains("pass"));
    }

    @Test
    void openDkimVerifiesRsa() throws Exception {
        String opendkim = PeerProgram.find("opendkim").toString();
        List<Path> files = signed("relaxed/relaxed", newKey("one", "rsa"));
        files.add(changed(files.get(0), "a  line", "a  lime"));
        Path configuration = directory.resolve("opendkim.conf");
        Files.writeString(
                configuration,
                "Mode v\nTestPublicKeys " + directory.resolve("keys") + "\nTemporaryDirectory " + directory + "\n");
        var results = new ArrayList<String>();
        for (Path file : files) {
            String output = PeerProgram.run(opendkim, "-x", configuration.toString(), "-t", file.toString(), "-vv");
            boolean passes = output.contains("dkim=pass") && !output.contains("dkim=fail");
            results.add(passes ? "pass" : output);
        }

        assertThat(results.remove(files.size() - 1)).contains("dkim=fail");
        results.remove(BODY_WITH_NUL); // OpenDKIM reads its test file with functions that end at a NUL
        assertThat(results).containsOnly("pass");
    }
}
