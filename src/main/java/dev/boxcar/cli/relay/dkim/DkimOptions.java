// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.dkim;

import dev.boxcar.cli.relay.setting.RewriteOptions;
import dev.boxcar.relay.sign.Canonicalization;
import dev.boxcar.relay.sign.DkimSigner;
import dev.boxcar.relay.sign.DkimSigner.Form;
import dev.boxcar.relay.sign.DkimSigner.OnFailure;
import dev.boxcar.relay.sign.KeyName;
import dev.boxcar.relay.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options about DKIM signatures. */
public final class DkimOptions {
    private static final String KEYS = "--dkim-keys";

    @Option(
            names = KEYS,
            paramLabel = "LIST",
            split = ",",
            converter = KeyConverter.class,
            description = "sign mail of these domains and their subdomains, each SELECTOR._domainkey.DOMAIN=FILE;"
                    + " 'boxcar relay dkim-key' makes one (default: none)")
    List<KeyFile> keys = new ArrayList<>();

    @Option(
            names = "--dkim-domain",
            paramLabel = "DOMAIN",
            converter = RewriteOptions.DomainConverter.class,
            description = "sign mail of all other domains as this one (default: such mail is not signed)")
    @Nullable
    String domain;

    @Option(
            names = "--dkim-canonicalization",
            paramLabel = "HEADER/BODY",
            defaultValue = "relaxed/relaxed",
            converter = FormConverter.class,
            description = "what may change on the way, each simple or relaxed (default: ${DEFAULT-VALUE})")
    Form form;

    @Option(
            names = "--dkim-failure",
            paramLabel = "defer|unsigned",
            defaultValue = "defer",
            converter = FailureConverter.class,
            description =
                    "what becomes of mail that cannot be signed though there is a key (default: ${DEFAULT-VALUE})")
    OnFailure failure;

    /** A key and its file. */
    record KeyFile(KeyName name, Path file) {}

    /** The signer, with the keys as they are in the files now. A mistake is a {@link ParameterException}. */
    public DkimSigner signer(CommandLine command) {
        var read = new ArrayList<SigningKey>();
        for (KeyFile key : keys) {
            try {
                read.add(SigningKey.read(key.name(), key.file()));
            } catch (IOException e) {
                throw new ParameterException(command, KEYS + ": " + e.getMessage());
            }
        }
        DkimSigner signer;
        try {
            signer = DkimSigner.NONE.withForm(form).withFailure(failure).withKeys(read);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, KEYS + ": " + e.getMessage());
        }
        try {
            return domain == null ? signer : signer.withFallback(domain);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, "--dkim-domain: " + e.getMessage() + " in " + KEYS);
        }
    }

    /** {@code SELECTOR._domainkey.DOMAIN=FILE}. */
    static final class KeyConverter implements ITypeConverter<KeyFile> {
        @Override
        public KeyFile convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 0 || equals == text.length() - 1) {
                throw new TypeConversionException(
                        "invalid key '" + text + "': expected SELECTOR._domainkey.DOMAIN=FILE");
            }
            try {
                KeyName name = KeyName.parse(text.substring(0, equals).strip());
                return new KeyFile(name, Path.of(text.substring(equals + 1).strip()));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Two canonical forms, or one for both. */
    static final class FormConverter implements ITypeConverter<Form> {
        @Override
        public Form convert(String text) {
            String[] words = text.split("/", -1);
            Canonicalization header = form(words[0]);
            Canonicalization body = form(words[words.length - 1]);
            if (words.length > 2 || header == null || body == null) {
                throw new TypeConversionException("invalid value '" + text
                        + "': use relaxed/relaxed, relaxed/simple, simple/relaxed or simple/simple");
            }
            return new Form(header, body);
        }

        private static @Nullable Canonicalization form(String word) {
            for (Canonicalization one : Canonicalization.values()) {
                if (one.text().equals(word)) {
                    return one;
                }
            }
            return null;
        }
    }

    /** The name of an {@link OnFailure}. */
    static final class FailureConverter implements ITypeConverter<OnFailure> {
        @Override
        public OnFailure convert(String text) {
            for (OnFailure one : OnFailure.values()) {
                if (one.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return one;
                }
            }
            throw new TypeConversionException("invalid value '" + text + "': use defer or unsigned");
        }
    }
}
