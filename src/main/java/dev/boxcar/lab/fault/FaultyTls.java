// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.lab.script.TlsFault;
import dev.boxcar.smtp.server.port.TlsOffer;
import dev.boxcar.tls.FaultyCertificate;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS with certificates that a client must refuse. Each is made when it is first used, on a thread. Any thread. */
final class FaultyTls {
    private static final Logger LOG = LoggerFactory.getLogger(FaultyTls.class);

    private final Map<FaultyCertificate, TlsOffer> offers = new EnumMap<>(FaultyCertificate.class);

    /** The offer for this fault; {@code usual} for a fault that is not in the certificate. */
    TlsOffer offer(TlsFault fault, TlsOffer usual) {
        return switch (fault) {
            case BAD -> offer(FaultyCertificate.BROKEN_SIGNATURE);
            case EXPIRED -> offer(FaultyCertificate.EXPIRED);
            case WRONG_NAME -> offer(FaultyCertificate.WRONG_NAME);
            case CUT -> usual;
        };
    }

    private synchronized TlsOffer offer(FaultyCertificate certificate) {
        return offers.computeIfAbsent(certificate, FaultyTls::start);
    }

    private static TlsOffer start(FaultyCertificate certificate) {
        var offer = new TlsOffer(TlsOffer.Need.OPTIONAL);
        var thread = new Thread(() -> create(certificate, offer), "boxcar-faulty-certificate");
        thread.setDaemon(true);
        thread.start();
        return offer;
    }

    private static void create(FaultyCertificate certificate, TlsOffer offer) {
        try {
            offer.ready(TlsSettings.server(certificate.create()));
        } catch (IOException e) {
            LOG.warn("certificate={} cannot be made: {}", certificate, e.getMessage());
            offer.unavailable();
        }
    }
}
