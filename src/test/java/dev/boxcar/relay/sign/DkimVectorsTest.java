// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.rewrite.HeaderField;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples of RFC 6376 appendix A and RFC 8463 appendix A. Both algorithms always make the same signature of the
 * same bytes, so ours must be the printed ones.
 */
class DkimVectorsTest {
    private static final String BODY_HASH = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";
    /** With one space between the sentences: erratum 3192. */
    private static final String RFC_6376_BODY = "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n";

    private static final String RFC_8463_BODY = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    private static final List<String> FIELDS = List.of(
            "From: Joe SixPack <joe@football.example.com>\r\n",
            "To: Suzie Q <suzie@shopping.example.net>\r\n",
            "Subject: Is dinner ready?\r\n",
            "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n",
            "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n");

    /** RFC 6376 appendix C. */
    private static final String KEY_6376 = """
            -----BEGIN RSA PRIVATE KEY-----
            MIICXwIBAAKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFC
            jxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gb
            to/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB
            AoGBALmn+XwWk7akvkUlqb+dOxyLB9i5VBVfje89Teolwc9YJT36BGN/l4e0l6QX
            /1//6DWUTB3KI6wFcm7TWJcxbS0tcKZX7FsJvUz1SbQnkS54DJck1EZO/BLa5ckJ
            gAYIaqlA9C0ZwM6i58lLlPadX/rtHb7pWzeNcZHjKrjM461ZAkEA+itss2nRlmyO
            n1/5yDyCluST4dQfO8kAB3toSEVc7DeFeDhnC1mZdjASZNvdHS4gbLIA1hUGEF9m
            3hKsGUMMPwJBAPW5v/U+AWTADFCS22t72NUurgzeAbzb1HWMqO4y4+9Hpjk5wvL/
            eVYizyuce3/fGke7aRYw/ADKygMJdW8H/OcCQQDz5OQb4j2QDpPZc0Nc4QlbvMsj
            7p7otWRO5xRa6SzXqqV3+F0VpqvDmshEBkoCydaYwc2o6WQ5EBmExeV8124XAkEA
            qZzGsIxVP+sEVRWZmW6KNFSdVUpk3qzK0Tz/WjQMe5z0UunY9Ax9/4PVhp/j61bf
            eAYXunajbBSOLlx4D+TunwJBANkPI5S9iylsbLs6NkaMHV6k5ioHBBmgCak95JGX
            GMot/L2x0IYyMLAz6oLWh2hm7zwtb0CgOrPo1ke44hFYnfc=
            -----END RSA PRIVATE KEY-----
            """;

    private static String hash(Canonicalization form, String body) {
        var digest = new BodyDigest(form);
        byte[] bytes = body.getBytes(ISO_8859_1);
        digest.add(bytes, 0, bytes.length);
        return Base64.getEncoder().encodeToString(digest.finish());
    }

    private static String signed(Canonicalization form, List<String> fields, String own) {
        var text = new StringBuilder();
        fields.forEach(field -> text.append(form.field(field(field))).append("\r\n"));
        return text.append(form.field(field(own))).toString();
    }

    private static HeaderField field(String text) {
        return HeaderField.allOf(text.getBytes(ISO_8859_1)).get(0);
    }

    private static String signature(SigningKey key, String text) throws Exception {
        return Base64.getEncoder().encodeToString(key.sign(text.getBytes(ISO_8859_1)));
    }

    @Test
    void theHashesOfTheBodiesAreThePrintedOnes() {
        assertThat(hash(Canonicalization.SIMPLE, RFC_6376_BODY)).isEqualTo(BODY_HASH);
        assertThat(hash(Canonicalization.RELAXED, RFC_8463_BODY)).isEqualTo(BODY_HASH);
    }

    @Test
    void theExampleOfRfc6376HasThePrintedSignature(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("key");
        Files.writeString(file, KEY_6376);
        SigningKey key = SigningKey.read(KeyName.of("brisbane", "example.com"), file);
        var fields = new java.util.ArrayList<String>();
        fields.add("Received: from client1.football.example.com  [192.0.2.1]\r\n"
                + "      by submitserver.example.com with SUBMISSION;\r\n"
                + "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n");
        fields.addAll(FIELDS);
        String own = "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
                + "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
                + "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
                + "      bh=" + BODY_HASH + ";\r\n"
                + "      b=;\r\n";

        assertThat(signature(key, signed(Canonicalization.SIMPLE, fields, own)))
                .isEqualTo("AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB4nujc7YopdG5dWLSdNg6x"
                        + "NAZpOPr+kHxt1IrE+NahM6L/LbvaHutKVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV"
                        + "4bmp/YzhwvcubU4=");
    }

    @Test
    void theExampleOfRfc8463HasThePrintedSignature() throws Exception {
        byte[] seed = Base64.getDecoder().decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
        PrivateKey secret = KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
        var key = new SigningKey(KeyName.of("brisbane", "football.example.com"), SigningAlgorithm.ED25519, secret);
        String own = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
                + " d=football.example.com; i=@football.example.com;\r\n"
                + " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
                + " subject : date : message-id : from : subject : date;\r\n"
                + " bh=" + BODY_HASH + ";\r\n"
                + " b=\r\n";

        assertThat(signature(key, signed(Canonicalization.RELAXED, FIELDS, own)))
                .isEqualTo("/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1"
                        + "Dw==");
        KeyRecord published = KeyRecord.parse("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assertThat(published.problemWith(key)).isNull();
    }
}
