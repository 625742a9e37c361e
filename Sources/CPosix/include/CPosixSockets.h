// Polling, Unix sockets and signals.
#ifndef CPOSIX_SOCKETS_H
#define CPOSIX_SOCKETS_H
#include <stdint.h>
#include <sys/types.h>

// All answer -1 with errno set when they fail.

#define CPOSIX_READABLE 1
#define CPOSIX_WRITABLE 2
// Never asked for, always told: both directions are shut, or the descriptor is in error.
#define CPOSIX_HUNG_UP 4

struct cposix_ready {
  uint64_t token;
  uint32_t events;
};

// epoll(7), level-triggered. `operation` is 0 to add, 1 to change, 2 to remove.
int cposix_poller(void);
int cposix_poller_control(int poller, int operation, int descriptor, uint32_t events, uint64_t token);
// Waits at most `milliseconds` (-1: without end) and answers how many of `ready` it filled.
int cposix_poller_wait(int poller, struct cposix_ready *ready, int count, int milliseconds);

// A counter that is readable while above 0; non-blocking, close-on-exec.
int cposix_eventfd(void);

// A descriptor, non-blocking and close-on-exec, from which `count` signals are read; they are blocked in
// the calling thread and in threads it makes later.
int cposix_signalfd(const int *signals, int count);
// The number of the next signal waiting; 0 when there is none.
int cposix_next_signal(int descriptor);

// A stream socket, close-on-exec; non-blocking when `is_blocking` is 0.
int cposix_unix_socket(int is_blocking);
int cposix_bind_unix(int socket, const char *path);
int cposix_connect_unix(int socket, const char *path);
// The longest path of a Unix socket.
int cposix_unix_path_limit(void);
// The next connection, non-blocking and close-on-exec; EAGAIN when there is none.
int cposix_accept(int listener);

// The peer's effective user and group when it connected (SO_PEERCRED).
int cposix_peer_credentials(int socket, uid_t *user, gid_t *group);
// Its supplementary groups (SO_PEERGROUPS): answers how many of `groups` were filled.
int cposix_peer_groups(int socket, gid_t *groups, int count);

// Sends without blocking and without SIGPIPE; receives without blocking.
ssize_t cposix_send(int socket, const void *bytes, size_t count);
ssize_t cposix_receive(int socket, void *bytes, size_t count);
#endif
