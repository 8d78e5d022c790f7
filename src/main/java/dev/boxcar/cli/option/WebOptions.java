// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.cli.value.SizeConverter;
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

/** The options of the web interface: its address, its accounts, and the origins that may use the API. */
public final class WebOptions {
    /** The value of {@code --http} that switches the web interface off. */
    static final String OFF = "off";

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|off",
            defaultValue = "localhost:8025",
            converter = Address.class,
            description = "listen here for the web interface and its API, or off (default: ${DEFAULT-VALUE})")
    String http;

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

    @Option(
            names = "--record",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description =
                    "record the last sessions for the page's Train tab, in at most 16 MiB (default: ${DEFAULT-VALUE})")
    boolean record;

    @Option(
            names = "--record-input",
            paramLabel = "SIZE",
            defaultValue = "64KiB",
            converter = InputSize.class,
            description =
                    "keep this much of each session's input, for 'boxcar lab record'; 0: none (default: ${DEFAULT-VALUE})")
    int recordInput;

    /** Whether sessions are recorded. */
    public boolean recordsSessions() {
        return record;
    }

    /** How many bytes of the input of each session are kept. */
    public int recordedInputBytes() {
        return recordInput;
    }

    /** The label that the page shows for this sink, or an empty text. */
    public String label() {
        return label == null ? "" : label;
    }

    /** Where to listen; null if the web interface is off. */
    public @Nullable HostPort address() {
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
    public HttpServer.Options server(HostPort address, @Nullable KeyFiles tls, WebAccounts accounts)
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

    /** A size of at most 8 MiB, or 0. */
    static final class InputSize implements ITypeConverter<Integer> {
        private static final int MAX = 8 * 1024 * 1024;

        @Override
        public Integer convert(String text) {
            if (text.equals("0")) {
                return 0;
            }
            long bytes = new SizeConverter().convert(text);
            if (bytes > MAX) {
                throw new TypeConversionException("invalid size '" + text + "': must be at most 8MiB");
            }
            return (int) bytes;
        }
    }

    /** An address, or {@code off}. */
    static final class Address implements ITypeConverter<String> {
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
