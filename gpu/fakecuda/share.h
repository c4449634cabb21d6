#ifndef FAKECUDA_SHARE_H
#define FAKECUDA_SHARE_H

#include <stddef.h>

// Takes n bytes of the process's addresses, with room behind them that nothing may touch;
// NULL where there are none.
void *fake_take(size_t n);

// Gives the memory back; its addresses stay taken, so that nothing else gets them.
void fake_give(void *p, size_t n);

// Puts the memory into a file without a name, which goes when the last process that has it
// ends, and returns its descriptor, -1 on failure. *opens counts the mappings of others.
int fake_share(void *p, size_t n, int **opens);

// Maps another process's memory; NULL on failure.
void *fake_open(int process, int descriptor, size_t n, int **opens);
void fake_close(void *p, size_t n, int *opens);

#endif
