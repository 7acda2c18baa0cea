// One link between two TUN devices: a rate with a drop-tail queue of packets, a delay, and random loss from the first to the second.
// tunlink RATE_BITS DELAY_MS QUEUE_PACKETS LOSS SEED: makes the devices parley0 and parley1, prints "ready 0", forwards until its input ends.
// The same order as src/Parley.Transport/Impairment: rate and queue, then loss, then delay.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 65536, MAX_PACKET = 2048 };

struct packet { int64_t arrival; int length; unsigned char bytes[MAX_PACKET]; };

struct direction {
    int from, to;
    double loss;
    int64_t free_at;
    int64_t departures[1024];
    int oldest;
    struct packet *packets;
    unsigned head, tail;
};

static int64_t rate, delay_ns;
static int queue_limit;
static uint64_t state;

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static double uniform(void) {
    state ^= state << 13; state ^= state >> 7; state ^= state << 17;
    return (double)(state >> 11) / 9007199254740992.0;
}

static int open_tun(const char *name) {
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    struct ifreq request;
    memset(&request, 0, sizeof request);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) { perror(name); exit(1); }
    return fd;
}

static void take(struct direction *d) {
    for (;;) {
        struct packet *p = &d->packets[d->tail % SLOTS];
        int length = (int)read(d->from, p->bytes, MAX_PACKET);
        if (length <= 0) return;
        int64_t now = now_ns();
        if (d->departures[d->oldest] > now || d->tail - d->head >= SLOTS) continue;
        if (d->free_at < now) d->free_at = now;
        d->free_at += (int64_t)length * 8 * 1000000000LL / rate;
        d->departures[d->oldest] = d->free_at;
        d->oldest = (d->oldest + 1) % queue_limit;
        if (d->loss > 0 && uniform() < d->loss) continue;
        p->length = length;
        p->arrival = d->free_at + delay_ns;
        d->tail++;
    }
}

static int64_t give(struct direction *d) {
    while (d->head != d->tail) {
        struct packet *p = &d->packets[d->head % SLOTS];
        if (p->arrival > now_ns()) return p->arrival;
        if (write(d->to, p->bytes, (size_t)p->length) < 0) { /* the other end is not up yet */ }
        d->head++;
    }
    return INT64_MAX;
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    rate = atoll(argv[1]);
    delay_ns = (int64_t)(atof(argv[2]) * 1e6);
    queue_limit = atoi(argv[3]);
    state = 0x9E3779B97F4A7C15ULL ^ (uint64_t)atoll(argv[5]);
    if (queue_limit < 1 || queue_limit > 1024 || rate < 1) return 2;
    struct direction there, back;
    memset(&there, 0, sizeof there);
    there.from = open_tun("parley0");
    there.to = open_tun("parley1");
    there.loss = atof(argv[4]);
    back = there;
    back.from = there.to;
    back.to = there.from;
    back.loss = 0;
    there.packets = malloc(sizeof(struct packet) * SLOTS);
    back.packets = malloc(sizeof(struct packet) * SLOTS);
    printf("ready 0\n");
    fflush(stdout);
    for (;;) {
        struct pollfd polls[3] = { { there.from, POLLIN, 0 }, { back.from, POLLIN, 0 }, { 0, POLLIN, 0 } };
        int64_t next = give(&there), other = give(&back);
        if (other < next) next = other;
        int64_t wait = next == INT64_MAX ? 100000000LL : next - now_ns();
        if (wait < 0) wait = 0;
        struct timespec timeout = { wait / 1000000000LL, wait % 1000000000LL };
        if (ppoll(polls, 3, &timeout, 0) < 0) continue;
        if (polls[2].revents) { char c[64]; if (read(0, c, sizeof c) <= 0) return 0; }
        take(&there);
        take(&back);
    }
}
