// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A picture of 180 by 120 points of an image that came by mail. Memory is bounded whatever the image says of itself: a
 * large one is read with most of its points left out, one too large even for that is refused. Any thread.
 */
final class Thumbnail {
    static final int WIDTH = 180;
    static final int HEIGHT = 120;

    /** What a format must be decoded to whole, whatever is left out later: 40 million points. */
    private static final long MOST_POINTS = 40_000_000;

    private static final int LARGEST_SIDE = 2 * WIDTH;

    private Thumbnail() {}

    /** The picture as JPEG. IOException where the bytes are no image that can be read here. */
    static byte[] jpeg(byte[] bytes) throws IOException {
        BufferedImage image;
        try {
            image = read(bytes);
        } catch (RuntimeException hostile) {
            throw new IOException("not an image that can be read", hostile);
        }
        var thumbnail = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = thumbnail.createGraphics();
        try {
            pen.setColor(Color.WHITE);
            pen.fillRect(0, 0, WIDTH, HEIGHT);
            pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            draw(image, pen);
        } finally {
            pen.dispose();
        }
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(thumbnail, "jpeg", out)) {
            throw new IOException("this JDK writes no JPEG");
        }
        return out.toByteArray();
    }

    /** A large image fills the picture and is cut; a small one stands in its middle. */
    private static void draw(BufferedImage image, Graphics2D pen) {
        double across = (double) WIDTH / image.getWidth();
        double down = (double) HEIGHT / image.getHeight();
        double scale = across > 1 || down > 1 ? Math.min(1, Math.min(across, down)) : Math.max(across, down);
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        pen.drawImage(image, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height, null);
    }

    private static BufferedImage read(byte[] bytes) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("not an image that can be read");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long points = (long) reader.getWidth(0) * reader.getHeight(0);
                if (points > MOST_POINTS) {
                    throw new IOException("an image of " + points + " points");
                }
                ImageReadParam parameters = reader.getDefaultReadParam();
                int step = Math.max(1, Math.min(reader.getWidth(0), reader.getHeight(0)) / LARGEST_SIDE);
                parameters.setSourceSubsampling(step, step, 0, 0);
                return reader.read(0, parameters);
            } finally {
                reader.dispose();
            }
        }
    }
}
