/* The floor for sorting a folder: one thread, no Python, no journal, nothing kept from being replaced.
 *
 *     cc -O2 tidy_floor.c -o tidy_floor && ./tidy_floor FROM INTO
 *
 * Moves every regular file below FROM to INTO/<ending>/, by two open folders and two names, as
 * cheaply as Linux allows: types come from the listing, no file is looked at. Prints how many.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 512, LONG = 64 };

static struct { char ending[LONG]; int folder; } known[MOST];
static int count, into, *folders, waiting, room;
static long moved;

static void fail(const char *what) { perror(what); exit(1); }

static int destination(const char *name)
{
    const char *dot = strrchr(name, '.');
    char ending[LONG] = "other";
    if (dot && dot != name && strlen(dot) < LONG) {
        size_t i = 0;
        for (dot++; *dot; dot++) ending[i++] = (char)tolower((unsigned char)*dot);
        ending[i] = 0;
    }
    for (int i = 0; i < count; i++)
        if (!strcmp(known[i].ending, ending)) return known[i].folder;
    if (count == MOST) exit(2);
    if (mkdirat(into, ending, 0777) && errno != EEXIST) fail(ending);
    strcpy(known[count].ending, ending);
    known[count].folder = openat(into, ending, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (known[count].folder < 0) fail(ending);
    return known[count++].folder;
}

static void put_off(int folder)
{
    if (waiting == room && !(folders = realloc(folders, (room += 1024) * sizeof *folders)))
        fail("realloc");
    folders[waiting++] = folder;
}

static void sort(int folder)
{
    static _Alignas(struct dirent64) char listing[1 << 18];
    ssize_t size;
    while ((size = getdents64(folder, listing, sizeof listing)) > 0)
        for (struct dirent64 *one = (void *)listing; (char *)one < listing + size;
             one = (void *)((char *)one + one->d_reclen))
            if (one->d_type == DT_REG) {
                if (renameat(folder, one->d_name, destination(one->d_name), one->d_name))
                    fail(one->d_name);
                moved++;
            } else if (one->d_type == DT_DIR && one->d_name[0] != '.') {
                int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
                int below = openat(folder, one->d_name, flags);
                if (below < 0) fail(one->d_name);
                put_off(below);
            }
    close(folder);
}

int main(int words, char **word)
{
    if (words != 3) return 2;
    mkdir(word[2], 0777);
    into = open(word[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int from = open(word[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (into < 0 || from < 0) fail("open");
    put_off(from);
    while (waiting) sort(folders[--waiting]);
    printf("%ld\n", moved);
    return 0;
}
