// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.peers;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Knot, which signs the zone {@code example.}. Below it, {@code unsigned.example.} is not signed, and the signatures of
 * {@code bogus.example.} do not fit what {@code example.} says of its keys.
 */
final class SigningNameServer implements AutoCloseable {
    static final String SIGNED = "example";
    static final String UNSIGNED = "unsigned.example";
    static final String BOGUS = "bogus.example";

    private final Path configuration;
    private final PeerProgram program;

    private SigningNameServer(Path configuration, PeerProgram program) {
        this.configuration = configuration;
        this.program = program;
    }

    /** Starts it with these records, each in the zone that its name belongs to. */
    static SigningNameServer start(Path directory, List<String> records) throws Exception {
        Path knot = PeerProgram.find("knotd");
        PeerProgram.find("keymgr");
        Path zones = Files.createDirectories(directory.resolve("zones"));
        Files.createDirectories(directory.resolve("run"));
        Files.createDirectories(directory.resolve("db"));
        String wrongKey = BOGUS + ". DS 12345 13 2 " + "00".repeat(32);
        write(zones, SIGNED, records, UNSIGNED + ". NS ns.example.", BOGUS + ". NS ns.example.", wrongKey);
        write(zones, UNSIGNED, records);
        write(zones, BOGUS, records);
        int port = PeerProgram.freePort();
        Path configuration = Files.writeString(directory.resolve("knot.conf"), """
                server:
                  rundir: "DIR/run"
                  listen: 127.0.0.1@PORT
                database:
                  storage: "DIR/db"
                log:
                  - target: stderr
                    any: info
                policy:
                  - id: one-key
                    single-type-signing: on
                    algorithm: ecdsap256sha256
                    nsec3: off
                template:
                  - id: default
                    storage: "DIR/zones"
                    zonefile-sync: -1
                    journal-content: none
                zone:
                  - domain: example
                    dnssec-signing: on
                    dnssec-policy: one-key
                  - domain: bogus.example
                    dnssec-signing: on
                    dnssec-policy: one-key
                  - domain: unsigned.example
                """.replace("DIR", directory.toString())
                .replace("PORT", Integer.toString(port)));
        return new SigningNameServer(
                configuration, PeerProgram.start(directory, port, knot.toString(), "-c", configuration.toString()));
    }

    private static void write(Path zones, String zone, List<String> records, String... more) throws Exception {
        var text = new StringBuilder("$ORIGIN " + zone + ".\n$TTL 300\n"
                + "@ SOA ns.example. admin.example. 1 300 300 300 300\n@ NS ns.example.\n");
        if (zone.equals(SIGNED)) {
            text.append("ns A 127.0.0.1\n");
        }
        for (String record : more) {
            text.append(record).append('\n');
        }
        for (String record : records) {
            if (zoneOf(record.split(" ", 2)[0]).equals(zone)) {
                text.append(record).append('\n');
            }
        }
        Files.writeString(zones.resolve(zone + ".zone"), text);
    }

    private static String zoneOf(String name) {
        return name.endsWith(UNSIGNED + ".") ? UNSIGNED : name.endsWith(BOGUS + ".") ? BOGUS : SIGNED;
    }

    int port() {
        return program.port();
    }

    /** Writes what a validating client must trust. The server answers before it has made its keys. */
    Path writeAnchors(Path file) throws Exception {
        String keymgr = PeerProgram.find("keymgr").toString();
        String digest = await("a key of " + SIGNED)
                .atMost(PeerProgram.LIMIT)
                .until(
                        () -> PeerProgram.run(keymgr, "-c", configuration.toString(), SIGNED + ".", "ds")
                                .lines()
                                .filter(line -> line.matches(".* DS [0-9]+ [0-9]+ 2 .*"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        return Files.writeString(file, digest.replaceFirst(" DS ", " 300 IN DS ") + "\n");
    }

    @Override
    public void close() {
        program.close();
    }
}
