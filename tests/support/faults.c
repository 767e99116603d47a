/* Runs a program and makes one of its calls that write go wrong, or all from one on.
 *
 *   faults LOG FOLDER KIND NUMBER PROGRAM [ARGUMENT...]
 *
 * Calls are counted that make, change, rename or remove something below FOLDER, by whichever library or thread they are
 * made: the kernel itself stops the program in front of each (a seccomp filter that reports to a tracer). KIND says what
 * becomes of the NUMBERth: an error such as ENOSPC in its place, "short" for a write that takes half of its bytes, "full+"
 * for one that does so before the disk is full, "kill" for a SIGKILL, "none" for nothing. An error with a + befalls every later call as well, but on a full disk those that make room. LOG gets a line for each call, "*" in front of what went wrong, and how it ended.
 *
 * Exits with the program's code, with 128 + its signal, or with 77 where the system lets nobody trace.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_TRACING 77

/* Where the call says what it changes. */
enum place { FD, PATH, PATH_AT, SECOND_AT, SECOND };

/* What may be done to it. */
enum manner { OPENS, WRITES, REMOVES, OTHER };

static const struct call {
    long number;
    const char *name;
    enum place place;
    int argument; /* which argument is the descriptor, the path, or the folder in front of the path */
    enum manner manner;
} CALLS[] = {
    {SYS_open, "open", PATH, 0, OPENS},
    {SYS_openat, "open", PATH_AT, 0, OPENS},
    {SYS_creat, "open", PATH, 0, OPENS},
    {SYS_write, "write", FD, 0, WRITES},
    {SYS_pwrite64, "write", FD, 0, WRITES},
    {SYS_writev, "write", FD, 0, OTHER},
    {SYS_pwritev, "write", FD, 0, OTHER},
    {SYS_pwritev2, "write", FD, 0, OTHER},
    {SYS_copy_file_range, "copy", FD, 2, OTHER},
    {SYS_sendfile, "copy", FD, 0, OTHER},
    {SYS_splice, "copy", FD, 2, OTHER},
    {SYS_fsync, "sync", FD, 0, OTHER},
    {SYS_fdatasync, "sync", FD, 0, OTHER},
    {SYS_ftruncate, "truncate", FD, 0, REMOVES},
    {SYS_truncate, "truncate", PATH, 0, REMOVES},
    {SYS_fallocate, "allocate", FD, 0, OTHER},
    {SYS_rename, "rename", SECOND, 1, OTHER},
    {SYS_renameat, "rename", SECOND_AT, 2, OTHER},
    {SYS_renameat2, "rename", SECOND_AT, 2, OTHER},
    {SYS_link, "link", SECOND, 1, OTHER},
    {SYS_linkat, "link", SECOND_AT, 2, OTHER},
    {SYS_symlink, "link", SECOND, 1, OTHER},
    {SYS_symlinkat, "link", SECOND_AT, 1, OTHER},
    {SYS_mkdir, "mkdir", PATH, 0, OTHER},
    {SYS_mkdirat, "mkdir", PATH_AT, 0, OTHER},
    {SYS_chmod, "chmod", PATH, 0, OTHER},
    {SYS_fchmod, "chmod", FD, 0, OTHER},
    {SYS_fchmodat, "chmod", PATH_AT, 0, OTHER},
    {SYS_utimensat, "touch", PATH_AT, 0, OTHER},
    {SYS_unlink, "remove", PATH, 0, REMOVES},
    {SYS_unlinkat, "remove", PATH_AT, 0, REMOVES},
    {SYS_rmdir, "remove", PATH, 0, REMOVES},
};
enum { COUNT = sizeof CALLS / sizeof *CALLS };

static const struct { const char *name; int number; } ERRORS[] = {
    {"ENOSPC", ENOSPC}, {"full", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR}, {"EROFS", EROFS}, {"EACCES", EACCES},
};

static void fail(const char *what) {
    fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
    exit(NO_TRACING - 1);
}

/* The filter: report the calls above, let all others pass. */
static void report_calls(void) {
    struct sock_filter filter[COUNT + 3];
    size_t at = 0;
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t index = 0; index < COUNT; index++)
        filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[index].number, COUNT - index, 0);
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    struct sock_fprog program = {.len = at, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) _exit(NO_TRACING);
}

static unsigned long long argument(const struct user_regs_struct *registers, int index) {
    switch (index) {
    case 0: return registers->rdi;
    case 1: return registers->rsi;
    case 2: return registers->rdx;
    case 3: return registers->r10;
    default: return registers->r8;
    }
}

/* A path out of the program's memory, page by page, as it may end where its memory does. */
static void read_text(pid_t process, unsigned long long from, char *into) {
    size_t done = 0;
    while (done < PATH_MAX - 1) {
        size_t rest = 4096 - (from + done) % 4096;
        if (rest > PATH_MAX - 1 - done) rest = PATH_MAX - 1 - done;
        struct iovec here = {into + done, rest}, there = {(void *)(from + done), rest};
        ssize_t count = process_vm_readv(process, &here, 1, &there, 1, 0);
        if (count <= 0 || memchr(into + done, 0, count)) { done += count > 0 ? count : 0; break; }
        done += count;
    }
    into[done] = 0;
}

