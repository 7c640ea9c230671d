#include "network/hash.h"

#include <sha2.h>
#include <stdint.h>
#include <stdio.h>

void cb_hash(const void *bytes, size_t length, char text[CB_HASH_TEXT])
{
    SHA2_CTX context;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Init(&context);
    SHA256Update(&context, bytes, length);
    SHA256Final(digest, &context);
    for (size_t i = 0; i < (CB_HASH_TEXT - 1) / 2; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}
