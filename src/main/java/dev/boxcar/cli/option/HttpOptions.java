// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.web.http.HttpServer;
import dev.boxcar.web.http.OriginGuard;
import dev.boxcar.web.http.WebAccounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options of a web server but its address: HTTPS, its accounts, and the origins that may use its API. */
public final class HttpOptions {
    /** The value of {@code --http} that switches the web server off. */
    public static final String OFF = "off";

    @Option(
            names = "--http-tls-cert",
            paramLabel = "FILE",
            description = "use HTTPS with this certificate chain in PEM; reloaded when it changes (default: none)")
    @Nullable
    Path tlsCert;

    @Option(
            names = "--http-tls-key",
            paramLabel = "FILE",
            description = "the certificate's private key in PEM (default: none)")
    @Nullable
    Path tlsKey;

    @Option(
            names = "--web-root",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "the URL path of the web interface, such as /mail (default: ${DEFAULT-VALUE})")
    String webRoot;

    @Option(
            names = "--web-host",
            paramLabel = "NAME,...",
            description = "host names other than localhost that browsers may use; * is any name (default: none)")
    @Nullable
    String webHost;

    @Option(
            names = "--api-cors",
            paramLabel = "ORIGIN,...",
            description = "web sites that may use the API: https://app.example, or * for all (default: none)")
    @Nullable
    String apiCors;

    @Option(
            names = "--ui-auth",
            paramLabel = "NAME:PASSWORD ...",
            description = "accounts for the web interface, separated by spaces (default: none, open to all)")
    @Nullable
    String uiAuth;

    @Option(
            names = "--ui-auth-file",
            paramLabel = "FILE",
            description = "accounts from a file, one NAME:PASSWORD per line (default: none)")
    @Nullable
    Path uiAuthFile;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "a word that the page shows, to tell several instances apart (default: none)")
    @Nullable
    String label;

    /** The label that the page shows for this server, or an empty text. */
    public String label() {
        return label == null ? "" : label;
    }

    /** The address in the value of {@code --http}; null if that is {@link #OFF}. */
    public static @Nullable HostPort address(String http) {
        return http.equals(OFF) ? null : HostPort.parse(http);
    }

    /**
     * Key and certificate for HTTPS; null for HTTP.
     *
     * @throws ParameterException if one of the two options is missing
     */
    public @Nullable KeyFiles tls(CommandLine command) {
        if (tlsCert != null && tlsKey != null) {
            return new KeyFiles(tlsCert, tlsKey);
        }
        if (tlsCert != null || tlsKey != null) {
            throw new ParameterException(
                    command,
                    tlsCert == null
                            ? "--http-tls-key: needs --http-tls-cert"
                            : "--http-tls-cert: needs --http-tls-key");
        }
        return null;
    }

    /** Checks the files of {@code --http-tls-cert} and {@code --http-tls-key}; null if there are none. */
    public void check(@Nullable KeyFiles tls) throws InvalidFileException {
        if (tls != null) {
            InvalidFileException.check(tls, new InvalidFileException.KeyOptions("--http-tls-cert", "--http-tls-key"));
        }
    }

    /** The settings of the HTTP server. */
    public HttpServer.Options settings(HostPort address, @Nullable KeyFiles tls, WebAccounts accounts)
            throws IOException {
        return new HttpServer.Options(
                address.host(),
                address.port(),
                webRoot,
                accounts,
                new OriginGuard(words(webHost), words(apiCors)),
                tls == null ? null : tls.context());
    }

    /** The accounts of the web interface, from both options. */
    public WebAccounts accounts() throws InvalidFileException {
        List<String> named = uiAuth == null ? List.of() : List.of(uiAuth.strip().split("\\s+", -1));
        checkAccounts("--ui-auth", named);
        var entries = new ArrayList<>(named);
        if (uiAuthFile != null) {
            List<String> lines = lines(uiAuthFile);
            checkAccounts("--ui-auth-file: " + uiAuthFile, lines);
            entries.addAll(lines);
        }
        return WebAccounts.of(entries);
    }

    private static List<String> lines(Path file) throws InvalidFileException {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw InvalidFileException.unreadable("--ui-auth-file", file, e);
        }
    }

    private static void checkAccounts(String origin, List<String> entries) throws InvalidFileException {
        try {
            WebAccounts.of(entries);
        } catch (IllegalArgumentException e) {
            throw new InvalidFileException(origin + ": " + e.getMessage(), e);
        }
    }

    private static List<String> words(@Nullable String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split("[,\\s]+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
    }

    /** An address, or {@code off}. */
    public static final class Address implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!text.equals(OFF)) {
                try {
                    HostPort.parse(text);
                } catch (IllegalArgumentException e) {
                    throw new TypeConversionException(e.getMessage() + ", or off");
                }
            }
            return text;
        }
    }
}
