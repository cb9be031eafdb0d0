/* The floor for taking messages: one thread, epoll, each round's messages appended and synced at once.
 *
 *     cc -O2 messenger_floor.c -o messenger_floor && ./messenger_floor PORT FILE
 *
 * Speaks the wire of Pomichnyk as far as the header's length: the message is whole after so many
 * bytes, is appended to FILE as it came, and is answered OK after one fdatasync for all of a round.
 * Nothing is decoded, checked or indexed, and one sent again is kept again.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536, ROOM = 4096, EVENTS = 1024, BURST = 256 };

static struct { int have; char data[ROOM]; } *client[MOST];
static int whole[MOST], count, watch;

static void fail(const char *what) { perror(what); exit(1); }

/* How many bytes the whole message has; 0 if its header is not there yet. */
static int needed(const char *data, int have)
{
    const char *end = memchr(data, '\n', have), *tab = memchr(data, '\t', have);
    return end && tab ? (int)(end - data) + 1 + atoi(tab + 1) : 0;
}

static void forget(int socket) { free(client[socket]); client[socket] = NULL; close(socket); }

static void hear(int socket, int fresh)
{
    for (;;) {
        int have = client[socket]->have;
        int got = recv(socket, client[socket]->data + have, ROOM - 1 - have, 0);
        if (got < 0 && errno == EAGAIN) {
            struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
            if (fresh) epoll_ctl(watch, EPOLL_CTL_ADD, socket, &event);
            return;
        }
        if (got <= 0) { forget(socket); return; }
        have = client[socket]->have += got;
        client[socket]->data[have] = 0;
        int need = needed(client[socket]->data, have);
        if (need && have >= need) { whole[count++] = socket; return; }
        if (have >= ROOM - 1) { forget(socket); return; }
    }
}

static void welcome(int listener)
{
    for (int i = 0; i < BURST; i++) {
        int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) return;
        if (socket >= MOST) { close(socket); continue; }
        client[socket] = malloc(sizeof *client[socket]);
        client[socket]->have = 0;
        hear(socket, 1);
    }
}

static void keep(int file)
{
    for (int i = 0; i < count; i++)
        if (write(file, client[whole[i]]->data, client[whole[i]]->have) < 0) fail("write");
    if (fdatasync(file)) fail("fdatasync");
    for (int i = 0; i < count; i++) {
        send(whole[i], "OK\n", 3, MSG_NOSIGNAL);
        forget(whole[i]);
    }
    count = 0;
}

int main(int words, char **word)
{
    if (words != 3) return 2;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(atoi(word[1]))};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (void *)&place, sizeof place) || listen(listener, 4096)) fail("listen");
    int file = open(word[2], O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (file < 0) fail(word[2]);
    watch = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[EVENTS];
    epoll_ctl(watch, EPOLL_CTL_ADD, listener, &event);
    puts("listening");
    fflush(stdout);
    for (;;) {
        int events = epoll_wait(watch, ready, EVENTS, -1);
        for (int i = 0; i < events; i++) {
            if (ready[i].data.fd == listener) welcome(listener);
            else hear(ready[i].data.fd, 0);
        }
        if (count) keep(file);
    }
}
