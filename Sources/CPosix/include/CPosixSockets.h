// Polling, Unix sockets and signals.
#ifndef CPOSIX_SOCKETS_H
#define CPOSIX_SOCKETS_H
#endif
