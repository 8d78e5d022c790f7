// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
    @ParameterizedTest
    @MethodSource("dev.boxcar.smtp.path.PathSyntaxTest#mailboxPaths")
    void keepsThePathAsReceived(String path) {
        assertThat(ReversePath.parse(path)).hasToString(path);
        assertThat(ForwardPath.parse(path)).hasToString(path);
        assertThat(ReversePath.parse(path).isNull()).isFalse();
        assertThat(ForwardPath.parse(path).isPostmaster()).isFalse();
    }

    @Test
    void parsesTheNullReversePath() {
        assertThat(ReversePath.parse("<>")).isEqualTo(ReversePath.NULL).hasToString("<>");
        assertThat(ReversePath.NULL.isNull()).isTrue();
        assertThat(ReversePath.NULL.mailbox()).isNull();
    }

    @Test
    void parsesPostmasterWithoutADomainInAnyCase() {
        ForwardPath path = ForwardPath.parse("<postMASTER>");
        assertThat(path.isPostmaster()).isTrue();
        assertThat(path).hasToString("<postMASTER>");
        assertThat(path.mailbox()).isEqualTo(new Mailbox("postMASTER", ""));
    }

    @Test
    void parsesASourceRouteInOrder() {
        ReversePath path = ReversePath.parse("<@a.example,@b.example:user@c.example>");
        assertThat(path.sourceRoute()).containsExactly("a.example", "b.example");
        assertThat(path.mailbox()).isEqualTo(new Mailbox("user", "c.example"));
        assertThat(ForwardPath.parse("<user@c>").sourceRoute()).isEmpty();
    }

    @Test
    void parsesAQuotedLocalPartThatLooksLikeARoute() {
        assertThat(ForwardPath.parse("<\"@a:b\"@c>")).satisfies(path -> {
            assertThat(path.sourceRoute()).isEmpty();
            assertThat(path.mailbox().localPart()).isEqualTo("\"@a:b\"");
            assertThat(path.mailbox().unquotedLocalPart()).isEqualTo("@a:b");
            assertThat(path.mailbox().domain()).isEqualTo("c");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<", "<a@b", "a@b", "<a@b>x", "<a@b> ", "<a@b>>", "<a..b@c>", "<a@b\n>", "<\uD800@b>"})
    void rejectsAMalformedPathAndQuotesIt(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> ReversePath.parse(path));
        assertThatIllegalArgumentException().isThrownBy(() -> ForwardPath.parse(path));
    }

    @Test
    void quotesAMalformedPathOnOneLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ForwardPath.parse("<a\n\\@b>"))
                .withMessage("malformed forward-path: <a\\x0A\\\\@b>");
        assertThatIllegalArgumentException().isThrownBy(() -> ForwardPath.parse("<>"));
        assertThatIllegalArgumentException().isThrownBy(() -> ReversePath.parse("<Postmaster>"));
    }

    @Test
    void rejectsMalformedComponents() {
        var user = new Mailbox("user", "a");
        var postmaster = new Mailbox("postmaster", "");
        assertThatIllegalArgumentException().isThrownBy(() -> new ReversePath(List.of("a"), null));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReversePath(List.of(), postmaster));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReversePath(List.of("a."), user));
        assertThatIllegalArgumentException().isThrownBy(() -> new ForwardPath(List.of("[1.2.3.4]"), user));
        assertThatIllegalArgumentException().isThrownBy(() -> new ForwardPath(List.of("a"), postmaster));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            user,           user
            "user",         user
            "a b",          a b
            "a\\"b",        a"b
            "a\\\\b",       a\\b
            "\\u",          u
            "",             ``
            a.b+c,          a.b+c
            """)
    void unquotesALocalPart(String localPart, String unquoted) {
        assertThat(new Mailbox(localPart, "example.org").unquotedLocalPart()).isEqualTo(unquoted);
    }

    @Test
    void ignoresCaseInDomainsButNotInLocalParts() {
        assertThat(Mailbox.parse("a@Example.ORG"))
                .isEqualTo(Mailbox.parse("a@eXAMPLE.org"))
                .hasSameHashCodeAs(Mailbox.parse("a@example.org"))
                .hasToString("a@Example.ORG")
                .isNotEqualTo(Mailbox.parse("A@example.org"))
                .isNotEqualTo(Mailbox.parse("\"a\"@example.org"))
                .isNotEqualTo(Mailbox.parse("a@example.net"));
        assertThat(Mailbox.parse("a@\u212A.example")) // the Kelvin sign equals k for String.equalsIgnoreCase
                .isNotEqualTo(Mailbox.parse("a@k.example"));
        assertThat(ForwardPath.parse("<a@B>")).isEqualTo(ForwardPath.parse("<a@b>"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            ``,         example.org
            a,          ``
            a@b,        c
            a@[t:x,     y]
            a b,        c
            "a,         c
            a,          c@d
            a,          c.
            a,          c>
            """)
    void rejectsAMalformedMailbox(String localPart, String domain) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mailbox(localPart, domain))
                .withMessageStartingWith("malformed mailbox: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "@", "a@", "@b", "a@b@c", "a@b>", "a@b.", "Postmaster"})
    void rejectsTextThatIsNotAMailbox(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Mailbox.parse(text));
    }
}
