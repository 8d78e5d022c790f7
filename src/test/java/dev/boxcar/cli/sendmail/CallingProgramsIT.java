// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.boxcar.cli.Main;
import dev.boxcar.relay.Downstream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs that call {@code sendmail} call ours, each in its own way. A program that is missing is skipped. */
@Timeout(120)
class CallingProgramsIT {
    @TempDir
    Path directory;

    private Downstream server;
    private Path sendmail;

    @BeforeEach
    void install() throws IOException {
        server = Downstream.start();
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        sendmail = Files.writeString(
                directory.resolve("sendmail"),
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -XX:TieredStopAtLevel=1 -cp '" + classPath + "' " + Main.class.getName()
                        + " sendmail --hostname host.example --server 127.0.0.1:" + server.port() + " \"$@\"\n");
        Files.setPosixFilePermissions(sendmail, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void cron() throws Exception {
        runs(
                "From: \"(Cron Daemon)\" <root>\nTo: root@y.example\nSubject: Cron <root@host> true\n\noutput\n",
                sendmail.toString(),
                "-FCronDaemon",
                "-i",
                "-odi",
                "-oem",
                "-oi",
                "-t",
                "-f",
                "root");

        assertThat(message().from()).isEqualTo("root@host.example");
        assertThat(message().recipients()).containsExactly("root@y.example");
        assertThat(message().content())
                .contains("Subject: Cron <root@host> true\r\n")
                .endsWith("\r\n\r\noutput\r\n");
    }

    @Test
    void mailOfMailutils() throws Exception {
        requires("mail", "mail", "--version");
        runs(
                "text\n.\nmore\n",
                "mail",
                "--exec",
                "set sendmail=sendmail://" + sendmail,
                "-r",
                "a@x.example",
                "-s",
                "from mail",
                "b@y.example");

        assertThat(message().from()).isEqualTo("a@x.example");
        assertThat(message().recipients()).containsExactly("b@y.example");
        assertThat(message().content()).contains("Subject: from mail\r\n");
    }

    @Test
    void phpMail() throws Exception {
        requires("php", "php", "--version");
        runs(
                "",
                "php",
                "-d",
                "sendmail_path=" + sendmail + " -t -i",
                "-r",
                "exit(mail('b@y.example', 'from php', \"one\\n.\\ntwo\","
                        + " \"From: web@x.example\\r\\nBcc: c@y.example\", '-fann@sender.test') ? 0 : 1);");

        assertThat(message().from()).isEqualTo("ann@sender.test");
        assertThat(message().recipients()).containsExactlyInAnyOrder("b@y.example", "c@y.example");
        assertThat(message().content())
                .contains("From: web@x.example\r\n")
                .doesNotContain("Bcc")
                .endsWith("\r\n\r\none\r\n.\r\ntwo\r\n");
    }

    @Test
    void pythonByAPipe() throws Exception {
        requires("python3", "python3", "--version");
        runs(
                "",
                "python3",
                "-c",
                "import subprocess, sys\n"
                        + "from email.message import EmailMessage\n"
                        + "m = EmailMessage()\n"
                        + "m['From'], m['To'], m['Subject'] = 'a@x.example', 'b@y.example', 'from Python'\n"
                        + "m.set_content('gr\\u00fc\\u00dfe\\n')\n"
                        + "sys.exit(subprocess.run([sys.argv[1], '-t', '-oi'], input=m.as_bytes()).returncode)\n",
                sendmail.toString());

        assertThat(message().recipients()).containsExactly("b@y.example");
        assertThat(message().content()).contains("Subject: from Python\r\n");
    }

    @Test
    void pythonByPopen() throws Exception {
        requires("python3", "python3", "--version");
        runs(
                "",
                "python3",
                "-c",
                "import os, sys\n"
                        + "p = os.popen(sys.argv[1] + ' -t -i', 'w')\n"
                        + "p.write('To: b@y.example\\nSubject: by popen\\n\\nbody\\n')\n"
                        + "sys.exit(1 if p.close() else 0)\n",
                sendmail.toString());

        assertThat(message().content()).contains("Subject: by popen\r\n").endsWith("\r\n\r\nbody\r\n");
    }

    @Test
    void gitSendEmail() throws Exception {
        requires("git send-email with Mail::Address", "perl", "-MMail::Address", "-e", "1");
        requires("git send-email", "sh", "-c", "test -x \"$(git --exec-path)/git-send-email\"");
        Path patch = Files.writeString(
                directory.resolve("1.patch"),
                "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"
                        + "From: Ann <ann@x.example>\nDate: Sun, 29 Nov 2026 18:42:58 +0000\n"
                        + "Subject: [PATCH] a change\n\n---\n a | 1 +\n\n-- \n2.39\n");
        runs(
                "",
                "git",
                "-c",
                "user.name=Ann",
                "-c",
                "user.email=ann@x.example",
                "-c",
                "sendemail.smtpServer=" + sendmail,
                "send-email",
                "--confirm=never",
                "--suppress-cc=all",
                "--envelope-sender=auto",
                "--to=b@y.example",
                "--cc=c@y.example",
                patch.toString());

        assertThat(message().from()).isEqualTo("ann@x.example");
        assertThat(message().recipients()).containsExactlyInAnyOrder("b@y.example", "c@y.example");
        assertThat(message().content()).contains("Subject: [PATCH] a change\r\n");
    }

    private Downstream.Received message() {
        assertThat(server.messages()).hasSize(1);
        return server.messages().get(0);
    }

    private void requires(String what, String... command) throws Exception {
        int status;
        try {
            status = run("", command).exitValue();
        } catch (IOException e) {
            status = -1;
        }
        assumeThat(status).as(what + " is not installed").isZero();
    }

    private void runs(String input, String... command) throws Exception {
        Process process = run(input, command);
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("output")))
                .isZero();
    }

    private Process run(String input, String... command) throws Exception {
        Path in = Files.writeString(directory.resolve("input"), input, UTF_8);
        List<String> words = new ArrayList<>(Arrays.asList(command));
        var builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("BOXCAR_"));
        builder.environment().put("HOME", directory.toString()); // no settings of this user
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(words + " does not end");
        }
        return process;
    }
}
