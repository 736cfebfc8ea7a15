/* Another wall clock for every program that loads this library: OFFSET seconds ahead, and running on.
 *
 * As if somebody had set the machine's clock at START: files changed since then bear the new time, older
 * ones keep theirs. The monotonic clocks are left alone, and with them all that waits and times out. Both
 * numbers are given to the compiler (under-clock.sh), so that a clean environment shows the same clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

#define REAL(name)                  \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define UPTIME_AT_MOST 1000000000 /* a deadline of fewer seconds is one of a monotonic clock */

static int is_wall(clockid_t id) { return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE; }

static time_t shown(time_t kept) { return kept < START ? kept : kept + OFFSET; }

/* What the disk keeps of a time that a program gives a file. Between the two clocks there were no files: such
 * a time becomes the last second of the old clock. */
static struct timespec kept(struct timespec given) {
    if (given.tv_nsec == UTIME_NOW || given.tv_nsec == UTIME_OMIT) return given;
    if (given.tv_sec >= START + OFFSET) return (struct timespec){given.tv_sec - OFFSET, given.tv_nsec};
    return given.tv_sec < START ? given : (struct timespec){START - 1, 0};
}

static struct timespec real_deadline(struct timespec given) {
    if (given.tv_sec > UPTIME_AT_MOST) given.tv_sec -= OFFSET;
    return given;
}

int clock_gettime(clockid_t id, struct timespec *at) {
    REAL(clock_gettime);
    int failed = real(id, at);
    if (!failed && is_wall(id)) at->tv_sec += OFFSET;
    return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
    REAL(gettimeofday);
    int failed = real(at, zone);
    if (!failed) at->tv_sec += OFFSET;
    return failed;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *at, int base) {
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, at) ? base : 0;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    REAL(pthread_cond_timedwait);
    struct timespec deadline = real_deadline(*until);
    return real(condition, mutex, &deadline);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    REAL(sem_timedwait);
    struct timespec deadline = real_deadline(*until);
    return real(semaphore, &deadline);
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *span, struct timespec *left) {
    REAL(clock_nanosleep);
    struct timespec wanted = flags & TIMER_ABSTIME ? real_deadline(*span) : *span;
    return real(id, flags, &wanted, left);
}

#define STAT(name, parameters, arguments)                    \
    int name parameters {                                    \
        REAL(name);                                          \
        int failed = real arguments;                         \
        if (failed) return failed;                           \
        file->st_atim.tv_sec = shown(file->st_atim.tv_sec);  \
        file->st_mtim.tv_sec = shown(file->st_mtim.tv_sec);  \
        file->st_ctim.tv_sec = shown(file->st_ctim.tv_sec);  \
        return 0;                                            \
    }
STAT(stat, (const char *path, struct stat *file), (path, file))
STAT(lstat, (const char *path, struct stat *file), (path, file))
STAT(fstat, (int number, struct stat *file), (number, file))
STAT(fstatat, (int folder, const char *path, struct stat *file, int flags), (folder, path, file, flags))
STAT(stat64, (const char *path, struct stat64 *file), (path, file))
STAT(lstat64, (const char *path, struct stat64 *file), (path, file))
STAT(fstat64, (int number, struct stat64 *file), (number, file))
STAT(fstatat64, (int folder, const char *path, struct stat64 *file, int flags), (folder, path, file, flags))

int statx(int folder, const char *path, int flags, unsigned int mask, struct statx *file) {
    REAL(statx);
    int failed = real(folder, path, flags, mask, file);
    if (failed) return failed;
    file->stx_atime.tv_sec = shown(file->stx_atime.tv_sec);
    file->stx_mtime.tv_sec = shown(file->stx_mtime.tv_sec);
    file->stx_ctime.tv_sec = shown(file->stx_ctime.tv_sec);
    file->stx_btime.tv_sec = shown(file->stx_btime.tv_sec);
    return 0;
}

int utimensat(int folder, const char *path, const struct timespec times[2], int flags) {
    REAL(utimensat);
    if (!times) return real(folder, path, times, flags);
    struct timespec changed[2] = {kept(times[0]), kept(times[1])};
    return real(folder, path, changed, flags);
}

int futimens(int number, const struct timespec times[2]) {
    REAL(futimens);
    if (!times) return real(number, times);
    struct timespec changed[2] = {kept(times[0]), kept(times[1])};
    return real(number, changed);
}

int utimes(const char *path, const struct timeval times[2]) {
    if (!times) return utimensat(AT_FDCWD, path, NULL, 0);
    struct timespec given[2] = {
        {times[0].tv_sec, times[0].tv_usec * 1000},
        {times[1].tv_sec, times[1].tv_usec * 1000},
    };
    return utimensat(AT_FDCWD, path, given, 0);
}

int utime(const char *path, const struct utimbuf *times) {
    if (!times) return utimensat(AT_FDCWD, path, NULL, 0);
    struct timespec given[2] = {{times->actime, 0}, {times->modtime, 0}};
    return utimensat(AT_FDCWD, path, given, 0);
}
