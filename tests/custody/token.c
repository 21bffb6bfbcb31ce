/* A PKCS#11 library that is another one (REAL), and misbehaves as the first word of the file CONTROL
 * says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long Answer;
enum { DEVICE_REMOVED = 0x32, INITIALIZE = 0, GET_SLOT_LIST = 4, OPEN_SESSION = 12, LOGIN = 18, FIND_OBJECTS_INIT = 26, SIGN_INIT = 42, SIGN = 43, COUNT = 68 };
/* CK_FUNCTION_LIST (PKCS#11 2.40, clause 3.6): the version, then the functions in their order. */
typedef struct { unsigned char major, minor; void *functions[COUNT]; } Functions;

static Functions *real, ours;

static int told(const char *word) {
    char mode[16] = "";
    FILE *file = fopen(CONTROL, "r");
    if (!file) return 0;
    int read = fscanf(file, "%15s", mode);
    fclose(file);
    return read == 1 && strcmp(mode, word) == 0;
}

static int away(void) {
    while (told("hang")) usleep(20000);
    return told("gone");
}

static Answer initialize(void *arguments) {
    return ((Answer(*)(void *))real->functions[INITIALIZE])(arguments);
}

static Answer get_slot_list(unsigned char present, unsigned long *slots, unsigned long *count) {
    if (away()) { *count = 0; return 0; }
    return ((Answer(*)(unsigned char, unsigned long *, unsigned long *))real->functions[GET_SLOT_LIST])(present, slots, count);
}

static Answer open_session(unsigned long slot, unsigned long flags, void *user, void *notify, unsigned long *session) {
    if (away()) return DEVICE_REMOVED;
    return ((Answer(*)(unsigned long, unsigned long, void *, void *, unsigned long *))real->functions[OPEN_SESSION])(slot, flags, user, notify, session);
}

static Answer login(unsigned long session, unsigned long user, unsigned char *pin, unsigned long length) {
    if (away()) return DEVICE_REMOVED;
    FILE *file = fopen(CONTROL ".logins", "a");
    if (file) { fputs("x", file); fclose(file); }
    return ((Answer(*)(unsigned long, unsigned long, unsigned char *, unsigned long))real->functions[LOGIN])(session, user, pin, length);
}

static Answer find_objects_init(unsigned long session, void *template, unsigned long count) {
    if (away()) return DEVICE_REMOVED;
    return ((Answer(*)(unsigned long, void *, unsigned long))real->functions[FIND_OBJECTS_INIT])(session, template, count);
}

static Answer sign_init(unsigned long session, void *mechanism, unsigned long key) {
    if (away()) return DEVICE_REMOVED;
    return ((Answer(*)(unsigned long, void *, unsigned long))real->functions[SIGN_INIT])(session, mechanism, key);
}

static Answer sign(unsigned long session, unsigned char *data, unsigned long length, unsigned char *signature, unsigned long *signed_length) {
    if (away()) return DEVICE_REMOVED;
    Answer answer = ((Answer(*)(unsigned long, unsigned char *, unsigned long, unsigned char *, unsigned long *))real->functions[SIGN])(session, data, length, signature, signed_length);
    if (answer == 0 && signature && told("flip")) signature[0] ^= 1;
    return answer;
}

Answer C_GetFunctionList(Functions **list) {
    if (!real) {
        void *library = dlopen(REAL, RTLD_NOW);
        if (!library) return DEVICE_REMOVED;
        Answer (*get)(Functions **) = (Answer(*)(Functions **))dlsym(library, "C_GetFunctionList");
        if (!get || get(&real) != 0) return DEVICE_REMOVED;
        ours = *real;
        ours.functions[INITIALIZE] = (void *)initialize;
        ours.functions[GET_SLOT_LIST] = (void *)get_slot_list;
        ours.functions[OPEN_SESSION] = (void *)open_session;
        ours.functions[LOGIN] = (void *)login;
        ours.functions[FIND_OBJECTS_INIT] = (void *)find_objects_init;
        ours.functions[SIGN_INIT] = (void *)sign_init;
        ours.functions[SIGN] = (void *)sign;
    }
    *list = &ours;
    return 0;
}
