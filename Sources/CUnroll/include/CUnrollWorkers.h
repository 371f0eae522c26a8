// A fixed set of worker threads, which start when they are first needed and never end.

#ifndef CUNROLL_WORKERS_H
#define CUNROLL_WORKERS_H

#include "CUnrollAnnotations.h"

CUNROLL_ASSUME_NONNULL_BEGIN

/// The processors that this process may run on.
long CUnroll_processorCount(void);

/// Runs `body(context, index)` for each index below `pieces`, on so many threads at once, the caller among them.
/// Returns 0 without running anything when the workers are busy with another caller's job or cannot be started.
int CUnroll_runOnWorkers(long threads, long pieces, void (*body)(void *context, long index), void *context);

CUNROLL_ASSUME_NONNULL_END

#endif
