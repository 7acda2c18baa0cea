/* The relay that the bars compare with: one thread, recvmmsg, sendmmsg, OpenSSL's EVP, and nothing else. It knows no meetings, checks no
 * replays, counts nothing, and is what a C programmer would write in an afternoon for speed alone.
 *
 * relay plain|sealed runs|single KEY SALT PORT...
 *   KEY, SALT   session key and salt of what comes in, hex (16 and 12 bytes); each receiver gets a key of its own
 *   PORT...     receivers on 127.0.0.1
 * Prints "ready PORT" and relays until standard input ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { MAX_BATCH = 64, MAX_RECEIVERS = 256, SLOT = 2048, HEADER = 12, TAG = 16, MAX_ENTRIES = 1024 };

struct control {
    size_t length;
    int level, type;
    uint16_t size;
    uint8_t pad[6];
};

static int is_sealed, has_runs, receivers, sock;
static struct sockaddr_in names[MAX_RECEIVERS];
static EVP_CIPHER_CTX *open_context, *seal_context[MAX_RECEIVERS];
static uint8_t salt[12];
static uint32_t rollover;
static uint16_t newest;

static uint8_t incoming[MAX_BATCH][SLOT];
static struct mmsghdr in_messages[MAX_BATCH];
static struct iovec in_vectors[MAX_BATCH];

/* Plain packets are sent from where they were received; sealed ones from here, packet after packet for each receiver. */
static uint8_t *outgoing;
static struct mmsghdr out_messages[MAX_ENTRIES];
static struct iovec out_vectors[MAX_ENTRIES * MAX_BATCH];
static struct control controls[MAX_ENTRIES];
static int entries, vectors;

static void check(int went_well, const char *what) {
    if (went_well) return;
    perror(what);
    exit(1);
}

static void parse_hex(const char *text, uint8_t *bytes, int count) {
    for (int i = 0; i < count; i++) {
        unsigned value = 0;
        check(sscanf(text + 2 * i, "%2x", &value) == 1, "hex");
        bytes[i] = (uint8_t)value;
    }
}

static EVP_CIPHER_CTX *context_for(const uint8_t *key, int seals) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    check(context && EVP_CipherInit_ex(context, EVP_aes_128_gcm(), NULL, key, NULL, seals) == 1, "EVP");
    return context;
}

static void write_nonce(uint8_t *nonce, const uint8_t *packet) {
    /* 00 00 | SSRC | rollover counter | sequence number, XOR salt. Packets come in order here. */
    uint32_t rollovers = htonl(rollover);
    memset(nonce, 0, 12);
    memcpy(nonce + 2, packet + 8, 4);
    memcpy(nonce + 6, &rollovers, 4);
    memcpy(nonce + 10, packet + 2, 2);
    for (int i = 0; i < 12; i++) nonce[i] ^= salt[i];
}

static int open_packet(uint8_t *packet, int length) {
    uint8_t nonce[12];
    int written;
    if (length < HEADER + TAG) return -1;
    uint16_t sequence = (uint16_t)(packet[2] << 8 | packet[3]);
    if (sequence < newest && newest - sequence > 32768) rollover++;
    newest = sequence;
    write_nonce(nonce, packet);
    uint8_t *text = packet + HEADER;
    int size = length - HEADER - TAG;
    EVP_CipherInit_ex(open_context, NULL, NULL, NULL, nonce, 0);
    EVP_CipherUpdate(open_context, NULL, &written, packet, HEADER);
    EVP_CipherUpdate(open_context, text, &written, text, size);
    EVP_CIPHER_CTX_ctrl(open_context, EVP_CTRL_AEAD_SET_TAG, TAG, text + size);
    return EVP_CipherFinal_ex(open_context, text + size, &written) == 1 ? HEADER + size : -1;
}

static int seal_packet(int receiver, const uint8_t *plain, int length, uint8_t *out) {
    uint8_t nonce[12];
    int written;
    EVP_CIPHER_CTX *context = seal_context[receiver];
    memcpy(out, plain, HEADER);
    write_nonce(nonce, out);
    EVP_CipherInit_ex(context, NULL, NULL, NULL, nonce, 1);
    EVP_CipherUpdate(context, NULL, &written, out, HEADER);
    EVP_CipherUpdate(context, out + HEADER, &written, plain + HEADER, length - HEADER);
    EVP_CipherFinal_ex(context, out + length, &written);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG, out + length);
    return length + TAG;
}

