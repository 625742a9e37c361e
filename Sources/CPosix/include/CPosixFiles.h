// Files, locks and libcrypt.
#ifndef CPOSIX_FILES_H
#define CPOSIX_FILES_H
#endif
