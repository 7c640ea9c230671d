/* The fingerprint by which outputs of two engines are compared. */
#ifndef CB_NETWORK_HASH_H
#define CB_NETWORK_HASH_H

#include <stddef.h>

enum { CB_HASH_TEXT = 17 };

/* The first 16 hexadecimal digits of the SHA-256 of the bytes. */
void cb_hash(const void *bytes, size_t length, char text[CB_HASH_TEXT]);

#endif