static void flush_entries(void) {
    for (int next = 0; next < entries;) {
        int sent = sendmmsg(sock, out_messages + next, (unsigned)(entries - next), 0);
        next += sent > 0 ? sent : 1;
    }
    entries = vectors = 0;
}

static void add_entry(int receiver, int vector_count, int segment) {
    struct msghdr *header = &out_messages[entries].msg_hdr;
    header->msg_name = &names[receiver];
    header->msg_namelen = sizeof names[receiver];
    header->msg_iov = &out_vectors[vectors];
    header->msg_iovlen = (size_t)vector_count;
    header->msg_control = NULL;
    header->msg_controllen = 0;
    if (segment > 0) {
        controls[entries] = (struct control){ CMSG_LEN(2), IPPROTO_UDP, UDP_SEGMENT, (uint16_t)segment, { 0 } };
        header->msg_control = &controls[entries];
        header->msg_controllen = sizeof controls[entries];
    }
    vectors += vector_count;
    if (++entries == MAX_ENTRIES) flush_entries();
}

static void relay(int count, const int *lengths) {
    int equal = has_runs && count > 1;
    for (int i = 1; i < count; i++) equal &= lengths[i] == lengths[0];
    for (int r = 0; r < receivers; r++) {
        for (int i = 0; i < count; i++) {
            uint8_t *bytes = incoming[i];
            int length = lengths[i];
            if (is_sealed) {
                bytes = outgoing + ((size_t)r * MAX_BATCH + (size_t)i) * SLOT;
                length = seal_packet(r, incoming[i], lengths[i], bytes);
            }
            struct iovec *vector = &out_vectors[vectors + (equal ? i : 0)];
            vector->iov_base = bytes;
            vector->iov_len = (size_t)length;
            if (!equal) add_entry(r, 1, 0);
        }
        /* 65507 bytes are the most of a run; bursts here are smaller. */
        if (equal) add_entry(r, count, lengths[0] + (is_sealed ? TAG : 0));
    }
    flush_entries();
}

static void *end_with_input(void *unused) {
    char byte;
    while (read(0, &byte, 1) > 0) {}
    _exit(0);
    return unused;
}

int main(int count, char **arguments) {
    check(count > 5 && count - 5 <= MAX_RECEIVERS, "arguments");
    is_sealed = !strcmp(arguments[1], "sealed");
    has_runs = !strcmp(arguments[2], "runs");
    uint8_t key[16];
    parse_hex(arguments[3], key, 16);
    parse_hex(arguments[4], salt, 12);
    receivers = count - 5;
    outgoing = calloc((size_t)receivers * MAX_BATCH, SLOT);
    check(outgoing != NULL, "memory");
    open_context = context_for(key, 0);
    for (int r = 0; r < receivers; r++) {
        names[r] = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[5 + r])) };
        names[r].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        key[0] = (uint8_t)r;
        seal_context[r] = context_for(key, 1);
    }

    sock = socket(AF_INET, SOCK_DGRAM, 0);
    int room = 4 * 1024 * 1024;
    setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(sock, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    struct sockaddr_in own = { .sin_family = AF_INET };
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof own;
    check(bind(sock, (struct sockaddr *)&own, length) == 0 && getsockname(sock, (struct sockaddr *)&own, &length) == 0, "bind");
    for (int i = 0; i < MAX_BATCH; i++) {
        in_vectors[i] = (struct iovec){ incoming[i], SLOT };
        in_messages[i].msg_hdr.msg_iov = &in_vectors[i];
        in_messages[i].msg_hdr.msg_iovlen = 1;
    }
    pthread_t watcher;
    check(pthread_create(&watcher, NULL, end_with_input, NULL) == 0, "thread");
    printf("ready %d\n", ntohs(own.sin_port));
    fflush(stdout);

    for (;;) {
        int got = recvmmsg(sock, in_messages, MAX_BATCH, MSG_WAITFORONE, NULL);
        int lengths[MAX_BATCH], usable = 0;
        for (int i = 0; i < got; i++) {
            int plain = is_sealed ? open_packet(incoming[i], (int)in_messages[i].msg_len) : (int)in_messages[i].msg_len;
            if (plain < 0) continue;
            if (usable != i) memcpy(incoming[usable], incoming[i], (size_t)plain);
            lengths[usable++] = plain;
        }
        if (usable > 0) relay(usable, lengths);
    }
}
