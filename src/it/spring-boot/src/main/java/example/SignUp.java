// SPDX-License-Identifier: Apache-2.0
package example;

import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Service;

/** Sends a link to everybody who signs up. */
@Service
public class SignUp {
    private final JavaMailSender mail;

    SignUp(JavaMailSender mail) {
        this.mail = mail;
    }

    /**
     * Sends the link to this address.
     *
     * @throws org.springframework.mail.MailException if the server does not take the message
     */
    public void signUp(String address) {
        var message = new SimpleMailMessage();
        message.setFrom("shop@shop.example");
        message.setTo(address);
        message.setSubject("Your sign-in link");
        message.setText("Welcome. Click on https://shop.example/sign-in?user=" + address.hashCode() + "\n");
        mail.send(message);
    }
}
