// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

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
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine;

/** Where the web interface stands, and who may use it: a mixin. Filled by picocli, through {@link Layers}. */
final class WebOptions {
    /** The value of {@code --http} that leaves the web out. */
    static final String OFF = "off";

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT|off",
            defaultValue = "localhost:8025",
            converter = Address.class,
            description = "where the web interface and its API listen, as --smtp (default: ${DEFAULT-VALUE})")
    String http;

    @Option(
            names = "--http-tls-cert",
            paramLabel = "FILE",
            description =
                    "serve the web by HTTPS: the certificate chain, in PEM; read again when it changes (default: none)")
    @Nullable
    Path tlsCert;

    @Option(names = "--http-tls-key", paramLabel = "FILE", description = "its private key, in PEM (default: none)")
    @Nullable
    Path tlsKey;

    @Option(
            names = "--web-root",
            paramLabel = "PATH",
            defaultValue = "/",
            description = "the path below which the web stands, such as /mail (default: ${DEFAULT-VALUE})")
    String webRoot;

    @Option(
            names = "--web-host",
            paramLabel = "NAME,...",
            description =
                    "names beside localhost under which browsers may reach the web; * is any name (default: none)")
    @Nullable
    String webHost;

    @Option(
            names = "--api-cors",
            paramLabel = "ORIGIN,...",
            description = "web pages of others that may use the API: https://app.example, or * for all (default: none)")
    @Nullable
    String apiCors;

    @Option(
            names = "--ui-auth",
            paramLabel = "NAME:PASSWORD ...",
            description = "who may use the web; several are parted by spaces (default: anybody)")
    @Nullable
    String uiAuth;

    @Option(
            names = "--ui-auth-file",
            paramLabel = "FILE",
            description = "the same from a file, a NAME:PASSWORD a line (default: none)")
    @Nullable
    Path uiAuthFile;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            description = "a word shown in the page, to tell several apart (default: none)")
    @Nullable
    String label;

    @Option(
            names = "--record",
            paramLabel = "true|false",
            arity = "1",
            defaultValue = "true",
            description = "keep how the last sessions went, for the page's Train: 16 MiB (default: ${DEFAULT-VALUE})")
    boolean record;

    /** The label, or an empty text. */
    String label() {
        return label == null ? "" : label;
    }

    /** Where to listen, or null where the web is off. */
    @Nullable
    HostPort address() {
        return http.equals(OFF) ? null : HostPort.parse(http);
    }

    /** Key and certificate for HTTPS, or null for HTTP; complains where one is named without the other. */
    @Nullable
    KeyFiles tls(CommandLine command) {
        if (tlsCert != null && tlsKey != null) {
            return new KeyFiles(tlsCert, tlsKey);
        }
        if (tlsCert != null || tlsKey != null) {
            throw new ParameterException(
                    command,
                    tlsCert == null
                            ? "--http-tls-key: needs --http-tls-cert too"
                            : "--http-tls-cert: needs --http-tls-key too");
        }
        return null;
    }

    /** What the HTTP server starts from. */
    HttpServer.Options server(HostPort address, @Nullable KeyFiles tls) throws IOException {
        return new HttpServer.Options(
                address.host(),
                address.port(),
                webRoot,
                accounts(),
                new OriginGuard(words(webHost), words(apiCors)),
                tls == null ? null : tls.context());
    }

    private WebAccounts accounts() throws IOException {
        var entries = new ArrayList<>(
                uiAuth == null ? List.<String>of() : List.of(uiAuth.strip().split("\\s+")));
        if (uiAuthFile != null) {
            Files.readAllLines(uiAuthFile).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(entries::add);
        }
        try {
            return WebAccounts.of(entries);
        } catch (IllegalArgumentException e) {
            throw new IOException("accounts for the web: " + e.getMessage(), e);
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
    static final class Address implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (!text.equals(OFF)) {
                try {
                    HostPort.parse(text);
                } catch (IllegalArgumentException e) {
                    throw new TypeConversionException(e.getMessage() + ", and not off");
                }
            }
            return text;
        }
    }
}
