// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.KeyFiles;
import dev.boxcar.tls.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options about TLS for SMTP. */
public final class TlsOptions {
    @Option(
            names = "--tls",
            paramLabel = "off|self-signed|files",
            converter = ModeConverter.class,
            description =
                    "offer STARTTLS with this certificate (default: files with --tls-cert, else off; lab: self-signed)")
    @Nullable
    Mode tls;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "the certificate chain in PEM; reloaded when it changes (default: none)")
    @Nullable
    Path tlsCert;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "the certificate's private key in PEM (default: none)")
    @Nullable
    Path tlsKey;

    @Option(names = "--tls-required", description = "refuse mail without TLS: before STARTTLS, most commands get 530")
    boolean tlsRequired;

    @Option(
            names = "--smtps",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "listen here for SMTP with implicit TLS, such as localhost:1465 (default: none)")
    @Nullable
    HostPort smtps;

    /** Where key and certificate come from. */
    enum Mode {
        OFF,
        SELF_SIGNED,
        FILES
    }

    /** Makes {@code self-signed} the default instead of {@code off}. */
    public void offerByDefault() {
        if (tls == null && tlsCert == null && tlsKey == null) {
            tls = Mode.SELF_SIGNED;
        }
    }

    private Mode mode() {
        if (tls != null) {
            return tls;
        }
        return tlsCert == null && tlsKey == null ? Mode.OFF : Mode.FILES;
    }

    /** Where to listen for implicit TLS; null for nowhere. */
    public @Nullable HostPort implicitTlsAddress() {
        return smtps;
    }

    /** Whether mail is refused without TLS. */
    public boolean isRequired() {
        return tlsRequired;
    }

    /**
     * The TLS that sessions offer; null if TLS is off.
     *
     * @throws ParameterException if the options contradict each other
     */
    public @Nullable TlsOffer offer(CommandLine command) {
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
            return tlsCert == null ? "--tls-key: needs --tls-cert" : "--tls-cert: needs --tls-key";
        }
        return switch (mode()) {
            case FILES -> noFile ? "--tls: files needs --tls-cert and --tls-key" : null;
            case SELF_SIGNED -> noFile ? null : "--tls: self-signed cannot be combined with --tls-cert";
            case OFF -> {
                String option =
                        !noFile ? "--tls-cert" : smtps != null ? "--smtps" : tlsRequired ? "--tls-required" : null;
                yield option == null ? null : option + ": needs --tls files or --tls self-signed";
            }
        };
    }

    /** Checks the files of {@code --tls-cert} and {@code --tls-key}, before the server listens. */
    public void check() throws InvalidFileException {
        if (mode() == Mode.FILES) {
            InvalidFileException.check(keyFiles(), new InvalidFileException.KeyOptions("--tls-cert", "--tls-key"));
        }
    }

    /** The key and certificate files. Creates them if they are self-signed, which takes seconds. */
    public KeyFiles files(Map<String, String> environment, String hostname) throws IOException {
        return mode() == Mode.FILES ? keyFiles() : SelfSignedCertificate.in(stateDirectory(environment), hostname);
    }

    private KeyFiles keyFiles() {
        if (tlsCert == null || tlsKey == null) {
            throw new IllegalStateException("no key files");
        }
        return new KeyFiles(tlsCert, tlsKey);
    }

    /** Where programs keep files that they create for themselves (XDG). */
    public static Path stateDirectory(Map<String, String> environment) {
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
                default ->
                    throw new TypeConversionException("invalid value '" + text + "': use off, self-signed or files");
            };
        }
    }
}
