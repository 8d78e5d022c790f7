// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.boxcar.smtp.path.Mailbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasFileTest {
    private static final LocalDomains LOCAL = LocalDomains.of("host.example.org", "example.org");

    @TempDir
    Path directory;

    private Aliases read(String text) throws IOException, InvalidAliasesException {
        return AliasFile.read(Files.writeString(directory.resolve("aliases"), text), LOCAL);
    }

    private static List<String> of(Aliases aliases, String mailbox) {
        return aliases.of(Mailbox.parse(mailbox)).stream()
                .map(Mailbox::toString)
                .toList();
    }

    @Test
    void aFileAsOnesUsuallyIsGivesItsAddresses() throws Exception {
        Aliases aliases = read("""
                # See man 5 aliases for format
                postmaster:    root

                root: ann@example.net,
                \tBob@Example.COM
                  # a comment inside
                  , carl
                "night shift": nina@example.net
                ops: "night shift", root@localhost
                """);

        assertThat(of(aliases, "root@host.example.org"))
                .containsExactly("ann@example.net", "Bob@Example.COM", "carl@example.org");
        assertThat(of(aliases, "POSTMASTER@LOCALHOST")).isEqualTo(of(aliases, "root@example.org"));
        assertThat(of(aliases, "\"night shift\"@example.org")).containsExactly("nina@example.net");
        assertThat(of(aliases, "ops@localhost"))
                .containsExactly("nina@example.net", "ann@example.net", "Bob@Example.COM", "carl@example.org");
    }

    @Test
    void onlyLocalNamesAreAliases() throws Exception {
        Aliases aliases = read("root: ann@example.net\n");

        assertThat(of(aliases, "root@example.com")).containsExactly("root@example.com");
        assertThat(of(aliases, "other@example.org")).containsExactly("other@example.org");
    }

    @Test
    void aNameThatStandsForItselfOrHasABackslashIsNotLookedUpAgain() throws Exception {
        Aliases aliases = read("root: root, ann@example.net\nann: \\root\n");

        assertThat(of(aliases, "root@localhost")).containsExactly("root@example.org", "ann@example.net");
        assertThat(of(aliases, "ann@localhost")).containsExactly("root@example.org");
    }

    @Test
    void anAddressThatIsNamedTwiceIsThereOnce() throws Exception {
        Aliases aliases = read("both: one, two\none: ann@example.net\ntwo: ann@EXAMPLE.net, bob@example.net\n");

        assertThat(of(aliases, "both@localhost")).containsExactly("ann@example.net", "bob@example.net");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "root; 1: expected NAME: ADDRESS, ...",
                "a: b@x\\n\\nroot: |/usr/bin/procmail; 3: '|/usr/bin/procmail' is a program: an alias can only be an address or a name",
                "root: \"|prog -a, -b\"; 1: '|prog -a, -b' is a program: an alias can only be an address or a name",
                "root: a@x,\\n /dev/null; 2: '/dev/null' is a file: an alias can only be an address or a name",
                "root: :include:/etc/list; 1: ':include:/etc/list': other files cannot be included, write the addresses here",
                "root: a@@x; 1: 'a@@x' is neither an address nor a name",
                "root: Ann <a@x>; 1: 'Ann <a@x>' is neither an address nor a name",
                "root:; 1: the alias has no address",
                ": a@x; 1: the name is missing",
                "\" a@x; 1: the closing quote is missing",
                "' a@x'; 1: the line begins with a space, but there is none to continue",
                "root: a@x\\nROOT: b@x; 2: alias 'ROOT' is there already, in line 1",
                "a: b\\nb: c\\nc: a; 3: the aliases a, b, c stand for each other",
            })
    void aMistakeIsOneLineWithFileAndLine(String text, String expected) {
        assertThatExceptionOfType(InvalidAliasesException.class)
                .isThrownBy(() -> read(text.replace("\\n", "\n")))
                .withMessage(directory.resolve("aliases") + ":" + expected);
    }

    @Test
    void aFileThatIsNotThereOrNotTextIsAMistake() throws Exception {
        assertThatExceptionOfType(InvalidAliasesException.class)
                .isThrownBy(() -> AliasFile.read(directory.resolve("no"), LOCAL))
                .withMessage(directory.resolve("no") + ": no such file");
        Path binary = Files.write(directory.resolve("binary"), new byte[] {'a', ':', (byte) 0xFF, '\n'});
        assertThatExceptionOfType(InvalidAliasesException.class)
                .isThrownBy(() -> AliasFile.read(binary, LOCAL))
                .withMessage(binary + ": not a text in UTF-8");
    }

    @Test
    void aLongChainOfNamesIsRefusedInsteadOfFollowedForEver() {
        var text = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            text.append("a").append(i).append(": a").append(i + 1).append('\n');
        }
        assertThatExceptionOfType(InvalidAliasesException.class)
                .isThrownBy(() -> read(text.toString()))
                .withMessageContaining("names in a row");
    }
}
