#define _GNU_SOURCE
#include "CPosixSockets.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int cposix_poller(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cposix_poller_control(int poller, int operation, int descriptor, uint32_t events, uint64_t token) {
  static const int operations[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL};
  struct epoll_event event = {0};
  if (events & CPOSIX_READABLE) event.events |= EPOLLIN;
  if (events & CPOSIX_WRITABLE) event.events |= EPOLLOUT;
  event.data.u64 = token;
  return epoll_ctl(poller, operations[operation], descriptor, &event);
}

int cposix_poller_wait(int poller, struct cposix_ready *ready, int count, int milliseconds) {
  struct epoll_event events[256];
  if (count > 256) count = 256;
  int found = epoll_wait(poller, events, count, milliseconds);
  for (int index = 0; index < found; index++) {
    uint32_t flags = events[index].events;
    ready[index].token = events[index].data.u64;
    ready[index].events = (flags & EPOLLIN ? CPOSIX_READABLE : 0) | (flags & EPOLLOUT ? CPOSIX_WRITABLE : 0) |
                          (flags & (EPOLLHUP | EPOLLERR) ? CPOSIX_HUNG_UP : 0);
  }
  return found;
}

int cposix_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int cposix_signalfd(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int index = 0; index < count; index++) sigaddset(&set, signals[index]);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error != 0) {
    errno = error;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cposix_next_signal(int descriptor) {
  struct signalfd_siginfo information;
  ssize_t count = read(descriptor, &information, sizeof information);
  if (count == sizeof information) return (int)information.ssi_signo;
  return errno == EAGAIN ? 0 : -1;
}

int cposix_unix_socket(int is_blocking) {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (is_blocking ? 0 : SOCK_NONBLOCK), 0);
}

int cposix_unix_path_limit(void) { return (int)sizeof(((struct sockaddr_un *)0)->sun_path) - 1; }

static int address(const char *path, struct sockaddr_un *result) {
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof result->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memset(result, 0, sizeof *result);
  result->sun_family = AF_UNIX;
  memcpy(result->sun_path, path, length + 1);
  return 0;
}

int cposix_bind_unix(int socket, const char *path) {
  struct sockaddr_un name;
  if (address(path, &name) != 0) return -1;
  return bind(socket, (struct sockaddr *)&name, sizeof name);
}

int cposix_connect_unix(int socket, const char *path) {
  struct sockaddr_un name;
  if (address(path, &name) != 0) return -1;
  return connect(socket, (struct sockaddr *)&name, sizeof name);
}

int cposix_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int cposix_peer_credentials(int socket, uid_t *user, gid_t *group) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return -1;
  *user = credentials.uid;
  *group = credentials.gid;
  return 0;
}

int cposix_peer_groups(int socket, gid_t *groups, int count) {
  socklen_t size = (socklen_t)(count * (int)sizeof(gid_t));
  if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0) return -1;
  return (int)(size / sizeof(gid_t));
}

ssize_t cposix_send(int socket, const void *bytes, size_t count) {
  return send(socket, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t cposix_receive(int socket, void *bytes, size_t count) { return recv(socket, bytes, count, MSG_DONTWAIT); }
