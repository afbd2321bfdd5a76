/* What the libraries export: the functions marked AG_API in these headers, and no others. */
#ifndef AG_API_H
#define AG_API_H

#if defined(__GNUC__)
#define AG_API __attribute__((visibility("default")))
#else
#define AG_API
#endif

#endif