static void folder_of(pid_t process, int descriptor, char *into) {
    char link[64];
    if (descriptor == AT_FDCWD) snprintf(link, sizeof link, "/proc/%d/cwd", process);
    else snprintf(link, sizeof link, "/proc/%d/fd/%d", process, descriptor);
    ssize_t length = readlink(link, into, PATH_MAX - 1);
    into[length > 0 ? length : 0] = 0;
}

/* What the call changes, by its whole path. */
static void target_of(pid_t process, const struct call *call, const struct user_regs_struct *registers, char *path) {
    char text[PATH_MAX];
    int at = call->place == PATH_AT || call->place == SECOND_AT;
    if (call->place == FD) {
        folder_of(process, (int)argument(registers, call->argument), path);
        return;
    }
    read_text(process, argument(registers, call->argument + at), text);
    if (text[0] == '/') {
        strcpy(path, text);
        return;
    }
    folder_of(process, at ? (int)argument(registers, call->argument) : AT_FDCWD, path);
    size_t length = strlen(path), more = strlen(text);
    if (more == 0 || length + more + 2 > PATH_MAX) return;
    path[length] = '/';
    memcpy(path + length + 1, text, more + 1);
}

static int is_for_writing(const struct call *call, const struct user_regs_struct *registers) {
    if (call->manner != OPENS || call->number == SYS_creat) return 1;
    unsigned long long flags = argument(registers, call->number == SYS_openat ? 2 : 1);
    return (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
}

static const char *kind, *below;
static long wanted, counted;
static int error_number, goes_on;
static FILE *story;

/* What the NUMBERth call and perhaps those behind it come to; whether it goes wrong. */
static int is_struck(const struct call *call) {
    if (!strcmp(kind, "none") || counted < wanted) return 0;
    if (counted == wanted) return 1;
    int is_full = error_number == ENOSPC || error_number == EDQUOT;
    return goes_on && !(is_full && call->manner == REMOVES);
}

static void strike(pid_t process, const struct call *call, struct user_regs_struct *registers) {
    int is_cut = !strcmp(kind, "short") || (!strcmp(kind, "full+") && counted == wanted && call->manner == WRITES);
    if (!strcmp(kind, "kill")) {
        kill(process, SIGKILL);
    } else if (is_cut) {
        if (call->manner == WRITES && registers->rdx > 1) registers->rdx /= 2;
        ptrace(PTRACE_SETREGS, process, 0, registers);
    } else if (error_number != EINTR || call->manner == WRITES || call->manner == OPENS) {
        registers->orig_rax = -1;
        registers->rax = -error_number;
        ptrace(PTRACE_SETREGS, process, 0, registers);
    }
}

static void look_at(pid_t process) {
    struct user_regs_struct registers;
    char path[PATH_MAX];
    if (ptrace(PTRACE_GETREGS, process, 0, &registers)) return;
    const struct call *call = NULL;
    for (size_t index = 0; index < COUNT; index++)
        if (CALLS[index].number == (long)registers.orig_rax) call = &CALLS[index];
    if (!call || !is_for_writing(call, &registers)) return;
    target_of(process, call, &registers, path);
    if (strncmp(path, below, strlen(below))) return;
    counted++;
    int struck = is_struck(call);
    fprintf(story, "%s %s %s\n", struck ? "*" : "-", call->name, path);
    fflush(story);
    if (struck) strike(process, call, &registers);
}

static void start(char **program) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(NO_TRACING);
    raise(SIGSTOP);
    report_calls();
    execv(program[0], program);
    _exit(NO_TRACING - 1);
}

int main(int count, char **arguments) {
    if (count < 6) { fprintf(stderr, "faults LOG FOLDER KIND NUMBER PROGRAM [ARGUMENT...]\n"); return 2; }
    below = arguments[2], kind = arguments[3], wanted = atol(arguments[4]);
    goes_on = strchr(kind, '+') != NULL;
    for (size_t index = 0; index < sizeof ERRORS / sizeof *ERRORS; index++)
        if (!strncmp(kind, ERRORS[index].name, strlen(ERRORS[index].name))) error_number = ERRORS[index].number;
    if (!(story = fopen(arguments[1], "we"))) fail(arguments[1]);
    pid_t program = fork();
    if (program < 0) fail("fork");
    if (!program) start(arguments + 5);
    int status, ended = 0;
    if (waitpid(program, &status, __WALL) < 0) fail("wait");
    if (!WIFSTOPPED(status)) return NO_TRACING;
    long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                   PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, program, 0, options)) { kill(program, SIGKILL); return NO_TRACING; }
    ptrace(PTRACE_CONT, program, 0, 0);
    for (;;) {
        int now;
        pid_t one = waitpid(-1, &now, __WALL);
        if (one < 0) { if (errno == EINTR) continue; break; }
        if (WIFEXITED(now) || WIFSIGNALED(now)) {
            if (one == program) ended = now;
            continue;
        }
        int signal = WSTOPSIG(now), event = now >> 16;
        if (event == PTRACE_EVENT_SECCOMP) look_at(one);
        /* Stops that tracing makes are no signals of the program's. */
        int is_own = event || signal == SIGTRAP || signal == SIGSTOP;
        ptrace(PTRACE_CONT, one, 0, is_own ? 0 : signal);
    }
    if (WIFSIGNALED(ended)) fprintf(story, "signal %d\n", WTERMSIG(ended));
    else fprintf(story, "code %d\n", WEXITSTATUS(ended));
    fclose(story);
    return WIFSIGNALED(ended) ? 128 + WTERMSIG(ended) : WEXITSTATUS(ended);
}
