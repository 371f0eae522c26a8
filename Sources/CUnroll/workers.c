// A fixed set of worker threads that help their caller through the pieces of a job.
//
// Pieces are claimed one by one, by the caller too. So a worker that the system does not let run costs nothing but its
// help: the caller does the work itself, and waits only for pieces that somebody is at. Who runs a piece changes no result.
//
// After a job a worker watches for the next one for a short while, then sleeps.

#define _GNU_SOURCE

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "include/CUnrollWorkers.h"

#define MOST_WORKERS 255
#define MOST_PIECES 0xffff
#define SPINS 20000  // some 50 to 100 microseconds

typedef struct {
  _Alignas(64) atomic_int isAsleep;
  pthread_mutex_t lock;
  pthread_cond_t wake;
} Worker;

static Worker workers[MOST_WORKERS];
static long workerCount = 0;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;

// The job's number, its pieces, and the piece to claim next, in one word.
static _Alignas(64) atomic_uint_fast64_t ticket;
static _Alignas(64) atomic_long finished;
static atomic_long currentThreads;
static void (*currentBody)(void *context, long index);
static void *currentContext;

#define JOB(T) ((uint32_t)((T) >> 32))
#define PIECES(T) ((long)((T) >> 16 & 0xffff))
#define NEXT(T) ((long)((T) & 0xffff))

static inline void pauseBriefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Claims pieces of a job and runs them until none is left. While a claimed piece is not finished, neither is its job.
static void runPieces(uint32_t job) {
  uint64_t seen = atomic_load(&ticket);
  while (JOB(seen) == job && NEXT(seen) < PIECES(seen)) {
    if (!atomic_compare_exchange_weak(&ticket, &seen, seen + 1)) continue;
    currentBody(currentContext, NEXT(seen));
    atomic_fetch_add_explicit(&finished, 1, memory_order_release);
    seen = atomic_load(&ticket);
  }
}

/// Waits for a job with another number than the last one, awake for a while, then asleep.
static uint64_t nextJob(Worker *self, uint32_t last) {
  uint64_t seen;
  for (int i = 0; i < SPINS; i++) {
    seen = atomic_load_explicit(&ticket, memory_order_acquire);
    if (JOB(seen) != last) return seen;
    pauseBriefly();
  }
  pthread_mutex_lock(&self->lock);
  atomic_store(&self->isAsleep, 1);
  while (JOB(seen = atomic_load(&ticket)) == last) pthread_cond_wait(&self->wake, &self->lock);
  atomic_store(&self->isAsleep, 0);
  pthread_mutex_unlock(&self->lock);
  return seen;
}

static void *work(void *argument) {
  const long index = (long)(intptr_t)argument;
  uint32_t last = 0;
  for (;;) {
    uint64_t seen = nextJob(&workers[index], last);
    last = JOB(seen);
    if (index < atomic_load(&currentThreads) - 1) runPieces(last);
  }
  return NULL;
}

/// Starts workers until there are `count`, or as many as the system grants.
static void startWorkers(long count) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  while (workerCount < count) {
    Worker *worker = &workers[workerCount];
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->wake, NULL);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, work, (void *)(intptr_t)workerCount) != 0) break;
    workerCount++;
  }
  pthread_attr_destroy(&attributes);
}

int CUnroll_runOnWorkers(long threads, long pieces, void (*body)(void *context, long index), void *context) {
  const long helpers = threads - 1;
  if (helpers < 1 || helpers > MOST_WORKERS || pieces < 2 || pieces > MOST_PIECES) return 0;
  if (pthread_mutex_trylock(&busy) != 0) return 0;
  if (workerCount < helpers) startWorkers(helpers);
  if (workerCount < helpers) {
    pthread_mutex_unlock(&busy);
    return 0;
  }
  currentBody = body;
  currentContext = context;
  atomic_store(&currentThreads, threads);
  atomic_store(&finished, 0);
  uint32_t job = JOB(atomic_load(&ticket)) + 1;
  if (job == 0) job = 1;
  atomic_store(&ticket, (uint64_t)job << 32 | (uint64_t)pieces << 16);
  for (long i = 0; i < helpers; i++) {
    Worker *worker = &workers[i];
    if (!atomic_load(&worker->isAsleep)) continue;
    pthread_mutex_lock(&worker->lock);
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
  }
  runPieces(job);
  for (int i = 0; atomic_load_explicit(&finished, memory_order_acquire) < pieces; i++) {
    if (i < SPINS)
      pauseBriefly();
    else
      sched_yield();
  }
  pthread_mutex_unlock(&busy);
  return 1;
}

long CUnroll_processorCount(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return sysconf(_SC_NPROCESSORS_ONLN);
}
