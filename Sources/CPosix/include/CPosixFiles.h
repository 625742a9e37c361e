// Locks and holes of files, and the kind of their file system.
#ifndef CPOSIX_FILES_H
#define CPOSIX_FILES_H
#include <stdint.h>

// Tries an open-file-description lock (F_OFD_SETLK) of `length` bytes from `start` without waiting.
// `kind` is F_RDLCK, F_WRLCK or F_UNLCK. Answers 0, or the errno; EAGAIN means somebody else holds it.
int cposix_ofd_lock(int descriptor, short kind, int64_t start, int64_t length);

// The file system's magic number (statfs f_type) into `kind`. Answers 0, or the errno.
int cposix_file_system_kind(int descriptor, int64_t *kind);

// Gives the blocks of `length` bytes from `start` back to the file system; they read as zeros and the file
// keeps its size (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE). Answers 0, or the errno.
int cposix_punch_hole(int descriptor, int64_t start, int64_t length);

// Where data begins at or after `offset` (SEEK_DATA) into `found`. Answers 0, or the errno; ENXIO: none follows.
int cposix_seek_data(int descriptor, int64_t offset, int64_t *found);

// Likewise where a hole begins (SEEK_HOLE); the end of the file counts as one.
int cposix_seek_hole(int descriptor, int64_t offset, int64_t *found);
#endif
