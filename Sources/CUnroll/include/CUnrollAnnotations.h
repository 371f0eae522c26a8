// What Clang tells Swift about pointers, and nothing for other compilers.

#ifndef CUNROLL_ANNOTATIONS_H
#define CUNROLL_ANNOTATIONS_H

#if defined(__clang__)
#define CUNROLL_SENDABLE __attribute__((swift_attr("@Sendable")))
#define CUNROLL_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define CUNROLL_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#else
#define CUNROLL_SENDABLE
#define CUNROLL_ASSUME_NONNULL_BEGIN
#define CUNROLL_ASSUME_NONNULL_END
#define _Nullable
#define _Nonnull
#endif

#endif
