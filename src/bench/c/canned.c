/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limit of the dialogue: an SMTP server that stores nothing and checks nothing. It finds the ends of commands and messages, and
 * answers each with a constant; all answers to what one read brought leave in one write. Lock-step, pipelined, trains, BDAT.
 *
 *   canned ADDRESS PORT      (port 0: a free one; the port is printed)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { COMMAND, DATA, CHUNK };

#define LINE 1024
#define INPUT (256 * 1024)
#define OUTPUT (1024 * 1024)

struct session {
    int fd, state, closing;
    size_t held;               /* octets of an unfinished command, or of what may be an end */
    unsigned long long left;   /* of a chunk */
    size_t unsent;             /* answers that the client does not take yet */
    char *rest;
    char hold[LINE];
};

static char in[INPUT + LINE], out[OUTPUT];
static size_t said;

static void say(const char *text) {
    size_t n = strlen(text);
    if (said + n <= OUTPUT) {
        memcpy(out + said, text, n);
        said += n;
    }
}

static void command(struct session *s, const char *line, const char *end) {
    char verb = end > line ? line[0] & 0xDF : 0, second = end > line + 1 ? line[1] & 0xDF : 0;
    if (verb == 'M') say("250 2.1.0 Sender OK\r\n");
    else if (verb == 'R' && second == 'C') say("250 2.1.5 Recipient OK\r\n");
    else if (verb == 'D') {
        say("354 Start mail input; end with <CRLF>.<CRLF>\r\n");
        s->state = DATA;
        memcpy(s->hold, "\r\n", s->held = 2);
    } else if (verb == 'B') {
        s->left = strtoull(line + 4, NULL, 10);
        s->state = CHUNK;
        if (s->left == 0) { say("250 2.0.0 Message queued as 00000000000000000000000000\r\n"); s->state = COMMAND; }
    } else if (verb == 'E')
        say("250-canned.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE\r\n250 CHUNKING\r\n");
    else if (verb == 'Q') { say("221 2.0.0 Bye\r\n"); s->closing = 1; }
    else say("250 2.0.0 OK\r\n");
}

/* What is held stands before p already. */
static void input(struct session *s, char *p, char *end) {
    while (p < end && !s->closing) {
        if (s->state == COMMAND) {
            char *lf = memchr(p, '\n', end - p);
            if (!lf) break;
            command(s, p, lf);
            p = lf + 1;
            if (s->state == DATA) p -= 2; /* the line's own end is the first of CRLF.CRLF */
        } else if (s->state == DATA) {
            char *dot = memmem(p, end - p, "\r\n.\r\n", 5);
            if (!dot) { if (end - p > 4) p = end - 4; break; }
            say("250 2.0.0 Message queued as 00000000000000000000000000\r\n");
            s->state = COMMAND;
            p = dot + 5;
        } else {
            size_t n = end - p;
            if (n > s->left) n = s->left;
            s->left -= n;
            p += n;
            if (s->left == 0) { say("250 2.0.0 Message queued as 00000000000000000000000000\r\n"); s->state = COMMAND; }
        }
    }
    s->held = end - p < LINE ? end - p : 0;
    memcpy(s->hold, p, s->held);
}

static void finish(int ep, struct session *s) {
    epoll_ctl(ep, EPOLL_CTL_DEL, s->fd, NULL);
    close(s->fd);
    free(s->rest);
    free(s);
}

static int flush(int ep, struct session *s) {
    size_t at = 0;
    while (at < said) {
        ssize_t n = send(s->fd, out + at, said - at, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) break;
        if (n <= 0) return -1;
        at += n;
    }
    if (at < said) {
        s->rest = realloc(s->rest, s->unsent + said - at);
        memcpy(s->rest + s->unsent, out + at, said - at);
        s->unsent += said - at;
        struct epoll_event e = {.events = EPOLLOUT, .data.ptr = s};
        epoll_ctl(ep, EPOLL_CTL_MOD, s->fd, &e);
    }
    return 0;
}

static int writable(int ep, struct session *s) {
    ssize_t n = send(s->fd, s->rest, s->unsent, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN ? 0 : -1;
    memmove(s->rest, s->rest + n, s->unsent -= n);
    if (s->unsent == 0) {
        free(s->rest);
        s->rest = NULL;
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = s};
        epoll_ctl(ep, EPOLL_CTL_MOD, s->fd, &e);
        if (s->closing) return -1;
    }
    return 0;
}

static int readable(int ep, struct session *s) {
    memcpy(in, s->hold, s->held);
    ssize_t n = recv(s->fd, in + s->held, INPUT, 0);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n <= 0) return -1;
    said = 0;
    input(s, in, in + s->held + n);
    if (said && flush(ep, s) < 0) return -1;
    return s->closing && !s->unsent ? -1 : 0;
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "canned ADDRESS PORT\n"), 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, ep = epoll_create1(0);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    socklen_t length = sizeof a;
    if (inet_pton(AF_INET, argv[1], &a.sin_addr) != 1 || bind(door, (void *)&a, sizeof a) || listen(door, 4096))
        return perror("canned"), 1;
    getsockname(door, (void *)&a, &length);
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, ready[256];
    epoll_ctl(ep, EPOLL_CTL_ADD, door, &e);
    for (;;) {
        int n = epoll_wait(ep, ready, 256, -1);
        for (int i = 0; i < n; i++) {
            struct session *s = ready[i].data.ptr;
            if (s == NULL) {
                int fd;
                while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    s = calloc(1, sizeof *s);
                    s->fd = fd;
                    struct epoll_event r = {.events = EPOLLIN, .data.ptr = s};
                    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &r);
                    send(fd, "220 canned.example ESMTP\r\n", 26, MSG_NOSIGNAL);
                }
            } else if ((ready[i].events & EPOLLOUT ? writable(ep, s) : readable(ep, s)) < 0) {
                finish(ep, s);
            }
        }
    }
}
