// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime.charset;

/** The parts of ISO 8859 that Java does not have. */
final class Iso8859 {
    private static final int FIRST_OF_TABLE = 0xA0;

    private static final String PART_10 = "\u00A0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00ADŪŊ°ąēģīĩķ·ļđšŧž―ūŋ"
            + "ĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ";
    private static final String PART_14 = "\u00A0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00AD®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡ"
            + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ";

    private Iso8859() {}

    /** Decodes ISO 8859-10 (Nordic). */
    static String decode10(byte[] bytes, int length) {
        return decode(bytes, length, PART_10);
    }

    /** Decodes ISO 8859-14 (Celtic). */
    static String decode14(byte[] bytes, int length) {
        return decode(bytes, length, PART_14);
    }

    private static String decode(byte[] bytes, int length, String table) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            int b = bytes[i] & 0xFF;
            text.append(b < FIRST_OF_TABLE ? (char) b : table.charAt(b - FIRST_OF_TABLE));
        }
        return text.toString();
    }
}
