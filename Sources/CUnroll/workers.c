// A fixed set of worker threads. A worker watches its own flag for a short while after each piece of work, then sleeps.

#define _GNU_SOURCE

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "include/CUnroll.h"

#define MOST_WORKERS 255
#define SPINS 20000  // some 50 to 100 microseconds

typedef struct {
  _Alignas(64) atomic_int hasWork;
  atomic_int isAsleep;
  pthread_mutex_t lock;
  pthread_cond_t wake;
} Worker;

static Worker workers[MOST_WORKERS];
static long workerCount = 0;
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;

static void (*currentBody)(void *context, long index);
static void *currentContext;
static atomic_long unfinished;

static inline void pauseBriefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void *work(void *argument) {
  const long index = (long)(intptr_t)argument;
  Worker *self = &workers[index];
  for (;;) {
    for (int i = 0; i < SPINS && !atomic_load_explicit(&self->hasWork, memory_order_acquire); i++) pauseBriefly();
    if (!atomic_load(&self->hasWork)) {
      pthread_mutex_lock(&self->lock);
      atomic_store(&self->isAsleep, 1);
      while (!atomic_load(&self->hasWork)) pthread_cond_wait(&self->wake, &self->lock);
      atomic_store(&self->isAsleep, 0);
      pthread_mutex_unlock(&self->lock);
    }
    currentBody(currentContext, index + 1);
    atomic_store_explicit(&self->hasWork, 0, memory_order_relaxed);
    atomic_fetch_sub_explicit(&unfinished, 1, memory_order_release);
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

int CUnroll_runOnWorkers(long count, void (*body)(void *context, long index), void *context) {
  if (count < 2 || count > MOST_WORKERS + 1 || pthread_mutex_trylock(&busy) != 0) return 0;
  if (workerCount < count - 1) startWorkers(count - 1);
  if (workerCount < count - 1) {
    pthread_mutex_unlock(&busy);
    return 0;
  }
  currentBody = body;
  currentContext = context;
  atomic_store_explicit(&unfinished, count - 1, memory_order_relaxed);
  for (long i = 0; i < count - 1; i++) {
    Worker *worker = &workers[i];
    atomic_store(&worker->hasWork, 1);
    if (atomic_load(&worker->isAsleep)) {
      pthread_mutex_lock(&worker->lock);
      pthread_cond_signal(&worker->wake);
      pthread_mutex_unlock(&worker->lock);
    }
  }
  body(context, 0);
  for (int i = 0; atomic_load_explicit(&unfinished, memory_order_acquire) > 0; i++) {
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
