// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.KeyFileException;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.tls.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine;

/** What a server has of TLS: a mixin for every command that serves SMTP. Filled by picocli, through {@link Layers}. */
final class TlsOptions {
    @Option(
            names = "--tls",
            paramLabel = "off|self-signed|files",
            converter = ModeConverter.class,
            description = "whether STARTTLS is offered, and with which key (default: files with --tls-cert, else off)")
    @Nullable
    Mode tls;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "the certificate chain, in PEM; read again when it changes (default: none)")
    @Nullable
    Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "its private key, in PEM (default: none)")
    @Nullable
    Path tlsKey;

    @Option(names = "--tls-required", description = "no mail in clear: other commands than STARTTLS are answered 530")
    boolean tlsRequired;

    @Option(
            names = "--smtps",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "where to listen for clients that begin with TLS, such as localhost:1465 (default: nowhere)")
    @Nullable
    HostPort smtps;

    /** Where key and certificate come from. */
    enum Mode {
        OFF,
        SELF_SIGNED,
        FILES
    }

    private Mode mode() {
        if (tls != null) {
            return tls;
        }
        return tlsCert == null && tlsKey == null ? Mode.OFF : Mode.FILES;
    }

    /** What the sessions are offered, or null for nothing; complains where the options do not go together. */
    @Nullable
    TlsOffer offer(CommandLine command) {
        String problem = problem();
        if (problem != null) {
            throw new ParameterException(command, problem);
        }
        if (mode() == Mode.OFF) {
            return null;
        }
        return new TlsOffer(tlsRequired ? TlsOffer.Need.REQUIRED : TlsOffer.Need.OPTIONAL);
    }

    private @Nullable String problem() {
        boolean noFile = tlsCert == null && tlsKey == null;
        boolean oneFile = !noFile && (tlsCert == null || tlsKey == null);
        if (oneFile) {
            return tlsCert == null ? "--tls-key: needs --tls-cert too" : "--tls-cert: needs --tls-key too";
        }
        return switch (mode()) {
            case FILES -> noFile ? "--tls: files needs --tls-cert and --tls-key" : null;
            case SELF_SIGNED -> noFile ? null : "--tls: self-signed does not go with --tls-cert";
            case OFF -> {
                String who = !noFile ? "--tls-cert" : smtps != null ? "--smtps" : tlsRequired ? "--tls-required" : null;
                yield who == null ? null : who + ": needs TLS; say --tls files or --tls self-signed";
            }
        };
    }

    /** Looks at the files that were named, before anything is listened to. */
    void check() throws KeyFileException {
        if (mode() == Mode.FILES) {
            named().check();
        }
    }

    /** The files to serve with; may make them, which takes seconds. */
    KeyFiles files(Map<String, String> environment, String hostname) throws IOException {
        return mode() == Mode.FILES ? named() : SelfSignedCertificate.in(state(environment), hostname);
    }

    private KeyFiles named() {
        if (tlsCert == null || tlsKey == null) {
            throw new IllegalStateException("no key files were named");
        }
        return new KeyFiles(tlsCert, tlsKey);
    }

    /** Where a program keeps what it made for itself. */
    private static Path state(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path home = Path.of(System.getProperty("user.home"));
        return (state.startsWith("/") ? Path.of(state) : home.resolve(".local").resolve("state")).resolve("boxcar");
    }

    static final class ModeConverter implements ITypeConverter<Mode> {
        @Override
        public Mode convert(String text) {
            return switch (text) {
                case "off" -> Mode.OFF;
                case "self-signed" -> Mode.SELF_SIGNED;
                case "files" -> Mode.FILES;
                default -> throw new TypeConversionException("'" + text + "' is none of off, self-signed, files");
            };
        }
    }
}
