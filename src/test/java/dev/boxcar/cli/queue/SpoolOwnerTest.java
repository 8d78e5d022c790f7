// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root works in a directory that belongs to another user, who may have put anything there. */
class SpoolOwnerTest {
    private static final int DAEMON = 1;

    @TempDir
    Path directory;

    private Path spool;

    @BeforeEach
    void makeSpool() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root may give files away");
        spool = Files.createDirectories(directory.resolve("private/spool"));
        Files.createDirectory(spool.resolve("segment"));
        Files.setAttribute(spool, "unix:uid", DAEMON);
        Files.setAttribute(spool.resolve("segment"), "unix:uid", DAEMON);
    }

    @Test
    void whatRootHasMadeIsGivenAlsoWhereTheSpoolIsALink() throws Exception {
        Path inventory = Files.writeString(spool.resolve("inventory"), "");
        Path segment = Files.writeString(spool.resolve("segment/1"), "");
        Path corrupt = Files.createDirectory(spool.resolve("corrupt"));
        Path copy = Files.writeString(corrupt.resolve("1"), "");
        Path maildrop = Files.createDirectory(spool.resolve("maildrop"));
        Path link = Files.createSymbolicLink(directory.resolve("spool"), spool);

        SpoolOwner.restore(link);

        assertThat(uid(inventory)).isEqualTo(DAEMON);
        assertThat(uid(segment)).isEqualTo(DAEMON);
        assertThat(uid(corrupt)).isEqualTo(DAEMON);
        assertThat(uid(copy)).isEqualTo(DAEMON);
        assertThat(uid(maildrop)).isZero();
    }

    @Test
    void noLinkLeadsToAFileOfTheSystem() throws Exception {
        Path system = Files.createDirectory(directory.resolve("system"));
        Path secret = Files.writeString(system.resolve("secret"), "");
        Files.createSymbolicLink(spool.resolve("segment/secret"), secret);
        Files.createLink(spool.resolve("segment/2"), secret);
        Files.createSymbolicLink(spool.resolve("blob"), system);
        Files.createSymbolicLink(spool.resolve("quarantine"), secret);

        SpoolOwner.restore(spool);

        assertThat(uid(secret)).isZero();
        assertThat(uid(system)).isZero();
    }

    @Test
    void filesOfOthersAreLeft() throws Exception {
        Path file = Files.writeString(spool.resolve("segment/1"), "");
        Files.setAttribute(file, "unix:uid", 2);

        SpoolOwner.restore(spool);

        assertThat(uid(file)).isEqualTo(2);
    }

    private static int uid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
}
