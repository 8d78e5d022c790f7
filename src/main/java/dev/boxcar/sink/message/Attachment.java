// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

/**
 * A part of a message that is shown or saved by itself. Immutable.
 *
 * @param partId the place of the part: {@code 1}, {@code 2.1}; {@code 2:1} is the first part of the message in part 2
 * @param fileName its name, or empty
 * @param contentType its media type, without parameters
 * @param contentId its Content-ID without angle brackets, or empty
 * @param contentLocation its Content-Location (RFC 2557), or empty
 * @param size its decoded size in bytes
 * @param md5 a checksum of the decoded bytes, in hexadecimal
 * @param sha1 a checksum of the decoded bytes, in hexadecimal
 * @param sha256 a checksum of the decoded bytes, in hexadecimal
 */
public record Attachment(
        String partId,
        String fileName,
        String contentType,
        String contentId,
        String contentLocation,
        long size,
        String md5,
        String sha1,
        String sha256) {}
