/* A device that speaks SDF (GM/T 0018), for the tests: it signs SM2 with keys made from their numbers,
 * by OpenSSL's arithmetic, and misbehaves as the first word of the file CONTROL says. */
#define _GNU_SOURCE
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OK = 0, COMMFAIL = 0x01000003, PARDENY = 0x01000007, KEYNOTEXIST = 0x01000008, SIGNERR = 0x0100000d };
typedef struct { unsigned bits; unsigned char x[64], y[64]; } PublicKey;
typedef struct { unsigned char r[64], s[64]; } Signature;
typedef struct { int age; unsigned right; } Session;

static int told(const char *word) {
    char mode[16] = "";
    FILE *file = fopen(CONTROL, "r");
    if (!file) return 0;
    int read = fscanf(file, "%15s", mode);
    fclose(file);
    return read == 1 && strcmp(mode, word) == 0;
}

/* A device that was away forgets its sessions. */
static int age = 1;
static int away(void) {
    while (told("hang")) usleep(20000);
    if (told("gone")) { age++; return 1; }
    return 0;
}

static BIGNUM *private_number(unsigned index) {
    unsigned char seed[SHA256_DIGEST_LENGTH], text[16];
    int length = snprintf((char *)text, sizeof text, "key %u%s", index, told("other") ? "b" : "");
    SHA256(text, (size_t)length, seed);
    seed[0] &= 0x7f; /* below n - 1 */
    return BN_bin2bn(seed, sizeof seed, NULL);
}

int SDF_OpenDevice(void **device) { *device = &age; return away() ? COMMFAIL : OK; }
int SDF_CloseDevice(void *device) { return device == &age ? OK : COMMFAIL; }

int SDF_OpenSession(void *device, void **session) {
    if (away() || device != &age) return COMMFAIL;
    Session *made = OPENSSL_zalloc(sizeof *made);
    made->age = age;
    *session = made;
    return OK;
}

int SDF_CloseSession(void *session) { OPENSSL_free(session); return OK; }

int SDF_GetPrivateKeyAccessRight(Session *session, unsigned index, const unsigned char *password, unsigned length) {
    if (away() || session->age != age) return COMMFAIL;
    if (length != 8 || memcmp(password, "password", 8) != 0) {
        FILE *file = fopen(CONTROL ".denied", "a");
        if (file) { fputs("x", file); fclose(file); }
        return PARDENY;
    }
    session->right = index;
    return OK;
}

int SDF_ReleasePrivateKeyAccessRight(Session *session, unsigned index) {
    if (session->right != index) return PARDENY;
    session->right = 0;
    return OK;
}

int SDF_ExportSignPublicKey_ECC(Session *session, unsigned index, PublicKey *key) {
    if (away() || session->age != age) return COMMFAIL;
    if (index == 0 || index > 64) return KEYNOTEXIST;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *d = private_number(index), *x = BN_new(), *y = BN_new();
    EC_POINT_mul(group, point, d, NULL, NULL, NULL);
    EC_POINT_get_affine_coordinates(group, point, x, y, NULL);
    memset(key, 0, sizeof *key);
    key->bits = 256;
    BN_bn2binpad(x, key->x, 64);
    BN_bn2binpad(y, key->y, 64);
    BN_free(d); BN_free(x); BN_free(y); EC_POINT_free(point); EC_GROUP_free(group);
    return OK;
}

/* GB/T 32918.2, clause 6.1, steps A3 to A7: e comes ready. */
int SDF_InternalSign_ECC(Session *session, unsigned index, const unsigned char *e, unsigned length, Signature *signature) {
    if (away() || session->age != age) return COMMFAIL;
    if (length != 32) return SIGNERR;
    if (session->right != index) return PARDENY;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_sm2);
    const BIGNUM *n = EC_GROUP_get0_order(group);
    BN_CTX *context = BN_CTX_new();
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *d = private_number(index), *k = BN_new(), *x = BN_new(), *r = BN_new(), *s = BN_new();
    BIGNUM *number = BN_bin2bn(e, 32, NULL), *sum = BN_new();
    BN_priv_rand_range(k, n);
    EC_POINT_mul(group, point, k, NULL, NULL, context);
    EC_POINT_get_affine_coordinates(group, point, x, NULL, context);
    BN_mod_add(r, number, x, n, context);
    BN_copy(sum, d);
    BN_add_word(sum, 1);
    BN_mod_inverse(sum, sum, n, context);
    BN_mod_mul(s, r, d, n, context);
    BN_mod_sub(s, k, s, n, context);
    BN_mod_mul(s, s, sum, n, context);
    memset(signature, 0, sizeof *signature);
    BN_bn2binpad(r, signature->r, 64);
    BN_bn2binpad(s, signature->s, 64);
    if (told("flip")) signature->s[63] ^= 1;
    BN_free(d); BN_free(k); BN_free(x); BN_free(r); BN_free(s); BN_free(number); BN_free(sum);
    EC_POINT_free(point); BN_CTX_free(context); EC_GROUP_free(group);
    return OK;
}
