// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailTest {
    @ParameterizedTest
    @CsvSource({"1,1,png", "180,120,png", "4000,3000,jpeg", "3000,10,png", "10,3000,gif", "100,500,png"})
    void hasTheSameSizeForEveryImage(int width, int height, String format) throws IOException {
        BufferedImage thumbnail = read(Thumbnail.jpeg(image(width, height, format)));
        assertThat(thumbnail.getWidth()).isEqualTo(180);
        assertThat(thumbnail.getHeight()).isEqualTo(120);
    }

    @Test
    void cropsALargeImageAndCentersASmallOne() throws IOException {
        assertThat(isRed(read(Thumbnail.jpeg(image(400, 400, "png"))), 2, 2)).isTrue();
        BufferedImage small = read(Thumbnail.jpeg(image(40, 40, "png")));
        assertThat(isRed(small, 90, 60)).isTrue();
        assertThat(isRed(small, 10, 10)).isFalse();
    }

    @Test
    void rejectsInvalidImages() throws IOException {
        byte[] image = image(300, 300, "png");
        image[20] = 0x7F; // a width of two billion pixels
        image[16] = 0x7F;
        assertThatThrownBy(() -> Thumbnail.jpeg(image)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Thumbnail.jpeg("hello".getBytes(UTF_8))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Thumbnail.jpeg(new byte[0])).isInstanceOf(IOException.class);
    }

    private static byte[] image(int width, int height, String format) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setColor(Color.RED);
        pen.fillRect(0, 0, width, height);
        pen.dispose();
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }

    private static boolean isRed(BufferedImage image, int x, int y) {
        var color = new Color(image.getRGB(x, y));
        return color.getRed() > 200 && color.getGreen() < 80;
    }

    private static BufferedImage read(byte[] jpeg) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }
}
