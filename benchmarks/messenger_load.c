/* Many clients at once, from one thread, each with one message as Pomichnyk's client sends it.
 *
 *     cc -O2 messenger_load.c -o messenger_load && ./messenger_load PORT TOTAL AT_ONCE SILENT SECONDS
 *
 * SILENT more clients connect first; half of them send a few bytes, and all say nothing further.
 * A message counts as taken when the answer is OK and the server has closed. It gives up after so
 * many seconds. Prints: seconds, messages taken, messages lost, median and 99th percentile of the
 * time from connecting to the answer in milliseconds.
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
#include <time.h>
#include <unistd.h>

enum { MOST = 65536, EVENTS = 1024, SIZE = 200, SOURCES = 60 };

static struct { double born; int sent, got; char answer[4]; } client[MOST];
static int port, number;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* Each address of the loopback has ports of its own, so that they suffice. */
static int dialled(void)
{
    int made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in place = {.sin_family = AF_INET};
    if (made < 0 || made >= MOST) { perror("socket"); exit(1); }
    setsockopt(made, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number++ % SOURCES);
    bind(made, (void *)&place, sizeof place);
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(made, (void *)&place, sizeof place) && errno != EINPROGRESS) { perror("connect"); exit(1); }
    return made;
}

static int speak(int socket)
{
    char data[SIZE + 200], text[SIZE + 1];
    memset(text, 'a', SIZE);
    text[SIZE] = 0;
    int size = snprintf(data, sizeof data,
        "\001pomichnyk/1\t%d\t%d-%d\t2026-11-21T12:00:00+00:00\tload\n%s",
        SIZE, getpid(), number++, text);
    return send(socket, data, size, MSG_NOSIGNAL) == size;
}

/* 1: taken; -1: lost; 0: not yet known. */
static int hear(int socket)
{
    char data[1024];
    int got = recv(socket, data, sizeof data, 0);
    if (got < 0) return errno == EAGAIN ? 0 : -1;
    if (got == 0) return client[socket].got == 3 && !memcmp(client[socket].answer, "OK\n", 3) ? 1 : -1;
    for (int i = 0; i < got && client[socket].got + i < 3; i++)
        client[socket].answer[client[socket].got + i] = data[i];
    client[socket].got += got;
    return 0;
}

static int ascending(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

int main(int words, char **word)
{
    if (words != 6) return 2;
    port = atoi(word[1]);
    int total = atoi(word[2]), at_once = atoi(word[3]), silent = atoi(word[4]);
    double limit = atof(word[5]);
    for (int i = 0; i < silent; i++) {
        int made = dialled();
        if (i % 500 == 499) usleep(20000);
        if (i % 2) { usleep(50); send(made, "abc", 3, MSG_NOSIGNAL); }
    }
    if (silent) usleep(500000);
    int watch = epoll_create1(0), started = 0, open = 0, taken = 0, lost = 0;
    double *took = calloc(total + 1, sizeof *took), start = now();
    struct epoll_event event, ready[EVENTS];
    while (taken + lost < total && now() - start < limit) {
        while (open < at_once && started < total) {
            int made = dialled();
            client[made].born = now();
            client[made].sent = client[made].got = 0;
            event.events = EPOLLOUT;
            event.data.fd = made;
            epoll_ctl(watch, EPOLL_CTL_ADD, made, &event);
            started++;
            open++;
        }
        int events = epoll_wait(watch, ready, EVENTS, 100);
        for (int i = 0; i < events; i++) {
            int socket = ready[i].data.fd, end;
            if (!client[socket].sent) {
                client[socket].sent = 1;
                end = speak(socket) ? 0 : -1;
                event.events = EPOLLIN;
                event.data.fd = socket;
                epoll_ctl(watch, EPOLL_CTL_MOD, socket, &event);
            } else {
                end = hear(socket);
            }
            if (!end) continue;
            close(socket);
            open--;
            if (end > 0) took[taken++] = now() - client[socket].born;
            else lost++;
        }
    }
    double seconds = now() - start;
    qsort(took, taken, sizeof *took, ascending);
    printf("%.4f %d %d %.3f %.3f\n", seconds, taken, total - taken,
        taken ? took[taken / 2] * 1e3 : 0, taken ? took[(int)(taken * .99)] * 1e3 : 0);
}
