// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.cli.relay.setting.LoginSource.InvalidLoginException;
import dev.boxcar.relay.credential.oauth.RenewedToken;
import dev.boxcar.relay.route.TlsLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginSourceTest {
    private static final String ACCOUNT = """
            {"user": "ann@x.example", "grant": "refresh_token", "client_id": "c", "refresh_token": "s3cret",
             "token_url": "https://p.example/token"}
            """;

    @TempDir
    Path directory;

    private LoginSource oauth(String content, String mode) throws Exception {
        Path file = Files.writeString(directory.resolve("main.oauth"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return new LoginSource(null, null, null, null, file);
    }

    @Test
    void aFileOfALogInGivesTokensThatAreRenewed() throws Exception {
        assertThat(oauth(ACCOUNT, "rw-------").source(TlsLevel.VERIFIED)).isInstanceOf(RenewedToken.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw--w----", "rw-----w-", "rw-rw-rw-"})
    void aFileThatOthersMayChangeIsRefused(String mode) throws Exception {
        LoginSource source = oauth(ACCOUNT, mode);
        assertThatThrownBy(() -> source.source(TlsLevel.VERIFIED))
                .isInstanceOf(InvalidLoginException.class)
                .hasMessageContaining("other users may change this secret: chmod 600");
    }

    @Test
    void aMistakeInTheFileIsFoundAtTheStartAndShowsNoSecret() throws Exception {
        LoginSource source = oauth(ACCOUNT.replace("\"c\"", "\"\""), "rw-------");
        assertThatThrownBy(() -> source.source(TlsLevel.VERIFIED))
                .hasMessageContaining("client_id is missing; boxcar relay login writes such a file")
                .hasMessageNotContaining("s3cret");
    }
}
