// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server to be measured: the command that starts it, or the reason why it cannot be measured.
 *
 * @param absent why it is skipped, or empty
 * @param command its words, in which {@code HOST} and {@code PORT} are replaced; with port 0 the server prints its port
 * @param tls whether it offers STARTTLS
 */
record Peer(String name, String absent, List<String> command, boolean tls) {
    private static final Path WORK = Path.of("target", "bench").toAbsolutePath();

    static List<Peer> all(Path nodeModules) throws IOException {
        Files.createDirectories(WORK);
        var peers = new ArrayList<Peer>();
        List<String> boxcar = List.of(
                java(),
                "-Xmx1g",
                "-jar",
                "target/boxcar.jar",
                "sink",
                "--smtp",
                "HOST:PORT",
                "--http",
                "off",
                "--log-level",
                "warn",
                "--loops",
                "1");
        peers.add(of("boxcar-memory", and(boxcar, "--spool", "memory")));
        var web = new ArrayList<>(and(boxcar, "--spool", "memory"));
        web.set(web.indexOf("off"), "127.0.0.1:0");
        peers.add(of("boxcar-inbox", web)); // the sink as users run it: with the page, the index and the recorder
        var lab = new ArrayList<>(web);
        lab.set(lab.indexOf("sink"), "lab"); // prints each session, which is thrown away here
        peers.add(of("boxcar-lab", lab));
        peers.add(of(
                "boxcar-segments",
                and(boxcar, "--spool", WORK.resolve("spool-none").toString(), "--sync", "none")));
        peers.add(of(
                "boxcar-durable",
                and(boxcar, "--spool", WORK.resolve("spool-group").toString(), "--sync", "group")));
        peers.add(new Peer("boxcar-tls", "", and(boxcar, "--spool", "memory", "--tls", "self-signed"), true));
        peers.add(canned());
        peers.add(installed(
                "smtp-sink",
                "/usr/sbin/smtp-sink",
                "apt install postfix",
                "/usr/sbin/smtp-sink",
                "-u",
                "nobody",
                "HOST:PORT",
                "4096"));
        peers.add(PostfixPeer.make(WORK.resolve("postfix")));
        for (String java : List.of("greenmail", "subethasmtp")) {
            peers.add(inJava(java));
        }
        peers.add(james());
        peers.add(aiosmtpd());
        Path node = nodeModules.resolve("smtp-server");
        peers.add(
                Files.isDirectory(node)
                        ? of(
                                "nodemailer",
                                List.of(
                                        "env",
                                        "NODE_PATH=" + nodeModules.toAbsolutePath(),
                                        "node",
                                        "src/bench/js/smtp-server.js",
                                        "HOST",
                                        "PORT"))
                        : absent("nodemailer", "npm install --prefix target/bench smtp-server"));
        return peers;
    }

    /** One of {@link Peers}. */
    static Peer inJava(String name) {
        return of(
                name,
                List.of(
                        java(),
                        "-Xmx1g",
                        "-Dboxcar.log.level=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Peers.class.getName(),
                        name,
                        "HOST"));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Peer of(String name, List<String> command) {
        return new Peer(name, "", command, false);
    }

    static Peer absent(String name, String reason) {
        return new Peer(name, reason, List.of(), false);
    }

    private static Peer installed(String name, String program, String remedy, String... command) {
        return Files.isExecutable(Path.of(program))
                ? of(name, List.of(command))
                : absent(name, "not installed: " + remedy);
    }

    private static Peer aiosmtpd() {
        boolean there = succeeds("/usr/bin/python3", "-c", "import aiosmtpd");
        return there
                ? of(
                        "aiosmtpd",
                        List.of(
                                "/usr/bin/python3",
                                "-m",
                                "aiosmtpd",
                                "-n",
                                "-s",
                                "104857600",
                                "-l",
                                "HOST:PORT",
                                "-c",
                                "aiosmtpd.handlers.Sink"))
                : absent("aiosmtpd", "not installed: apt install python3-aiosmtpd");
    }

    /** Built separately, because of its dependencies. */
    private static Peer james() {
        Path built = WORK.resolve("james");
        boolean there = Files.isDirectory(built.resolve("lib"))
                || succeeds("mvn", "-q", "-B", "-f", "src/bench/james/pom.xml", "package");
        return there
                ? of(
                        "james",
                        List.of(
                                java(),
                                "-Xmx1g",
                                "-cp",
                                built.resolve("classes") + ":" + built.resolve("lib") + "/*",
                                "JamesServer",
                                "HOST",
                                "PORT"))
                : absent("james", "could not be built: mvn -f src/bench/james/pom.xml package");
    }

    private static Peer canned() {
        String program = WORK.resolve("canned").toString();
        return succeeds("gcc", "-O2", "-o", program, "src/bench/c/canned.c")
                ? of("canned", List.of(program, "HOST", "PORT"))
                : absent("canned", "no gcc");
    }

    static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<String> and(List<String> command, String... more) {
        var all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all;
    }
}
