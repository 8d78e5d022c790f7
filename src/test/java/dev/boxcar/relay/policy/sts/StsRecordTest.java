// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.policy.sts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8461 §3.1. */
class StsRecordTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=STSv1; id=20160831085700Z;",
                "v=STSv1;id=20160831085700Z",
                "v=STSv1 ; x=y ; id=20160831085700Z ;"
            })
    void theIdIsFound(String text) {
        assertThat(StsRecord.id(List.of("unrelated", text))).isEqualTo("20160831085700Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v=STSv2; id=1;",
                "id=1; v=STSv1;",
                "v=STSv1",
                "v=STSv1; id=;",
                "v=STSv1; id=a-b;",
                "v=STSv11; id=1;",
                "v=STSv1; id=123456789012345678901234567890123;"
            })
    void aTextThatIsNoRecordHasNoId(String text) {
        assertThat(StsRecord.id(List.of(text))).isNull();
    }

    @Test
    void twoRecordsAreNone() {
        assertThat(StsRecord.id(List.of("v=STSv1; id=1;", "v=STSv1; id=1;"))).isNull();
    }
}
